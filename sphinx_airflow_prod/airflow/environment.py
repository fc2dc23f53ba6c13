"""Environment variables that set options: their names, read and written.

The rules are those of ``AirflowConfigParser._env_var_name`` and
``_get_env_var_option``: ``AIRFLOW__{SECTION}__{KEY}``, dots of a section as
underscores, everything in upper case; ``_CMD`` and ``_SECRET`` after the name
of a sensitive option; a team's name and three underscores before the section.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from sphinx_airflow_prod.airflow.options import PREFIX, ConfigSchema, variable

__all__ = [
    "FORMS",
    "PREFIX",
    "VariableName",
    "is_backend_argument",
    "is_option_variable",
    "meant_variable",
    "parse_variable",
    "shell_line",
    "variable",
]

FORMS = ("cmd", "secret")
"""The suffixes by which a command, or a secrets backend, gives the value of an option."""

_SHELL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KWARG_PREFIXES = ("AIRFLOW__SECRETS__BACKEND_KWARG__", "AIRFLOW__WORKERS__SECRETS_BACKEND_KWARG__")


@dataclass(frozen=True)
class VariableName:
    """What the name of a variable says.

    ``form`` is empty, ``cmd`` or ``secret``; ``team`` is in lower case, empty
    for everybody's.  ``known`` tells that section and option are those of an
    option of the schema, or of an old name that it follows; else they are as
    good as the name tells: split at the first two underscores, in lower case.
    """

    section: str
    option: str
    form: str = ""
    team: str = ""
    known: bool = False

    @property
    def written(self) -> str:
        """The name of the option in an ``airflow.cfg``, with the suffix of its form."""
        return f"{self.option}_{self.form}" if self.form else self.option


def is_option_variable(name: str) -> bool:
    """Whether Airflow takes *name* for an option: ``AIRFLOW_CONN_…``, ``AIRFLOW_HOME`` are none."""
    return name.upper().startswith(PREFIX)


def is_backend_argument(name: str, schema: ConfigSchema) -> bool:
    """Whether *name* is a single argument of a secrets backend (any key goes)."""
    return schema.backend_kwargs and any(
        name.startswith(prefix) and len(name) > len(prefix) for prefix in _KWARG_PREFIXES
    )


def parse_variable(name: str, schema: ConfigSchema) -> VariableName | None:
    """Return what *name* sets, None where it has not the form of an option's variable.

    The exact name goes before a suffix taken off: ``…__JWT_SECRET`` is an
    option that ends so by nature.
    """
    if not name.upper().startswith(PREFIX):
        return None
    name = name.upper()
    table = schema.variables
    if found := _known(name, table):
        return VariableName(*found, known=True)
    rest = name[len(PREFIX) :]
    for match in re.finditer("___", rest):
        # three underscores, or more: the team ends before the last three
        team, tail = rest[: match.start()], rest[match.end() :]
        if team and (found := _known(PREFIX + tail, table)):
            return VariableName(*found, team=team.lower(), known=True)
    team, separator, tail = rest.partition("___")
    if separator and schema.teams:
        rest = tail
    else:
        team = ""
    section, separator, option = rest.partition("__")
    if not separator or not section or not option:
        return None
    return VariableName(section.lower(), option.lower(), team=team.lower())


def meant_variable(name: str, schema: ConfigSchema) -> str | None:
    """Return the variable that *name* would be with the right number of underscores, if any."""
    return schema.squeezed_variables.get(re.sub("_+", "_", name.upper()))


def shell_line(name: str, value: str, *, export: bool = False) -> str:
    """Return a line that sets a variable in a POSIX shell, the value quoted where it must be.

    A name that no shell takes (an option's name holds a hyphen) gives a
    comment that says so.
    """
    if not _SHELL_NAME.fullmatch(name):
        return f"# no shell can set {name}: use airflow.cfg"
    value = value.replace("\0", "")
    quoted = shlex.quote(value) if value else ""
    return f"{'export ' if export else ''}{name}={quoted}"


def _known(name: str, table: Mapping[str, tuple[str, str]]) -> tuple[str, str, str] | None:
    """Return section, option and form of a variable without a team."""
    if name in table:
        return (*table[name], "")
    for form in FORMS:
        bare = name.removesuffix(f"_{form.upper()}")
        if bare != name and bare in table:
            return (*table[bare], form)
    return None
