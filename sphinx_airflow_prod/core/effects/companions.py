"""The switches of a chart that a leaf may depend on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sphinx_airflow_prod.core.effects.editing import MISSING, at
from sphinx_airflow_prod.core.effects.words import words
from sphinx_airflow_prod.core.schema import ChartSchema
from sphinx_airflow_prod.core.schema.shape import Shape, types_of
from sphinx_airflow_prod.core.values import Path, format_path

_MAX_CHOICES = 6
_SWITCH_WORDS = frozenset(("enabled", "enable", "create", "use"))


@dataclass(frozen=True)
class Switch:
    """A value of the chart and another setting of it."""

    path: Path
    value: Any
    near: bool
    """Whether it stands beside the leaf or beside one of its ancestors."""

    def __str__(self) -> str:
        """``pgbouncer.enabled: true``, in backquotes."""
        shown = str(self.value).lower() if isinstance(self.value, bool) else self.value
        return f"`{format_path(self.path)}: {shown}`"


def switches(path: Path, effective: Mapping[str, Any], schema: ChartSchema) -> list[Switch]:
    """Return other settings of what stands around *path*, the likeliest companions first.

    *effective* are the values as templates see them.  First the booleans beside
    the leaf and beside its ancestors, the nearest first; then what the schema
    gives a choice of there; then the ``enabled`` of the sections around.  Those
    that share a word with the leaf or with its description come before the others.
    """
    keys = list(path)
    for number, step in enumerate(path):
        if isinstance(step, int):
            keys = list(path[:number])
            break
    parents = [tuple(keys[:length]) for length in range(len(keys) - 1, -1, -1)]
    found: list[Switch] = []
    for parent in parents:
        found += _booleans(parent, path, effective, schema)
    for parent in parents:
        found += _choices(parent, path, effective, schema)
    for parent in parents:
        found += _sections(parent, path, effective)
    text = f"{format_path(path)} {schema.describe(path).description}"
    kin = words(text) - _SWITCH_WORDS
    return sorted(found, key=lambda switch: not kin & words(format_path(switch.path)))


def _booleans(
    parent: Path, path: Path, effective: Mapping[str, Any], schema: ChartSchema
) -> list[Switch]:
    values = at(effective, parent)
    shape = schema.shape(parent)
    names = dict.fromkeys((*(values if isinstance(values, Mapping) else ()), *_names(shape)))
    found = []
    for name in names:
        place = (*parent, name)
        value = at(effective, place)
        if place == path[: len(place)]:
            continue
        if isinstance(value, bool):
            found.append(Switch(place, not value, near=True))
        elif (value is None or value is MISSING) and _may_be_boolean(shape, name):
            found.append(Switch(place, value=True, near=True))
    return sorted(found, key=lambda switch: _rank(str(switch.path[-1])))


def _choices(
    parent: Path, path: Path, effective: Mapping[str, Any], schema: ChartSchema
) -> Iterator[Switch]:
    shape = schema.shape(parent)
    for name in _names(shape):
        place = (*parent, name)
        child = shape.child(name) if shape is not None else None
        if child is None or place == path[: len(place)]:
            continue
        allowed = [choice for facet in child.facets for choice in _enum(facet)]
        if len(allowed) <= _MAX_CHOICES and all(isinstance(choice, str) for choice in allowed):
            now = at(effective, place)
            yield from (Switch(place, choice, near=True) for choice in allowed if choice != now)


def _sections(parent: Path, path: Path, effective: Mapping[str, Any]) -> Iterator[Switch]:
    values = at(effective, parent)
    for name in values if isinstance(values, Mapping) else ():
        place = (*parent, name, "enabled")
        value = at(effective, place)
        if isinstance(value, bool) and place[:-1] != path[: len(place) - 1]:
            yield Switch(place, not value, near=False)


def _names(shape: Shape | None) -> tuple[str, ...]:
    return shape.names if shape is not None else ()


def _may_be_boolean(shape: Shape | None, name: str) -> bool:
    child = shape.child(name) if shape is not None else None
    return child is not None and any("boolean" in types_of(facet) for facet in child.facets)


def _enum(facet: Mapping[str, Any]) -> list[Any]:
    enum = facet.get("enum")
    return enum if isinstance(enum, list) else []


def _rank(name: str) -> int:
    lower = name.lower()
    if lower == "enabled":
        return 0
    return 1 if any(word in lower for word in _SWITCH_WORDS) else 2
