"""Someone who fetches charts from a repository."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sphinx_airflow_prod.core.chart import ChartError
from sphinx_airflow_prod.core.chartsource import ChartSource
from sphinx_airflow_prod.core.repository import Pulled, fetch
from tests.chart_repository import Repository


class Client:
    """Someone who fetches charts of *repository* into a cache of their own."""

    def __init__(self, repository: Repository, cache: Path) -> None:
        self.repository = repository
        self.cache = cache

    def fetch(self, timeout: float = 30, **changes: Any) -> Pulled:
        """Fetch the chart ``shop``; *changes* are other entries of the source."""
        source = ChartSource.from_mapping({**self.repository.source(), **changes})
        return fetch(source, cache_dir=self.cache, timeout=timeout)

    def refused(self, timeout: float = 30, **changes: Any) -> str:
        """Fetch the chart ``shop``, which must fail and leave nothing; return what is said.

        The repository's address is written as ``REPO``.
        """
        with pytest.raises(ChartError) as caught:
            self.fetch(timeout, **changes)
        assert self.kept() == []
        return str(caught.value).replace(self.repository.url, "REPO")

    def kept(self) -> list[str]:
        """Return the names of all files of the cache."""
        return sorted(path.name for path in self.cache.rglob("*") if path.is_file())


@pytest.fixture
def client(repository: Repository, tmp_path: Path) -> Client:
    """Someone with an empty cache."""
    return Client(repository, tmp_path / "cache")
