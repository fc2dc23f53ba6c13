"""Where every key, item and value of a values text stands in its document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Severity, Span
from sphinx_airflow_prod.core.source import SourceText
from sphinx_airflow_prod.core.values.tree import Child, Node

Path = tuple[str | int, ...]
"""The way to a value from the top: keys as Helm reads them, and indices of list items."""

_SIMPLE = re.compile(r"[^\s.\[\]'\"]+")


def format_path(path: Path) -> str:
    """Return *path* as authors write it: ``workers.celery.env[0].name``.

    A key that holds a dot, a bracket, a quote or a space is shown as ``['the key']``.
    """
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif _SIMPLE.fullmatch(step):
            parts.append(f".{step}" if parts else step)
        else:
            parts.append(f"['{step}']")
    return "".join(parts)


@dataclass(frozen=True, eq=False)
class Layout:
    """The positions of a values text, and what is wrong with its writing.

    ``diagnostics`` are in the order of the text.  Paths below aliases and
    ``<<`` lead to the places where the anchor's mapping is written.
    """

    source: SourceText
    diagnostics: tuple[Diagnostic, ...] = ()
    _root: Node | None = field(default=None, repr=False)

    @property
    def readable(self) -> bool:
        """Whether Helm can be asked what the text means: nothing but duplicate keys is wrong."""
        return all(
            found.code is Code.DUPLICATE_KEY or found.severity is not Severity.ERROR
            for found in self.diagnostics
        )

    def span(self, path: Path) -> Span:
        """Return the place of the key or item at *path*, or of its nearest ancestor in the text.

        For the root, and where nothing else is there, the first line.
        """
        return self._span(self._walk(path)[-1])

    def key_span(self, path: Path) -> Span | None:
        """Return the place of the key (for a list item, of the item) at *path*, None if absent."""
        steps = self._walk(path)
        return self._span(steps[-1]) if path and len(steps) == len(path) + 1 else None

    def value_span(self, path: Path) -> Span | None:
        """Return where the value at *path* begins, None if absent."""
        steps = self._walk(path)
        if self._root is None or len(steps) != len(path) + 1:
            return None
        child = steps[-1][1]
        return self._at(child.at if child is not None else 0)

    def raw(self, path: Path) -> str | None:
        """Return a scalar as it is written, quotes included; None if *path* is none."""
        steps = self._walk(path)
        child = steps[-1][1]
        if len(steps) != len(path) + 1 or child is None or child.node.kind != "scalar":
            return None
        return self.source.text[child.node.at : child.node.end]

    def __contains__(self, path: Path) -> bool:
        """Say whether the text itself has something at *path*."""
        return self._root is not None and len(self._walk(path)) == len(path) + 1

    def paths(self) -> Iterator[Path]:
        """Give every path of the text, parents before children, in the order of Helm's reading."""
        yield from (path for path, _ in self._nodes())

    def leaves(self) -> Iterator[Path]:
        """Give the paths of all scalars and of all empty mappings and lists."""
        yield from (
            path for path, node in self._nodes() if path and not (node.fields or node.items)
        )

    def _nodes(self) -> Iterator[tuple[Path, Node]]:
        stack: list[tuple[Path, Node]] = [] if self._root is None else [((), self._root)]
        while stack:
            path, node = stack.pop()
            yield path, node
            below: list[tuple[Path, Node]] = [
                ((*path, name), entry.value.node) for name, entry in node.fields.items()
            ]
            below += [((*path, index), item.node) for index, item in enumerate(node.items)]
            stack.extend(reversed(below))

    def _walk(self, path: Path) -> list[tuple[int, Child | None]]:
        """Return (place, value) of the root and of each step of *path* that the text has."""
        start = 0 if self._root is None else self._root.at
        steps: list[tuple[int, Child | None]] = [(start, None)]
        node = self._root
        for step in path:
            if node is None:
                break
            if isinstance(step, int):
                if not 0 <= step < len(node.items):
                    break
                child = node.items[step]
                steps.append((child.at, child))
            else:
                entry = node.fields.get(step)
                if entry is None:
                    break
                child = entry.value
                steps.append((entry.at, child))
            node = child.node
        return steps

    def _span(self, step: tuple[int, Child | None]) -> Span:
        return self._at(step[0])

    def _at(self, at: int) -> Span:
        return span_of(self.source, at)


def span_of(source: SourceText, at: int) -> Span:
    """Return the place in the document of the character *at* (from 0) of *source*."""
    text = source.text
    at = min(at, len(text))
    return source.span(text.count("\n", 0, at), at - (text.rfind("\n", 0, at) + 1))
