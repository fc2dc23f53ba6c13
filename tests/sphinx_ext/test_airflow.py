"""The domain ``airflow``: configuration on pages, checked and in three notations."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.airflow.config_samples import CORE_METADATA, FILES, wheel
from tests.core.directives import CHARTS
from tests.sphinx_ext.site import Site, page, values

CONFIG = ".. airflow:config::\n   :name: conn\n\n   [core]\n   executor = x\n"
ENV = ".. airflow:env::\n\n   export AIRFLOW__CORE__EXECUTOR=x\n"


@pytest.fixture
def guide(site: Site, tmp_path: Path) -> Site:
    """A site that knows the small Airflow."""
    core = wheel(tmp_path, "apache_airflow_core-3.2.1", FILES | CORE_METADATA)
    site.conf["airflow_config_source"] = str(core)
    return site


def test_a_configuration_has_three_tabs_that_are_selected_together(guide: Site) -> None:
    guide.write("index.rst", page(CONFIG, ENV, ":ref:`here <conn>`"))
    build = guide.build()
    assert build.warnings == []
    html = build.page("index.html")
    titles = [[tab.text for tab in group.select('[role="tab"]')]
              for group in html.select(".helm-passed .sphinx-tabs")]  # fmt: skip
    assert titles == [
        ["airflow.cfg", "environment", "values.yaml"],
        ["environment", "airflow.cfg", "values.yaml"],
    ]
    names = [[tab["name"] for tab in group.select('[role="tab"]')]
             for group in html.select(".sphinx-tabs")]  # fmt: skip
    assert names[0] == ["airflow-cfg", "airflow-env", "airflow-values"]
    assert names[1] == ["airflow-env", "airflow-cfg", "airflow-values"]
    assert [div.text for div in html.select(".highlight-ini, .highlight-bash")] == [
        "[core]\nexecutor = x\n\n",
        "AIRFLOW__CORE__EXECUTOR=x\n\n",
        "export AIRFLOW__CORE__EXECUTOR=x\n\n",
        "[core]\nexecutor = x\n\n",
    ]
    assert html.select_one("#conn.airflow-config") is not None
    (footer,) = html.select(".helm-provenance")
    assert footer.text.strip() == "Examples on this page were checked against Airflow 3.2.1."


def test_builders_without_tabs_show_them_one_after_another(guide: Site) -> None:
    guide.write("index.rst", page(CONFIG))
    text = guide.build("text").text("index.txt")
    for part in ("airflow.cfg", "executor = x", "environment", "AIRFLOW__CORE__EXECUTOR=x",
                 "values.yaml", "executor: x"):  # fmt: skip
        assert part in text


def test_what_is_wrong_is_a_warning_at_its_place_every_time(guide: Site) -> None:
    guide.write("index.rst", page("* item\n\n  .. airflow:config::\n\n     [core]\n     a = b\n"))
    for _ in range(2):
        build = guide.build()
        (warning,) = build.warnings
        assert warning.startswith("index.rst:9:6: WARNING: Airflow 3.2.1 has no option 'a'")
        assert warning.endswith("[airflow.option]")
    assert guide.build(suppress_warnings=["airflow.option"]).warnings == []
    (mark,) = build.page("index.html").select(".helm-failed .helm-mark")
    assert mark.text.strip() == "Not verified: this example did not pass its checks."


def test_without_a_source_it_is_said_once_and_shown(guide: Site) -> None:
    guide.write("index.rst", page(CONFIG, ENV, values("replicas: 3")))
    build = guide.build(airflow_config_source="gone.whl")
    (warning,) = build.warnings
    assert "gone.whl' cannot be read as a wheel" in warning
    assert "pip install --no-deps apache-airflow-core" in warning
    assert warning.endswith("[airflow.source]")
    html = build.page("index.html")
    assert [mark.text.strip() for mark in html.select(".helm-unverified .helm-mark")] == [
        "Not verified: there was nothing to read Airflow's options from."
    ] * 2
    assert len(html.select(".helm-passed")) == 1
    assert build.summary.startswith("1 example, 2 Airflow snippets, ")
    assert build.summary.endswith(", 2 not verified")


def test_a_source_that_arrives_writes_the_pages_anew(guide: Site) -> None:
    guide.write("index.rst", page(CONFIG))
    guide.build(airflow_config_source="gone.whl")
    build = guide.build()
    assert build.read == set()
    assert build.written == {"index"}
    assert "helm-unverified" not in build.text("index.html")


def test_documents_are_read_in_parallel(guide: Site) -> None:
    names = [f"page{number}" for number in range(8)]
    guide.write("index.rst", page(".. toctree::\n\n" + "".join(f"   {name}\n" for name in names)))
    for name in names:
        guide.write(f"{name}.rst", page(ENV.replace("=x", f"={name}")))
    build = guide.run("-j", "3")
    assert build.warnings == []
    assert build.summary.startswith("0 examples, 8 Airflow snippets")
    assert all("executor: page7" in build.page("page7.html").text for _ in names)


def test_markdown_works_alike(guide: Site) -> None:
    guide.write("conf.py", 'extensions = ["sphinx_airflow_prod", "myst_parser"]\n')
    guide.write("index.md", "# Page\n\n```{airflow:config}\n[core]\nb = c\n```\n")
    (warning,) = guide.build().warnings
    assert warning.startswith("index.md:5:1: WARNING: Airflow 3.2.1 has no option 'b'")


def test_a_chart_of_airflow_shows_what_the_values_change(guide: Site) -> None:
    guide.conf["helm_chart"] = str(CHARTS / "airflow-config")
    config = CONFIG.replace("executor = x", "parallelism = 64")
    guide.write("index.rst", page(config, ENV.replace("EXECUTOR=x", "PARALLELISM=64")))
    build = guide.build()
    assert build.warnings == []
    html = build.page("index.html")
    titles = [[tab.text for tab in group.select('[role="tab"]')]
              for group in html.select(".helm-passed .sphinx-tabs")]  # fmt: skip
    assert titles == [
        ["airflow.cfg", "environment", "values.yaml", "Changes"],
        ["environment", "airflow.cfg", "values.yaml", "Changes"],
    ]
    assert (
        len([div for div in html.select(".highlight-diff") if "parallelism = 64" in div.text]) == 2
    )
    (footer,) = html.select(".helm-provenance")
    assert "checked against airflow-config 1.0.0 (sha256:" in footer.text
    assert footer.text.strip().endswith("; Airflow 3.2.1.")
    again = guide.build()
    assert (again.read, again.written, again.warnings) == (set(), set(), [])
    assert again.summary.endswith(", 0 renders")


def test_without_an_engine_the_values_are_not_verified(guide: Site) -> None:
    guide.conf["helm_chart"] = str(CHARTS / "airflow-config")
    guide.write("index.rst", page(CONFIG))
    build = guide.build(helm_engine="/gone/helm")
    (warning,) = build.warnings
    assert warning.endswith("[helm.engine]")
    (mark,) = build.page("index.html").select(".helm-unverified .helm-mark")
    assert mark.text.strip() == "Not verified: no Helm engine or no chart was there to check this."


def test_what_the_charts_schema_refuses_is_a_warning_at_the_option(guide: Site) -> None:
    guide.conf["helm_chart"] = str(CHARTS / "airflow-config")
    guide.write("index.rst", page(".. airflow:config::\n\n   [core]\n   executor = Other\n"))
    (warning,) = guide.build().warnings
    assert warning.startswith("index.rst:7:4: WARNING: executor: 'Other' is not one of")
    assert warning.endswith("[helm.schema]")
