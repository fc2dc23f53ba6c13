"""Snippets of Airflow's configuration as values of its chart: valid, rendered, and arrived."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sphinx_airflow_prod.core.diagnostics import Code, Severity
from sphinx_airflow_prod.core.outcome import Outcome, Report, Status
from sphinx_airflow_prod.core.pipeline import evaluate
from sphinx_airflow_prod.core.presentation import present
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import Snippet, read_snippet
from tests.airflow.config_samples import CORE_METADATA, FILES, wheel
from tests.core.directives import CHARTS, raw, said

One = Callable[..., Outcome]


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> str:
    files = FILES | CORE_METADATA
    return str(wheel(tmp_path_factory.mktemp("wheels"), "apache_airflow_core-3.2.1", files))


@pytest.fixture
def check(core: str, helm_cache: Path) -> Callable[..., Report]:
    def check(*snippets: Snippet, cache_dir: Path = helm_cache, **settings: Any) -> Report:
        given = {"chart": str(CHARTS / "airflow-config"), "airflow_config_source": core}
        return evaluate(snippets, Settings(**{**given, **settings}), cache_dir=cache_dir)

    return check


@pytest.fixture
def one(check: Callable[..., Report]) -> One:
    def one(body: str, kind: str = "config", **settings: Any) -> Outcome:
        (outcome,) = check(snippet(body, kind), **settings).outcomes
        return outcome

    return one


def snippet(body: str, kind: str = "config", line: int = 1, **options: str) -> Snippet:
    return read_snippet(raw(body, options, name=f"airflow:{kind}", line=line))


def panels(outcome: Outcome) -> dict[str, str]:
    return {panel.title: panel.text for panel in present(outcome, 6)[1:]}


class TestWhatIsShown:
    def test_the_tab_after_the_values_has_what_they_change(self, one: One) -> None:
        outcome = one("[core]\nparallelism = 64\n")
        assert (outcome.status, outcome.diagnostics) == (Status.PASSED, ())
        shown = panels(outcome)
        assert list(shown) == ["environment", "values.yaml", "Changes"]
        assert "+    parallelism = 64\n" in shown["Changes"]
        assert "+++ b/ConfigMap/airflow-config" in shown["Changes"]

    def test_of_variables_as_well(self, one: One) -> None:
        shown = panels(one("export AIRFLOW__CORE__PARALLELISM=64\n", "env"))
        assert list(shown) == ["airflow.cfg", "values.yaml", "Changes"]
        assert "+    parallelism = 64\n" in shown["Changes"]

    def test_a_default_may_be_restated(self, one: One) -> None:
        outcome = one("[core]\nload_examples = False\n")
        assert outcome.diagnostics == ()
        (changes,) = [panel for panel in present(outcome, 6) if panel.kind == "changes"]
        assert changes.lines == ("Nothing that the chart renders changes.",)

    def test_the_footer_has_both_that_it_was_checked_against(self, one: One) -> None:
        provenance: Any = one("[core]\nparallelism = 64\n").provenance
        assert str(provenance) == "Airflow 3.2.1"
        assert str(provenance.chart).startswith("airflow-config 1.0.0 (sha256:")

    def test_variables_of_the_charts_own_are_switched_off(self, one: One) -> None:
        outcome = one(
            "[core]\nfernet_key = a\nparallelism = 1\n[database]\nsql_alchemy_conn_cmd = x\n"
        )
        assert outcome.diagnostics == ()
        (values,) = [panel for panel in present(outcome, 6) if panel.title == "values.yaml"]
        assert values.text.partition("enable")[2] == (
            "BuiltInSecretEnvVars:\n"
            "  AIRFLOW__CORE__FERNET_KEY: false\n"
            "  AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: false\n"
        )
        assert values.lines == (
            "A variable goes before `airflow.cfg`, and the chart would set "
            "`AIRFLOW__CORE__FERNET_KEY`, `AIRFLOW__DATABASE__SQL_ALCHEMY_CONN`.",
        )

    def test_what_the_chart_fills_from_a_value_of_its_own_is_set_there(self, one: One) -> None:
        outcome = one("[core]\nexecutor = CeleryExecutor\nparallelism = 1\n")
        assert outcome.diagnostics == ()
        (values,) = [panel for panel in present(outcome, 6) if panel.title == "values.yaml"]
        assert values.text == "executor: CeleryExecutor\nconfig:\n  core:\n    parallelism: '1'\n"
        assert values.lines == (
            "The chart sets `[core] executor` from its value `executor`, and deploys by it.",
        )
        assert "+    executor = CeleryExecutor\n" in panels(outcome)["Changes"]

    @pytest.mark.parametrize(
        ("body", "kind"),
        [("# nothing\n", "config"), ("A=b\n", "env"), ("X=$(cat y)\n", "env")],
    )
    def test_where_there_is_nothing_to_set_nothing_is_rendered(
        self, check: Any, tmp_path: Path, body: str, kind: str
    ) -> None:
        report = check(snippet(body, kind), cache_dir=tmp_path)
        assert report.statistics.renders == 0
        assert report.outcomes[0].status is Status.PASSED

    def test_a_wrong_option_is_not_rendered_and_shown_in_its_notations(
        self, check: Any, tmp_path: Path
    ) -> None:
        report = check(snippet("[core]\nparalelism = 1\n"), cache_dir=tmp_path)
        assert report.statistics.renders == 0
        assert list(panels(report.outcomes[0])) == ["environment", "values.yaml"]


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        ("body", "kind", "expected"),
        [
            ("[logging]\nline = x\nlevel = WARNING\n", "config", "4:4: "),
            ("A=b AIRFLOW__LOGGING__LEVEL=WARNING\n", "env", "2:8: "),
        ],
    )
    def test_the_charts_schema_speaks_at_the_option(
        self, one: One, body: str, kind: str, expected: str
    ) -> None:
        """The list of levels is Airflow's; the length is this chart's."""
        outcome = one(body, kind, airflow_config_allow=("logging",))
        (complaint,) = said(outcome.diagnostics)
        assert complaint.startswith(expected + "config.logging.level: ")
        assert complaint.endswith("[helm.schema]")
        assert outcome.status is Status.FAILED
        assert "Changes" not in panels(outcome)

    def test_of_a_value_of_the_charts_own_too(self, one: One) -> None:
        (complaint,) = said(one("[core]\nexecutor = Else\n").diagnostics)
        assert complaint.startswith("3:4: executor: ")

    def test_the_chart_refuses(self, one: One) -> None:
        outcome = one("[core]\nload_examples = <refused>\n", placeholders="nothing")
        assert outcome.status is Status.PASSED
        outcome = one("[core]\nload_examples = refused\n", airflow_config_allow=("core",))
        (complaint,) = said(outcome.diagnostics)
        assert complaint.startswith("1:1: no examples, please")
        assert complaint.endswith("[helm.render]")


class TestArrival:
    """What is set must be what Airflow gets."""

    def test_an_option_that_the_chart_loses(self, one: One) -> None:
        outcome = one("[database]\npool_pause = 2\n", values={"lost": "database"})
        assert said(outcome.diagnostics) == [
            "3:4: [database] pool_pause is not in the airflow.cfg that the chart renders "
            "(ConfigMap/airflow-config), though config.database sets it [airflow.no-effect]"
        ]
        assert outcome.status is Status.FAILED

    def test_a_value_that_the_chart_changes(self, one: One) -> None:
        outcome = one("[logging]\nline = x\n", values={"changed": "line"})
        (complaint,) = said(outcome.diagnostics)
        assert complaint.startswith("3:11: [logging] line is 'x it is' in the airflow.cfg")

    def test_a_value_that_no_file_can_hold(self, one: One) -> None:
        outcome = one("AIRFLOW__LOGGING__LINE='a\n# b'\n", "env")
        (complaint,) = said(outcome.diagnostics)
        assert complaint.startswith("2:28: [logging] line is 'a' in the airflow.cfg")
        assert "give it as a variable" in complaint

    def test_a_variable_goes_before_it(self, one: One) -> None:
        env = [{"name": "AIRFLOW__CORE__PARALLELISM", "value": "3"}]
        outcome = one("[core]\nparallelism = 4\n", values={"env": env})
        (problem,) = outcome.diagnostics
        assert (problem.code, problem.severity) == (Code.AIRFLOW_NO_EFFECT, Severity.WARNING)
        assert said([problem])[0].startswith(
            "3:4: the containers of Deployment/airflow-scheduler have the variable "
            "AIRFLOW__CORE__PARALLELISM, which goes before [core] parallelism in airflow.cfg"
        )
        assert one("[core]\nparallelism = 3\n", values={"env": env}).diagnostics == ()

    def test_the_new_name_goes_before_the_old_one(self, one: One) -> None:
        body = "[db]\nsql_alchemy_conn = x\n"
        config = {"database": {"sql_alchemy_conn": "y"}}
        found = said(one(body, values={"config": config}).diagnostics)
        assert len(found) == 2  # that it was renamed is the other
        assert found[1].startswith(
            "3:4: [database] sql_alchemy_conn, which the chart's airflow.cfg"
        )

    def test_of_a_placeholder_the_value_is_the_readers(self, one: One) -> None:
        body = "[core]\nparallelism = <number>\nexecutor = <executor>\n"
        assert one(body, values={"changed": "parallelism"}).diagnostics == ()

    def test_a_reference_is_followed_in_the_file_of_the_chart(self, one: One) -> None:
        body = "[core]\nfernet_key = %(dags_folder)s/key\n"
        assert one(body).diagnostics == ()
        assert panels(one(body))["environment"] == (
            "# AIRFLOW__CORE__FERNET_KEY: only airflow.cfg can refer to other options\n"
        )
        (complaint,) = said(one("[core]\nfernet_key = %(parallelism)s\n").diagnostics)
        assert complaint.startswith("3:17: [core] fernet_key refers to an option that is not in ")

    @pytest.mark.parametrize(
        "body",
        [
            "[logging]\nline = [%%(asctime)s] {{ x }} 100%%\n",
            "[logging]\nmany = [\n  1,\n\n  2\n  ]\n",
            "[core]\nload_examples = True\n[database]\npool_pause = 0.1\n",
            "[logging]\nline =\n",
            "[logging]\nline = yes\nmany = 'quoted' \"twice\" \\ # and\n",
        ],
    )
    def test_whatever_a_file_can_hold_arrives(self, one: One, body: str) -> None:
        assert one(body).diagnostics == ()


class TestWithoutOne:
    """A chart that is none of Airflow's, is not there, or cannot be rendered."""

    BODY = "[core]\nparallelism = 64\n"

    @pytest.mark.parametrize("chart", [None, str(CHARTS / "shop")])
    def test_no_chart_of_airflow(self, one: One, chart: str | None) -> None:
        outcome = one(self.BODY, chart=chart)
        assert outcome.diagnostics == ()
        assert list(panels(outcome)) == ["environment", "values.yaml"]

    @pytest.mark.parametrize(
        ("settings", "code"),
        [({"chart": "/gone.tgz"}, Code.CHART), ({"engine": "/gone"}, Code.ENGINE)],
    )
    def test_what_cannot_be_checked_does_not_pass(
        self, check: Any, settings: dict[str, str], code: Code
    ) -> None:
        for _ in range(2):
            report = check(snippet(self.BODY), snippet("[cor]\n", line=9), **settings)
            assert [o.status for o in report.outcomes] == [Status.UNVERIFIED, Status.FAILED]
            assert [d.code for d in report.diagnostics] == [code]

    def test_problems_of_the_grammar_are_told_once(self, check: Any) -> None:
        (outcome,) = check(snippet(self.BODY, colour="red"), chart="/gone.tgz").outcomes
        assert [d.code for d in outcome.diagnostics] == [Code.OPTION]
        assert str(outcome.provenance) == "Airflow 3.2.1"

    def test_a_chart_without_a_schema_is_told(self, check: Any, tmp_path: Path) -> None:
        chart = tmp_path / "airflow"
        shutil.copytree(CHARTS / "airflow-config", chart)
        (chart / "values.schema.json").unlink()
        for _ in range(2):
            report = check(snippet(self.BODY), chart=str(chart), cache_dir=tmp_path / "cache")
            assert [d.code for d in report.diagnostics] == [Code.CHART_SCHEMA]

    @pytest.mark.parametrize("with_schema", [True, False])
    def test_a_chart_that_is_configured_otherwise_has_no_values(
        self, check: Any, tmp_path: Path, with_schema: bool
    ) -> None:
        chart = tmp_path / "airflow"
        shutil.copytree(CHARTS / "airflow-config", chart)
        (chart / "templates" / "config.yaml").unlink()
        values = (chart / "values.yaml").read_text("utf-8")
        (chart / "values.yaml").write_text(values.replace("config:", "airflow:"), "utf-8")
        schema = (chart / "values.schema.json").read_text("utf-8")
        if with_schema:
            schema = schema.replace('"config":', '"airflow":')
            (chart / "values.schema.json").write_text(schema, "utf-8")
        else:
            (chart / "values.schema.json").unlink()
        (outcome,) = check(snippet(self.BODY), chart=str(chart)).outcomes
        assert outcome.diagnostics == ()
        assert list(panels(outcome)) == ["environment"]


class TestVerdictsOfEarlierEvaluations:
    BODY = "[core]\nparallelism = 64\n"

    def test_are_remembered_and_renders_with_them(self, check: Any, tmp_path: Path) -> None:
        first = check(snippet(self.BODY), cache_dir=tmp_path)
        again = check(snippet(self.BODY), cache_dir=tmp_path)
        assert (first.statistics.renders, again.statistics.renders) == (2, 0)
        assert first.outcomes == again.outcomes
        assert panels(first.outcomes[0]) == panels(again.outcomes[0])

    def test_two_notations_of_one_configuration_are_rendered_once(
        self, check: Any, tmp_path: Path
    ) -> None:
        other = snippet("AIRFLOW__CORE__PARALLELISM=64\n", "env", line=20)
        assert check(snippet(self.BODY), other, cache_dir=tmp_path).statistics.renders == 2

    def test_a_chart_that_comes_judges_anew(self, check: Any, tmp_path: Path) -> None:
        body = "[core]\nexecutor = Else\n"
        report = check(snippet(body), chart=None, cache_dir=tmp_path)
        assert report.outcomes[0].status is Status.PASSED
        report = check(snippet(body), cache_dir=tmp_path)
        assert report.outcomes[0].status is Status.FAILED
