"""Ini snippets and shell lines: read as Python's parser and a shell read them, and round trips."""

from __future__ import annotations

import configparser
import shutil
import subprocess

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sphinx_airflow_prod.airflow import (
    ConfigSchema,
    Setting,
    VariableName,
    config_of,
    environment_of,
    ini_of,
    interpolate,
    parse_exports,
    parse_ini,
    parse_variable,
    settings_of_config,
    settings_of_environment,
    settings_of_ini,
    shell_line,
    values_of,
    variable,
)
from sphinx_airflow_prod.airflow.conversion import chart_text
from tests.airflow.config_samples import source

PIECES = ["[a]", "[b] x", "x = 1", "y: 2", "x=", "  more", "\tz = 3", "# c", " ; d", "", "%%", "k"]
quick = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@quick
@given(st.lists(st.sampled_from(PIECES) | st.text("ab=:#;[]% \t", max_size=8), max_size=12))
def test_ini_is_read_as_configparser_reads_it(lines: list[str]) -> None:
    text = "\n".join(["[first]", *lines])
    oracle = configparser.RawConfigParser()
    oracle.optionxform = str  # type: ignore[assignment,method-assign]
    document = parse_ini(source(text))
    try:
        oracle.read_string(text)
    except configparser.Error:
        assert document.problems
        return
    faults = [p for p in document.problems if "after the section's name" not in p.message]
    assert not faults
    found: dict[str, dict[str, str]] = {s.name: {} for s in document.sections}
    for option in document.options:
        assert option.section is not None
        found[option.section][option.name] = option.value
        line = text.split("\n")[option.span.line - 1]
        assert line[option.span.column - 1 :].startswith(option.name)
    expected = {name: dict(oracle._sections[name]) for name in oracle.sections()}  # type: ignore[attr-defined]
    assert {name: values for name, values in found.items() if name != "DEFAULT"} == expected


@quick
@given(st.text("ab%()s ", max_size=12), st.text("a%()s", max_size=6))
def test_interpolation_is_that_of_configparser(value: str, other: str) -> None:
    parser = configparser.ConfigParser()
    parser.read_dict({"s": {}})
    parser._sections["s"] = {"a": other, "x": value}  # type: ignore[attr-defined]
    try:
        expected = parser.get("s", "x")
    except configparser.Error:
        assert interpolate(value, {"a": other, "x": value})[0] is None
    else:
        assert interpolate(value, {"a": other, "x": value})[0] == expected


def test_interpolation_gives_up_in_time() -> None:
    values = {"abcdefghi"[i]: f"%({'abcdefghi'[i + 1]})s" * 10 for i in range(8)} | {"i": "%%"}
    assert "references are followed" in interpolate("%(a)s", values)[1]


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("AIRFLOW__CORE__EXECUTOR", VariableName("core", "executor", known=True)),
        ("AIRFLOW__CORE__FERNET_KEY_CMD", VariableName("core", "fernet_key", "cmd", known=True)),
        ("AIRFLOW__API__JWT_SECRET", VariableName("api", "jwt_secret", known=True)),
        (
            "AIRFLOW__API__JWT_SECRET_SECRET",
            VariableName("api", "jwt_secret", "secret", known=True),
        ),
        ("AIRFLOW__WEB__BASE_URL", VariableName("web", "base_url", known=True)),
        ("AIRFLOW__WORKERS_SPECIAL__SPEED", VariableName("workers.special", "speed", known=True)),
        ("AIRFLOW__A_B___TEA__POT", VariableName("tea", "pot", team="a_b", known=True)),
        ("AIRFLOW__A___TEA__PAT", VariableName("tea", "pat", team="a")),
        ("AIRFLOW__NO__SUCH__THING", VariableName("no", "such__thing")),
        ("AIRFLOW__CORE_EXECUTOR", None),
        ("AIRFLOW_HOME", None),
        ("AIRFLOW_CONN_X", None),
    ],
)
def test_variables_mean_options(
    schema: ConfigSchema, name: str, means: VariableName | None
) -> None:
    assert parse_variable(name, schema) == means


def test_every_option_has_a_variable_that_means_it(schema: ConfigSchema) -> None:
    for option in schema.options:
        for team in ("", "a_team"):
            name = variable(option.section, option.name, team=team)
            found = parse_variable(name, schema)
            assert found == VariableName(option.section, option.name, team=team, known=True)


def test_shell_lines_are_read_with_their_places() -> None:
    text = (
        "# first\n"
        "export A_B='x y' \\\n"
        '  C="a#b"  # comment\n'
        "D=1 E= airflow version F=2\n"
        "docker run -e G=3 --env=H=4 image\n"
        "env I=$(cat x) J=<here> run K=5\n"
        "export L; unset M\n"
    )
    found, problems = parse_exports(source(text))
    assert not problems
    assert [(a.name, a.value, a.symbolic) for a in found] == [
        ("A_B", "x y", False),
        ("C", "a#b", False),
        ("D", "1", False),
        ("E", "", False),
        ("G", "3", False),
        ("H", "4", False),
        ("I", "$(cat x)", True),
        ("J", "<here>", True),
        ("L", None, False),
        ("M", None, False),
    ]
    assert (found[1].span.line, found[1].span.column) == (3, 3)
    assert (found[0].value_span.line, found[0].value_span.column) == (2, 13)


@pytest.mark.parametrize("text", ["A='x", "export A = 1", "A =1", "A=(1 2)"])
def test_what_no_shell_reads_is_a_problem(text: str) -> None:
    assert parse_exports(source(text))[1]


VALUES = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=20
)


@quick
@given(VALUES)
def test_shell_lines_round_trip(value: str) -> None:
    found, problems = parse_exports(source(shell_line("A", value, export=True)))
    assert not problems
    if "<" in value and ">" in value:
        return  # may be a placeholder
    assert [a.value for a in found] == [value]


@pytest.mark.skipif(shutil.which("sh") is None, reason="no shell to ask")
def test_a_shell_reads_the_lines_that_are_written() -> None:
    values = ["", "a b", "it's", '"$HOME"', "a\nb", "\\", "%`x`", "ünï"]
    lines = "".join(
        shell_line(f"V{i}", value, export=True) + "\n" for i, value in enumerate(values)
    )
    for index, value in enumerate(values):
        script = f'{lines}printf %s "$V{index}"'
        ran = subprocess.run(["sh", "-c", script], capture_output=True, text=True)
        assert ran.stdout == value


def test_no_shell_sets_a_name_with_a_hyphen() -> None:
    assert shell_line("AIRFLOW__A__B-C", "x").startswith("# no shell can set AIRFLOW__A__B-C")


LINES = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S"], exclude_characters="#;"),
    min_size=1,
    max_size=8,
)


@quick
@given(st.lists(st.lists(LINES, min_size=1, max_size=3).map("\n".join), max_size=4))
def test_settings_survive_each_notation(schema: ConfigSchema, values: list[str]) -> None:
    keys = [o.key for o in schema.options if o.section != "workers.special"]
    given_settings = tuple(Setting(*key, value) for key, value in zip(keys, values, strict=False))
    assert settings_of_ini(parse_ini(source(ini_of(given_settings))), schema) == given_settings
    assert settings_of_config(config_of(given_settings), schema) == given_settings
    loaded = yaml.safe_load(values_of(given_settings))
    assert (loaded["config"] or {}) == config_of(given_settings)
    if not any("<" in value for value in values):
        lines = parse_exports(source(environment_of(given_settings)))[0]
        assert settings_of_environment(lines, schema) == given_settings


def test_the_three_notations_of_one_snippet(schema: ConfigSchema) -> None:
    text = (
        "[core]\nexecutor = LocalExecutor\nfernet_key_cmd = cat 'a b'\n"
        "[a=tea]\npot = 2\n[logging]\nline = %%(x)s {{ y }}\n"
    )
    found = settings_of_ini(parse_ini(source(text)), schema)
    assert environment_of(found) == (
        "AIRFLOW__CORE__EXECUTOR=LocalExecutor\n"
        "AIRFLOW__CORE__FERNET_KEY_CMD='cat '\"'\"'a b'\"'\"''\n"
        "AIRFLOW__A___TEA__POT=2\n"
        "AIRFLOW__LOGGING__LINE='%(x)s {{ y }}'\n"
    )
    assert values_of(found) == (
        "config:\n"
        "  core:\n"
        "    executor: LocalExecutor\n"
        "    fernet_key_cmd: 'cat ''a b'''\n"
        "  'a=tea':\n"
        "    pot: '2'\n"
        "  logging:\n"
        "    line: '%%(x)s {{ \"{{\" }} y }}'\n"
    )
    assert settings_of_config(yaml.safe_load(values_of(found))["config"], schema) == found
    lines = parse_exports(source(environment_of(found, export=True)))[0]
    assert settings_of_environment(lines, schema) == found


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"), (16, "16"), (16.0, "16"), (0, "0"), (999999, "999999"),
        (1000000, "1e+06"), (1234567, "1.234567e+06"), (-2500000.0, "-2.5e+06"),
        (0.5, "0.5"), (0.00001, "1e-05"), ("1", "1"),
    ],
)  # fmt: skip
def test_scalars_come_out_as_go_prints_them(value: object, text: str) -> None:
    assert chart_text(value) == text


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ("export AIRFLOW__CORE__EXECUTOR = x", 8, "write AIRFLOW__CORE__EXECUTOR=…"),
        ("AIRFLOW__CORE__EXECUTOR: x", 1, "sets no variable: write AIRFLOW__CORE__EXECUTOR=…"),
        ("AIRFLOW__CORE__EXECUTOR", 1, "sets no variable: write AIRFLOW__CORE__EXECUTOR=…"),
        ("set AIRFLOW__CORE__EXECUTOR=x", 1, "write export AIRFLOW__CORE__EXECUTOR=x"),
    ],
)
def test_what_sets_nothing_in_a_shell_is_told(line: str, column: int, says: str) -> None:
    (problem,) = parse_exports(source(f"{line}\n"))[1]
    assert problem.span.column == column
    assert says in problem.message


@pytest.mark.parametrize(
    "line",
    ["export AIRFLOW__CORE__EXECUTOR", "unset AIRFLOW__CORE__EXECUTOR", "set -e", "docker -e A=b"],
)
def test_what_only_names_a_variable_passes(line: str) -> None:
    assert parse_exports(source(f"{line}\n"))[1] == ()
