"""Where the shell's expansions end, and what its escapes stand for."""

from __future__ import annotations

import re

MAX_NESTING = 50
"""Levels of ``$(… "$(…)" …)`` that are read."""


class ShellError(Exception):
    """Text that no shell takes as it was meant; ``at`` counts characters from 0."""

    def __init__(self, at: int, message: str) -> None:
        super().__init__(message)
        self.at = at
        self.message = message


ANSI = re.compile(
    r"\\(?:x[0-9a-fA-F]{1,2}|[0-7]{1,3}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|c.|.)", re.DOTALL
)
"""One escape of bash's ``$'…'``."""
_ANSI_LETTERS = dict(zip("abeEfnrtv", "\a\b\x1b\x1b\f\n\r\t\v", strict=True))
_BRACES = re.compile(r"\{[^{}\s]*\}")
_QUOTED = re.compile(r"\\.|'[^']*'|\"[^\"]*\"")
_SEQUENCE = re.compile(r"\{(?:[A-Za-z]\.\.[A-Za-z]|-?\d+\.\.-?\d+)(?:\.\.-?\d+)?\}")


def braces(text: str, at: int) -> re.Match[str] | None:
    """Return the braces at *at*, where bash makes several words of them."""
    match = _BRACES.match(text, at)
    if match and ("," in _QUOTED.sub("", match[0]) or _SEQUENCE.fullmatch(match[0])):
        return match
    return None


def ansi(escape: str) -> str:
    """Return what an escape of ``$'…'`` stands for; bytes beyond ASCII as surrogates."""
    kind, rest = escape[1], escape[2:]
    if kind == "x" and rest:
        number = int(rest, 16)
    elif kind in "01234567":
        number = int(escape[1:], 8) & 0xFF
    elif kind in "uU" and rest:
        number = int(rest, 16)
        return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else ""
    elif kind == "c" and rest:
        return chr(ord(rest.upper()) & 0x1F)
    else:
        return _ANSI_LETTERS.get(kind, kind if kind in "\\'\"?" else escape)
    return chr(number) if number < 0x80 else chr(0xDC00 + number)


def backquote(text: str, at: int) -> int:
    """Return where the backquoted command that starts at *at* ends."""
    end = at + 1
    while end < len(text) and text[end] != "`":
        end += 2 if text[end] == "\\" else 1
    if end >= len(text):
        raise ShellError(at, "this backquote is never closed; write $(…) instead")
    return end + 1


def closing(text: str, at: int, close: str, nesting: int = 0) -> int:
    """Return where what opens at *at* with ``(`` or ``{`` ends, past its *close*."""
    if nesting > MAX_NESTING:
        raise ShellError(at, f"nested more than {MAX_NESTING} levels deep; make it simpler")
    opener = text[at]
    depth, end = 0, at
    while end < len(text):
        char = text[end]
        if char == opener:
            depth += 1
        elif char == close:
            depth -= 1
            if depth == 0:
                return end + 1
        elif char == "\\":
            end += 1
        elif char == "'" and close == ")":
            end = text.find("'", end + 1)
            if end < 0:
                break
        elif char == '"':
            end = _closing_quote(text, end, nesting)
            continue
        end += 1
    raise ShellError(max(at - 1, 0), f"this $… is never closed; close it with {close}")


def _closing_quote(text: str, at: int, nesting: int) -> int:
    """Return where the double quote inside an expansion ends, past the quote."""
    end = at + 1
    while end < len(text):
        if text[end] == '"':
            return end + 1
        if text[end] == "\\":
            end += 1
        elif text.startswith("$(", end):
            end = closing(text, end + 1, ")", nesting + 1)
            continue
        end += 1
    raise ShellError(at, 'this double quote is never closed; close it with "')
