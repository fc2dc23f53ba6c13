"""``guide(...)``: a Sybil whose examples are the Helm snippets of documents."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import SkipTest

from sybil import Document, Example, Region, Sybil

from sphinx_airflow_prod.core.diagnostics import Diagnostic, Span
from sphinx_airflow_prod.core.roles import RoleLine, lines_of
from sphinx_airflow_prod.core.settings import (
    Settings,
    find_pyproject,
    from_mapping,
    from_pyproject,
)
from sphinx_airflow_prod.core.snippet import Snippet
from sphinx_airflow_prod.markup.scan import DEFAULT_MYST_EXTENSIONS, scan
from sphinx_airflow_prod.sybil_ext.batch import Batch, written

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

    def read(self, path: Path) -> tuple[Snippet | RoleLine | Diagnostic, ...]:
        """Return the examples of a document, in order, and remember them for the batch.

        Then come the lines with roles in them, and the complaints about
        directives that could not be read.
        """
        scanned = scan(
            path,
            myst_extensions=self._myst_extensions,
            code_blocks=self.settings.code_blocks != "off",
        )
        snippets = list(scanned.snippets)
        self.batch.add(str(path), snippets)
        return (*snippets, *lines_of(scanned.roles), *scanned.problems)

    def identify(self, example: Example) -> str:
        """Name a test after the line of its example, and after its file where it is included."""
        return identifier(example.parsed, example.path)

    def pytest(self) -> Callable[[Path, Any], pytest.Collector | None]:
        """Return a ``pytest_collect_file`` hook for a ``conftest.py``."""
        from sphinx_airflow_prod.sybil_ext.collection import collector

        return collector(self)

    def _parse(self, document: Document) -> Iterable[Region]:
        """Yield a region for each example (Sybil's interface for parsers)."""
        path = Path(document.path).absolute()
        starts = _line_starts(document.text)
        start = 0
        regions: list[Region] = []
        for found in self.read(path):
            # what an included file brings has no place in this text, and
            # comes right after what stands before it
            if found.span.path == str(path):
                start = starts[min(max(found.span.line, 1), len(starts)) - 1]
            regions.append(Region(start, start, parsed=found, evaluator=self._evaluate))
        # Sybil puts a region before those that start at the same place
        yield from reversed(regions)

    def _evaluate(self, example: Example) -> str | None:
        """Return the text of the diagnostics, or nothing (Sybil's interface for evaluators)."""
        found: Snippet | RoleLine | Diagnostic = example.parsed
        if isinstance(found, Diagnostic):
            return written(found)
        verdict = self.batch.verdict(found)
        failure = verdict.failure()
        if verdict.skipped and not failure:
            raise SkipTest(verdict.skipped)
        return failure or None


def identifier(found: Snippet | RoleLine | Diagnostic, document: str) -> str:
    """Return what a test is called: its name or line, and its file where it is included."""
    line = f"line:{found.span.line}"
    if found.span.path != os.path.abspath(document):
        line = f"{os.path.basename(found.span.path)}:{line}"
    name = found.options.name if isinstance(found, Snippet) else None
    name = "roles" if isinstance(found, RoleLine) else name
    return f"{name}@{line}" if name else line


def guide(
    chart: str | os.PathLike[str] | Mapping[str, str] | None = None,
    *,
    patterns: Sequence[str] = PATTERNS,
    excludes: Sequence[str] = (),
    myst_extensions: Sequence[str] = DEFAULT_MYST_EXTENSIONS,
    **settings: Any,
) -> Guide:
    """Return a :class:`Guide` over the documents below the caller's folder.

    *chart* is a path, or ``{"repo": …, "name": …, "version": …, "sha256": …}``.
    It and *settings* (``timeout=30``, ``values={…}``; the names of the
    configuration without ``helm_``) win over ``pyproject.toml``; relative
    paths are relative to the file that calls.  *patterns* and *excludes*
    choose documents by name, as :class:`sybil.Sybil` takes them.
    """
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    caller = Path(inspect.getframeinfo(frame.f_back).filename).absolute()
    project = find_pyproject(caller.parent)
    base, problems = from_pyproject(project) if project else (Settings(), ())
    if chart is not None:
        settings["chart"] = chart
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
