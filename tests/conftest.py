"""Fixtures that the tests of all adapters share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def helm_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A render cache for tests that do not count renders; shared by all processes of the run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    return shared / "helm-cache"
