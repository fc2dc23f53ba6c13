"""One example's values held against one chart: schema, unknown keys, placeholders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sphinx_airflow_prod.core.chart import Chart, ChartError
from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Span
from sphinx_airflow_prod.core.placeholders import fill_placeholders
from sphinx_airflow_prod.core.schema import (
    ChartSchema,
    Violation,
    unknown_key,
    unknown_keys,
    violations,
)
from sphinx_airflow_prod.core.settings import Settings, severity_of_unknown_keys
from sphinx_airflow_prod.core.values import Layout, Path, coalesce, merge


@dataclass(frozen=True)
class CheckedValues:
    """The values to render (all layers merged, placeholders filled) and what is wrong with them."""

    values: Mapping[str, Any]
    diagnostics: tuple[Diagnostic, ...]
    """What the schema refuses, each at its place."""

    unknown: Mapping[Path, Diagnostic]
    """The keys that the chart does not know, by path, the topmost of each branch."""

    placeholders: frozenset[Path]
    """Where the reader is to fill something in."""

    is_refused: bool
    """Whether the chart's schema refuses the values, so that Helm would not render them."""


class ValuesChecker:
    """The checks of one chart, compiled once."""

    def __init__(self, chart: Chart, defaults: Mapping[str, Any], settings: Settings) -> None:
        self.schema_problem = ""
        try:
            schema = chart.schema
        except ChartError as error:
            schema = None
            self.schema_problem = str(error)
        else:
            if schema is None:
                self.schema_problem = (
                    f"chart {chart.name} {chart.version} has no values.schema.json: values are "
                    "rendered, but neither their types nor their keys are checked"
                )
        self._defaults = defaults
        self._settings = settings
        self.schema = ChartSchema(schema, defaults, chart.subcharts)
        if self.schema.problem:
            self.schema_problem = f"chart {chart.name} {chart.version}: {self.schema.problem}"

    def filled(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return *values* with their placeholders filled in."""
        return fill_placeholders(values, self.schema, self._settings.placeholders)[0]

    def site_problems(self) -> tuple[str, ...]:
        """Return what the chart refuses of ``helm_values``, or does not know, in words."""
        site = self._settings.values
        by_default = self.schema.check(coalesce(self._defaults, {}))
        refused = {
            violation.path: self._in_words(violation)
            for violation in self.schema.check(coalesce(self._defaults, self.filled(site)))
            if violation not in by_default
        }
        unknown = {path: unknown_key(self.schema, path) for path in self.schema.unknown_in(site)}
        if severity_of_unknown_keys(self._settings) is None:
            unknown = {}
        return tuple({**unknown, **refused}.values())

    def _in_words(self, violation: Violation) -> str:
        if violation.code is Code.UNKNOWN_KEY:
            return unknown_key(self.schema, violation.path)
        return str(violation)

    def check(
        self, layout: Layout, own: Mapping[str, Any], beneath: Mapping[str, Any], span: Span
    ) -> CheckedValues:
        """Check an example.

        *own* are the values of its body, whose positions are in *layout*,
        *beneath* what lies below; *span* is where its directive stands.
        """
        values, placeholders = fill_placeholders(
            merge(beneath, own), self.schema, self._settings.placeholders
        )
        merged = coalesce(self._defaults, values)
        inherited = self.schema.check(coalesce(self._defaults, self.filled(beneath)))
        found = violations(
            self.schema,
            layout,
            merged,
            fallback=span,
            inherited=inherited,
            placeholders=placeholders,
        )
        lasting = [violation for violation in inherited if violation in self.schema.check(merged)]
        refused = bool(found or lasting)
        if lasting and not found:
            what = "the examples it extends, the site's values or the chart's defaults"
            why = self._in_words(lasting[0])
            message = f"the chart refuses what lies beneath this example ({what}): {why}"
            found.append(Diagnostic.of(Code.SCHEMA, message, span))
        unknown: dict[Path, Diagnostic] = {}
        severity = severity_of_unknown_keys(self._settings)
        if severity is not None:
            complaints = {
                complaint.span: complaint
                for complaint in unknown_keys(
                    self.schema, layout, own, severity=severity, reported=found
                )
            }
            for path in self.schema.unknown_in(own):
                if layout.span(path) in complaints:
                    unknown[path] = complaints[layout.span(path)]
        return CheckedValues(values, tuple(found), unknown, placeholders, refused)
