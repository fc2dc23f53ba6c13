"""One directive that docutils has parsed, read as a :class:`RawDirective` with true positions.

docutils hands a directive its content with the indentation taken off, tabs
expanded and trailing spaces stripped, and numbers that are wrong in places
(after an include, in nested parsing, in MyST).  So the lines are looked up in
the source file itself: the text is the author's to the letter, and each line
knows its place.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from docutils.parsers.rst import Directive
from docutils.statemachine import StateMachine, StringList

from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.snippet import RawDirective
from sphinx_airflow_prod.core.source import SourceText

TAB_WIDTH = 8
"""Columns of a tab, docutils' default ``tab_width``."""

_SEARCH = 50
"""How many lines around the expected one are searched for a directive's first line."""


class AnyOption(dict[str, Callable[[str], Any]]):
    """An ``option_spec`` that takes every option as it is written.

    The grammar reads options, not docutils: a name that docutils does not know
    would make it drop the whole directive.
    """

    def __bool__(self) -> bool:
        return True

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> Callable[[str], Any]:
        return _as_written


def _as_written(argument: str | None) -> str:
    return "" if argument is None else str(argument)


def read_directive(directive: Directive, document: str) -> RawDirective:
    """Return what *directive* says, with the place of everything in it.

    *document* is the absolute path of the file that is being read.  Works for
    directives called by docutils and by MyST-Parser.
    """
    path, line, body_lines = _claimed_place(directive, document)
    raw = file_lines(path)
    line = _directive_line(raw, line, directive.name)
    body = _body(directive.content, path, raw, body_lines)
    # a body that is not in the file to the letter (a directive that another
    # one wrote) still needs an upper end for the search of options
    end = body.origins[0].line if body.origins else min(line + _SEARCH, len(raw) + 1)
    options = {name: _as_written(value) for name, value in directive.options.items()}
    argument = " ".join(directive.arguments).strip()
    return RawDirective(
        name=directive.name,
        document=document,
        span=Span(path, line, _indentation(raw, line) + 1),
        argument=argument,
        options=options,
        option_spans={name: _option_span(path, raw, line, end, name) for name in directive.options},
        body=body,
        argument_spans=_words(path, raw, line, argument.split()),
    )


def _words(path: str, raw: Sequence[str], line: int, words: Sequence[str]) -> tuple[Span, ...]:
    """Return where the words of an argument stand, from the end of the marker on."""
    marker = re.search(r"::|\}", raw[line - 1]) if 0 < line <= len(raw) else None
    at = marker.end() if marker else 0
    found: list[Span] = []
    for word in words:
        column = -1
        for number in range(line, min(line + len(words), len(raw)) + 1):
            column = raw[number - 1].find(word, at if number == line else 0)
            if column >= 0:
                at = column + len(word)
                line = number
                break
        found.append(Span(path, line, max(column, 0) + 1))
    return tuple(found)


def _claimed_place(directive: Directive, document: str) -> tuple[str, int, list[int]]:
    """Return the file, the directive's line and each body line's line as the parser claims them."""
    content = directive.content
    if isinstance(directive.state_machine, StateMachine):
        source, line = directive.state_machine.get_source_and_line(directive.lineno)
        path = _path(source, document)
        lines = [(content.info(i)[1] or 0) + 1 for i in range(len(content))]
        return path, line or 1, lines
    # MyST-Parser: a stand-in for the state machine, that knows file and line only
    source, _ = directive.state_machine.get_source_and_line(directive.lineno)
    path = _path(source, document)
    first = directive.lineno + 1 + directive.content_offset
    return path, directive.lineno, [first + i for i in range(len(content))]


def _path(source: str | None, document: str) -> str:
    """Return an absolute path; what is no file, such as ``<rst_prologue>``, keeps its name."""
    if not source or source.startswith("<"):
        return source or document
    return os.path.abspath(source)


def _directive_line(raw: Sequence[str], claimed: int, name: str) -> int:
    """Return the line, from 1, of the directive's marker nearest to the claimed one.

    The domain may be left out there, where it is the document's default.
    """
    domain, _, own = name.rpartition(":")
    written = (f"(?:{re.escape(domain)}:)?" if domain else "") + re.escape(own)
    marker = re.compile(rf"\.\.\s*{written}\s*::|[`~:]{{3,}}\s*\{{{written}\}}", re.I)
    for distance in range(_SEARCH):
        for line in {claimed - distance, claimed + distance}:
            if 0 < line <= len(raw) and marker.search(raw[line - 1]):
                return line
    return max(claimed, 1)


def _body(content: StringList, path: str, raw: Sequence[str], claimed: Sequence[int]) -> SourceText:
    """Return the content as it stands in the file, each line with its place."""
    lines = [str(line) for line in content]
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines:
        return SourceText("", ())
    placed = _placed(lines, path, raw, claimed)
    if placed is not None:
        return placed
    origins = tuple(_found(path, raw, claimed[i], text) for i, text in enumerate(lines))
    return SourceText("\n".join(lines) + "\n", origins)


def place_lines(lines: Sequence[str], path: str, first: int) -> SourceText | None:
    """Return *lines* as they stand in the file *path* from about line *first* on.

    ``None`` where they do not stand there to the letter.
    """
    claimed = [first + i for i in range(len(lines))]
    return _placed(lines, path, file_lines(path), claimed) if any(lines) else None


def _placed(
    lines: Sequence[str], path: str, raw: Sequence[str], claimed: Sequence[int]
) -> SourceText | None:
    shift = _shift(lines, raw, claimed)
    if shift is None:
        return None
    first = next(i for i, line in enumerate(lines) if line.strip())
    margin = _margin(raw[claimed[first] + shift - 1], lines[first])
    texts: list[str] = []
    places: list[Span] = []
    for i in range(len(lines)):
        line = claimed[i] + shift
        text, column = _without_margin(raw[line - 1], margin or 0)
        texts.append(text)
        places.append(Span(path, line, column + 1))
    return SourceText("\n".join(texts) + "\n", tuple(places))


def _found(path: str, raw: Sequence[str], line: int, text: str) -> Span:
    """Return where *text* stands in a line that goes on after it, as in a cell of a table."""
    column = raw[line - 1].find(text) if 0 < line <= len(raw) else -1
    return Span(path, line, max(column, 0) + 1)


def _shift(lines: Sequence[str], raw: Sequence[str], claimed: Sequence[int]) -> int | None:
    """Return by how many lines the claim is off, ``None`` where the lines are not in the file."""
    for distance in range(_SEARCH):
        for shift in {-distance, distance}:
            if all(_stands_at(line, raw, claimed[i] + shift) for i, line in enumerate(lines)):
                return shift
    return None


def _stands_at(text: str, raw: Sequence[str], line: int) -> bool:
    return 0 < line <= len(raw) and _margin(raw[line - 1], text) is not None


def _margin(raw: str, text: str) -> int | None:
    """Return how many columns stand before *text* in *raw*, ``None`` if it does not end so."""
    expanded = raw.expandtabs(TAB_WIDTH).rstrip()
    wanted = text.expandtabs(TAB_WIDTH).rstrip()
    if not wanted:
        return 0 if not expanded or set(expanded) <= set(" >") else None
    return len(expanded) - len(wanted) if expanded.endswith(wanted) else None


def _without_margin(raw: str, margin: int) -> tuple[str, int]:
    """Take *margin* columns off *raw*; return the rest and how many characters went."""
    column = 0
    for index, character in enumerate(raw):
        if column >= margin:
            return " " * (column - margin) + raw[index:], index
        column += TAB_WIDTH - column % TAB_WIDTH if character == "\t" else 1
    return "", len(raw)


def _option_span(path: str, raw: Sequence[str], line: int, end: int, name: str) -> Span:
    """Return where an option stands between the directive's line and its body's first."""
    pattern = re.compile(r"(?<![\w-])(:?)" + re.escape(name) + r":")
    for number in range(line + 1, min(end, len(raw)) + 1):
        match = pattern.search(raw[number - 1])
        if match and raw[number - 1][: match.start()].strip(" \t>") == "":
            return Span(path, number, match.start() + 1)
    return Span(path, line, _indentation(raw, line) + 1)


def _indentation(raw: Sequence[str], line: int) -> int:
    """Return how many characters stand before the marker of the directive at *line*."""
    text = raw[line - 1] if 0 < line <= len(raw) else ""
    match = re.search(r"\.\. |[`~:]{3,}", text)
    return match.start() if match else len(text) - len(text.lstrip())


def file_lines(path: str) -> tuple[str, ...]:
    """Return the lines of a file, from a cache that notices a change; empty if unreadable."""
    try:
        status = os.stat(path)
    except OSError:
        return ()
    return _read_lines(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=32)
def _read_lines(path: str, mtime: int, size: int) -> tuple[str, ...]:  # noqa: ARG001
    try:
        text = Path(path).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ()
    return tuple(text.split("\n"))
