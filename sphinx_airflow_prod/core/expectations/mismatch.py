"""Where a claim does not hold, in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.expectations.claim import (
    Absence,
    Generated,
    LeftOut,
    ListClaim,
    MappingClaim,
    Node,
    plain,
    size,
)
from sphinx_airflow_prod.core.manifest_paths import Path, format_path
from sphinx_airflow_prod.core.schema.words import nearest
from sphinx_airflow_prod.core.schema.words import shown as typed
from sphinx_airflow_prod.core.structure import MISSING

_LONG = 100


@dataclass(frozen=True, eq=False)
class Mismatch:
    """One place where a claim does not hold.

    ``path`` leads there in the rendered resource: to the list, where an item
    is missing.  ``claimed`` is the part of the claim that fails, ``None`` where
    something is rendered that ``:exact:`` rules out; ``rendered`` is what is
    there instead, :data:`~sphinx_airflow_prod.core.structure.MISSING` where
    nothing is.  ``span`` is the claim's own line; ``message`` one line that
    begins with the path.  ``weight`` counts the leaves that fail with it.
    """

    path: Path
    claimed: Node | None
    rendered: Any
    span: Span
    message: str
    weight: int = 1


def differs(path: Path, claimed: Node, rendered: Any) -> Mismatch:
    """Return that something else is rendered than is claimed."""
    message = f"{format_path(path)}: {_pair(claimed, rendered)}"
    return Mismatch(path, claimed, rendered, claimed.place.span, message, size(claimed))


def missing(path: Path, claimed: Node, siblings: Mapping[str, Any], spare: list[str]) -> Mismatch:
    """Return that nothing is rendered at a key; *siblings* are there, *spare* not claimed."""
    key = str(path[-1])
    near = nearest(key, spare)
    if near is not None:
        hint = f"; did you mean '{near}', which is {show(siblings[near])}?"
    elif siblings:
        hint = f"; keys there: {_enumerated(list(siblings))}"
    else:
        hint = "; there is nothing but {}"
    message = f"{format_path(path)}: claimed {show_claim(claimed)}, rendered nothing{hint}"
    return Mismatch(path, claimed, MISSING, claimed.place.span, message, size(claimed))


def unclaimed(path: Path, rendered: Any, span: Span) -> Mismatch:
    """Return that something is rendered which an exact claim does not name."""
    message = (
        f"{format_path(path)}: not claimed, rendered {show(rendered)}; an exact claim must name "
        "it, or have a line of '...' beside it"
    )
    return Mismatch(path, None, rendered, span, message)


def no_item(
    path: Path, claimed: Node, rendered: Any, names: list[str], *, called: str, near: str | None
) -> Mismatch:
    """Return that a list lacks the item *called* so; *names* are the items that are there."""
    hint = f" (did you mean {near}?)" if near else ""
    there = f"the items are: {_enumerated(names, 20)}" if names else "the list is empty"
    message = f"{format_path(path)}: claimed an item {called}, rendered none{hint}; {there}"
    return Mismatch(path, claimed, rendered, claimed.place.span, message, size(claimed))


def show(value: Any, length: int = _LONG) -> str:
    """Return a rendered value as messages quote it: JSON, cut where it is long."""
    if value is MISSING:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= length else text[: length - 1] + "…"


def show_claim(node: Node) -> str:
    """Return what is claimed as messages quote it."""
    match node:
        case Absence():
            return "absent"
        case Generated():
            return "any non-empty value"
        case LeftOut():
            return "some value"
        case MappingClaim() if node.gap and not node.fields:
            return "a mapping"
        case ListClaim() if node.gap and not node.items:
            return "a list"
    return show(plain(node))


def _pair(claimed: Node, rendered: Any) -> str:
    value = plain(claimed)
    if isinstance(value, str) and isinstance(rendered, str) and len(value + rendered) > _LONG:
        start = next(
            (n for n, (a, b) in enumerate(zip(value, rendered, strict=False)) if a != b),
            min(len(value), len(rendered)),
        )
        start = max(start - 20, 0)
        before = "…" if start else ""
        texts = (show(text[start:], 70) for text in (value, rendered))
        return "claimed {0}{1}, rendered {0}{2}".format(before, *texts)
    if type(value) is not type(rendered) and str(value).lower() == str(rendered).lower():
        return f"claimed the {typed(value)}, rendered the {typed(rendered)}"
    return f"claimed {show_claim(claimed)}, rendered {show(rendered)}"


def _enumerated(names: list[str], limit: int = 12) -> str:
    shown = names[:limit] + (["…"] if len(names) > limit else [])
    return ", ".join(shown)
