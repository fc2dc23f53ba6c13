"""Effects in words: what to say of a leaf, and at which place."""

from __future__ import annotations

from collections.abc import Sequence

from sphinx_airflow_prod.core.effects.companions import Switch
from sphinx_airflow_prod.core.effects.editing import MISSING, at
from sphinx_airflow_prod.core.effects.model import EffectInput, LeafEffect, Verdict
from sphinx_airflow_prod.core.render.base import Failure
from sphinx_airflow_prod.core.schema.unknown import unknown_key
from sphinx_airflow_prod.core.values import Path, format_path


def _effect(
    given: EffectInput,
    path: Path,
    verdict: Verdict,
    message: str = "",
    companions: Sequence[Path] = (),
) -> LeafEffect:
    text = f"`{format_path(path)}` {message}" if message else ""
    return LeafEffect(path, given.layout.span(path), verdict, text, tuple(companions))


def effective(given: EffectInput, path: Path) -> LeafEffect:
    """The leaf does something."""
    return _effect(given, path, Verdict.EFFECTIVE)


def restated(given: EffectInput, path: Path) -> LeafEffect:
    """The values are the same without the leaf."""
    below = at(given.beneath, path) is not MISSING
    whose = "what lies beneath the example sets already" if below else "the chart's default"
    return _effect(given, path, Verdict.DEFAULT, f"restates {whose}")


def built_in(given: EffectInput, path: Path) -> LeafEffect:
    """Templates read the leaf, and do the same without it."""
    message = "changes nothing: the chart does the same without it"
    return _effect(given, path, Verdict.DEFAULT, message)


def nothing_to_delete(given: EffectInput, path: Path) -> LeafEffect:
    """A null where there is no default."""
    message = "changes nothing: null takes a default away, and the chart has none here"
    return _effect(given, path, Verdict.DEFAULT, message)


def unknown(given: EffectInput, path: Path, topmost: Path) -> LeafEffect:
    """The chart knows no such key."""
    text = f"changes nothing: {unknown_key(given.schema, topmost)}"
    return _effect(given, path, Verdict.UNKNOWN, text)


def incomplete(given: EffectInput, path: Path, lacking: Sequence[Switch]) -> LeafEffect:
    """The leaf matters once other values are set."""
    wanted = " and ".join(str(switch) for switch in lacking)
    message = f"changes nothing without {wanted}"
    return _effect(given, path, Verdict.INCOMPLETE, message, [one.path for one in lacking])


def overruled(given: EffectInput, path: Path, other: Path) -> LeafEffect:
    """The leaf would matter if it were not for another of the example."""
    value = at(given.own, other)
    shown = f": {str(value).lower()}" if isinstance(value, bool) else ""
    message = f"changes nothing beside `{format_path(other)}{shown}`"
    return _effect(given, path, Verdict.OVERRULED, message, [other])


def ignored(given: EffectInput, path: Path, *, mentioned: bool) -> LeafEffect:
    """The leaf does not matter; *mentioned* tells whether templates have its key at all."""
    message = "changes nothing in what the chart renders"
    if not mentioned:
        message += ": no template reads it"
    return _effect(given, path, Verdict.IGNORED, message)


def unproven(given: EffectInput, path: Path, failure: Failure | None) -> LeafEffect:
    """A render gave no answer (*failure*), or there was nothing to try (``None``)."""
    reason = (
        "there is no other value to try in place of the placeholder"
        if failure is None
        else failure.message.partition("\n")[0]
    )
    message = f"may or may not have an effect; that could not be observed: {reason}"
    return _effect(given, path, Verdict.UNPROVEN, message)


def not_rendered(given: EffectInput, path: Path, failure: Failure) -> LeafEffect:
    """There is no render of the example to compare with."""
    reason = failure.message.partition("\n")[0]
    message = f"has no effect to observe: the example does not render: {reason}"
    return _effect(given, path, Verdict.UNPROVEN, message)
