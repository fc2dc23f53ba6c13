"""The documentation passes as tests, with the plugin that it describes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sphinx_airflow_prod.core.render import open_engine
from sphinx_airflow_prod.core.render.base import EngineUnavailable
from sphinx_airflow_prod.core.versions import airflow_installed

ROOT = Path(__file__).parents[2]


def test_every_example_claim_and_role_of_the_documentation_holds(tmp_path: Path) -> None:
    try:
        open_engine("auto").close()
    except EngineUnavailable as problem:
        pytest.skip(str(problem))
    if not airflow_installed():
        pytest.skip("no Airflow is installed to check its snippets against")
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "-o", f"cache_dir={tmp_path}",
            "--helm-chart=docs/charts/airflow-sample", "docs",
        ],
        cwd=ROOT, env={**os.environ, "PYTEST_ADDOPTS": ""}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) > 150, "documents were not found"
    assert " skipped" not in done.stdout
