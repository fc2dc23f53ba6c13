"""Airflow's configuration inside the values of the Helm chart.

Checked are the keys below ``config``, ``executor``, the names (and values) in every list
``env``, those in ``extraEnv`` (a text that is itself a YAML list), and the
names below ``enableBuiltInSecretEnvVars``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import yaml

from sphinx_airflow_prod.airflow.checks import check_file_value, check_option, check_variable
from sphinx_airflow_prod.airflow.conversion import SWITCHES, chart_text
from sphinx_airflow_prod.airflow.options import ConfigSchema
from sphinx_airflow_prod.airflow.problems import Kind, Part, Problem, error
from sphinx_airflow_prod.airflow.valuetypes import EXECUTOR
from sphinx_airflow_prod.airflow.verdicts import judge
from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.source import SourceText
from sphinx_airflow_prod.core.values import Layout, Path, parse

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML built without libyaml: slower, the same data
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*[ \t]*(?:#[^\n]*)?\n")
_NAME_LINE = re.compile(r"^\s*(?:-\s+)?name:\s*[\"']?(?P<name>AIRFLOW_\w+)", re.MULTILINE)
_WRAPPER = "extraEnv"
_MAX_DEPTH = 50


def check_values(
    layout: Layout, values: Mapping[str, Any], schema: ConfigSchema, allow: Collection[str] = ()
) -> tuple[Problem, ...]:
    """Return what is wrong with Airflow's configuration in values of the chart.

    *layout* has the places, *values* is the same text as Helm reads it (numbers
    as they come), *allow* is ``airflow_config_allow``.  Problems are in the
    order of the text.
    """
    problems = list(_config(layout, values.get("config"), schema, allow))
    executor = values.get("executor")
    if isinstance(executor, str) and "{{" not in executor:
        place = layout.value_span(("executor",)) or layout.span(("executor",))
        found = check_option(schema, *EXECUTOR, executor, allow)
        problems += (problem.at(place) for problem in found if problem.part is Part.VALUE)
    for path, value in _walk(values):
        if path[-1] == "env" and isinstance(value, list):
            problems += _env_list(layout, path, value, schema, allow)
        elif path[-1] == "extraEnv" and isinstance(value, str):
            problems += _extra_env(layout, path, value, schema, allow)
    switches = values.get(SWITCHES)
    for name in switches if isinstance(switches, Mapping) else ():
        for problem in check_variable(schema, str(name), None, allow):
            problems.append(problem.at(layout.span((SWITCHES, name))))
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.span))


def _config(
    layout: Layout, config: Any, schema: ConfigSchema, allow: Collection[str]
) -> Iterator[Problem]:
    if not isinstance(config, Mapping):
        return
    for section, options in config.items():
        path: Path = ("config", str(section))
        if options is None:
            continue
        if not isinstance(options, Mapping):
            message = f"config.{section} is a mapping of options, as in '{section}: {{option: …}}'"
            yield error(Kind.SYNTAX, message, layout.span(path))
            continue
        yield from _section(layout, str(section), options, schema, allow)


def _section(
    layout: Layout,
    section: str,
    options: Mapping[str, Any],
    schema: ConfigSchema,
    allow: Collection[str],
) -> Iterator[Problem]:
    """Give the problems of one section; those of its name once, at the section's key."""
    path: Path = ("config", section)
    if not options:
        found = judge(schema, section, "*", allow)
        yield from (p.at(layout.span(path)) for p in found if p.part is Part.SECTION)
    texts = {
        str(name): chart_text(value)
        for name, value in options.items()
        if not isinstance(value, Mapping | list) and value is not None
    }
    told: set[Kind] = set()
    for name, value in options.items():
        here = (*path, str(name))
        if isinstance(value, Mapping | list):
            message = f"the value of config.{section}.{name} must be a text, a number or a boolean"
            yield error(Kind.VALUE, message, layout.value_span(here) or layout.span(here))
            continue
        # Null takes the chart's default away, and a template is not run here: check the name.
        text = texts.get(str(name), "{{")
        raw = None if "{{" in text else text
        problems = check_file_value(schema, (section, str(name)), raw, texts, allow)
        for problem in problems:
            if problem.part is Part.SECTION:
                if problem.kind not in told:
                    yield problem.at(layout.span(path))
                told.add(problem.kind)
                continue
            place = layout.value_span(here) if problem.part is Part.VALUE else layout.key_span(here)
            yield problem.at(place or layout.span(here))


def _walk(values: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Give every value below the top with its path, except what is below ``config``."""
    if len(path) > _MAX_DEPTH:
        return
    if isinstance(values, Mapping):
        below: Any = values.items()
    elif isinstance(values, list):
        below = enumerate(values)
    else:
        return
    for step, value in below:
        if path or step != "config":
            yield (*path, step), value
            yield from _walk(value, (*path, step))


def _env_list(
    layout: Layout, path: Path, items: list[Any], schema: ConfigSchema, allow: Collection[str]
) -> Iterator[Problem]:
    """Give the problems of a Kubernetes list of variables."""
    for index, item in enumerate(items):
        if not isinstance(item, Mapping) or not isinstance(item.get("name"), str):
            continue
        here = (*path, index)
        value = item.get("value")
        text = value if isinstance(value, str) and "{{" not in value else None
        for problem in check_variable(schema, item["name"], text, allow):
            yield problem.at(_env_span(layout, here, part=problem.part))


def _env_span(layout: Layout, item: Path, part: Part) -> Span:
    place = layout.value_span((*item, "value" if part is Part.VALUE else "name"))
    return place or layout.span((*item, "name"))


def _extra_env(
    layout: Layout, path: Path, text: str, schema: ConfigSchema, allow: Collection[str]
) -> Iterator[Problem]:
    """Give the problems of a list of variables that is written as a text."""
    inner = _inside(layout, path)
    if inner is None:
        outer = layout.value_span(path) or layout.span(path)
        inner = SourceText(text, (outer,) * (text.count("\n") + 1))
        found = [problem.at(outer) for problem in _listed(inner, schema, allow)]
        yield from found
    else:
        yield from _listed(inner, schema, allow)


def _listed(source: SourceText, schema: ConfigSchema, allow: Collection[str]) -> Iterator[Problem]:
    first = source.origins[0] if source.origins else Span("")
    wrapped = SourceText(f"{_WRAPPER}:\n{source.text}", (first, *source.origins))
    layout = parse(wrapped)
    items = _load(wrapped.text) if layout.readable else None
    if items is not None:
        yield from _env_list(layout, (_WRAPPER,), items, schema, allow)
        return
    # Templates around the items, say: names are still to be seen.
    for match in _NAME_LINE.finditer(source.text):
        at = match.start("name")
        line = source.text.count("\n", 0, at)
        span = source.span(line, at - (source.text.rfind("\n", 0, at) + 1))
        for problem in check_variable(schema, match["name"], None, allow):
            yield problem.at(span)


def _load(text: str) -> list[Any] | None:
    try:
        data = yaml.load(text, _Loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    items = data.get(_WRAPPER) if isinstance(data, dict) else None
    return items if isinstance(items, list) else None


def _inside(layout: Layout, path: Path) -> SourceText | None:
    """Return the lines of a block scalar with their places, None for other scalars."""
    raw, start = layout.raw(path) or "", layout.value_span(path)
    match = _BLOCK_HEADER.match(raw)
    if start is None or match is None:
        return None
    origins = layout.source.origins
    same = (i for i, at in enumerate(origins) if (at.path, at.line) == (start.path, start.line))
    number = next(same, None)
    if number is None:
        return None
    lines = raw[match.end() :].split("\n")
    places = tuple(layout.source.span(number + 1 + index) for index in range(len(lines)))
    return SourceText("\n".join(lines), places)
