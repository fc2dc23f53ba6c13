"""The verdict over snippets of Airflow's configuration and commands, by itself and by its chart."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from sphinx_airflow_prod.core.airflowchart import AirflowChart
from sphinx_airflow_prod.core.airflowcheck import AirflowMissingError, AirflowTruth
from sphinx_airflow_prod.core.chart import Chart
from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic
from sphinx_airflow_prod.core.examples import AirflowItem, Example, fingerprint
from sphinx_airflow_prod.core.outcome import AirflowProvenance, Outcome, Status
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import SnippetKey
from sphinx_airflow_prod.core.verdicts import Verdict, Verdicts, verdict_of
from sphinx_airflow_prod.core.versions import kubernetes_schemas
from sphinx_airflow_prod.core.workshop import Workshop

if TYPE_CHECKING:  # a build that knows its verdicts derives nothing
    from sphinx_airflow_prod.core.derived import Derived
    from sphinx_airflow_prod.core.judgement import Material


class AirflowSnippets:
    """The snippets of one evaluation that are about Airflow itself.

    First :meth:`at_once`, for each; then, with what was made of
    :attr:`examples`, :meth:`judged` for those that it gave nothing for.
    """

    def __init__(
        self, settings: Settings, workshop: Workshop, airflow: AirflowTruth, verdicts: Verdicts
    ) -> None:
        self._settings = settings
        self._workshop = workshop
        self._airflow = airflow
        self._verdicts = verdicts
        self._through = AirflowChart(settings, workshop, airflow)
        self._derived: dict[SnippetKey, Derived] = {}
        self._charts: dict[str, Chart] = {}

    def begin(self) -> None:
        """Forget the snippets of the evaluation before."""
        self._derived, self._charts = {}, {}

    @property
    def examples(self) -> list[Example]:
        """The examples that have to be rendered for what is not known yet."""
        return [derived.example for derived in self._derived.values()]

    @property
    def charts(self) -> list[Chart]:
        """The charts that were asked, each once."""
        return list(self._charts.values())

    def at_once(self, item: AirflowItem) -> Outcome | None:
        """Return the outcome, ``None`` where something has to be rendered for it."""
        fault = self._through.fault if self._through.concerns(item.snippet) else None
        try:
            verdict = None if fault else self._verdicts.get(self._fingerprint(item))
            if verdict is not None:
                return self._outcome(item, verdict)
            verdict = self._own_verdict(item)
            if fault is not None:
                self._workshop.general[fault] = None
                return self._unverified(item, verdict)
            if verdict[0] is not Status.FAILED:
                derived = self._through.derive(item.snippet)
                if derived is not None:
                    self._derived[item.snippet.key] = derived
                    return None
        except AirflowMissingError as error:
            self._workshop.note(Code.AIRFLOW_SOURCE, str(error))
            return _unchecked(item, Status.UNVERIFIED, item.problems)
        self._verdicts.put(self._fingerprint(item), verdict)
        return self._outcome(item, verdict)

    def judged(self, item: AirflowItem, materials: Mapping[SnippetKey, Material]) -> Outcome:
        """Return the outcome by what the chart makes of a snippet as well."""
        material = materials[item.snippet.key]
        own = self._own_verdict(item)
        if material.engine_failure is not None:
            self._workshop.note(Code.ENGINE, material.engine_failure)
            return self._unverified(item, own)
        found, unchecked = self._through.judge(self._derived[item.snippet.key], material)
        verdict = verdict_of((*own[1], *found), unchecked)
        if not material.is_passing_fault:
            self._verdicts.put(self._fingerprint(item), verdict)
        return self._outcome(item, verdict, material)

    def _own_verdict(self, item: AirflowItem) -> Verdict:
        return verdict_of((*item.problems, *self._airflow.judge(item.snippet)))

    def _outcome(
        self, item: AirflowItem, verdict: Verdict, material: Material | None = None
    ) -> Outcome:
        through = self._through.chart if self._through.concerns(item.snippet) else None
        if through is not None:
            self._charts[through.digest] = through
        chart = self._through.provenance if through is not None else None
        status, diagnostics, unchecked = verdict
        passed = status is Status.PASSED  # of others there is nothing to be trusted
        return Outcome(
            item.snippet,
            status,
            diagnostics,
            AirflowProvenance(self._airflow.label, chart),
            self._fingerprint(item),
            unchecked,
            partial(
                self._through.detail,
                item.snippet,
                render=passed,
                material=material if passed else None,
            ),
        )

    def _unverified(self, item: AirflowItem, own: Verdict) -> Outcome:
        """Return the outcome of what Airflow takes, and no chart could be asked about."""
        status = own[0] if own[0] is Status.FAILED else Status.UNVERIFIED
        return _unchecked(item, status, own[1], AirflowProvenance(self._airflow.label))

    def _fingerprint(self, item: AirflowItem) -> str:
        through = self._through.identity if self._through.concerns(item.snippet) else ""
        judges = f"{self._airflow.identity} {through} {kubernetes_schemas()}"
        return fingerprint(item, {}, judges, self._settings)


def _unchecked(
    item: AirflowItem,
    status: Status,
    diagnostics: tuple[Diagnostic, ...],
    provenance: AirflowProvenance | None = None,
) -> Outcome:
    return Outcome(item.snippet, status, diagnostics, provenance, f"{status} {item!r}")
