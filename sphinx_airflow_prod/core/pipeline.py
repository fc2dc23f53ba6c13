"""``evaluate``: snippets in, outcomes out; what Sphinx, pytest and the command line call."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sphinx_airflow_prod import __version__
from sphinx_airflow_prod.core.airflowcheck import AirflowTruth, deploys_airflow
from sphinx_airflow_prod.core.airflowsnippets import AirflowSnippets
from sphinx_airflow_prod.core.chart import Chart
from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Severity, Span
from sphinx_airflow_prod.core.examples import (
    AirflowItem,
    Claim,
    Example,
    Item,
    TableItem,
    fingerprint,
    resolve,
)
from sphinx_airflow_prod.core.memory import Memory
from sphinx_airflow_prod.core.outcome import (
    Detail,
    Outcome,
    Provenance,
    Report,
    RoleOutcome,
    Statistics,
    Status,
)
from sphinx_airflow_prod.core.prose import Prose
from sphinx_airflow_prod.core.render.base import Progress
from sphinx_airflow_prod.core.roles import Role
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import (
    AirflowSnippet,
    ManifestSnippet,
    SecretSnippet,
    Snippet,
    SnippetKey,
    TableSnippet,
    ValuesSnippet,
)
from sphinx_airflow_prod.core.tablecheck import Tables
from sphinx_airflow_prod.core.verdicts import Verdict, Verdicts, verdict_of
from sphinx_airflow_prod.core.versions import kubernetes_schemas
from sphinx_airflow_prod.core.workshop import Workshop

if TYPE_CHECKING:  # a build that has nothing to do judges nothing: it must not pay for imports
    from sphinx_airflow_prod.core.judgement import Material

Materials = Mapping[SnippetKey, "Material"]


def evaluate(
    snippets: Sequence[Snippet],
    settings: Settings,
    *,
    cache_dir: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    effects: bool = False,
    roles: Sequence[Role] = (),
) -> Report:
    """Return what becomes of *snippets*, in their order.

    Snippets of one document come in the order in which they stand there.  All
    that has to be rendered is rendered in one batch; what *cache_dir* knows
    already is not.  The details of outcomes stay available after the call.
    *roles* are those of the same documents.
    With *effects*, each line of each example is put to the test as well.
    Never raises for anything that an author can have got wrong.
    """
    with Evaluator(settings, cache_dir, effects=effects) as evaluator:
        return evaluator.evaluate(snippets, progress, roles=roles)


class Evaluator:
    """Charts, engine and verdicts kept over several evaluations with the same settings."""

    def __init__(
        self,
        settings: Settings,
        cache_dir: str | os.PathLike[str] | None = None,
        *,
        effects: bool = False,
    ) -> None:
        folder = Path(cache_dir) if cache_dir is not None else None
        self._settings = settings
        self._effects = effects
        self._read: dict[SnippetKey, str] = {}
        self._memory = Memory(folder)
        self._verdicts = Verdicts(self._memory)
        self._workshop = Workshop(settings, folder, self._memory)
        self._airflow = AirflowTruth(settings, folder, self._memory)
        self._tables = Tables(settings, self._workshop, self._airflow, self._verdicts)
        self._snippets = AirflowSnippets(settings, self._workshop, self._airflow, self._verdicts)

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
        self._memory.save()
        self._workshop.close()

    def evaluate(
        self,
        snippets: Sequence[Snippet],
        progress: Progress | None = None,
        *,
        only: Collection[SnippetKey] | None = None,
        roles: Sequence[Role] = (),
    ) -> Report:
        """Return the outcomes of *snippets*, as :func:`evaluate` does.

        With *only*, the outcomes of those keys alone: the other snippets are
        there for the names that options and *roles* mention.
        """
        self._workshop.general = {}
        self._read = {}
        self._snippets.begin()
        renders = self._workshop.renders
        resolved = resolve(snippets, self._settings)
        items = [item for item in resolved if only is None or item.snippet.key in only]
        outcomes = {item.snippet.key: self._at_once(item) for item in items}
        prose = Prose(roles, resolved, self._workshop, self._airflow, self._verdicts)
        for chart in prose.charts:
            self._note_schema(chart)
        self._workshop.check_site_values()
        pending = [item for item in items if outcomes[item.snippet.key] is None]
        examples = [example for item in pending for example in _examples(item)]
        measured = {example.snippet.key for example in examples} if self._effects else ()
        examples += self._snippets.examples + prose.examples
        materials = self._workshop.materials(
            examples, progress, effects=measured, also=prose.baselines
        )
        for item in pending:
            outcomes[item.snippet.key] = self._judged(item, materials)
        judged = prose.outcomes(materials)
        for chart in self._snippets.charts:
            self._note_schema(chart)
        self._memory.save()
        done = tuple(outcome for outcome in outcomes.values() if outcome is not None)
        statistics = Statistics(
            examples=_kind(done, ValuesSnippet) - _count(done, Status.FOREIGN),
            claims=_kind(done, ManifestSnippet),
            secrets=_kind(done, SecretSnippet),
            airflow=_kind(done, AirflowSnippet),
            roles=len(judged),
            tables=_kind(done, TableSnippet),
            failed=_count(done, Status.FAILED) + _count(judged, Status.FAILED),
            skipped=_count(done, Status.SKIPPED),
            unverified=_count(done, Status.UNVERIFIED) + _count(judged, Status.UNVERIFIED),
            renders=self._workshop.renders - renders,
            unchecked=sum(outcome.unchecked for outcome in done),
        )
        return Report(done, tuple(self._workshop.general), statistics, judged)

    def _at_once(self, item: Item) -> Outcome | None:
        """Return the outcome of what is skipped, cannot be checked, or was judged before."""
        if item.snippet.options.skip:
            return _plain(item, Status.SKIPPED)
        if isinstance(item, AirflowItem):
            return self._snippets.at_once(item)
        if isinstance(item, TableItem):
            return self._tables.outcome(item)
        for example in _examples(item):
            blocked = self._blocked(item, example)
            if blocked is not None:
                return blocked
        if isinstance(item.snippet, ManifestSnippet) and not _examples(item):
            return _plain(item, Status.FAILED)
        verdict = self._verdicts.get(self._fingerprint(item))
        return None if verdict is None else self._outcome(item, verdict)

    def _blocked(self, item: Example | Claim, example: Example) -> Outcome | None:
        """Return the outcome of what has no chart or no engine, or is about a skipped example."""
        if example.snippet.options.skip:
            return _plain(item, Status.SKIPPED)
        chart = self._workshop.chart_of(example)
        if isinstance(chart, Diagnostic):
            if example.chart_key is None:
                self._workshop.general[chart] = None
                return _plain(item, Status.UNVERIFIED)
            problems = (chart,) if item is example else ()
            return _plain(item, Status.FAILED if problems else Status.UNVERIFIED, problems)
        engine = self._workshop.engine()
        if isinstance(engine, Diagnostic):
            self._workshop.general[engine] = None
            return _plain(item, Status.UNVERIFIED)
        return None

    def _judged(self, item: Item, materials: Materials) -> Outcome:
        """Judge what no verdict was known of, and remember the verdict if it will last."""
        if isinstance(item, AirflowItem):
            return self._snippets.judged(item, materials)
        assert not isinstance(item, TableItem)
        from sphinx_airflow_prod.core.claims import claim_detail, judge_claim
        from sphinx_airflow_prod.core.judgement import detail_of

        own = [materials[example.snippet.key] for example in _examples(item)]
        for material in own:
            if material.engine_failure is not None:
                self._workshop.note(Code.ENGINE, material.engine_failure)
                return _plain(item, Status.UNVERIFIED)
        make_detail: Callable[[], Detail]
        if isinstance(item, Example):
            verdict = self._verdict_of_example(item, own[0])
            make_detail = partial(detail_of, own[0])
        else:
            verdict = verdict_of(judge_claim(item, own))
            make_detail = partial(claim_detail, item, own)
        if not any(material.is_passing_fault for material in own):
            self._verdicts.put(self._fingerprint(item), verdict)
        return self._outcome(item, verdict, make_detail)

    def _verdict_of_example(self, example: Example, material: Material) -> Verdict:
        from sphinx_airflow_prod.core.judgement import judge
        from sphinx_airflow_prod.core.kubecheck import judge_resources
        from sphinx_airflow_prod.core.secretcheck import judge_missing

        if material.is_foreign:
            return Status.FOREIGN, (), 0
        refused, unchecked = judge_resources(material, self._settings.placeholders)
        missing = judge_missing(material, example.secrets)
        configured = self._airflow.judge_values(material) if deploys_airflow(material.chart) else ()
        return verdict_of((*judge(material), *configured, *missing, *refused), unchecked)

    def _outcome(
        self,
        item: Example | Claim,
        verdict: Verdict,
        make_detail: Callable[[], Detail] | None = None,
    ) -> Outcome:
        provenance: Provenance | None = None
        for example in _examples(item):
            chart = self._workshop.chart(example.chart_key)
            assert isinstance(chart, Chart)
            provenance = self._workshop.provenance(example.chart_key)
            self._note_schema(chart)
        status, diagnostics, unchecked = verdict
        return Outcome(
            item.snippet,
            status,
            diagnostics,
            provenance,
            self._fingerprint(item),
            unchecked,
            make_detail or partial(self._detail, item),
        )

    def _note_schema(self, chart: Chart) -> None:
        """Say that a chart's schema cannot be used, also where all verdicts are known."""
        key = f"schema {__version__} {chart.digest}"
        known = self._verdicts.get(key)
        if known is None:
            problem = self._workshop.checker(chart).schema_problem
            diagnostics = (Diagnostic.of(Code.CHART_SCHEMA, problem, Span("")),) if problem else ()
            known = (Status.PASSED, diagnostics, 0)
            self._verdicts.put(key, known)
        self._workshop.general.update(dict.fromkeys(known[1]))

    def _detail(self, item: Example | Claim) -> Detail:
        """Make the detail of an item whose verdict was known: renders come from the cache."""
        from sphinx_airflow_prod.core.claims import claim_detail
        from sphinx_airflow_prod.core.judgement import detail_of

        examples = _examples(item)
        materials = self._workshop.materials(examples)
        self._workshop.close()
        own = [materials[example.snippet.key] for example in examples]
        return detail_of(own[0]) if isinstance(item, Example) else claim_detail(item, own)

    def _fingerprint(self, item: Example | Claim) -> str:
        examples = _examples(item)
        engine = self._workshop.engine() if examples else None
        identity = "" if engine is None or isinstance(engine, Diagnostic) else engine.identity
        return fingerprint(
            item,
            self._workshop.digests(),
            f"{identity} {kubernetes_schemas()} {self._effects} {self._readings(item)} "
            f"{self._airflow_of(examples)}",
            self._settings,
        )

    def _readings(self, item: Example | Claim) -> tuple[str, ...]:
        """Return what was read of the Secrets that an outcome depends on, each read once."""
        snippets = [secret for example in _examples(item) for secret in example.secrets]
        if isinstance(item.snippet, SecretSnippet):
            snippets.append(item.snippet)
        for snippet in snippets:
            if snippet.key not in self._read:
                from sphinx_airflow_prod.core.secretcheck import reading_of

                self._read[snippet.key] = reading_of(snippet)
        return tuple(self._read[snippet.key] for snippet in snippets)

    def _airflow_of(self, examples: Iterable[Example]) -> str:
        """Return the identity of the Airflow that judges charts of it, empty without one.

        It is only said that there is none where one was asked for.
        """
        charts = {self._workshop.chart(example.chart_key) for example in examples}
        if not any(isinstance(chart, Chart) and deploys_airflow(chart) for chart in charts):
            return ""
        if self._airflow.is_asked_for and self._airflow.fault:
            self._workshop.note(Code.AIRFLOW_SOURCE, self._airflow.fault)
        return self._airflow.identity


def _examples(item: Item) -> tuple[Example, ...]:
    return (item,) if isinstance(item, Example) else item.examples


def _plain(item: Item, status: Status, more: tuple[Diagnostic, ...] = ()) -> Outcome:
    """Return the outcome of what is not evaluated: the problems of the grammar still count."""
    diagnostics = (*item.problems, *more)
    if status is Status.SKIPPED and any(d.severity is Severity.ERROR for d in diagnostics):
        status = Status.FAILED
    return Outcome(item.snippet, status, diagnostics, fingerprint=f"{status} {item!r}")


def _kind(outcomes: Sequence[Outcome], kind: type[Snippet]) -> int:
    return sum(isinstance(outcome.snippet, kind) for outcome in outcomes)


def _count(outcomes: Sequence[Outcome | RoleOutcome], status: Status) -> int:
    return sum(outcome.status is status for outcome in outcomes)
