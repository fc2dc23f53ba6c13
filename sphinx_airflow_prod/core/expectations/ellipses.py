"""Lines of only ``...``: where in a claim they stand, and a text without them that is YAML.

In the middle of a block ``...`` is no YAML, and in column 0 it ends the document.
So these lines are taken out before the text is read, and each is then given to
the mapping or list in which it stands.  Inside of texts (``|``, ``>``, quotes)
they stay, as lines of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from sphinx_airflow_prod.core.manifest_yaml import ManifestYamlError, compose

_ELLIPSIS = re.compile(r"[ \t]*\.\.\.[ \t]*(?:[ \t]#.*)?")
_BLOCK = ("|", ">")
_HEADER = re.compile(
    r"(?P<indent>[ ]*(?:-[ \t]+)*)(?P<key>[^\s#|>].*[ \t])?[|>][-+0-9]*[ \t]*(?:[ \t]#.*)?"
)
"""A line that ends in the indicator of a block text."""


def is_ellipsis(line: str) -> bool:
    """Whether a line holds ``...`` and nothing else but blanks and a comment."""
    return _ELLIPSIS.fullmatch(line) is not None


class UnreadableError(Exception):
    """The text is no YAML, even without its ellipses: ``text`` is what was read."""

    def __init__(self, text: str, cause: ManifestYamlError) -> None:
        super().__init__(str(cause))
        self.text = text
        self.cause = cause


class Lines:
    """The line of each character of a text; all numbers count from 0."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def line(self, at: int) -> int:
        """Return the line that holds the character *at*."""
        return bisect_right(self.starts, at) - 1

    def column(self, at: int) -> int:
        """Return the column of the character *at*."""
        return at - self.starts[self.line(at)]

    def dash(self, item: Node) -> int:
        """Return the place of the dash before an item, of the item where it has none."""
        start: int = item.start_mark.index
        at = start - 1
        while at > 0 and self.text[at].isspace():
            at -= 1
        return at if at >= 0 and self.text[at] == "-" else start

    def last(self, node: Node) -> int:
        """Return the last line of *node* that is not blank."""
        start: int = node.start_mark.index
        return self.line(start + max(len(self.text[start : node.end_mark.index].rstrip()) - 1, 0))


@dataclass(frozen=True)
class Prepared:
    """A claim's text as YAML: line for line the author's, but for the ellipses.

    ``gaps`` are the ``id`` of those nodes of the tree below ``root`` in which
    an ellipsis stands: block and flow collections, and scalars that are empty
    but for it.  ``doubtful`` are those of empty values with an ellipsis below
    them in the very column of their key: it may mean the value or other keys.
    ``ellipses`` counts the lines of ``...`` outside of texts.
    """

    lines: Lines
    root: Node | None
    gaps: frozenset[int]
    doubtful: frozenset[int]
    ellipses: int


@dataclass(frozen=True)
class _Block:
    """A place where an ellipsis can stand: a collection, or an empty value.

    ``header`` is the line of the key or dash that it belongs to (-1 for the
    root), ``last`` its last line; an ellipsis in it is indented by ``column``.
    ``value`` tells that it is the empty value of a key.
    """

    node: Node
    header: int
    column: int
    last: int
    flow: bool = False
    value: bool = False


def prepare(lines: list[str]) -> Prepared:
    """Read the lines of one document; raises :class:`UnreadableError`."""
    found = {number for number, line in enumerate(lines) if is_ellipsis(line)}
    kept = ["" if n in found or not line.strip() else line for n, line in enumerate(lines)]
    for number, line in _first_lines(lines, found).items():
        kept[number] = line
        found.discard(number)
    root = _compose(kept)
    if restored := _in_texts(lines, found, kept, root):
        for number, line in restored.items():
            kept[number] = line
        root = _compose(kept)
    found -= restored.keys()
    table = Lines("\n".join(kept))
    owners = list(_owners(lines, found, kept, table, root)) if root is not None and found else []
    gaps = frozenset(id(node) for node, sure in owners if sure)
    doubtful = frozenset(id(node) for node, sure in owners if not sure)
    return Prepared(table, root, gaps, doubtful, len(found))


def _compose(lines: list[str]) -> Node | None:
    text = "\n".join(lines)
    try:
        return compose(text)
    except ManifestYamlError as error:
        raise UnreadableError(text, error) from None


def _first_lines(lines: list[str], found: set[int]) -> dict[int, str]:
    """Return those ellipses that begin a block text, whose indentation they can set.

    One that stands between the key's column and that of the text's other lines
    does set it, as YAML has it; others are moved to where those lines begin.
    """
    moved: dict[int, str] = {}
    header, indent = None, -1
    for number, line in enumerate(lines):
        if number in found and header is not None:
            own = _indent(line)
            if indent < 0:
                owner = _owner(header)
                deeper = list(_deeper(lines, found, number + 1, owner))
                floor = min(deeper, default=owner + 1)
                if own <= owner and not deeper:
                    continue
                indent = own if owner < own < floor else floor
            moved[number] = " " * indent + line.strip()
        elif line.strip() and number not in found:
            header, indent = _HEADER.fullmatch(line), -1
    return moved


def _owner(header: re.Match[str]) -> int:
    """Return the column than which a block text below *header* is deeper."""
    indent = header["indent"]
    if header["key"]:
        return len(indent)
    return len(indent.rstrip()) - 1 if "-" in indent else len(indent) - 1


def _deeper(lines: list[str], found: set[int], number: int, owner: int) -> Iterator[int]:
    """Give the indentation of lines from *number* on, as long as it is more than *owner*."""
    for n in range(number, len(lines)):
        if lines[n].strip() and n not in found:
            if _indent(lines[n]) <= owner:
                break
            yield _indent(lines[n])


def _in_texts(
    lines: list[str], found: set[int], kept: list[str], root: Node | None
) -> dict[int, str]:
    """Return those ellipses that are lines of a text, indented so that YAML takes them in."""
    restored: dict[int, str] = {}
    if root is None or not found:
        return restored
    table = Lines("\n".join(kept))
    for node, owner in _scalars(root, table, -1):
        first, last = table.line(node.start_mark.index), table.last(node)
        content = [n for n in range(first + 1, last + 1) if kept[n].strip()]
        floor = min((_indent(kept[n]) for n in content), default=owner + 1)
        inside = range(first + 1, last + 1)
        if node.style in _BLOCK:
            inside = range(first + 1, _end_of_text(lines, found, kept, last + 1, floor))
        for number in found.intersection(inside):
            beside = floor if node.style in _BLOCK else _next_indent(kept, number)
            restored[number] = " " * beside + lines[number].strip()
    return restored


def _end_of_text(
    lines: list[str], found: set[int], kept: list[str], number: int, floor: int
) -> int:
    """Return the line that ends a block text, taking in ellipses indented by *floor* or more."""
    end = number
    while number < len(lines) and not kept[number].strip():
        if number in found:
            if _indent(lines[number]) < floor:
                break
            end = number + 1
        number += 1
    return end


def _next_indent(kept: list[str], number: int) -> int:
    return next(_indent(line) for line in kept[number:] if line.strip())


def _scalars(node: Node, table: Lines, owner: int) -> Iterator[tuple[ScalarNode, int]]:
    """Give each scalar that is more than a word, and the column of the key or dash before it."""
    seen: set[int] = set()
    stack = [(node, owner)]
    while stack:
        node, owner = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, ScalarNode):
            if node.style or "\n" in table.text[node.start_mark.index : node.end_mark.index]:
                yield node, owner
        elif isinstance(node, SequenceNode):
            items = [(item, table.column(table.dash(item))) for item in node.value]
            stack += reversed(items)
        elif isinstance(node, MappingNode):
            values = [(value, table.column(key.start_mark.index)) for key, value in node.value]
            stack += reversed(values)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _owners(
    lines: list[str], found: set[int], kept: list[str], table: Lines, root: Node
) -> Iterator[tuple[Node, bool]]:
    """Give the nodes in which the ellipses stand; where indentation leaves it open, all.

    With each goes whether that is sure (see :class:`Prepared`).
    """
    blocks = list(_blocks(root, table))
    content = [n for n, line in enumerate(kept) if line.strip() and line.lstrip()[0] != "#"]
    content.append(len(kept))
    for number in found:
        flows = [b for b in blocks if b.flow and b.header < number < b.last]
        if flows:
            yield max(flows, key=lambda block: block.node.start_mark.index).node, True
            continue
        near = [
            block
            for block in blocks
            if not block.flow and block.header < number < content[bisect_right(content, block.last)]
        ]
        around = [block.column for block in near if number < block.last]
        indent = max([_indent(lines[number]), *around])
        inner = max((b.column for b in near if b.column <= indent), default=None)
        if inner is None:
            yield root, True
        for block in near:
            if block.column == inner:
                yield block.node, True
            elif block.value and block.column - 1 == _indent(lines[number]):
                yield block.node, False


def _blocks(root: Node, table: Lines) -> Iterator[_Block]:
    """Give every collection and every empty value of the tree."""
    seen: set[int] = set()
    stack = [(root, -1, -1)]
    while stack:
        node, header, owner = stack.pop()
        if id(node) in seen:  # an alias: the node stands where its anchor is
            continue
        seen.add(id(node))
        if isinstance(node, ScalarNode):
            if node.start_mark.index == node.end_mark.index:
                value = table.text[table.starts[header] + owner] != "-"
                yield _Block(node, header, owner + 1, header, value=value)
            continue
        flow = not isinstance(node, CollectionNode) or bool(node.flow_style) or not node.value
        if isinstance(node, MappingNode):
            places = [(value, key.start_mark.index) for key, value in node.value]
        else:
            places = [(item, table.dash(item)) for item in node.value]
        if flow:
            start = table.line(node.start_mark.index)
            yield _Block(node, start, 0, table.last(node), flow=True)
        else:
            yield _Block(node, header, table.column(places[0][1]), _last(node, table))
        below = [(child, table.line(at), table.column(at)) for child, at in places]
        stack += reversed(below)


def _last(node: Node, table: Lines) -> int:
    """Return the last line of a block collection that is neither blank nor a comment."""
    while True:
        if isinstance(node, MappingNode) and node.value and not node.flow_style:
            key, below = node.value[-1]
            at = key.start_mark.index
        elif isinstance(node, SequenceNode) and node.value and not node.flow_style:
            below = node.value[-1]
            at = table.dash(below)
        else:
            return table.last(node)
        if below.start_mark.index < at or below.start_mark.index == below.end_mark.index:
            return table.line(at)
        node = below
