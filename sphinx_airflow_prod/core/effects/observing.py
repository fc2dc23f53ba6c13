"""Renders asked for in rounds, and what can be seen of them."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sphinx_airflow_prod.core.changes import compare
from sphinx_airflow_prod.core.chart import Chart
from sphinx_airflow_prod.core.effects.editing import text_of
from sphinx_airflow_prod.core.effects.model import Values
from sphinx_airflow_prod.core.manifests import Resource, split
from sphinx_airflow_prod.core.render.base import (
    Answer,
    Engine,
    Failure,
    ReleaseOptions,
    Render,
    Rendered,
)

_T = TypeVar("_T")
Asking = Generator[Sequence[Render], Sequence[Answer], _T]
"""A piece of work that yields the renders it needs next, and is sent their answers."""

_FAULTS = frozenset({"timeout", "crash", "engine"})
"""Failures that tell nothing about the values."""


def in_rounds(works: Sequence[Asking[_T]], engine: Engine) -> list[_T]:
    """Do all *works* side by side and return their results: one batch of renders per round."""
    together = side_by_side(works)
    try:
        questions = next(together)
        while True:
            questions = together.send(engine.run(questions))
    except StopIteration as end:
        results: list[_T] = end.value
        return results


def side_by_side(works: Sequence[Asking[_T]]) -> Asking[list[_T]]:
    """Make one work of several, which asks for what they all need next."""
    results: dict[int, _T] = {}
    waiting: dict[int, Sequence[Render]] = {}

    def go_on(number: int, answers: Sequence[Answer] | None) -> None:
        work = works[number]
        try:
            waiting[number] = next(work) if answers is None else work.send(answers)
        except StopIteration as end:
            results[number] = end.value
            waiting.pop(number, None)

    for number in range(len(works)):
        go_on(number, None)
    while waiting:
        answers = iter((yield [job for questions in waiting.values() for job in questions]))
        for number, questions in list(waiting.items()):
            go_on(number, [next(answers) for _ in questions])
    return [results[number] for number in range(len(works))]


@dataclass(frozen=True)
class Sight:
    """What can be seen of one render: its resources and notes, or why there are none."""

    resources: tuple[Resource, ...] = ()
    notes: str = ""
    failure: Failure | None = None

    @property
    def is_fault(self) -> bool:
        """Whether nothing can be concluded from it."""
        return self.failure is not None and self.failure.kind in _FAULTS

    def differs(self, other: Sight) -> bool | None:
        """Whether two renders show something different; ``None`` where that cannot be told."""
        if self.is_fault or other.is_fault:
            return None
        if self.failure is not None and other.failure is not None:
            return self.failure.message != other.failure.message
        if self.failure is not None or other.failure is not None:
            return True
        return self.notes != other.notes or not compare(self.resources, other.resources).is_empty


class Sights:
    """The renders of one chart and release that one example has needed, each asked for once."""

    def __init__(self, chart: Chart, release: ReleaseOptions) -> None:
        self._chart = chart
        self._release = release
        self._seen: dict[str, Sight] = {}
        self._known: tuple[Resource, ...] = ()

    def learn(self, values: Values, answer: Answer) -> None:
        """Take in an answer that is known already."""
        self._note(text_of(values), answer)

    def ask(self, wanted: Iterable[Values]) -> Asking[None]:
        """Ask for what is not known yet of the renders *wanted*."""
        texts = dict.fromkeys(text_of(values) for values in wanted)
        new = [text for text in texts if text not in self._seen]
        if not new:
            return
        answers = yield [Render(self._chart, text, self._release) for text in new]
        for text, answer in zip(new, answers, strict=True):
            self._note(text, answer)

    def of(self, values: Values) -> Sight:
        """Return what was seen of the render with *values*, which has been asked for."""
        return self._seen[text_of(values)]

    def differ(self, one: Values, other: Values) -> bool | None:
        """Whether two renders that have been asked for differ; ``None`` where none can tell."""
        return self.of(one).differs(self.of(other))

    def _note(self, text: str, answer: Answer) -> None:
        if isinstance(answer, Rendered):
            resources = split(answer, self._known).resources
            # Unchanged resources are parsed and kept once.
            self._known = self._known or resources
            self._seen[text] = Sight(resources, answer.notes)
        else:
            failure = answer if isinstance(answer, Failure) else Failure("engine", "no render")
            self._seen[text] = Sight(failure=failure)
