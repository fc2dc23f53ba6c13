"""How authors name resources: ``Kind/name``, with ``*``, and a path after ``#``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from sphinx_airflow_prod.core.manifest_paths import Path, parse_path

if TYPE_CHECKING:  # a build that has nothing to do imports this module
    from sphinx_airflow_prod.core.resource import Resource


@dataclass(frozen=True)
class Selector:
    """Names resources by kind and name; ``*`` stands for any characters in either.

    ``path`` is what stands after ``#``, dotted, empty where there is none:
    ``spec.template.spec.containers.scheduler.image``.  Items of lists are named
    by their merge key or index; keys may hold dots (``data.airflow.cfg``).
    """

    kind: str
    name: str
    path: str = ""

    def matches(self, resource: Resource) -> bool:
        """Whether *resource* has this kind and name, and something at the path."""
        return (
            _glob(resource.kind, self.kind)
            and _glob(resource.name, self.name)
            and self.path_in(resource) is not None
        )

    def match(self, resources: Iterable[Resource]) -> tuple[Resource, ...]:
        """Return those of *resources* that match, in their order."""
        return tuple(resource for resource in resources if self.matches(resource))

    def path_in(self, resource: Resource) -> Path | None:
        """Return the path in *resource*, ``()`` where none is asked for.

        ``None`` where *resource* has nothing there.
        """
        return parse_path(self.path, resource.data)

    def __str__(self) -> str:
        path = f"#{self.path}" if self.path else ""
        return f"{self.kind}/{self.name}{path}"


_SELECTOR = re.compile(r"(?P<kind>[A-Za-z0-9*]+)/(?P<name>[^\s/#,]+)(?:#(?P<path>[^\s#,]+))?")


def parse_selectors(text: str) -> tuple[Selector, ...]:
    """Read selectors separated by commas or line breaks; none in an empty *text*.

    Raises ``ValueError`` with the selector that is wrong and what one looks like.
    """
    found = []
    for part in re.split(r"[,\n]", text):
        written = part.strip()
        if not written:
            continue
        match = _SELECTOR.fullmatch(written)
        if match is None or ".." in (path := match["path"] or "") or path.strip(".") != path:
            raise ValueError(
                f"'{written}' names no resource: write Kind/name, such as "
                "Deployment/airflow-scheduler, Service/* or "
                "Deployment/airflow-scheduler#spec.replicas"
            )
        found.append(Selector(match["kind"], match["name"], path))
    return tuple(found)


def nearest(selector: Selector, resources: Iterable[Resource], n: int = 5) -> tuple[Resource, ...]:
    """Return up to *n* of *resources* that the author of *selector* may have meant.

    The most alike by ``Kind/name`` come first, each id once; letter case does not count.
    """
    wanted = f"{selector.kind}/{selector.name}".lower()

    def likeness(identity: str) -> tuple[float, str]:
        return -SequenceMatcher(None, wanted, identity.lower()).ratio(), identity

    by_id = {resource.id: resource for resource in resources}
    return tuple(by_id[identity] for identity in sorted(by_id, key=likeness)[:n])


def _glob(text: str, pattern: str) -> bool:
    """Match with ``*`` alone: ``?`` and ``[`` are no wildcards."""
    return fnmatchcase(text, re.sub(r"([?\[])", r"[\1]", pattern))
