"""Placeholders: values such as ``<your host>`` or ``...`` that the reader fills in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sphinx_airflow_prod.core.schema.shape import Schema, Shape, types_of
from sphinx_airflow_prod.core.schema.view import ChartSchema
from sphinx_airflow_prod.core.settings import PLACEHOLDERS
from sphinx_airflow_prod.core.values.layout import Path

_NO_DEFAULT = object()
_INSTANCES: Mapping[str, Any] = {
    "string": "placeholder",
    "integer": 1,
    "number": 1,
    "boolean": True,
    "array": [],
    "object": {},
    "null": None,
}


def find_placeholders(values: Mapping[str, Any], pattern: str = PLACEHOLDERS) -> frozenset[Path]:
    """Return the paths of all texts in *values* that *pattern* matches as a whole.

    Raises ``re.error`` where *pattern* is no regular expression.
    """
    regex = re.compile(pattern)
    return frozenset(
        path
        for path, value in _scalars(values, ())
        if isinstance(value, str) and regex.fullmatch(value.strip())
    )


def fill_placeholders(
    values: Mapping[str, Any], schema: ChartSchema, pattern: str = PLACEHOLDERS
) -> tuple[dict[str, Any], frozenset[Path]]:
    """Return *values* with something valid for every placeholder, and the placeholders' paths.

    A placeholder stays the text it is where the schema takes that text.
    Elsewhere it becomes the chart's default of its path; without a usable
    default the first allowed value, or a small value of the right type.
    """
    paths = find_placeholders(values, pattern)
    filled = dict(values)
    for path in paths:
        _replace(filled, path, schema)
    return filled, paths


def _replace(values: dict[str, Any], path: Path, schema: ChartSchema) -> None:
    """Put the stand-in at *path*, copying the containers on the way down."""
    container: Any = values
    for step in path[:-1]:
        below = container[step]
        container[step] = dict(below) if isinstance(below, Mapping) else list(below)
        container = container[step]
    container[path[-1]] = _stand_in(container[path[-1]], path, schema)


def _stand_in(text: str, path: Path, schema: ChartSchema) -> Any:
    shape = schema.shape(path)
    if shape is None or not shape.schemas:
        return text
    default = schema.default(path, _NO_DEFAULT)
    candidates = [text, *([] if default is _NO_DEFAULT or default is None else [default])]
    candidates += _instances(shape)
    for candidate in candidates:
        if all(_admits(shape, below, candidate) for below in shape.schemas):
            return candidate
    return text if default is _NO_DEFAULT or default is None else default


def _instances(shape: Shape) -> Iterator[Any]:
    """Give small values that the schemas of a place might take, the likeliest first."""
    for facet in shape.facets:
        if "const" in facet:
            yield facet["const"]
        if isinstance(facet.get("enum"), list):
            yield from facet["enum"]
        if "default" in facet:
            yield facet["default"]
        if isinstance(facet.get("examples"), list):
            yield from facet["examples"]
    for facet in shape.facets:
        bounds = (facet.get("minimum"), facet.get("maximum"))
        yield from (bound for bound in bounds if isinstance(bound, (int, float)))
        yield from (_INSTANCES[name] for name in types_of(facet) if name in _INSTANCES)


def _admits(shape: Shape, schema: Schema, value: Any) -> bool:
    """Say whether *schema* takes a scalar, or an empty or default container.

    A small validator for what placeholders need: types, enumerations, bounds,
    patterns, lengths, required keys and the combining keywords.
    """
    schema = shape.resolved(schema)
    if not _is_of_type(value, types_of(schema)):
        return False
    if isinstance(schema.get("enum"), list) and value not in schema["enum"]:
        return False
    if "const" in schema and value != schema["const"]:
        return False
    if not _keeps_bounds(value, schema):
        return False

    def admitted(name: str) -> Iterable[bool]:
        branches = schema.get(name)
        return [
            _admits(shape, branch, value) if isinstance(branch, Mapping) else bool(branch)
            for branch in (branches if isinstance(branches, list) else ())
        ]

    if not all(admitted("allOf")):
        return False
    if isinstance(schema.get("anyOf"), list) and not any(admitted("anyOf")):
        return False
    if isinstance(schema.get("oneOf"), list) and sum(admitted("oneOf")) != 1:
        return False
    forbidden = schema.get("not")
    return not (isinstance(forbidden, Mapping) and _admits(shape, forbidden, value))


def _is_of_type(value: Any, types: tuple[str, ...]) -> bool:
    match value:
        case bool():
            names = {"boolean"}
        case None:
            names = {"null"}
        case str():
            names = {"string"}
        case int() | float():
            names = {"number", "integer"} if float(value).is_integer() else {"number"}
        case Mapping():
            names = {"object"}
        case _:
            names = {"array"}
    return not types or bool(names.intersection(types))


def _keeps_bounds(value: Any, schema: Schema) -> bool:
    if isinstance(value, str):
        pattern = schema.get("pattern")
        return (
            schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
            and (not isinstance(pattern, str) or re.search(pattern, value) is not None)
            and schema.get("format") in (None, "password")
        )
    if isinstance(value, Mapping):
        return all(key in value for key in schema.get("required", ())) and (
            schema.get("minProperties", 0) <= len(value)
        )
    if isinstance(value, list):
        return int(schema.get("minItems", 0)) <= len(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        low, high = schema.get("minimum"), schema.get("maximum")
        return (low is None or low <= value) and (high is None or value <= high)
    return True


def _scalars(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from _scalars(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _scalars(below, (*path, index))
    else:
        yield path, value
