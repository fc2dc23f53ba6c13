"""One chart's schema together with its defaults: the keys it knows and what they may hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from sphinx_airflow_prod.core.schema.shape import Schema, Shape, types_of
from sphinx_airflow_prod.core.schema.validation import Validator, Violation
from sphinx_airflow_prod.core.values.layering import GLOBAL
from sphinx_airflow_prod.core.values.layout import Path

_MAX_INDEX_DEPTH = 8
_MISSING = object()


@dataclass(frozen=True)
class ValueInfo:
    """What is known of one value: for reference tables, cross-references and messages.

    ``types`` are JSON types (empty: any), ``enum`` the allowed values, None
    where there is no such list, ``default`` the chart's default, else the
    schema's; ``has_default`` tells a default of null from none.
    """

    path: Path
    types: tuple[str, ...]
    enum: tuple[Any, ...] | None
    default: Any
    has_default: bool
    description: str
    deprecated: bool


class ChartSchema:
    """A chart's values schema, read strictly, and its default values.

    *schema* is the parsed ``values.schema.json``, or its text; None where the
    chart has none: then nothing is a violation and no key unknown.  *defaults*
    are the chart's defaults with its subcharts' beneath their names; keys that
    stand there are known, whatever the schema names.  *subcharts* are the names
    and aliases of the chart's dependencies.
    """

    def __init__(
        self,
        schema: Schema | bool | str | bytes | None,
        defaults: Mapping[str, Any] | None = None,
        subcharts: Iterable[str] = (),
    ) -> None:
        self._problem: str | None = None
        self.schema = self._load(schema)
        self.defaults: Mapping[str, Any] = defaults or {}
        self.subcharts = frozenset(subcharts)

    def _load(self, schema: Schema | bool | str | bytes | None) -> Schema | None:
        if isinstance(schema, (str, bytes)):
            try:
                schema = json.loads(schema)
            except ValueError as error:
                self._problem = f"values.schema.json is no JSON: {error}"
                return None
        if schema is None or isinstance(schema, bool):
            return {"not": {}} if schema is False else None
        if not isinstance(schema, Mapping):
            self._problem = "values.schema.json holds no schema: its top level is no object"
            return None
        return schema

    @cached_property
    def _validator(self) -> Validator | None:
        if self.schema is None:
            return None
        return Validator(self.schema)

    @property
    def problem(self) -> str | None:
        """Why the schema cannot be used, in words for authors; None where it can, or is absent."""
        validator = self._validator
        return self._problem if validator is None else validator.problem

    @property
    def remote_references(self) -> tuple[str, ...]:
        """The ``$ref``s beyond the schema itself; they are never fetched and allow anything."""
        validator = self._validator
        return () if validator is None else validator.remote_references

    def check(self, values: Mapping[str, Any]) -> tuple[Violation, ...]:
        """Return what is wrong with *values*, which are merged with the defaults already."""
        validator = self._validator
        return () if validator is None else validator.check(values)

    @cached_property
    def root(self) -> Shape:
        """The shape of the values as a whole."""
        return Shape((self.schema,) if self.schema is not None else (), self._resolve)

    def shape(self, path: Path) -> Shape | None:
        """Return the shape of the value at *path*, None where the schema does not know it."""
        shape: Shape | None = self.root
        for step in path:
            if shape is None:
                break
            shape = shape.item(step) if isinstance(step, int) else shape.child(step)
        return shape

    def default(self, path: Path, missing: Any = None) -> Any:
        """Return the chart's default at *path*, *missing* where it has none.

        Lists have no defaults item by item: Helm replaces them whole.
        """
        value: Any = self.defaults
        for step in path:
            if not isinstance(value, Mapping) or step not in value:
                return missing
            value = value[step]
        return value

    def is_known(self, path: Path) -> bool:
        """Say whether the chart knows *path*, by its schema or its defaults."""
        return not path or not any(self.unknown_in(_nest(path)))

    def first_unknown(self, path: Path) -> Path | None:
        """Return the beginning of *path* up to the key that the chart does not know, if any."""
        return next(self.unknown_in(_nest(path)), None)

    def known_names(self, path: Path) -> tuple[str, ...]:
        """Return the keys known directly below *path*, the schema's first."""
        shape = self.shape(path)
        below = self.default(path)
        defaults = below if isinstance(below, Mapping) else {}
        return tuple(dict.fromkeys((*(shape.names if shape else ()), *defaults)))

    def unknown_in(self, values: Mapping[str, Any]) -> Iterator[Path]:
        """Give the topmost unknown keys of *values*; none where the chart has no schema."""
        if self.schema is not None:
            yield from self._unknown(self.root, values, self.defaults, ())

    def _unknown(self, shape: Shape, value: Any, default: Any, path: Path) -> Iterator[Path]:
        if isinstance(value, Mapping):
            for key, below in value.items():
                child = shape.child(key)
                known = default.get(key, _MISSING) if isinstance(default, Mapping) else _MISSING
                if child is not None:
                    yield from self._unknown(child, below, known, (*path, key))
                elif known is _MISSING and not self._is_chart_name(path, key):
                    yield (*path, key)
        elif isinstance(value, list):
            for index, below in enumerate(value):
                yield from self._unknown(shape.item(index), below, None, (*path, index))

    def _is_chart_name(self, path: Path, key: str) -> bool:
        return key == GLOBAL or (not path and key in self.subcharts)

    @cached_property
    def _places(self) -> dict[str, list[Path]]:
        """Every key that the schema names -> the paths of the mappings that have it."""
        places: dict[str, list[Path]] = {}
        queue: list[tuple[Path, Shape, frozenset[tuple[int, ...]]]] = [((), self.root, frozenset())]
        for path, shape, above in queue:
            identity = shape.identity
            if not identity or identity in above or len(path) > _MAX_INDEX_DEPTH:
                continue
            below = above | {identity}
            for name in shape.names:
                places.setdefault(name, []).append(path)
                child = shape.child(name)
                if child is not None:
                    queue.append(((*path, name), child, below))
            if any("items" in facet for facet in shape.facets):
                queue.append(((*path, 0), shape.item(0), below))
        return places

    def places(self, name: str) -> tuple[Path, ...]:
        """Return the paths of all mappings for which the schema names the key *name*.

        Items of a list stand under the index 0.
        """
        return tuple(self._places.get(name, ()))

    def describe(self, path: Path) -> ValueInfo:
        """Return what is known of the value at *path*; an unknown path has no types."""
        shape = self.shape(path)
        facets = shape.facets if shape else ()
        enum = next((tuple(f["enum"]) for f in facets if isinstance(f.get("enum"), list)), None)
        default = self.default(path, _MISSING)
        if default is _MISSING:
            default = next((f["default"] for f in facets if "default" in f), _MISSING)
        text = next((str(f["description"]) for f in facets if f.get("description")), "")
        types = tuple(dict.fromkeys(name for facet in facets for name in types_of(facet)))
        return ValueInfo(
            path=path,
            types=types,
            enum=enum,
            default=None if default is _MISSING else default,
            has_default=default is not _MISSING,
            description=text,
            deprecated=any(facet.get("deprecated") is True for facet in facets),
        )

    def _resolve(self, schema: Schema) -> Schema | bool:
        """Follow local ``$ref``s; what cannot be followed allows anything."""
        merged: list[Schema] = []
        seen: set[int] = set()
        while isinstance(reference := schema.get("$ref"), str) and id(schema) not in seen:
            seen.add(id(schema))
            if not self._ref_stands_alone:
                merged.append(schema)
            target = self._target(reference)
            if not isinstance(target, Mapping):
                return {} if target is None else bool(target)
            schema = target
        return schema if not merged else self._beside(merged, schema)

    def _beside(self, referring: list[Schema], target: Schema) -> Schema:
        """Return one schema for a target and the siblings of the ``$ref``s that led to it."""
        key = (*(id(schema) for schema in referring), id(target))
        if key not in self._joined:
            siblings = [{k: v for k, v in s.items() if k != "$ref"} for s in referring]
            together = [*(sibling for sibling in siblings if sibling), target]
            self._joined[key] = {"allOf": together} if len(together) > 1 else target
        return self._joined[key]

    @cached_property
    def _joined(self) -> dict[tuple[int, ...], Schema]:
        return {}

    @cached_property
    def _ref_stands_alone(self) -> bool:
        """Whether the draft ignores the siblings of ``$ref``, as all up to draft-07 do."""
        draft = str((self.schema or {}).get("$schema", ""))
        return any(f"draft-0{number}" in draft for number in (3, 4, 6, 7))

    @cached_property
    def _anchors(self) -> dict[str, Schema]:
        """Schemas by the names under which a ``$ref`` may refer to them."""
        found: dict[str, Schema] = {}
        queue: list[Any] = [self.schema]
        for value in queue:
            if isinstance(value, Mapping):
                for keyword in ("$id", "id", "$anchor"):
                    name = value.get(keyword)
                    if isinstance(name, str):
                        found.setdefault(f"#{name}" if keyword == "$anchor" else name, value)
                queue.extend(value.values())
            elif isinstance(value, list):
                queue.extend(value)
        return found

    def _target(self, reference: str) -> Schema | bool | None:
        base, _, fragment = reference.partition("#")
        start: Any = self._anchors.get(base) if base else self.schema
        if start is None:
            return None
        if fragment and not fragment.startswith("/"):
            return self._anchors.get(f"#{fragment}")
        for part in fragment.split("/")[1:]:
            token = unquote(part).replace("~1", "/").replace("~0", "~")
            if isinstance(start, Mapping):
                start = start.get(token)
            elif isinstance(start, list) and token.isdigit() and int(token) < len(start):
                start = start[int(token)]
            else:
                return None
        return start if isinstance(start, (Mapping, bool)) else None


def _nest(path: Path) -> Mapping[str, Any]:
    """Return the smallest values that have something at *path*."""
    value: Any = None
    for step in reversed(path):
        value = [value] if isinstance(step, int) else {step: value}
    return value if isinstance(value, Mapping) else {}
