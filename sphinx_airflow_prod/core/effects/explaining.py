"""Why a leaf that changes nothing does not: each question is one more round of renders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from sphinx_airflow_prod.core.effects import wording as told
from sphinx_airflow_prod.core.effects.companions import Switch, switches
from sphinx_airflow_prod.core.effects.editing import at, leaves, with_value
from sphinx_airflow_prod.core.effects.model import EffectInput, LeafEffect, Values
from sphinx_airflow_prod.core.effects.observing import Asking, Sights, side_by_side
from sphinx_airflow_prod.core.effects.trials import Trial, Variants
from sphinx_airflow_prod.core.effects.words import chart_words, words
from sphinx_airflow_prod.core.render.base import Failure
from sphinx_airflow_prod.core.values import Path

MAX_OTHER_VALUES = 3
"""How many other values are tried in the place of a leaf."""
MAX_OTHER_LEAVES = 12
"""How many other leaves of the example are suspected of overruling one."""
SWITCH_ROUNDS = (2, 8, 22)
"""How many switches are tried in each round, two renders each: the likeliest come first."""
MAX_TOGETHER = 12
"""How many switches are turned on together, where no single one makes a difference."""


def explain(variants: Variants, idle: Sequence[Trial], sights: Sights) -> Asking[list[LeafEffect]]:
    """Return a verdict for each of the trials *idle*, whose two renders are the same."""
    return (yield from side_by_side([_Case(variants, trial, sights).verdict() for trial in idle]))


class _Case:
    """One leaf whose removal changes nothing."""

    def __init__(self, variants: Variants, trial: Trial, sights: Sights) -> None:
        self._variants = variants
        self._given = variants.given
        self._trial = trial
        self._path = trial.path
        self._sights = sights
        self._fault: Failure | None = None

    def verdict(self) -> Asking[LeafEffect]:
        """Ask one thing after the other until one explains it."""
        given, path = self._given, self._path
        topmost = unknown_part(given, path)
        if topmost is not None:
            return told.unknown(given, path, topmost)
        if at(given.own, path) is None and given.schema.default(path) is None:
            return told.nothing_to_delete(given, path)
        is_read = yield from self._is_read()
        other = yield from self._overruling_leaf()
        if other is not None:
            return told.overruled(given, path, other)
        if is_read:
            return told.built_in(given, path)
        lacking = yield from self._lacking()
        if lacking:
            return told.incomplete(given, path, lacking)
        if self._fault is not None:
            return told.unproven(given, path, self._fault)
        return told.ignored(given, path, mentioned=_is_mentioned(given, path))

    def _matter(self, trials: Sequence[Trial]) -> Asking[list[bool]]:
        """Say of each trial whether the leaf matters in it: it renders, and otherwise without."""
        sights = self._sights
        yield from sights.ask(values for one in trials for values in (one.present, one.absent))
        matter = []
        for trial in trials:
            present, absent = sights.of(trial.present), sights.of(trial.absent)
            differ = present.differs(absent)
            if differ is None:
                self._fault = present.failure or absent.failure
            matter.append(bool(differ) and present.failure is None)
        return matter

    def _is_read(self) -> Asking[bool]:
        """Whether another value in the place of the leaf changes something."""
        if self._trial.present is not self._variants.full:
            return False  # that is what the trial was about
        others = list(islice(self._variants.others(self._path), MAX_OTHER_VALUES))
        yield from self._sights.ask(others)
        full = self._sights.of(self._variants.full)
        for other in others:
            sight = self._sights.of(other)
            differ = sight.differs(full)
            if differ is None:
                self._fault = sight.failure
            elif differ and not (sight.failure is not None and sight.failure.kind == "schema"):
                return True
        return False

    def _overruling_leaf(self) -> Asking[Path | None]:
        """Return the leaf of the example without which this one would matter."""
        variants, path = self._variants, self._path
        alone = variants.alone(path)
        if not variants.admits_both(alone) or not any((yield from self._matter([alone]))):
            return None
        others = list(islice(_other_leaves(self._given.own, path), MAX_OTHER_LEAVES))
        trials = {other: variants.beside(path, other) for other in others}
        trials = {other: one for other, one in trials.items() if variants.admits_both(one)}
        matter = yield from self._matter(list(trials.values()))
        return next((other for other, does in zip(trials, matter, strict=True) if does), None)

    def _lacking(self) -> Asking[Sequence[Switch]]:
        """Return the switches with which the leaf would matter: one, or several together."""
        effective = self._given.effective(self._trial.present)
        known = [
            switch
            for switch in switches(self._path, effective, self._given.schema)
            if self._variants.admits_both(self._flipped([switch]))
        ]
        waiting = iter(known)
        for count in SWITCH_ROUNDS:
            some = list(islice(waiting, count))
            matter = yield from self._matter([self._flipped([switch]) for switch in some])
            for switch, does in zip(some, matter, strict=True):
                if does:
                    return [switch]
        on = [switch for switch in known if switch.near and switch.value is True][:MAX_TOGETHER]
        if len(on) < 2:
            return ()
        (matters,) = yield from self._matter([self._flipped(on)])
        if not matters:
            return ()
        matter = yield from self._matter(
            [self._flipped([switch for switch in on if switch is not one]) for one in on]
        )
        needed = [switch for switch, without in zip(on, matter, strict=True) if not without]
        return needed or on

    def _flipped(self, flips: Sequence[Switch]) -> Trial:
        present: Values = self._trial.present
        absent: Values = self._trial.absent
        for switch in flips:
            present = with_value(present, switch.path, switch.value)
            absent = with_value(absent, switch.path, switch.value)
        return Trial(self._path, present, absent)


def unknown_part(given: EffectInput, path: Path) -> Path | None:
    """Return the topmost part of *path* that is in no schema and no default, if any.

    Without a schema the defaults decide: a mapping that has keys knows these.
    """
    if given.schema.schema is not None:
        for length in range(1, len(path) + 1):
            if not given.schema.is_known(path[:length]):
                return path[:length]
        return None
    defaults: object = given.schema.defaults
    for length, step in enumerate(path, start=1):
        if not isinstance(defaults, Mapping) or (length > 1 and not defaults):
            return None
        if step not in defaults:
            known = length == 1 and (step == "global" or step in given.schema.subcharts)
            return None if known else path[:length]
        defaults = defaults[step]
    return None


def _other_leaves(own: Values, path: Path) -> Iterator[Path]:
    """Give the other leaves, those most like *path* first; none of a list that both stand in."""
    top = next((path[:n] for n, step in enumerate(path) if isinstance(step, int)), None)
    others = [
        other
        for other in leaves(own)
        if other != path and not (top is not None and other[: len(top)] == top)
    ]

    def distance(other: Path) -> tuple[int, int]:
        alike = len(set(other) & set(path))
        return -alike, abs(len(other) - len(path))

    yield from sorted(others, key=distance)


def _is_mentioned(given: EffectInput, path: Path) -> bool:
    """Whether the chart's files have the words of the leaf's key; they may if in doubt."""
    known = chart_words(given.chart)
    keys = [step for step in path if isinstance(step, str)]
    return known is None or words(keys[-1]) <= known
