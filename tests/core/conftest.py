"""Fixtures of the core's tests: real Helm as an oracle, and charts to ask it about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.helm_oracle import Files, Oracle

CHARTS = Path(__file__).parents[1] / "charts"
OFFICIAL = Path(__file__).parents[3] / "shared" / "charts" / "airflow-1.22.0"


@pytest.fixture(scope="session")
def oracle() -> Iterator[Oracle]:
    """Real Helm, in a process of its own."""
    if not Oracle.available():
        pytest.skip("helm-python-sdk is not installed: no Helm to compare with")
    helm = Oracle()
    yield helm
    helm.close()


@pytest.fixture(scope="session")
def official() -> Files:
    """The official Airflow chart without templates and dependencies."""
    if not OFFICIAL.is_dir():
        pytest.skip("the official chart 1.22.0 is not beside the repository")
    chart = (OFFICIAL / "Chart.yaml").read_text("utf-8")
    kept, skipping = [], False
    for line in chart.splitlines():
        if line[:1] not in {" ", "-", ""}:
            skipping = line.startswith("dependencies:")
        if not skipping:
            kept.append(line)
    return {
        "Chart.yaml": "\n".join(kept) + "\n",
        "values.yaml": (OFFICIAL / "values.yaml").read_text("utf-8"),
        "values.schema.json": (OFFICIAL / "values.schema.json").read_text("utf-8"),
    }


@pytest.fixture(scope="session")
def zoo() -> Files:
    """A small chart whose schema uses every keyword that combines schemas."""
    names = ("Chart.yaml", "values.yaml", "values.schema.json")
    return {name: (CHARTS / "schema-zoo" / name).read_text("utf-8") for name in names}
