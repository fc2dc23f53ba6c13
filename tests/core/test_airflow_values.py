"""Airflow's configuration inside the values of its chart, checked with every example."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sphinx_airflow_prod.airflow import source as airflow_source
from sphinx_airflow_prod.core.diagnostics import Code
from sphinx_airflow_prod.core.outcome import Status
from sphinx_airflow_prod.core.pipeline import evaluate
from sphinx_airflow_prod.core.settings import Settings
from tests.airflow.config_samples import CORE_METADATA, FILES, PROVIDER, wheel
from tests.core.directives import said, values

TEMPLATE = """
apiVersion: v1
kind: ConfigMap
metadata: {name: made}
data:
  values: {{ toJson (pick .Values "config" "env" "extraEnv" "enableBuiltInSecretEnvVars"
             "airflowVersion" "scheduler") | quote }}
"""

SCHEMA = '{"properties": {"config": {}, "executor": {}}}'

One = Callable[..., list[str]]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("wheels")
    core = wheel(folder, "apache_airflow_core-3.2.1", FILES | CORE_METADATA)
    return str(core), str(wheel(folder, "apache_airflow_providers_tea-1.2", PROVIDER))


def chart(folder: Path, name: str, schema: str = "") -> str:
    files = {
        "Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: 1.0.0\n",
        "templates/all.yaml": TEMPLATE,
        "values.schema.json": schema or "{}",
    }
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return str(folder)


@pytest.fixture
def one(source: tuple[str, str], tmp_path: Path, helm_cache: Path) -> One:
    """Return what is said of an example, but for the settings' own complaints."""

    def one(
        body: str, options: dict[str, str] | None = None, *, name: str = "my-airflow",
        schema: str = "", **settings: Any,
    ) -> list[str]:  # fmt: skip
        made = chart(tmp_path / "chart", name, schema)
        given = {"chart": made, "airflow_config_source": source, "unknown_keys": "ignore"}
        report = evaluate(
            [values(body, options)], Settings(**{**given, **settings}), cache_dir=helm_cache
        )
        (outcome,) = report.outcomes
        assert outcome.status in (Status.PASSED, Status.FAILED)
        return said(outcome.diagnostics) + [d.code.value for d in report.diagnostics]

    return one


WRONG: list[tuple[str, str, str]] = [
    ("config:\n  core:\n    executer: x\n", "4:8: ", "[airflow.option]"),
    ("config:\n  cor:\n    executor: x\n", "3:6: ", "[airflow.option]"),
    ("config:\n  core:\n    parallelism: many\n", "4:21: ", "[airflow.value]"),
    ("env:\n  - name: AIRFLOW__CORE__EXECUTER\n    value: x\n", "3:14: ", "[airflow.option]"),
    (
        "scheduler:\n  env:\n    - name: AIRFLOW__CORE__PARALLELISM\n      value: many\n",
        "5:17: ",
        "[airflow.value]",
    ),
    (
        "extraEnv: |\n  - name: A\n    value: b\n  - name: AIRFLOW__COR__EXECUTOR\n    value: x\n",
        "5:14: ",
        "[airflow.option]",
    ),
    ("enableBuiltInSecretEnvVars:\n  AIRFLOW__CORE__FERNET: false\n", "3:6: ", "[airflow.option]"),
]


@pytest.mark.parametrize(("body", "place", "code"), WRONG)
def test_what_is_wrong_is_told_at_its_place(one: One, body: str, place: str, code: str) -> None:
    (complaint,) = one(body)
    assert complaint.startswith(place)
    assert complaint.endswith(code)


@pytest.mark.parametrize(
    "body",
    [
        "config:\n  core:\n    parallelism: 4\n    load_examples: 'False'\n",
        "config:\n  core:\n    parallelism: <number>\n",
        "config:\n  core:\n    parallelism: ...\n",
        "env:\n  - name: AIRFLOW_CONN_X\n    value: y\n",
        "enableBuiltInSecretEnvVars:\n  AIRFLOW__CORE__FERNET_KEY: false\n",
        "config:\n  tea:\n    pot: 2\n",
    ],
)
def test_what_is_right_is_let_through(one: One, body: str) -> None:
    assert one(body) == []


def test_what_is_allowed_is_let_through(one: One) -> None:
    assert one("config:\n  mine: {a: b}\n", airflow_config_allow=("mine",)) == []


@pytest.mark.parametrize(("name", "schema", "checked"), [
    ("shop", "", False), ("workflows", SCHEMA, True), ("Airflow-fork", "", True),
])  # fmt: skip
def test_only_charts_of_airflow_are_meant(one: One, name: str, schema: str, checked: bool) -> None:
    body = "config:\n  core:\n    executer: x\n"
    assert bool(one(body, name=name, schema=schema)) == checked


@pytest.mark.parametrize(("version", "checked"), [
    ("2.11.0", False), ("3.0.1", True), ("v3.9", True), ("<version>", False),
])  # fmt: skip
def test_examples_for_another_major_version_are_left_alone(
    one: One, version: str, checked: bool
) -> None:
    body = f"airflowVersion: '{version}'\nconfig:\n  core:\n    executer: x\n"
    assert bool(one(body)) == checked


def test_without_a_source_nothing_is_said(one: One, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(airflow_source, "installed", lambda: None)
    for body, _, _ in WRONG:
        assert one(body, airflow_config_source="auto") == []


def test_a_source_that_was_asked_for_and_is_not_there_is_told(one: One) -> None:
    for _ in range(2):  # also when the verdict is known
        said_of_it = one("config:\n  core:\n    executer: x\n", airflow_config_source="/gone.whl")
        assert said_of_it == [Code.AIRFLOW_SOURCE.value]


def test_a_source_that_comes_judges_anew(one: One) -> None:
    body = "config:\n  core:\n    newest: x\n"
    assert one(body, airflow_config_source="/gone.whl") == [Code.AIRFLOW_SOURCE.value]
    assert len(one(body)) == 1
    assert "[airflow.option]" in one(body)[0]


def test_what_the_chart_is_to_refuse_is_not_checked_twice(one: One) -> None:
    schema = '{"properties": {"config": {"type": "object"}, "env": {"type": "string"}}}'
    body = "env: [{name: AIRFLOW__CORE__EXECUTER}]\n"
    assert one(body, {"fails": "got array, want string"}, schema=schema) == []
