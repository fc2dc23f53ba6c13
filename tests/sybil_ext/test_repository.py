"""pytest with the chart of a chart repository, which is served on this machine."""

from __future__ import annotations

import hashlib
import json

import pytest

from tests.chart_repository import Repository, shop
from tests.sybil_ext.conftest import Project, body_of_failure

pytest_plugins = ["pytester"]

DIGEST = hashlib.sha256(shop().archive).hexdigest()


@pytest.fixture
def guide(project: Project, repository: Repository) -> Project:
    """A folder with one example, and a repository with its chart."""
    repository.publish(shop())
    project.document("page.rst", "\nreplicas: 2")
    return project


def table(repository: Repository) -> str:
    """Return the source as TOML writes it in one line."""
    entries = repository.source(sha256=DIGEST).items()
    return "{" + ", ".join(f'{key} = "{text}"' for key, text in entries) + "}"


def test_guide_takes_it_as_conf_py_does(guide: Project, repository: Repository) -> None:
    guide.guide(f"chart={repository.source(sha256=DIGEST)!r}")
    guide.run().assert_outcomes(passed=1)
    assert repository.requests == ["index.yaml", "shop-1.2.3.tgz"]


def test_guide_takes_it_from_pyproject(guide: Project, repository: Repository) -> None:
    guide.write("pyproject.toml", f"[tool.sphinx-airflow-prod]\nchart = {table(repository)}\n")
    guide.guide("")
    guide.run().assert_outcomes(passed=1)


@pytest.mark.parametrize("form", ["toml", "json"])
def test_the_command_line_takes_it_as_text(
    guide: Project, repository: Repository, form: str
) -> None:
    as_json = json.dumps(repository.source(sha256=DIGEST))
    text = table(repository) if form == "toml" else as_json
    guide.run(f"--helm-chart={text}").assert_outcomes(passed=1)


def test_so_does_the_ini_file(guide: Project, repository: Repository) -> None:
    guide.write("pytest.ini", f"[pytest]\nhelm_chart = {table(repository)}\n")
    guide.run().assert_outcomes(passed=1)


def test_what_cannot_be_used_is_told_before_anything_runs(guide: Project) -> None:
    result = guide.run('--helm-chart={repo = "https://a.example", nme = "shop"}')
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (said,) = [line for line in result.errlines if "helm_chart" in line]
    assert "unknown key 'nme' (did you mean 'name'?)" in said


def test_a_chart_that_cannot_be_had_fails_the_test(guide: Project, repository: Repository) -> None:
    repository.stop()
    guide.guide(f"chart={repository.source(sha256=DIGEST)!r}")
    result = guide.run()
    result.assert_outcomes(failed=1)
    assert body_of_failure(result, "line:1") == [
        f"error: chart shop 1.2.3 of {repository.url} cannot be downloaded: "
        f"{repository.url}/index.yaml cannot be reached (Connection refused); "
        f"where there is a network, run 'helm pull shop --repo {repository.url} --version 1.2.3', "
        "and set helm_chart to the file [helm.chart]",
    ]


def test_without_a_digest_the_summary_says_which_to_write(
    guide: Project, repository: Repository
) -> None:
    guide.guide(f"chart={repository.source()!r}")
    result = guide.run()
    result.assert_outcomes(passed=1)
    (line,) = [line for line in result.outlines if "helm.chart-digest" in line]
    assert f'write "sha256": "{DIGEST}" beside its version' in line
