"""One evaluation for many tests: whole documents at once, over one set of workers."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Severity
from sphinx_airflow_prod.core.outcome import Outcome, Statistics, Status
from sphinx_airflow_prod.core.pipeline import Evaluator
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import AirflowSnippet, Snippet, SnippetKey


class HelmDiagnosticWarning(UserWarning):
    """A diagnostic that is no error, as pytest's warnings summary shows it."""


@dataclass(frozen=True)
class Verdict:
    """What the test of an example has to say."""

    errors: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...]
    skipped: str
    """The reason why the example is not checked, empty where it is."""

    def failure(self) -> str:
        """Issue the warnings, and return the text of a failure, empty where there is none.

        A warning that the filters make an error belongs to the failure.
        """
        failures = list(self.errors)
        for diagnostic in self.warnings:
            message = HelmDiagnosticWarning(written(diagnostic))
            try:
                warnings.warn_explicit(
                    message, None, diagnostic.span.path or "helm", diagnostic.span.line
                )
            except HelmDiagnosticWarning:
                failures.append(diagnostic)
        failures.sort(key=lambda d: (d.span, d.code.value, d.message))
        return "\n".join(written(diagnostic) for diagnostic in failures)


def written(diagnostic: Diagnostic) -> str:
    """Return a diagnostic as tests show it, its path relative to the working directory."""
    return diagnostic.format(os.getcwd())


class Batch:
    """The examples of the documents that were collected, evaluated when the first is asked for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.cache_dir: str | None = settings.cache_dir
        self.effects = False
        self.statistics = Statistics()
        self.general: dict[Diagnostic, None] = {}
        self._documents: dict[str, Sequence[Snippet]] = {}
        self._outcomes: dict[SnippetKey, Outcome] = {}
        self._evaluator: Evaluator | None = None

    def add(self, document: str, snippets: Sequence[Snippet]) -> None:
        """Remember the examples of a document, in order."""
        self._documents[document] = snippets

    def verdict(self, snippet: Snippet, together: Iterable[Snippet] = ()) -> Verdict:
        """Return the verdict over *snippet*.

        The first call evaluates *together* in one batch with it; later calls
        find theirs done.
        """
        outcome = self._outcome(snippet, together)
        errors = outcome.errors
        if outcome.status is Status.UNVERIFIED:
            about_airflow = isinstance(snippet, AirflowSnippet)
            errors += tuple(
                d
                for d in self.general
                if d.severity is Severity.ERROR
                and d not in errors
                and (d.code is Code.AIRFLOW_SOURCE) == about_airflow
            )
            if not errors:
                message = "cannot be checked: its example cannot"
                errors = (Diagnostic.of(Code.CLAIM, message, snippet.span),)
        reason = ""
        if outcome.status is Status.SKIPPED:
            reason = snippet.options.skip or "its example is skipped"
        if outcome.status is Status.FOREIGN:
            reason = "a code block that holds no values of the chart"
        return Verdict(
            errors,
            tuple(d for d in outcome.diagnostics if d.severity is Severity.WARNING),
            reason,
        )

    def _outcome(self, snippet: Snippet, together: Iterable[Snippet]) -> Outcome:
        if snippet.key not in self._outcomes:
            wanted = [snippet, *(other for other in together if other.key not in self._outcomes)]
            if self._evaluator is None:
                self._evaluator = Evaluator(self.settings, self.cache_dir, effects=self.effects)
            report = self._evaluator.evaluate(
                # whole documents, since examples may extend others that are not asked for
                [
                    other
                    for document in dict.fromkeys(one.document for one in wanted)
                    for other in self._documents[document]
                ],
                only={one.key for one in wanted},
            )
            self.statistics = self.statistics + report.statistics
            self.general.update(dict.fromkeys(report.diagnostics))
            self._outcomes.update(report.by_key)
        return self._outcomes[snippet.key]

    def close(self) -> None:
        """Stop the worker processes."""
        if self._evaluator is not None:
            self._evaluator.close()
            self._evaluator = None
