"""``guide(...)`` in a ``conftest.py``: what is collected, what is said, what is settled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.sybil_ext.conftest import SHOP, Project, body_of_failure, helm_line

pytest_plugins = ["pytester"]

GOOD = "\nreplicas: 2"
TYPO = "\nreplicsa: 2"


def names(result: pytest.RunResult) -> list[str]:
    """Return the node ids that ``--collect-only -q`` lists."""
    return [line for line in result.outlines if "::" in line]


def test_a_test_is_named_by_its_document_and_line(project: Project) -> None:
    project.guide()
    project.document("docs/page.rst", GOOD, "\nreplicas: 3")
    assert names(project.run("--co", "-q")) == ["docs/page.rst::line:1", "docs/page.rst::line:5"]


def test_a_test_is_named_by_the_name_of_its_example_too(project: Project) -> None:
    project.guide()
    project.document("page.rst", ":name: two-webs\n" + GOOD)
    assert names(project.run("--co", "-q")) == ["page.rst::two-webs@line:1"]


def test_an_included_example_is_named_by_its_own_file(project: Project) -> None:
    project.guide("chart='x', patterns=['*.rst']")
    project.document("part.txt", GOOD)
    project.write("page.rst", ".. include:: part.txt")
    assert names(project.run("--co", "-q")) == ["page.rst::part.txt:line:1"]


def test_many_included_examples_keep_their_order(project: Project) -> None:
    project.guide("chart='x', patterns=['*.rst']")
    project.document("part.txt", *([GOOD] * 30))
    project.write("page.rst", ".. include:: part.txt")
    assert names(project.run("--co", "-q")) == [
        f"page.rst::part.txt:line:{1 + 4 * i}" for i in range(30)
    ]


def test_what_is_included_stands_between_what_surrounds_it(project: Project) -> None:
    project.guide("chart='x', patterns=['*.rst']")
    project.document("part.txt", GOOD)
    project.write(
        "page.rst",
        ".. helm:values::\n\n   a: 1\n\n.. include:: part.txt\n\n.. helm:values::\n\n   a: 2\n",
    )
    assert names(project.run("--co", "-q")) == [
        "page.rst::line:1",
        "page.rst::part.txt:line:1",
        "page.rst::line:7",
    ]


def test_claims_and_secrets_are_tests_too(project: Project) -> None:
    project.guide()
    project.write(
        "page.rst",
        ".. helm:values::\n\n   replicas: 2\n\n"
        ".. helm:manifest:: Deployment/airflow-web\n\n   spec:\n     replicas: 2\n\n"
        ".. helm:manifest:: Deployment/airflow-web\n\n   spec:\n     replicas: 4\n",
    )
    result = project.run()
    result.assert_outcomes(passed=2, failed=1)
    (said,) = body_of_failure(result, "line:10")[:1]
    assert said.startswith("page.rst:13:")
    assert said.endswith("[helm.claim]")


def test_examples_in_both_markups_are_found(project: Project) -> None:
    project.guide()
    project.document("page.rst", GOOD)
    project.write("page.md", "```{helm:values}\nreplicas: 2\n```\n")
    project.run().assert_outcomes(passed=2)


def test_a_failure_is_the_diagnostic_and_nothing_else(project: Project) -> None:
    project.guide()
    project.document("docs/page.rst", TYPO)
    result = project.run()
    assert body_of_failure(result, "line:1") == [
        "docs/page.rst:3:4: error: unknown key 'replicsa' (did you mean 'replicas'?) "
        "[helm.unknown-key]"
    ]
    result.assert_outcomes(failed=1)


def test_a_failure_shows_every_diagnostic_in_the_order_of_the_document(
    project: Project,
) -> None:
    project.guide()
    project.document("page.rst", "\nreplicsa: 2\nimage:\n  pullPolicy: Sometimes")
    shown = body_of_failure(project.run(), "line:1")
    assert [line.split(": error")[0] for line in shown] == ["page.rst:3:4", "page.rst:5:6"]


def test_the_diagnostics_of_an_example_do_not_show_at_another(project: Project) -> None:
    project.guide()
    project.document("page.rst", TYPO, GOOD)
    project.run().assert_outcomes(failed=1, passed=1)


def test_a_skipped_example_is_a_skipped_test_with_the_reason(project: Project) -> None:
    project.guide()
    project.document("page.rst", ":skip: needs a newer chart\n" + TYPO)
    result = project.run("-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*needs a newer chart"])
    assert helm_line(result) == "helm: 1 example, 0 renders, 1 skipped"


def test_a_claim_about_a_skipped_example_is_skipped(project: Project) -> None:
    project.guide()
    project.write(
        "page.rst",
        ".. helm:values::\n   :skip: why not\n\n   replicas: 2\n\n"
        ".. helm:manifest:: Deployment/airflow-web\n\n   spec:\n     replicas: 7\n",
    )
    project.run().assert_outcomes(skipped=2)


def test_a_claim_about_an_example_that_cannot_be_checked_fails(project: Project) -> None:
    project.guide()
    project.write(
        "page.rst",
        ".. helm:values::\n   :chart: none-such\n\n   replicas: 2\n\n"
        ".. helm:manifest:: Deployment/airflow-web\n\n   spec:\n     replicas: 7\n",
    )
    project.run().assert_outcomes(failed=2)


def test_a_skipped_example_with_a_mistake_in_its_options_fails(project: Project) -> None:
    project.guide()
    project.document("page.rst", ":skip: later\n:shw: x\n" + GOOD)
    result = project.run()
    result.assert_outcomes(failed=1)
    assert "unknown option 'shw'" in body_of_failure(result, "line:1")[0]


class TestWarnings:
    """A diagnostic that is no error is a warning of pytest's."""

    def setup_project(self, project: Project, *filters: str) -> None:
        project.guide(f"chart={str(SHOP)!r}, unknown_keys='warning'")
        project.document("page.rst", TYPO + "\nreplicas: 2")
        # the filters of the run around this one make every warning an error
        lines = "\n  ".join(filters or ("default",))
        project.write("pytest.ini", f"[pytest]\nfilterwarnings =\n  {lines}\n")

    def test_it_stands_in_the_warnings_summary_at_its_place(self, project: Project) -> None:
        self.setup_project(project)
        result = project.run()
        result.assert_outcomes(passed=1, warnings=1)
        result.stdout.fnmatch_lines(
            ["*/page.rst:3: HelmDiagnosticWarning: page.rst:3:4: warning: unknown key 'replicsa'*"]
        )

    def test_where_warnings_are_errors_it_is_a_failure_without_a_traceback(
        self, project: Project
    ) -> None:
        self.setup_project(project, "error")
        result = project.run()
        result.assert_outcomes(failed=1)
        (line,) = body_of_failure(result, "line:1")
        assert line.startswith("page.rst:3:4: warning: unknown key 'replicsa'")


class TestSettings:
    """Where settings come from, and which win."""

    def test_arguments_win_over_pyproject(self, project: Project) -> None:
        project.write("pyproject.toml", "[tool.sphinx-airflow-prod]\nchart = 'none-such'\n")
        project.guide()
        project.document("page.rst", GOOD)
        project.run().assert_outcomes(passed=1)

    def test_pyproject_alone_is_enough(self, project: Project) -> None:
        chart = os.path.relpath(SHOP, project.path)
        project.write(
            "pyproject.toml",
            f"[tool.sphinx-airflow-prod]\nchart = '{chart}'\nunknown-keys = 'ignore'\n",
        )
        project.guide("")
        project.document("docs/page.rst", TYPO + "\nreplicas: 2")
        project.run().assert_outcomes(passed=1)

    def test_the_settings_of_pyproject_that_are_no_arguments_hold(self, project: Project) -> None:
        project.write("pyproject.toml", "[tool.sphinx-airflow-prod]\nunknown-keys = 'ignore'\n")
        project.guide()
        project.document("page.rst", TYPO + "\nreplicas: 2")
        project.run().assert_outcomes(passed=1)

    def test_a_relative_path_is_relative_to_the_conftest(self, project: Project) -> None:
        folder = project.path / "docs"
        folder.mkdir()
        (project.path / "chart").symlink_to(SHOP)
        project.write(
            "docs/conftest.py",
            "from sphinx_airflow_prod.sybil_ext import guide\n"
            "pytest_collect_file = guide(chart='../chart').pytest()\n",
        )
        project.document("docs/page.rst", GOOD)
        project.run("docs").assert_outcomes(passed=1)

    def test_a_path_may_be_a_path(self, project: Project) -> None:
        project.write(
            "conftest.py",
            "from pathlib import Path\n"
            "from sphinx_airflow_prod.sybil_ext import guide\n"
            f"pytest_collect_file = guide(Path({str(SHOP)!r})).pytest()\n",
        )
        project.document("page.rst", GOOD)
        project.run().assert_outcomes(passed=1)

    def test_values_lie_beneath_every_example(self, project: Project) -> None:
        project.guide(f"chart={str(SHOP)!r}, values={{'config': {{'a': 'b'}}}}")
        project.document("page.rst", ":show: ConfigMap/airflow-config#data.a\n" + GOOD)
        project.run().assert_outcomes(passed=1)

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ("chrat='x'", "unknown setting 'chrat' (did you mean 'chart'?)"),
            ("chart=7", "expected str or dict, got int 7"),
            ("chart='x', timeout='long'", "timeout: expected int or float, got str 'long'"),
            ("chart='x', unknown_keys='perhaps'", "'perhaps' is not one of 'error'"),
        ],
    )
    def test_a_wrong_setting_is_told_once_without_a_traceback(
        self, project: Project, arguments: str, said: str
    ) -> None:
        project.guide(arguments)
        project.document("one.rst", GOOD)
        project.document("two.rst", GOOD)
        result = project.run()
        text = result.stdout.str()
        assert said in text
        assert "Traceback" not in text
        assert ".py:1" not in text
        result.assert_outcomes(errors=1)

    def test_a_broken_pyproject_is_told(self, project: Project) -> None:
        project.write("pyproject.toml", "[tool.sphinx-airflow-prod]\njobs = 'many'\n")
        project.write("pytest.ini", "[pytest]\n")
        project.guide()
        project.document("page.rst", GOOD)
        result = project.run()
        result.stdout.fnmatch_lines(["pyproject.toml: error: jobs: expected int, got str 'many'*"])
        assert result.ret == pytest.ExitCode.INTERRUPTED


class TestDocuments:
    """Which documents belong to a guide."""

    def test_patterns_choose(self, project: Project) -> None:
        project.guide("chart='x', patterns=['*.txt']")
        project.document("page.txt", GOOD)
        project.document("page.rst", GOOD)
        assert names(project.run("--co", "-q")) == ["page.txt::line:1"]

    def test_excludes_leave_out(self, project: Project) -> None:
        project.guide("chart='x', excludes=['draft-*.rst', 'old/*']")
        for name in ("page.rst", "draft-page.rst", "old/page.rst"):
            project.document(name, GOOD)
        assert names(project.run("--co", "-q")) == ["page.rst::line:1"]

    def test_documents_beside_the_folder_of_the_conftest_are_not_its_business(
        self, project: Project
    ) -> None:
        project.guide("chart='x'")
        (project.path / "docs").mkdir()
        (project.path / "conftest.py").rename(project.path / "docs" / "conftest.py")
        project.document("docs/page.rst", GOOD)
        project.document("other/page.rst", GOOD)
        assert names(project.run("--co", "-q")) == ["docs/page.rst::line:1"]

    def test_the_nearest_of_two_guides_takes_a_document(self, project: Project) -> None:
        project.guide("chart='none-such'")
        project.guide()
        project.write("docs/conftest.py", (project.path / "conftest.py").read_text("utf-8"))
        project.guide("chart='none-such'")
        project.document("docs/page.rst", GOOD)
        project.run().assert_outcomes(passed=1)

    def test_a_document_without_examples_has_no_tests(self, project: Project) -> None:
        project.guide("chart='x'")
        project.write("page.rst", "Title\n=====\n\n.. note:: Text.\n")
        assert project.run().ret == pytest.ExitCode.NO_TESTS_COLLECTED

    def test_a_directive_that_docutils_refuses_fails(self, project: Project) -> None:
        project.guide()
        project.document("page.rst", ":name: a\n:name: b\n" + GOOD, "\nreplicas: 3")
        result = project.run()
        result.assert_outcomes(failed=1, passed=1)
        (line,) = body_of_failure(result, "line:1")
        assert line.startswith("page.rst:1:1: error: ")
        assert 'duplicate option "name"' in line

    def test_a_misspelt_directive_fails(self, project: Project) -> None:
        project.guide()
        project.write("page.rst", ".. helm:valeus::\n\n   replicas: 2\n")
        result = project.run()
        assert body_of_failure(result, "line:1") == [
            "page.rst:1:1: error: unknown directive 'helm:valeus' (did you mean 'helm:values'?) "
            "[helm.option]"
        ]

    def test_a_document_that_is_not_utf8_fails(self, project: Project) -> None:
        project.guide()
        path = project.document("page.rst", GOOD)
        path.write_bytes(path.read_bytes() + "größer".encode("latin-1"))
        result = project.run()
        assert body_of_failure(result, "encoding") == ["page.rst: is not UTF-8"]

    def test_markdown_without_myst_parser_fails_with_the_way_out(
        self, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(__import__("sys").modules, "myst_parser.parsers.docutils_", None)
        project.guide()
        project.write("page.md", "```{helm:values}\nreplicas: 2\n```\n")
        result = project.run()
        (line,) = body_of_failure(result, "markdown")
        assert line.startswith("page.md: cannot read Markdown: ")
        assert line.endswith("install myst-parser, for example with the extra 'myst' "
                             "of sphinx-airflow-prod")  # fmt: skip

    def test_markdown_without_examples_needs_no_myst_parser(
        self, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(__import__("sys").modules, "myst_parser.parsers.docutils_", None)
        project.guide()
        project.write("README.md", "# A chart for helm\n\nWe include `helm:values`.\n")
        assert project.run().ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_single_test_can_be_named(project: Project) -> None:
    project.guide()
    project.document("page.rst", GOOD, "\nreplicas: 3")
    result = project.run("page.rst::line:5", counting=True)
    result.assert_outcomes(passed=1)
    assert helm_line(result) == "helm: 1 example, 2 renders"


def test_a_single_test_knows_the_examples_that_it_extends(project: Project) -> None:
    project.guide()
    project.document("page.rst", ":name: base\n" + GOOD, ":extends: base\n\nconfig: {a: b}")
    project.run("page.rst::line:6").assert_outcomes(passed=1)


def test_examples_are_chosen_by_name(project: Project) -> None:
    project.guide()
    project.document("page.rst", ":name: many\n" + GOOD, ":name: few\n\nreplicas: 3")
    project.run("-k", "many").assert_outcomes(passed=1, deselected=1)


def test_two_tests_of_one_document_can_be_named(project: Project) -> None:
    project.guide()
    project.document("page.rst", GOOD, "\nreplicas: 3", "\nreplicas: 4")
    project.run("page.rst::line:1", "page.rst::line:9").assert_outcomes(passed=2)


@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_paths_in_messages_are_relative_to_the_working_directory(
    project: Project, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.guide()
    path = project.document("docs/page.rst", TYPO)
    if where == "elsewhere":
        (project.path / "other").mkdir()
        monkeypatch.chdir(project.path / "other")
    result = project.run(str(path))
    expected = {"here": "docs/page.rst", "elsewhere": str(path)}[where]
    assert body_of_failure(result, "line:1")[0].startswith(f"{expected}:3:4: error: ")


@pytest.mark.parametrize("arguments", [(), ("docs",), ("docs/page.rst",)])
def test_the_whole_project_may_be_reached_by_a_link(
    project: Project, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    project.guide()
    for name in ("conftest.py", "docs/page.rst"):
        target = project.path / "real" / name
        target.parent.mkdir(parents=True, exist_ok=True)
    (project.path / "conftest.py").rename(project.path / "real" / "conftest.py")
    project.document("real/docs/page.rst", GOOD)
    (project.path / "link").symlink_to(project.path / "real")
    monkeypatch.chdir(project.path / "link")
    project.run(*arguments).assert_outcomes(passed=1)


def test_a_folder_of_documents_may_be_a_link(project: Project, tmp_path: Path) -> None:
    project.guide()
    outside = tmp_path / "outside"
    outside.mkdir()
    (project.path / "docs").symlink_to(outside)
    project.document("docs/page.rst", GOOD)
    project.run("docs").assert_outcomes(passed=1)
