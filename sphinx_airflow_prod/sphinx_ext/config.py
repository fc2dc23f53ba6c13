"""``conf.py``: the settings as Sphinx' configuration values, over ``pyproject.toml``."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Literal

from sphinx.application import Sphinx
from sphinx.config import Config

from sphinx_airflow_prod.core.diagnostics import Diagnostic, Span
from sphinx_airflow_prod.core.settings import (
    Settings,
    declared,
    default_of,
    find_pyproject,
    from_mapping,
    from_pyproject,
    from_text,
    spelt,
)

PREFIX = "helm_"
OWN = (PREFIX, "airflow_config_")
"""How names begin that ``conf.py`` can only mean for us."""


def read(app: Sphinx) -> tuple[Settings, tuple[Diagnostic, ...]]:
    """Return the settings of this build, and what is wrong with them.

    A value that ``conf.py`` or ``-D`` gives wins over the one of the nearest
    ``pyproject.toml`` with a ``[tool.sphinx-airflow-prod]`` table.
    """
    confdir = Path(app.confdir)
    project = find_pyproject(confdir)
    settings, problems = from_pyproject(project) if project else (Settings(), ())
    known = {declaration.name: declaration for declaration in declared()}
    for name in _given(app.config, known):
        value = from_text(known[name], app.config[spelt(name, PREFIX)]) if name in known else None
        settings, more = from_mapping(
            {name: value},
            base=settings,
            directory=confdir,
            span=_span(app.config, confdir, spelt(name, PREFIX)),
            prefix=PREFIX,
        )
        problems += more
    return settings, problems


def _given(config: Config, known: Collection[str]) -> list[str]:
    """Return the settings, without prefix, that ``conf.py`` or ``-D`` gives, in a fixed order.

    Misspelt ones too, which Sphinx takes for variables of ``conf.py``'s own.
    Sphinx has no public way to tell a default from the same value given.
    """
    raw: Mapping[str, Any] = getattr(config, "_raw_config", {})
    names = {*raw, *config.overrides}
    given = [name for name in known if spelt(name, PREFIX) in names]
    unknown = [
        name if name.removeprefix(PREFIX) in known else name.removeprefix(PREFIX)
        for name, value in raw.items()
        if name.startswith(OWN) and name not in config and _is_data(value)
    ]
    return given + sorted(unknown)


def _is_data(value: Any) -> bool:
    """Whether *value* can be meant for a setting; helpers and imports of ``conf.py`` cannot."""
    return isinstance(value, (str, int, float, bool, list, tuple, dict, Path))


def _span(config: Config, confdir: Path, name: str) -> Span:
    """Return where ``conf.py`` sets *name*; nowhere where ``-D`` does."""
    if name in config.overrides:
        return Span("")
    path = confdir / "conf.py"
    with contextlib.suppress(OSError, UnicodeDecodeError):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if re.match(rf"{name}\s*[:=\[]", line):
                return Span(str(path), number, 1)
    return Span(str(path))


def setup(app: Sphinx) -> None:
    """Register every setting as a configuration value."""
    for declaration in declared():
        default = default_of(declaration)
        if isinstance(default, (int, float)):
            # for other defaults than a function, Sphinx converts what -D gives, or refuses it
            default = partial(_constant, default)
        name = spelt(declaration.name, PREFIX)
        app.add_config_value(name, default, _rebuild(declaration.name), Any)


def _rebuild(name: str) -> Literal["", "env"]:
    """Whether documents must be read again when a setting changes: only for what is read."""
    return "env" if name == "code_blocks" else ""


def _constant(value: Any, _config: Config) -> Any:
    return value
