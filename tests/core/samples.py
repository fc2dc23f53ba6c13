"""Short ways to write tests about values: a text in, its layout or its messages out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

from sphinx_airflow_prod.core.diagnostics import Diagnostic
from sphinx_airflow_prod.core.source import SourceText
from sphinx_airflow_prod.core.values import Layout, Path, parse


def source(text: str) -> SourceText:
    """Return *text*, dedented, as the whole of the file ``values.yaml``."""
    return SourceText.whole_file(textwrap.dedent(text).lstrip("\n"), "values.yaml")


def layout(text: str) -> Layout:
    """Return the layout of a dedented text."""
    return parse(source(text))


def told(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """Return diagnostics as ``line:column: message [code]``."""
    return [
        f"{found.span.line}:{found.span.column}: {found.message} [{found.code.value}]"
        for found in diagnostics
    ]


def mistakes(text: str) -> list[str]:
    """Return what parsing says of a dedented text."""
    return told(layout(text).diagnostics)


def every_path(values: Mapping[str, Any]) -> set[Path]:
    """Return the paths of all keys and items of *values*, and of the root."""
    paths: set[Path] = set()
    stack: list[tuple[Path, Any]] = [((), values)]
    while stack:
        path, value = stack.pop()
        paths.add(path)
        if isinstance(value, Mapping):
            stack.extend(((*path, key), below) for key, below in value.items())
        elif isinstance(value, list):
            stack.extend(((*path, index), below) for index, below in enumerate(value))
    return paths
