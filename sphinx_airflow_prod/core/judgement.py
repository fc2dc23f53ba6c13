"""What is known of one example, and the verdict over it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from sphinx_airflow_prod.core.changes import Changes, compare
from sphinx_airflow_prod.core.chart import Chart
from sphinx_airflow_prod.core.deprecations import deprecations
from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Severity
from sphinx_airflow_prod.core.effects import LeafEffect, Verdict
from sphinx_airflow_prod.core.examples import Example
from sphinx_airflow_prod.core.manifests import Manifests, Resource, split
from sphinx_airflow_prod.core.outcome import Detail
from sphinx_airflow_prod.core.render.base import Answer, Failure, Render, Rendered, values_text
from sphinx_airflow_prod.core.schema import ChartSchema
from sphinx_airflow_prod.core.secrets import Survey, survey
from sphinx_airflow_prod.core.selectors import Selector, nearest
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.values import Layout, Path, format_path
from sphinx_airflow_prod.core.valuescheck import CheckedValues

_CODE_OF_FAILURE = {
    "values": Code.YAML,
    "schema": Code.SCHEMA,
    "template": Code.RENDER,
    "timeout": Code.TIMEOUT,
    "crash": Code.CRASH,
}


@dataclass
class Material:
    """Everything learned about one example, filled in step by step by the pipeline.

    ``layouts`` and ``readings`` are those of the layers, the example's own
    last; ``schema`` is the chart's; ``body_values`` are those of the body,
    ``beneath`` what lies below, ``checked`` the two merged; ``answers`` hold
    the renders that :meth:`plan` asked for; ``holes`` are keys that the schema
    does not know and the chart reads, ``effects`` what each leaf does, where
    that was asked for.
    """

    example: Example
    chart: Chart
    layouts: list[Layout] = field(default_factory=list)
    readings: list[Answer | None] = field(default_factory=list)
    body_values: Mapping[str, Any] = field(default_factory=dict)
    beneath: Mapping[str, Any] = field(default_factory=dict)
    checked: CheckedValues | None = None
    schema: ChartSchema | None = None
    holes: frozenset[Path] = frozenset()
    effects: tuple[LeafEffect, ...] = ()
    baseline: Render | None = None
    lower: Render | None = None
    own: Render | None = None
    answers: Mapping[Render, Answer] = field(default_factory=dict)
    baselines: dict[Render, Manifests] = field(default_factory=dict)
    """What baselines render, read once for all the examples that are compared with one."""

    @property
    def is_readable(self) -> bool:
        """Whether Helm could read every layer."""
        return bool(self.readings) and all(
            reading is not None and not isinstance(reading, Failure) for reading in self.readings
        )

    @property
    def jobs(self) -> tuple[Render, ...]:
        """The renders that the example needs."""
        return tuple(job for job in (self.baseline, self.lower, self.own) if job is not None)

    def plan(self, settings: Settings) -> None:
        """Settle which renders are needed: none where they could only repeat what is wrong."""
        options = self.example.snippet.options
        if self.checked is None or options.no_render or self.is_foreign:
            return
        if self.checked.is_refused and options.fails is None:
            return
        release = self.example.release
        self.baseline = Render(self.chart, values_text(settings.values), release)
        self.own = Render(self.chart, values_text(self.checked.values), release)
        if self.example.beneath:
            self.lower = Render(self.chart, values_text(self.beneath), release)

    @property
    def is_foreign(self) -> bool:
        """Whether an ordinary code block turns out to hold something else than values.

        It does unless it is readable and has a key of the chart at the top
        level; a manifest is none in any case.
        """
        if not self.example.snippet.inferred:
            return False
        keys = self.body_values.keys()
        return not self.is_readable or {"apiVersion", "kind"} <= keys or not self._has_known_key

    @property
    def _has_known_key(self) -> bool:
        schema = self.schema
        return schema is not None and any(schema.is_known((key,)) for key in self.body_values)

    @property
    def engine_failure(self) -> str | None:
        """What is wrong with the engine itself, where that is why there is no answer."""
        for answer in (*self.readings, *self.answers.values()):
            if isinstance(answer, Failure) and answer.kind == "engine":
                return answer.message
        return None

    @property
    def is_passing_fault(self) -> bool:
        """Whether the verdict may be another at the next try."""
        return any(
            isinstance(answer, Failure) and answer.kind in ("timeout", "crash", "engine")
            for answer in (*self.readings, *self.answers.values())
        )

    @property
    def answer(self) -> Answer | None:
        """The answer to the example's own render."""
        return self.answers.get(self.own) if self.own else None

    @cached_property
    def base_manifests(self) -> Manifests:
        """What the chart renders without the example; nothing where it does not render."""
        if self.baseline is None:
            return Manifests()
        if self.baseline not in self.baselines:
            self.baselines[self.baseline] = self._manifests(self.baseline, ())
        return self.baselines[self.baseline]

    @cached_property
    def manifests(self) -> Manifests:
        """What the example renders."""
        return self._manifests(self.own, self.base_manifests.resources)

    @cached_property
    def survey(self) -> Survey:
        """What the example's resources need of Secrets, and which they bring."""
        return survey(self.manifests.resources, self.example.release.namespace)

    @cached_property
    def base_survey(self) -> Survey:
        """The same for what the chart renders without the example."""
        return survey(self.base_manifests.resources, self.example.release.namespace)

    @cached_property
    def changes(self) -> Changes:
        """What the example changes over the chart's defaults."""
        return compare(self.base_manifests.resources, self.manifests.resources)

    @cached_property
    def has_effect(self) -> bool:
        """Whether the example changes anything over what lies beneath it."""
        lower_job = self.lower or self.baseline
        below = self.answers.get(lower_job) if lower_job else None
        if not isinstance(below, Rendered) or not isinstance(self.answer, Rendered):
            return True
        if below.notes != self.answer.notes:
            return True
        if self.lower is None:
            return not self.changes.is_empty
        return not compare(self.lower_manifests.resources, self.manifests.resources).is_empty

    @cached_property
    def lower_manifests(self) -> Manifests:
        """What is rendered of what lies beneath the example: the baseline where nothing does."""
        if self.lower is None:
            return self.base_manifests
        return self._manifests(self.lower, self.base_manifests.resources)

    def _manifests(self, job: Render | None, known: tuple[Resource, ...]) -> Manifests:
        answer = self.answers.get(job) if job else None
        return split(answer, known) if isinstance(answer, Rendered) else Manifests()


def judge(material: Material) -> Iterator[Diagnostic]:
    """Give everything that is wrong with an example, in the order in which it was found."""
    yield from material.example.problems
    yield from _unparsable(material)
    yield from _unreadable(material)
    if material.checked is None:
        return
    options = material.example.snippet.options
    if options.fails is not None and not options.no_render:
        yield from _refusal(material, options.fails)
        yield from _beside_the_refusal(material)
        return
    yield from material.checked.diagnostics
    for path, complaint in material.checked.unknown.items():
        yield _hole(path, complaint) if path in material.holes else complaint
    yield from _deprecated(material)
    yield from _without_baseline(material)
    yield from _rendered(material)
    yield from _effects(material)


def detail_of(material: Material) -> Detail:
    """Return what there is to show of an example."""
    answer = material.answer
    if isinstance(answer, Failure):
        return Detail(refusal=answer)
    if not isinstance(answer, Rendered):
        return Detail()
    base = material.answers.get(material.baseline) if material.baseline else None
    base_notes = base.notes if isinstance(base, Rendered) else ""
    return Detail(
        material.manifests.resources,
        material.changes,
        answer.notes if answer.notes != base_notes else "",
    )


def _unparsable(material: Material) -> Iterator[Diagnostic]:
    """Give what our own parser found; of no values at all it can say no place."""
    snippet = material.example.snippet
    if not material.layouts or any(problem.code is Code.FILE for problem in snippet.problems):
        return
    for diagnostic in material.layouts[-1].diagnostics:
        yield diagnostic if diagnostic.span.path else replace(diagnostic, span=snippet.span)


def _unreadable(material: Material) -> Iterator[Diagnostic]:
    """Say which layer Helm could not read, where our own parser found nothing wrong."""
    pairs = list(zip(material.layouts, material.readings, strict=True))
    for layout, reading in pairs[-1:]:
        if isinstance(reading, Failure):
            span = layout.source.span(reading.line - 1) if reading.line else layout.span(())
            code = _CODE_OF_FAILURE.get(reading.kind, Code.YAML)
            yield Diagnostic.of(code, f"Helm cannot read these values: {reading.message}", span)
    names = [snippet.options.name for snippet in material.example.beneath]
    for name, (_, reading) in zip(names, pairs[:-1], strict=True):
        if reading is None or isinstance(reading, Failure):
            message = f"cannot be checked: example '{name}', which it extends, is not readable"
            span = material.example.snippet.option_span("extends")
            yield Diagnostic.of(Code.NAME, message, span)


def _refusal(material: Material, pattern: str) -> Iterator[Diagnostic]:
    """Hold ``:fails:`` against what Helm said."""
    span = material.example.snippet.option_span("fails")
    answer = material.answer
    if not isinstance(answer, Failure):
        message = "the chart accepts these values, and option 'fails' says that it refuses them"
        yield Diagnostic.of(Code.FAILS, message, span)
    elif answer.kind in ("timeout", "crash"):
        yield _failure(material, answer)
    elif not re.search(pattern, answer.message):
        message = f"the chart refuses these values otherwise than option 'fails' says: {pattern!r}"
        yield Diagnostic.of(Code.FAILS, f"{message}\nHelm says: {answer.message}", span)
    else:
        lower = material.lower or material.baseline
        below = material.answers.get(lower) if lower else None
        if isinstance(below, Failure) and below.message == answer.message:
            message = "the chart refuses this without the example as well, so it proves nothing"
            yield Diagnostic.of(Code.FAILS, f"{message}\nHelm says: {answer.message}", span)


def _beside_the_refusal(material: Material) -> Iterator[Diagnostic]:
    """Give the unknown keys of a refused example, but those that the refusal speaks of."""
    assert material.checked is not None
    said = material.answer.message if isinstance(material.answer, Failure) else ""
    for path, complaint in material.checked.unknown.items():
        if str(path[-1]) not in said:
            yield complaint


def _without_baseline(material: Material) -> Iterator[Diagnostic]:
    """Say that there is nothing to compare the example with."""
    base = material.answers.get(material.baseline) if material.baseline else None
    if isinstance(base, Failure) and isinstance(material.answer, Rendered):
        message = (
            "the chart does not render without this example, so what it changes cannot be told; "
            f"give the chart what it needs in helm_values\nHelm says: {base.message}"
        )
        yield Diagnostic.of(Code.BASELINE, message, material.example.snippet.span)


def _rendered(material: Material) -> Iterator[Diagnostic]:
    """Judge the render: that there is one, what it holds, and that it shows an effect."""
    snippet = material.example.snippet
    answer = material.answer
    if isinstance(answer, Failure):
        yield from _failures(material, answer)
        return
    if not isinstance(answer, Rendered):
        return
    known = {(problem.template, problem.message) for problem in material.base_manifests.problems}
    for problem in material.manifests.problems:
        if (problem.template, problem.message) not in known:
            message = f"with these values the chart renders no Kubernetes resource: {problem}"
            yield Diagnostic.of(Code.RENDER, message, snippet.span)
    for selector in snippet.options.show:
        yield from _unmatched(material, selector)
    assert material.checked is not None
    # a placeholder may have become the very default
    left_open = any(path in material.layouts[-1] for path in material.checked.placeholders)
    blameless = not (material.checked.diagnostics or material.checked.unknown or left_open)
    if not material.has_effect and not snippet.options.no_effect and blameless:
        over = "over the examples it extends" if material.example.beneath else "over its defaults"
        message = (
            f"the example changes nothing in what the chart renders {over}; "
            "if it restates defaults on purpose, say :no-effect:"
        )
        severity = Severity.WARNING if snippet.inferred else Severity.ERROR
        yield Diagnostic(Code.NO_EFFECT, message, snippet.span, severity)
    elif material.has_effect and snippet.options.no_effect:
        message = "the example has an effect, and option 'no-effect' says that it has none"
        yield Diagnostic.of(Code.NO_EFFECT, message, snippet.option_span("no-effect"))


def _hole(path: Path, complaint: Diagnostic) -> Diagnostic:
    """Demote an unknown key that changes what is rendered: the schema is wrong, not the author."""
    message = f"{format_path(path)} is not in the chart's schema, yet the chart reads it"
    return Diagnostic(Code.UNKNOWN_KEY, message, complaint.span, Severity.WARNING)


def _deprecated(material: Material) -> Iterator[Diagnostic]:
    """Say what the chart's schema, or notes that the example newly brings, call deprecated."""
    if material.schema is None:
        return
    lower = material.lower or material.baseline
    below = material.answers.get(lower) if lower else None
    before = below.notes if isinstance(below, Rendered) else None
    notes = material.answer.notes if isinstance(material.answer, Rendered) else before
    if before is None or notes is None:  # nothing to compare: the schema alone speaks
        before = notes = ""
    layout = material.layouts[-1]
    for found in deprecations(material.schema, material.body_values, before, notes):
        known = bool(found.path) and found.path[:1] in layout
        span = layout.span(found.path) if known else material.example.snippet.span
        yield Diagnostic.of(Code.DEPRECATED, found.message, span)


def _effects(material: Material) -> Iterator[Diagnostic]:
    """Say which leaves of the example do nothing."""
    if material.example.snippet.options.no_effect:
        return
    mild = (Verdict.DEFAULT, Verdict.UNPROVEN)
    assert material.checked is not None
    complained = {complaint.span for complaint in material.checked.unknown.values()}
    for effect in material.effects:
        if effect.verdict is Verdict.EFFECTIVE or effect.span in complained:
            continue
        severity = Severity.WARNING if effect.verdict in mild else Severity.ERROR
        yield Diagnostic(Code.EFFECT, effect.message, effect.span, severity)


def _failures(material: Material, failure: Failure) -> Iterator[Diagnostic]:
    """Say why Helm refused; schema violations go to the keys they are about."""
    if failure.kind != "schema" or not failure.violations:
        yield _failure(material, failure)
        return
    layout = material.layouts[-1]
    for violation in failure.violations:
        path = violation.path
        if violation.chart != material.chart.name:
            path = (violation.chart, *path)
        where = ".".join(str(step) for step in path)
        span = layout.span(path) if path[:1] in layout else material.example.snippet.span
        message = f"{where}: {violation.message}" if where else violation.message
        yield Diagnostic.of(Code.SCHEMA, message, span)


def _failure(material: Material, failure: Failure) -> Diagnostic:
    place = ":".join(str(part) for part in (failure.template, failure.line, failure.column) if part)
    message = f"{failure.message}\n(in {place})" if place else failure.message
    span = material.example.snippet.span
    return Diagnostic.of(_CODE_OF_FAILURE[failure.kind], message, span)


def _unmatched(material: Material, selector: Selector) -> Iterator[Diagnostic]:
    """Complain about a selector of ``:show:`` that finds nothing."""
    resources = material.manifests.resources
    found = selector.match(resources)
    if any(selector.path_in(resource) is not None for resource in found):
        return
    if found:
        message = f"option 'show': there is no {selector.path} in {found[0].id}"
    else:
        near = ", ".join(resource.id for resource in nearest(selector, resources))
        message = f"option 'show': {selector} matches nothing that is rendered; nearest are {near}"
    yield Diagnostic.of(Code.SHOW, message, material.example.snippet.option_span("show"))
