"""Whether settings of Airflow reach it through a chart: rendered ``airflow.cfg``s, read back.

What Airflow looks at first is that of ``AirflowConfigParser``'s
``_lookup_sequence``: variables, then the option in ``airflow.cfg``, then its
``_cmd`` and ``_secret`` forms; of an option that was renamed, the new name.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sphinx_airflow_prod.airflow.conversion import Setting, settings_of_ini
from sphinx_airflow_prod.airflow.environment import FORMS, variable
from sphinx_airflow_prod.airflow.ini import parse_ini
from sphinx_airflow_prod.airflow.options import ConfigSchema
from sphinx_airflow_prod.core.containers import Variable, variables
from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Severity, Span
from sphinx_airflow_prod.core.resource import Resource
from sphinx_airflow_prod.core.source import SourceText

FILE = "airflow.cfg"

_Key = tuple[str, str]


def names_of(setting: Setting, schema: ConfigSchema) -> tuple[_Key, ...]:
    """Return (section, option) of all names that can stand for a setting, its own last."""
    renames = schema.renamed(setting.section, setting.option)
    newer = [(rename.section, rename.name) for rename in renames]
    return (*newer, (setting.section, setting.option))


def judge_arrival(
    settings: Sequence[Setting],
    resources: Sequence[Resource],
    schema: ConfigSchema,
    placeholders: frozenset[_Key],
    directive: Span,
) -> Iterator[Diagnostic]:
    """Give each of *settings* that the rendered *resources* lose, change or overrule.

    Of those in *placeholders* (section and option as the file has them) the
    value is the reader's.  Where no ``airflow.cfg`` is rendered at all,
    variables may carry them; if they do not, that is said once, at *directive*.
    """
    files = {name: _read(text, schema) for name, text in _files(resources)}
    last = {(setting.header, setting.written): setting for setting in settings}
    if not files and not all(_in_variables(setting, resources) for setting in last.values()):
        message = f"the chart renders no {FILE}, so nothing below its value 'config' has an effect"
        yield Diagnostic.of(Code.AIRFLOW_NO_EFFECT, message, directive)
    for key, setting in last.items():
        if files:
            yield from _in_files(setting, files, is_open=key in placeholders)
            yield from _newer_in_files(setting, files, schema)
        if not setting.team and key not in placeholders:
            yield from _overruled(setting, resources, schema)


def _in_files(
    setting: Setting, files: Mapping[str, Mapping[_Key, Setting]], *, is_open: bool
) -> Iterator[Diagnostic]:
    key = (setting.header, setting.written)
    arrived = [options[key] for options in files.values() if key in options]
    where = f"the {FILE} that the chart renders ({', '.join(files)})"
    name = f"[{setting.header}] {setting.written}"
    if not arrived:
        message = f"{name} is not in {where}, though config.{setting.header} sets it"
        yield Diagnostic.of(Code.AIRFLOW_NO_EFFECT, message, setting.span)
    elif is_open:
        return
    elif setting.raw:
        if all(one.raw for one in arrived):
            message = f"{name} refers to an option that is not in {where}"
            yield Diagnostic.of(Code.AIRFLOW_NO_EFFECT, message, setting.value_span)
    elif not any(_same(one.value, setting.value) for one in arrived):
        message = (
            f"{name} is {_short(arrived[0].value)} in {where}, not {_short(setting.value)}; "
            "give it as a variable, in the chart's value 'env'"
        )
        yield Diagnostic.of(Code.AIRFLOW_NO_EFFECT, message, setting.value_span)


def _newer_in_files(
    setting: Setting, files: Mapping[str, Mapping[_Key, Setting]], schema: ConfigSchema
) -> Iterator[Diagnostic]:
    """Say where another entry of the same file goes before a setting."""
    names = [
        name for name in names_of(setting, schema) if name != (setting.section, setting.option)
    ]
    if setting.form:
        names.append((setting.section, setting.option))
    for file, options in files.items():
        for name in names:
            found = None if setting.team else options.get(name)
            if found is not None and not _same(found.value, setting.value):
                message = (
                    f"[{name[0]}] {name[1]}, which the chart's {FILE} ({file}) has as well, goes "
                    f"before [{setting.header}] {setting.written}; set that one"
                )
                yield _warning(message, setting.span)
                return


def _overruled(
    setting: Setting, resources: Sequence[Resource], schema: ConfigSchema
) -> Iterator[Diagnostic]:
    """Say where a variable of the containers goes before the file."""
    for section, option in names_of(setting, schema):
        for form in ("", *FORMS):
            name = variable(section, option, form=form)
            found = [one for one in variables(resources, name) if one.name == name]
            if found and not all(_is_value(one, setting) for one in found):
                places = list(dict.fromkeys(one.where.partition(",")[0] for one in found))
                more = f" and {len(places) - 1} more" if len(places) > 1 else ""
                message = (
                    f"the containers of {places[0]}{more} have the variable {name}, which goes "
                    f"before [{setting.header}] {setting.written} in {FILE}; take it out of the "
                    "chart's values (env, extraEnv, enableBuiltInSecretEnvVars), or set it there"
                )
                yield _warning(message, setting.span)
                return


def _is_value(found: Variable, setting: Setting) -> bool:
    return found.value is not None and not setting.form and _same(found.value, setting.value)


def _in_variables(setting: Setting, resources: Sequence[Resource]) -> bool:
    name = setting.variable
    return any(one.name == name and _is_value(one, setting) for one in variables(resources, name))


def _files(resources: Iterable[Resource]) -> Iterator[tuple[str, str]]:
    """Give id and text of each ``airflow.cfg`` in a ConfigMap or a Secret."""
    for resource in resources:
        if resource.kind not in ("ConfigMap", "Secret") or FILE not in resource.raw:
            continue
        for field, encoded in (("data", resource.kind == "Secret"), ("stringData", False)):
            texts: Any = resource.data.get(field)
            text = texts.get(FILE) if isinstance(texts, Mapping) else None
            if isinstance(text, str):
                yield resource.id, _decoded(text) if encoded else text


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text).decode("utf-8")
    except ValueError:
        return ""


def _read(text: str, schema: ConfigSchema) -> Mapping[_Key, Setting]:
    found = settings_of_ini(parse_ini(SourceText.whole_file(text, "")), schema)
    return {(setting.header, setting.written): setting for setting in found}


def _same(one: str, other: str) -> bool:
    """Whether two values are alike but for what no ``airflow.cfg`` keeps: spaces around lines."""
    return [line.strip() for line in one.strip().split("\n")] == [
        line.strip() for line in other.strip().split("\n")
    ]


def _warning(message: str, span: Span) -> Diagnostic:
    return Diagnostic(Code.AIRFLOW_NO_EFFECT, message, span, Severity.WARNING)


def _short(text: str, length: int = 60) -> str:
    return repr(text if len(text) <= length else text[: length - 1] + "…")
