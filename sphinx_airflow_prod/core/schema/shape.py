"""What a JSON schema says about one place of the values: its shape.

The reading is *strict*: where JSON Schema lets any further key through by
default, a shape that names keys knows only these.  The rules: local ``$ref``
is resolved (up to draft-07 its siblings do not count); the branches of
``allOf``, ``anyOf``, ``oneOf``, ``if``/``then``/``else`` and
``dependentSchemas`` are united; ``patternProperties`` and an explicit
``additionalProperties`` count; an object that names no keys is open.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

Schema = Mapping[str, Any]
Resolve = Callable[[Schema], Schema | bool]
"""Gives what a schema with ``$ref`` refers to; other schemas as they are."""

_BRANCHES = ("anyOf", "oneOf")
_CONDITIONALS = ("if", "then", "else")
_REST = ("additionalProperties", "unevaluatedProperties")


class Shape:
    """All schemas that speak about one place; none of them means that anything goes."""

    def __init__(self, schemas: tuple[Schema, ...], resolve: Resolve) -> None:
        self._resolve = resolve
        self.schemas = schemas
        self._children: dict[str, Shape | None] = {}
        self._items: dict[int, Shape] = {}
        self.facets: tuple[Schema, ...] = tuple(self._expand(schemas))
        """The schemas with references resolved and all their branches beside them."""

    @property
    def identity(self) -> tuple[int, ...]:
        """Equal for shapes made of the very same schemas."""
        return tuple(id(facet) for facet in self.facets)

    @property
    def names(self) -> tuple[str, ...]:
        """The keys that are named here, in the schema's order."""
        return tuple(dict.fromkeys(name for facet in self.facets for name in _properties(facet)))

    @property
    def open(self) -> bool:
        """Whether keys that nothing names are welcome."""
        return any(facet.get(rest) is True for facet in self.facets for rest in _REST) or (
            self._is_open(self.schemas, frozenset())
        )

    def child(self, key: str) -> Shape | None:
        """Return the shape of the value of *key*, None where the key is unknown."""
        if key not in self._children:
            found = [schema for facet in self.facets for schema in _below(facet, key)]
            if found:
                self._children[key] = Shape(tuple(_mappings(found)), self._resolve)
            else:
                self._children[key] = Shape((), self._resolve) if self.open else None
        return self._children[key]

    def free(self) -> Shape | None:
        """Return the shape of the values of keys that nobody names, ``None`` where any goes."""
        found = [schema for facet in self.facets for schema in _free(facet)]
        return Shape(tuple(_mappings(found)), self._resolve) if any(found) else None

    def item(self, index: int) -> Shape:
        """Return the shape of the list item at *index*."""
        if index not in self._items:
            found = [schema for facet in self.facets for schema in _item(facet, index)]
            self._items[index] = Shape(tuple(_mappings(found)), self._resolve)
        return self._items[index]

    def alternatives(self) -> Iterator[tuple[str, list[Schema]]]:
        """Give the name and resolved branches of each ``anyOf`` and ``oneOf`` here."""
        for facet in self.facets:
            for name in _BRANCHES:
                if isinstance(facet.get(name), list):
                    yield name, list(_mappings(facet[name]))

    def resolved(self, schema: Schema) -> Schema:
        """Return what *schema* refers to, ``{}`` where anything goes."""
        target = self._resolve(schema)
        return target if isinstance(target, Mapping) else {}

    def _expand(self, schemas: tuple[Schema, ...]) -> Iterator[Schema]:
        seen: set[int] = set()
        queue = list(schemas)
        while queue:
            schema = self.resolved(queue.pop(0))
            if id(schema) in seen:
                continue
            seen.add(id(schema))
            yield schema
            queue.extend(_together(schema))
            queue.extend(_branches(schema))

    def _is_open(self, schemas: tuple[Schema, ...], above: frozenset[int]) -> bool:
        """Say whether *schemas*, taken together, name no keys in some branch."""
        conjunction: list[Schema] = []
        queue = list(schemas)
        seen = set(above)
        while queue:
            schema = self.resolved(queue.pop())
            if id(schema) not in seen:
                seen.add(id(schema))
                conjunction.append(schema)
                queue.extend(_together(schema))
        if any(_names_keys(schema) for schema in conjunction):
            return False
        branches = [branch for schema in conjunction for branch in _branches(schema)]
        if not branches:
            return True
        return any(
            _admits_mapping(self.resolved(branch)) and self._is_open((branch,), frozenset(seen))
            for branch in branches
        )


def types_of(schema: Schema) -> tuple[str, ...]:
    """Return the JSON types that *schema* itself names; empty where it names none."""
    types = schema.get("type")
    if isinstance(types, str):
        return (types,)
    return tuple(str(name) for name in types) if isinstance(types, list) else ()


def _properties(schema: Schema) -> Mapping[str, Any]:
    properties = schema.get("properties")
    return properties if isinstance(properties, Mapping) else {}


def _patterns(schema: Schema) -> Mapping[str, Any]:
    patterns = schema.get("patternProperties")
    return patterns if isinstance(patterns, Mapping) else {}


def _names_keys(schema: Schema) -> bool:
    return bool(_properties(schema) or _patterns(schema)) or any(
        schema.get(rest) is False for rest in _REST
    )


def _admits_mapping(schema: Schema) -> bool:
    types = types_of(schema)
    return not types or "object" in types


def _together(schema: Schema) -> Iterator[Schema]:
    """Give the schemas that hold whenever *schema* does."""
    if isinstance(schema.get("allOf"), list):
        yield from _mappings(schema["allOf"])


def _branches(schema: Schema) -> Iterator[Schema]:
    """Give the schemas of which some hold, depending on the value."""
    for name in _BRANCHES:
        if isinstance(schema.get(name), list):
            yield from _mappings(schema[name])
    yield from _mappings(schema[name] for name in _CONDITIONALS if name in schema)
    for name in ("dependentSchemas", "dependencies"):
        if isinstance(schema.get(name), Mapping):
            yield from _mappings(schema[name].values())


def _below(schema: Schema, key: str) -> Iterator[Any]:
    """Give the schemas that *schema* itself has for the value of *key*."""
    named = False
    if key in _properties(schema):
        named = True
        yield schema["properties"][key]
    for pattern, below in _patterns(schema).items():
        if _matches(pattern, key):
            named = True
            yield below
    if not named:
        yield from (schema[rest] for rest in _REST if isinstance(schema.get(rest), Mapping))


def _free(schema: Schema) -> Iterator[Any]:
    """Give the schemas that *schema* itself has for the values of keys that it does not name."""
    yield from (schema[rest] for rest in _REST if isinstance(schema.get(rest), Mapping))
    yield from _patterns(schema).values()


def _item(schema: Schema, index: int) -> Iterator[Any]:
    items, prefix = schema.get("items"), schema.get("prefixItems")
    if isinstance(items, list):
        prefix, items = items, schema.get("additionalItems")
    if isinstance(prefix, list) and index < len(prefix):
        yield prefix[index]
    else:
        yield items


def _mappings(schemas: Any) -> Iterator[Schema]:
    """Leave out boolean schemas: ``true`` says nothing, ``false`` names nothing."""
    return (schema for schema in schemas if isinstance(schema, Mapping))


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _matches(pattern: str, key: str) -> bool:
    """Search *key* for a pattern; one that Python cannot read is taken to match."""
    compiled = _compiled(pattern)
    return compiled is None or compiled.search(key) is not None
