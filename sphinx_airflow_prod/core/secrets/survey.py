"""What rendered resources need of Secrets, and which Secrets they bring themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sphinx_airflow_prod.core.resource import Resource
from sphinx_airflow_prod.core.secrets.references import Reference, consumers


@dataclass(frozen=True)
class Survey:
    """The references to Secrets of one render, and the Secrets that it makes.

    ``provided`` maps the name of each Secret that the resources make, or that a
    controller makes for them, to its keys, ``None`` where they are not known.
    ``namespace`` is the release's.
    """

    references: tuple[Reference, ...]
    provided: Mapping[str, frozenset[str] | None]
    namespace: str = ""

    @cached_property
    def by_name(self) -> Mapping[str, tuple[Reference, ...]]:
        """The references to each Secret, by its name."""
        found: dict[str, list[Reference]] = {}
        for reference in self.references:
            found.setdefault(reference.secret, []).append(reference)
        return {name: tuple(references) for name, references in found.items()}


def survey(resources: Iterable[Resource], namespace: str = "") -> Survey:
    """Look through *resources*, those of a whole render into *namespace*."""
    listed = tuple(resources)
    provided = {name: keys for resource in listed for name, keys in _provided(resource)}
    return Survey(consumers(listed), provided, namespace)


def _provided(resource: Resource) -> Iterable[tuple[str, frozenset[str] | None]]:
    """Return the Secrets that *resource* is, or that its controller makes of it.

    Bitnami's SealedSecret makes one of its own name, an ExternalSecret that of
    its ``target``, cert-manager's Certificate its ``secretName``, and an Ingress
    with an annotation of cert-manager those of its ``tls``.
    """
    spec = _mapping(resource.data.get("spec"))
    if resource.kind == "Secret":
        keys = {*_mapping(resource.data.get("data")), *_mapping(resource.data.get("stringData"))}
        return [(resource.name, frozenset(keys))]
    if resource.kind == "SealedSecret":
        return [(resource.name, frozenset(_mapping(spec.get("encryptedData"))))]
    if resource.kind == "ExternalSecret":
        return [(_text(_mapping(spec.get("target")).get("name")) or resource.name, None)]
    if resource.kind == "Certificate":
        return [(_text(spec.get("secretName")), None)]
    if resource.kind in {"Ingress", "Gateway"} and _has_issuer(resource):
        return [(reference.secret, None) for reference in consumers([resource])]
    return []


def _has_issuer(resource: Resource) -> bool:
    annotations = _mapping(_mapping(resource.data.get("metadata")).get("annotations"))
    return any(key.startswith("cert-manager.io/") for key in annotations) or (
        str(annotations.get("kubernetes.io/tls-acme")) == "true"
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
