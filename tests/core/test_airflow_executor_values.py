"""Executors that configuration names, in its three notations, held against those there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sphinx_airflow_prod.core.outcome import Status
from sphinx_airflow_prod.core.pipeline import evaluate
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import Snippet, read_snippet
from tests.airflow.config_samples import CORE_METADATA, FILES, wheel
from tests.core.directives import raw, said, values

EXECUTORS = {
    "airflow/executors/executor_constants.py": 'LOCAL = "LocalExecutor"\n',
    "airflow/executors/executor_loader.py": (
        "class ExecutorLoader:\n"
        '    executors = {LOCAL: "airflow.executors.local_executor.LocalExecutor"}\n'
    ),
    "airflow/executors/local_executor.py": "class LocalExecutor(BaseExecutor): ...\n",
}
CHART = {
    "Chart.yaml": "apiVersion: v2\nname: my-airflow\nversion: 1.0.0\n",
    "values.yaml": "executor: LocalExecutor\nairflowVersion: 3.2.1\n",
    "templates/all.yaml": (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
        "data: {executor: {{ .Values.executor | quote }}}\n"
    ),
}

Say = Callable[[str, str], list[str]]


@pytest.fixture
def say(tmp_path: Path, helm_cache: Path) -> Say:
    """Return what is said of a snippet, or of values of a chart."""
    core = wheel(tmp_path, "apache_airflow_core-3.2.1", FILES | CORE_METADATA | EXECUTORS)
    for path, text in CHART.items():
        (tmp_path / "chart" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "chart" / path).write_text(text, "utf-8")

    def say(kind: str, body: str) -> list[str]:
        settings = Settings(airflow_config_source=(str(core),))
        if kind == "values":
            snippet: Snippet = values(body)
            settings = replace(settings, chart=str(tmp_path / "chart"))
        else:
            snippet = read_snippet(raw(body, name=f"airflow:{kind}"))
        (outcome,) = evaluate([snippet], settings, cache_dir=helm_cache).outcomes
        assert outcome.status in (Status.PASSED, Status.FAILED)
        return said(outcome.diagnostics)

    return say


@pytest.mark.parametrize(
    ("kind", "body", "place"),
    [
        ("config", "[core]\nexecutor = LocalExecuter\n", "3:15: "),
        ("env", "export AIRFLOW__CORE__EXECUTOR=LocalExecuter\n", "2:35: "),
        ("values", "executor: LocalExecuter\n", "2:14: "),
    ],
)
def test_an_executor_that_is_not_there(say: Say, kind: str, body: str, place: str) -> None:
    (complaint,) = say(kind, body)
    assert complaint.startswith(place)
    assert "did you mean 'LocalExecutor'?" in complaint
    assert complaint.endswith("[airflow.executor]")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("config", "[core]\nexecutor = my_company.executors.Own\n"),
        ("config", "[core]\nexecutor = <your executor>\n"),
        ("config", "[other]\nexecutor = Any\n"),
        ("env", 'export AIRFLOW__CORE__EXECUTOR="$EXECUTOR"\n'),
        ("values", "executor: LocalExecutor,my_company.executors.Own\n"),
        ("values", "executor: '{{ .Values.mine }}'\n"),
        ("values", "executor: <your executor>\n"),
    ],
)
def test_what_is_right_or_nobody_knows_is_let_through(say: Say, kind: str, body: str) -> None:
    assert [text for text in say(kind, body) if "[airflow.executor]" in text] == []


def test_one_that_airflow_replaces_is_told_once(say: Say) -> None:
    (complaint,) = say("config", "[core]\nexecutor = SequentialExecutor\n")
    assert complaint.endswith("[airflow.value]")


def test_airflow_2_in_values_is_left_alone(say: Say) -> None:
    assert say("values", 'airflowVersion: "2.11.0"\nexecutor: SequentialExecutor\n') == []
