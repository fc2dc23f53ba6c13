"""The verdict over reference tables, and the tables themselves: made when a page shows them.

Nothing is rendered for them.  A build that changes nothing compares
fingerprints, of which the chart's digest is a part, and reads no chart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from sphinx_airflow_prod.core.airflowcheck import AirflowMissingError, AirflowTruth
from sphinx_airflow_prod.core.chart import Chart
from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Span
from sphinx_airflow_prod.core.examples import TableItem, fingerprint
from sphinx_airflow_prod.core.outcome import AirflowProvenance, Detail, Outcome, Status
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import TableSnippet, is_about_airflow
from sphinx_airflow_prod.core.verdicts import Verdicts, verdict_of
from sphinx_airflow_prod.core.workshop import Workshop

if TYPE_CHECKING:  # a build that has nothing to do makes no table
    from sphinx_airflow_prod.core.parameters import Parameters
    from sphinx_airflow_prod.core.valuepaths import Path

TABLES = 2
"""To be counted up whenever the same chart may get another table than before."""


class Tables:
    """The reference tables of one evaluation."""

    def __init__(
        self, settings: Settings, workshop: Workshop, airflow: AirflowTruth, verdicts: Verdicts
    ) -> None:
        self._settings = settings
        self._workshop = workshop
        self._airflow = airflow
        self._verdicts = verdicts
        self._known: dict[str | None, Parameters] = {}

    def outcome(self, item: TableItem) -> Outcome:
        """Judge a table; its rows are made when they are asked for."""
        if is_about_airflow(item.snippet):
            return self._of_airflow(item)
        return self._of_chart(item)

    def _of_chart(self, item: TableItem) -> Outcome:
        key = item.snippet.options.chart
        chart, engine = self._workshop.chart(key), self._workshop.engine()
        if isinstance(chart, Diagnostic) and key is not None:
            problem = replace(chart, span=item.snippet.option_span("chart"))
            return _unmade(item, Status.FAILED, problem)
        if isinstance(chart, Diagnostic) or isinstance(engine, Diagnostic):
            for fault in (chart, engine):
                if isinstance(fault, Diagnostic):
                    self._workshop.general[fault] = None
            return _unmade(item, Status.UNVERIFIED)
        known_by = self._fingerprint(item, f"{engine.identity} {chart.digest}")
        verdict = self._verdicts.get(known_by)
        if verdict is None:
            found = judge_paths(item.snippet, self._parameters(chart, key))
            verdict = verdict_of((*item.problems, *found))
            self._verdicts.put(known_by, verdict)
        status, diagnostics, _ = verdict
        make = partial(self._table, item.snippet, chart)
        provenance = self._workshop.provenance(key)
        return Outcome(item.snippet, status, diagnostics, provenance, known_by, make_detail=make)

    def _of_airflow(self, item: TableItem) -> Outcome:
        try:
            provenance = AirflowProvenance(self._airflow.label)
            known_by = self._fingerprint(item, self._airflow.identity)
            verdict = self._verdicts.get(known_by)
            if verdict is None:
                verdict = verdict_of((*item.problems, *self._airflow.judge_table(item.snippet)))
                self._verdicts.put(known_by, verdict)
        except AirflowMissingError as error:
            self._workshop.note(Code.AIRFLOW_SOURCE, str(error))
            return _unmade(item, Status.UNVERIFIED)
        status, diagnostics, _ = verdict
        make = partial(self._airflow.table, item.snippet)
        return Outcome(item.snippet, status, diagnostics, provenance, known_by, make_detail=make)

    def _fingerprint(self, item: TableItem, judge: str) -> str:
        return fingerprint(item, {}, f"tables {TABLES} {judge}", self._settings)

    def _parameters(self, chart: Chart, key: str | None) -> Parameters:
        """Return what is known of a chart's values, read once for all tables."""
        from sphinx_airflow_prod.core.parameters import Parameters

        if key not in self._known:
            self._known[key] = Parameters(chart, self._workshop.checker(chart).schema, key)
        return self._known[key]

    def _table(self, snippet: TableSnippet, chart: Chart) -> Detail:
        """Return the rows of a table; paths that are wrong have none."""
        from sphinx_airflow_prod.core.tables import Table

        parameters = self._parameters(chart, snippet.options.chart)
        self._workshop.close()
        paths = tuple(
            path
            for text, _ in snippet.names
            if (path := _path(text)) is not None and parameters.problem(path) is None
        )
        if snippet.names and not paths:
            return Detail(table=Table("parameters", ()))
        return Detail(table=Table("parameters", parameters.rows(paths, snippet.options.depth)))


def judge_paths(snippet: TableSnippet, parameters: Parameters) -> Iterator[Diagnostic]:
    """Give what is wrong with the paths of a table of values, each at its place."""
    from sphinx_airflow_prod.core.valuepaths import parse_value_path

    for text, span in snippet.names:
        try:
            path = parse_value_path(text)
        except ValueError as error:
            yield Diagnostic.of(Code.OPTION, str(error), span)
            continue
        if path.chart is not None:
            message = f"'{text}': name the chart with the option ':chart: {path.chart}'"
            yield Diagnostic.of(Code.OPTION, message, span)
            continue
        problem = parameters.problem(path.steps)
        if problem is not None:
            message, step = problem
            place = Span(span.path, span.line, span.column + path.offsets[step])
            yield Diagnostic.of(Code.UNKNOWN_KEY, message, place)


def _path(text: str) -> Path | None:
    from sphinx_airflow_prod.core.valuepaths import parse_value_path

    try:
        path = parse_value_path(text)
    except ValueError:
        return None
    return path.steps if path.chart is None else None


def _unmade(item: TableItem, status: Status, *more: Diagnostic) -> Outcome:
    """Return the outcome of a table that cannot be made."""
    diagnostics = (*item.problems, *more)
    return Outcome(item.snippet, status, diagnostics, fingerprint=f"{status} {item!r}")
