"""The rows of reference tables as targets: known when reading is done, before pages are written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import cast

from sphinx.environment import BuildEnvironment

from sphinx_airflow_prod.core.diagnostics import Diagnostic, Span
from sphinx_airflow_prod.core.outcome import Outcome
from sphinx_airflow_prod.core.snippet import TableSnippet, is_about_airflow
from sphinx_airflow_prod.sphinx_ext.domain import HelmDomain
from sphinx_airflow_prod.sphinx_ext.objects import ObjectsDomain, duplicate

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def anchor(objtype: str, name: str) -> str:
    """Return the id of an object's row: ``helm-value-pgbouncer.maxClientConn``.

    Readers link to it, so it depends on nothing but the name.  What is not
    safe in an id is replaced, and a hash keeps such names apart; the items of a
    list, and the key of another chart, are so common that they go without.
    """
    plain = name.replace("[]", ".-").replace(":", "--", 1)
    safe = _UNSAFE.sub("-", plain)
    if safe != plain:
        safe += f"-{hashlib.sha256(name.encode()).hexdigest()[:6]}"
    domain = "helm" if objtype == "value" else "airflow"
    return f"{domain}-{objtype}-{safe}"


def objtype_of(snippet: TableSnippet) -> str:
    """Return the type of the objects that a table describes."""
    return "option" if is_about_airflow(snippet) else "value"


def note_targets(env: BuildEnvironment, outcomes: Iterable[Outcome]) -> list[Diagnostic]:
    """Register what the tables of the site describe, and return what is described twice.

    In every build, in the order of documents, so that it does not depend on
    what was read.  A table is only made where its outcome is new: what it
    describes is kept with the environment.
    """
    helm = cast("HelmDomain", env.get_domain("helm"))
    airflow = cast("ObjectsDomain", env.get_domain("airflow"))
    by_key = {outcome.snippet.key: outcome for outcome in outcomes}
    tables = [
        (docname, outcome.snippet, outcome)
        for docname, snippets in sorted(helm.snippets.items())
        for key in snippets
        if (outcome := by_key.get(key)) and isinstance(outcome.snippet, TableSnippet)
    ]
    known = dict(helm.targets)
    helm.targets.clear()
    for docname in {docname for docname, _, _ in tables}:
        ObjectsDomain.clear_doc(helm, docname)
        airflow.clear_doc(docname)
    problems: list[Diagnostic] = []
    for docname, snippet, outcome in tables:
        if snippet.options.no_index:
            continue
        seen, names = known.get(snippet.key, ("", ()))
        if seen != outcome.fingerprint:
            table = outcome.detail.table
            names = tuple(row.name for row in table.rows) if table else ()
        helm.targets[snippet.key] = (outcome.fingerprint, names)
        domain = airflow if is_about_airflow(snippet) else helm
        problems += _note(domain, objtype_of(snippet), docname, names, snippet.span)
    return problems


def _note(
    domain: ObjectsDomain, objtype: str, docname: str, names: Iterable[str], span: Span
) -> Iterator[Diagnostic]:
    """Register the rows of one table; those that another has are reported together."""
    twice: dict[str, list[str]] = {}
    for name in names:
        known = domain.find_object(objtype, name)
        if known is None:
            domain.note_object(objtype, name, docname, anchor(objtype, name))
        else:
            twice.setdefault(known[0], []).append(name)
    for other, doubled in twice.items():
        yield duplicate(objtype, doubled, other, span)
