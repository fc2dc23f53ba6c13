"""``Secret`` manifests become Secrets, each key at its place."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode

from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.manifest_yaml import ManifestYamlError, compose, construct, entries
from sphinx_airflow_prod.core.manifests import documents
from sphinx_airflow_prod.core.secrets.command import Place
from sphinx_airflow_prod.core.secrets.secret import Entry, Secret, SecretProblem, key_fault

FIELDS = ("apiVersion", "data", "immutable", "kind", "metadata", "stringData", "type")
"""The fields of a Secret (Kubernetes API, ``v1.Secret``)."""

_PLACEHOLDER = re.compile(r"<[^<>\n]+>|\.\.\.")
_SYMBOLIC = re.compile(r"<[A-Za-z](?:[^<>\n]{0,98}[^<>\s])?>")


def read_manifests(text: str, place: Place) -> tuple[list[Secret], list[SecretProblem]]:
    """Read every Secret manifest of *text*; *place* says where its characters stand."""
    secrets: list[Secret] = []
    problems: list[SecretProblem] = []
    lines = [0, *(match.end() for match in re.finditer("\n", text))]
    for line, raw in documents(text):
        reader = _Reader(lines[line - 1 :], place)
        try:
            secret = reader.read(raw)
        except ManifestYamlError as error:
            at = reader.start(max(error.line - 1, 0))
            secret = None
            problems.append(SecretProblem(f"this is no YAML: {error}", at, "manifest"))
        if secret is not None:
            secrets.append(secret)
        problems += reader.problems
    return secrets, problems


class _Reader:
    """Reads one document, whose lines start at *lines* of the whole text."""

    def __init__(self, lines: list[int], place: Place) -> None:
        self.lines = lines
        self.place = place
        self.problems: list[SecretProblem] = []
        self.complete = True

    def start(self, line: int) -> Span:
        """Return the place of a line of the document, counted from 0."""
        return self.place(self.lines[min(line, len(self.lines) - 1)])

    def at(self, node: Node) -> Span:
        """Return the place of a node."""
        mark: yaml.Mark = node.start_mark
        return self.place(self.lines[min(mark.line, len(self.lines) - 1)] + mark.column)

    def _problem(self, node: Node, message: str) -> None:
        self.problems.append(SecretProblem(message, self.at(node), "manifest"))
        self.complete = False

    def read(self, raw: str) -> Secret | None:
        """Return the Secret of the document; raises :class:`ManifestYamlError`."""
        root = compose(raw)
        if not isinstance(root, MappingNode):
            if root is not None:
                self._problem(root, "this is no Secret manifest; write a mapping with kind: Secret")
            return None
        self._duplicates(root)
        fields = entries(root)
        if not self._is_secret(root, fields):
            return None
        for field, (key, _) in fields.items():
            if field not in FIELDS:
                near = get_close_matches(field, FIELDS, 1)
                hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(FIELDS)}"
                self._problem(key, f"a Secret has no field {field!r}; {hint}")
        metadata = self._metadata(root, fields)
        found: dict[str, Entry] = {}
        for field in ("data", "stringData"):
            self._entries(field, fields, found)
        name_node = metadata.get("name")
        name = construct(name_node[1]) if name_node else None
        if not isinstance(name, str) or not name:
            blamed = name_node[1] if name_node else fields["metadata"][0] if metadata else root
            self._problem(blamed, "the Secret has no name; write it as text under metadata.name")
            return None
        namespace = self._text(metadata, "namespace")
        return Secret(
            name=name,
            namespace=namespace,
            type=self._text(fields, "type"),
            entries=found,
            span=self.at(metadata["name"][1]),
            complete=self.complete,
            symbolic_name=_is_symbolic(name),
            symbolic_namespace=_is_symbolic(namespace),
            immutable="immutable" in fields and construct(fields["immutable"][1]) is True,
            labels=self._texts(metadata, "labels"),
            annotations=self._texts(metadata, "annotations"),
        )

    def _duplicates(self, node: Node) -> None:
        """Report keys that stand twice in a mapping, as kubectl does."""
        if not isinstance(node, MappingNode):
            return
        seen: dict[str, Node] = {}
        for key, value in node.value:
            self._duplicates(value)
            if not isinstance(key, ScalarNode) or key.value == "<<":
                continue
            first = seen.setdefault(key.value, key)
            if first is not key:
                line = self.at(first).line
                message = f"the key {key.value!r} is given twice (first at line {line}); keep one"
                self._problem(key, message)

    def _is_secret(self, root: Node, fields: Mapping[str, tuple[Node, Node]]) -> bool:
        for name, wanted in (("apiVersion", "v1"), ("kind", "Secret")):
            if name not in fields:
                self._problem(root, f"the manifest has no {name}; write {name}: {wanted}")
                return False
            value = construct(fields[name][1])
            if value != wanted:
                message = f"{name} is {value!r}, which is no Secret; write {name}: {wanted}"
                self._problem(fields[name][1], message)
                return False
        return True

    def _metadata(
        self, root: Node, fields: Mapping[str, tuple[Node, Node]]
    ) -> Mapping[str, tuple[Node, Node]]:
        node = fields.get("metadata", (root, root))[1]
        if node is not root and isinstance(node, MappingNode):
            return entries(node)
        return {}

    def _text(self, fields: Mapping[str, tuple[Node, Node]], name: str) -> str:
        if name not in fields:
            return ""
        value = construct(fields[name][1])
        if value is not None and not isinstance(value, str):
            self._problem(fields[name][1], f"{name} must be text, not {value!r}; quote it")
        return value if isinstance(value, str) else ""

    def _texts(self, fields: Mapping[str, tuple[Node, Node]], name: str) -> dict[str, str]:
        value = construct(fields[name][1]) if name in fields else None
        if not isinstance(value, dict):
            return {}
        return {key: text for key, text in value.items() if isinstance(text, str)}

    def _entries(
        self, field: str, fields: Mapping[str, tuple[Node, Node]], found: dict[str, Entry]
    ) -> None:
        if field not in fields:
            return
        node = fields[field][1]
        if not isinstance(node, MappingNode):
            if construct(node) is not None:
                self._problem(node, f"{field} must be a mapping of keys to values")
            return
        for key, (key_node, value_node) in entries(node).items():
            if fault := key_fault(key):
                self._problem(key_node, fault)
                continue
            if key in found:
                message = (
                    f"the key {key!r} stands in data and in stringData; Kubernetes takes the one "
                    "of stringData: keep that"
                )
                self._problem(key_node, message)
            value = construct(value_node)
            if value is None:
                value = ""
            if not isinstance(value, str):
                self._problem(value_node, _not_text(field, value, value_node))
                continue
            content = self._encoded(value, value_node) if field == "data" else _plain(value)
            if content is None:
                continue
            spans = self.at(key_node), self.at(value_node)
            found[key] = Entry(key, content, *spans, encoded=field == "data")

    def _encoded(self, text: str, node: Node) -> bytes | str | None:
        """Return what base64 says, ``None`` where it is none."""
        if _PLACEHOLDER.fullmatch(text):
            return text
        compact = text.replace("\n", "").replace("\r", "")
        try:
            return base64.b64decode(compact, validate=True)
        except (binascii.Error, ValueError):
            fault = _base64_fault(compact)
            self._problem(node, f"this is not base64: {fault}")
            return None


def _base64_fault(text: str) -> str:
    alien = re.search(r"[^A-Za-z0-9+/=]", text)
    if alien:
        character = "a space" if alien[0] == " " else repr(alien[0])
        hint = "plain text goes under stringData"
        if alien[0] in "-_":
            hint = "use the standard alphabet, with '+' and '/', or put plain text under stringData"
        return f"it holds {character}; {hint}"
    return (
        f"{len(text)} characters are not padded to a multiple of 4 with '='; "
        "plain text goes under stringData"
    )


def _not_text(field: str, value: Any, node: Node) -> str:
    if isinstance(value, dict | list):
        return f"a value of {field} must be text; write a block with | for several lines"
    written = node.value if isinstance(node, ScalarNode) else value
    return f'a value of {field} must be text, and YAML reads {written} otherwise; write "{written}"'


def _plain(text: str) -> bytes | str:
    return text if _is_symbolic(text) else text.encode("utf-8", "replace")


def _is_symbolic(text: str) -> bool:
    return text == "..." or _SYMBOLIC.search(text) is not None
