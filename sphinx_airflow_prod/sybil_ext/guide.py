"""``guide(...)``: a Sybil whose examples are the Helm snippets of documents."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sybil import Document, Example, Region, Sybil

from sphinx_airflow_prod.core.diagnostics import Diagnostic, Span
from sphinx_airflow_prod.core.settings import (
    Settings,
    find_pyproject,
    from_mapping,
    from_pyproject,
)
from sphinx_airflow_prod.core.snippet import Snippet, read_values
from sphinx_airflow_prod.markup.scan import DEFAULT_MYST_EXTENSIONS, Scanned, scan
from sphinx_airflow_prod.sybil_ext.batch import Batch

if TYPE_CHECKING:
    import pytest

PATTERNS = ("*.rst", "*.md")


class Guide(Sybil):
    """A Sybil over the documents below a folder.

    It finds examples as Sphinx does (in lists, admonitions, tabs, included
    files) and evaluates them in one batch over the worker processes that a
    Sphinx build uses.  Make one with :func:`guide`.
    """

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        problems: tuple[Diagnostic, ...] = (),
        *,
        patterns: Sequence[str] = PATTERNS,
        excludes: Sequence[str] = (),
        myst_extensions: Sequence[str] = DEFAULT_MYST_EXTENSIONS,
    ) -> None:
        super().__init__(
            parsers=[self._parse], path=str(folder), patterns=patterns, excludes=excludes
        )
        self.settings = settings
        self.problems = problems
        self.batch = Batch(settings)
        self._myst_extensions = tuple(myst_extensions)

    def scan(self, path: Path) -> Scanned:
        """Return the directives of a document and what its parser said of them."""
        return scan(path, myst_extensions=self._myst_extensions)

    def read(self, path: Path) -> tuple[Snippet, ...]:
        """Return the examples of a document, in order, and remember them for the batch."""
        snippets = tuple(read_values(raw) for raw in self.scan(path).directives)
        self.batch.add(str(path), snippets)
        return snippets

    def identify(self, example: Example) -> str:
        """Name a test after the line of its example, and after its file where it is included."""
        snippet: Snippet = example.parsed
        return identifier(snippet)

    def pytest(self) -> Callable[[Path, Any], pytest.Collector | None]:
        """Return a ``pytest_collect_file`` hook for a ``conftest.py``."""
        from sphinx_airflow_prod.sybil_ext.collection import collector

        return collector(self)

    def _parse(self, document: Document) -> Iterable[Region]:
        """Yield a region for each example (Sybil's interface for parsers)."""
        path = Path(document.path).absolute()
        starts = _line_starts(document.text)
        previous = -1
        for snippet in self.read(path):
            own = snippet.span.path == str(path)
            # Sybil wants regions in order that do not overlap; what an included
            # file brings has no place in this text and comes after the last
            start = starts[min(snippet.span.line, len(starts)) - 1] if own else previous + 1
            start = max(start, previous + 1)
            previous = start
            yield Region(start, start, parsed=snippet, evaluator=self._evaluate)

    def _evaluate(self, example: Example) -> str | None:
        """Return the text of the diagnostics, or nothing (Sybil's interface for evaluators)."""
        snippet: Snippet = example.parsed
        return self.batch.failure(snippet, [snippet.document]) or None


def identifier(snippet: Snippet) -> str:
    """Return what a test is called: its name or line, and its file where it is included."""
    line = f"line:{snippet.span.line}"
    if snippet.span.path != snippet.document:
        line = f"{os.path.basename(snippet.span.path)}:{line}"
    return f"{snippet.options.name}@{line}" if snippet.options.name else line


def guide(
    chart: str | os.PathLike[str] | None = None,
    *,
    patterns: Sequence[str] = PATTERNS,
    excludes: Sequence[str] = (),
    myst_extensions: Sequence[str] = DEFAULT_MYST_EXTENSIONS,
    **settings: Any,
) -> Guide:
    """Return a :class:`Guide` over the documents below the caller's folder.

    *chart* and *settings* (``timeout=30``, ``values={…}``; the names of the
    configuration without ``helm_``) win over ``pyproject.toml``; relative
    paths are relative to the file that calls.  *patterns* and *excludes*
    choose documents by name, as :class:`sybil.Sybil` takes them.
    """
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    caller = Path(inspect.getframeinfo(frame.f_back).filename).resolve()
    project = find_pyproject(caller.parent)
    base, problems = from_pyproject(project) if project else (Settings(), ())
    if chart is not None:
        settings["chart"] = os.fspath(chart)
    merged, more = from_mapping(
        settings, base=base, directory=caller.parent, span=Span(str(caller))
    )
    return Guide(
        caller.parent,
        merged,
        problems + more,
        patterns=patterns,
        excludes=excludes,
        myst_extensions=myst_extensions,
    )


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for line in text.split("\n")[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    return starts
