"""Another value for a place: to see whether anything reads what stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sphinx_airflow_prod.core.effects.editing import MISSING, same_values
from sphinx_airflow_prod.core.schema import ChartSchema
from sphinx_airflow_prod.core.values import Path

_DIGITS = re.compile(r"\d+")
_OTHER = "effects-probe"


def alternatives(value: Any, path: Path, schema: ChartSchema) -> Iterator[Any]:
    """Give values that differ from *value*, likely ones first; the schema may refuse some."""
    shape = schema.shape(path)
    facets = shape.facets if shape is not None else ()
    allowed = [
        choice
        for facet in facets
        for choice in (*_list(facet.get("enum")), *_list(facet.get("examples")))
    ]
    default = schema.default(path, MISSING)
    bounds = [
        facet[bound]
        for bound in ("maximum", "minimum")
        for facet in facets
        if isinstance(facet.get(bound), (int, float)) and isinstance(value, (int, float))
    ]
    near = _like(default) if default is not MISSING and not value else iter(())
    tried: list[Any] = [value]
    for candidate in (*allowed, *bounds, *near, *_like(value)):
        if not any(same_values(candidate, before) for before in tried):
            tried.append(candidate)
            yield candidate


def _like(value: Any) -> Iterator[Any]:
    """Give neighbours of a value, of its own type."""
    match value:
        case bool():
            yield not value
        case int() | float():
            yield from (value + 1, value - 1, value + 1000)
        case str():
            digits = _DIGITS.search(value)
            if digits:
                more = str(int(digits[0][:9]) + 1)
                yield value[: digits.start()] + more + value[digits.end() :]
            yield from (value + "x", _OTHER)
        case Mapping():
            yield {**value, _OTHER: _OTHER}
        case list():
            yield from ([*value, _OTHER], [*value, {"name": _OTHER}])
        case _:
            yield from (_OTHER, True, 1)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
