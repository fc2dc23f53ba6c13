"""Fixtures: sites to build with the small chart ``shop``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.sphinx_ext.site import ROOTS, SHOP, Site

CONF = 'extensions = ["sphinx_airflow_prod"]\nhtml_theme = "basic"\n'


def _conf(helm_cache: Path) -> dict[str, Any]:
    return {"helm_chart": str(SHOP), "helm_cache_dir": str(helm_cache)}


@pytest.fixture
def site(tmp_path: Path, helm_cache: Path) -> Site:
    """An empty site of its own."""
    made = Site(tmp_path / "source", tmp_path / "work", _conf(helm_cache))
    made.write("conf.py", CONF)
    return made


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, helm_cache: Path) -> Callable[[str], Site]:
    """Give a sample site of ``tests/roots``, to be built and not to be changed."""

    def give(name: str) -> Site:
        work = tmp_path_factory.mktemp(name)
        return Site(ROOTS / f"test-{name}", work, {"helm_cache_dir": str(helm_cache)})

    return give
