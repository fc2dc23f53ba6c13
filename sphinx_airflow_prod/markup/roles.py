"""One role that docutils or MyST-Parser has met, read as a :class:`RawRole` with true positions.

A role is told the line where its paragraph begins, or its fence, and in tables
one or two lines more.  So the role is looked up in the source file itself,
around there.  Of several that read alike, each call takes one; which of them
makes no difference.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from docutils.utils import unescape

from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.roles import RawRole
from sphinx_airflow_prod.markup.reading import file_lines

_taken: WeakKeyDictionary[Any, set[tuple[str, int]]] = WeakKeyDictionary()
"""For each document being read, by its reporter: the places (file, offset) that roles have."""

_LATE = 2
"""By how many lines docutils can claim a role of a table too far down."""

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
    text = unescape(call.text)
    match = _find(path, claimed, rawtext, _taken.setdefault(inliner.reporter, set()))
    if match is None:
        span = Span(path, claimed, 1)
        return RawRole(name, document, span, text, span, span)
    whole = _Text.of(path)
    group = "myst" if match.groupdict().get("myst") is not None else "rst"
    inside, end = match.span(group)
    angle = whole.text.rfind("<", inside, end)
    return RawRole(
        name,
        document,
        whole.span(match.start()),
        text,
        whole.span(inside),
        whole.span(angle + 1 if angle >= 0 else inside),
    )


def _path(source: str | None, document: str) -> str:
    if not source or source.startswith("<"):
        return source or document
    return os.path.abspath(source)


def _find(path: str, line: int, rawtext: str, taken: set[tuple[str, int]]) -> re.Match[str] | None:
    """Return the role that a call means: best one of its own block that no call has had yet.

    A document may be parsed twice in places: then all have been had.
    """
    whole, pattern = _Text.of(path), _pattern(rawtext)
    first, last = whole.offset(line), whole.end_of_block(line)
    late = whole.offset(max(line - _LATE, 1))

    def rank(match: re.Match[str]) -> tuple[bool, bool, int]:
        at = match.start()
        return (path, at) in taken, at < first, at

    found = min(pattern.finditer(whole.text, late, last), key=rank, default=None)
    if found is None:  # what another parser has made of the text may stand anywhere
        found = min(pattern.finditer(whole.text), key=rank, default=None)
    if found is not None:
        taken.add((path, found.start()))
    return found


@lru_cache(maxsize=256)
def _pattern(rawtext: str) -> re.Pattern[str]:
    """Return what finds a role as it is written: of MyST, docutils is told something else."""
    before, tick, rest = rawtext.partition("`")
    content, end, after = rest.rpartition("`")
    words = _BETWEEN.join(re.escape(word) for word in content.split())
    rst = rf"(?<![`\\]){re.escape(before)}`(?P<rst>{words})`{re.escape(after)}"
    if not tick or not end:
        return re.compile(re.escape(rawtext) + "(?P<rst>)")
    name = before.strip(":")
    if not name or after:
        return re.compile(rst)
    myst = rf"(?<![`\\])\{{{re.escape(name)}\}}(?P<ticks>`+)\s*(?P<myst>{words})\s*(?P=ticks)"
    return re.compile(f"{rst}|{myst}")


class _Text:
    """The text of a file, and where its lines begin."""

    def __init__(self, path: str, lines: tuple[str, ...]) -> None:
        self._path = path
        self.text = "\n".join(lines)
        self._lines = lines
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

    def end_of_block(self, line: int) -> int:
        """Return where the lines with text that begin with *line* end."""
        at = self.offset(line)
        while line <= len(self._lines) and self._lines[line - 1].strip():
            at = self.offset(line + 1)
            line += 1
        return at

    def span(self, at: int) -> Span:
        """Return the place of a character."""
        line = bisect_right(self._starts, at)
        return Span(self._path, line, at - self._starts[line - 1] + 1)


@lru_cache(maxsize=8)
def _text_of(path: str, lines: tuple[str, ...]) -> _Text:
    return _Text(path, lines)
