"""``evaluate``: snippets in, outcomes out; what Sphinx, pytest and the command line call."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sphinx_airflow_prod.core.chart import Chart, ChartError, load_chart
from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Severity, Span
from sphinx_airflow_prod.core.examples import Example, fingerprint, resolve
from sphinx_airflow_prod.core.judgement import Material, detail_of, judge
from sphinx_airflow_prod.core.outcome import Detail, Outcome, Provenance, Report, Statistics, Status
from sphinx_airflow_prod.core.render import open_engine
from sphinx_airflow_prod.core.render.base import (
    Engine,
    EngineUnavailable,
    Inspect,
    Inspected,
    Job,
    Progress,
    ReadValues,
    Render,
    ValuesRead,
)
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import Snippet
from sphinx_airflow_prod.core.values import Layout, merge, parse
from sphinx_airflow_prod.core.valuescheck import ValuesChecker
from sphinx_airflow_prod.core.verdicts import Verdicts

NO_CHART = (
    "no chart is configured: set helm_chart in conf.py, chart in [tool.sphinx-airflow-prod] of "
    "pyproject.toml, or --helm-chart"
)


def evaluate(
    snippets: Sequence[Snippet],
    settings: Settings,
    *,
    cache_dir: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Return what becomes of *snippets*, in their order.

    Snippets of one document come in the order in which they stand there.  All
    that has to be rendered is rendered in one batch; what *cache_dir* knows
    already is not.  The details of outcomes stay available after the call.
    Never raises for anything that an author can have got wrong.
    """
    with Evaluator(settings, cache_dir) as evaluator:
        return evaluator.evaluate(snippets, progress)


class Evaluator:
    """Charts, engine and verdicts kept over several evaluations with the same settings."""

    def __init__(self, settings: Settings, cache_dir: str | os.PathLike[str] | None = None) -> None:
        self._settings = settings
        self._cache_dir = Path(cache_dir) if cache_dir is not None else None
        self._verdicts = Verdicts(self._cache_dir)
        self._charts: dict[str | None, Chart | Diagnostic] = {}
        self._checkers: dict[str, ValuesChecker] = {}
        self._engine: Engine | None = None
        self._no_engine: Diagnostic | None = None
        self._general: dict[Diagnostic, None] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop worker processes and write what was learned; the evaluator can go on afterwards."""
        self._verdicts.save()
        if self._engine is not None:
            self._engine.close()

    def evaluate(self, snippets: Sequence[Snippet], progress: Progress | None = None) -> Report:
        """Return the outcomes of *snippets*, as :func:`evaluate` does."""
        self._general = {}
        before = self._renders()
        outcomes: list[Outcome | None] = []
        open_examples: list[tuple[int, Example, Chart, str]] = []
        for example in resolve(snippets, self._settings):
            outcome = self._without_evaluation(example)
            if outcome is None:
                chart = self._chart(example.chart_key)
                assert isinstance(chart, Chart)
                print_ = fingerprint(example, chart.digest, self._identity(), self._settings)
                verdict = self._verdicts.get(print_)
                if verdict is None:
                    open_examples.append((len(outcomes), example, chart, print_))
                else:
                    outcome = self._outcome(example, chart, print_, *verdict)
            outcomes.append(outcome)
        self._evaluate_open(open_examples, outcomes, progress)
        self._verdicts.save()
        done = tuple(outcome for outcome in outcomes if outcome is not None)
        return Report(done, tuple(self._general), self._statistics(done, before))

    def _evaluate_open(
        self,
        examples: Sequence[tuple[int, Example, Chart, str]],
        outcomes: list[Outcome | None],
        progress: Progress | None,
    ) -> None:
        """Evaluate what no verdict is known of, and fill it in."""
        pairs = [(example, chart) for _, example, chart, _ in examples]
        materials = self._materials(pairs, progress)
        for (place, example, chart, print_), material in zip(examples, materials, strict=True):
            if material.engine_failure is not None:
                self._note(Code.ENGINE, material.engine_failure)
                outcomes[place] = self._unverified(example)
                continue
            diagnostics = tuple(judge(material))
            failed = any(d.severity is Severity.ERROR for d in diagnostics)
            status = Status.FAILED if failed else Status.PASSED
            if not material.is_passing_fault:
                self._verdicts.put(print_, (status, diagnostics))
            outcomes[place] = dataclasses.replace(
                self._outcome(example, chart, print_, status, diagnostics),
                make_detail=partial(detail_of, material),
            )

    def _without_evaluation(self, example: Example) -> Outcome | None:
        """Return the outcome of what is skipped or cannot be checked at all."""
        if example.snippet.options.skip:
            failed = any(d.severity is Severity.ERROR for d in example.problems)
            status = Status.FAILED if failed else Status.SKIPPED
            return Outcome(
                example.snippet, status, example.problems, fingerprint=f"{status} {example!r}"
            )
        chart = self._chart(example.chart_key)
        if isinstance(chart, Diagnostic):
            if example.chart_key is None:
                self._general[chart] = None
                return self._unverified(example)
            problem = dataclasses.replace(chart, span=example.snippet.option_span("chart"))
            problems = (*example.problems, problem)
            return Outcome(
                example.snippet, Status.FAILED, problems, fingerprint=f"no chart {problems!r}"
            )
        if self._open_engine() is None:
            assert self._no_engine is not None
            self._general[self._no_engine] = None
            return self._unverified(example)
        return None

    def _unverified(self, example: Example) -> Outcome:
        return Outcome(
            example.snippet,
            Status.UNVERIFIED,
            example.problems,
            fingerprint=f"unverified {example!r}",
        )

    def _outcome(
        self,
        example: Example,
        chart: Chart,
        print_: str,
        status: Status,
        diagnostics: tuple[Diagnostic, ...],
    ) -> Outcome:
        return Outcome(
            example.snippet,
            status,
            diagnostics,
            self._provenance(chart),
            print_,
            partial(self._detail, example, chart),
        )

    def _detail(self, example: Example, chart: Chart) -> Detail:
        """Make the detail of an example whose verdict was known: renders come from the cache."""
        (material,) = self._materials([(example, chart)], None)
        if self._engine is not None and not self._renders():
            self._engine.close()
        return detail_of(material)

    def _provenance(self, chart: Chart) -> Provenance:
        assert self._engine is not None
        return Provenance(
            chart.name, chart.version, chart.digest, self._engine.name, self._engine.version
        )

    def _materials(
        self, examples: Sequence[tuple[Example, Chart]], progress: Progress | None
    ) -> list[Material]:
        """Read, check and render: three batches over the engine."""
        if not examples:
            return []
        materials = [Material(example, chart) for example, chart in examples]
        self._read(materials)
        self._check(materials)
        self._render(materials, progress)
        return materials

    def _read(self, materials: Sequence[Material]) -> None:
        """Ask Helm what the values texts mean, after our own parser has found them harmless."""
        layouts: dict[str, Layout] = {}
        jobs: dict[str, Job] = {}
        for material in materials:
            for snippet in (*material.example.beneath, material.example.snippet):
                layout = parse(snippet.body)
                material.layouts.append(layout)
                if layout.readable:
                    layouts.setdefault(snippet.body.text, layout)
                    jobs.setdefault(snippet.body.text, ReadValues(snippet.body.text))
        answers = dict(zip(jobs, self._run(list(jobs.values())), strict=True))
        for material in materials:
            material.readings = [
                answers.get(layout.source.text) if layout.readable else None
                for layout in material.layouts
            ]

    def _check(self, materials: Sequence[Material]) -> None:
        """Merge the layers and hold them against the chart's schema."""
        charts = {material.chart.digest: material.chart for material in materials}
        missing = [chart for digest, chart in charts.items() if digest not in self._checkers]
        inspected = self._run([Inspect(chart) for chart in missing])
        for chart, answer in zip(missing, inspected, strict=True):
            defaults = answer.defaults if isinstance(answer, Inspected) else {}
            self._checkers[chart.digest] = ValuesChecker(chart, defaults, self._settings)
        for chart in charts.values():
            problem = self._checkers[chart.digest].schema_problem
            if problem:
                self._note(Code.CHART_SCHEMA, problem)
        for material in materials:
            if not material.is_readable:
                continue
            layers = [
                reading.values for reading in material.readings if isinstance(reading, ValuesRead)
            ]
            site = dict(self._settings.values)
            material.beneath = merge(site, *layers[:-1])
            checker = self._checkers[material.chart.digest]
            material.checked = checker.check(
                material.layouts[-1], layers[-1], material.beneath, material.example.snippet.span
            )
            material.beneath = checker.filled(material.beneath)

    def _render(self, materials: Sequence[Material], progress: Progress | None) -> None:
        """Render the baselines, what lies beneath examples, and the examples."""
        jobs: dict[Render, None] = {}
        for material in materials:
            material.plan(self._settings)
            jobs.update(dict.fromkeys(material.jobs))
        ordered = list(jobs)
        answers = dict(zip(ordered, self._run(ordered, progress), strict=True))
        for material in materials:
            material.answers = {job: answers[job] for job in material.jobs}

    def _run(self, jobs: Sequence[Job], progress: Progress | None = None) -> list[Any]:
        if not jobs:
            return []
        engine = self._open_engine()
        assert engine is not None
        return list(engine.run(jobs, progress))

    def _open_engine(self) -> Engine | None:
        if self._engine is None and self._no_engine is None:
            try:
                self._engine = open_engine(
                    self._settings.engine,
                    jobs=self._settings.jobs,
                    timeout=self._settings.timeout,
                    cache_dir=self._cache_dir,
                )
                self._engine.version  # noqa: B018  (an engine that cannot tell is not there)
            except EngineUnavailable as error:
                self._engine = None
                self._no_engine = Diagnostic.of(Code.ENGINE, str(error), Span(""))
        return self._engine

    def _identity(self) -> str:
        engine = self._open_engine()
        assert engine is not None
        return engine.identity

    def _chart(self, key: str | None) -> Chart | Diagnostic:
        """Return a configured chart, read once, or what is wrong with it."""
        if key not in self._charts:
            self._charts[key] = self._load_chart(key)
        return self._charts[key]

    def _load_chart(self, key: str | None) -> Chart | Diagnostic:
        path = self._settings.chart if key is None else self._settings.charts.get(key)
        if path is None:
            known = ", ".join(sorted(self._settings.charts)) or "it names none"
            message = NO_CHART if key is None else f"no chart {key!r} in helm_charts ({known})"
            return Diagnostic.of(Code.CHART, message, Span(""))
        try:
            return load_chart(Path(path))
        except ChartError as error:
            return Diagnostic.of(Code.CHART, str(error), Span(""))

    def _note(self, code: Code, message: str) -> None:
        """Keep a diagnostic that concerns no single example, once."""
        self._general[Diagnostic.of(code, message, Span(""))] = None

    def _renders(self) -> int:
        return self._engine.stats.renders if self._engine is not None else 0

    def _statistics(self, outcomes: Sequence[Outcome], renders_before: int) -> Statistics:
        count = [outcome.status for outcome in outcomes].count
        return Statistics(
            examples=len(outcomes),
            failed=count(Status.FAILED),
            skipped=count(Status.SKIPPED),
            unverified=count(Status.UNVERIFIED),
            renders=self._renders() - renders_before,
            cached=self._engine.stats.cached if self._engine is not None else 0,
        )
