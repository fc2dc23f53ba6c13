"""Values with one place taken away or changed; nothing is changed in place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sphinx_airflow_prod.core.values import Path

MISSING: Any = object()
"""Stands for a value that is not there."""


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """Give the paths of all scalars, and of all empty mappings and lists below the root."""
    if isinstance(value, Mapping) and (value or not path):
        for key, below in value.items():
            yield from leaves(below, (*path, key))
    elif isinstance(value, list) and value:
        for index, below in enumerate(value):
            yield from leaves(below, (*path, index))
    else:
        yield path


def lists(value: Any, path: Path = ()) -> Iterator[Path]:
    """Give the paths of all lists that stand in no other list."""
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from lists(below, (*path, key))
    elif isinstance(value, list):
        yield path


def at(values: Any, path: Path) -> Any:
    """Return the value at *path*, :data:`MISSING` where there is none."""
    for step in path:
        if isinstance(step, int):
            inside = isinstance(values, list) and 0 <= step < len(values)
        else:
            inside = isinstance(values, Mapping) and step in values
        if not inside:
            return MISSING
        values = values[step]
    return values


def without(values: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """Return *values* without what stands at *path*.

    Mappings and lists that only held that are gone as well: an author who
    deletes a line deletes the heading that nothing is left of.  (What would
    stay is a null, which takes defaults away.)
    """
    left = _without(values, path)
    return {} if left is MISSING else left


def _without(value: Any, path: Path) -> Any:
    if not path:
        return MISSING
    step, rest = path[0], path[1:]
    left = _without(value[step], rest)
    if isinstance(value, Mapping):
        kept = {key: below for key, below in value.items() if key != step}
        if left is not MISSING:
            kept = {key: left if key == step else below for key, below in value.items()}
        return kept or MISSING
    assert isinstance(step, int)
    items = [*value[:step], *(() if left is MISSING else (left,)), *value[step + 1 :]]
    return items or MISSING


def with_value(values: Any, path: Path, new: Any) -> Any:
    """Return *values* with *new* at *path*; mappings on the way are made where none is."""
    if not path:
        return new
    step = path[0]
    if isinstance(step, int):
        items = list(values)
        items[step] = with_value(items[step], path[1:], new)
        return items
    below = dict(values) if isinstance(values, Mapping) else {}
    below[step] = with_value(below.get(step), path[1:], new)
    return below


def only(values: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """Return what *values* have at *path* and nothing else; a list on the way stays whole."""
    for length, step in enumerate(path):
        if isinstance(step, int):
            path = path[:length]
            break
    kept = with_value({}, path, at(values, path))
    assert isinstance(kept, Mapping)
    return kept


def text_of(values: Mapping[str, Any]) -> str:
    """Return values as the engine takes them: JSON, keys sorted."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False)


def same_values(a: Any, b: Any) -> bool:
    """Whether templates cannot tell two values apart: to Helm, ``1.0`` is ``1``."""
    return a is b or _canonical(a) == _canonical(b)


def _canonical(value: Any) -> str:
    return json.dumps(_whole(value), sort_keys=True)


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _whole(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_whole(below) for below in value]
    return value
