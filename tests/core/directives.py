"""Short ways to write directives as an adapter would have found them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from sphinx_airflow_prod.core.diagnostics import Diagnostic, Span
from sphinx_airflow_prod.core.snippet import RawDirective, Snippet, ValuesSnippet, read_snippet
from sphinx_airflow_prod.core.source import SourceText

DOCUMENT = "/guide/page.rst"


def raw(
    body: str = "",
    options: Mapping[str, str] | None = None,
    *,
    name: str = "helm:values",
    line: int = 1,
    argument: str = "",
    document: str = DOCUMENT,
) -> RawDirective:
    """Return a directive at *line*; its options follow, an empty line, and the body at column 4."""
    options = options or {}
    first = line + 1 + len(options) + (1 if options else 0)
    count = body.count("\n") + (not body.endswith("\n")) if body else 0
    return RawDirective(
        name=name,
        document=document,
        span=Span(document, line, 1),
        argument=argument,
        options=options,
        option_spans={
            option: Span(document, line + 1 + number, 4) for number, option in enumerate(options)
        },
        body=SourceText(body, tuple(Span(document, first + i, 4) for i in range(count))),
    )


def values(
    body: str = "",
    options: Mapping[str, str] | None = None,
    *,
    line: int = 1,
    document: str = DOCUMENT,
) -> ValuesSnippet:
    """Return a ``helm:values`` snippet, read by the grammar."""
    snippet = read_snippet(raw(body, options, line=line, document=document))
    return cast("ValuesSnippet", snippet)


def page(*parts: tuple[str, Mapping[str, str]] | str, document: str = DOCUMENT) -> list[Snippet]:
    """Return the examples of a document, one at each tenth line; bodies, or bodies and options."""
    return [
        values(body, options, line=10 * number, document=document)
        for number, (body, options) in enumerate(
            ((part, {}) if isinstance(part, str) else part for part in parts), 1
        )
    ]


def said(diagnostics: Sequence[Diagnostic]) -> list[str]:
    """Return diagnostics as ``line:column: message [code]``."""
    return [f"{d.span.line}:{d.span.column}: {d.message} [{d.code.value}]" for d in diagnostics]


CHARTS = Path(__file__).parents[1] / "charts"
