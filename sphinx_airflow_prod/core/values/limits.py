"""What is refused before any parser sees it, and the numbers that say so."""

from __future__ import annotations

import re

from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic
from sphinx_airflow_prod.core.source import SourceText

MAX_CHARACTERS = 1024 * 1024
"""The longest values text; Helm's own limit for one file of a chart is 5 MiB."""

MAX_DEPTH = 200
"""The deepest nesting of mappings and lists; deeper ones kill recursive parsers."""

MAX_NODES = 100_000
"""The most nodes that a text may have once its aliases are expanded."""

_BRACKETS = re.compile(r"[\[{]+|[^\s\[{]+")
_LINE = re.compile(r"([ ]*)((?:[-?:][ \t]+)*)(.?)")


def too_deep() -> str:
    """Return the message for nesting beyond the limit."""
    return f"nested more than {MAX_DEPTH} levels deep; write a flatter example"


def too_many() -> str:
    """Return the message for more nodes, aliases expanded, than the limit."""
    return (
        f"more than {MAX_NODES:,} values up to here, each alias counted as what it stands for; "
        "make the example smaller"
    )


def guard(source: SourceText) -> Diagnostic | None:
    """Return why *source* must not be parsed (``helm.limit``, at its place), or None.

    One linear pass without a parser: the length, the depth of indentation and
    of list dashes, runs of opening brackets.  The rest, nesting of every other
    shape and the expansion of aliases, is counted by the incremental reader
    behind :func:`~sphinx_airflow_prod.core.values.parse`, which stops at the
    first excess; ask Helm, or any other parser, only after that.
    """
    text = source.text
    if len(text) > MAX_CHARACTERS:
        message = (
            f"{len(text):,} characters of values, more than the {MAX_CHARACTERS:,} "
            "that are read; make the example smaller"
        )
        return Diagnostic.of(Code.LIMIT, message, source.span(0))
    indents: list[int] = []
    for number, line in enumerate(text.split("\n")):
        match = _LINE.match(line)
        if match is None or not (match[2] or match[3]):
            continue
        indent = len(match[1])
        while indents and indents[-1] >= indent:
            indents.pop()
        indents.append(indent)
        dashes = len(match[2].split())
        if len(indents) + dashes > MAX_DEPTH:
            return Diagnostic.of(Code.LIMIT, too_deep(), source.span(number, indent))
    depth = 0
    for token in _BRACKETS.finditer(text):
        run = token[0]
        depth = depth + len(run) if run[0] in "[{" else 0
        if depth > MAX_DEPTH:
            before = text.count("\n", 0, token.start())
            column = token.start() - (text.rfind("\n", 0, token.start()) + 1)
            return Diagnostic.of(Code.LIMIT, too_deep(), source.span(before, column))
    return None
