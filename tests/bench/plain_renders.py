"""Render all examples one after the other with the embedded Helm, as anyone would; print seconds.

A process of its own: the library must not be loaded into one that forks.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import helm_python
import yaml
from examples import EXAMPLES  # type: ignore[import-not-found]


def main(path: str) -> None:
    """Render with the chart at *path*: a fresh handle each time, since rendering changes it."""
    values = [yaml.safe_load(text) for text in EXAMPLES]
    archive = Path(path).read_bytes() if Path(path).is_file() else None
    start = time.perf_counter()
    for each in values:
        load = helm_python.Chart.load
        chart = load(path) if archive is None else helm_python.Chart.load_archive(archive)
        with chart:
            chart.render(each, name="airflow", namespace="airflow")
    print(time.perf_counter() - start)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
