"""How much is rendered: all examples at once, each once, and never again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.parity.readers import read_with_sphinx
from tests.sybil_ext.conftest import SHOP, Project, helm_line

pytest_plugins = ["pytester"]

CHART = f"--helm-chart={SHOP}"


@pytest.fixture
def site(project: Project) -> Project:
    """Three documents: five different examples, one of them twice, one that fails."""
    project.document(
        "docs/one.rst",
        ":name: two\n\nreplicas: 2",
        "\nreplicas: 3",
        ":extends: two\n\nimage:\n  tag: x",
    )
    project.document("docs/two.rst", "\nreplicas: 2", "\nmotd: hello")
    project.document("docs/three.rst", "\nreplicas: 10")
    return project


def test_every_distinct_example_and_the_baseline_are_rendered_once(site: Project) -> None:
    # the defaults, and replicas 2, 3, 2 with a tag, the motd, and 10, which the chart refuses
    assert helm_line(site.run(CHART, counting=True)) == "helm: 6 examples, 6 renders"


def test_pytest_renders_no_more_than_sphinx(site: Project, tmp_path: Path) -> None:
    (site.path / "docs" / "index.rst").write_text("Title\n=====\n", "utf-8")
    cache = tmp_path / "sphinx-cache"
    read_with_sphinx(site.path / "docs", tmp_path, helm_chart=str(SHOP), helm_cache_dir=str(cache))
    result = site.run(CHART, "-o", f"helm_cache_dir={cache}", counting=True)
    assert helm_line(result) == "helm: 6 examples, 0 renders"


def test_a_second_run_renders_nothing_and_says_the_same(site: Project) -> None:
    first = site.run(CHART, counting=True)
    second = site.run(CHART, counting=True)
    assert helm_line(second) == "helm: 6 examples, 0 renders"
    assert second.parseoutcomes() == first.parseoutcomes() == {"passed": 5, "failed": 1}


def test_the_renders_are_kept_in_the_cache_folder_of_pytest(site: Project) -> None:
    site.run(CHART, counting=True)
    assert any((site.path / ".pytest_cache" / "d" / "helm").iterdir())


def test_all_documents_are_evaluated_in_one_batch(
    site: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sphinx_airflow_prod.core.render.batch import BatchEngine

    batches: list[int] = []
    real = BatchEngine.run

    def run(engine: BatchEngine, jobs: list[object], progress: object = None) -> object:
        if any(type(job).__name__ == "Render" for job in jobs):
            batches.append(len(jobs))
        return real(engine, jobs, progress)  # type: ignore[arg-type]

    monkeypatch.setattr(BatchEngine, "run", run)
    site.run(CHART, counting=True)
    assert batches == [6]


def test_only_what_is_tested_is_rendered(site: Project) -> None:
    result = site.run(CHART, "docs/two.rst", "-k", "line and 5", counting=True)
    result.assert_outcomes(passed=1, deselected=1)
    assert helm_line(result) == "helm: 1 example, 2 renders"


class TestInSeveralProcesses:
    """pytest-xdist, each document in one process."""

    @pytest.fixture
    def result(self, site: Project) -> pytest.RunResult:
        site.document("docs/skip.rst", ":skip: not now\n\nreplicas: 4")
        pytest.importorskip("xdist")
        return site.pytester.runpytest_subprocess(
            "-n", "2", "--dist", "loadfile", "-rs", "-p", "no:hypothesispytest", CHART, "docs"
        )

    def test_everything_is_tested_once_and_counted(self, result: pytest.RunResult) -> None:
        result.assert_outcomes(passed=5, failed=1, skipped=1)
        result.stdout.fnmatch_lines(["SKIPPED*not now"])
        counted = re.fullmatch(r"helm: 7 examples, (\d+) renders, 1 skipped", helm_line(result))
        assert counted is not None
        # two processes may render the defaults, and one example, at the same time
        assert 6 <= int(counted[1]) <= 8
