"""YAML of a manifest as Kubernetes reads it, and safe from text that kills parsers.

``kubectl`` and Helm read manifests with ``sigs.k8s.io/yaml``: YAML 1.1 booleans
(``yes``, ``on``, ``y``), C-like integers (``0644`` is 420, ``0o14`` is 12), dates and
``1:30`` stay strings, keys become strings, the last of two equal keys wins, unknown
tags pass.  libyaml does the reading; what a plain scalar means is decided here.
"""

from __future__ import annotations

import re
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

MAX_DEPTH = 150
"""Levels of nesting that are read.  Real manifests stay below 60 (CRDs of pod templates)."""

MAX_NODES = 1_000_000
"""Nodes of one document with every alias expanded."""

_PLAIN = "?"
_STR = "tag:yaml.org,2002:str"
_MERGE = "tag:yaml.org,2002:merge"
_TAG = "tag:yaml.org,2002:"

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML built without libyaml: slower, the same nodes
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]


class ManifestYamlError(ValueError):
    """A document that cannot be read; ``line`` (from 1, 0 where unknown) is in its text."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


class _Reader(_Loader):
    """The loader, with the meaning of plain scalars left open (tag ``?``)."""

    def resolve(self, kind: type[Node], _value: Any, implicit: Any) -> str:
        if kind is ScalarNode:
            return _PLAIN if implicit[0] else _STR
        return _TAG + ("map" if kind is MappingNode else "seq")


def compose(text: str) -> Node | None:
    """Return the node tree of one YAML document, ``None`` for an empty one.

    Plain scalars bear the tag ``?``; :func:`construct` gives them a meaning.
    Raises :class:`ManifestYamlError` for what is not one YAML document, is
    nested deeper than :data:`MAX_DEPTH`, refers to itself, or expands to more
    than :data:`MAX_NODES` nodes.
    """
    try:
        if _may_be_deep(text):
            _check_depth(text)
        node: Node | None = yaml.compose(text, Loader=_Reader)
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        raise ManifestYamlError(what or "not YAML", mark.line + 1 if mark else 0) from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise ManifestYamlError(" ".join(str(error).split())) from None
    if node is not None and "&" in text and "*" in text:
        _check_size(node)
    return node


_INDENT = re.compile(r"^[ \t?:-]*", re.MULTILINE)


def _may_be_deep(text: str) -> bool:
    """Whether *text* could exceed the depth: an upper bound that is cheap to take.

    A block level costs at least one column of indentation or a dash (a list may
    stand in the column of its parent: hence the half), a flow level a bracket.
    """
    brackets = text.count("[") + text.count("{")
    return brackets + 2 * max(map(len, _INDENT.findall(text))) + 2 > MAX_DEPTH


def _check_depth(text: str) -> None:
    """Raise where nesting goes too deep; the event reader itself does not recurse."""
    depth = 0
    for event in yaml.parse(text, Loader=_Reader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                line = event.start_mark.line + 1 if event.start_mark else 0
                raise ManifestYamlError(f"nested more than {MAX_DEPTH} levels deep", line)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _check_size(root: Node) -> None:
    """Raise where aliases make the tree infinite, or larger than :data:`MAX_NODES`."""
    sizes: dict[int, int] = {}
    open_: set[int] = set()

    def size(node: Node) -> int:
        if id(node) in sizes:
            return sizes[id(node)]
        if id(node) in open_:
            raise ManifestYamlError("an alias refers to itself", node.start_mark.line + 1)
        open_.add(id(node))
        total = 1
        if isinstance(node, SequenceNode):
            total += sum(size(item) for item in node.value)
        elif isinstance(node, MappingNode):
            total += sum(size(key) + size(value) for key, value in node.value)
        open_.discard(id(node))
        if total > MAX_NODES:
            raise ManifestYamlError("aliases expand to too much", node.start_mark.line + 1)
        sizes[id(node)] = total
        return total

    size(root)


def construct(node: Node | None) -> Any:
    """Return what *node* means: dict with string keys, list, str, int, float, bool or None."""
    if isinstance(node, ScalarNode):
        return _scalar(node)
    if isinstance(node, SequenceNode):
        return [construct(item) for item in node.value]
    if isinstance(node, MappingNode):
        return {key: construct(value) for key, (_, value) in entries(node).items()}
    return None


def entries(node: MappingNode) -> dict[str, tuple[Node, Node]]:
    """Return key and value node of each entry of a mapping, by the key as Kubernetes has it.

    The last of equal keys wins, ``<<`` counting as those that it merges.
    """
    found: dict[str, tuple[Node, Node]] = {}
    for key, value in node.value:
        if key.tag in (_PLAIN, _MERGE) and key.value == "<<":
            # In a list of mappings the first that has a key counts, as in Helm.
            for merged in reversed(value.value) if isinstance(value, SequenceNode) else [value]:
                if isinstance(merged, MappingNode):
                    found.update(entries(merged))
            continue
        found[_key(key)] = (key, value)
    return found


def _key(node: Node) -> str:
    """Return a mapping key as the string that JSON makes of it."""
    value = construct(node)
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return str(node.start_mark.index)  # a collection as a key: Kubernetes refuses it


def _scalar(node: ScalarNode) -> Any:
    text: str = node.value
    if node.tag == _PLAIN:
        return _WORDS[text] if text in _WORDS else _number(text)
    if node.tag == _TAG + "null":
        return None
    if node.tag == _TAG + "bool":
        return _WORDS.get(text, text)
    if node.tag in (_TAG + "int", _TAG + "float"):
        return _number(text)
    return text


_WORDS: dict[str, bool | None] = {
    **{spelling: True for word in ("y", "yes", "on", "true") for spelling in
       (word, word.capitalize(), word.upper())},
    **{spelling: False for word in ("n", "no", "off", "false") for spelling in
       (word, word.capitalize(), word.upper())},
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
}  # fmt: skip
"""Plain scalars with a meaning of their own: ``resolve.go`` of go-yaml, as sigs.k8s.io/yaml."""

_INTEGER = re.compile(
    r"[-+]?(?:(?P<x>0[xX][0-9a-fA-F]+)|(?P<b>0[bB][01]+)|(?P<o>0[oO]?[0-7]+)|(?P<d>0|[1-9][0-9]*))"
)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def _number(text: str) -> str | int | float:
    """Return the number that *text* spells for Go's ``strconv``, else *text* itself.

    A float without a fraction comes out as an int, as it does in JSON.
    """
    if not text or text[0] not in "+-.0123456789":
        return text
    plain = text if text[0] == "." else text.replace("_", "")
    if len(plain) <= 64 and (match := _INTEGER.fullmatch(plain)):
        kind = match.lastgroup or "d"
        integer = int(match[kind], {"x": 16, "b": 2, "o": 8, "d": 10}[kind])
        if integer < 2**64:
            return -integer if plain[0] == "-" else integer
    if _FLOAT.fullmatch(plain):
        number = float(plain)
        if number.is_integer() and abs(number) < 2**63:
            return int(number)
        return number if abs(number) != float("inf") else text
    return text
