"""Each leaf of an example taken away: what is proved without a render, and what with one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sphinx_airflow_prod.core.effects import wording as told
from sphinx_airflow_prod.core.effects.editing import leaves, lists, without
from sphinx_airflow_prod.core.effects.explaining import explain
from sphinx_airflow_prod.core.effects.model import EffectInput, LeafEffect, Verdict
from sphinx_airflow_prod.core.effects.observing import Asking, Sights, in_rounds
from sphinx_airflow_prod.core.effects.proofs import Proofs
from sphinx_airflow_prod.core.effects.trials import Trial, Variants
from sphinx_airflow_prod.core.render.base import Engine
from sphinx_airflow_prod.core.values import Path


def measure(inputs: Sequence[EffectInput], engine: Engine) -> list[tuple[LeafEffect, ...]]:
    """Return the effect of each leaf of each example, in the order of its lines.

    All renders go to *engine* in a few batches over all examples together.  The
    leaves of an example that does not render are unproven.  Nothing is raised
    for what an author can have got wrong.
    """
    return in_rounds([_measured(given) for given in inputs], engine)


def _measured(given: EffectInput) -> Asking[tuple[LeafEffect, ...]]:
    variants = Variants(given)
    sights = Sights(given.chart, given.release)
    if given.rendered is not None:
        sights.learn(variants.full, given.rendered)
    if given.lower is not None:
        sights.learn(variants.lower, given.lower)
    yield from sights.ask([variants.full, variants.lower])
    paths = list(leaves(given.own))
    refusal = sights.of(variants.full).failure
    if refusal is not None:
        return _by_line([told.not_rendered(given, path, refusal) for path in paths])
    proofs = Proofs(given, sights.of(variants.full), sights.of(variants.lower))
    restated = _restated_lists(variants)
    found: dict[Path, LeafEffect] = {}
    trials: list[Trial] = []
    for path in paths:
        trial = variants.trial(path)
        if trial is None:
            found[path] = told.unproven(given, path, None)
        elif trial.present is not variants.full:
            trials.append(trial)
        elif any(path[: len(place)] == place for place in restated) or (
            variants.is_same(trial.absent)
        ):
            found[path] = told.restated(given, path)
        elif proofs.effective(path, variants.given.layered(without(given.own, path))):
            found[path] = told.effective(given, path)
        else:
            trials.append(trial)
    yield from sights.ask(values for one in trials for values in (one.present, one.absent))
    idle: list[Trial] = []
    for trial in trials:
        present, absent = sights.of(trial.present), sights.of(trial.absent)
        differ = present.differs(absent)
        if differ is None:
            found[trial.path] = told.unproven(given, trial.path, absent.failure or present.failure)
        elif differ:
            found[trial.path] = told.effective(given, trial.path)
        else:
            idle.append(trial)
    explained = yield from explain(variants, idle, sights)
    found.update((effect.path, effect) for effect in explained)
    return _by_line([found[path] for path in paths])


def _restated_lists(variants: Variants) -> list[Path]:
    """Return the lists that say what lies beneath them, item by item."""
    own = variants.given.own
    return [
        path
        for path in lists(own)
        if variants.is_same(variants.given.layered(without(own, path)))
        and not any(place[: len(path)] == path for place in variants.given.placeholder_paths)
    ]


def _by_line(effects: Sequence[LeafEffect]) -> tuple[LeafEffect, ...]:
    """Order effects as the lines stand; one that an anchor repeats matters where it does once."""
    effective = {one.span for one in effects if one.verdict is Verdict.EFFECTIVE}
    return tuple(
        replace(one, verdict=Verdict.EFFECTIVE, message="", companions=())
        if one.span in effective
        else one
        for one in sorted(effects, key=lambda one: one.span)
    )
