"""One example's values held against one chart: schema, unknown keys, placeholders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sphinx_airflow_prod.core.chart import Chart, ChartError
from sphinx_airflow_prod.core.diagnostics import Diagnostic, Span
from sphinx_airflow_prod.core.placeholders import fill_placeholders
from sphinx_airflow_prod.core.schema import ChartSchema, unknown_keys, violations
from sphinx_airflow_prod.core.settings import Settings, severity_of_unknown_keys
from sphinx_airflow_prod.core.values import Layout, coalesce, merge


@dataclass(frozen=True)
class CheckedValues:
    """The values to render (all layers merged, placeholders filled) and what is wrong with them."""

    values: Mapping[str, Any]
    diagnostics: tuple[Diagnostic, ...]
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
        self._schema = ChartSchema(schema, defaults, chart.subcharts)

    def filled(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return *values* with their placeholders filled in."""
        return fill_placeholders(values, self._schema, self._settings.placeholders)[0]

    def check(
        self, layout: Layout, own: Mapping[str, Any], beneath: Mapping[str, Any], span: Span
    ) -> CheckedValues:
        """Check an example.

        *own* are the values of its body, whose positions are in *layout*,
        *beneath* what lies below; *span* is where its directive stands.
        """
        values, placeholders = fill_placeholders(
            merge(beneath, own), self._schema, self._settings.placeholders
        )
        found = violations(
            self._schema,
            layout,
            coalesce(self._defaults, values),
            fallback=span,
            inherited=self._schema.check(coalesce(self._defaults, self.filled(beneath))),
            placeholders=placeholders,
        )
        refused = bool(found)
        severity = severity_of_unknown_keys(self._settings)
        if severity is not None:
            found += unknown_keys(self._schema, layout, own, severity=severity, reported=found)
        return CheckedValues(values, tuple(found), refused)
