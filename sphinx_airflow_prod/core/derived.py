"""The chart's values that a snippet of Airflow's configuration amounts to, as an example.

What is said of these values is said at the option, or the variable, that a
line of them is there for: nobody wrote them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sphinx_airflow_prod.airflow.conversion import SWITCHES, Setting, ValuesLine, values_lines
from sphinx_airflow_prod.airflow.environment import variable
from sphinx_airflow_prod.airflow.options import ConfigSchema
from sphinx_airflow_prod.core.arrival import judge_arrival, names_of
from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Span
from sphinx_airflow_prod.core.examples import Example, resolve
from sphinx_airflow_prod.core.judgement import Material, judge
from sphinx_airflow_prod.core.kubecheck import judge_resources
from sphinx_airflow_prod.core.render.base import Rendered
from sphinx_airflow_prod.core.schema import ChartSchema
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import AirflowSnippet, ValuesOptions, ValuesSnippet
from sphinx_airflow_prod.core.source import SourceText
from sphinx_airflow_prod.core.values import coalesce

_FILLED = re.compile(r"\{\{-?\s*\.Values\.(\w+)\s*-?\}\}")
"""A default of an option that is nothing but a value of the chart."""

_SPECIAL = re.compile(r"%|\{\{|\n")
"""What a chart does not put as it is where it fills in one of its values."""

_SETTLED = (Code.NO_EFFECT,)
"""What examples must heed and this must not: a configuration may well restate a default."""


@dataclass(frozen=True)
class Derived:
    """Settings of a snippet as an example of the chart.

    ``switches`` are the variables that the chart is told not to set, since
    they would go before its ``airflow.cfg``; ``elsewhere`` are the values of
    the chart's own, and the options that it fills from them.
    """

    example: Example
    settings: tuple[Setting, ...]
    switches: tuple[str, ...]
    elsewhere: Mapping[str, Setting]


@dataclass(frozen=True)
class _DerivedText(SourceText):
    """Text whose places are those of the settings that its lines are there for."""

    lines: tuple[ValuesLine, ...] = ()

    def span(self, line: int, column: int = 0) -> Span:  # noqa: ARG002
        """Return the place of the option, or of the variable, whatever the *column*."""
        setting = self.lines[min(max(line, 0), len(self.lines) - 1)].setting
        return self.origins[0] if setting is None else setting.span


def derive(
    snippet: AirflowSnippet,
    settings: tuple[Setting, ...],
    chart_schema: ChartSchema,
    schema: ConfigSchema,
    site: Settings,
) -> Derived | None:
    """Return what *settings* of a snippet are for a chart, None where it takes no ``config``.

    *chart_schema* is the chart's, *schema* Airflow's, *site* the settings of
    the site, whose values lie beneath.
    """
    if not chart_schema.is_known(("config",)):
        return None
    if chart_schema.schema is None and "config" not in chart_schema.defaults:
        return None  # without a schema, any key counts as known
    defaults = coalesce(chart_schema.defaults, site.values)
    switches = dict(_switches(settings, defaults.get(SWITCHES), schema))
    elsewhere = dict(_elsewhere(settings, defaults))
    lines = tuple(values_lines(settings, switches, elsewhere))
    text = "".join(f"{line.text}\n" for line in lines)
    body = _DerivedText(text, (snippet.span,) * (len(lines) + 1), lines)
    # what each line does is not measured: whether it arrives is seen from the file itself
    values = ValuesSnippet(snippet.document, snippet.span, ValuesOptions(no_effect=True), body)
    (example,) = resolve([values], site)
    assert isinstance(example, Example)
    return Derived(example, settings, tuple(switches), elsewhere)


def judge_derived(
    derived: Derived, material: Material, schema: ConfigSchema, placeholders: str
) -> tuple[tuple[Diagnostic, ...], int]:
    """Return what is wrong with derived values, and the number of unchecked custom resources.

    They must be valid and render as any example, and what they set must be
    what Airflow gets.  *schema* is Airflow's.
    """
    refused, unchecked = judge_resources(material, placeholders)
    found = [problem for problem in judge(material) if problem.code not in _SETTLED]
    arrived: Iterator[Diagnostic] = iter(())
    if isinstance(material.answer, Rendered):
        arrived = judge_arrival(
            derived.settings,
            material.manifests.resources,
            schema,
            _open_settings(derived, material),
            derived.example.snippet.span,
        )
    return tuple(dict.fromkeys((*found, *arrived, *refused))), unchecked


def _open_settings(derived: Derived, material: Material) -> frozenset[tuple[str, str]]:
    """Return section and name of the options whose values are placeholders."""
    found = set()
    for path in material.checked.placeholders if material.checked else ():
        top, *rest = map(str, path)
        if top in derived.elsewhere:
            setting = derived.elsewhere[top]
            found.add((setting.header, setting.written))
        elif top == "config" and len(rest) == 2:
            found.add((rest[0], rest[1]))
    return frozenset(found)


def _elsewhere(
    settings: Sequence[Setting], defaults: Mapping[str, Any]
) -> Iterator[tuple[str, Setting]]:
    """Give the settings that the chart fills from a value of the option's name, and that value.

    So the official chart fills ``[core] executor`` from ``executor``, decides
    by that what it deploys, and refuses ``config.core.executor``.
    """
    config = defaults.get("config")
    for setting in settings:
        section = config.get(setting.header) if isinstance(config, Mapping) else None
        default = section.get(setting.written) if isinstance(section, Mapping) else None
        match = _FILLED.fullmatch(default) if isinstance(default, str) else None
        plain = not setting.raw and not _SPECIAL.search(setting.value)
        if match and match[1] == setting.written and plain:
            yield match[1], setting


def _switches(
    settings: Sequence[Setting], switches: Any, schema: ConfigSchema
) -> Iterator[tuple[str, Setting]]:
    """Give the variables of the chart's own that would go before *settings*, and which."""
    if not isinstance(switches, Mapping):
        return
    for setting in settings:
        for section, option in names_of(setting, schema) if not setting.team else ():
            name = variable(section, option)
            if switches.get(name) is True:
                yield name, setting
