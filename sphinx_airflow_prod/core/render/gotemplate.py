"""The tokens of a Go template, as ``text/template/parse/lex.go`` finds them.

Just enough to tell the name of a function from a field, a variable, a string,
a comment and the text around the actions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal[
    "text", "comment", "open", "close", "space", "string", "char", "number",
    "field", "variable", "name", "pipe", "left", "right", "other",
]  # fmt: skip


class Token(NamedTuple):
    """A piece of a template; all tokens together are the template, nothing left out.

    ``open`` and ``close`` are the delimiters with their trim markers, ``name``
    is a function, a keyword or a constant, ``field`` also the bare dot.
    """

    kind: Kind
    start: int
    text: str

    @property
    def end(self) -> int:
        """Where the next token starts."""
        return self.start + len(self.text)


class TemplateError(ValueError):
    """Go would not accept the template, or this reader is not sure how it would read it."""


_COMMENT = re.compile(r"\{\{(?:-[ \t\r\n])?/\*.*?\*/(?:[ \t\r\n]-)?\}\}", re.DOTALL)
_OPEN = re.compile(r"\{\{(?:-(?=[ \t\r\n]))?")
_INSIDE = re.compile(
    r"""
      (?P<close>   (?:(?<=[ \t\r\n])-)?\}\} )
    | (?P<space>   [ \t\r\n]+ )
    | (?P<string>  "(?:[^"\\\n]|\\[^\n])*" | `[^`]*` )
    | (?P<char>    '(?:[^'\\\n]|\\[^\n])*' )
    | (?P<number>  [+-]?\.?[0-9](?:[\w.]|(?<=[eEpP])[+-])* )
    | (?P<field>   \.\w* )
    | (?P<variable>\$\w* )
    | (?P<name>    [^\W\d]\w* )
    | (?P<pipe>    \| )
    | (?P<left>    \( )
    | (?P<right>   \) )
    | (?P<other>   :=|[^"`'] )
    """,
    re.VERBOSE,
)


def tokens(template: str) -> Iterator[Token]:
    """Yield the tokens of *template* in order; raises :class:`TemplateError`."""
    at = 0
    while at < len(template):
        start = template.find("{{", at)
        if start < 0:
            start = len(template)
        if start > at:
            yield Token("text", at, template[at:start])
        at = start
        if at < len(template):
            if comment := _COMMENT.match(template, at):
                yield Token("comment", at, comment[0])
                at = comment.end()
            else:
                for token in _action(template, at):
                    yield token
                    at = token.end


def _action(template: str, at: int) -> Iterator[Token]:
    opening = _OPEN.match(template, at)
    if opening is None or template.startswith("/*", opening.end()):
        raise TemplateError(f"unclosed comment at {at}")
    yield Token("open", at, opening[0])
    at = opening.end()
    depth = 0
    while True:
        match = _INSIDE.match(template, at)
        if match is None:
            raise TemplateError(f"unclosed action or string at {at}")
        kind: Kind = match.lastgroup  # type: ignore[assignment]
        yield Token(kind, at, match[0])
        at = match.end()
        depth += (kind == "left") - (kind == "right")
        if kind == "close":
            if depth:
                raise TemplateError(f"unbalanced parentheses before {at}")
            return


def commands(template: str) -> Iterator[list[Token]]:
    """Yield the tokens of each action, spaces and comments left out, delimiters included."""
    action: list[Token] = []
    for token in tokens(template):
        if token.kind in {"text", "comment", "space"}:
            continue
        action.append(token)
        if token.kind == "close":
            yield action
            action = []


def adjacent(before: Token, after: Token) -> bool:
    """Whether nothing stands between two tokens, as in the chain ``$x.y``."""
    return before.end == after.start
