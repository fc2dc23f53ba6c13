"""Configuration of Airflow against its schema: an ini snippet, shell lines, one option."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from sphinx_airflow_prod.airflow.environment import (
    is_backend_argument,
    is_option_variable,
    meant_variable,
    parse_variable,
    variable,
)
from sphinx_airflow_prod.airflow.exports import parse_exports
from sphinx_airflow_prod.airflow.ini import DEFAULT, IniOption, interpolate, parse_ini
from sphinx_airflow_prod.airflow.options import ConfigSchema
from sphinx_airflow_prod.airflow.problems import Kind, Part, Problem, error, warning
from sphinx_airflow_prod.airflow.valuetypes import check_value
from sphinx_airflow_prod.airflow.verdicts import (
    allowed,
    judge,
    option_meant,
    split_form,
    split_team,
)
from sphinx_airflow_prod.core.diagnostics import Severity
from sphinx_airflow_prod.core.schema.words import listed, nearest
from sphinx_airflow_prod.core.source import SourceText

_FOREIGN = ("AIRFLOW_CONN_", "AIRFLOW_VAR_", "AIRFLOW_CTX_")


def check_option(
    schema: ConfigSchema,
    section: str,
    name: str,
    value: str | None = None,
    allow: Collection[str] = (),
) -> tuple[Problem, ...]:
    """Return what is wrong with an option of an ``airflow.cfg``, at no place.

    *value* is the text that Airflow gets (after interpolation), None where it
    is not known; *name* may end in ``_cmd`` or ``_secret`` and *section* be a
    team's (``team=section``); *allow* is ``airflow_config_allow``.
    """
    problems = list(judge(schema, section, name, allow))
    if value is None or allowed(section, name, allow):
        return tuple(problems)
    _, base = split_team(section, schema)
    bare, form = split_form(base, name, schema)
    option = option_meant(schema, base, bare)
    if option is not None and not form and _is_set(problems):
        problems += check_value(schema, option, value)
    return tuple(problems)


def check_variable(
    schema: ConfigSchema, name: str, value: str | None = None, allow: Collection[str] = ()
) -> tuple[Problem, ...]:
    """Return what is wrong with an environment variable, at no place.

    Variables that set no option (``AIRFLOW_CONN_…``, ``AIRFLOW_VAR_…``, those
    of other programs) are left alone.
    """
    if not is_option_variable(name):
        return tuple(_misspelt(schema, name))
    if is_backend_argument(name, schema):
        return ()
    parsed = parse_variable(name, schema)
    if parsed is None:
        message = f"'{name}' names no option; write AIRFLOW__{{SECTION}}__{{KEY}}"
        near = meant_variable(name, schema)
        return (error(Kind.VARIABLE_NAME, message + (f", as in {near}" if near else "")),)
    if name != name.upper():
        message = f"Airflow reads no variable '{name}': its names are upper case, {name.upper()}"
        return (error(Kind.VARIABLE_NAME, message),)
    if parsed.team and not schema.teams:
        message = (
            f"{schema.label} has no options of single teams; "
            f"write {variable(parsed.section, parsed.option, form=parsed.form)}"
        )
        return (error(Kind.TEAM, message),)
    if not parsed.known and (near := meant_variable(name, schema)):
        message = f"'{name}' names no option; did you mean {near}?"
        return (error(Kind.VARIABLE_NAME, message),)
    return check_option(schema, parsed.section, parsed.written, value, allow)


def check_ini(
    source: SourceText, schema: ConfigSchema, allow: Collection[str] = ()
) -> tuple[Problem, ...]:
    """Return what is wrong with an ``airflow.cfg`` snippet, in the order of its lines."""
    document = parse_ini(source)
    problems = list(document.problems)
    known = {section.name for section in document.sections if section.name in schema.sections}
    filled = {option.section for option in document.options}
    for section in document.sections:
        if section.name not in known and section.name not in filled and section.name != DEFAULT:
            found = [
                problem.at(section.span)
                for problem in judge(schema, section.name, "*", allow)
                if problem.part is Part.SECTION
            ]
            problems += found
    told: set[tuple[Kind, str]] = set()
    seen = {section: document.values(section) for section in filled}
    headers = {section.name: section.span for section in document.sections}
    for option in document.options:
        for problem in _check_ini_option(option, seen[option.section], schema, allow):
            if problem.part is Part.SECTION and option.section in headers:
                if (problem.kind, option.section) not in told:
                    problems.append(problem.at(headers[option.section]))
                told.add((problem.kind, option.section))
            else:
                problems.append(problem)
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.span))


def check_environment(
    source: SourceText, schema: ConfigSchema, allow: Collection[str] = ()
) -> tuple[Problem, ...]:
    """Return what is wrong with shell lines that set variables, in the order of the lines."""
    assignments, faults = parse_exports(source)
    problems = list(faults)
    for assignment in assignments:
        value = None if assignment.symbolic else assignment.value
        for problem in check_variable(schema, assignment.name, value, allow):
            span = assignment.value_span if problem.part is Part.VALUE else assignment.span
            problems.append(problem.at(span))
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.span))


def check_file_value(
    schema: ConfigSchema,
    key: tuple[str, str],
    raw: str | None,
    values: Mapping[str, str],
    allow: Collection[str] = (),
) -> tuple[Problem, ...]:
    """As :func:`check_option`, for a value as an ``airflow.cfg`` has it, before interpolation.

    *key* is (section, option), *raw* None where the value is not known, and
    *values* are the options that interpolation sees beside the schema's own.
    """
    section, name = key
    if raw is None:
        return check_option(schema, section, name, None, allow)
    text, fault, reference = interpolate(raw, values)
    problems = list(check_option(schema, section, name, text, allow))
    _, base = split_team(section, schema)
    if text is None and not (reference and schema.option(base, reference)):
        problems.append(error(Kind.INTERPOLATION, fault, part=Part.VALUE))
    return tuple(problems)


def _check_ini_option(
    option: IniOption, values: Mapping[str, str], schema: ConfigSchema, allow: Collection[str]
) -> Iterator[Problem]:
    if option.section == DEFAULT:
        return
    if option.section is None:
        yield _no_section(option, schema).at(option.span)
        return
    key = (option.section, option.name)
    found = check_file_value(schema, key, option.value, values, allow)
    for problem in found:
        yield problem.at(option.value_span if problem.part is Part.VALUE else option.span)


def _no_section(option: IniOption, schema: ConfigSchema) -> Problem:
    """Say which ``[section]`` line is missing before an option."""
    name = option.name.lower()
    homes = schema.homes(name) or tuple(
        section
        for section in schema.sections
        if schema.option(section, split_form(section, name, schema)[0])
    )
    if not homes:
        homes = tuple(dict.fromkeys(r.old_section for r in schema.renames if r.old_name == name))
    if homes:
        lines = listed([f"[{home}]" for home in sorted(homes)], "or")
        message = f"no [section] stands before '{option.name}'; write {lines} above it"
    else:
        names = sorted({option.name for option in schema.options})
        near = nearest(name, names)
        hint = f" (did you mean '{near}' of [{schema.homes(near)[0]}]?)" if near else ""
        message = (
            f"no [section] stands before '{option.name}', and {schema.label} has no such "
            f"option{hint}"
        )
    return error(Kind.NO_SECTION, message)


def _is_set(problems: Iterable[Problem]) -> bool:
    """Whether Airflow reads the option in spite of these problems."""
    return all(problem.severity is Severity.WARNING for problem in problems)


def _misspelt(schema: ConfigSchema, name: str) -> Iterator[Problem]:
    """Give a warning where only the underscores of an option's variable are wrong."""
    if name.startswith("AIRFLOW_") and not name.startswith(_FOREIGN):
        near = meant_variable(name, schema)
        if near is not None:
            message = f"'{name}' sets no option; did you mean {near}?"
            yield warning(Kind.VARIABLE_NAME, message)
