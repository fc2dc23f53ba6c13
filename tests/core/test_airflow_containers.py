"""Airflow's variables in rendered containers, whatever way the values bring them there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from sphinx_airflow_prod.core.diagnostics import Severity
from sphinx_airflow_prod.core.outcome import Outcome
from sphinx_airflow_prod.core.pipeline import evaluate
from sphinx_airflow_prod.core.settings import Settings
from tests.airflow.config_samples import CORE_METADATA, FILES, wheel
from tests.core.directives import CHARTS, page, said

Check = Callable[..., list[Outcome]]

UNKNOWN = "Airflow 3.2.1 has no option 'paralelism' in [core] (did you mean 'parallelism'?)"


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> str:
    files = FILES | CORE_METADATA
    return str(wheel(tmp_path_factory.mktemp("wheels"), "apache_airflow_core-3.2.1", files))


@pytest.fixture
def check(core: str, helm_cache: Path) -> Check:
    """Return the outcomes of the examples of a page, one at each tenth line."""

    def check(*parts: str | tuple[str, Mapping[str, str]], **settings: Any) -> list[Outcome]:
        given = {"chart": str(CHARTS / "airflow-config"), "airflow_config_source": core}
        report = evaluate(page(*parts), Settings(**{**given, **settings}), cache_dir=helm_cache)
        assert report.diagnostics == ()
        return list(report.outcomes)

    return check


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("secret:\n  - envName: AIRFLOW__CORE__PARALELISM\n    secretName: x\n", "12:17: "),
        ("# AIRFLOW__CORE__PARALELISM\ntemplate: AIRFLOW__CORE__PARALELISM\n", "12:14: "),
        ("extraEnv: '- name: {{ `AIRFLOW__CORE__PARALELISM` }}'\n", "11:27: "),
        ("extraEnv: |\n  - name: {{ `AIRFLOW__CORE__PARALELISM` }}\n", "12:18: "),
        ("own: paralelism\n", "10:1: "),
    ],
)
def test_a_wrong_name_is_told_where_it_is_written_else_at_the_directive(
    check: Check, body: str, place: str
) -> None:
    (outcome,) = check(body)
    (complaint,) = said(outcome.diagnostics)
    assert complaint.startswith(place + UNKNOWN)
    assert "(rendered into " in complaint
    assert complaint.endswith("[airflow.option]")


def test_it_says_which_container_is_meant(check: Check) -> None:
    body = "secret:\n  - envName: AIRFLOW__CORE__PARALELISM\n    secretName: x\n"
    (complaint,) = said(check(body)[0].diagnostics)
    assert "(rendered into Deployment/airflow-scheduler, container scheduler)" in complaint
    (complaint,) = said(check("template: AIRFLOW__CORE__PARALELISM\n")[0].diagnostics)
    assert (
        "(rendered into ConfigMap/airflow-config, pod_template.yaml, container base)" in complaint
    )


def test_a_value_that_a_template_made_is_seen(check: Check) -> None:
    listed = "  - name: AIRFLOW__CORE__PARALLELISM\n    value: '{{ .Values.own }}'\n"
    body = f"own: x\nextraEnv: |\n{listed}"
    found = said(check(body)[0].diagnostics)
    assert any("wants an integer, got 'x' (rendered into" in complaint for complaint in found)


@pytest.mark.parametrize(
    "body",
    [
        "env:\n  - {name: AIRFLOW__CORE__PARALELISM, value: x}\n",
        "env:\n  - {name: AIRFLOW__CORE__PARALLELISM, value: x}\n",
        "extraEnv: |\n  - name: AIRFLOW__CORE__PARALELISM\n    value: x\n",
    ],
)
def test_what_the_values_show_already_is_told_once(check: Check, body: str) -> None:
    (complaint,) = said(check(body)[0].diagnostics)
    assert "rendered into" not in complaint


@pytest.mark.parametrize(
    "body",
    [
        "env:\n  - {name: AIRFLOW__CORE__PARALLELISM, value: '3'}\n",
        "secret:\n  - {envName: AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_CMD, secretName: x}\n",
        "secret:\n  - {envName: AIRFLOW_CONN_X, secretName: x}\n",
        "groomer: '15'\n",
    ],
)
def test_what_is_right_or_the_charts_own_is_let_through(check: Check, body: str) -> None:
    """The chart's images have scripts with variables of their own, which set no option."""
    assert check(body)[0].diagnostics == ()


def test_an_option_that_the_chart_sets_because_of_the_example_is_a_warning(check: Check) -> None:
    (problem,) = check("ownOption: x\n")[0].diagnostics
    assert problem.severity is Severity.WARNING
    assert said([problem])[0].startswith(
        "10:1: with these values the chart sets the variable AIRFLOW__CORE__NO_SUCH_OPTION in "
        "Deployment/airflow-scheduler, container scheduler: Airflow 3.2.1 has no option"
    )


def test_what_lies_beneath_is_told_there_alone(check: Check) -> None:
    body = "secret:\n  - envName: AIRFLOW__CORE__PARALELISM\n    secretName: x\n"
    first, second = check((body, {"name": "a"}), ("groomer: x\n", {"extends": "a"}))
    assert len(first.diagnostics) == 1
    assert second.diagnostics == ()


@pytest.mark.parametrize(
    "settings",
    [
        {"airflow_config_allow": ("core.paralelism",)},
        {"values": {"airflowVersion": "2.11.0"}},
        {"values": {"secret": [{"envName": "AIRFLOW__CORE__PARALELISM", "secretName": "y"}]}},
    ],
)
def test_what_is_allowed_of_another_airflow_or_not_the_examples_fault(
    check: Check, settings: dict[str, Any]
) -> None:
    body = "groomer: z\nsecret:\n  - {envName: AIRFLOW__CORE__PARALELISM, secretName: x}\n"
    assert check(body, **settings)[0].diagnostics == ()
