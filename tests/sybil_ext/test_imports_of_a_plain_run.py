"""pytest loads the plugin in every run of every project: it costs next to nothing."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

HEAVY = ("sphinx", "docutils", "myst_parser", "sybil", "yaml", "ruamel", "jsonschema_rs",
         "jsonschema", "helm_python", "sphinx_airflow_prod.core.pipeline")  # fmt: skip


def test_a_run_without_helm_options_imports_nothing_heavy(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        f"""
        import sys

        def test_nothing_is_there(request):
            assert request.config.pluginmanager.hasplugin("sphinx-airflow-prod")
            assert [name for name in {HEAVY!r} if name in sys.modules] == []
        """
    )
    (pytester.path / "page.rst").write_text(".. helm:values::\n\n   a: 1\n", "utf-8")
    result = pytester.runpytest_subprocess("-p", "no:hypothesispytest")
    result.assert_outcomes(passed=1)
