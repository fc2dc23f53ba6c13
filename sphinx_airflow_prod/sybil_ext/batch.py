"""One evaluation for many tests: whole documents at once, over one set of workers."""

from __future__ import annotations

import os
from collections.abc import Iterable

from sphinx_airflow_prod.core.diagnostics import Diagnostic, Severity
from sphinx_airflow_prod.core.outcome import Outcome, Statistics, Status
from sphinx_airflow_prod.core.pipeline import Evaluator
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import Snippet, SnippetKey


class Batch:
    """The examples of the documents that were collected, evaluated when the first is asked for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.cache_dir: str | None = settings.cache_dir
        self.statistics = Statistics()
        self.general: dict[Diagnostic, None] = {}
        self._documents: dict[str, tuple[Snippet, ...]] = {}
        self._outcomes: dict[SnippetKey, Outcome] = {}
        self._evaluator: Evaluator | None = None

    def add(self, document: str, snippets: tuple[Snippet, ...]) -> None:
        """Remember the examples of a document."""
        self._documents[document] = snippets

    def outcome(self, snippet: Snippet, documents: Iterable[str]) -> Outcome:
        """Return the outcome of *snippet*.

        The first call evaluates all examples of *documents* (among them the
        snippet's own) in one batch; later calls find theirs done.
        """
        if snippet.key not in self._outcomes:
            wanted = [
                other
                for document in dict.fromkeys([*documents, snippet.document])
                for other in self._documents.get(document, ())
                if other.key not in self._outcomes
            ]
            if self._evaluator is None:
                self._evaluator = Evaluator(self.settings, self.cache_dir)
            report = self._evaluator.evaluate(wanted)
            self.statistics = self.statistics + report.statistics
            self.general.update(dict.fromkeys(report.diagnostics))
            self._outcomes.update(report.by_key)
        return self._outcomes[snippet.key]

    def failure(self, snippet: Snippet, documents: Iterable[str]) -> str:
        """Return the text of what is wrong with *snippet*, empty where nothing is."""
        outcome = self.outcome(snippet, documents)
        errors = list(outcome.errors)
        if outcome.status is Status.UNVERIFIED:
            errors += [d for d in self.general if d.severity is Severity.ERROR]
        return "\n".join(diagnostic.format(os.getcwd()) for diagnostic in errors)

    def close(self) -> None:
        """Stop the worker processes."""
        if self._evaluator is not None:
            self._evaluator.close()
            self._evaluator = None
