"""Claims about what examples render, and Secrets made for them: verdict and detail."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sphinx_airflow_prod.core import expectations
from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic
from sphinx_airflow_prod.core.examples import Claim
from sphinx_airflow_prod.core.expectations.claim import MappingClaim
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
    parsed = expectations.parse_claim(snippet.body, may_be_empty=snippet.options.absent)
    if snippet.options.absent:
        yield from _judge_absence(snippet, parsed, material)
        return
    yield from _problems(parsed.problems, snippet)
    if parsed.root is None:
        return
    found = expectations.find(parsed, snippet.resource, material.manifests.resources, snippet.span)
    if not isinstance(found, Resource):
        yield from _problems(found, snippet, Code.CLAIM_RESOURCE)
        return
    shown = _as_claimed(parsed, found)
    mismatches = expectations.match(parsed, shown, exact=snippet.options.exact)
    for mismatch in mismatches:
        yield Diagnostic.of(Code.CLAIM, f"{found.id}: {mismatch.message}", mismatch.span)
    if not mismatches and not parsed.problems:
        yield from _judge_contrast(snippet, parsed, found, material)


def _judge_contrast(
    snippet: ManifestSnippet, parsed: expectations.Claim, found: Resource, material: Material
) -> Iterator[Diagnostic]:
    """A claim that holds must hold because of its example, or say that this is not the point."""
    same = [other for other in material.base_manifests if other.key == found.key]
    baseline = _as_claimed(parsed, same[0]) if same else None
    differs = expectations.contrast(parsed, baseline, exact=snippet.options.exact)
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


def _as_claimed(claim: expectations.Claim, resource: Resource) -> Resource:
    """Return a rendered Secret with its ``data`` as ``stringData``, where that is claimed.

    ``stringData`` is how Kubernetes lets one write the same keys in plain text,
    and how readers can read them.  What is no UTF-8 text is not to be had so.
    """
    if resource.kind != "Secret" or claim.node("stringData") is None:
        return resource
    texts: dict[str, object] = {}
    for key, value in _mapping(resource.data.get("data")).items():
        with contextlib.suppress(ValueError):
            texts[key] = base64.b64decode(str(value)).decode()
    texts |= _mapping(resource.data.get("stringData"))
    fields = {**resource.data, "stringData": texts}
    if claim.node("data") is None:
        fields.pop("data", None)  # an exact claim is not to name everything twice
    view = replace(resource)
    view.__dict__["data"] = fields  # what the cached property would read from its text
    return view


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


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
    yield from _problems(parsed.problems, snippet)
    if parsed.root is not None and (extra := _beyond_identity(parsed.root)):
        message = f"of a resource that is absent nothing can be claimed; leave {extra!r} out"
        yield Diagnostic.of(Code.CLAIM, message, parsed.root.fields[extra].place.span)
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


def _beyond_identity(root: MappingClaim) -> str:
    """Return the first key of a claim that says more than which resource is meant."""
    return next((key for key in root.fields if key not in ("apiVersion", "kind", "metadata")), "")


def _problems(
    problems: Sequence[expectations.Problem],
    snippet: ManifestSnippet,
    otherwise: Code = Code.CLAIM,
) -> Iterator[Diagnostic]:
    """Map problems to diagnostics; an empty body has no place of its own."""
    for problem in problems:
        span = problem.span if problem.span.path else snippet.span
        yield Diagnostic.of(problem.code or otherwise, problem.message, span)
