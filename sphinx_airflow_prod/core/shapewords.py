"""What a place of the values may hold, in words of a reference table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sphinx_airflow_prod.core.flow import flow
from sphinx_airflow_prod.core.schema.shape import Schema, Shape, types_of
from sphinx_airflow_prod.core.schema.words import listed, type_name

ANY = "any"
_PLURALS = {
    "string": "strings", "integer": "integers", "number": "numbers", "boolean": "booleans",
    "object": "mappings", "array": "lists",
}  # fmt: skip
_REST = ("additionalProperties", "unevaluatedProperties")


def type_words(shape: Shape | None, default: Any, named: Mapping[int, str]) -> str:
    """Return ``boolean``, ``integer or null``, ``list of strings``, ``mapping (Affinity)``.

    *default* (JSON types; ``None`` says nothing) decides where no schema does.
    *named* has the names of well-known definitions, by the identity of their
    schemas.
    """
    facets = shape.facets if shape is not None else ()
    types = list(dict.fromkeys(name for facet in facets for name in types_of(facet)))
    if not types:
        types = list(dict.fromkeys(_type_of(value) for value in _enumerated(facets)))
    if not types and default is not None:
        types = [_type_of(default)]
    if not types and any(id(facet) in named for facet in facets):
        types = ["object"]
    if "number" in types and "integer" in types:
        types.remove("integer")
    if shape is not None and types:
        ordered = sorted(types, key=lambda name: name == "null")
        return listed([_with_contents(name, shape, named) for name in ordered], "or")
    return listed([type_name(name) for name in types], "or") or ANY


def choices(shape: Shape | None, own: tuple[Schema, ...]) -> tuple[tuple[str, ...], bool]:
    """Return the values that a shape names, and whether there are no others.

    *own* are the schemas that hold whatever the value is.
    """
    if shape is None:
        return (), True
    for facet in own:
        if values := list(_enumerated((facet,))):
            return _shown(values), True
    branches = [
        tuple(_enumerated((shape.resolved(branch),))) or (() if _is_null(branch) else None)
        for _, alternatives in shape.alternatives()
        for branch in alternatives
    ]
    values = [value for branch in branches if branch for value in branch]
    return _shown(values), all(branch is not None for branch in branches)


def is_free_form(shape: Shape | None) -> bool:
    """Whether a mapping takes keys that nobody has named."""
    if shape is None:
        return False
    return shape.open or shape.free() is not None


def _with_contents(name: str, shape: Shape, named: Mapping[int, str]) -> str:
    known = [named[id(facet)] for facet in shape.facets if id(facet) in named]
    if name == "object":
        inner = {
            each
            for facet in shape.facets
            for rest in _REST
            if isinstance(facet.get(rest), Mapping)
            for each in types_of(shape.resolved(facet[rest]))
        }
        if len(inner) == 1 and not shape.names:
            return f"mapping of {_PLURALS.get(inner.pop(), 'values')}"
        return f"mapping ({known[0]})" if known else "mapping"
    if name == "array":
        item = shape.item(0)
        below = next((named[id(facet)] for facet in item.facets if id(facet) in named), "")
        types = dict.fromkeys(each for facet in item.facets for each in types_of(facet))
        if below:
            return f"list of mappings ({below})"
        plurals = [_PLURALS[each] for each in types if each in _PLURALS]
        return f"list of {listed(plurals, 'or')}" if plurals else "list"
    return type_name(name)


def _enumerated(facets: tuple[Schema, ...]) -> Iterator[Any]:
    for facet in facets:
        if isinstance(facet.get("enum"), list):
            yield from facet["enum"]
        elif "const" in facet:
            yield facet["const"]


def _is_null(branch: Schema) -> bool:
    return types_of(branch) == ("null",)


def _shown(values: list[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(flow(value) for value in values if value is not None))


def _type_of(value: Any) -> str:
    if isinstance(value, Mapping):
        return "object"
    if isinstance(value, list):
        return "array"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if value is None:
        return "null"
    return "integer" if float(value).is_integer() else "number"
