"""Airflow and providers as the project's sessions install them: without dependencies.

Skipped where ``apache-airflow-core`` or a provider is not installed.
"""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from sphinx_airflow_prod.airflow.source import load_schema
from sphinx_airflow_prod.core.pipeline import evaluate
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.markup.scan import scan

PROVIDERS = ("celery", "cncf-kubernetes", "fab")


@pytest.fixture(autouse=True)
def _installed() -> None:
    for name in ("core", *(f"providers-{provider}" for provider in PROVIDERS)):
        try:
            metadata.distribution(f"apache-airflow-{name}")
        except metadata.PackageNotFoundError:
            pytest.skip(f"apache-airflow-{name} is not installed")


@pytest.mark.parametrize(
    ("section", "option"),
    [
        ("celery", "worker_concurrency"),
        ("kubernetes_executor", "worker_pods_creation_batch_size"),
        ("fab", "auth_backends"),
    ],
)
def test_providers_describe_their_sections(section: str, option: str) -> None:
    schema = load_schema()
    assert (section, option) in schema.by_key  # type: ignore[union-attr]
    assert section not in schema.partial_sections  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("airflow celery worker --queues default", ""),
        ("airflow kubernetes cleanup-pods --namespace airflow", ""),
        ("airflow sync-perm", ""),
        ("airflow celery wroker", "worker"),
        ("airflow kubernetes cleanup-pods --nmespace airflow", "--namespace"),
    ],
)
def test_providers_bring_their_commands(tmp_path: Path, line: str, problem: str) -> None:
    page = tmp_path / "page.rst"
    page.write_text(f".. airflow:command::\n\n   {line}\n", "utf-8")
    report = evaluate(scan(page).snippets, Settings())
    messages = [diagnostic.message for diagnostic in report.all_diagnostics()]
    assert [problem in message for message in messages] == [True] * bool(problem), messages
