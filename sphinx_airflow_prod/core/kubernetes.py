"""Resources against Kubernetes' own schemas, as its API server would take them.

The schemas are those of Kubernetes' OpenAPI documents, carried for each minor
version by the optional package ``kubernetes-validate`` (extra ``[kubernetes]``).
Only its data are used: compiled with ``jsonschema_rs`` a resource takes less
than a millisecond, with the package's own validator fifty.

The *strict* schemas are taken, which know of each object all its fields: a
field that Kubernetes does not know is refused by ``kubectl`` (field validation
is strict since 1.27) and dropped without a word by Helm, so either way a
manifest with one does not do what it says.
"""

from __future__ import annotations

import importlib.util
import json
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx_airflow_prod.core.manifest_paths import Item, format_path, merge_key
from sphinx_airflow_prod.core.manifest_paths import Path as ManifestPath
from sphinx_airflow_prod.core.resource import Resource
from sphinx_airflow_prod.core.schema import words

if TYPE_CHECKING:
    import jsonschema_rs

WAY_OUT = 'pip install "sphinx-airflow-prod[kubernetes]"'


class KubernetesUnavailable(Exception):  # noqa: N818
    """There are no Kubernetes schemas to validate with; the message says how to get them."""


@dataclass(frozen=True)
class KubernetesProblem:
    """Something that Kubernetes refuses, or drops: in which resource, where, and why in words.

    ``path`` is that of the offending field, of a missing one its parent's.
    """

    resource: str
    path: ManifestPath
    message: str

    def __str__(self) -> str:
        """``Deployment/web#spec.replicas: expected integer, got string "two"``."""
        path = f"#{format_path(self.path)}" if self.path else ""
        return f"{self.resource}{path}: {self.message}"


@dataclass(frozen=True)
class Report:
    """What validating resources found.

    ``version`` is the Kubernetes version whose schemas were used; ``checked``
    counts the resources held against one, ``skipped`` those without (custom
    resources) by ``apiVersion Kind``.
    """

    version: str
    problems: tuple[KubernetesProblem, ...] = ()
    checked: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)


def validate(resources: Iterable[Resource], kube_version: str | None = None) -> Report:
    """Validate *resources* against the schemas of *kube_version* (the newest for ``None``).

    ``List`` resources are entered.  Raises :class:`KubernetesUnavailable`
    where the schemas are not installed, and ``ValueError`` for what is no version.
    """
    schemas = open_schemas(kube_version)
    problems: list[KubernetesProblem] = []
    skipped: Counter[str] = Counter()
    checked = 0
    for resource in resources:
        for data, prefix in _entered(resource.data, ()):
            found = schemas.check(data)
            if found is None:
                skipped[f"{data.get('apiVersion')} {data.get('kind')}"] += 1
                continue
            checked += 1
            problems += [
                KubernetesProblem(resource.id, prefix + path, message) for path, message in found
            ]
    return Report(schemas.version, tuple(problems), checked, dict(sorted(skipped.items())))


def available_versions() -> tuple[str, ...]:
    """Return the minor versions (``1.30``) that there are schemas of, oldest first.

    Empty where the schemas are not installed.
    """
    return tuple(f"1.{minor}" for minor in sorted(_minors()))


def open_schemas(kube_version: str | None = None) -> Schemas:
    """Return the schemas of *kube_version*, such as ``1.30.0`` or ``v1.30``; kept once read.

    Of a minor version that there are none of, the nearest is taken; ``None``
    takes the newest.  Raises :class:`KubernetesUnavailable` and ``ValueError``.
    """
    minors = _minors()
    if not minors:
        raise KubernetesUnavailable(
            "manifests were not held against Kubernetes' schemas, which are not installed: "
            f"install them with\n    {WAY_OUT}"
        )
    wanted = max(minors) if kube_version is None else _minor(kube_version)
    nearest = min(minors, key=lambda minor: (abs(minor - wanted), minor))
    return _read(str(minors[nearest]), f"1.{nearest}", exact=nearest == wanted)


def _minor(version: str) -> int:
    match = re.match(r"v?1\.(\d{1,3})(?!\d)", version)
    if match is None:
        raise ValueError(f"{version!r} is no Kubernetes version; write one such as 1.30.0")
    return int(match[1])


def _minors() -> dict[int, Path]:
    """Return the file of definitions of each minor version, from the package's data."""
    spec = importlib.util.find_spec("kubernetes_validate")
    if spec is None or not spec.submodule_search_locations:
        return {}
    found: dict[int, Path] = {}
    for place in spec.submodule_search_locations:
        for path in Path(place, "kubernetes-json-schema").glob("v1.*-strict/_definitions.json"):
            if match := re.match(r"v1\.(\d+)\.", path.parent.name):
                found[int(match[1])] = path
    return found


@lru_cache(maxsize=4)
def _read(path: str, version: str, *, exact: bool) -> Schemas:
    text = Path(path).read_text("utf-8")
    document = json.loads(text, object_hook=_without_description)
    return Schemas(document["$defs"], version, exact)


def _without_description(value: dict[str, Any]) -> dict[str, Any]:
    """Drop the prose of a schema: half of its size."""
    if isinstance(value.get("description"), str):
        del value["description"]
    return value


Found = list[tuple[ManifestPath, str]]


class Schemas:
    """The schemas of one Kubernetes version, each compiled at its first use.

    ``exact`` tells that it is the version asked for, not the nearest.
    """

    def __init__(self, definitions: Mapping[str, Any], version: str, exact: bool = True) -> None:
        self.version = version
        self.exact = exact
        self._definitions = definitions
        self._kinds: dict[tuple[str, str, str], str] = {}
        for name, schema in definitions.items():
            for kind in schema.get("x-kubernetes-group-version-kind", ()):
                self._kinds[kind["group"], kind["version"], kind["kind"]] = name
        self._groups = {group for group, _, _ in self._kinds}
        self._compiled: dict[str, jsonschema_rs.Validator] = {}

    def check(self, data: Mapping[str, Any]) -> Found | None:
        """Return what is wrong with one resource: paths and messages, none if all is well.

        ``None`` where there is no schema for its kind: a custom resource.  An
        API version that Kubernetes has no longer, or not yet, is a problem.
        """
        api_version, kind = str(data.get("apiVersion")), str(data.get("kind"))
        head, slash, tail = api_version.partition("/")
        group, version = (head, tail) if slash else ("", head)
        name = self._kinds.get((group, version, kind))
        if name is None:
            return self._unknown(group, api_version, kind)
        return [*self._violations(name, data), *_base64(kind, data)]

    def _unknown(self, group: str, api_version: str, kind: str) -> Found | None:
        """Return what is wrong with a kind that has no schema, in a group of Kubernetes' own."""
        if group not in self._groups or not self.exact:
            return None
        others = sorted(
            f"{g}/{version}" if g else version for g, version, k in self._kinds if k == kind
        )
        if others:
            message = f"Kubernetes {self.version} has no {kind} in {api_version}"
            return [(("apiVersion",), f"{message}; write {words.listed(others, 'or')}")]
        kinds = [k for g, _, k in self._kinds if g == group]
        near = words.nearest(kind, kinds)
        hint = f" (did you mean '{near}'?)" if near else ""
        return [(("kind",), f"Kubernetes {self.version} has no {kind} in {api_version}{hint}")]

    def _violations(self, name: str, data: Mapping[str, Any]) -> Iterator[tuple[ManifestPath, str]]:
        # Go's decoder takes a field with null for one that is not there.
        present = _without_nulls(data)
        for error in self._validator(name).iter_errors(present):
            path = _named(tuple(error.instance_path), present)
            facts = error.kind.as_dict()
            match type(error.kind).__name__:
                case "Type":
                    types = [kind for kind in facts["types"] if kind != "null"]
                    yield path, _wrong_type(types, error.instance)
                case "Required":
                    yield path, f"the field '{facts['property']}' is required"
                case "AdditionalProperties":
                    known = self._fields(name, tuple(error.instance_path))
                    for key in sorted(facts["unexpected"]):
                        yield (*path, key), _unknown_field(key, known)
                case "OneOfNotValid" | "OneOfMultipleValid" | "AnyOf":
                    types = self._alternatives(name, tuple(error.instance_path))
                    yield path, _wrong_type(types, error.instance)
                case "Enum":
                    yield path, words.not_one_of(error.instance, facts["options"])
                case _:
                    yield path, error.message

    def _validator(self, name: str) -> jsonschema_rs.Validator:
        if name not in self._compiled:
            import jsonschema_rs

            # Only what the kind needs: to compile all definitions takes ten times as long.
            schema = {"$ref": f"#/$defs/{name}", "$defs": self._closure(name)}
            self._compiled[name] = jsonschema_rs.Draft202012Validator(schema)
        return self._compiled[name]

    def _closure(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        queue = [name]
        while queue:
            current = queue.pop()
            if current not in found and current in self._definitions:
                found[current] = self._definitions[current]
                queue += _references(found[current])
        return found

    def _at(self, name: str, path: tuple[str | int, ...]) -> Mapping[str, Any]:
        """Return the schema of the place *path* in a resource."""
        schema: Mapping[str, Any] = self._definitions[name]
        for step in path:
            schema = self._resolved(schema)
            if isinstance(step, int):
                schema = schema.get("items", {})
            else:
                more = schema.get("additionalProperties")
                default = more if isinstance(more, Mapping) else {}
                schema = schema.get("properties", {}).get(step, default)
        return self._resolved(schema)

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while isinstance(reference := schema.get("$ref"), str):
            schema = self._definitions[reference.rpartition("/")[2]]
        return schema

    def _fields(self, name: str, path: tuple[str | int, ...]) -> list[str]:
        return list(self._at(name, path).get("properties", ()))

    def _alternatives(self, name: str, path: tuple[str | int, ...]) -> list[str]:
        """Return the types that a quantity, or an int-or-string, can have."""
        found: list[str] = []
        for branch in self._at(name, path).get("oneOf", ()):
            types = branch.get("type", ())
            found += [types] if isinstance(types, str) else types
        return [kind for kind in dict.fromkeys(found) if kind != "null"]


def _references(schema: Any) -> Iterator[str]:
    """Give the names of the definitions that *schema* refers to."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str):
                yield value.rpartition("/")[2]
            else:
                yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)


def _entered(
    data: Mapping[str, Any], prefix: ManifestPath
) -> Iterator[tuple[Mapping[str, Any], ManifestPath]]:
    """Give *data*, or the resources of a ``List``, each with its path."""
    items = data.get("items")
    if data.get("kind") != "List" or data.get("apiVersion") != "v1" or not isinstance(items, list):
        yield data, prefix
        return
    for index, item in enumerate(items):
        if isinstance(item, Mapping):
            yield from _entered(item, (*prefix, "items", index))


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nulls(below) for key, below in value.items() if below is not None}
    if isinstance(value, list):
        return [_without_nulls(below) for below in value]
    return value


def _named(path: tuple[str | int, ...], data: Any) -> ManifestPath:
    """Return *path* with the items of lists named by their merge key, where they have one."""
    found: list[str | int | Item] = []
    for step in path:
        if isinstance(step, int) and (key := merge_key(data)) is not None:
            found.append(Item(key, data[step][key]))
        else:
            found.append(step)
        data = data[step]
    return tuple(found)


def _wrong_type(types: list[str], value: Any) -> str:
    message = words.wrong_type(types, value)
    if types == ["string"] and isinstance(value, bool | int | float):
        written = json.dumps(value)
        return f"{message}; quote it: {json.dumps(written)}"
    return message


def _unknown_field(key: str, known: list[str]) -> str:
    near = words.nearest(key, known)
    hint = f"did you mean '{near}'?" if near else f"it has {words.listed(sorted(known), 'and')}"
    if not near and len(known) > _MAX_FIELDS:
        hint = "Helm would drop it without a word"
    return f"Kubernetes knows no field '{key}' here; {hint}"


_MAX_FIELDS = 8


def _base64(kind: str, data: Mapping[str, Any]) -> Iterator[tuple[ManifestPath, str]]:
    """Give the values of a Secret's or ConfigMap's fields for bytes that are no base64."""
    name = {"Secret": "data", "ConfigMap": "binaryData"}.get(kind)
    values = data.get(name) if name else None
    if name is None or not isinstance(values, Mapping):
        return
    for key, value in values.items():
        if isinstance(value, str):
            try:
                # Go's decoder passes over line breaks.
                b64decode(value.replace("\n", "").replace("\r", ""), validate=True)
            except (Base64Error, ValueError):
                remedy = (
                    "encode it, or put it under stringData" if kind == "Secret" else "encode it"
                )
                yield (name, key), f"this is not base64; {remedy}"
