"""What differs between two values of JSON types, as paths: no text, no positions."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final, Literal, TypeVar

from sphinx_airflow_prod.core.manifest_paths import Item, Path, format_path, merge_key

_T = TypeVar("_T")


class _Missing(enum.Enum):
    """Type of :data:`MISSING`; an enum, so that it stays one object through pickles."""

    MISSING = "missing"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing.MISSING
"""Stands for a value that is not there."""


@dataclass(frozen=True)
class PathChange:
    """One place that differs.

    ``before`` or ``after`` is :data:`MISSING` where the place was added or
    removed, whole subtrees at their root.  An index in ``path`` (lists without
    a merge key) is one of the new list, of the old one where something was
    removed; ``old_path`` is the same way through the old value.  ``moved`` tells
    that an item of a list stands elsewhere among its siblings, and is the same;
    ``gap`` is the new index before which an item without a merge key was removed.
    """

    path: Path
    before: Any
    after: Any
    old_path: Path
    moved: bool = False
    gap: int = 0

    @property
    def kind(self) -> Literal["added", "removed", "changed", "moved"]:
        """What happened to the place."""
        if self.moved:
            return "moved"
        if self.before is MISSING:
            return "added"
        return "removed" if self.after is MISSING else "changed"

    def __str__(self) -> str:
        return f"{self.kind} {format_path(self.path)}"


def differences(before: Any, after: Any) -> tuple[PathChange, ...]:
    """Return where *after* differs from *before*, by JSON types: ``1`` is not ``true``.

    The order of mapping keys does not count.  Lists of mappings are matched by
    their merge key (:func:`merge_key`), other lists as sequences.  Checksum
    annotations (:func:`is_checksum`) are as good as not there.
    """
    return tuple(_compare((), (), before, after))


_DIGEST = re.compile(r"(?:sha(?:1|256|512)[:-])?[0-9a-fA-F]{32,128}")


def is_checksum(key: str, value: object) -> bool:
    """Whether an *annotation* is a checksum: a hexadecimal digest under a key that says so.

    Charts put digests of ConfigMaps and Secrets on pods (Helm's documentation,
    "Automatically Roll Deployments"), usually as ``checksum/config``: they change
    with what they sum up, which is shown where it stands.
    """
    return (
        "checksum" in key.lower()
        and isinstance(value, str)
        and _DIGEST.fullmatch(value) is not None
    )


def same(a: Any, b: Any) -> bool:
    """Whether two values are equal, types included, in whatever order their keys stand."""
    return bool(a is b or (a == b and _canonical(a) == _canonical(b)))


def matching(a: Sequence[_T], b: Sequence[_T]) -> SequenceMatcher[_T]:
    """Match two sequences: exactly, or where both are long, in a time that stays bearable."""
    return SequenceMatcher(None, a, b, autojunk=len(a) * len(b) > 1_000_000)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=repr)


def _compare(old_path: Path, path: Path, before: Any, after: Any) -> Iterator[PathChange]:
    if path and path[-1] == "annotations":
        old, new = _without_checksums(before), _without_checksums(after)
        if (old, new) != (before, after) and not (old or new):
            return
        before, after = old, new
    if before is after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _compare_mappings(old_path, path, before, after)
    elif isinstance(before, list) and isinstance(after, list):
        key = merge_key(before, after)
        if key is None:
            yield from _compare_sequences(old_path, path, before, after)
        else:
            yield from _compare_items(old_path, path, before, after, key)
    elif not same(before, after):
        yield PathChange(path, before, after, old_path)


def _without_checksums(annotations: Any) -> Any:
    if not isinstance(annotations, Mapping):
        return annotations
    return {key: value for key, value in annotations.items() if not is_checksum(key, value)}


def _compare_mappings(
    old_path: Path, path: Path, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[PathChange]:
    for key in [*after, *(key for key in before if key not in after)]:
        yield from _compare(
            (*old_path, key), (*path, key), before.get(key, MISSING), after.get(key, MISSING)
        )


def _compare_items(
    old_path: Path, path: Path, before: Sequence[Any], after: Sequence[Any], key: str
) -> Iterator[PathChange]:
    """Compare lists whose items have an identity."""
    old = {item[key]: item for item in before}
    new = {item[key]: item for item in after}
    for value, item in new.items():
        token = Item(key, value)
        yield from _compare((*old_path, token), (*path, token), old.get(value, MISSING), item)
    for value, item in old.items():
        if value not in new:
            token = Item(key, value)
            yield PathChange((*path, token), item, MISSING, (*old_path, token))
    were = [value for value in old if value in new]
    are = [value for value in new if value in old]
    if were != are:
        for tag, _, _, start, end in matching(were, are).get_opcodes():
            if tag in ("insert", "replace"):
                for value in are[start:end]:
                    token = Item(key, value)
                    yield PathChange(
                        (*path, token), old[value], new[value], (*old_path, token), moved=True
                    )


def _compare_sequences(
    old_path: Path, path: Path, before: Sequence[Any], after: Sequence[Any]
) -> Iterator[PathChange]:
    """Compare lists by what they hold, so that one more item in front is one item more."""
    old, new = [_canonical(item) for item in before], [_canonical(item) for item in after]
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    matcher = matching(old[head : len(old) - tail], new[head : len(new) - tail])
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            continue
        pairs = min(i2 - i1, j2 - j1)
        for n in range(pairs):
            i, j = head + i1 + n, head + j1 + n
            yield from _compare((*old_path, i), (*path, j), before[i], after[j])
        for j in range(head + j1 + pairs, head + j2):
            yield PathChange((*path, j), MISSING, after[j], (*old_path, j))
        for i in range(head + i1 + pairs, head + i2):
            yield PathChange((*path, i), before[i], MISSING, (*old_path, i), gap=head + j2)
