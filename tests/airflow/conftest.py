"""The small Airflow's schema, read once."""

from __future__ import annotations

import pytest

from sphinx_airflow_prod.airflow import ConfigSchema
from tests.airflow.config_samples import schema_in


@pytest.fixture(scope="session")
def schema(tmp_path_factory: pytest.TempPathFactory) -> ConfigSchema:
    """The schema of the small Airflow and of its provider."""
    return schema_in(tmp_path_factory.mktemp("wheels"))
