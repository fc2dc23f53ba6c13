"""Fixtures that the tests of all adapters share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chart_repository import Repository, serving


@pytest.fixture(scope="session")
def helm_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A render cache for tests that do not count renders; shared by all processes of the run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    return shared / "helm-cache"


@pytest.fixture
def repository(monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    """An empty chart repository, being served on this machine."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    with serving() as served:
        yield served
