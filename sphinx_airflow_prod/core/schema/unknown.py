"""Unknown keys in words: what was probably meant, or where such a key exists."""

from __future__ import annotations

from sphinx_airflow_prod.core.schema import words
from sphinx_airflow_prod.core.schema.view import ChartSchema
from sphinx_airflow_prod.core.values.layout import Path, format_path

_MAX_PLACES = 4
_TELLING = 24
"""A key that more places than this have (``enabled``) tells nothing by its name."""


def unknown_key(schema: ChartSchema, path: Path) -> str:
    """Return what to say of the unknown key at *path*.

    The nearest key of the same mapping if there is one that near, else where
    else the chart has a key of this name, else which keys the mapping has if
    they are few.
    """
    key, parent = str(path[-1]), path[:-1]
    within = f" in {format_path(parent)}" if parent else ""
    known = schema.known_names(parent)
    near = words.nearest(key, known)
    if near is not None:
        return f"unknown key '{key}'{within} (did you mean '{near}'?)"
    places = _places(schema, key, parent)
    few = 0 < len(known) <= _MAX_PLACES * 2
    if places and not (few and len(places) > _TELLING):
        owner = format_path(parent) or "the top level"
        shown = ", ".join(places[:_MAX_PLACES]) + (", …" if len(places) > _MAX_PLACES else "")
        return f"'{key}' is not a key of {owner}; it is one of {shown}"
    if few:
        names = ", ".join(f"'{name}'" for name in known)
        return f"unknown key '{key}'{within}; the keys known there are {names}"
    return f"unknown key '{key}'{within}"


def _places(schema: ChartSchema, key: str, parent: Path) -> list[str]:
    """Return the mappings that have *key*, those most like *parent* first."""
    found = [place for place in schema.places(key) if place != parent]
    ranked = sorted(found, key=lambda place: _relevance(place, parent))
    return list(dict.fromkeys(_name(place) for place in ranked))


def _relevance(place: Path, parent: Path) -> tuple[int, int]:
    """Rank a place: below or above the same keys first, then near the same depth."""
    shared = 0
    for one, other in zip(place, parent, strict=False):
        if one != other:
            break
        shared += 1
    return -shared, abs(len(place) - len(parent))


def _name(place: Path) -> str:
    return format_path(place).replace("[0]", "[]") or "the top level"
