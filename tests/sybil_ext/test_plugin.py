"""The installed plugin: the same tests with no ``conftest.py`` at all, and its options."""

from __future__ import annotations

import os

import pytest

from tests.sybil_ext.conftest import SHOP, Project, body_of_failure

pytest_plugins = ["pytester"]

GOOD = "\nreplicas: 2"
CHART = f"--helm-chart={SHOP}"
TYPO = "\nreplicas: 2\nreplicsa: 2"


def test_a_chart_on_the_command_line_is_enough(project: Project) -> None:
    project.document("docs/page.rst", GOOD)
    project.run(CHART, "docs").assert_outcomes(passed=1)


def test_without_a_chart_no_document_is_collected(project: Project) -> None:
    project.document("docs/page.rst", GOOD)
    assert project.run("docs").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_the_ini_file_may_name_the_chart_relative_to_itself(project: Project) -> None:
    chart = os.path.relpath(SHOP, project.path)
    project.write("pytest.ini", f"[pytest]\nhelm_chart = {chart}\n")
    project.document("docs/page.rst", GOOD)
    project.run("docs").assert_outcomes(passed=1)


def test_a_chart_on_the_command_line_is_relative_to_the_working_directory(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("pytest.ini", "[pytest]\n")
    project.document("docs/page.rst", GOOD)
    monkeypatch.chdir(project.path / "docs")
    chart = os.path.relpath(SHOP, project.path / "docs")
    project.run(f"--helm-chart={chart}", ".").assert_outcomes(passed=1)


@pytest.mark.parametrize("chart", [[CHART], ["--helm-chart", str(SHOP)]], ids=["=", "word"])
def test_the_settings_of_pyproject_hold_for_the_plugin(project: Project, chart: list[str]) -> None:
    # as a word of its own, a path outside of the project moves pytest's rootdir up
    project.write("pyproject.toml", "[tool.sphinx-airflow-prod]\nunknown-keys = 'ignore'\n")
    project.document("page.rst", TYPO)
    project.run(*chart, "-p", "no:cacheprovider").assert_outcomes(passed=1)


class TestPrecedence:
    """Command line over ini file over arguments of guide() over pyproject.toml."""

    @pytest.fixture
    def levels(self, project: Project) -> Project:
        project.document("page.rst", TYPO)
        # as an error, an unknown key fails the test; each level says another
        project.write("pyproject.toml", "[tool.sphinx-airflow-prod]\nunknown-keys = 'error'\n")
        project.write("pytest.ini", "[pytest]\n")
        return project

    def test_guide_over_pyproject(self, levels: Project) -> None:
        levels.guide(f"chart={str(SHOP)!r}, unknown_keys='ignore'")
        levels.run().assert_outcomes(passed=1)

    def test_ini_over_guide(self, levels: Project) -> None:
        levels.guide(f"chart={str(SHOP)!r}, unknown_keys='ignore'")
        levels.write("pytest.ini", "[pytest]\nhelm_unknown_keys = error\n")
        levels.run().assert_outcomes(failed=1)

    def test_command_line_over_ini(self, levels: Project) -> None:
        levels.guide(f"chart={str(SHOP)!r}, unknown_keys='error'")
        levels.write("pytest.ini", "[pytest]\nhelm_unknown_keys = error\n")
        levels.run("--helm-unknown-keys", "ignore").assert_outcomes(passed=1)


def test_a_guide_and_the_plugin_collect_a_document_once(project: Project) -> None:
    project.guide()
    project.document("docs/page.rst", GOOD)
    project.run(CHART, "docs").assert_outcomes(passed=1)


def test_every_document_that_is_named_is_collected(project: Project) -> None:
    project.document("docs/a.rst", GOOD)
    project.document("docs/b.rst", GOOD)
    project.run(CHART, "docs/a.rst", "docs/b.rst").assert_outcomes(passed=2)


def test_wrong_settings_are_told_by_a_document_that_is_named(project: Project) -> None:
    project.write("pyproject.toml", "[tool.sphinx-airflow-prod]\nunknown-kyes = 'ignore'\n")
    project.document("docs/a.rst", GOOD)
    project.document("docs/b.rst", GOOD)
    result = project.run(CHART, "docs/b.rst")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*unknown-kyes*unknown_keys*"])


def test_the_plugin_takes_what_no_guide_wants(project: Project) -> None:
    project.guide(f"chart={str(SHOP)!r}, excludes=['other.rst']")
    project.document("page.rst", GOOD)
    project.document("other.rst", GOOD)
    project.run(CHART).assert_outcomes(passed=2)


def test_api_versions_come_from_the_ini_file_as_words(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\nhelm_api_versions = monitoring.coreos.com/v1 b/v1\n")
    project.write(
        "page.rst",
        ".. helm:values::\n\n   replicas: 2\n\n"
        ".. helm:manifest:: Deployment/airflow-web\n   :same-as-default:\n\n"
        '   metadata:\n     labels:\n       monitored: "true"\n',
    )
    project.run(CHART).assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--helm-timeout", "soon"], "helm_timeout: expected int or float, got str 'soon'"),
        (["--helm-timeout", "0"], "helm_timeout: must be greater than 0, got 0.0"),
        (["--helm-jobs", "two"], "helm_jobs: expected int, got str 'two'"),
        (["--helm-unknown-keys", "x"], "helm_unknown_keys: 'x' is not one of 'error'"),
        (["--helm-chrat", "x"], "unrecognized arguments: --helm-chrat"),
    ],
)
def test_a_wrong_option_is_a_usage_error_without_a_traceback(
    project: Project, arguments: list[str], said: str
) -> None:
    project.document("page.rst", GOOD)
    result = project.run(CHART, *arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert said in result.stderr.str()
    assert "Traceback" not in result.stderr.str() + result.stdout.str()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("helm_jobs = many", "pytest.ini: error: helm_jobs: expected int, got str 'many'"),
        ("helm_code_blocks = on", "pytest.ini: error: helm_code_blocks: 'on' is not one of"),
        ("airflow_config_source = ''", "error: airflow_config_source: expected 'auto', a path"),
    ],
)
def test_a_wrong_ini_option_is_a_usage_error(project: Project, line: str, said: str) -> None:
    project.write("pytest.ini", f"[pytest]\n{line}\n")
    project.document("page.rst", GOOD)
    result = project.run(CHART)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert said in result.stderr.str()


def test_numbers_in_the_ini_file_are_read(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\nhelm_jobs = 1\nhelm_timeout = 30.5\n")
    project.document("page.rst", GOOD)
    project.run(CHART).assert_outcomes(passed=1)


def test_a_guide_works_where_the_plugin_is_switched_off(project: Project) -> None:
    project.guide()
    project.document("page.rst", GOOD)
    project.run("-p", "no:sphinx-airflow-prod").assert_outcomes(passed=1)


def test_options_are_explained(project: Project) -> None:
    text = project.run("--help").stdout.str()
    assert "--helm-chart" in text
    assert "Path of the chart that examples are rendered with" in text
    assert "helm_namespace" in text


def test_without_the_cache_plugin_nothing_is_kept(project: Project) -> None:
    project.document("page.rst", GOOD)
    for _ in range(2):
        result = project.run("-p", "no:cacheprovider", CHART, counting=True)
        result.stdout.fnmatch_lines(["helm: 1 example, 2 renders"])
    assert not (project.path / ".pytest_cache").exists()


def test_a_cache_folder_may_be_named(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\nhelm_cache_dir = kept\n")
    project.document("page.rst", GOOD)
    project.run("-p", "no:cacheprovider", CHART, counting=True)
    assert any((project.path / "kept").iterdir())


def test_a_chart_without_a_schema_is_told_once(project: Project) -> None:
    project.document("page.rst", "\nmessage: hello", "\nmessage: ho")
    result = project.run("--helm-chart", str(SHOP.parent / "no-schema"))
    lines = [line for line in result.outlines if "[helm.chart-schema]" in line]
    assert len(lines) == 1


class TestWithoutChart:
    """No chart: every example is red, with the one message."""

    def test_a_path_that_is_not_there(self, project: Project) -> None:
        project.document("page.rst", GOOD, "\nreplicas: 3")
        result = project.run("--helm-chart=none-such")
        result.assert_outcomes(failed=2)
        assert result.ret == pytest.ExitCode.TESTS_FAILED
        (line,) = body_of_failure(result, "line:1")
        assert "none-such" in line
        assert line.endswith("[helm.chart]")

    def test_no_chart_at_all(self, project: Project) -> None:
        project.guide("")
        project.document("page.rst", GOOD)
        result = project.run()
        (line,) = body_of_failure(result, "line:1")
        assert line.startswith("error: no chart is configured: set helm_chart in conf.py")
        assert "--helm-chart" in line


class TestWithoutEngine:
    """Neither the embedded engine nor a helm binary: red, naming both ways out."""

    def run(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> pytest.RunResult:
        project.document("page.rst", GOOD, ":no-effect:\n\nreplicas: 1")
        monkeypatch.setenv("PATH", str(project.path))
        monkeypatch.setattr("sphinx_airflow_prod.core.render._library_installed", lambda: False)
        return project.run(CHART)

    def test_every_example_fails(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        result = self.run(project, monkeypatch)
        result.assert_outcomes(failed=2)
        assert result.ret == pytest.ExitCode.TESTS_FAILED

    def test_the_message_names_both_ways(
        self, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        said = "\n".join(body_of_failure(self.run(project, monkeypatch), "line:1"))
        assert said.startswith("error: there is no Helm engine: ")
        assert 'pip install "sphinx-airflow-prod[embedded]"' in said
        assert "install a helm binary" in said
        assert "Traceback" not in said
