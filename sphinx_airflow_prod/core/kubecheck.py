"""What an example renders, and the Secrets made for it, against Kubernetes' own schemas."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator

from sphinx_airflow_prod.core import kubernetes
from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic
from sphinx_airflow_prod.core.judgement import Material
from sphinx_airflow_prod.core.manifest_paths import lookup
from sphinx_airflow_prod.core.render.base import Rendered
from sphinx_airflow_prod.core.resource import Resource, read_resource
from sphinx_airflow_prod.core.secrets import Secret
from sphinx_airflow_prod.core.versions import kubernetes_schemas


def judge_resources(material: Material, placeholders: str) -> tuple[tuple[Diagnostic, ...], int]:
    """Return what Kubernetes refuses of what an example adds or changes.

    The number is that of custom resources, which have no schema to be held
    against.  What is wrong in the chart's defaults as well is not the
    example's fault, nor what stands where *placeholders* (a regular expression)
    tells the reader to fill something in.  Nothing is checked where the schemas
    are not installed.
    """
    if not kubernetes_schemas() or not isinstance(material.answer, Rendered):
        return (), 0
    changes = material.changes
    version = material.example.release.kube_version
    new = [change.after for change in changes if change.after is not None]
    old = [change.before for change in changes if change.before is not None]
    report = kubernetes.validate(new, version)
    known = set(kubernetes.validate(old, version).problems) if report.problems else set()
    fresh = [
        problem
        for problem in report.problems
        if problem not in known and not _is_open(problem, new, placeholders)
    ]
    span = material.example.snippet.span
    diagnostics = tuple(
        Diagnostic.of(Code.KUBERNETES, f"Kubernetes {report.version} refuses {words}", span)
        for words in _in_words(fresh)
    )
    return diagnostics, sum(report.skipped.values())


def _in_words(problems: Iterable[kubernetes.KubernetesProblem]) -> Iterator[str]:
    """Say each problem once, however many pods it is in."""
    alike: dict[str, list[kubernetes.KubernetesProblem]] = {}
    for problem in problems:
        alike.setdefault(problem.message, []).append(problem)
    for same in alike.values():
        others = len(same) - 1
        more = f" (and in {others} more place{'s' if others > 1 else ''})" if others else ""
        yield f"{same[0]}{more}"


def _is_open(
    problem: kubernetes.KubernetesProblem, resources: Iterable[Resource], placeholders: str
) -> bool:
    """Whether what is refused is a text that the reader is to fill in."""
    for resource in resources:
        if resource.id != problem.resource:
            continue
        with contextlib.suppress(KeyError):
            value = lookup(resource.data, problem.path)
            if isinstance(value, str) and re.search(placeholders, value):
                return True
    return False


def judge_secret_manifest(secret: Secret, kube_version: str | None) -> Iterator[Diagnostic]:
    """Give what Kubernetes refuses of a Secret that a document makes; what is symbolic passes."""
    resource = _resource_of(secret)
    if not kubernetes_schemas() or resource is None:
        return
    for problem in kubernetes.validate([resource], kube_version).problems:
        yield Diagnostic.of(Code.KUBERNETES, f"Kubernetes refuses {problem}", secret.span)


def _resource_of(secret: Secret) -> Resource | None:
    if secret.symbolic_name or any(entry.symbolic for entry in secret.entries.values()):
        return None
    return read_resource("", secret.manifest())
