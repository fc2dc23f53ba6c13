"""Reference tables as tests: one each, which passes if what it names exists."""

from __future__ import annotations

from tests.sybil_ext.conftest import SHOP, Project, body_of_failure, helm_line

pytest_plugins = ["pytester"]

PAGE = """
.. helm:parameters:: image service.port

.. helm:parameters:: image.tga

.. helm:parameters:: nothing
   :skip: not yet

.. airflow:options:: core
"""


def test_a_table_passes_if_its_paths_exist(project: Project) -> None:
    project.write("page.rst", PAGE)
    project.guide(f"chart={str(SHOP)!r}, airflow_config_source='gone.whl'")
    result = project.run()
    result.assert_outcomes(passed=1, failed=2, skipped=1)
    (line,) = body_of_failure(result, "line:4")
    assert line.startswith("page.rst:4:28: error: unknown key 'tga' in image")
    assert line.endswith("[helm.unknown-key]")
    (line,) = body_of_failure(result, "line:9")
    assert line.endswith("[airflow.source]")
    assert helm_line(result) == "helm: 0 examples, 4 tables, 0 renders, 1 skipped"
