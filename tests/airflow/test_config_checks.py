"""Verdicts on options, variables and chart values, against a small Airflow of our own."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from sphinx_airflow_prod.airflow import (
    ConfigSchema,
    Problem,
    check_environment,
    check_ini,
    check_option,
    check_values,
    check_variable,
)
from sphinx_airflow_prod.core.values import parse
from tests.airflow.config_samples import source


def short(problems: tuple[Problem, ...]) -> list[str]:
    return [f"{p.severity}: {p.kind}: {p.message}" for p in problems]


def places(problems: tuple[Problem, ...]) -> list[tuple[int, int, str]]:
    return [(p.span.line, p.span.column, p.kind.value) for p in problems]


VERDICTS = Path(__file__).with_name("verdicts.txt").read_text("utf-8")
CASES = re.findall(r"^\[(\S+)\] (\S+)( =.*)?\n    (.+)$", VERDICTS, re.MULTILINE)


@pytest.mark.parametrize(("section", "name", "value", "says"), CASES)
def test_verdicts(schema: ConfigSchema, section: str, name: str, value: str, says: str) -> None:
    text = value.removeprefix(" =").strip() if value else None
    found = short(check_option(schema, section, name, text))
    assert (found[-1] if found else "fine") == says


def test_no_verdict_is_left_out() -> None:
    assert len(CASES) == VERDICTS.count("\n    ") == 43


def test_older_versions_are_judged_by_their_rules(schema: ConfigSchema) -> None:
    old = replace(schema, version="2.11.0", teams=False)
    assert check_option(old, "core", "parallelism", "1e3")
    assert not check_option(old, "core", "parallelism", "0")
    (found,) = check_option(old, "core", "slas")
    assert found.message == "Airflow 2.11.0 has no option 'slas' in [core]"
    (found,) = check_option(old, "a=tea", "pot")
    assert "has no options of single teams; write [tea]" in found.message
    (found,) = check_variable(old, "AIRFLOW__A___TEA__POT")
    assert "write AIRFLOW__TEA__POT" in found.message


@pytest.mark.parametrize(
    "allow", [["nonsense"], ["nonsense.x"], ["non*"], ["*.x"], ["other", "nonsense.*"]]
)
def test_the_allow_list(schema: ConfigSchema, allow: list[str]) -> None:
    assert not check_option(schema, "nonsense", "x", "1", allow)
    assert not check_variable(schema, "AIRFLOW__NONSENSE__X", "1", allow)
    assert check_option(schema, "unsense", "y", "1", allow)


def test_variables(schema: ConfigSchema) -> None:
    text = (
        "export AIRFLOW__CORE__EXECUTER=x\n"
        "AIRFLOW__CORE__PARALLELISM='many' AIRFLOW__CORE__PARALLELISM=$MANY\n"
        "AIRFLOW__CORE_EXECUTOR=1\n"
        "AIRFLOW_CORE_EXECUTOR=1\n"
        "AIRFLOW__core__executor=x\n"
        "AIRFLOW__CORE__EXECUTOR_CMD=x\n"
        "AIRFLOW_CONN_X=1 AIRFLOW_VAR_Y=2 AIRFLOW_HOME=3 PATH=4 AIRFLOW_CONN_X_CMD=5\n"
        "AIRFLOW__SECRETS__BACKEND_KWARG__ROLE_ID=x\n"
        "AIRFLOW__A_TEAM___TEA__POT=1 AIRFLOW__A_TEAM___TEA__POT_CMD=x\n"
        "AIRFLOW__A_TEAM___TEA__POTT=1\n"
        "AIRFLOW__WORKERS_SPECIAL__SPEED=fast\n"
    )
    found = check_environment(source(text), schema)
    assert places(found) == [
        (1, 8, "unknown-option"),
        (2, 29, "value"),
        (3, 1, "variable-name"),
        (4, 1, "variable-name"),
        (5, 1, "variable-name"),
        (6, 1, "not-sensitive"),
        (10, 1, "unknown-option"),
        (11, 33, "value"),
    ]
    assert "AIRFLOW__CORE__EXECUTOR" in found[2].message


def test_an_ini_snippet(schema: ConfigSchema) -> None:
    text = (
        "parallelism = 1\n"
        "fernet_key_cmd = x\n"
        "what = 2\n"
        "[core]  # all of it\n"
        "  executor = a%b\n"
        "  parallelism =\n"
        "     many\n"
        "  parallelism = 4\n"
        "[nonsense]\n"
        "a = 1\n"
        "b = 2\n"
        "[logging]\n"
        "line = %(level)s %(many)s\n"
        "level = %(nowhere)s\n"
        "[coer]\n"
    )
    found = check_ini(source(text), schema)
    assert places(found) == [
        (1, 1, "no-section"),
        (2, 1, "no-section"),
        (3, 1, "no-section"),
        (5, 14, "interpolation"),
        (7, 6, "value"),
        (8, 3, "duplicate"),
        (9, 2, "unknown-section"),
        (13, 8, "interpolation"),
        (14, 9, "interpolation"),
        (15, 2, "unknown-section"),
    ]
    assert "write [core] above it" in found[0].message
    assert "write [core] above it" in found[1].message


def test_a_reference_to_a_default_of_airflow_is_none_of_the_file(schema: ConfigSchema) -> None:
    """Interpolation sees the file only; a snippet may leave out what the file has."""
    assert not check_ini(source("[logging]\nline = %(many)s\n"), schema)


VALUES = """\
config:
  core:
    executor: '{{ .Values.executor }}'
    load_exmples: true
    parallelism: many
    dags_folder: [a]
  nonsense:
    a: 1
    b: 2
  logging:
    line: '%(x)s'
  a=tea: {pot: 1000000}
env:
  - name: AIRFLOW__CORE__FOO
  - name: AIRFLOW__CORE__PARALLELISM
    value: "x"
extraEnv: |-
  - name: AIRFLOW__CORE__FOO
    valueFrom: {fieldRef: {fieldPath: status.hostIP}}
  - name: AIRFLOW_CONN_X
    value: "y"
  - name: AIRFLOW__CORE__LOAD_EXAMPLES
    value: "perhaps"
scheduler:
  env:
  - {name: AIRFLOW__CORE__BAR, value: x}
  extraEnv: |
    {{- if .Values.x }}
    - name: AIRFLOW__CORE__BAZ
    {{ end }}
triggerer:
  extraEnv: "- name: AIRFLOW__CORE__QUX"
enableBuiltInSecretEnvVars:
  AIRFLOW__CORE__FERNT_KEY: false
  AIRFLOW_CONN_AIRFLOW_DB: false
"""


def test_values_of_the_chart(schema: ConfigSchema) -> None:
    found = check_values(parse(source(VALUES)), yaml.safe_load(VALUES), schema)
    assert places(found) == [
        (4, 5, "unknown-option"),
        (5, 18, "value"),
        (6, 18, "value"),
        (7, 3, "unknown-section"),
        (11, 11, "interpolation"),
        (14, 11, "unknown-option"),
        (16, 12, "value"),
        (18, 11, "unknown-option"),
        (23, 12, "value"),
        (26, 12, "unknown-option"),
        (29, 13, "unknown-option"),
        (32, 13, "unknown-option"),
        (34, 3, "unknown-option"),
    ]


@pytest.mark.parametrize(
    "text", ["config:\n", "config: 3\n", "config:\n  core:\n", "env: x\nextraEnv:\n", "a: [1]\n"]
)
def test_values_of_other_shapes_pass(schema: ConfigSchema, text: str) -> None:
    assert not check_values(parse(source(text)), yaml.safe_load(text), schema)


def test_allowed_in_values_as_well(schema: ConfigSchema) -> None:
    text = "config: {mine: {a: 1}}\nenv: [{name: AIRFLOW__MINE__A}]\n"
    assert check_values(parse(source(text)), yaml.safe_load(text), schema)
    assert not check_values(parse(source(text)), yaml.safe_load(text), schema, ["mine"])
