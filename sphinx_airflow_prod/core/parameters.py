"""The reference table of a chart's values: rows for a subtree, from schema, defaults and comments.

A row stands for each leaf, and for each mapping that is described, takes keys
of any name, or was asked for.  Keys come in the order of ``values.yaml``, then
those that only the schema knows.  Definitions of the Kubernetes API, and those
that several values share, are named and not unfolded, but for the keys that the
chart itself sets: a thousand rows would say less.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sphinx_airflow_prod.core.chart import Chart, ChartError, subchart_file
from sphinx_airflow_prod.core.comments import Written, read_values_file
from sphinx_airflow_prod.core.deprecations import own_facets, told_by
from sphinx_airflow_prod.core.descriptions import shortened
from sphinx_airflow_prod.core.flow import flow
from sphinx_airflow_prod.core.schema import ChartSchema, unknown_key
from sphinx_airflow_prod.core.schema.shape import Shape
from sphinx_airflow_prod.core.schema.words import nearest
from sphinx_airflow_prod.core.shapewords import choices, is_free_form, type_words
from sphinx_airflow_prod.core.tables import Row, cut
from sphinx_airflow_prod.core.valuepaths import Path, object_name

KUBERNETES = "io.k8s."
"""How the names of definitions begin that are the Kubernetes API's."""

ANY_KEY = "<name>"
"""Stands in a path for a key that its reader chooses."""

MAX_DESCRIPTION = 1000
MAX_LEVELS = 12
_MISSING = object()


@dataclass(frozen=True)
class _Place:
    """A value on the way through schema, defaults and ``values.yaml``."""

    path: Path
    shape: Shape | None
    default: Any
    written: Written
    is_foreign: bool = False
    """Whether a definition describes it: then only what the chart writes is listed."""

    @property
    def has_default(self) -> bool:
        return self.default is not _MISSING


class Parameters:
    """All that is known of the values of one chart.

    *schema* is its schema with its defaults, *key* the one in ``helm_charts``
    where it is not the default chart.
    """

    def __init__(self, chart: Chart, schema: ChartSchema, key: str | None = None) -> None:
        self._chart = chart
        self._schema = schema
        self._key = key

    def problem(self, path: Path) -> tuple[str, int] | None:
        """Say why there is no value at *path*, and which of its steps is wrong, if one is."""
        unknown = self._schema.first_unknown(path)
        if unknown is not None:
            return unknown_key(self._schema, unknown), len(unknown) - 1
        if self._schema.schema is not None:
            return None
        value: Any = self._schema.defaults
        for number, step in enumerate(path):
            if not isinstance(value, Mapping) or step not in value:
                names = [str(name) for name in value] if isinstance(value, Mapping) else []
                near = nearest(step, names)
                hint = f" (did you mean '{near}'?)" if near else ""
                return f"no default of the chart is named '{step}'{hint}", number
            value = value[step]
        return None

    def rows(self, paths: Sequence[Path] = (), depth: int | None = None) -> tuple[Row, ...]:
        """Return the rows of the subtrees at *paths*, of the whole chart without any.

        With *depth*, no more than so many levels below each.  A value that
        several paths reach has one row.
        """
        found: dict[str, Row] = {}
        levels = MAX_LEVELS if depth is None else depth
        for path in paths or ((),):
            for row in self._below(self._at(path), levels, is_asked_for=bool(path)):
                found.setdefault(row.name, row)
        return tuple(found.values())

    def _at(self, path: Path) -> _Place:
        place = _Place((), self._schema.root, self._schema.defaults, self._written)
        for number, step in enumerate(path):
            place = self._child(place, step)
            if not number and step in self._schema.subcharts:
                below = self._of_subchart(str(step))
                place = _Place(
                    place.path, place.shape, place.default, _joined(place.written, below)
                )
        return place

    def _child(self, place: _Place, step: str | int) -> _Place:
        shape = place.shape
        below: Shape | None = None
        if shape is not None:
            below = shape.item(0) if isinstance(step, int) else shape.child(step)
        default = _MISSING
        if isinstance(place.default, Mapping) and step in place.default:
            default = place.default[step]
        written = place.written.fields.get(str(step), Written())
        if isinstance(step, int):
            written = Written()
        return _Place(
            (*place.path, step),
            below,
            default,
            written,
            place.is_foreign or self._is_foreign(below, default),
        )

    def _below(self, place: _Place, levels: int, *, is_asked_for: bool) -> Iterator[Row]:
        children = list(self._children(place)) if len(place.path) < MAX_LEVELS else []
        unfolds = bool(children) and levels > 0
        is_worth_it = not place.is_foreign and (
            is_free_form(place.shape) or bool(self._description(place))
        )
        if place.path and (is_asked_for or not unfolds or is_worth_it):
            yield self._row(place, unfolds=unfolds)
        if unfolds:
            for child in children:
                yield from self._below(child, levels - 1, is_asked_for=False)

    def _children(self, place: _Place) -> Iterator[_Place]:
        names: dict[str, None] = dict.fromkeys(place.written.fields)
        if place.shape is not None and not place.is_foreign:
            names.update(dict.fromkeys(place.shape.names))
        for name in names:
            child = self._child(place, name)
            if child.shape is not None or child.has_default:
                yield child
        if place.shape is None or place.is_foreign:
            return
        if any("items" in facet for facet in place.shape.facets):
            item = self._child(place, 0)
            if not item.is_foreign and item.shape is not None and item.shape.names:
                yield from self._children(item)
        if not names:
            free = place.shape.free()
            if free is not None and free.names and not self._is_named(free):
                path = (*place.path, ANY_KEY)
                yield from self._children(_Place(path, free, _MISSING, Written()))

    def _row(self, place: _Place, *, unfolds: bool) -> Row:
        default, note = None, ""
        if place.has_default and not (
            unfolds and place.default and isinstance(place.default, Mapping)
        ):
            text = place.default
            is_long = isinstance(text, str) and "\n" in text.strip("\n")
            default, note = cut(str(text) if is_long else flow(text))
        named, is_all = choices(place.shape, self._own_facets(place))
        told = None
        if place.shape is not None:
            told = told_by(self._schema, place.shape, place.path, place.written.comment)
        sample = place.default if place.has_default else None
        replacement = told.replacement if told is not None else ""
        return Row(
            name=object_name(self._key, place.path),
            title=object_name(None, place.path),
            type=type_words(place.shape, sample, self._definitions),
            default=default,
            default_note=note,
            description=self._description(place),
            choices=named if is_all else (),
            known=() if is_all else named,
            deprecated="" if told is None else _in_words(replacement),
            instead=_target(self._key, replacement),
        )

    def _description(self, place: _Place) -> str:
        """Return what is said of a value: by its schema, in ``values.yaml``, by a definition."""
        shapes = (place.shape,) if place.shape is not None else ()
        own = [facet for facet in self._own_facets(place) if not self._is_definition(facet)]
        far = [facet for shape in shapes for facet in shape.facets]
        texts = [
            *(facet.get("description") for facet in own),
            place.written.comment,
            *(facet.get("description") for facet in far),
        ]
        text = next((str(text).strip() for text in texts if text and str(text).strip()), "")
        return shortened(text, MAX_DESCRIPTION)

    def _own_facets(self, place: _Place) -> tuple[Mapping[str, Any], ...]:
        return tuple(own_facets(place.shape)) if place.shape is not None else ()

    def _is_foreign(self, shape: Shape | None, default: Any) -> bool:
        """Whether only what the chart writes is listed below a value."""
        if shape is None or not self._is_named(shape):
            return False
        ours = all(self._definitions.get(id(each), "") in self._shared for each in shape.facets
                   if self._is_definition(each))  # fmt: skip
        return not (ours and isinstance(default, Mapping) and default)

    def _is_named(self, shape: Shape) -> bool:
        return any(self._is_definition(facet) for facet in shape.facets)

    def _is_definition(self, facet: Mapping[str, Any]) -> bool:
        return id(facet) in self._definitions

    @cached_property
    def _definitions(self) -> Mapping[int, str]:
        """Short names of definitions that are not unfolded, by the identity of their schemas."""
        return {
            id(schema): name.rpartition(".")[2]
            for _, name, schema in self._all_definitions()
            if name.startswith(KUBERNETES) or name in self._shared
        }

    @cached_property
    def _shared(self) -> frozenset[str]:
        """The names of the chart's own definitions that several values have in common."""
        uses = Counter(_references(self._schema.schema or {}))
        return frozenset(
            name
            for place, name, _ in self._all_definitions()
            if not name.startswith(KUBERNETES) and uses[f"#/{place}/{name}"] > 1
        )

    def _all_definitions(self) -> Iterator[tuple[str, str, Any]]:
        for place in ("definitions", "$defs"):
            definitions = (self._schema.schema or {}).get(place)
            if isinstance(definitions, Mapping):
                for name, schema in definitions.items():
                    yield place, name, schema

    @cached_property
    def _written(self) -> Written:
        return read_values_file(_decoded(self._chart.files.get("values.yaml")))

    def _of_subchart(self, name: str) -> Written:
        try:
            return read_values_file(_decoded(subchart_file(self._chart, name, "values.yaml")))
        except ChartError:
            return Written()


def _references(schema: Any) -> Iterator[str]:
    """Give every ``$ref`` of a schema, as often as it is there."""
    queue = [schema]
    for value in queue:
        if isinstance(value, Mapping):
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            queue.extend(value.values())
        elif isinstance(value, list):
            queue.extend(value)


def _joined(own: Written, below: Written) -> Written:
    """Return the keys of a parent chart's section, then those that only the subchart has."""
    fields = {name: _joined(each, below.fields.get(name, Written()))
              for name, each in own.fields.items()}  # fmt: skip
    rest = {name: each for name, each in below.fields.items() if name not in fields}
    return Written(own.comment or below.comment, fields | rest)


def _target(key: str | None, replacement: str) -> str:
    """Return the name of the target that a replacement is, empty where it is none, or several."""
    if not replacement or " " in replacement:
        return ""
    name = re.sub(r"\[[*\d]*\]", "[]", replacement)
    return name if key is None else f"{key}:{name}"


def _in_words(replacement: str) -> str:
    if not replacement:
        return "Deprecated."
    names = replacement.replace(" and/or ", "` and/or `")
    return f"Deprecated; use `{names}` instead."


def _decoded(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "replace").replace("\r\n", "\n")
