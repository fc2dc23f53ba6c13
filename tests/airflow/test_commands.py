"""Lines of shell against a small command line, written for this test."""

from __future__ import annotations

import argparse
import contextlib
import io
import random
import shlex
from dataclasses import replace
from typing import Any

import pytest

from sphinx_airflow_prod.airflow.commands import check_commands
from sphinx_airflow_prod.airflow.commands_lines import find_calls
from sphinx_airflow_prod.airflow.commands_schema import Argument, CliSchema, Command
from sphinx_airflow_prod.core.diagnostics import Severity, Span
from sphinx_airflow_prod.core.source import SourceText

OUTPUT = Argument(("-o", "--output"), choices=("table", "json"))
VERBOSE = Argument(("-v", "--verbose"), action="store_true")
SCHEMA = CliSchema(
    "3.3.0",
    (
        Command("api-server", arguments=(Argument(("-p", "--port"), type="int"),)),
        Command(
            "db",
            (
                Command("migrate", arguments=(VERBOSE,)),
                Command(
                    "clean",
                    arguments=(
                        Argument(("--clean-before-timestamp",), required=True),
                        Argument(("--dry-run",), action="store_true"),
                        Argument(("-t", "--tables"), nargs="+"),
                        VERBOSE,
                    ),
                ),
                Command("initialise", deprecated="migrate"),
            ),
            is_group=True,
        ),
        Command(
            "dags",
            (
                Command("list", arguments=(OUTPUT, VERBOSE)),
                Command(
                    "trigger",
                    arguments=(
                        Argument(("dag_id",)),
                        Argument(("when",), nargs="?"),
                        Argument(("-c", "--conf")),
                        Argument(("--latest",), action="BooleanOptionalAction"),
                    ),
                ),
            ),
            is_group=True,
        ),
        Command("odd", arguments=(VERBOSE,), is_open=True),
    ),
    renamed=(("old dags", "dags list"),),
)


def said(text: str, schema: CliSchema = SCHEMA) -> list[tuple[int, int, str]]:
    problems = check_commands(SourceText.whole_file(text, "x"), schema)
    return [(p.span.line, p.span.column, p.message) for p in problems]


@pytest.mark.parametrize(
    "line",
    [
        "airflow db migrate",
        "airflow db migrate -v  # airflow nonsense",
        "$ airflow db migrate\nairflow nonsense is output",
        "airflow db clean --clean-before-timestamp '2024-01-01 00:00' --dry-run",
        "airflow db clean --clean-before-timestamp=2024 -vt a b",
        "airflow db clean --clean-b 2024",
        "airflow db clean --help",
        "airflow db clean $ARGUMENTS",
        "airflow db clean ...",
        "airflow db clean [--dry-run]",
        "airflow dags list -ojson",
        "airflow dags list -o <format>",
        "airflow dags trigger <dag_id> -c '{\"a\": 1}' --no-latest",
        "airflow dags trigger -- -c",
        "airflow dags trigger -1",
        "airflow $COMMAND",
        "airflow odd whatever --it takes",
        "pip install airflow && helm upgrade airflow apache-airflow/airflow",
        "kubectl logs airflow scheduler",
        "docker exec -it airflow bash",
        "cat <<END\nairflow nonsense\nEND\nairflow db migrate",
        "echo {a,b} (airflow db migrate)",
        "airflow db migrate 2>&1 > nonsense < more | tee airflow nonsense",
        "",
    ],
)
def test_let_through(line: str) -> None:
    assert said(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "airflow nonsense",
        "$ airflow nonsense",
        "A=b C='d e' airflow nonsense",
        "true && airflow nonsense",
        "if ! airflow nonsense; then :; fi",
        "for i in a; do airflow nonsense; done",
        "cat x | airflow nonsense",
        "x=$(airflow nonsense)",
        'echo "x $(airflow nonsense)"',
        "echo `airflow nonsense`",
        "(airflow nonsense)",
        "exec airflow nonsense",
        "sudo -u airflow airflow nonsense",
        "gosu airflow airflow nonsense",
        "env A=b airflow nonsense",
        "timeout 10 /usr/local/bin/airflow nonsense",
        "python3 -m airflow nonsense",
        "bash -c 'airflow nonsense'",
        'bash -ec "true; exec airflow nonsense"',
        "kubectl exec -it deploy/airflow-scheduler -c scheduler -- airflow nonsense",
        "kubectl exec deploy/x -- bash -c 'airflow nonsense'",
        "docker exec -it airflow airflow nonsense",
        "docker compose run --rm airflow-cli airflow nonsense",
        "airflow \\\n  nonsense",
        "echo 'never closed\nairflow nonsense",
        "echo {a,b}; airflow nonsense",
    ],
)
def test_found_at_its_place(line: str) -> None:
    before, _, _ = line.rpartition("nonsense")
    column = len(before) - (before.rfind("\n") + 1) + 1
    [(at_line, at_column, message)] = said(line)
    assert (at_line, at_column) == (line[: len(before)].count("\n") + 1, column)
    assert "no command 'nonsense'" in message


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("airflow", 1, "'airflow' needs a command: api-server, dags, db and odd"),
        ("airflow db", 9, "'airflow db' needs a command: clean, initialise and migrate"),
        (
            "airflow db upgrade",
            12,
            "Airflow 3.3.0 has no command 'db upgrade': it is gone since 3.0; "
            "use 'airflow db migrate'",
        ),
        (
            "airflow webserver -p 1",
            9,
            "Airflow 3.3.0 has no command 'webserver': it is gone since 3.0; "
            "use 'airflow api-server'",
        ),
        (
            "airflow db migrat",
            12,
            "Airflow 3.3.0 has no command 'db migrat' (did you mean 'migrate'?)",
        ),
        (
            "airflow migrate",
            9,
            "Airflow 3.3.0 has no command 'migrate' (did you mean 'airflow db migrate'?)",
        ),
        ("airflow --version", 9, "'airflow' takes no --version, only --help"),
        (
            "airflow dags list --ouput json",
            19,
            "'airflow dags list' takes no --ouput (did you mean --output?) in Airflow 3.3.0",
        ),
        (
            "airflow dags list -vo jsn",
            23,
            "--output of 'airflow dags list' takes table or json, not 'jsn' (did you mean 'json'?)",
        ),
        (
            "airflow dags list --output=xml",
            28,
            "--output of 'airflow dags list' takes table or json, not 'xml'",
        ),
        ("airflow dags list -o", 19, "--output of 'airflow dags list' needs a value"),
        ("airflow dags list --verbose=1", 19, "--verbose of 'airflow dags list' takes no value"),
        (
            "airflow db clean --dry-run",
            12,
            "'airflow db clean' needs --clean-before-timestamp in Airflow 3.3.0",
        ),
        ("airflow dags trigger", 14, "'airflow dags trigger' needs DAG_ID in Airflow 3.3.0"),
        ("airflow dags trigger a b c", 26, "'airflow dags trigger' does not take 'c'"),
        (
            "airflow api-server --port http",
            27,
            "--port of 'airflow api-server' takes a whole number, not 'http'",
        ),
        ("airflow 'db migrate", 9, "this single quote is never closed; close it with '"),
    ],
)
def test_says_what_is_wrong(line: str, column: int, message: str) -> None:
    assert said(line) == [(1, column, message)]


def test_what_is_deprecated_is_a_warning() -> None:
    [problem] = check_commands(SourceText.whole_file("airflow db initialise", "x"), SCHEMA)
    assert problem.severity is Severity.WARNING
    assert problem.message == (
        "'airflow db initialise' is deprecated in Airflow 3.3.0; use 'airflow db migrate'"
    )


def test_a_command_of_a_provider_that_was_not_read_is_a_warning() -> None:
    text = SourceText.whole_file("airflow celery worker", "x")
    [problem] = check_commands(text, SCHEMA)
    assert problem.severity is Severity.WARNING
    assert "needs apache-airflow-providers-celery" in problem.message
    read = replace(SCHEMA, providers=("apache-airflow-providers-celery",))
    [problem] = check_commands(text, read)
    assert problem.severity is Severity.ERROR
    assert "has no command 'celery'" in problem.message


def test_positions_follow_the_origins() -> None:
    origins = (Span("guide.rst", 40, 8), Span("included.rst", 3, 4))
    source = SourceText("$ airflow db \\\n>   migrat", origins)
    assert [p.span for p in check_commands(source, SCHEMA)] == [Span("included.rst", 3, 8)]


def test_calls_are_found_in_order() -> None:
    source = SourceText.whole_file("airflow db migrate | airflow dags list", "x")
    calls, unreadable = find_calls(source)
    assert [[word.text for word in call.words] for call in calls] == [
        ["airflow", "db", "migrate"],
        ["airflow", "dags", "list"],
    ]
    assert not unreadable


def test_nesting_and_noise_end() -> None:
    assert said("echo " + "$(" * 40 + "airflow x" + ")" * 40) == []
    assert said("(" * 5000) == []
    assert said("'\n" * 400 + "airflow db migrate") == []
    assert said("echo " + "x' $(y;\n" * 3 + "airflow db migrat")[-1][:2] == (4, 12)
    [(_, _, message)] = said("()\n" * 400 + "airflow db migrat")
    assert "too much here" in message


def test_json_round_trip() -> None:
    assert CliSchema.from_json(SCHEMA.to_json()) == SCHEMA


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 0}', '{"format": 1, "version": "3"}'])
def test_other_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        CliSchema.from_json(text)


def test_agrees_with_argparse() -> None:
    """What argparse takes is let through; what it refuses is found, save for a few orders."""
    parser = argparse.ArgumentParser(prog="airflow", exit_on_error=False)
    _add(parser, SCHEMA.root)
    chance = random.Random(4)
    words = "-v -vv --verbose --output --out=json -ojson -o json table -t x 1 -1 -p -p5 --port "
    words += "--dry-run --clean-before-timestamp=1 --clean --latest --no-latest -c -x --nothing"
    paths = ["api-server", "db migrate", "db clean", "dags list", "dags trigger"]
    for _ in range(1500):
        line = [
            *chance.choice(paths).split(),
            *chance.choices(words.split(), k=chance.randint(0, 4)),
        ]
        taken = _taken(parser, line)
        problems = said(shlex.join(["airflow", *line]))
        assert not (taken and problems), (line, problems)
        if not taken and not problems:  # argparse: optional positionals end at the first option
            assert line[:2] == ["dags", "trigger"]


def _taken(parser: argparse.ArgumentParser, line: list[str]) -> bool:
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            parser.parse_args(line)
        except (SystemExit, argparse.ArgumentError):
            return False
    return True


def _add(parser: argparse.ArgumentParser, command: Command) -> None:
    if command.is_group:
        below = parser.add_subparsers(required=True, dest=command.name)
        for subcommand in command.subcommands:
            _add(below.add_parser(subcommand.name), subcommand)
    for argument in command.arguments:
        options: dict[str, Any] = {"action": argument.action}
        if argument.action == "BooleanOptionalAction":
            options["action"] = argparse.BooleanOptionalAction
        options |= {"nargs": argument.nargs} if argument.nargs else {}
        options |= {"choices": argument.choices} if argument.choices else {}
        options |= {"required": True} if argument.required else {}
        options |= {"type": int} if argument.type else {}
        parser.add_argument(*argument.flags, **options)
