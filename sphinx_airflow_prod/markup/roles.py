"""One role that docutils or MyST-Parser has met, read as a :class:`RawRole` with true positions.

A role is told the line where its paragraph begins, or its row, or its fence.
So the role is looked up in the source file itself, from there on: of several
that read alike, the first call is for the first.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from docutils import nodes
from docutils.utils import unescape

from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.roles import RawRole
from sphinx_airflow_prod.markup.reading import file_lines

_Calls = dict[tuple[str, int, str], int]
_calls: WeakKeyDictionary[nodes.document, _Calls] = WeakKeyDictionary()
"""For each document being read: how often a role was met at (file, line, as written)."""

_BETWEEN = r"(?:\s+(?:[>|]\s*)*)"
"""What may stand where docutils sees a space: a line break, and the marks of a quotation."""


@dataclass(frozen=True)
class Call:
    """What docutils, or MyST-Parser, gives to a role function."""

    rawtext: str
    text: str
    line: int
    inliner: Any


def read_raw_role(name: str, call: Call, document: str) -> RawRole:
    """Return what a role says, with the place of everything in it.

    *name* is its full name; *document* is the absolute path of the file that is
    being read.
    """
    rawtext, inliner = call.rawtext, call.inliner
    source, claimed = inliner.reporter.get_source_and_line(call.line)
    path = _path(source, document)
    claimed = max(claimed or 1, 1)
    calls = _calls.setdefault(inliner.document, {})
    place = (path, claimed, rawtext)
    number = calls.get(place, 0)
    calls[place] = number + 1
    text = unescape(call.text)
    found = _find(path, claimed, rawtext, number)
    if found is None:
        span = Span(path, claimed, 1)
        return RawRole(name, document, span, text, span, span)
    whole = _Text.of(path)
    start, inside, end = found
    angle = whole.text.rfind("<", inside, end)
    return RawRole(
        name,
        document,
        whole.span(start),
        text,
        whole.span(inside),
        whole.span(angle + 1 if angle >= 0 else inside),
    )


def _path(source: str | None, document: str) -> str:
    if not source or source.startswith("<"):
        return source or document
    return os.path.abspath(source)


def _find(path: str, line: int, rawtext: str, number: int) -> tuple[int, int, int] | None:
    """Return where the *number*-th such role from *line* on begins, where its text does and ends.

    In the file that a parser names, some lines may lie before the place that
    it claims (in an ``eval-rst`` block, after an include).
    """
    whole = _Text.of(path)
    pattern = _pattern(rawtext)
    at = whole.offset(line)
    last = None
    for count, match in enumerate(pattern.finditer(whole.text, at)):
        last = match
        if count == number:
            break
    if last is None:
        for match in pattern.finditer(whole.text, 0, at):
            last = match
    if last is None:
        return None
    group = "myst" if last.re.groupindex.get("myst") and last["myst"] is not None else "rst"
    return last.start(), last.start(group), last.end(group)


@lru_cache(maxsize=256)
def _pattern(rawtext: str) -> re.Pattern[str]:
    """Return what finds a role as it is written: of MyST, docutils is told something else."""
    before, tick, rest = rawtext.partition("`")
    content, end, after = rest.rpartition("`")
    words = _BETWEEN.join(re.escape(word) for word in content.split())
    rst = rf"{re.escape(before)}`(?P<rst>{words})`{re.escape(after)}"
    if not tick or not end:
        return re.compile(re.escape(rawtext) + "(?P<rst>)")
    name = before.strip(":")
    if not name or after:
        return re.compile(rst)
    myst = rf"\{{{re.escape(name)}\}}(?P<ticks>`+)\s*(?P<myst>{words})\s*(?P=ticks)"
    return re.compile(f"{rst}|{myst}")


class _Text:
    """The text of a file, and where its lines begin."""

    def __init__(self, path: str, lines: tuple[str, ...]) -> None:
        self._path = path
        self.text = "\n".join(lines)
        self._starts = [0]
        for line in lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    @classmethod
    def of(cls, path: str) -> _Text:
        """Return the text of *path*, empty where it cannot be read."""
        return _text_of(path, file_lines(path))

    def offset(self, line: int) -> int:
        """Return where *line*, from 1, begins."""
        return self._starts[min(line - 1, len(self._starts) - 1)]

    def span(self, at: int) -> Span:
        """Return the place of a character."""
        line = bisect_right(self._starts, at)
        return Span(self._path, line, at - self._starts[line - 1] + 1)


@lru_cache(maxsize=8)
def _text_of(path: str, lines: tuple[str, ...]) -> _Text:
    return _Text(path, lines)
