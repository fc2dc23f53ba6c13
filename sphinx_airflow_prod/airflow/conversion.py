"""One configuration in three notations: ``airflow.cfg``, variables, the chart's ``config:``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sphinx_airflow_prod.airflow.environment import parse_variable, shell_line, variable
from sphinx_airflow_prod.airflow.exports import Assignment
from sphinx_airflow_prod.airflow.ini import IniDocument, escape, interpolate
from sphinx_airflow_prod.airflow.options import ConfigSchema
from sphinx_airflow_prod.airflow.problems import NOWHERE
from sphinx_airflow_prod.airflow.verdicts import TEAM_SEPARATOR, split_form, split_team
from sphinx_airflow_prod.airflow.yamltext import scalar
from sphinx_airflow_prod.core.diagnostics import Span

_CONTINUATION = " " * 8
"""Indentation of further lines of a value: the chart puts ``config:`` into a block at 4."""
SWITCHES = "enableBuiltInSecretEnvVars"
"""The chart's value that says which variables of its own the containers get."""

_TEMPLATE = re.compile(r"\{\{")
_ESCAPED = re.compile(r"\{\{\s*\"\{\{\"\s*\}\}")


@dataclass(frozen=True)
class Setting:
    """One option and its value as Airflow gets it: quotes and doubled percent signs gone.

    ``form`` is empty, ``cmd`` or ``secret``; ``team`` is empty for everybody's.
    ``raw`` tells that the value refers to options that are not in the snippet
    (``%(dags_folder)s``), and so is written into files as it is.  ``span`` and
    ``value_span`` are where name and value stand in the snippet.
    """

    section: str
    option: str
    value: str
    form: str = ""
    team: str = ""
    raw: bool = False
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    value_span: Span = field(default=NOWHERE, compare=False, repr=False)

    @property
    def header(self) -> str:
        """The name of its section in an ``airflow.cfg``."""
        return f"{self.team}{TEAM_SEPARATOR}{self.section}" if self.team else self.section

    @property
    def written(self) -> str:
        """The name of its option in an ``airflow.cfg``."""
        return f"{self.option}_{self.form}" if self.form else self.option

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return variable(self.section, self.option, form=self.form, team=self.team)


def settings_of_ini(document: IniDocument, schema: ConfigSchema) -> tuple[Setting, ...]:
    """Return what a snippet sets; options without a section go where the only such option lives.

    A value whose interpolation fails stays as it is written.
    """
    found = []
    values = {name: document.values(name) for name in {o.section for o in document.options}}
    for option in document.options:
        section = option.section
        if section is None:
            homes = schema.homes(split_form_anywhere(option.name, schema))
            if len(homes) != 1:
                continue
            section = homes[0]
        text = interpolate(option.value, values[option.section])[0]
        setting = _setting(section, option.name, option.value if text is None else text, schema)
        span, value_span = option.span, option.value_span
        found.append(replace(setting, raw=text is None, span=span, value_span=value_span))
    return tuple(found)


def settings_of_environment(
    assignments: Iterable[Assignment], schema: ConfigSchema
) -> tuple[Setting, ...]:
    """Return the options that variables set; other variables are left out."""
    found = []
    for assignment in assignments:
        name = parse_variable(assignment.name, schema)
        if name is not None and assignment.value is not None:
            setting = Setting(name.section, name.option, assignment.value, name.form, name.team)
            span, value_span = assignment.span, assignment.value_span
            found.append(replace(setting, span=span, value_span=value_span))
    return tuple(found)


def settings_of_config(config: Mapping[str, Any], schema: ConfigSchema) -> tuple[Setting, ...]:
    """Return what the chart's ``config:`` sets; :func:`config_of` is the way back.

    Templates other than an escaped ``{{`` stay as written; what is no scalar is left out.
    """
    found = []
    for section, options in config.items():
        for name, value in (options if isinstance(options, Mapping) else {}).items():
            if value is None or isinstance(value, Mapping | list):
                continue
            text = _ESCAPED.sub("{{", chart_text(value)).replace("\n" + _CONTINUATION, "\n")
            read = interpolate(text, {})[0]
            setting = _setting(str(section), str(name), text if read is None else read, schema)
            found.append(replace(setting, raw=read is None))
    return tuple(found)


def ini_of(settings: Iterable[Setting]) -> str:
    """Return an ``airflow.cfg`` with one section for each that *settings* name, in their order."""
    blocks = []
    for header, group in _by_section(settings).items():
        lines = [f"[{header}]"]
        lines += [f"{s.written} = {_file_value(s)}".rstrip() for s in group.values()]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def environment_of(settings: Iterable[Setting], *, export: bool = False) -> str:
    """Return one shell line for each of *settings*, values quoted where they must be.

    Airflow follows no reference to another option in a variable; such a value
    gives a comment that says so.
    """
    return "".join(_shell_line(setting, export) + "\n" for setting in settings)


def _shell_line(setting: Setting, export: bool) -> str:
    if setting.raw:
        return f"# {setting.variable}: only airflow.cfg can refer to other options"
    return shell_line(setting.variable, setting.value, export=export)


def config_of(settings: Iterable[Setting]) -> dict[str, dict[str, str]]:
    """Return the chart's ``config:`` as a mapping of texts.

    The chart runs values through ``tpl`` and writes them into an
    ``airflow.cfg``: ``{{`` and ``%`` come out escaped.
    """
    config: dict[str, dict[str, str]] = {}
    for header, group in _by_section(settings).items():
        config[header] = {name: _chart_value(setting) for name, setting in group.items()}
    return config


def values_of(settings: Iterable[Setting]) -> str:
    """Return the YAML text of a ``values.yaml`` whose ``config:`` is that of :func:`config_of`."""
    return "".join(f"{line.text}\n" for line in values_lines(settings))


@dataclass(frozen=True)
class ValuesLine:
    """One line of values: its text, and the setting it is there for."""

    text: str
    setting: Setting | None


def values_lines(
    settings: Iterable[Setting],
    switches: Mapping[str, Setting] | None = None,
    elsewhere: Mapping[str, Setting] | None = None,
) -> Iterator[ValuesLine]:
    """Give the lines of :func:`values_of`, each with the setting that it is there for.

    *switches* are variables that the chart is told not to set, and for the sake
    of which setting; *elsewhere* are settings for which the chart has values of
    their own at the top, by the name of these.
    """
    for name, setting in (elsewhere or {}).items():
        yield ValuesLine(f"{name}: {scalar(setting.value)}", setting)
    others = tuple((elsewhere or {}).values())
    groups = _by_section(setting for setting in settings if setting not in others)
    everything = [setting for group in groups.values() for setting in group.values()]
    config = config_of(everything)
    first = everything[0] if everything else None
    if groups or not elsewhere:
        yield ValuesLine("config:" if groups else "config: {}", first)
    for header, group in groups.items():
        yield ValuesLine(f"  {scalar(header)}:", next(iter(group.values())))
        for name, setting in group.items():
            value = scalar(config[header][name])
            yield ValuesLine(f"    {scalar(name)}: {value}", setting)
    for number, (name, setting) in enumerate((switches or {}).items()):
        if number == 0:
            yield ValuesLine(f"{SWITCHES}:", setting)
        yield ValuesLine(f"  {name}: false", setting)


def chart_text(value: Any) -> str:
    """Return a scalar of Helm's values as the chart's ``toString`` prints it (Go's ``%v``).

    Every number is a 64-bit float there, so ``1000000`` comes out as ``1e+06``.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, int | float):
        return str(value)
    number = Decimal(repr(float(value)))
    if not number.is_finite():
        return str(value)
    exponent = number.adjusted() if number else 0
    if -4 <= exponent < 6:
        text = f"{number:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    digits = "".join(map(str, number.as_tuple().digits)).rstrip("0")
    mantissa = f"{digits[0]}.{digits[1:]}" if len(digits) > 1 else digits
    sign = "-" if number < 0 else ""
    return f"{sign}{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def split_form_anywhere(name: str, schema: ConfigSchema) -> str:
    """Return an option's name without ``_cmd`` or ``_secret``, where the rest is an option."""
    if schema.homes(name):
        return name
    for section in schema.sections:
        bare, form = split_form(section, name, schema)
        if form and schema.option(section, bare):
            return bare
    return name


def _setting(section: str, name: str, value: str, schema: ConfigSchema) -> Setting:
    team, base = split_team(section, schema)
    option, form = split_form(base, name, schema)
    return Setting(base, option, value, form, team)


def _by_section(settings: Iterable[Setting]) -> dict[str, dict[str, Setting]]:
    found: dict[str, dict[str, Setting]] = {}
    for setting in settings:
        found.setdefault(setting.header, {})[setting.written] = setting
    return found


def _file_value(setting: Setting) -> str:
    """Return a value as an ``airflow.cfg`` has it."""
    return escape(setting.value, percent=not setting.raw)


def _chart_value(setting: Setting) -> str:
    value = setting.value if setting.raw else setting.value.replace("%", "%%")
    return _TEMPLATE.sub('{{ "{{" }}', value).replace("\n", "\n" + _CONTINUATION)
