"""Charts of earlier builds: most builds need a chart's digest and nothing that is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from sphinx_airflow_prod.core.chart import Chart, ChartError, load_chart
from sphinx_airflow_prod.core.memory import Memory
from sphinx_airflow_prod.core.stamps import stamp

_FORMAT = 1
"""To be counted up when a digest comes to mean something else."""

_FACTS = ("name", "version", "app_version", "digest")
"""What is remembered of a chart; all else is in its files."""


def recall_chart(path: Path, memory: Memory) -> Chart:
    """Return the chart at *path* as :func:`load_chart` does, of which nothing is read yet.

    That is so where *memory* knows it and the file system says that no file
    changed since; its files are then read at their first use, by which time
    what is there must still be the same chart.  Raises :class:`ChartError`.
    """
    key, seen = f"chart {_FORMAT} {path.absolute()}", stamp(path)
    known = memory.get(key) if seen is not None else None
    if isinstance(known, dict) and known.get("stamp") == seen:
        facts = [known.get(fact) for fact in _FACTS]
        if all(isinstance(fact, str) for fact in facts):
            name, version, app_version, digest = map(str, facts)
            files = _FilesLater(lambda: _unchanged(path, digest).files)
            return Chart(name, version, app_version, digest, files, str(path))
    chart = load_chart(path)
    if seen is not None:
        memory.put(key, {"stamp": seen, **{fact: getattr(chart, fact) for fact in _FACTS}})
    return chart


class _FilesLater(Mapping[str, bytes]):
    """Files of a chart that are read when one is asked for."""

    def __init__(self, load: Callable[[], Mapping[str, bytes]]) -> None:
        self._load = load

    @cached_property
    def _files(self) -> Mapping[str, bytes]:
        return self._load()

    def __getitem__(self, path: str) -> bytes:
        return self._files[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _unchanged(path: Path, digest: str) -> Chart:
    chart = load_chart(path)
    if chart.digest != digest:
        raise ChartError(f"{path} was changed while it was in use; build again")
    return chart
