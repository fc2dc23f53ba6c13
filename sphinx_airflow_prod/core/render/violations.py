"""Helm's messages about ``values.schema.json``, taken apart and put in a fixed order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sphinx_airflow_prod.core.render.base import SchemaViolation

SCHEMA_HEAD = "values don't meet the specifications of the schema(s) in the following chart(s):\n"

_CHART = re.compile(r"(?P<chart>[^\s:'\"-][^\s:]*):")
_ITEM = re.compile(r"(?P<indent> *)- at '(?P<pointer>(?:[^'\\]|\\.)*)': (?P<message>.*)")
_ADDITIONAL = re.compile(r"additional properties (.*) not allowed")
_WRAPPERS = {"'allOf' failed", "validation failed"}


@dataclass
class _Node:
    pointer: str
    message: str
    children: list[_Node] = field(default_factory=list)


def parse_violations(text: str) -> tuple[tuple[SchemaViolation, ...], list[str]]:
    """Return the violations in *text* (Helm's, below its first line), sorted, and what else it
    says: that a schema itself cannot be used.
    """
    violations: set[SchemaViolation] = set()
    problems: list[str] = []
    chart = ""
    broken = ""
    roots: list[_Node] = []
    open_nodes: list[tuple[int, _Node]] = []
    for line in text.splitlines():
        if item := _ITEM.fullmatch(line):
            if broken:
                continue
            node = _Node(item["pointer"], _sorted_names(item["message"]))
            depth = len(item["indent"])
            while open_nodes and open_nodes[-1][0] >= depth:
                open_nodes.pop()
            (open_nodes[-1][1].children if open_nodes else roots).append(node)
            open_nodes.append((depth, node))
        elif match := _CHART.fullmatch(line):
            violations.update(_flat(chart, roots))
            chart, broken, roots, open_nodes = match["chart"], "", [], []
        elif line.startswith("invalid type for values"):
            violations.add(SchemaViolation(chart, (), line))
        elif open_nodes and line.strip():
            open_nodes[-1][1].message += "\n" + line
        elif line.strip():
            broken = line.strip().replace("file:///", "")
            problems.append(f"the values.schema.json of {chart} cannot be used: {broken}")
    violations.update(_flat(chart, roots))
    return tuple(sorted(violations, key=_order)), sorted(problems)


def _flat(chart: str, nodes: list[_Node]) -> list[SchemaViolation]:
    found: list[SchemaViolation] = []
    for node in nodes:
        if node.children and node.message in _WRAPPERS:
            found += _flat(chart, node.children)
        else:
            message = "\n".join((node.message, *_below(node.children, "  ")))
            found.append(SchemaViolation(chart, _path(node.pointer), message))
    return found


def _below(nodes: list[_Node], indent: str) -> list[str]:
    lines: list[str] = []
    for node in sorted(nodes, key=lambda node: (node.pointer, node.message)):
        lines.append(f"{indent}- at '{node.pointer}': {node.message}")
        lines += _below(node.children, indent + "  ")
    return lines


def _path(pointer: str) -> tuple[str | int, ...]:
    """Return the keys of a JSON pointer; one of digits alone is taken for a list index."""
    parts = re.sub(r"\\(.)", r"\1", pointer).split("/")[1:]
    return tuple(
        int(part) if part.isdecimal() else part.replace("~1", "/").replace("~0", "~")
        for part in parts
    )


def _sorted_names(message: str) -> str:
    """Sort the names of unknown properties, which Go lists in the order of a random map."""
    match = _ADDITIONAL.fullmatch(message)
    if not match:
        return message
    names = re.findall(r"'(?:[^'\\]|\\.)*'", match[1])
    return f"additional properties {', '.join(sorted(names))} not allowed"


def _order(violation: SchemaViolation) -> tuple[str, tuple[str, ...], str]:
    return violation.chart, tuple(str(part) for part in violation.path), violation.message
