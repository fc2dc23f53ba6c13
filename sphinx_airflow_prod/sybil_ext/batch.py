"""One evaluation for many tests: whole documents at once, over one set of workers."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Severity
from sphinx_airflow_prod.core.outcome import Outcome, RoleOutcome, Statistics, Status
from sphinx_airflow_prod.core.pipeline import Evaluator
from sphinx_airflow_prod.core.roles import RoleKey, RoleLine
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import Snippet, SnippetKey, is_about_airflow


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
        self._roles: dict[RoleKey, RoleOutcome] = {}
        self._evaluator: Evaluator | None = None

    def add(self, document: str, snippets: Sequence[Snippet]) -> None:
        """Remember the examples of a document, in order."""
        self._documents[document] = snippets

    def verdict(
        self, found: Snippet | RoleLine, together: Iterable[Snippet | RoleLine] = ()
    ) -> Verdict:
        """Return the verdict over a snippet, or over the roles of a line.

        The first call evaluates *together* in one batch with it; later calls
        find theirs done.
        """
        self._evaluate(found, together)
        if isinstance(found, RoleLine):
            return self._verdict_of_roles(found)
        return self._verdict_of_snippet(found)

    def _verdict_of_snippet(self, snippet: Snippet) -> Verdict:
        outcome = self._outcomes[snippet.key]
        errors = outcome.errors
        if outcome.status is Status.UNVERIFIED:
            about_airflow = is_about_airflow(snippet) and outcome.provenance is None
            general = self._general(about_airflow=about_airflow)
            errors += tuple(d for d in general if d not in errors)
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

    def _verdict_of_roles(self, line: RoleLine) -> Verdict:
        outcomes = [self._roles[role.key] for role in line.roles]
        errors = dict.fromkeys(error for outcome in outcomes for error in outcome.errors)
        for outcome in outcomes:
            if outcome.status is Status.UNVERIFIED:
                errors.update(
                    dict.fromkeys(self._general(about_airflow=outcome.role.is_about_airflow))
                )
        skipped = all(outcome.status is Status.SKIPPED for outcome in outcomes)
        return Verdict(
            tuple(errors),
            tuple(d for o in outcomes for d in o.diagnostics if d.severity is Severity.WARNING),
            "the example of its resources is skipped" if skipped else "",
        )

    def _general(self, *, about_airflow: bool) -> tuple[Diagnostic, ...]:
        """Return why nothing could be verified."""
        return tuple(
            d
            for d in self.general
            if d.severity is Severity.ERROR and (d.code is Code.AIRFLOW_SOURCE) == about_airflow
        )

    def _is_known(self, found: Snippet | RoleLine) -> bool:
        if isinstance(found, RoleLine):
            return all(role.key in self._roles for role in found.roles)
        return found.key in self._outcomes

    def _evaluate(self, found: Snippet | RoleLine, together: Iterable[Snippet | RoleLine]) -> None:
        if not self._is_known(found):
            wanted = [found, *(other for other in together if not self._is_known(other))]
            if self._evaluator is None:
                self._evaluator = Evaluator(self.settings, self.cache_dir, effects=self.effects)
            lines = [one for one in wanted if isinstance(one, RoleLine)]
            roles = {role.key: role for line in lines for role in line.roles}
            report = self._evaluator.evaluate(
                # whole documents, since examples may extend others that are not asked for
                [
                    other
                    for document in dict.fromkeys(one.document for one in wanted)
                    for other in self._documents[document]
                ],
                only={one.key for one in wanted if isinstance(one, Snippet)},
                roles=list(roles.values()),
            )
            self.statistics = self.statistics + report.statistics
            self.general.update(dict.fromkeys(report.diagnostics))
            self._outcomes.update(report.by_key)
            self._roles.update(report.by_role)

    def close(self) -> None:
        """Stop the worker processes."""
        if self._evaluator is not None:
            self._evaluator.close()
            self._evaluator = None
