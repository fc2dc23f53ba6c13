"""One Kubernetes resource of a rendered chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from sphinx_airflow_prod.core.manifest_yaml import ManifestYamlError, compose, construct
from sphinx_airflow_prod.core.outline import Outline, outline

_HOOK = "helm.sh/hook"


@dataclass(frozen=True)
class Resource:
    """One Kubernetes resource of a rendered chart.

    ``template`` is the path of the template it came from; ``raw`` its text as
    Helm gave it, without the ``---``, banner comments and blank lines around
    it, with LF line ends, ending in one newline.  ``namespace`` and ``name``
    are those of its metadata, empty where it has none (``name`` is
    ``generateName`` where that is given instead).  ``hook`` holds the hook
    events of a Helm hook (``pre-install,pre-upgrade``), else nothing.

    Equal resources have equal text from the same template.
    """

    template: str
    raw: str
    api_version: str
    kind: str
    namespace: str
    name: str
    hook: str = ""

    @property
    def id(self) -> str:
        """``Kind/name``, as authors name it; the kind alone where there is no name."""
        return f"{self.kind}/{self.name}" if self.name else self.kind

    @property
    def key(self) -> tuple[str, str, str, str]:
        """API group, kind, namespace and name: what makes two resources the same.

        A resource without a name (a ``List``) is told apart by its template.
        """
        group, slash, _ = self.api_version.partition("/")
        return (group if slash else "", self.kind, self.namespace, self.name or self.template)

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """The resource as Kubernetes reads it: dict, list, str, int, float, bool, None.

        Shared by all who ask: not to be changed.
        """
        data: Mapping[str, Any] = construct(compose(self.raw))
        return data

    @cached_property
    def outline(self) -> Outline:
        """Where in ``raw`` each part of the resource stands."""
        return outline(self.raw)

    def __getstate__(self) -> dict[str, Any]:
        """Leave what can be computed again out of pickles."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def read_resource(template: str, raw: str) -> Resource | None:
    """Read the text of one document; ``None`` where it holds nothing (``null``).

    Raises :class:`ManifestYamlError` for what is no resource.
    """
    data = construct(compose(raw))
    if data is None:
        return None
    if not isinstance(data, dict):
        raise ManifestYamlError("not a mapping, so no Kubernetes resource", 1)
    kind, api_version = data.get("kind"), data.get("apiVersion")
    if not isinstance(kind, str) or not kind:
        raise ManifestYamlError("no kind, so no Kubernetes resource", 1)
    if not isinstance(api_version, str) or not api_version:
        raise ManifestYamlError(f"{kind} without apiVersion, so no Kubernetes resource", 1)
    metadata = data.get("metadata")
    if not isinstance(metadata, dict):
        metadata = {}
    annotations = metadata.get("annotations")
    hook = annotations.get(_HOOK) if isinstance(annotations, dict) else None
    resource = Resource(
        template,
        raw,
        api_version,
        kind,
        _text(metadata.get("namespace")),
        _text(metadata.get("name")) or _text(metadata.get("generateName")),
        _text(hook),
    )
    resource.__dict__["data"] = data  # what the cached property would compute again
    return resource


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value)
