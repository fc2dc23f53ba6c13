"""What to render to see what a leaf does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sphinx_airflow_prod.core.effects.alternatives import alternatives
from sphinx_airflow_prod.core.effects.editing import at, only, same_values, with_value, without
from sphinx_airflow_prod.core.effects.model import EffectInput, Values
from sphinx_airflow_prod.core.schema import Violation
from sphinx_airflow_prod.core.values import Path


@dataclass(frozen=True)
class Trial:
    """A leaf, and the values whose renders show what it does: with it, and without it."""

    path: Path
    present: Values
    absent: Values


class Variants:
    """The values of one example with something taken away or changed, as Helm is given them."""

    def __init__(self, given: EffectInput) -> None:
        self.given = given
        self.full = given.layered(given.own)
        self.lower = given.layered({})
        self.effective = given.effective(self.full)
        self._faults = frozenset(self._violations(self.full))

    def trial(self, path: Path) -> Trial | None:
        """Return how to see what the leaf at *path* does.

        A key that the schema requires is taken away together with what requires
        it, as far as that stands in the example.  A placeholder that is filled
        with what lies beneath it anyway is tried with another value: ``None``
        where there is no other.
        """
        given = self.given
        absent = given.layered(without(given.own, path))
        if path in given.placeholder_paths and self.is_same(absent):
            other = next(self.others(path), None)
            return None if other is None else Trial(path, other, self.full)
        for length in range(len(path), 0, -1):
            wider = given.layered(without(given.own, path[:length]))
            if self.admits(wider):
                return Trial(path, self.full, wider)
        return Trial(path, self.full, absent)

    def others(self, path: Path) -> Iterator[Values]:
        """Give the values with others at *path*, as far as the schema takes them."""
        value = at(self.full, path)
        if value is None:
            value = self.given.schema.default(path)
        for other in alternatives(value, path, self.given.schema):
            changed = self.given.layered(with_value(self.given.own, path, other))
            if self.admits(changed):
                yield changed

    def alone(self, path: Path) -> Trial:
        """Return how to see what the leaf does without the example's other leaves."""
        own = only(self.given.own, path)
        return Trial(path, self.given.layered(own), self.given.layered(without(own, path)))

    def beside(self, path: Path, other: Path) -> Trial:
        """Return how to see what the leaf does where the one at *other* is taken away."""
        own = without(self.given.own, other)
        return Trial(path, self.given.layered(own), self.given.layered(without(own, path)))

    def is_same(self, values: Values) -> bool:
        """Whether templates see the very values of the example."""
        return same_values(self.effective, self.given.effective(values))

    def admits(self, values: Values) -> bool:
        """Whether the chart's schema finds nothing wrong that it does not find in the example."""
        return self._faults.issuperset(self._violations(values))

    def admits_both(self, trial: Trial) -> bool:
        """Whether the schema takes the values of a trial, with the leaf and without it."""
        return self.admits(trial.present) and self.admits(trial.absent)

    def _violations(self, values: Values) -> tuple[Violation, ...]:
        return self.given.schema.check(self.given.effective(values))
