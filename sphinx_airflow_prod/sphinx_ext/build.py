"""The batch: all examples of the site are evaluated at once, after reading."""

from __future__ import annotations

import os
from typing import cast

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.console import bold  # type: ignore[attr-defined]

from sphinx_airflow_prod.core.outcome import Report
from sphinx_airflow_prod.core.versions import UNCHECKED, kubernetes_schemas
from sphinx_airflow_prod.sphinx_ext import config, pages
from sphinx_airflow_prod.sphinx_ext.domain import Evaluation, HelmDomain
from sphinx_airflow_prod.sphinx_ext.reporting import report as log_diagnostics
from sphinx_airflow_prod.sphinx_ext.roles import fill_titles
from sphinx_airflow_prod.sphinx_ext.targets import note_targets

logger = logging.getLogger(__name__)

CACHE_FOLDER = "helm-cache"


def find_arrived_files(_app: Sphinx, env: BuildEnvironment, *_docnames: set[str]) -> list[str]:
    """Handle ``env-get-outdated``: read documents again whose missing ``:file:`` is there now.

    A missing file is no dependency: Sphinx would read the document at every build.
    """
    domain = cast("HelmDomain", env.get_domain("helm"))
    return [
        docname
        for docname, files in domain.files().items()
        if any(
            os.path.isfile(file) and os.path.normpath(file) not in _dependencies(env, docname)
            for file in files
        )
    ]


def _dependencies(env: BuildEnvironment, docname: str) -> set[str]:
    """Return the absolute paths of a document's dependencies."""
    names = env.dependencies.get(docname, ())
    return {os.path.normpath(os.path.join(env.srcdir, name)) for name in names}


def evaluate_examples(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Handle ``env-updated``: evaluate all examples and return the pages to write again.

    It runs in the main process on every build, also when nothing is outdated,
    so that a broken example keeps failing.  Documents whose examples came out
    otherwise than at the last build are written, not read, again.
    """
    domain = cast("HelmDomain", env.get_domain("helm"))
    settings, problems = config.read(app)
    snippets = domain.all_snippets()
    roles = domain.all_roles()
    if not snippets and not roles:
        log_diagnostics(problems)
        domain.evaluation = Evaluation(app, settings, Report())
        return []
    from sphinx_airflow_prod.core.pipeline import evaluate

    report = evaluate(
        snippets,
        settings,
        cache_dir=settings.cache_dir or os.path.join(app.doctreedir, CACHE_FOLDER),
        progress=_show_progress,
        roles=roles,
    )
    _show_summary(report)
    twice = note_targets(env, report.outcomes)
    log_diagnostics([*problems, *report.all_diagnostics(), *twice])
    fill_titles(env, report.roles)
    domain.evaluation = Evaluation(app, settings, report)
    return pages.outdated(domain)


def remember_pages(app: Sphinx, exception: Exception | None) -> None:
    """Handle ``build-finished``: what has been written need not be written again."""
    if exception is None:
        pages.remember(cast("HelmDomain", app.env.get_domain("helm")))


def _show_progress(done: int, total: int) -> None:
    """Show a line such as Sphinx' own ``reading sources... [ 50%]``."""
    message = f"{bold('rendering Helm charts... ')}[{100 * done // total: >3}%] {done} of {total}"
    logger.info("\r%s", message, nonl=done < total)


def _show_summary(report: Report) -> None:
    logger.info("%s%s", bold("checking Helm examples... "), report.statistics)
    if not kubernetes_schemas():
        logger.info(UNCHECKED)
    for outcome in report.outcomes:
        if outcome.snippet.options.skip:
            logger.info("skipped %s: %s", outcome.snippet.span, outcome.snippet.options.skip)
