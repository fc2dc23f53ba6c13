"""The part of a manifest that a reader wants to see, cut out of the text as Helm wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sphinx_airflow_prod.core.changes import ResourceChange, is_checksum
from sphinx_airflow_prod.core.manifest_paths import Item, Path
from sphinx_airflow_prod.core.outline import Entry, Outline
from sphinx_airflow_prod.core.resource import Resource

ELLIPSIS = "..."
"""The line, at whatever indentation, that says that something is left out."""

LIMIT = 60
"""Lines up to which a resource that is new as a whole is shown as a whole."""


@dataclass(frozen=True)
class Excerpt:
    """Lines of a manifest, with ``...`` where lines are left out.

    ``highlight`` are the numbers (from 1) of the lines of ``text`` that an
    example changed; ``complete`` tells that nothing is left out, comments apart.
    """

    text: str
    highlight: tuple[int, ...] = ()
    complete: bool = False


def excerpt(change: ResourceChange, path: Path | None = None, limit: int = LIMIT) -> Excerpt:
    """Return what to show of a resource that an example changes, adds or takes away.

    Of a changed resource: ``apiVersion``, ``kind``, ``metadata.name``, and each
    changed line with the keys that lead to it; where something was taken away,
    the keys that led to it.  Of any other: as :func:`summary`.  *path* narrows
    the excerpt to what stands there, changed or not.
    """
    if change.kind != "changed":
        return summary(change.resource, path, limit)
    outline = change.resource.outline
    changed = {line.number for line in change.lines if line.tag == "+"}
    if path is not None:
        return _cut(outline, _head(outline) | _narrow(outline, path), changed)
    keep = _head(outline) | changed
    places = {(line.path, line.number) for line in change.lines if line.tag != " "}
    for path_there, number in places:
        run_on = (path_there, number - 1) in places
        keep |= _way(outline, path_there, number, run_on)
    return _cut(outline, keep, changed)


def summary(resource: Resource, path: Path | None = None, limit: int = LIMIT) -> Excerpt:
    """Return what to show of a resource apart from any change.

    That is the whole, or where it has more than *limit* lines its upper levels;
    with *path*, what stands there.
    """
    outline = resource.outline
    if path is not None:
        return _cut(outline, _head(outline) | _narrow(outline, path), set())
    if len(outline.lines) - len(outline.skip) <= limit:
        return Excerpt(resource.raw, complete=True)
    return _cut(outline, _head(outline) | _upper(outline, limit), set())


def whole(resource: Resource, change: ResourceChange | None = None) -> Excerpt:
    """Return all of a resource's text, with the lines that *change* changed highlighted."""
    lines = change.lines if change is not None and change.after == resource else ()
    numbers = tuple(line.number + 1 for line in lines if line.tag == "+")
    return Excerpt(resource.raw, numbers, complete=True)


def _head(outline: Outline) -> set[int]:
    """Return the lines that say which resource it is."""
    found: set[int] = set()
    for path in (("apiVersion",), ("kind",), ("metadata", "name")):
        chain = outline.chain(path)[1:]
        found.update(entry.start for entry in chain)
        if len(chain) == len(path):
            found.update(_span(chain[-1]))
    return found


def _narrow(outline: Outline, path: Path) -> set[int]:
    """Return the lines of what stands at *path* and of the way to it."""
    entry, depth = outline.find(path)
    return {*_span(entry), *_way(outline, path[:depth], entry.start)}


def _way(outline: Outline, path: Path, number: int, run_on: bool = False) -> set[int]:
    """Return the lines of the keys that lead to line *number* of what stands at *path*.

    Items of lists are shown with what identifies them.  In a text (a script, a
    configuration file), the lines that lead there are its section's header and
    the less indented lines above it; its neighbours are shown as well.  *run_on*
    tells that the line before it has been asked for: both lead up the same way.
    """
    chain = outline.chain(path)
    found = {entry.start for entry in chain[1:]}
    for token, entry in zip(path, chain[1:], strict=False):
        if not isinstance(token, str):
            identity = entry.child(token.key if isinstance(token, Item) else "name")
            found.update(_span(identity) if identity else ())
    last = chain[-1]
    if last.text and last.value < number <= last.end + 1:
        found.update(_neighbours(outline, last, number))
        if not run_on or number - 1 == last.value:
            found.update(_above_in_text(outline, last, number))
    return found


def _neighbours(outline: Outline, text: Entry, number: int) -> Iterator[int]:
    """Give line *number* of a text and the lines next to it."""
    for neighbour in range(max(number - 1, text.value + 1), min(number + 1, text.end) + 1):
        if outline.lines[neighbour].strip():
            yield neighbour


def _above_in_text(outline: Outline, text: Entry, number: int) -> Iterator[int]:
    """Give the lines of a text that lead to its line *number*."""
    header = outline.section(text, number)
    if header is not None:
        yield header
    start = min(number, text.end)
    indent = _indent(outline.lines[start])
    base = _indent(outline.lines[text.value + 1])
    for above in range(start - 1, text.value, -1):
        if indent <= base:
            break
        line = outline.lines[above]
        if line.strip() and _indent(line) < indent:
            indent = _indent(line)
            yield above


def _upper(outline: Outline, limit: int) -> set[int]:
    """Return about *limit* lines: the upper levels, then deeper lines from the top."""
    levels: dict[int, int] = dict.fromkeys(range(len(outline.lines)), 0)
    _measure(outline.root, -1, levels)
    numbers = [
        n
        for n, line in enumerate(outline.lines)
        if n not in outline.skip and not _is_checksum_line(line)
    ]
    keep = {n for n in numbers if levels[n] == 0}
    for level in range(1, max(levels.values()) + 1):
        deeper = [n for n in numbers if levels[n] == level]
        room = limit - len(keep)
        keep.update(deeper[: max(room, 0)])
        if len(deeper) > room:
            break
    return keep


def _measure(entry: Entry, level: int, levels: dict[int, int]) -> None:
    """Note the level of each line of *entry*; an item has that of its first key."""
    for number in _span(entry):
        levels[number] = level + 1
    levels[entry.start] = max(level, 0)
    for name, child in entry.children.items():
        item = isinstance(name, int) and bool(child.children)
        _measure(child, level + 1 if not item else level, levels)


def _cut(outline: Outline, keep: set[int], changed: set[int]) -> Excerpt:
    """Return the lines *keep*, and ``...`` for each run of others; *changed* highlighted."""
    lines: list[str] = []
    highlight: list[int] = []
    complete = True
    for left_out, kept in _runs(outline, keep):
        above = lines[-1] if lines else ""
        for part in _parts(outline, left_out, above):
            shown = _fill(outline, part)
            lines += [outline.lines[number] for number in shown]
            if not shown:
                complete = False
                lines.append(" " * _shallowest(outline, part) + ELLIPSIS)
        if kept is not None:
            lines.append(outline.lines[kept])
            if kept in changed:
                highlight.append(len(lines))
    return Excerpt("\n".join(lines) + "\n", tuple(highlight), complete)


def _runs(outline: Outline, keep: set[int]) -> Iterator[tuple[list[int], int | None]]:
    """Give each line to keep with the lines left out before it, the rest with ``None``."""
    gap: list[int] = []
    for number in range(len(outline.lines)):
        if number in outline.skip:
            continue
        if number in keep:
            yield gap, number
            gap = []
        else:
            gap.append(number)
    yield gap, None


def _parts(outline: Outline, gap: list[int], above: str) -> Iterator[list[int]]:
    """Divide lines left out after the line *above*.

    What belongs below *above* is a part of its own, so that a key does not look
    empty; so is a single line that stands deeper than the rest.
    """
    texts = [outline.lines[number] for number in gap]
    depths = [_indent(text) if text.strip() else None for text in texts]
    first = next((depth for depth in depths if depth is not None), None)
    if first is None:
        if gap:
            yield gap
        return
    end = next((n for n, depth in enumerate(depths) if depth is not None and depth < first), None)
    dashed = texts[0].lstrip().startswith("- ") and not above.lstrip().startswith("-")
    below = first > _indent(above) or (dashed and first == _indent(above))
    if dashed and below and first == _indent(above):
        end = next((n for n, text in enumerate(texts) if _closes(text, first)), None)
    if end is None or not (below or end == 1):
        yield gap
        return
    yield gap[:end]
    yield gap[end:]


def _closes(text: str, column: int) -> bool:
    """Whether a line ends a list whose dashes stand in the *column* of their parent."""
    indent = _indent(text)
    return bool(text.strip()) and (
        indent < column or (indent == column and not text.lstrip().startswith("-"))
    )


def _fill(outline: Outline, gap: list[int]) -> list[int]:
    """Return the lines of a gap that are better shown than left out: one alone, or blank."""
    texts = [outline.lines[number] for number in gap]
    if len(gap) == 1:
        return [] if _is_checksum_line(texts[0]) else gap
    return [] if any(text.strip() for text in texts) else gap


def _is_checksum_line(line: str) -> bool:
    key, _, value = line.partition(":")
    return is_checksum(key, value.strip().strip("\"'"))


def _shallowest(outline: Outline, gap: Iterable[int]) -> int:
    """Return the least indentation among lines left out: that of the largest thing left out."""
    return min(_indent(outline.lines[n]) for n in gap if outline.lines[n].strip())


def _span(entry: Entry) -> range:
    return range(entry.start, entry.end + 1)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
