"""The batch: all examples of the site are evaluated at once, after reading."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.console import bold  # type: ignore[attr-defined]

from sphinx_airflow_prod.core.outcome import Report
from sphinx_airflow_prod.core.pipeline import evaluate
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.sphinx_ext import config
from sphinx_airflow_prod.sphinx_ext.reporting import report as log_diagnostics

if TYPE_CHECKING:
    from sphinx_airflow_prod.sphinx_ext.domain import HelmDomain

logger = logging.getLogger(__name__)

CACHE_FOLDER = "helm-cache"


def evaluate_examples(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Handle ``env-updated``: evaluate all examples and return the pages to write again.

    It runs in the main process on every build, also when nothing is outdated,
    so that a broken example keeps failing.  Documents whose examples came out
    otherwise than at the last build are written, not read, again.
    """
    domain = cast("HelmDomain", env.get_domain("helm"))
    settings, problems = config.read(app)
    snippets = domain.all_snippets()
    if not snippets:
        log_diagnostics(problems)
        domain.report = Report()
        return []
    domain.report = evaluate(
        snippets,
        settings,
        cache_dir=settings.cache_dir or os.path.join(app.doctreedir, CACHE_FOLDER),
        progress=_show_progress,
    )
    _show_summary(domain.report)
    log_diagnostics([*problems, *domain.report.all_diagnostics()])
    return _changed_pages(domain, app.builder.name, settings)


def _changed_pages(domain: HelmDomain, builder: str, settings: Settings) -> list[str]:
    """Return the documents whose pages show something else than when *builder* last wrote them."""
    assert domain.report is not None
    outcomes = domain.report.by_key
    before = domain.shown.get(builder, {})
    now = {
        docname: _digest(
            [*(outcomes[key].fingerprint for key in snippets), str(settings.max_manifest_tabs)]
        )
        for docname, snippets in domain.snippets.items()
    }
    domain.shown[builder] = now
    return [docname for docname in now if before.get(docname) != now[docname]]


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _show_progress(done: int, total: int) -> None:
    """Show a line such as Sphinx' own ``reading sources... [ 50%]``."""
    message = f"{bold('rendering Helm charts... ')}[{100 * done // total: >3}%] {done} of {total}"
    logger.info("\r%s", message, nonl=done < total)


def _show_summary(report: Report) -> None:
    counts = report.statistics
    parts = [f"{counts.examples} examples", f"{counts.renders} renders"]
    parts += [
        f"{number} {word}"
        for number, word in (
            (counts.failed, "failed"),
            (counts.skipped, "skipped"),
            (counts.unverified, "not verified"),
        )
        if number
    ]
    logger.info("%s%s", bold("checking Helm examples... "), ", ".join(parts))
    for outcome in report.outcomes:
        if outcome.snippet.options.skip:
            logger.info("skipped %s: %s", outcome.snippet.span, outcome.snippet.options.skip)
