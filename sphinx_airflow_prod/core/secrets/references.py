"""Who consumes a Secret: every reference to one in rendered resources.

Where Kubernetes' own API has references is known exactly (``v1.PodSpec``,
``v1.ServiceAccount``, ``networking.k8s.io/v1.Ingress``).  Pod specs are found
wherever they stand: in workloads, in custom resources, and in ConfigMaps whose
text holds a manifest.  For the rest there are conventions, see ``conventions``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sphinx_airflow_prod.core.manifest_paths import Item, Path, Token, format_path, merge_key
from sphinx_airflow_prod.core.manifest_yaml import ManifestYamlError
from sphinx_airflow_prod.core.manifests import documents
from sphinx_airflow_prod.core.resource import Resource, read_resource
from sphinx_airflow_prod.core.secrets.secret import DOCKER_CONFIG, TLS_KEYS

Use = Literal["variable", "file", "pull", "tls", "account", "custom"]


@dataclass(frozen=True)
class Reference:
    """One place where a resource names a Secret.

    ``keys`` are the keys that it reads, ``None`` where it takes the Secret as a
    whole.  ``namespace`` is that of the resource, empty where it is the
    release's.  ``optional`` tells that Kubernetes goes on without the Secret.
    ``resource`` is the id (``Deployment/airflow-scheduler``) and ``path`` where
    in it the reference stands.  ``use`` tells what becomes of the value:
    ``variable`` of the environment, ``file`` of a volume, ``pull`` of images,
    ``tls`` certificate, token of a service ``account``, ``custom`` by convention.
    """

    secret: str
    namespace: str
    keys: tuple[str, ...] | None
    optional: bool
    resource: str
    path: Path
    use: Use

    @property
    def where(self) -> str:
        """The resource and the path in it, as authors write it: ``Kind/name#a.b.c``."""
        return f"{self.resource}#{format_path(self.path)}"


def consumers(resources: Iterable[Resource]) -> tuple[Reference, ...]:
    """Return every reference to a Secret in *resources*, in their order."""
    return tuple(reference for resource in resources for reference in _Walk(resource).references())


_NO_REFERENCES = frozenset(
    [
        "Secret",
        "Role",
        "ClusterRole",
        "RoleBinding",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "Namespace",
        "Service",
        "NetworkPolicy",
        "ResourceQuota",
        "LimitRange",
        "PriorityClass",
        "StorageClass",
        "Event",
        "SealedSecret",
        "ExternalSecret",
        "ClusterExternalSecret",
        "PushSecret",
        "Certificate",
    ]
)
"""Kinds with nothing that consumes a Secret; some of them make one."""

_EMBEDDED = re.compile(
    r"^kind:[ \t]*[\"']?(?:Pod|PodTemplate|Deployment|StatefulSet|DaemonSet|ReplicaSet|Job|CronJob)"
    r"[\"']?[ \t]*(?:#.*)?$",
    re.MULTILINE,
)
MAX_EMBEDDED = 256 * 1024
"""The longest text of a ConfigMap that is looked at for a manifest, in characters."""

_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")


class _Walk:
    """Finds the references of one resource; *data* stands at *prefix* of it."""

    def __init__(
        self, resource: Resource, prefix: Path = (), inner: Resource | None = None
    ) -> None:
        self.id = resource.id
        self.namespace = (inner.namespace if inner else "") or resource.namespace
        self.resource = inner or resource
        self.outer = resource
        self.prefix = prefix

    def references(self) -> Iterator[Reference]:
        kind, data = self.resource.kind, self.resource.data
        if kind == "ConfigMap":
            yield from self._embedded(data)
        elif kind == "ServiceAccount":
            yield from self._service_account(data)
        elif kind not in _NO_REFERENCES:
            yield from self._any(data, ())

    def _reference(
        self, secret: Any, keys: Iterable[Any] | None, path: Path, use: Use, **more: Any
    ) -> Iterator[Reference]:
        """Give a reference, if *secret* is a name at all."""
        if isinstance(secret, str) and secret:
            named = None if keys is None else tuple(key for key in keys if isinstance(key, str))
            namespace = more.get("namespace")
            yield Reference(
                secret,
                namespace if isinstance(namespace, str) and namespace else self.namespace,
                named,
                more.get("optional") is True,
                self.id,
                self.prefix + path,
                use,
            )

    def _embedded(self, data: Mapping[str, Any]) -> Iterator[Reference]:
        """Look into texts of a ConfigMap that are manifests, as Airflow's pod template."""
        for key, text in _mapping(data.get("data")).items():
            if not isinstance(text, str) or len(text) > MAX_EMBEDDED or not _EMBEDDED.search(text):
                continue
            for _, raw in documents(text):
                try:
                    inner = read_resource(self.resource.template, raw)
                except ManifestYamlError:
                    continue  # a template of another program, or no manifest at all
                if inner is not None and inner.kind != "ConfigMap":
                    path = (*self.prefix, "data", key)
                    yield from _Walk(self.outer, path, inner).references()

    def _service_account(self, data: Mapping[str, Any]) -> Iterator[Reference]:
        for path, item in _items(data, "imagePullSecrets"):
            yield from self._reference(item.get("name"), (DOCKER_CONFIG,), path, "pull")
        for path, item in _items(data, "secrets"):
            yield from self._reference(item.get("name"), None, path, "account", optional=True)

    def _any(self, value: Any, path: Path) -> Iterator[Reference]:
        """Walk over *value*: pod specs exactly, all else by convention."""
        if isinstance(value, Mapping):
            if _is_pod_spec(value):
                yield from self._pod(value, path)
                return
            for key, below in value.items():
                yield from self._convention(key, below, value, (*path, key))
        elif isinstance(value, list):
            for token, item in _tokens(value):
                yield from self._any(item, (*path, token))

    def _convention(
        self, key: str, value: Any, parent: Mapping[str, Any], path: Path
    ) -> Iterator[Reference]:
        if key == "tls" and self.resource.kind == "Ingress" and isinstance(value, list):
            for token, item in _tokens(value):
                name = _mapping(item).get("secretName")
                yield from self._reference(name, TLS_KEYS, (*path, token, "secretName"), "tls")
            return
        found = conventional(key, value, parent)
        for name, keys, way, use, more in found:
            yield from self._reference(name, keys, path + way, use, **more)
        if not found:
            yield from self._any(value, path)

    def _pod(self, spec: Mapping[str, Any], path: Path) -> Iterator[Reference]:
        """Give the references of a ``v1.PodSpec``."""
        for way, item in _items(spec, "imagePullSecrets"):
            yield from self._reference(item.get("name"), (DOCKER_CONFIG,), path + way, "pull")
        mounts: dict[str, list[Mapping[str, Any]]] = {}
        for field in _CONTAINERS:
            for way, container in _items(spec, field):
                yield from self._container(container, path + way)
                for _, mount in _items(container, "volumeMounts"):
                    mounts.setdefault(str(mount.get("name")), []).append(mount)
        for way, volume in _items(spec, "volumes"):
            used = mounts.get(str(volume.get("name")), [])
            yield from self._volume(volume, path + way, used)

    def _container(self, container: Mapping[str, Any], path: Path) -> Iterator[Reference]:
        for way, variable in _items(container, "env"):
            ref = _mapping(_mapping(variable.get("valueFrom")).get("secretKeyRef"))
            at = (*path, *way, "valueFrom", "secretKeyRef")
            optional = ref.get("optional")
            yield from self._reference(
                ref.get("name"), (ref.get("key"),), at, "variable", optional=optional
            )
        for way, source in _items(container, "envFrom"):
            ref = _mapping(source.get("secretRef"))
            at = (*path, *way, "secretRef")
            yield from self._reference(
                ref.get("name"), None, at, "variable", optional=ref.get("optional")
            )

    def _volume(
        self, volume: Mapping[str, Any], path: Path, mounts: list[Mapping[str, Any]]
    ) -> Iterator[Reference]:
        for field, value in volume.items():
            if field == "secret":
                secret = _mapping(value)
                keys = _file_keys(secret, mounts)
                at = (*path, "secret")
                yield from self._reference(
                    secret.get("secretName"), keys, at, "file", optional=secret.get("optional")
                )
            elif field == "projected":
                for way, source in _items(_mapping(value), "sources"):
                    secret = _mapping(source.get("secret"))
                    at = (*path, "projected", *way, "secret")
                    yield from self._reference(
                        secret.get("name"),
                        _item_keys(secret),
                        at,
                        "file",
                        optional=secret.get("optional"),
                    )
            else:
                yield from self._any(value, (*path, field))


Found = tuple[Any, tuple[Any, ...] | None, Path, Use, Mapping[str, Any]]


def conventional(key: str, value: Any, parent: Mapping[str, Any]) -> list[Found]:
    """Return what the field *key* of a resource names by convention: name, keys, way, use.

    - ``secretName: name``, ``…SecretName: name`` (``azureFile``, many operators);
    - ``secretRef``, ``secretKeyRef``, ``…SecretRef: {name, key}`` (``flexVolume``, ``csi``,
      cert-manager, External Secrets), keys where it gives one;
    - ``secret`` or ``…Secret: {name, key}`` (Prometheus operator: ``bearerTokenSecret``),
      and its ``basicAuth``;
    - ``…FromSecret: {name, key}`` or a name;
    - ``secretTargetRef: [{name, key}]`` (KEDA's TriggerAuthentication);
    - ``certificateRefs: [{kind: Secret, name}]`` (Gateway API).
    """
    if isinstance(value, str):
        if key == "secretName" or key.endswith(("SecretName", "FromSecret")):
            return [(value, _sibling_key(key, parent), (), "custom", {})]
        return []
    if isinstance(value, Mapping):
        named = isinstance(value.get("name"), str)
        keyed = isinstance(value.get("key"), str)
        is_ref = key in {"secretRef", "secretKeyRef"} or key.endswith(("SecretRef", "SecretKeyRef"))
        is_selector = key == "secret" or key.endswith(("Secret", "FromSecret"))
        if named and (is_ref or (is_selector and keyed)):
            keys = (value["key"],) if keyed else None
            return [(value["name"], keys, (), "custom", value)]
        if key == "basicAuth":
            return [
                (ref["name"], (ref["key"],), (part,), "custom", ref)
                for part in ("username", "password")
                if (ref := _mapping(value.get(part)))
                and isinstance(ref.get("name"), str)
                and isinstance(ref.get("key"), str)
            ]
    if isinstance(value, list) and key in {"secretTargetRef", "certificateRefs"}:
        refs = [(token, _mapping(item)) for token, item in _tokens(value)]
        if key == "secretTargetRef":
            return [(ref.get("name"), (ref.get("key"),), (way,), "custom", {}) for way, ref in refs]
        return [
            (ref.get("name"), TLS_KEYS, (way,), "tls", ref)
            for way, ref in refs
            if ref.get("kind", "Secret") == "Secret"
        ]
    return []


def _sibling_key(key: str, parent: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the key that ``secretKey`` beside ``secretName`` names."""
    sibling = parent.get(key.removesuffix("Name") + "Key")
    return (sibling,) if key.endswith("Name") and isinstance(sibling, str) else None


def _file_keys(
    secret: Mapping[str, Any], mounts: list[Mapping[str, Any]]
) -> tuple[str, ...] | None:
    """Return the keys that a volume needs: its items', else those mounted by ``subPath``.

    Items must be there whoever mounts them.  Without items a mount takes the
    whole, except one with ``subPath``, which takes the file of that name.
    """
    keys = _item_keys(secret)
    if keys is not None or not mounts:
        return keys
    paths = [mount.get("subPath") for mount in mounts]
    if not all(isinstance(path, str) and path for path in paths):
        return None
    return tuple(dict.fromkeys(str(path).split("/")[0] for path in paths))


def _item_keys(secret: Mapping[str, Any]) -> tuple[str, ...] | None:
    items = secret.get("items")
    if not isinstance(items, list) or not items:
        return None
    return tuple(str(item["key"]) for item in items if isinstance(item, Mapping) and "key" in item)


def _is_pod_spec(value: Mapping[str, Any]) -> bool:
    containers = value.get("containers")
    return (
        isinstance(containers, list)
        and bool(containers)
        and all(isinstance(item, Mapping) and "name" in item for item in containers)
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _items(value: Mapping[str, Any], field: str) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Give the mappings of the list under *field*, each with its path."""
    below = value.get(field)
    if isinstance(below, list):
        for token, item in _tokens(below):
            if isinstance(item, Mapping):
                yield (field, token), item


def _tokens(value: list[Any]) -> Iterator[tuple[Token, Any]]:
    """Give the items of a list with what names them in a path."""
    key = merge_key(value)
    for index, item in enumerate(value):
        yield (index if key is None else Item(key, item[key])), item
