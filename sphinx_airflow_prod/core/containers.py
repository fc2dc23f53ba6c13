"""Environment variables of containers, wherever pod specs stand in rendered resources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sphinx_airflow_prod.core.manifest_yaml import ManifestYamlError
from sphinx_airflow_prod.core.manifests import documents
from sphinx_airflow_prod.core.resource import Resource, read_resource

_LISTS = ("initContainers", "containers", "ephemeralContainers")
_MAX_EMBEDDED = 256 * 1024


@dataclass(frozen=True)
class Variable:
    """A variable of a container; ``value`` is None where it comes from elsewhere (``valueFrom``).

    ``where`` names the resource and the container: ``Deployment/x, container y``.
    """

    name: str
    value: str | None
    where: str


def variables(resources: Iterable[Resource], text: str) -> Iterator[Variable]:
    """Give the variables of all containers of *resources* whose manifests have *text* in them.

    Pod templates inside the texts of ConfigMaps count as well.  Looking for
    *text* first spares most manifests from being read.
    """
    for resource in resources:
        if text not in resource.raw:
            continue
        if resource.kind == "ConfigMap":
            yield from _embedded(resource, text)
        else:
            yield from _walk(resource.data, resource.id)


def _embedded(resource: Resource, text: str) -> Iterator[Variable]:
    data = resource.data.get("data")
    for key, inner in data.items() if isinstance(data, Mapping) else ():
        if not isinstance(inner, str) or text not in inner or "kind: Pod" not in inner:
            continue
        for _, raw in documents(inner[:_MAX_EMBEDDED]):
            try:
                pod = read_resource(resource.template, raw)
            except ManifestYamlError:
                continue  # a template of another program, or no manifest at all
            if pod is not None:
                yield from _walk(pod.data, f"{resource.id}, {key}")


def _walk(value: Any, where: str) -> Iterator[Variable]:
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, where)
        return
    if not isinstance(value, Mapping):
        return
    for key, below in value.items():
        if key in _LISTS and isinstance(below, list):
            for container in below:
                yield from _of_container(container, where)
        else:
            yield from _walk(below, where)


def _of_container(container: Any, where: str) -> Iterator[Variable]:
    env = container.get("env") if isinstance(container, Mapping) else None
    for item in env if isinstance(env, list) else ():
        if isinstance(item, Mapping) and isinstance(item.get("name"), str):
            value = item.get("value")
            text = value if isinstance(value, str) and "valueFrom" not in item else None
            yield Variable(item["name"], text, f"{where}, container {container.get('name')}")
