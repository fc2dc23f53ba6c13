"""What prose says of a chart: that it has a value, a default, or renders a resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Severity
from sphinx_airflow_prod.core.flow import flow
from sphinx_airflow_prod.core.resource import Resource
from sphinx_airflow_prod.core.roles import Role
from sphinx_airflow_prod.core.schema import ChartSchema, unknown_key
from sphinx_airflow_prod.core.schema.words import listed, nearest, type_name
from sphinx_airflow_prod.core.selectors import Selector
from sphinx_airflow_prod.core.selectors import nearest as nearest_resources
from sphinx_airflow_prod.core.valuepaths import Path, object_name

_MISSING = object()


def judge_value(role: Role, schema: ChartSchema) -> Diagnostic | None:
    """Say what is wrong with the path of a ``helm:value`` or ``helm:default``, if anything is.

    The chart must know every key of it, by its schema or its defaults; below
    a number or a text there is nothing to know.
    """
    path = role.path
    unknown = schema.first_unknown(path)
    if unknown is not None:
        message = unknown_key(schema, unknown)
        return Diagnostic.of(Code.UNKNOWN_KEY, message, role.span_of_step(len(unknown) - 1))
    for number, step in enumerate(path):
        message = _no_such_step(schema, path[:number], step)
        if message:
            return Diagnostic.of(Code.UNKNOWN_KEY, message, role.span_of_step(number))
    return _not_among_defaults(role, schema) if schema.schema is None else None


def default_of(role: Role, schema: ChartSchema) -> str | Diagnostic:
    """Return the text of a default that ``helm:default`` asks for, or why there is none.

    The path itself has been judged already.  A default that only the schema
    names is none: Helm does not use it.
    """
    value: Any = schema.defaults
    for step in role.path:
        is_item = isinstance(value, list) and isinstance(step, int) and step < len(value)
        if not is_item and not (isinstance(value, Mapping) and step in value):
            return Diagnostic.of(Code.DEFAULT, _no_default(role, schema), role.target_span)
        value = value[step]
    return flow(value)


def judge_resource(
    role: Role, selector: Selector, resources: Sequence[Resource]
) -> Diagnostic | None:
    """Say that a resource is not among those rendered, and which are nearest."""
    found = Selector(selector.kind, selector.name).match(resources)
    if any(selector.path_in(resource) is not None for resource in found):
        return None
    where = f"by the example '{role.example}'" if role.example else "by the chart's defaults"
    if found:
        message = f"there is no {selector.path} in {found[0].id} as it is rendered {where}"
    else:
        near = [resource.id for resource in nearest_resources(selector, resources)]
        there = f"the nearest are {', '.join(near)}" if near else "nothing is rendered at all"
        message = f"no {selector} is rendered {where}; {there}"
    return Diagnostic.of(Code.RESOURCE, message, role.target_span)


def unknown_example(role: Role, names: Sequence[str]) -> Diagnostic:
    """Return the complaint that no example of the document has the name that a role gives."""
    near = nearest(role.example, names)
    hint = f" (did you mean '{near}'?)" if near else ""
    message = f"no example of this document is named '{role.example}'{hint}"
    return Diagnostic.of(Code.NAME, message, role.example_span or role.target_span)


def cannot_render(role: Role, why: str) -> Diagnostic:
    """Return the complaint that nothing is rendered that a resource could be looked for in."""
    return Diagnostic.of(
        Code.RESOURCE, f"cannot be checked: {why}", role.example_span or role.target_span
    )


def _no_such_step(schema: ChartSchema, above: Path, step: str | int) -> str:
    """Say that the value at *above* is of a type that has no *step*, by its schema or default."""
    shape = schema.shape(above)
    facets = shape.facets if shape is not None else ()
    types = {name for facet in facets for name in _types(facet)}
    default = schema.default(above, _MISSING)
    if not types and default is not _MISSING and default is not None:
        types = {_type_of(default)}
    wanted = "array" if isinstance(step, int) else "object"
    if not types or wanted in types:
        return ""
    owner = object_name(None, above) or "the top level"
    held = listed([type_name(name) for name in sorted(types - {"null"})], "or") or "null"
    if isinstance(step, int):
        return f"{owner} is no list but {_article(held)}, so it has no items"
    hint = "; the items of a list are written []" if "array" in types else ""
    return f"{owner} is no mapping but {_article(held)}, so it has no key '{step}'{hint}"


def _article(noun: str) -> str:
    return noun if noun == "null" else f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _types(facet: Mapping[str, Any]) -> Iterator[str]:
    types = facet.get("type")
    if isinstance(types, str):
        yield types
    elif isinstance(types, list):
        yield from map(str, types)


def _type_of(value: Any) -> str:
    if isinstance(value, Mapping):
        return "object"
    if isinstance(value, list):
        return "array"
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "number"


def _not_among_defaults(role: Role, schema: ChartSchema) -> Diagnostic | None:
    """Doubt a key that the defaults of a chart without schema do not have.

    It is a warning: templates may read keys that have no default.  Below
    defaults that are empty anything goes.
    """
    value: Any = schema.defaults
    for number, step in enumerate(role.path):
        if not isinstance(value, Mapping) or not value:
            return None
        if step not in value:
            near = nearest(step, list(value))
            hint = f" (did you mean '{near}'?)" if near else ""
            above = object_name(None, role.path[:number])
            within = f" in {above}" if above else ""
            message = (
                f"unknown key '{step}'{within}{hint}: the chart has no schema, and no default "
                "of that name"
            )
            span = role.span_of_step(number)
            return Diagnostic(Code.UNKNOWN_KEY, message, span, Severity.WARNING)
        value = value[step]
    return None


def _no_default(role: Role, schema: ChartSchema) -> str:
    name = object_name(None, role.path)
    known = schema.describe(role.path)
    if known.has_default:
        return (
            f"the chart has no default for {name}; its schema names {flow(known.default)}, which "
            "Helm does not use"
        )
    if schema.schema is not None:
        return f"the chart has no default for {name}: only its schema knows it"
    return f"the chart has no default for {name}"
