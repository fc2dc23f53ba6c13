"""Charts: reading them from a directory or an archive, and what identifies them."""

from __future__ import annotations

import hashlib
import json
import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx_airflow_prod.core.archive import (
    BOM,
    MAX_CHART,
    MAX_FILE,
    ArchiveError,
    pack,
    unpack,
)

if TYPE_CHECKING:  # archives, and charts that are known already, need none of it
    from sphinx_airflow_prod.core import helmignore

_HARMLESS_NESTING = 2000
"""Below so many openings of a collection no parser is in danger."""

_SUBCHART = re.compile(r"charts/([^_./][^/]*)(?:/Chart\.yaml|(?<=\.tgz))")
_VERSION = re.compile(r"v?\d+(\.\d+)?(\.\d+)?(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")


class ChartError(Exception):
    """A chart cannot be used; the message says what is wrong and what would be right."""


@dataclass(frozen=True, eq=False)
class Chart:
    """A Helm chart in memory, as Helm would load it.

    ``files`` maps POSIX paths below the chart's folder to content, sorted;
    ``digest`` is a SHA-256 over exactly these, so that it stays the same for
    unchanged content.  ``source`` is the path it was loaded from, for messages
    only.  Two charts are equal when their digests are.
    """

    name: str
    version: str
    app_version: str
    digest: str
    files: Mapping[str, bytes]
    source: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Chart) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"<Chart {self.name} {self.version} {self.digest[:12]}>"

    @classmethod
    def from_files(cls, files: Mapping[str, bytes], source: str) -> Chart:
        """Make a chart of its files; *source* names it in messages.

        Raises :class:`ChartError` where ``Chart.yaml`` is missing or Helm would refuse it.
        """
        if "Chart.yaml" not in files:
            raise ChartError(f"{source} is no Helm chart: it has no Chart.yaml")
        metadata = _metadata(files["Chart.yaml"], source)
        name = _string(metadata.get("name"))
        version = _string(metadata.get("version"))
        if not name or posixpath.basename(name) != name or name in {".", ".."}:
            problem = f"the name {name!r} is not a plain name" if name else "it has no name"
            raise ChartError(f"Chart.yaml of {source} cannot be used: {problem}")
        if not _VERSION.fullmatch(version):
            problem = (
                f"the version {version!r} is not of the form 1.2.3"
                if version
                else "it has no version"
            )
            raise ChartError(f"Chart.yaml of {source} cannot be used: {problem}")
        ordered = {path: files[path] for path in sorted(files)}
        return cls(
            name=name,
            version=version,
            app_version=_string(metadata.get("appVersion")),
            digest=_digest(ordered),
            files=ordered,
            source=source,
        )

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """``Chart.yaml``, parsed."""
        return _metadata(self.files["Chart.yaml"], self.source)

    @cached_property
    def schema(self) -> dict[str, Any] | bool | None:
        """``values.schema.json``, parsed; ``None`` where the chart has none.

        A schema may also be ``true`` or ``false``.  Raises :class:`ChartError`
        where it is no JSON, or JSON that is no schema: rendering would fail too.
        """
        data = self.files.get("values.schema.json")
        if data is None:
            return None
        try:
            schema = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise ChartError(f"values.schema.json of {self.source} is no JSON: {error}") from error
        if not isinstance(schema, dict | bool):
            raise ChartError(
                f"values.schema.json of {self.source} is no JSON schema: "
                f"it must hold an object, not {type(schema).__name__}"
            )
        return schema

    @cached_property
    def subcharts(self) -> tuple[str, ...]:
        """The names of the charts bundled below ``charts/``, sorted; not their subcharts."""
        return tuple(sorted({name for name, _ in self._bundled()}))

    @cached_property
    def missing_dependencies(self) -> tuple[str, ...]:
        """Names of dependencies that ``Chart.yaml`` lists but ``charts/`` lacks.

        ``helm template`` refuses such a chart, whether or not they are enabled.
        """
        listed = self.metadata.get("dependencies") or []
        names = {_string(entry.get("name")) for entry in listed if isinstance(entry, dict)}
        return tuple(sorted(names - {""} - set(self.subcharts)))

    @cached_property
    def archive(self) -> bytes:
        """The chart as a ``.tgz`` with everything below ``<name>/``; the same bytes every time."""
        return pack(self.files, self.name)

    def _bundled(self) -> Iterator[tuple[str, str]]:
        for path, data in self.files.items():
            match = _SUBCHART.fullmatch(path)
            if not match:
                continue
            if path.endswith(".tgz"):
                try:
                    data = unpack(data).get("Chart.yaml", b"")  # noqa: PLW2901
                except ArchiveError as error:
                    raise ChartError(f"{path} of {self.source} cannot be used: {error}") from error
            yield _string(_metadata(data, f"{path} of {self.source}").get("name")), path


def load_chart(path: str | os.PathLike[str]) -> Chart:
    """Read the chart at *path*: a directory, or an archive as ``helm package`` makes it.

    A directory is read as Helm reads it: ``.helmignore`` holds, symbolic links
    are followed.  Raises :class:`ChartError`.
    """
    place = Path(path)
    if place.is_dir():
        return _load_directory(place)
    if not place.is_file():
        raise ChartError(f"there is no chart at {place}{_suggestion(place)}")
    if place.name == "Chart.yaml":
        raise ChartError(f"{place} is one file of a chart; name its folder, {place.parent}")
    try:
        if place.stat().st_size > MAX_CHART:
            raise ChartError(f"{place} is larger than the {MAX_CHART >> 20} MiB that Helm allows")
        files = unpack(place.read_bytes())
    except ArchiveError as error:
        raise ChartError(f"{place} is no usable chart archive: {error}") from error
    except OSError as error:
        raise ChartError(f"{place} cannot be read: {error.strerror}") from error
    chart = Chart.from_files(files, str(place))
    _check_bundled(chart)
    return chart


def subchart_file(chart: Chart, name: str, path: str) -> bytes | None:
    """Return the file at *path* of the subchart that *chart* calls *name*, ``None`` without it.

    A dependency may have an alias.  Raises :class:`ChartError` where the subchart cannot be read.
    """
    listed = chart.metadata.get("dependencies") or []
    entries = [entry for entry in listed if isinstance(entry, dict)]
    own = next((_string(e.get("name")) for e in entries if e.get("alias") == name), name)
    for bundled, place in chart._bundled():
        if bundled == own:
            if not place.endswith(".tgz"):
                return chart.files.get(f"{posixpath.dirname(place)}/{path}")
            return unpack(chart.files[place]).get(path)
    return None


def _load_directory(root: Path) -> Chart:
    from sphinx_airflow_prod.core import helmignore

    if not (root / "Chart.yaml").is_file():
        near = sorted(child.parent.name for child in root.glob("*/Chart.yaml"))
        archives = sorted(child.name for child in root.glob("*.tgz"))
        help_ = _did_you_mean([str(root / name) for name in (*near, *archives)])
        raise ChartError(f"{root} is no Helm chart: it has no Chart.yaml{help_}")
    try:
        ignore_file = root / ".helmignore"
        text = ignore_file.read_text("utf-8", "replace") if ignore_file.is_file() else ""
        rules = helmignore.parse(text)
        files: dict[str, bytes] = {}
        _walk(root, "", rules, files, (os.path.realpath(root),))
    except ValueError as error:
        raise ChartError(f".helmignore of {root} has a pattern Helm refuses: {error}") from error
    except OSError as error:
        raise ChartError(f"{error.filename or root} cannot be read: {error.strerror}") from error
    chart = Chart.from_files(files, str(root))
    _check_bundled(chart)
    return chart


def _walk(
    folder: Path,
    prefix: str,
    rules: helmignore.Rules,
    files: dict[str, bytes],
    above: tuple[str, ...],
) -> None:
    with os.scandir(folder) as entries:
        for entry in entries:
            path = prefix + entry.name
            is_directory = entry.is_dir()
            if rules.ignores(path, directory=is_directory):
                continue
            if is_directory:
                real = os.path.realpath(entry.path)
                if entry.is_symlink() and real in above:
                    raise ChartError(f"{entry.path} links to a folder above itself")
                _walk(Path(entry.path), path + "/", rules, files, (*above, real))
            elif not entry.is_file():
                problem = "a link to nothing" if entry.is_symlink() else "no regular file"
                raise ChartError(f"{entry.path} is {problem}; Helm cannot load it")
            elif entry.stat().st_size > MAX_FILE:
                raise ChartError(
                    f"{entry.path} is larger than the {MAX_FILE >> 20} MiB that Helm allows; "
                    "list it in .helmignore if it is no part of the chart"
                )
            else:
                files[path] = Path(entry.path).read_bytes().removeprefix(BOM)


def _check_bundled(chart: Chart) -> None:
    """Read the names of the subcharts once, so that a broken one is found while loading."""
    _ = chart.subcharts


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for path, data in files.items():
        name = path.encode("utf-8", "surrogateescape")
        digest.update(b"%d:%d:" % (len(name), len(data)) + name)
        digest.update(data)
    return digest.hexdigest()


@lru_cache(maxsize=64)
def _metadata(data: bytes, source: str) -> dict[str, Any]:
    """Parse a ``Chart.yaml``, each text once: charts are loaded in every build."""
    import yaml

    # libyaml is ten times as fast, and dies of absurd nesting
    nesting = data.count(b"[") + data.count(b"{") + data.count(b"- -") + len(data) // 100
    fast = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loader = fast if nesting < _HARMLESS_NESTING and b" " * 500 not in data else yaml.SafeLoader
    try:
        metadata = yaml.load(data, loader)  # noqa: S506  (safe loaders both)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        words = " ".join(str(error).split()) or "it is nested too deeply"
        raise ChartError(f"Chart.yaml of {source} is no YAML: {words}") from error
    if not isinstance(metadata, dict):
        raise ChartError(f"Chart.yaml of {source} must hold a mapping with name and version")
    return metadata


def _string(value: object) -> str:
    """Return a scalar as Helm's YAML reader puts it into a text field: ``1.10`` becomes 1.1."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _suggestion(place: Path) -> str:
    import difflib

    parent = place.parent
    if not parent.is_dir():
        while not parent.is_dir() and parent != parent.parent:
            parent = parent.parent
        return f"; {parent} is the last part of that path that exists"
    charts = [
        child.name
        for child in sorted(parent.iterdir())
        if child.suffix == ".tgz" or (child / "Chart.yaml").is_file()
    ]
    near = difflib.get_close_matches(place.name, charts, n=3, cutoff=0.4) or charts[:3]
    return _did_you_mean([str(parent / name) for name in near])


def _did_you_mean(names: list[str]) -> str:
    return f" (did you mean {' or '.join(names)}?)" if names else ""
