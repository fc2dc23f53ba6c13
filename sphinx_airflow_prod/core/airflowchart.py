"""Snippets of Airflow's configuration through the chart of the site, where that deploys Airflow."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from sphinx_airflow_prod.core.airflowcheck import AirflowTruth, deploys_airflow
from sphinx_airflow_prod.core.chart import Chart
from sphinx_airflow_prod.core.diagnostics import Diagnostic
from sphinx_airflow_prod.core.outcome import Detail, Provenance
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import AirflowSnippet
from sphinx_airflow_prod.core.workshop import Workshop

if TYPE_CHECKING:  # a build that knows its verdicts derives nothing
    from sphinx_airflow_prod.core.derived import Derived
    from sphinx_airflow_prod.core.judgement import Material


class AirflowChart:
    """The site's chart as what Airflow is configured with; ``helm_charts`` are none of it."""

    def __init__(self, settings: Settings, workshop: Workshop, truth: AirflowTruth) -> None:
        self._settings = settings
        self._workshop = workshop
        self._truth = truth

    @property
    def fault(self) -> Diagnostic | None:
        """What is wrong with the chart or the engine, where a chart is configured."""
        chart = self._workshop.chart(None) if self._settings.chart is not None else None
        if isinstance(chart, Diagnostic):
            return chart
        engine = self._workshop.engine() if self.chart is not None else None
        return engine if isinstance(engine, Diagnostic) else None

    @property
    def identity(self) -> str:
        """What changes with chart and engine; empty where there is no chart of Airflow."""
        provenance = self.provenance
        return repr(provenance) if provenance else ""

    @property
    def provenance(self) -> Provenance | None:
        """What derived values are checked against, None where there is no chart of Airflow."""
        if self.chart is None or self.fault is not None:
            return None
        return self._workshop.provenance(None)

    def concerns(self, snippet: AirflowSnippet) -> bool:
        """Whether a snippet is one that has values: commands have none, nor what must fail."""
        return snippet.kind != "command" and not snippet.options.fails

    def derive(self, snippet: AirflowSnippet) -> Derived | None:
        """Return the example that a snippet amounts to, None where it amounts to none."""
        if self.chart is None or not self.concerns(snippet):
            return None
        settings = self._truth.settings_of(snippet)[0]
        if not settings:
            return None
        from sphinx_airflow_prod.core.derived import derive

        checker = self._workshop.checker(self.chart)
        return derive(snippet, settings, checker.schema, self._truth.schema, self._settings)

    def judge(self, derived: Derived, material: Material) -> tuple[tuple[Diagnostic, ...], int]:
        """Return what is wrong with derived values, and the number of unchecked resources."""
        from sphinx_airflow_prod.core.derived import judge_derived

        return judge_derived(derived, material, self._truth.schema, self._settings.placeholders)

    def detail(
        self, snippet: AirflowSnippet, *, render: bool, material: Material | None = None
    ) -> Detail:
        """Return what there is to show of a snippet: its notations, and what the chart makes of it.

        With *render*, the chart is asked where no *material* is at hand.
        """
        detail = self._truth.detail(snippet)
        if detail.notations is None or self.chart is None or not self.concerns(snippet):
            return detail
        derived = self.derive(snippet)
        if derived is None:  # the chart has another way to configure Airflow
            return replace(detail, notations=replace(detail.notations, values=""))
        text = derived.example.snippet.body.text
        notations = replace(
            detail.notations,
            values=text,
            switches=derived.switches,
            elsewhere=tuple(
                (f"[{setting.header}] {setting.written}", name)
                for name, setting in derived.elsewhere.items()
            ),
        )
        if material is None and render:
            found = self._workshop.materials([derived.example])
            self._workshop.close()
            material = found[derived.example.snippet.key]
        if material is None:
            return replace(detail, notations=notations)
        from sphinx_airflow_prod.core.judgement import detail_of

        return replace(detail_of(material), notations=notations)

    @cached_property
    def chart(self) -> Chart | None:
        """The chart, where it is there and deploys Airflow."""
        chart = self._workshop.chart(None) if self._settings.chart is not None else None
        return chart if isinstance(chart, Chart) and deploys_airflow(chart) else None
