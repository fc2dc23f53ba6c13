"""The tree of a values text: keys and items with their places, read event by event.

ruamel.yaml's parser gives events; nothing is constructed, aliases are never
expanded, and reading stops at the first excess of depth or size.  What keys
mean, and how ``<<`` merges, follows Helm's reader (go-yaml v2).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from sphinx_airflow_prod.core.diagnostics import Code
from sphinx_airflow_prod.core.values import limits
from sphinx_airflow_prod.core.values.keys import plain_key
from sphinx_airflow_prod.core.values.scanner import HelmScanner

_MERGE_TAG = "tag:yaml.org,2002:merge"
_NUMBERS_JSON_LACKS = frozenset(
    sign + dot for dot in (".inf", ".Inf", ".INF") for sign in ("", "+", "-")
) | {".nan", ".NaN", ".NAN"}


@dataclass(frozen=True)
class Problem:
    """Something wrong at a character of the text (``at`` counts from 0)."""

    at: int
    message: str
    code: Code = Code.YAML


class ExcessError(Exception):
    """The text exceeds a limit; ``problem`` says which, and where."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(slots=True, eq=False)
class Node:
    """A mapping, a list or a scalar; ``at`` and ``end`` are characters of the text."""

    kind: Literal["mapping", "list", "scalar"]
    at: int
    end: int = 0
    size: int = 1
    text: str = ""
    plain: bool = False
    tag: str | None = None
    fields: dict[str, Field] = field(default_factory=dict)
    items: list[Child] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    """What Helm refuses about this mapping's keys, if the mapping counts at all."""


@dataclass(slots=True)
class Child:
    """A node where it is written: for an alias, ``at`` is the alias' own place."""

    at: int
    node: Node


@dataclass(slots=True)
class Field:
    """An entry of a mapping: where its key stands, and its value."""

    at: int
    value: Child


@dataclass(slots=True)
class Document:
    """One YAML document: where it starts and what it holds, None where it is empty."""

    at: int
    root: Node | None
    directive: bool


@dataclass(slots=True)
class _Frame:
    node: Node
    anchor: str | None
    at: int
    pending: list[Child] = field(default_factory=list)


def read(text: str) -> tuple[list[Document], list[Problem]]:
    """Read all documents of *text*.

    Returns them with the problems found that do not keep the rest from being
    read.  Raises :class:`ExcessError` at an excess, and ruamel.yaml's
    ``YAMLError`` at a mistake of syntax.
    """
    return _Reader(text).run()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.documents: list[Document] = []
        self.problems: list[Problem] = []
        self.frames: list[_Frame] = []
        self.anchors: dict[str, Node] = {}

    def run(self) -> tuple[list[Document], list[Problem]]:
        for event in _events(self.text):
            at = event.start_mark.index
            match event:
                case DocumentStartEvent():
                    directive = event.version is not None or bool(event.tags)
                    self.documents.append(Document(at, None, directive))
                    self.anchors = {}
                case ScalarEvent():
                    self.scalar(event, at)
                case AliasEvent():
                    self.alias(str(event.anchor), at)
                case MappingStartEvent() | SequenceStartEvent():
                    self.open(event, at)
                case MappingEndEvent() | SequenceEndEvent():
                    self.close(event.end_mark.index)
        for document in self.documents:
            self.problems += _refused(document.root)
        return self.documents, self.problems

    def scalar(self, event: Any, at: int) -> None:
        node = Node("scalar", at, event.end_mark.index, text=str(event.value))
        node.tag = event.tag
        node.plain = bool(event.implicit[0]) and event.style in (None, "")
        if event.anchor is not None:
            self.anchors[str(event.anchor)] = node
        self.add(Child(at, node))

    def alias(self, name: str, at: int) -> None:
        node = self.anchors.get(name)
        if node is None:
            if any(frame.anchor == name for frame in self.frames):
                message = f"the alias '*{name}' stands inside its own anchor '&{name}'"
            else:
                message = f"the alias '*{name}' has no anchor '&{name}' before it"
            self.problems.append(Problem(at, message))
            node = Node("scalar", at, at, plain=True)
        self.add(Child(at, node))

    def open(self, event: Any, at: int) -> None:
        if len(self.frames) >= limits.MAX_DEPTH:
            raise ExcessError(Problem(at, limits.too_deep(), Code.LIMIT))
        kind: Literal["mapping", "list"] = (
            "mapping" if isinstance(event, MappingStartEvent) else "list"
        )
        anchor = None if event.anchor is None else str(event.anchor)
        if anchor is not None:
            self.anchors.pop(anchor, None)
        self.frames.append(_Frame(Node(kind, at, tag=event.tag), anchor, at))

    def close(self, end: int) -> None:
        frame = self.frames.pop()
        node = frame.node
        node.end = end
        if node.kind == "mapping":
            self.fill(node, frame.pending)
        else:
            node.items = frame.pending
        if frame.anchor is not None:
            self.anchors[frame.anchor] = node
        self.add(Child(frame.at, node))

    def add(self, child: Child) -> None:
        if not self.frames:
            node = child.node
            empty = node.kind == "scalar" and node.plain and node.text == ""
            self.documents[-1].root = None if empty else node
            return
        frame = self.frames[-1]
        frame.pending.append(child)
        frame.node.size += child.node.size
        if frame.node.size > limits.MAX_NODES:
            raise ExcessError(Problem(child.at, limits.too_many(), Code.LIMIT))

    def fill(self, node: Node, pending: list[Child]) -> None:
        """Give a mapping its fields as Helm's reader does: in order, the last one wins."""
        written: dict[str, int] = {}
        for key, value in zip(pending[::2], pending[1::2], strict=True):
            if _is_merge(key.node):
                self.merge(node, key, value, written)
                continue
            name = self.name(node, key)
            if name is None:
                continue
            if name in written:
                self.problems.append(self.duplicate(name, key, written[name]))
            else:
                written[name] = key.at
            node.fields.pop(name, None)
            node.fields[name] = Field(key.at, value)

    def merge(self, node: Node, key: Child, value: Child, written: dict[str, int]) -> None:
        sources = value.node.items if value.node.kind == "list" else [value]
        for source in reversed(sources):
            if source.node.kind != "mapping":
                message = "'<<' merges a mapping or a list of mappings into this one; " + (
                    f"this is a {source.node.kind}"
                )
                self.problems.append(Problem(key.at, message))
                continue
            for name, entry in source.node.fields.items():
                if name in written and name in node.fields:
                    message = (
                        f"'<<' overrides the key '{name}' before it (line "
                        f"{self.line(written[name])}): Helm lets the later of the two win; "
                        "move '<<' to the top of the mapping"
                    )
                    self.problems.append(Problem(key.at, message, Code.DUPLICATE_KEY))
                node.fields[name] = entry

    def name(self, mapping: Node, key: Child) -> str | None:
        node = key.node
        if node.kind != "scalar":
            if self.text.startswith("{", node.at) and _in_braces(self.text, node.at):
                message = (
                    "a Go template is not evaluated in values; quote it if the chart passes "
                    "the value through 'tpl', as in '{{ .Release.Name }}'"
                )
                self.problems.append(
                    Problem(max(self.text.rfind("{{", 0, node.at + 1), 0), message)
                )
            else:
                message = f"a {node.kind} cannot be a key in values; write a plain text"
                self.problems.append(Problem(key.at, message))
            return None
        if not node.plain:
            return node.text
        name = plain_key(node.text)
        if name is None:
            shown = node.text or "(nothing)"
            message = f"{shown} cannot be a key in values; quote it if it is meant as text"
            mapping.refused.append(Problem(key.at, message))
        return name

    def duplicate(self, name: str, key: Child, first: int) -> Problem:
        written = key.node.text
        read_as = "" if written == name else f" (which Helm reads as '{name}')"
        message = (
            f"key '{written}'{read_as} stands twice in this mapping; "
            f"Helm takes the last (first at line {self.line(first)})"
        )
        return Problem(key.at, message, Code.DUPLICATE_KEY)

    def line(self, at: int) -> str:
        """Return a mark for the line of the document at *at*, filled in by the caller."""
        return f"\0{at}\0"


def _events(text: str) -> Iterator[Any]:
    yaml = YAML(typ="safe", pure=True)
    yaml.Scanner = HelmScanner
    # Helm's YAML is 1.1: only there do ':' and '?' in flow collections read alike.
    yaml.version = (1, 1)
    yield from yaml.parse(text)


def _is_merge(node: Node) -> bool:
    return node.kind == "scalar" and node.text == "<<" and (node.plain or node.tag == _MERGE_TAG)


def _in_braces(text: str, at: int) -> bool:
    return text.startswith("{{", at) or text.startswith("{{", at - 1)


def _refused(root: Node | None) -> Iterator[Problem]:
    """Give what Helm refuses only when it makes JSON of the values that count in the end."""
    queue = [] if root is None else [Child(root.at, root)]
    seen: set[int] = set()
    for child in queue:
        node = child.node
        if node.plain and node.text in _NUMBERS_JSON_LACKS:
            yield Problem(
                child.at, f"Helm cannot hold the number {node.text}; quote it if it is text"
            )
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield from node.refused
        queue += [entry.value for entry in node.fields.values()]
        queue += node.items
