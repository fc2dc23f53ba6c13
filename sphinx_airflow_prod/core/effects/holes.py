"""Keys that a strict reading of the schema does not know, and the chart reads all the same."""

from __future__ import annotations

from collections.abc import Sequence

from sphinx_airflow_prod.core.effects.editing import MISSING, at, without
from sphinx_airflow_prod.core.effects.model import EffectInput
from sphinx_airflow_prod.core.effects.observing import Asking, Sights, in_rounds
from sphinx_airflow_prod.core.render.base import Engine
from sphinx_airflow_prod.core.values import Path


def schema_holes(
    inputs: Sequence[tuple[EffectInput, Sequence[Path]]], engine: Engine
) -> list[frozenset[Path]]:
    """Return, for each example, which of the given unknown keys change what the chart renders.

    One render for each key, beyond the example's own where that is not known
    yet; all in one batch.  A key whose removal could not be observed is no hole.
    """
    return in_rounds([_holes(given, unknown) for given, unknown in inputs], engine)


def _holes(given: EffectInput, unknown: Sequence[Path]) -> Asking[frozenset[Path]]:
    """Take each key away by itself."""
    own = given.own
    absent = {
        path: given.layered(without(own, path)) for path in unknown if at(own, path) is not MISSING
    }
    if not absent:
        return frozenset()
    full = given.layered(own)
    sights = Sights(given.chart, given.release)
    if given.rendered is not None:
        sights.learn(full, given.rendered)
    yield from sights.ask([full, *absent.values()])
    if sights.of(full).failure is not None:
        return frozenset()
    return frozenset(path for path, values in absent.items() if sights.differ(full, values))
