"""Snippets of Airflow's configuration and of its commands, evaluated with a small Airflow."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sphinx_airflow_prod.airflow import source as airflow_source
from sphinx_airflow_prod.core.diagnostics import Code, Severity
from sphinx_airflow_prod.core.outcome import Outcome, Report, Status
from sphinx_airflow_prod.core.pipeline import evaluate
from sphinx_airflow_prod.core.presentation import present
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import Snippet, read_snippet
from tests.airflow.config_samples import CORE_METADATA, FILES, PROVIDER, wheel
from tests.core.directives import raw, said, values

CLI = """
from airflow.cli.arguments import nothing

ARG_VERBOSE = Arg(("-v", "--verbose"), help="More.", action="store_true")
DB_COMMANDS = (
    ActionCommand(name="migrate", help="Migrate.", func=lazy("x"), args=(ARG_VERBOSE,)),
)
core_commands = [GroupCommand(name="db", help="Database.", subcommands=DB_COMMANDS)]
"""

Check = Callable[..., Report]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Wheels of the small Airflow, with a command line, and of its provider."""
    folder = tmp_path_factory.mktemp("wheels")
    files = FILES | CORE_METADATA | {"airflow/cli/cli_config.py": CLI}
    core = wheel(folder, "apache_airflow_core-3.2.1", files)
    return str(core), str(wheel(folder, "apache_airflow_providers_tea-1.2", PROVIDER))


@pytest.fixture
def check(wheels: tuple[str, str], tmp_path: Path) -> Check:
    """Evaluate snippets, with a cache of the test's own."""

    def check(*snippets: Snippet, **settings: Any) -> Report:
        given = {"airflow_config_source": wheels, **settings}
        return evaluate(snippets, Settings(**given), cache_dir=tmp_path / "cache")

    return check


@pytest.fixture
def one(check: Check) -> Callable[..., Outcome]:
    def one(kind: str, body: str, **settings: Any) -> Outcome:
        (outcome,) = check(snippet(kind, body), **settings).outcomes
        return outcome

    return one


def snippet(kind: str, body: str, line: int = 1, **options: str) -> Snippet:
    return read_snippet(raw(body, options, name=f"airflow:{kind}", line=line))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("config", "# comment\n[core]\nexecutor = LocalExecutor\n"),
        ("env", "export AIRFLOW__CORE__PARALLELISM=4\nAIRFLOW_CONN_X=y\nOTHER=z\n"),
        ("command", "airflow db migrate -v\nkubectl get pods\n"),
    ],
)
def test_what_is_right_passes(one: Any, kind: str, body: str) -> None:
    outcome = one(kind, body)
    assert (outcome.status, outcome.diagnostics) == (Status.PASSED, ())
    assert str(outcome.provenance) == "Airflow 3.2.1"


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("config", "[core]\nexecuter = x\n", ["3:4: ", "'executer'", "[airflow.option]"]),
        ("config", "[cor]\nexecutor = x\n", ["2:5: ", "[cor]", "[airflow.option]"]),
        ("config", "[core]\nparallelism = x\n", ["3:18: ", "integer", "[airflow.value]"]),
        ("config", "[core]\ndags_folder = %(x)s\n", ["3:18: ", "[airflow.value]"]),
        ("config", "executor = x\n", ["2:4: ", "[core]", "[airflow.syntax]"]),
        ("config", "[core\n", ["2:4: ", "[airflow.syntax]"]),
        ("config", "", ["1:1: airflow:config is empty [airflow.syntax]"]),
        ("env", "\n", ["1:1: airflow:env is empty [airflow.syntax]"]),
        ("env", "AIRFLOW__CORE__PARALLELISM=x", ["2:31: ", "integer", "[airflow.value]"]),
        ("env", "export AIRFLOW__CORE__X=y", ["2:11: ", "[airflow.option]"]),
        ("env", "export X='y", ["[airflow.syntax]"]),
        ("command", "airflow db migrat", ["2:15: ", "'migrate'?", "[airflow.command]"]),
        ("command", "", ["1:1: airflow:command is empty [airflow.syntax]"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_place(
    one: Any, kind: str, body: str, expected: list[str]
) -> None:
    if body:
        body = body if body.endswith("\n") else f"{body}\n"
    outcome = one(kind, body)
    assert outcome.status is Status.FAILED
    (complaint,) = said(outcome.diagnostics)
    assert [part for part in expected if part not in complaint] == []


def test_a_warning_does_not_fail(one: Any) -> None:
    outcome = one("config", "[db]\nsql_alchemy_conn = x\n")
    assert outcome.status is Status.PASSED
    assert {d.severity for d in outcome.diagnostics} == {Severity.WARNING}


def test_what_is_allowed_is_let_through(one: Any) -> None:
    body = "[mine]\na = b\n[core]\nplus = 1\n"
    assert one("config", body).status is Status.FAILED
    allow = ("mine", "core.plus")
    assert one("config", body, airflow_config_allow=allow).diagnostics == ()


def test_a_skipped_snippet_is_not_checked(check: Check) -> None:
    report = check(snippet("config", "[cor]\n", skip="later"))
    assert [outcome.status for outcome in report.outcomes] == [Status.SKIPPED]


def test_problems_of_the_grammar_count(check: Check) -> None:
    (outcome,) = check(snippet("config", "[core]\n", colour="red")).outcomes
    assert [d.code for d in outcome.diagnostics] == [Code.OPTION]
    assert outcome.status is Status.FAILED


class TestFails:
    """``:fails:``: the snippet is there to be objected to."""

    @pytest.mark.parametrize(
        ("kind", "body", "pattern"),
        [
            ("config", "[core]\nexecuter = x\n", "no option 'executer'"),
            ("config", "[db]\nsql_alchemy_conn = x\n", r"renamed to \[database\]"),
            ("env", "AIRFLOW__CORE__PARALLELISM=x\n", "integer"),
            ("command", "airflow db migrat\n", "did you mean"),
        ],
    )
    def test_an_objection_that_is_foreseen(
        self, check: Check, kind: str, body: str, pattern: str
    ) -> None:
        (outcome,) = check(snippet(kind, body, fails=pattern)).outcomes
        assert (outcome.status, outcome.diagnostics) == (Status.PASSED, ())
        written, says = present(outcome, 9)
        assert (written.kind, says.kind) == ("written", "refusal")
        assert says.title == "Airflow 3.2.1 says"
        assert re.search(pattern, says.text)

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ("[core]\nparallelism = 3\n", ["9:4: ", "takes this"]),
            ("[core]\nexecuter = x\n", ["9:4: ", "otherwise", "'gone'"]),
        ],
    )
    def test_none_or_another_is_an_error_at_the_option(
        self, check: Check, body: str, expected: list[str]
    ) -> None:
        (outcome,) = check(snippet("config", body, line=8, fails="gone")).outcomes
        assert outcome.status is Status.FAILED
        assert len(present(outcome, 9)) == 1
        complaint = next(text for text in said(outcome.diagnostics) if "[airflow.fails]" in text)
        assert [part for part in expected if part not in complaint] == []

    def test_what_else_is_wrong_stays(self, check: Check) -> None:
        body = "[core]\nexecuter = x\nparallelism = y\n"
        (outcome,) = check(snippet("config", body, fails="executer")).outcomes
        assert [d.code for d in outcome.diagnostics] == [Code.AIRFLOW_VALUE]

    def test_a_pattern_that_is_none(self, check: Check) -> None:
        (outcome,) = check(snippet("config", "[core]\n", fails="(")).outcomes
        assert Code.OPTION in {d.code for d in outcome.diagnostics}


def test_statistics_count_them_apart(check: Check) -> None:
    report = check(snippet("config", "[core]\n"), snippet("env", "A=b\n", line=9))
    assert str(report.statistics) == "0 examples, 2 Airflow snippets, 0 renders"


class TestWithoutASource:
    """Nothing passes in silence."""

    def test_snippets_are_unverified_and_it_is_said_once(
        self, check: Check, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(airflow_source, "installed", lambda: None)
        snippets = snippet("config", "[cor]\n"), snippet("command", "airflow x\n", line=9)
        report = check(*snippets, airflow_config_source="auto")
        assert [outcome.status for outcome in report.outcomes] == [Status.UNVERIFIED] * 2
        (problem,) = report.diagnostics
        assert problem.code is Code.AIRFLOW_SOURCE
        assert "pip install --no-deps apache-airflow-core" in problem.message
        assert "2 not verified" in str(report.statistics)

    def test_a_source_that_is_not_there(self, check: Check, tmp_path: Path) -> None:
        path = str(tmp_path / "gone.whl")
        report = check(snippet("config", "[core]\n"), airflow_config_source=path)
        (problem,) = report.diagnostics
        assert "gone.whl" in problem.message
        assert report.outcomes[0].status is Status.UNVERIFIED

    def test_a_source_without_commands(self, check: Check, tmp_path: Path) -> None:
        path = tmp_path / "config.yml"
        path.write_text(FILES["airflow/config_templates/config.yml"], "utf-8")
        report = check(
            snippet("config", "[core]\nexecutor = x\n"),
            snippet("command", "airflow db migrate\n", line=9),
            airflow_config_source=str(path),
        )
        assert [o.status for o in report.outcomes] == [Status.PASSED, Status.UNVERIFIED]
        (problem,) = report.diagnostics
        assert problem.code is Code.AIRFLOW_SOURCE
        assert "cli_config.py" in problem.message


class TestVerdictsOfEarlierEvaluations:
    """What was judged before is not judged again, until what it was judged by changes."""

    BODY = "[core]\nlatest = 1\n"

    def config(self, path: Path, name: str) -> None:
        text = json.dumps({"core": {"options": {name: {"type": "string"}}}})
        path.write_text(text, "utf-8")
        status = path.stat()  # a clock may be too coarse to tell two writings apart
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + len(name) * 10**9))

    def test_a_verdict_is_remembered(
        self, one: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = one("config", self.BODY)

        def fail(*_: Any) -> None:
            raise AssertionError("judged again")

        monkeypatch.setattr("sphinx_airflow_prod.core.airflowcheck.AirflowTruth.judge", fail)
        again = one("config", self.BODY)
        assert again.diagnostics == before.diagnostics
        assert again.fingerprint == before.fingerprint

    def test_another_schema_judges_anew(self, one: Any, tmp_path: Path) -> None:
        path = tmp_path / "config.yml"
        self.config(path, "earlier")
        first = one("config", self.BODY, airflow_config_source=str(path))
        self.config(path, "latest")
        second = one("config", self.BODY, airflow_config_source=str(path))
        assert (first.status, second.status) == (Status.FAILED, Status.PASSED)
        assert first.fingerprint != second.fingerprint


class TestPanels:
    """The three notations of one configuration."""

    def panels(self, outcome: Outcome) -> list[tuple[str, str, str]]:
        return [(p.kind, p.title, p.text) for p in present(outcome, 6)]

    def test_of_an_ini_snippet(self, one: Any) -> None:
        outcome = one("config", "[core]\nexecutor = a b%%c\n")
        assert self.panels(outcome) == [
            ("written", "airflow.cfg", ""),
            ("notation", "environment", "AIRFLOW__CORE__EXECUTOR='a b%c'\n"),
            ("notation", "values.yaml", "config:\n  core:\n    executor: 'a b%%c'\n"),
        ]

    def test_of_variables(self, one: Any) -> None:
        outcome = one("env", "export AIRFLOW__CORE__EXECUTOR=x AIRFLOW_HOME=/a\n")
        assert self.panels(outcome) == [
            ("written", "environment", ""),
            ("notation", "airflow.cfg", "[core]\nexecutor = x\n"),
            ("notation", "values.yaml", "config:\n  core:\n    executor: x\n"),
        ]
        assert present(outcome, 6)[1].lines == (
            "Stays a variable, since it is no option: `AIRFLOW_HOME`.",
        )

    @pytest.mark.parametrize(
        ("kind", "body", "title"),
        [
            ("env", "export AIRFLOW__CORE__EXECUTOR=$(cat x)\n", "environment"),
            ("env", "AIRFLOW_HOME=/a\n", "environment"),
            ("config", "# nothing\n", "airflow.cfg"),
            ("command", "airflow db migrate\n", "shell"),
        ],
    )
    def test_where_there_is_no_other_notation(
        self, one: Any, kind: str, body: str, title: str
    ) -> None:
        assert self.panels(one(kind, body)) == [("written", title, "")]

    def test_a_caption_is_the_title_of_the_first(self, check: Check) -> None:
        (outcome,) = check(snippet("config", "[core]\nexecutor = x\n", caption="Mine")).outcomes
        assert [title for _, title, _ in self.panels(outcome)][:2] == ["Mine", "environment"]

    def test_what_is_not_verified_is_shown_as_written_alone(self, check: Check) -> None:
        (outcome,) = check(
            snippet("config", "[core]\nexecutor = x\n"), airflow_config_source="/gone.whl"
        ).outcomes
        assert self.panels(outcome) == [("written", "airflow.cfg", "")]


def test_examples_and_airflow_snippets_do_not_get_into_each_others_way(check: Check) -> None:
    report = check(
        values("a: 1\n", line=1),
        snippet("config", "[core]\nexecutor = x\n", line=10),
        read_snippet(raw("spec: {}\n", name="helm:manifest", line=20)),
    )
    assert [outcome.status for outcome in report.outcomes] == [
        Status.UNVERIFIED, Status.PASSED, Status.UNVERIFIED,
    ]  # fmt: skip
    assert [problem.code for problem in report.diagnostics] == [Code.CHART]
