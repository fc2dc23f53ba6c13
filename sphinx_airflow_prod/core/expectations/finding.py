"""Which of the rendered resources a claim is about."""

from __future__ import annotations

from collections.abc import Sequence

from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.expectations.claim import Claim, Problem
from sphinx_airflow_prod.core.resource import Resource
from sphinx_airflow_prod.core.selectors import Selector, nearest


def find(
    claim: Claim, argument: Selector | None, resources: Sequence[Resource], at: Span
) -> Resource | tuple[Problem, ...]:
    """Return the one of *resources* that *claim* is about, or why there is none.

    *argument* names it, else the body does by ``kind`` and ``metadata.name``;
    a body that has both must not contradict the argument.  Where several have
    that name, ``apiVersion`` and ``metadata.namespace`` of the body decide.
    *at* is the place of the argument (of the directive, where there is none).
    """
    problems = list(_unusable(claim, argument, at))
    selector = _selector(claim, argument)
    if problems or selector is None:
        return tuple(problems)
    found = candidates(claim, argument, resources)
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(_described(resource) for resource in found)
        message = f"'{selector}' names several rendered resources: {listed}"
    elif argument is not None and (others := argument.match(resources)):
        return (_contradiction(claim, others, at),)
    else:
        near = [resource.id for resource in nearest(selector, resources)]
        there = f"the nearest are {', '.join(near)}" if near else "nothing is rendered at all"
        message = f"no {selector} is rendered; {there}"
    return (Problem(message, at if argument is not None else _span(claim, at)),)


def candidates(
    claim: Claim, argument: Selector | None, resources: Sequence[Resource]
) -> tuple[Resource, ...]:
    """Return all of *resources* that *claim* may be about: none, for one that is absent."""
    selector = _selector(claim, argument)
    if selector is None:
        return ()
    found = [
        resource
        for resource in selector.match(resources)
        if claim.kind in ("", resource.kind) and claim.name in ("", resource.name)
    ]
    if len(found) > 1:
        for wanted, name in ((claim.api_version, "api_version"), (claim.namespace, "namespace")):
            narrowed = [each for each in found if getattr(each, name) == wanted]
            found = narrowed or found
    return tuple(found)


def _selector(claim: Claim, argument: Selector | None) -> Selector | None:
    if argument is not None:
        return argument
    return None if claim.identity is None else Selector(*claim.identity)


def _unusable(claim: Claim, argument: Selector | None, at: Span) -> list[Problem]:
    if argument is not None and argument.path:
        message = (
            f"'{argument}' names a part of a resource; name the resource, and write the way "
            f"to '{argument.path}' in the claim itself"
        )
        return [Problem(message, at)]
    if argument is None and claim.identity is None:
        message = (
            "the claim names no resource; give it as the argument (Kind/name), or write "
            "kind and metadata.name in the body"
        )
        return [Problem(message, at)]
    return []


def _contradiction(claim: Claim, others: Sequence[Resource], at: Span) -> Problem:
    named = ", ".join(resource.id for resource in others)
    parts = [
        text
        for text in (claim.kind and f"kind {claim.kind}", claim.name and f"name {claim.name}")
        if text
    ]
    message = f"the argument names {named}, the body {' and '.join(parts)}; make them agree"
    return Problem(message, _span(claim, at))


def _span(claim: Claim, at: Span) -> Span:
    """Return where the body names the resource."""
    for path in (("metadata", "name"), ("metadata", "generateName"), ("kind",)):
        node = claim.node(*path)
        if node is not None:
            return node.place.span
    return at


def _described(resource: Resource) -> str:
    namespace = f" in namespace {resource.namespace}" if resource.namespace else ""
    return f"{resource.id} ({resource.api_version}{namespace}, from {resource.template})"
