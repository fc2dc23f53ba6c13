"""``index.yaml`` of a chart repository: which versions of a chart there are, and where.

The format is that of Helm's ``pkg/repo/v1/index.go``: ``apiVersion``, and under
``entries`` for each chart a list of versions with ``urls`` and ``digest``.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sphinx_airflow_prod.core.chart import ChartError
from sphinx_airflow_prod.core.chartsource import ChartSource

_SEMVER = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+.*)?")
_MOST_NAMED = 5
_DEEPEST = 100


@dataclass(frozen=True)
class Release:
    """One version of a chart in an index.

    ``urls`` are as written, relative or absolute; ``digest`` is the SHA-256 of
    the archive in lower case, ``""`` where the index does not tell it.
    """

    version: str
    urls: tuple[str, ...]
    digest: str


@dataclass(frozen=True)
class Index:
    """What an index says of one chart: its *releases*, and the *names* of all charts."""

    names: tuple[str, ...]
    releases: tuple[Release, ...]


def read_index(data: bytes, chart: str, where: str) -> Index:
    """Return what the index *data* says of *chart*; *where* is its address, for messages.

    Raises :class:`ChartError` for what is no index.
    """
    root = _parsed(data, chart, where)
    if not isinstance(root, dict):
        raise _no_index(where, "it holds no mapping")
    if not root.get("apiVersion"):
        raise _no_index(where, "it has no apiVersion")
    entries = {} if root.get("entries") is None else root["entries"]
    if not isinstance(entries, dict):
        raise _no_index(where, "its entries are no mapping")
    listed = entries.get(chart)
    releases = [_release(entry) for entry in (listed if isinstance(listed, list) else [])]
    return Index(tuple(map(str, entries)), tuple(each for each in releases if each.version))


def find(index: Index, source: ChartSource) -> Release:
    """Return the one release that *source* names.

    A ``v`` before the version does not count, as for Helm.  Raises
    :class:`ChartError` with the nearest where there is none, and with the
    newest where the source names no version.
    """
    if not index.releases and source.name in index.names:
        raise ChartError("its repository lists no version of it")
    if not index.releases:
        raise ChartError(f"its repository has no chart {source.name!r}{_near(source, index)}")
    versions = {release.version: release for release in reversed(index.releases)}
    newest = newest_of(versions)
    if not source.version:
        digest = versions[newest].digest
        pinned = f' and "sha256": "{digest}"' if digest else ""
        raise ChartError(
            "no version is named, and documentation is checked against one and the same: "
            f'write "version": "{newest}"{pinned}, which is the newest'
        )
    bare = {version.removeprefix("v"): version for version in reversed(versions)}
    version = source.version if source.version in versions else bare.get(source.bare_version)
    if version is None:
        near = _nearest(source.bare_version, bare)
        hint = f"did you mean {bare[near]}? " if near and bare[near] != newest else ""
        raise ChartError(
            f"its repository has no version {source.version} of it ({hint}the newest is {newest})"
        )
    return versions[version]


def newest_of(versions: Iterable[str]) -> str:
    """Return the newest version by Semantic Versioning; a pre-release only if there is no other."""
    return max(versions, key=_precedence)


def _precedence(version: str) -> tuple[Any, ...]:
    match = _SEMVER.fullmatch(version)
    if not match:
        return (0, 0, (0, 0, 0), ())
    numbers = tuple(int(part or 0) for part in match.groups()[:3])
    identifiers = match[4].split(".") if match[4] else []
    parts = tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in identifiers)
    return (1, int(not parts), numbers, parts)


def _nearest(version: str, among: Iterable[str]) -> str:
    """Return the newest version that only says more than *version*, else one spelt alike."""
    longer = [each for each in among if each.startswith((f"{version}.", f"{version}+"))]
    if longer:
        return newest_of(longer)
    return next(iter(difflib.get_close_matches(version, list(among), 1)), "")


def _near(source: ChartSource, index: Index) -> str:
    near = difflib.get_close_matches(source.name, index.names, 1)
    if near:
        return f" (did you mean {near[0]!r}?)"
    if len(index.names) > _MOST_NAMED:
        return f", nor one of a like name among its {len(index.names)}"
    return f" (it has {', '.join(sorted(index.names)) or 'none at all'})"


def _release(entry: Any) -> Release:
    """Return a release; one without a version for what is none, which Helm skips as well."""
    if not isinstance(entry, dict):
        return Release("", (), "")
    urls = entry.get("urls")
    return Release(
        str(entry.get("version") or ""),
        tuple(str(url) for url in (urls if isinstance(urls, list) else []) if url),
        str(entry.get("digest") or "").strip().lower().removeprefix("sha256:"),
    )


def _no_index(where: str, problem: str) -> ChartError:
    return ChartError(f"{where} is no index of a chart repository: {problem}")


def _parsed(data: bytes, chart: str, where: str) -> Any:
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        raise _no_index(where, "it is empty")
    if text.startswith(b"<"):
        raise _no_index(where, "it is a web page")
    if text.startswith(b"{"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise _no_index(where, f"{error}") from error
    return _from_yaml(data, chart, where)


def _from_yaml(data: bytes, chart: str, where: str) -> Any:
    """Return the tree of an index with ``None`` for all charts but *chart*.

    Read by events, since indexes grow to tens of megabytes, are foreign, and
    PyYAML's fast composer dies of deep nesting.  Every scalar is text: digests
    that look like numbers stay as they are.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    tree = _Tree(chart)
    try:
        for event in yaml.parse(data, Loader=loader):
            if isinstance(event, yaml.AliasEvent):
                tree.add(None)
            elif isinstance(event, yaml.ScalarEvent):
                is_null = event.implicit[0] and event.value in ("", "~", "null")
                tree.add(None if is_null else event.value)
            elif isinstance(event, yaml.MappingStartEvent):
                tree.open({})
            elif isinstance(event, yaml.SequenceStartEvent):
                tree.open([])
            elif isinstance(event, yaml.CollectionEndEvent):
                tree.close()
            elif isinstance(event, yaml.DocumentEndEvent):
                break
    except (yaml.YAMLError, TypeError, ValueError) as error:
        raise _no_index(where, " ".join(str(error).split())) from error
    return tree.root


class _Tree:
    """Puts a document together from events, leaving out other charts than the one wanted."""

    def __init__(self, chart: str) -> None:
        self.root: Any = None
        self._way = ("entries", chart)
        self._open: list[tuple[dict[Any, Any] | list[Any], list[Any]]] = []
        """Collections that are open, and for a mapping the key whose value comes next."""
        self._skipped = 0

    def open(self, collection: dict[Any, Any] | list[Any]) -> None:
        """Begin a collection, which is left out where it leads elsewhere."""
        if len(self._open) + self._skipped > _DEEPEST:
            raise ValueError("it is nested too deeply")  # libyaml takes ages over it
        if self._skipped or not self._is_wanted():
            self._skipped += 1
        else:
            self._open.append((collection, []))

    def _is_wanted(self) -> bool:
        depth = len(self._open)
        if depth == 0:
            return True
        parent, key = self._open[-1]
        if depth <= len(self._way):
            return key == [self._way[depth - 1]]
        return isinstance(parent, list) or bool(key)  # no collection can be a key

    def close(self) -> None:
        """End the collection begun last."""
        if self._skipped:
            self._skipped -= 1
            if not self._skipped:
                self.add(None)
            return
        collection, _ = self._open.pop()
        self.add(collection)

    def add(self, value: Any) -> None:
        """Put a value where it belongs: into the collection open, or as the key of the next."""
        if self._skipped:
            return
        if not self._open:
            self.root = value
            return
        collection, key = self._open[-1]
        if isinstance(collection, list):
            collection.append(value)
        elif key:
            collection[key.pop()] = value
        else:
            key.append(value)
