"""Lines of a changed manifest: which are new, which are gone, and where those stood.

Charts repeat themselves so much (``valueFrom``, ``secretKeyRef`` …) that a diff of
lines pairs what does not belong together.  Here structure decides what changed,
and lines are compared only within one changed entry: inside a script or a
configuration file, for example.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Literal

from sphinx_airflow_prod.core.manifest_paths import Item, Path
from sphinx_airflow_prod.core.outline import Entry, Outline
from sphinx_airflow_prod.core.structure import PathChange, matching


@dataclass(frozen=True)
class Line:
    """One line of both texts laid side by side.

    ``number`` is the line's in the new text, counted from 0; for a removed line
    that of the new line before which it stood.  ``path`` is the way to the entry
    that changed, for context lines it is empty.
    """

    tag: Literal[" ", "-", "+"]
    text: str
    number: int
    path: Path = ()


@dataclass
class _Marks:
    """What is known so far: new lines, and removed lines by the new line after them."""

    before: Outline
    after: Outline
    added: dict[int, Path] = field(default_factory=dict)
    removed: dict[int, list[tuple[int, Path]]] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)

    def add(self, numbers: Iterable[int], path: Path) -> None:
        for number in numbers:
            self.added.setdefault(number, path)

    def remove(self, numbers: Iterable[int], anchor: int, path: Path) -> None:
        for number in numbers:
            if number not in self.gone:
                self.gone.add(number)
                self.removed.setdefault(anchor, []).append((number, path))


def align(before: Outline, after: Outline, changes: Sequence[PathChange]) -> tuple[Line, ...]:
    """Return all lines of *after* in order, with the lines that are gone in between.

    *changes* are the differences between the two documents.  A line that is not
    part of any of them is context, even where its text differs (comments, the
    order of keys, checksums).  Blank lines and comments never count as changed.
    """
    marks = _Marks(before, after)
    for change in changes:
        _mark(change, marks)
    lines: list[Line] = []
    for number in range(len(after.lines) + 1):
        for gone, path in sorted(marks.removed.get(number, ()), key=itemgetter(0)):
            if gone not in before.skip:
                lines.append(Line("-", before.lines[gone], number, path))
        if number < len(after.lines):
            path = marks.added.get(number, ())
            new = number in marks.added and number not in after.skip
            lines.append(Line("+" if new else " ", after.lines[number], number, path))
    return tuple(lines)


def _mark(change: PathChange, marks: _Marks) -> None:
    before, after = marks.before, marks.after
    above = len(change.path) - 1
    old_parent, old_depth = before.find(change.old_path[:-1])
    new_parent, new_depth = after.find(change.path[:-1])
    if above >= 0 and old_depth == new_depth == above:
        old, new = old_parent.child(change.old_path[-1]), new_parent.child(change.path[-1])
        if change.moved and old and new:
            marks.add(_span(new), change.path)
            marks.remove(_span(old), _anchor(change, before, after), change.path)
            return
        if change.kind == "added" and new and old_parent.children:
            marks.add(_span(new), change.path)
            return
        if change.kind == "removed" and old and new_parent.children:
            marks.remove(_span(old), _anchor(change, before, after), change.path)
            return
        if change.kind == "changed" and old and new:
            _compare_lines(old, new, change.path, marks)
            return
    # The text has no lines for just this place on both sides ([a, b], {}): what
    # holds it has changed.
    depth = min(old_depth, new_depth)
    old, new = before.chain(change.old_path)[depth], after.chain(change.path)[depth]
    _compare_lines(old, new, change.path[:depth], marks)


def _span(entry: Entry) -> range:
    return range(entry.start, entry.end + 1)


def _anchor(change: PathChange, before: Outline, after: Outline) -> int:
    """Return the new line before which the entry that is gone would stand.

    That is after the nearest sibling before it that is still there, else in
    front of the first one.
    """
    parent = after.find(change.path[:-1])[0]
    token = change.old_path[-1]
    starts = [entry.start for entry in parent.children.values()]
    if isinstance(token, int):
        return starts[change.gap] if change.gap < len(starts) else parent.end + 1
    anchor = min(starts, default=parent.end + 1)
    gone = before.find(change.old_path)[0]
    for name, sibling in before.find(change.old_path[:-1])[0].children.items():
        if sibling is gone:
            break
        still = Item(token.key, sibling.keys[token.key]) if isinstance(token, Item) else name
        if (entry := parent.child(still)) is not None:
            anchor = entry.end + 1
    return anchor


def _compare_lines(old: Entry, new: Entry, path: Path, marks: _Marks) -> None:
    """Mark what differs between the lines of two entries, their indentation apart."""
    before, after = marks.before, marks.after
    was = [n for n in _span(old) if n not in before.skip]
    now = [n for n in _span(new) if n not in after.skip]
    a = [before.lines[n].removeprefix(" " * old.column) for n in was]
    b = [after.lines[n].removeprefix(" " * new.column) for n in now]
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    matcher = matching(a[head : len(a) - tail], b[head : len(b) - tail])
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            continue
        first, last = head + j1, head + j2
        marks.add(now[first:last], path)
        anchor = now[first] if first < len(now) else new.end + 1
        marks.remove(was[head + i1 : head + i2], anchor, path)
