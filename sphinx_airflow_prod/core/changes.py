"""What an example changes in the resources that a chart renders by default."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Literal

from sphinx_airflow_prod.core.alignment import Line, align
from sphinx_airflow_prod.core.manifest_paths import Path
from sphinx_airflow_prod.core.resource import Resource
from sphinx_airflow_prod.core.structure import MISSING, PathChange, differences, is_checksum

__all__ = ["MISSING", "Changes", "PathChange", "ResourceChange", "compare", "is_checksum"]

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job")
"""Kinds that run something: what an example does shows best there, so they come first."""


@dataclass(frozen=True)
class ResourceChange:
    """A resource that an example adds, takes away or changes.

    ``before`` is the resource of the baseline, ``after`` that of the example;
    one of them is ``None`` where the resource appears or vanishes.  ``paths``
    are the places that differ between the two, in the order of the manifest.
    """

    before: Resource | None
    after: Resource | None
    paths: tuple[PathChange, ...] = ()

    @property
    def kind(self) -> Literal["added", "removed", "changed"]:
        """What happened to the resource."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def resource(self) -> Resource:
        """The resource to show: as the example has it, or as it was where it vanishes."""
        resource = self.after or self.before
        if resource is None:
            raise ValueError("a change of no resource at all")
        return resource

    @property
    def id(self) -> str:
        """``Kind/name`` of the resource."""
        return self.resource.id

    @property
    def removals(self) -> tuple[Path, ...]:
        """The places that were taken away: what no text of the new resource can show."""
        return tuple(change.path for change in self.paths if change.kind == "removed")

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """All lines of the new text, new ones marked, with those that are gone in between.

        Empty unless the resource is there before and after.
        """
        if self.before is None or self.after is None:
            return ()
        return align(self.before.outline, self.after.outline, self.paths)

    def __getstate__(self) -> dict[str, Any]:
        """Leave what can be computed again out of pickles."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True)
class Changes:
    """What an example changes, each kind of change in the order of :func:`compare`."""

    added: tuple[ResourceChange, ...] = ()
    removed: tuple[ResourceChange, ...] = ()
    changed: tuple[ResourceChange, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the example changes nothing."""
        return not (self.added or self.removed or self.changed)

    def __iter__(self) -> Iterator[ResourceChange]:
        """Give every change: changed resources first, then those added, then removed."""
        yield from self.changed
        yield from self.added
        yield from self.removed

    def __len__(self) -> int:
        return len(self.added) + len(self.removed) + len(self.changed)

    def of(self, resource: Resource) -> ResourceChange | None:
        """Return the change that *resource* takes part in, if any."""
        for change in self:
            if resource in (change.before, change.after):
                return change
        return None


def compare(baseline: Sequence[Resource], rendered: Sequence[Resource]) -> Changes:
    """Return what differs between the resources of two renders of one chart.

    Resources are the same when API group, kind, namespace and name are; another
    API *version* is a change.  One that differs in nothing but formatting,
    comments, the order of keys or checksum annotations has not changed.  Order:
    :data:`WORKLOADS` first, then alphabetically by ``Kind/name``.
    """
    before, after = _by_key(baseline), _by_key(rendered)
    changed = []
    for key, new in after.items():
        old = before.get(key)
        if old is None or old is new or old.raw == new.raw:
            continue
        if paths := differences(old.data, new.data):
            changed.append(ResourceChange(old, new, paths))
    return Changes(
        _ordered(ResourceChange(None, new) for key, new in after.items() if key not in before),
        _ordered(ResourceChange(old, None) for key, old in before.items() if key not in after),
        _ordered(changed),
    )


def _by_key(resources: Sequence[Resource]) -> dict[tuple[object, ...], Resource]:
    """Index resources by what identifies them; repeated ones by their order, too."""
    seen: Counter[tuple[object, ...]] = Counter()
    found: dict[tuple[object, ...], Resource] = {}
    for resource in resources:
        found[*resource.key, seen[resource.key]] = resource
        seen[resource.key] += 1
    return found


def _ordered(changes: Any) -> tuple[ResourceChange, ...]:
    return tuple(sorted(changes, key=_rank))


def _rank(change: ResourceChange) -> tuple[int, str, tuple[str, ...]]:
    resource = change.resource
    kinds = WORKLOADS
    rank = kinds.index(resource.kind) if resource.kind in kinds else len(kinds)
    return rank, resource.id, resource.key
