"""Descriptions that others have written, as plain text with code and links in it.

Schemas, comments and ``config.yml`` are written in Markdown, reStructuredText
or neither.  They are never interpreted as markup of the document: what looks
like code becomes code, what looks like a link a link, the rest is text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_PIECE = re.compile(
    r"(?::[\w:+.-]+:)?`(?P<label>[^`<>\n]+?)\s*<(?P<to>https?://[^`<>\s]+)>`_{1,2}"
    r"|\[(?P<text>[^\]\[]+)\]\((?P<url>https?://[^)\s]+)\)"
    r"|(?::[\w:+.-]+:)`(?P<role>[^`]+)`"
    r"|``(?P<double>[^`]+(?:`[^`]+)*)``"
    r"|`(?P<single>[^`]+)`_{0,2}"
    r"|(?P<bare>https?://[^\s<>`\"')\]]*[^\s<>`\"')\].,;:!?])"
)
_ROLE_TITLE = re.compile(r"(.+?)\s*<[^<>]+>")
_BULLET = re.compile(r"\s*[-*•]\s+(?=\S)")
_DIRECTIVE = re.compile(r"\s*\.\.\s+([\w-]+)::\s*")
_STRONG = re.compile(r"\*\*(\S(?:.*?\S)?)\*\*")


@dataclass(frozen=True)
class Piece:
    """A part of a paragraph; ``url`` is where a link leads."""

    kind: Literal["text", "code", "link"]
    text: str
    url: str = ""


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a description, each on one line; items of a list are paragraphs."""
    found: list[list[str]] = [[]]
    for line in text.replace("\t", " ").splitlines():
        directive = _DIRECTIVE.match(line)
        if directive:
            found.append(
                [f"{directive[1].capitalize()}: {line[directive.end() :].strip()}".strip()]
            )
        elif not line.strip():
            found.append([])
        elif _BULLET.match(line):
            found.append(["• " + line[_bullet_end(line) :].strip()])
        else:
            found[-1].append(line.strip())
    joined = (" ".join(" ".join(lines).split()) for lines in found)
    return tuple(_STRONG.sub(r"\1", paragraph) for paragraph in joined if paragraph.strip("• "))


def pieces(paragraph: str) -> tuple[Piece, ...]:
    """Return the parts of a paragraph, in order."""
    found: list[Piece] = []
    at = 0
    for match in _PIECE.finditer(paragraph):
        if match.start() > at:
            found.append(Piece("text", paragraph[at : match.start()]))
        found.append(_piece(match))
        at = match.end()
    if at < len(paragraph):
        found.append(Piece("text", paragraph[at:]))
    return tuple(found)


def shortened(text: str, length: int) -> str:
    """Return *text*, or as many of its sentences as fit into *length* characters."""
    if len(text) <= length:
        return text
    head = text[:length]
    end = max(head.rfind(". "), head.rfind(".\n"))
    return head[: end + 1] if end > length // 3 else head.rsplit(" ", 1)[0] + " …"


def _piece(match: re.Match[str]) -> Piece:
    found = match.groupdict()
    if found["to"]:
        return Piece("link", found["label"].strip(), found["to"])
    if found["url"]:
        return Piece("link", found["text"], found["url"])
    if found["bare"]:
        return Piece("link", found["bare"], found["bare"])
    if found["role"]:
        title = _ROLE_TITLE.fullmatch(found["role"])
        return Piece("code", (title[1] if title else found["role"]).lstrip("~!"))
    return Piece("code", (found["double"] or found["single"]).strip())


def _bullet_end(line: str) -> int:
    match = _BULLET.match(line)
    return match.end() if match else 0
