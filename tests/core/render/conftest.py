"""Engines to test, and plain Helm to compare with."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sphinx_airflow_prod.core.chart import Chart, load_chart
from sphinx_airflow_prod.core.render import open_engine
from sphinx_airflow_prod.core.render.base import Engine
from tests.core.render.tools import PlainHelm


def _need_embedded() -> None:
    if importlib.util.find_spec("helm_python") is None:
        pytest.skip("the extra [embedded] is not installed")


def _binary() -> str:
    binary = os.environ.get("HELM_BINARY") or shutil.which("helm")
    if binary is None:
        pytest.skip("there is no helm on the PATH, and HELM_BINARY is not set")
    return binary


@pytest.fixture(scope="session")
def embedded() -> Iterator[Engine]:
    """The embedded engine, for tests that do it no harm."""
    _need_embedded()
    engine = open_engine("embedded", jobs=2, timeout=60)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def binary() -> Iterator[Engine]:
    """The engine of a helm binary."""
    engine = open_engine(_binary(), jobs=2, timeout=60)
    yield engine
    engine.close()


@pytest.fixture(params=["embedded", "binary"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    chosen: Engine = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture
def hasty() -> Iterator[Engine]:
    """An embedded engine of one worker that waits three seconds."""
    _need_embedded()
    engine = open_engine("embedded", jobs=1, timeout=3)
    yield engine
    engine.close()


@pytest.fixture
def single() -> Iterator[Engine]:
    """An embedded engine of one worker that may be killed."""
    _need_embedded()
    engine = open_engine("embedded", jobs=1, timeout=60)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def plain() -> Iterator[PlainHelm]:
    """Helm without any preparation of the chart."""
    _need_embedded()
    helm = PlainHelm()
    yield helm
    helm.close()


@pytest.fixture(scope="session")
def official_chart() -> Chart:
    """The official Airflow chart with everything in it."""
    path = os.environ.get("AIRFLOW_CHART")
    if not path:
        pytest.skip("AIRFLOW_CHART names no official chart")
    return load_chart(Path(path))
