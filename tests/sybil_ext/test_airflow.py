"""Snippets of Airflow's configuration as tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.airflow.config_samples import CORE_METADATA, FILES, PROVIDER, wheel
from tests.sybil_ext.conftest import SHOP, Project, body_of_failure, helm_line

pytest_plugins = ["pytester"]

PAGE = (
    ".. airflow:config::\n\n   [core]\n   executor = x\n\n"
    ".. airflow:env::\n\n   AIRFLOW__CORE__EXECUTER=x\n\n"
    ".. airflow:config::\n   :skip: later\n\n   [cor]\n\n"
    ".. airflow:config::\n\n   [db]\n   sql_alchemy_conn = x\n"
)


@pytest.fixture
def core(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the small Airflow."""
    folder = tmp_path_factory.mktemp("wheels")
    return wheel(folder, "apache_airflow_core-3.2.1", FILES | CORE_METADATA)


def test_each_snippet_is_a_test(project: Project, core: Path) -> None:
    project.write("page.rst", PAGE)
    project.guide(f"airflow_config_source={str(core)!r}")
    result = project.run("-W", "ignore")
    result.assert_outcomes(passed=2, failed=1, skipped=1)
    (line,) = body_of_failure(result, "line:6")
    assert line.startswith("page.rst:8:4: error: Airflow 3.2.1 has no option 'executer' in [core]")
    assert line.endswith("[airflow.option]")
    assert helm_line(result) == "helm: 0 examples, 4 Airflow snippets, 0 renders, 1 skipped"


def test_without_a_source_they_fail_and_say_how_to_get_one(project: Project) -> None:
    project.write("page.rst", PAGE)
    project.guide("airflow_config_source='gone.whl'")
    result = project.run()
    result.assert_outcomes(failed=3, skipped=1)
    (line,) = body_of_failure(result, "line:1")
    assert "gone.whl" in line
    assert "pip install --no-deps apache-airflow-core" in line
    assert line.endswith("[airflow.source]")


def test_what_is_missing_for_the_one_does_not_fail_the_other(project: Project, core: Path) -> None:
    """Neither a chart for the configuration, nor Airflow for values."""
    project.write("page.rst", f"{PAGE}\n.. helm:values::\n\n   replicas: 2\n")
    project.guide(f"airflow_config_source={str(core)!r}")
    result = project.run("-W", "ignore", "-k", "line:1 or line:20")
    (line,) = body_of_failure(result, "line:20")
    assert "no chart is configured" in line
    project.guide(f"chart={str(SHOP)!r}, airflow_config_source='gone.whl'")
    result = project.run("-k", "line:20")
    result.assert_outcomes(passed=1, deselected=4)


def test_the_plugin_takes_the_source_from_the_ini_file(project: Project, core: Path) -> None:
    project.write("pytest.ini", f"[pytest]\nairflow_config_source = {core}\n")
    project.write("page.rst", PAGE)
    project.run("-W", "ignore").assert_outcomes(passed=2, failed=1, skipped=1)


def test_a_source_in_the_ini_file_is_relative_to_it(project: Project, core: Path) -> None:
    core.rename(project.path / core.name)
    project.write("pytest.ini", f"[pytest]\nairflow_config_source = {core.name}\n")
    project.write("docs/page.rst", PAGE)
    project.run("-W", "ignore", "docs").assert_outcomes(passed=2, failed=1, skipped=1)


class TestCommandLine:
    """``--airflow-config-source`` and ``--airflow-config-allow``."""

    def test_a_source_alone_collects_documents(self, project: Project, core: Path) -> None:
        core.rename(project.path / core.name)
        project.write("page.rst", PAGE)
        result = project.run("-W", "ignore", f"--airflow-config-source={core.name}")
        result.assert_outcomes(passed=2, failed=1, skipped=1)

    def test_it_goes_before_the_ini_file(self, project: Project, core: Path) -> None:
        project.write("pytest.ini", "[pytest]\nairflow_config_source = gone.whl\n")
        project.write("page.rst", PAGE)
        result = project.run("-W", "ignore", f"--airflow-config-source={core}")
        result.assert_outcomes(passed=2, failed=1, skipped=1)

    def test_several_sources_and_names(self, project: Project, core: Path) -> None:
        tea = wheel(core.parent, "apache_airflow_providers_tea-1.2", PROVIDER)
        project.write(
            "page.rst",
            ".. airflow:config::\n\n   [tea]\n   pot = 2\n   [a]\n   x=y\n   [b]\n   x=y\n",
        )
        given = [f"--airflow-config-source={core}", f"--airflow-config-source={tea}"]
        given += ["--airflow-config-allow=a", "--airflow-config-allow=b.x"]
        project.run(*given).assert_outcomes(passed=1)

    def test_an_empty_source_is_refused_before_anything_is_collected(
        self, project: Project
    ) -> None:
        project.write("page.rst", PAGE)
        result = project.run("--airflow-config-source=")
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        assert "airflow_config_source: expected 'auto', a path" in result.stderr.str()


def test_a_chart_of_airflow_renders_them_and_what_is_lost_fails(
    project: Project, core: Path
) -> None:
    chart = Path(__file__).parents[1] / "charts" / "airflow-config"
    lines = ["[core]", "parallelism = 4", "[database]", "pool_pause = 2"]
    project.write("page.rst", "\n   ".join([".. airflow:config::", "", *lines]) + "\n")
    arguments = f"chart={str(chart)!r}, airflow_config_source={str(core)!r}"
    project.guide(arguments)
    project.run().assert_outcomes(passed=1)
    project.guide(f"{arguments}, values={{'lost': 'database'}}")
    result = project.run()
    (line,) = body_of_failure(result, "line:1")
    assert line.startswith("page.rst:6:4: error: [database] pool_pause is not in the airflow.cfg")
    assert line.endswith("[airflow.no-effect]")


def test_without_an_engine_they_fail_and_say_how_to_get_one(project: Project, core: Path) -> None:
    chart = Path(__file__).parents[1] / "charts" / "airflow-config"
    project.write("page.rst", ".. airflow:config::\n\n   [core]\n   parallelism = 4\n")
    project.guide(f"chart={str(chart)!r}, airflow_config_source={str(core)!r}, engine='/gone'")
    result = project.run()
    result.assert_outcomes(failed=1)
    assert body_of_failure(result, "line:1")[0].endswith("[helm.engine]")
