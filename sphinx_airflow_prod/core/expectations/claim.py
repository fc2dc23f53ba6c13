"""What a claim consists of: a tree of claimed mappings, lists and values, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sphinx_airflow_prod.core.diagnostics import Code, Span
from sphinx_airflow_prod.core.source import SourceText

GENERATED = "<generated>"
"""A scalar that is exactly this stands for any non-empty value."""

ELLIPSIS = "..."
"""Stands for what is left out: as a line, as an item, as a value."""


@dataclass(frozen=True)
class Problem:
    """Something wrong with a claim, apart from whether it holds.

    ``code`` is given where an existing code says it (YAML, duplicate keys,
    limits); ``None`` means that the claim as such cannot be used.
    """

    message: str
    span: Span
    code: Code | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part of a claim stands.

    ``span`` is the place of its key or of its item's dash in the document;
    ``start`` and ``end`` enclose the value itself in the claim's text
    (characters from 0, end exclusive, blank lines after it left out), quotes,
    block indicators, tags and anchors included: what a rewrite replaces.
    """

    span: Span
    start: int
    end: int


@dataclass(frozen=True, eq=False, slots=True)
class MappingClaim:
    """A mapping that has these fields; ``gap`` tells that ``...`` stands in it."""

    place: Place
    fields: Mapping[str, Node]
    gap: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class ListClaim:
    """A list that has these items; ``gap`` tells that ``...`` stands in it."""

    place: Place
    items: tuple[Node, ...]
    gap: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class ScalarClaim:
    """A string, number or boolean."""

    place: Place
    value: str | int | float | bool


@dataclass(frozen=True, eq=False, slots=True)
class TextClaim:
    """A text written as a block (``|`` or ``>``), line by line; ``None`` is a line of ``...``.

    Lines come without blanks at their end; blank lines at the end of the text
    and beside ``...`` are left out.  ``spans`` are the places of the lines.
    """

    place: Place
    lines: tuple[str | None, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Absence:
    """``null``: the key is not there (or null); as an item of a list, null."""

    place: Place


@dataclass(frozen=True, eq=False, slots=True)
class Generated:
    """``<generated>``: some non-empty value."""

    place: Place


@dataclass(frozen=True, eq=False, slots=True)
class LeftOut:
    """``key: ...``: the key is there, with whatever value but null."""

    place: Place


Node = MappingClaim | ListClaim | ScalarClaim | TextClaim | Absence | Generated | LeftOut


@dataclass(frozen=True, eq=False)
class Claim:
    """A partial manifest as its author wrote it.

    ``problems`` are in the order of the text.  ``root`` is ``None`` where the
    text is empty or cannot be read.
    """

    source: SourceText
    root: MappingClaim | None
    problems: tuple[Problem, ...] = ()

    @property
    def identity(self) -> tuple[str, str] | None:
        """Kind and name of the resource, where the body says both."""
        kind, name = self.kind, self.name
        return (kind, name) if kind and name else None

    @property
    def kind(self) -> str:
        """``kind`` of the body, empty where it has none."""
        return self._text("kind")

    @property
    def api_version(self) -> str:
        """``apiVersion`` of the body, empty where it has none."""
        return self._text("apiVersion")

    @property
    def name(self) -> str:
        """``metadata.name`` of the body (else ``generateName``), empty where it has none."""
        return self._text("metadata", "name") or self._text("metadata", "generateName")

    @property
    def namespace(self) -> str:
        """``metadata.namespace`` of the body, empty where it has none."""
        return self._text("metadata", "namespace")

    def node(self, *path: str) -> Node | None:
        """Return what is claimed below these keys, ``None`` where nothing is."""
        node: Node | None = self.root
        for key in path:
            node = node.fields.get(key) if isinstance(node, MappingClaim) else None
        return node

    def _text(self, *path: str) -> str:
        node = self.node(*path)
        return str(node.value) if isinstance(node, ScalarClaim) else ""


def leaves(node: Node) -> Iterator[Node]:
    """Give everything below *node* that has nothing below itself, in the order of the text."""
    below: tuple[Node, ...] = ()
    if isinstance(node, MappingClaim):
        below = tuple(node.fields.values())
    elif isinstance(node, ListClaim):
        below = node.items
    if not below:
        yield node
    for child in below:
        yield from leaves(child)


def size(node: Node) -> int:
    """Return how many leaves *node* has, at least one."""
    return sum(1 for _ in leaves(node))


def plain(node: Node) -> Any:
    """Return *node* as a value to be shown; what is left out is ``...`` in lists and texts."""
    match node:
        case MappingClaim():
            return {key: plain(value) for key, value in node.fields.items()}
        case ListClaim():
            return [plain(item) for item in node.items] + ([ELLIPSIS] if node.gap else [])
        case ScalarClaim():
            return node.value
        case TextClaim():
            return "\n".join(ELLIPSIS if line is None else line for line in node.lines)
        case Generated():
            return GENERATED
        case LeftOut():
            return ELLIPSIS
        case Absence():
            return None
