"""A guide is a Sybil: it can stand beside others, and be used without our collector."""

from __future__ import annotations

import pytest

from tests.sybil_ext.conftest import SHOP, Project

pytest_plugins = ["pytester"]


@pytest.fixture
def plain(project: Project) -> Project:
    """A project whose conftest gives Sybil's own collector a guide and another Sybil."""
    project.write(
        "conftest.py",
        "from sybil import Sybil\n"
        "from sybil.parsers.rest import PythonCodeBlockParser\n"
        "from sphinx_airflow_prod.sybil_ext import guide\n\n"
        "python = Sybil(parsers=[PythonCodeBlockParser()], pattern='*.rst')\n"
        f"pytest_collect_file = (python + guide({str(SHOP)!r})).pytest()\n",
    )
    return project


def test_the_examples_of_both_sybils_are_tested(plain: Project) -> None:
    plain.write(
        "page.rst",
        ".. code-block:: python\n\n   assert 1 + 1 == 2\n\n.. helm:values::\n\n   replicas: 2\n",
    )
    plain.run().assert_outcomes(passed=2)


def test_a_failure_holds_the_diagnostic_and_no_traceback(plain: Project) -> None:
    plain.document("page.rst", "\nreplicsa: 2")
    result = plain.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["page.rst:3:4: error: unknown key 'replicsa'*"])
    assert "guides.py" not in result.stdout.str()


def test_skip_skips(plain: Project) -> None:
    plain.document("page.rst", ":skip: not yet\n\nreplicsa: 2")
    result = plain.run("-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*not yet"])


def test_a_misspelt_directive_fails(plain: Project) -> None:
    plain.write("page.rst", ".. helm:valeus::\n\n   replicas: 2\n")
    plain.run().assert_outcomes(failed=1)


def test_examples_of_an_included_file_are_tested(plain: Project) -> None:
    plain.document("part.txt", "\nreplicas: 2", "\nreplicas: 3", "\nreplicsa: 2")
    plain.write("page.rst", ".. include:: part.txt")
    plain.run().assert_outcomes(passed=2, failed=1)


def test_a_guide_makes_documents_for_any_test_runner(project: Project) -> None:
    from sphinx_airflow_prod.core.settings import Settings
    from sphinx_airflow_prod.sybil_ext import Guide

    path = project.document("page.rst", "\nreplicas: 2", ":name: x\n\nreplicas: 3")
    guide = Guide(project.path, Settings(chart=str(SHOP)))
    examples = list(guide.parse(path))
    assert [guide.identify(example) for example in examples] == ["line:1", "x@line:5"]
    for example in examples:
        example.evaluate()
    guide.batch.close()
