"""Claims about what examples render, and Secrets made for them: verdict and detail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sphinx_airflow_prod.core import expectations
from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic
from sphinx_airflow_prod.core.examples import Claim
from sphinx_airflow_prod.core.judgement import Material
from sphinx_airflow_prod.core.manifests import Resource
from sphinx_airflow_prod.core.outcome import Detail
from sphinx_airflow_prod.core.render.base import Rendered
from sphinx_airflow_prod.core.secretcheck import judge_secret
from sphinx_airflow_prod.core.selectors import nearest
from sphinx_airflow_prod.core.snippet import ManifestSnippet, SecretSnippet


def judge_claim(claim: Claim, materials: Sequence[Material]) -> Iterator[Diagnostic]:
    """Give everything that is wrong with a claim; *materials* are those of its examples."""
    yield from claim.problems
    for example, material in zip(claim.examples, materials, strict=True):
        if not isinstance(material.answer, Rendered):
            line = example.snippet.span.line
            message = f"cannot be checked: nothing is rendered for its example, at line {line}"
            yield Diagnostic.of(Code.CLAIM, message, claim.snippet.span)
            return
    if isinstance(claim.snippet, SecretSnippet):
        yield from judge_secret(claim.snippet, materials)
    elif materials:
        yield from _judge_manifest(claim.snippet, materials[0])


def claim_detail(claim: Claim, materials: Sequence[Material]) -> Detail:
    """Return what there is to show of a claim: the resource it is about, if any."""
    snippet = claim.snippet
    if isinstance(snippet, SecretSnippet):
        return Detail()
    if not materials:
        return Detail()
    parsed = expectations.parse_claim(snippet.body)
    found = expectations.find(
        parsed, snippet.resource, materials[0].manifests.resources, snippet.span
    )
    return Detail(resources=(found,) if isinstance(found, Resource) else ())


def _judge_manifest(snippet: ManifestSnippet, material: Material) -> Iterator[Diagnostic]:
    parsed = expectations.parse_claim(snippet.body)
    if snippet.options.absent:
        yield from _judge_absence(snippet, parsed, material)
        return
    yield from _problems(parsed.problems)
    if parsed.root is None:
        return
    found = expectations.find(parsed, snippet.resource, material.manifests.resources, snippet.span)
    if not isinstance(found, Resource):
        yield from _problems(found, Code.CLAIM_RESOURCE)
        return
    mismatches = expectations.match(parsed, found, exact=snippet.options.exact)
    for mismatch in mismatches:
        yield Diagnostic.of(Code.CLAIM, f"{found.id}: {mismatch.message}", mismatch.span)
    if not mismatches and not parsed.problems:
        yield from _judge_contrast(snippet, parsed, found, material)


def _judge_contrast(
    snippet: ManifestSnippet, parsed: expectations.Claim, found: Resource, material: Material
) -> Iterator[Diagnostic]:
    """A claim that holds must hold because of its example, or say that this is not the point."""
    same = [other for other in material.base_manifests if other.key == found.key]
    differs = expectations.contrast(parsed, same[0] if same else None, exact=snippet.options.exact)
    said = snippet.options.same_as_default
    if not differs and not said:
        message = (
            f"{found.id}: all of this holds without the example as well, so the claim proves "
            "nothing about it; claim something that it changes, or say :same-as-default:"
        )
        yield Diagnostic.of(Code.CONTRAST, message, snippet.span)
    elif differs and said:
        message = (
            f"{found.id}: option 'same-as-default' says that this holds without the example, "
            "and it does not"
        )
        yield Diagnostic.of(Code.CONTRAST, message, snippet.option_span("same-as-default"))


def _judge_absence(
    snippet: ManifestSnippet, parsed: expectations.Claim, material: Material
) -> Iterator[Diagnostic]:
    """``:absent:``: the resource is not rendered, though it is by default."""
    span = snippet.option_span("absent")
    identity = (
        (snippet.resource.kind, snippet.resource.name) if snippet.resource else parsed.identity
    )
    if identity is None:
        message = "option 'absent' needs a resource: name it as Kind/name behind the directive"
        yield Diagnostic.of(Code.CLAIM_RESOURCE, message, snippet.span)
        return
    if any((r.kind, r.name) == identity for r in material.manifests):
        yield Diagnostic.of(Code.CLAIM, f"{'/'.join(identity)} is rendered", span)
    elif not any((r.kind, r.name) == identity for r in material.base_manifests):
        if snippet.options.same_as_default:
            return
        near = ""
        if snippet.resource:
            ids = [resource.id for resource in nearest(snippet.resource, material.base_manifests)]
            near = f"; nearest by default are {', '.join(ids)}"
        message = (
            f"{'/'.join(identity)} is not rendered by default either, so its absence proves "
            f"nothing about the example{near}"
        )
        yield Diagnostic.of(Code.CONTRAST, message, span)


def _problems(
    problems: Sequence[expectations.Problem],
    otherwise: Code = Code.CLAIM,
) -> Iterator[Diagnostic]:
    for problem in problems:
        yield Diagnostic.of(problem.code or otherwise, problem.message, problem.span)
