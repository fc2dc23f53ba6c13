"""Whether a text is a value of an option: its type, and the values it is limited to.

The rules are those of ``AirflowConfigParser.getboolean``, ``getint``,
``getfloat`` and ``_validate_enums``, and of the tables that ``literals.py`` reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sphinx_airflow_prod.airflow.executors import UNREAD, ExecutorSchema, check_executor
from sphinx_airflow_prod.airflow.options import ConfigSchema, Option, major
from sphinx_airflow_prod.airflow.problems import Kind, Part, Problem, error, warning
from sphinx_airflow_prod.core.schema.words import nearest

_OPEN = re.compile(r"\$\{?\w|<[^<>\n]+>|\.\.\.|\{\{|`|\$\(")
"""What a reader, a shell, Helm, or Airflow itself (``$NAME``) replaces before the value is read."""

EXECUTOR = ("core", "executor")
"""The option that names executors, of which a version, and providers, have so and so many."""

_BOOLEANS = frozenset({"t", "true", "1", "f", "false", "0"})


def check_value(schema: ConfigSchema, option: Option, value: str) -> Iterator[Problem]:
    """Give what is wrong with *value* as the value of *option*.

    *value* is the text that Airflow gets: of a variable, or of an
    ``airflow.cfg`` after interpolation.  A value that is not known before the
    configuration is used (``$NAME``, ``<placeholder>``) has no problems.
    """
    if _OPEN.search(value):
        return
    if value == (option.default or "").replace("%%", "%"):
        return
    test = _TYPES.get(option.type)
    if test is not None and (broken := test(value, schema)):
        yield error(Kind.VALUE, f"{option} wants {broken}, got '{_short(value)}'", part=Part.VALUE)
        return
    choices = schema.chosen.get(option.key, ())
    if choices and value and value not in choices:
        listed = ", ".join(f"'{choice}'" for choice in choices if choice)
        near = nearest(value, choices)
        hint = f" (did you mean '{near}'?)" if near else ""
        message = f"{option} takes one of {listed}, got '{_short(value)}'{hint}"
        yield error(Kind.VALUE, message, part=Part.VALUE)
    for change in schema.changes:
        applies = (change.section, change.name) == option.key and change.invalid == value
        if applies and schema.major >= major(change.since):
            message = f"{option} no longer takes '{value}'. {change.suggestion}".strip()
            yield error(Kind.VALUE, message, part=Part.VALUE)
    followed = False
    for old in schema.old_values:
        if (old.section, old.name) == option.key and re.search(old.pattern, value):
            new = re.sub(old.pattern, old.new.replace("\\", r"\\"), value)
            message = (
                f"{schema.label} replaces '{_short(value)}' of {option} by '{new}'; write that"
            )
            yield warning(Kind.OLD_VALUE, message, part=Part.VALUE)
            followed = True
    if option.key == EXECUTOR and value and not followed and schema.executors is not None:
        yield from _executor(value, schema.executors)


def _executor(value: str, schema: ExecutorSchema) -> Iterator[Problem]:
    """Give what is wrong with executors; one of a provider that was not read is only unsure."""
    message = check_executor(value, schema)
    if message is not None and message.endswith(UNREAD):
        yield warning(Kind.EXECUTOR, message, part=Part.VALUE)
    elif message is not None:
        yield error(Kind.EXECUTOR, message, part=Part.VALUE)


def _boolean(value: str, _schema: ConfigSchema) -> str:
    return "" if value.lower().split("#")[0].strip() in _BOOLEANS else "a boolean (True or False)"


def _integer(value: str, schema: ConfigSchema) -> str:
    """Say what is wanted; from 3.0 on, a float without a fraction is an integer as well."""
    try:
        int(value)
    except ValueError:
        try:
            number = float(value)
            whole = schema.major != 2 and number == int(number)
        except (ValueError, OverflowError):
            whole = False
        return "" if whole else "an integer"
    return ""


def _float(value: str, _schema: ConfigSchema) -> str:
    try:
        float(value)
    except ValueError:
        return "a number"
    return ""


_TYPES: dict[str, Callable[[str, ConfigSchema], str]] = {
    "boolean": _boolean,
    "integer": _integer,
    "float": _float,
}


def _short(text: str, length: int = 60) -> str:
    text = text.replace("\n", " ")
    return text if len(text) <= length else text[: length - 1] + "…"
