"""What pages show of examples, remembered from build to build to write the right ones again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from sphinx.application import Sphinx

from sphinx_airflow_prod.core.outcome import Outcome, RoleOutcome
from sphinx_airflow_prod.sphinx_ext.domain import Evaluation, HelmDomain
from sphinx_airflow_prod.sphinx_ext.objects import ObjectsDomain
from sphinx_airflow_prod.sphinx_ext.roles import reference_of

FILE = "helm-pages.json"
"""In the doctree folder; for each output folder, a hash by document name.

It is no part of the environment, which Sphinx stores before it writes the
pages: a build that was stopped in between would leave stale ones for ever.
"""


def outdated(domain: HelmDomain) -> list[str]:
    """Return the documents whose pages show other outcomes than those of this build."""
    assert domain.evaluation is not None
    before = _load(domain.evaluation.app).get(_output(domain.evaluation.app), {})
    now = _shown(domain, domain.evaluation)
    return [docname for docname in now if before.get(docname) != now[docname]]


def remember(domain: HelmDomain) -> None:
    """Store what the pages show that this build has written."""
    if domain.evaluation is None:
        return
    app = domain.evaluation.app
    known = _load(app)
    before = known.get(_output(app), {})
    now = _shown(domain, domain.evaluation)
    pages = {
        docname: now[docname] if docname in domain.resolved else before[docname]
        for docname in now
        if docname in domain.resolved or docname in before
    }
    if pages != before:
        known[_output(app)] = pages
        _store(app, {output: pages for output, pages in known.items() if Path(output).is_dir()})


def _shown(domain: HelmDomain, evaluation: Evaluation) -> dict[str, str]:
    """Return by document name a hash of all that its page shows of outcomes."""
    examples, roles = evaluation.report.by_key, evaluation.report.by_role
    most = evaluation.settings.max_manifest_tabs
    described = _described(domain)
    return {
        docname: _digest(
            [examples[key] for key in domain.snippets.get(docname, ())],
            most,
            [_shown_of(domain, roles[key]) for key in domain.named.get(docname, ())],
            described
            if any(key in domain.targets for key in domain.snippets.get(docname, ()))
            else "",
        )
        for docname in sorted({*domain.snippets, *domain.named})
    }


def _described(domain: HelmDomain) -> str:
    """Return a hash of what tables describe, and where: rows of one may link to another."""
    other = cast("ObjectsDomain", domain.env.get_domain("airflow"))
    return hashlib.sha256(
        repr([sorted(domain.objects.items()), sorted(other.objects.items())]).encode()
    ).hexdigest()


def _digest(
    outcomes: list[Outcome], max_manifest_tabs: int, roles: list[object], described: str
) -> str:
    # a worker that died gives another verdict for the same fingerprint
    parts = [(o.fingerprint, o.status, o.diagnostics, o.provenance) for o in outcomes]
    return hashlib.sha256(repr((parts, max_manifest_tabs, roles, described)).encode()).hexdigest()


def _shown_of(domain: HelmDomain, outcome: RoleOutcome) -> object:
    """Return what a page shows of a role; the target of its link may stand on another page."""
    owner, _, kind = outcome.role.name.partition(":")
    target = reference_of(outcome.role)
    described_in = domain if owner == domain.name else domain.env.get_domain(owner)
    place = target and cast("ObjectsDomain", described_in).find_target(kind, target)
    return outcome.status, outcome.text, place


def _output(app: Sphinx) -> str:
    return str(app.outdir)


def _load(app: Sphinx) -> dict[str, dict[str, str]]:
    """Return what is stored; nothing where it cannot be read, so that all pages are written."""
    loaded: Any = None
    with contextlib.suppress(OSError, ValueError, RecursionError):
        loaded = json.loads(Path(app.doctreedir, FILE).read_text("utf-8"))
    if not isinstance(loaded, dict):
        return {}
    return {output: pages for output, pages in loaded.items() if isinstance(pages, dict)}


def _store(app: Sphinx, known: Mapping[str, Mapping[str, str]]) -> None:
    path = Path(app.doctreedir, FILE)
    temporary = path.with_name(f"{FILE}.{os.getpid()}")
    with contextlib.suppress(OSError):
        temporary.write_text(json.dumps(known, sort_keys=True), "utf-8")
        temporary.replace(path)
