"""Charts of chart repositories: found in the index, downloaded once, held against a digest."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sphinx_airflow_prod.core.archive import MAX_CHART, ArchiveError, unpack
from sphinx_airflow_prod.core.chart import Chart, ChartError
from sphinx_airflow_prod.core.chartsource import ChartSource, shown
from sphinx_airflow_prod.core.repository.store import Store, sha256_of, write

__all__ = ["TIMEOUT", "Pulled", "fetch", "pull"]

TIMEOUT = 60.0
"""Seconds that the download of a chart may take in all."""

MAX_INDEX = 100 * 1024 * 1024
"""Bytes of the largest index; the largest that are known have about 30 MiB."""


@dataclass(frozen=True)
class Pulled:
    """A chart's archive on this machine: where it is, and its SHA-256."""

    source: ChartSource
    path: Path
    sha256: str

    @property
    def unpinned(self) -> str:
        """What to say where the source names no SHA-256."""
        return (
            f"chart {self.source} is not pinned to an archive: write "
            f'"sha256": "{self.sha256}" beside its version'
        )


def fetch(
    source: ChartSource,
    *,
    cache_dir: str | os.PathLike[str] | None = None,
    timeout: float = TIMEOUT,
) -> Pulled:
    """Return the archive of *source*, downloaded unless an earlier call has done so.

    It is kept in *cache_dir*, or among the user's caches.  What was kept is
    taken without any network, and holds what it held then.  Raises
    :class:`ChartError` with a message that says what to do.
    """
    problem = source.complaint()
    if problem:
        raise ChartError(f"chart {source}: {problem}")
    store = Store(cache_dir)
    kept = store.find(source)
    if kept is not None:
        return Pulled(source, *kept)
    data = _download(source, timeout)
    return Pulled(source, store.keep(source, data), sha256_of(data))


def pull(
    source: ChartSource,
    folder: str | os.PathLike[str],
    *,
    cache_dir: str | os.PathLike[str] | None = None,
    timeout: float = TIMEOUT,
) -> Pulled:
    """Put the archive of *source* into *folder*, as ``helm pull`` does, and return where it is.

    A file of its name is replaced.  Raises :class:`ChartError`.
    """
    pulled = fetch(source, cache_dir=cache_dir, timeout=timeout)
    path = Path(folder) / pulled.path.name
    try:
        write(path, pulled.path.read_bytes())
    except OSError as error:
        raise ChartError(f"{path} cannot be written: {error.strerror}") from error
    return Pulled(source, path, pulled.sha256)


def _download(source: ChartSource, timeout: float) -> bytes:
    """Return the archive of *source* as its repository has it, checked."""
    # imported here: a build that finds the archive has no use for HTTP
    from sphinx_airflow_prod.core.repository.download import Connection, Unreachable, resolve
    from sphinx_airflow_prod.core.repository.index import find, read_index

    connection = Connection(source.repo, timeout)
    index_url = resolve(source.repo, "index.yaml")
    try:
        index = read_index(connection.get(index_url, MAX_INDEX), source.name, shown(index_url))
        release = find(index, source)
        if not release.urls:
            raise ChartError(f"{shown(index_url)} gives no address of it")
        url = resolve(source.repo, release.urls[0])
        data = connection.get(url, MAX_CHART)
        _check_digest(data, source, release.digest, shown(url), shown(index_url))
        _check_content(data, source, shown(url))
    except Unreachable as error:
        raise ChartError(
            f"chart {source} cannot be downloaded: {error}; where there is a network, run "
            f"'{source.helm_pull}', and set helm_chart to the file"
        ) from error
    except ChartError as error:
        raise ChartError(f"chart {source}: {error}") from error
    return data


def _check_digest(data: bytes, source: ChartSource, listed: str, where: str, index: str) -> None:
    """Hold an archive against the author's digest, and against the index's."""
    actual = sha256_of(data)
    for wanted, by in ((source.sha256, "the source in the configuration"), (listed, index)):
        if wanted and wanted != actual:
            raise ChartError(
                f"{where} is not the archive that was meant, and was not kept: "
                f"its SHA-256 is {actual}, and {by} says {wanted}"
            )


def _check_content(data: bytes, source: ChartSource, where: str) -> None:
    """See that an archive is whole, and holds the chart that it was fetched for."""
    try:
        chart = Chart.from_files(unpack(data), where)
    except ArchiveError as error:
        raise ChartError(f"{where} is no usable chart archive: {error}") from error
    if (chart.name, chart.version.removeprefix("v")) != (source.name, source.bare_version):
        raise ChartError(
            f"{where} holds chart {chart.name} {chart.version}, not {source.name} {source.version}"
        )
