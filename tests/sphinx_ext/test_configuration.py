"""Settings: ``pyproject.toml`` beneath ``conf.py`` beneath ``-D``; what is wrong is a warning."""

from __future__ import annotations

from typing import Any

from tests.sphinx_ext.conftest import CONF
from tests.sphinx_ext.site import CHARTS, SHOP, Site, page, values

EXAMPLE = page(values("replicas: 3"))
TABLE = "[tool.sphinx-airflow-prod]\n"


def whole_deployment(site: Site, **overrides: Any) -> str:
    """Build a page that shows the whole Deployment; return its text.

    *overrides* are what ``-D`` gives: text.
    """
    site.write("index.rst", page(values("replicas: 3", "show: Deployment/*", "full:")))
    build = site.build("text", **overrides)
    assert build.stderr == ""
    return build.text("index.txt")


def test_settings_come_from_pyproject_toml(site: Site) -> None:
    del site.conf["helm_chart"]
    site.write("pyproject.toml", f'{TABLE}chart = "{SHOP.as_posix()}"\nrelease = "from-project"\n')
    assert "name: from-project-web" in whole_deployment(site)


def test_the_chart_of_pyproject_toml_is_relative_to_that_file(site: Site) -> None:
    del site.conf["helm_chart"]
    site.source.joinpath("chart").symlink_to(SHOP, target_is_directory=True)
    site.write("pyproject.toml", f'{TABLE}chart = "chart"\n')
    site.write("docs/conf.py", CONF)
    site.write("docs/index.rst", EXAMPLE)
    docs = Site(site.source / "docs", site.work, site.conf)
    assert docs.build("text").warnings == []


def test_conf_py_wins_over_pyproject_toml(site: Site) -> None:
    site.write("pyproject.toml", f'{TABLE}release = "from-project"\nnamespace = "project"\n')
    site.write("conf.py", CONF + 'helm_release = "from-conf"\n')
    text = whole_deployment(site)
    assert "name: from-conf-web" in text
    assert "namespace: project" in text


def test_the_command_line_wins_over_conf_py(site: Site) -> None:
    site.write("conf.py", CONF + 'helm_release = "from-conf"\n')
    assert "name: from-line-web" in whole_deployment(site, helm_release="from-line")


def test_numbers_and_lists_of_the_command_line_are_converted(site: Site) -> None:
    text = whole_deployment(
        site,
        helm_timeout="20.5",
        helm_jobs="1",
        helm_max_manifest_tabs="1",
        helm_api_versions="a/v1,monitoring.coreos.com/v1",
    )
    assert 'monitored: "true"' in text


def test_a_number_of_the_command_line_that_is_none_is_a_warning(site: Site) -> None:
    site.write("index.rst", EXAMPLE)
    build = site.build(helm_timeout="soon")
    assert build.warnings == [
        "WARNING: helm_timeout: expected int or float, got str 'soon' [helm.config]"
    ]


def test_what_is_wrong_in_conf_py_is_a_warning_at_its_line(site: Site) -> None:
    site.write("index.rst", EXAMPLE)
    site.write(
        "conf.py",
        CONF + 'helm_timeout = "soon"\nhelm_tiemout = 5\nhelm_unknown_keys = "fatal"\n'
        'helm_jobs = 0\nhelm_placeholders = "("\nhelm_charts = {"a": 1}\n',
    )  # fmt: skip
    build = site.build()
    assert build.exit_status == 0
    assert build.first_lines == [
        "conf.py:8:1: WARNING: helm_charts: 'a': expected the path of a chart, got 1 [helm.config]",
        "conf.py:5:1: WARNING: helm_unknown_keys: 'fatal' is not one of 'error', 'warning', "
        "'ignore' [helm.config]",
        "conf.py:7:1: WARNING: helm_placeholders: is no regular expression: missing ), "
        "unterminated subpattern at position 0 [helm.config]",
        "conf.py:6:1: WARNING: helm_jobs: must be greater than 0, got 0 [helm.config]",
        "conf.py:3:1: WARNING: helm_timeout: expected int or float, got str 'soon' [helm.config]",
        "conf.py:4:1: WARNING: unknown setting 'helm_tiemout' (did you mean 'helm_timeout'?) "
        "[helm.config]",
    ]


def test_settings_about_airflow_itself_have_no_prefix(site: Site) -> None:
    site.write("index.rst", EXAMPLE)
    site.write(
        "conf.py",
        CONF + 'airflow_config_source = 3\nairflow_config_alow = []\n'
        'helm_airflow_config_allow = []\nairflow_version = "3.1"\n',
    )  # fmt: skip
    assert site.build().first_lines == [
        "conf.py:3:1: WARNING: airflow_config_source: expected str or list or tuple, got int 3 "
        "[helm.config]",
        "conf.py:4:1: WARNING: unknown setting 'airflow_config_alow' (did you mean "
        "'airflow_config_allow'?) [helm.config]",
        "conf.py:5:1: WARNING: unknown setting 'helm_airflow_config_allow' (did you mean "
        "'airflow_config_allow'?) [helm.config]",
    ]


def test_functions_of_conf_py_are_not_taken_for_settings(site: Site) -> None:
    site.write("index.rst", EXAMPLE)
    site.write("conf.py", CONF + "def helm_something(): ...\n")
    assert site.build().warnings == []


def test_wrong_settings_in_pyproject_toml_are_warnings(site: Site) -> None:
    site.write("index.rst", EXAMPLE)
    site.write("pyproject.toml", f"{TABLE}timeout = true\nrelaese = 'x'\n")
    assert site.build().first_lines == [
        "pyproject.toml:1: WARNING: timeout: expected int or float, got bool True [helm.config]",
        "pyproject.toml:1: WARNING: unknown setting 'relaese' (did you mean 'release'?) "
        "[helm.config]",
    ]


def test_a_broken_pyproject_toml_is_a_warning(site: Site) -> None:
    site.write("index.rst", EXAMPLE)
    site.write("pyproject.toml", f"{TABLE}timeout = \n")
    (warning,) = site.build().first_lines
    assert warning.startswith("pyproject.toml:1: WARNING: cannot read the settings: Invalid value")


def test_settings_are_checked_in_a_site_without_examples_too(site: Site) -> None:
    site.write("index.rst", page("Nothing here."))
    (warning,) = site.build(helm_jobs=0).first_lines
    assert warning == "WARNING: helm_jobs: must be greater than 0, got 0 [helm.config]"


def test_a_code_can_be_suppressed(site: Site) -> None:
    site.write("index.rst", page(values("replicas: 1"), values("replcas: 1")))
    build = site.build(suppress_warnings=["helm.no-effect"], warnings_are_errors=True)
    assert [line.split("[")[-1] for line in build.first_lines] == ["helm.unknown-key]"]
    assert site.build(suppress_warnings=["helm"], warnings_are_errors=True).exit_status == 0


def test_unknown_keys_can_be_ignored(site: Site) -> None:
    site.write("index.rst", page(values("replcas: 1", "no-effect:")))
    assert site.build(helm_unknown_keys="ignore").warnings == []


def test_values_of_the_site_lie_beneath_examples_and_baseline(site: Site) -> None:
    site.write("index.rst", page(values("replicas: 3", "tabs: values, changes, manifests")))
    text = site.build("text", helm_values={"config": {"colour": "blue"}}).text("index.txt")
    assert "colour" not in text, "what the site sets is no change of the example"
    site.write("index.rst", page(values("config: {colour: blue}")))
    (warning,) = site.build("text", helm_values={"config": {"colour": "blue"}}).first_lines
    assert "the example changes nothing" in warning


def test_two_charts_in_one_site(site: Site) -> None:
    site.write(
        "index.rst",
        page(
            values("replicas: 3"),
            values("message: hello", "chart: other", "show: ConfigMap/*"),
            values("replicas: 3", "chart: another"),
        ),
    )
    build = site.build("text", helm_charts={"other": str(CHARTS / "no-schema")})
    assert build.first_lines == [
        "WARNING: chart no-schema 0.1.0 has no values.schema.json: values are rendered, but "
        "neither their types nor their keys are checked [helm.chart-schema]",
        "index.rst:15:4: WARNING: no chart 'another' in helm_charts (other) [helm.chart]",
    ]
    text = build.text("index.txt")
    assert "replicas: 3" in text
    assert "message: hello" in text
    assert "against no-schema 0.1.0" in text
    assert "; shop 1.2.3" in text
