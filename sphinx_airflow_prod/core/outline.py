"""Where in its text each part of a manifest stands.

The lines of a YAML document belong to a tree of :class:`Entry`: one for each key
of a block mapping and for each item of a block list.  Flow collections
(``[a, b]``) and scalars, several lines long or not, are leaves of that tree.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sphinx_airflow_prod.core.manifest_paths import Item, Path, Token
from sphinx_airflow_prod.core.manifest_yaml import compose, construct, entries

_SECTION = re.compile(r"\s*\[[^\]]+\]\s*")
"""The header of a section of an ini file; TOML and systemd units have the same."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a block mapping with its value, or an item of a block list.

    ``start`` and ``end`` are its first and last line, counted from 0, both
    inclusive, without blank lines and comments after it; ``value`` is the line
    on which the value begins; ``column`` that of the key or the item's dash.
    ``text`` tells that the lines after ``start`` are those of a scalar (a
    script, a configuration file), so that no line of it is a comment.
    ``keys`` are the merge keys of a list item with their values.
    """

    start: int
    end: int
    value: int
    column: int
    text: bool = False
    children: dict[str | int, Entry] = field(default_factory=dict)
    keys: dict[str, str | int] = field(default_factory=dict)

    def child(self, token: Token) -> Entry | None:
        """Return the entry directly below this one that *token* names, if any."""
        if isinstance(token, Item):
            for entry in self.children.values():
                if entry.keys.get(token.key) == token.value:
                    return entry
            return None
        return self.children.get(token)

    def walk(self) -> Iterator[Entry]:
        """Give this entry and all below it, in the order of the text's structure."""
        yield self
        for entry in self.children.values():
            yield from entry.walk()


@dataclass(frozen=True, slots=True)
class Outline:
    """The lines of a document and the tree of entries over them.

    ``skip`` are the numbers of lines that hold nothing: blank lines and
    comments outside of scalars and flow collections.
    """

    lines: tuple[str, ...]
    root: Entry
    skip: frozenset[int]

    def find(self, path: Path) -> tuple[Entry, int]:
        """Return the entry nearest to *path* and how many of its tokens lead there.

        That is the entry at *path* itself, or where the text has no lines of its
        own for it (inside ``[a, b]``), the one that holds it.
        """
        entry = self.root
        for depth, token in enumerate(path):
            below = entry.child(token)
            if below is None:
                return entry, depth
            entry = below
        return entry, len(path)

    def chain(self, path: Path) -> list[Entry]:
        """Return the entries on the way to *path*, as far as there are any, root first."""
        found = [self.root]
        for token in path:
            below = found[-1].child(token)
            if below is None:
                break
            found.append(below)
        return found

    def section(self, entry: Entry, number: int) -> int | None:
        """Return the line of the ``[section]`` that line *number* of a text stands in, if any."""
        for above in range(min(number, entry.end), entry.value, -1):
            if _SECTION.fullmatch(self.lines[above]):
                return above
        return None


def outline(text: str) -> Outline:
    """Return the outline of one YAML document; raises ``ManifestYamlError`` as ``compose``."""
    node = compose(text)
    lines = tuple(text.removesuffix("\n").split("\n"))
    builder = _Builder(text)
    last = max((n for n, line in enumerate(lines) if line.strip()), default=0)
    children, keys, _ = builder.below(node) if node is not None else ({}, {}, 0)
    root = Entry(0, last, 0, 0, text=isinstance(node, ScalarNode), children=children, keys=keys)
    inside = {
        line
        for entry in root.walk()
        if not entry.children
        for line in range(entry.value + 1, entry.end + 1)
    }
    skip = frozenset(
        number
        for number, line in enumerate(lines)
        if number not in inside and (not line.strip() or line.lstrip().startswith("#"))
    )
    return Outline(lines, root, skip)


class _Builder:
    """Makes entries out of nodes.

    It goes by the characters that marks count: libyaml has other ideas than
    ``str.split`` of what ends a line.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0]
        position = text.find("\n")
        while position >= 0:
            self.starts.append(position + 1)
            position = text.find("\n", position + 1)

    def line(self, index: int) -> int:
        """Return the number of the line that holds the character *index*."""
        return bisect_right(self.starts, index) - 1

    def column(self, line: int) -> int:
        """Return the indentation of a line."""
        end = self.text.find("\n", self.starts[line])
        text = self.text[self.starts[line] : end if end >= 0 else None]
        return len(text) - len(text.lstrip())

    def last(self, node: Node) -> int:
        """Return the last line with content of a scalar or a flow collection."""
        start = node.start_mark.index
        content = self.text[start : node.end_mark.index].rstrip()
        return self.line(start + max(len(content) - 1, 0))

    def below(self, node: Node) -> tuple[dict[str | int, Entry], dict[str, str | int], int]:
        """Return the entries below *node*, its merge keys, and its last line."""
        children: dict[str | int, Entry] = {}
        if isinstance(node, MappingNode) and not node.flow_style and node.value:
            end = 0
            for name, (key, value) in entries(node).items():
                start = self.line(key.start_mark.index)
                children[name] = self.entry(value, start, key.start_mark.index)
                end = max(end, children[name].end)
            return children, _scalars(node), end
        if isinstance(node, SequenceNode) and not node.flow_style and node.value:
            for number, item in enumerate(node.value):
                start = self.dash(item)
                children[number] = self.entry(item, start, self.starts[start])
            return children, {}, max(entry.end for entry in children.values())
        keys = _scalars(node) if isinstance(node, MappingNode) else {}
        return children, keys, self.last(node)

    def entry(self, node: Node, start: int, index: int) -> Entry:
        """Return the entry that starts on line *start* and whose value is *node*."""
        children, keys, end = self.below(node)
        value = self.line(node.start_mark.index)
        if value < start or end < start:  # an alias: the value stands elsewhere
            children, end, value = {}, start, start
        column = max(index - self.starts[start], self.column(start))
        text = isinstance(node, ScalarNode) and end > value
        return Entry(start, end, value, column, text, children, keys)

    def dash(self, item: Node) -> int:
        """Return the line of the dash before *item*."""
        index = item.start_mark.index - 1
        while index > 0 and self.text[index].isspace():
            index -= 1
        return self.line(index if self.text[max(index, 0)] == "-" else item.start_mark.index)


def _scalars(node: MappingNode) -> dict[str, str | int]:
    """Return the entries of a mapping that can serve as merge keys."""
    found: dict[str, str | int] = {}
    for name, (_, value) in entries(node).items():
        if isinstance(value, ScalarNode):
            scalar = construct(value)
            if type(scalar) in (str, int):
                found[name] = scalar
    return found
