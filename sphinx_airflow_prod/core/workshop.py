"""Charts, engine and renders for many examples at once: from resolved examples to materials."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx_airflow_prod import __version__
from sphinx_airflow_prod.core.chart import Chart, ChartError
from sphinx_airflow_prod.core.chart_memory import recall_chart
from sphinx_airflow_prod.core.chartsource import ChartSource
from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Span
from sphinx_airflow_prod.core.examples import Example, release_of
from sphinx_airflow_prod.core.memory import Memory
from sphinx_airflow_prod.core.outcome import Provenance
from sphinx_airflow_prod.core.render import open_engine
from sphinx_airflow_prod.core.render.base import (
    Answer,
    Engine,
    EngineUnavailable,
    Failure,
    Inspect,
    Inspected,
    Job,
    Progress,
    ReadValues,
    Render,
    Rendered,
    ValuesRead,
    values_text,
)
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import SnippetKey

if TYPE_CHECKING:  # a build that has nothing to do needs charts and an engine, and nothing else
    from sphinx_airflow_prod.core.effects import EffectInput
    from sphinx_airflow_prod.core.judgement import Material
    from sphinx_airflow_prod.core.manifests import Manifests
    from sphinx_airflow_prod.core.repository import Pulled
    from sphinx_airflow_prod.core.values import Layout
    from sphinx_airflow_prod.core.valuescheck import ValuesChecker

NO_CHART = (
    "no chart is configured: set helm_chart in conf.py, chart in [tool.sphinx-airflow-prod] of "
    "pyproject.toml, or --helm-chart"
)


class Workshop:
    """What all examples of an evaluation share: each chart is read once, one engine serves all."""

    def __init__(self, settings: Settings, cache_dir: Path | None, memory: Memory) -> None:
        self.settings = settings
        self.general: dict[Diagnostic, None] = {}
        """Diagnostics that concern no single example, each once, in the order found."""
        self._cache_dir = cache_dir
        self._memory = memory
        self._charts: dict[str | None, Chart | Diagnostic] = {}
        self._pulled: dict[str | None, Pulled] = {}
        self._checkers: dict[str, ValuesChecker] = {}
        self._baselines: dict[Render, Manifests] = {}
        self._answers: dict[Render, Answer] = {}
        self._unreadable: dict[str, Failure] = {}
        self._engine: Engine | None = None
        self._no_engine: Diagnostic | None = None

    def close(self) -> None:
        """Stop the worker processes; they start again when needed."""
        if self._engine is not None:
            self._engine.close()

    def note(self, code: Code, message: str) -> None:
        """Keep a diagnostic that concerns no single example, once."""
        self.general[Diagnostic.of(code, message, Span(""))] = None

    @property
    def renders(self) -> int:
        """How many renders were really run."""
        return self._engine.stats.renders if self._engine is not None else 0

    def engine(self) -> Engine | Diagnostic:
        """Return the engine, opened at the first call, or why there is none."""
        if self._engine is None and self._no_engine is None:
            try:
                engine = open_engine(
                    self.settings.engine,
                    jobs=self.settings.jobs,
                    timeout=self.settings.timeout,
                    cache_dir=self._cache_dir,
                )
                engine.version  # noqa: B018  (an engine that cannot tell is none)
            except EngineUnavailable as error:
                self._no_engine = Diagnostic.of(Code.ENGINE, str(error), Span(""))
            else:
                self._engine = engine
        if self._engine is None:
            assert self._no_engine is not None
            return self._no_engine
        return self._engine

    def chart(self, key: str | None) -> Chart | Diagnostic:
        """Return a configured chart, read once, or what is wrong with it."""
        if key not in self._charts:
            self._charts[key] = self._load_chart(key)
        pulled = self._pulled.get(key)
        if pulled is not None and not pulled.source.sha256:
            self.note(Code.CHART_DIGEST, pulled.unpinned)
        return self._charts[key]

    def chart_of(self, example: Example) -> Chart | Diagnostic:
        """Return the chart of an example; what is wrong with it, at the option that names it."""
        chart = self.chart(example.chart_key)
        if isinstance(chart, Diagnostic) and example.chart_key is not None:
            return dataclasses.replace(chart, span=example.snippet.option_span("chart"))
        return chart

    def digests(self) -> Mapping[str | None, str]:
        """Return the digests of the charts read so far, by key."""
        return {
            key: chart.digest for key, chart in self._charts.items() if isinstance(chart, Chart)
        }

    def provenance(self, key: str | None) -> Provenance:
        """Return what examples of a chart are checked against, which is there."""
        chart, engine = self.chart(key), self.engine()
        assert isinstance(chart, Chart)
        assert not isinstance(engine, Diagnostic)
        pulled = self._pulled.get(key)
        return Provenance(
            chart.name,
            chart.version,
            chart.digest,
            engine.name,
            engine.version,
            pulled.source.address if pulled else "",
            pulled.sha256 if pulled else "",
        )

    def materials(
        self,
        examples: Sequence[Example],
        progress: Progress | None = None,
        *,
        effects: Collection[SnippetKey] = (),
        also: Sequence[Render] = (),
    ) -> dict[SnippetKey, Material]:
        """Read, check and render *examples*, whose charts and engine are there, in batches.

        Of those that *effects* names, measure what each leaf does.  What is to be
        rendered *also* is there for :meth:`rendered`.
        """
        if not examples and not also:
            return {}
        from sphinx_airflow_prod.core.judgement import Material

        materials = []
        for example in {example.snippet.key: example for example in examples}.values():
            chart = self.chart(example.chart_key)
            assert isinstance(chart, Chart)
            materials.append(Material(example, chart, baselines=self._baselines))
        self._read(materials)
        self._check(materials)
        self._render(materials, progress, also)
        self._find_holes(materials)
        if effects:
            self._measure([each for each in materials if each.example.snippet.key in effects])
        return {material.example.snippet.key: material for material in materials}

    def _read(self, materials: Sequence[Material]) -> None:
        """Ask Helm what the values texts mean, after our own parser has found them harmless."""
        from sphinx_airflow_prod.core.values import parse

        layouts: dict[str, Layout] = {}
        jobs: dict[str, Job] = {}
        for material in materials:
            for snippet in (*material.example.beneath, material.example.snippet):
                layout = parse(snippet.body)
                material.layouts.append(layout)
                if layout.readable:
                    layouts.setdefault(snippet.body.text, layout)
                    jobs.setdefault(snippet.body.text, ReadValues(snippet.body.text))
        answers = dict(zip(jobs, self.run(list(jobs.values())), strict=True))
        for material in materials:
            material.readings = [
                answers.get(layout.source.text) if layout.readable else None
                for layout in material.layouts
            ]

    def _check(self, materials: Sequence[Material]) -> None:
        """Merge the layers and hold them against the chart's schema."""
        from sphinx_airflow_prod.core.values import merge

        for material in materials:
            if not material.is_readable:
                continue
            layers = [
                reading.values for reading in material.readings if isinstance(reading, ValuesRead)
            ]
            checker = self.checker(material.chart)
            material.body_values = layers[-1]
            material.schema = checker.schema
            material.beneath = merge(dict(self.settings.values), *layers[:-1])
            material.checked = checker.check(
                material.layouts[-1], layers[-1], material.beneath, material.example.snippet.span
            )
            material.beneath = checker.filled(material.beneath)

    def checker(self, chart: Chart) -> ValuesChecker:
        """Return the checks of *chart*, made once; Helm is asked for its defaults."""
        from sphinx_airflow_prod.core.valuescheck import ValuesChecker

        if chart.digest not in self._checkers:
            (answer,) = self.run([Inspect(chart)])
            defaults = answer.defaults if isinstance(answer, Inspected) else {}
            if isinstance(answer, Failure):
                self._unreadable[chart.digest] = answer
            self._checkers[chart.digest] = ValuesChecker(chart, defaults, self.settings)
        return self._checkers[chart.digest]

    def unreadable(self, chart: Chart) -> Failure | None:
        """Return why Helm cannot tell the defaults of *chart*, if it cannot."""
        self.checker(chart)
        return self._unreadable.get(chart.digest)

    def _render(
        self, materials: Sequence[Material], progress: Progress | None, also: Sequence[Render]
    ) -> None:
        """Render the baselines, what lies beneath examples, and the examples."""
        jobs: dict[Render, None] = dict.fromkeys(also)
        for material in materials:
            material.plan(self.settings)
            jobs.update(dict.fromkeys(material.jobs))
        ordered = list(jobs)
        answers = dict(zip(ordered, self.run(ordered, progress), strict=True))
        for material in materials:
            material.answers = {job: answers[job] for job in material.jobs}
        self._answers.update((job, answers[job]) for job in also)

    def baseline(self, chart: Chart) -> Render:
        """Return the job that renders *chart* without any example."""
        return Render(chart, values_text(self.settings.values), release_of(self.settings))

    def rendered(self, job: Render) -> Manifests | Failure:
        """Return the manifests of a job that :meth:`materials` was asked for also."""
        from sphinx_airflow_prod.core.manifests import split

        answer = self._answers[job]
        if not isinstance(answer, Rendered):
            assert isinstance(answer, Failure)
            return answer
        if job not in self._baselines:
            self._baselines[job] = split(answer)
        return self._baselines[job]

    def _find_holes(self, materials: Sequence[Material]) -> None:
        """See whether the chart reads keys that its schema does not know."""
        from sphinx_airflow_prod.core.effects import schema_holes

        suspects = [
            material
            for material in materials
            if material.checked and material.checked.unknown and not material.is_foreign
        ]
        suspects = [each for each in suspects if isinstance(each.answer, Rendered)]
        engine = self.engine()
        if not suspects or isinstance(engine, Diagnostic):
            return
        inputs = [
            (self._effect_input(each), list(each.checked.unknown) if each.checked else [])
            for each in suspects
        ]
        for material, holes in zip(suspects, schema_holes(inputs, engine), strict=True):
            material.holes = holes

    def _measure(self, materials: Sequence[Material]) -> None:
        """Measure what each leaf does, of all examples that render and claim an effect."""
        from sphinx_airflow_prod.core.effects import measure

        measured = [
            each
            for each in materials
            if isinstance(each.answer, Rendered) and not each.example.snippet.options.no_effect
        ]
        engine = self.engine()
        if not measured or isinstance(engine, Diagnostic):
            return
        inputs = [self._effect_input(each) for each in measured]
        for material, effects in zip(measured, measure(inputs, engine), strict=True):
            material.effects = effects

    def _effect_input(self, material: Material) -> EffectInput:
        from sphinx_airflow_prod.core.effects import EffectInput

        lower = material.lower or material.baseline
        return EffectInput(
            material.chart,
            material.example.release,
            material.layouts[-1],
            material.body_values,
            material.beneath,
            self.checker(material.chart).schema,
            self.settings.placeholders,
            material.answer,
            material.answers.get(lower) if lower else None,
        )

    def run(self, jobs: Sequence[Job], progress: Progress | None = None) -> list[Any]:
        """Let the engine, which must be there, answer *jobs*."""
        if not jobs:
            return []
        engine = self.engine()
        assert not isinstance(engine, Diagnostic)
        return list(engine.run(jobs, progress))

    def check_site_values(self) -> None:
        """Hold ``helm_values`` against the charts that are used: they lie beneath everything."""
        if not self.settings.values or isinstance(self.engine(), Diagnostic):
            return
        for chart in self._charts.values():
            if isinstance(chart, Chart):
                for problem in self._site_problems(chart):
                    self.note(Code.CONFIG, f"helm_values: {problem}")

    def _site_problems(self, chart: Chart) -> Sequence[str]:
        """Return what is wrong with ``helm_values``, remembered: every build asks."""
        settings = self.settings
        asked = (settings.values, settings.unknown_keys, settings.placeholders)
        key = f"helm_values {__version__} {chart.digest} {json.dumps(asked, sort_keys=True)}"
        known = self._memory.get(key)
        if isinstance(known, list):
            return known
        problems = list(self.checker(chart).site_problems())
        if self.unreadable(chart) is None:
            self._memory.put(key, problems)
        return problems

    def _load_chart(self, key: str | None) -> Chart | Diagnostic:
        source = self.settings.chart if key is None else self.settings.charts.get(key)
        if source is None:
            known = ", ".join(sorted(self.settings.charts)) or "it names none"
            message = NO_CHART if key is None else f"no chart {key!r} in helm_charts ({known})"
            return Diagnostic.of(Code.CHART, message, Span(""))
        try:
            return recall_chart(self._path_of(key, source), self._memory)
        except ChartError as error:
            return Diagnostic.of(Code.CHART, str(error), Span(""))

    def _path_of(self, key: str | None, source: str | ChartSource) -> Path:
        """Return where the chart is on this machine, downloading it if it is not yet."""
        if isinstance(source, str):
            return Path(source)
        from sphinx_airflow_prod.core.repository import fetch

        # not the folder of renders, which goes with the built pages: an archive is fetched once
        self._pulled[key] = fetch(
            source, cache_dir=self.settings.cache_dir, timeout=self.settings.timeout
        )
        return self._pulled[key].path
