"""``helm:parameters`` and ``airflow:options``: tables whose rows are targets."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.airflow.config_samples import CORE_METADATA, FILES, wheel
from tests.sphinx_ext.conftest import CONF
from tests.sphinx_ext.inventories import inventory
from tests.sphinx_ext.site import SHOP, Build, Site, page

WEB = ".. helm:parameters:: web\n"


def rows(build: Build, name: str = "index.html") -> list[list[str]]:
    """Return the text of each row's cells."""
    return [
        [" ".join(part.get_text() for part in cell.select("p")) for cell in row.select("td")]
        for row in build.page(name).select("table.helm-table tbody tr")
    ]


def names(build: Build, name: str = "index.html") -> list[str]:
    return [row.select("td code")[0].text for row in build.page(name).select(".helm-table tr[id]")]


@pytest.fixture
def guide(tmp_path: Path) -> Site:
    """Two pages and a chart of their own."""
    site = Site(tmp_path / "source", tmp_path / "work", {})
    site.write("conf.py", CONF + 'helm_chart = "chart"\nexclude_patterns = ["chart"]\n')
    shutil.copytree(SHOP, site.source / "chart")
    site.write("index.rst", page(".. toctree::\n\n   other\n", ".. helm:parameters:: image\n"))
    site.write("other.rst", page("Nothing."))
    return site


def test_rows_have_path_type_default_and_description(guide: Site) -> None:
    guide.write("index.rst", page(".. helm:parameters::\n", ".. toctree::\n\n   other\n"))
    build = guide.build(nitpicky=True)
    assert build.warnings == []
    assert rows(build) == [
        ["replicas¶", "integer", "1", ""],
        ["image.tag¶", "string", '"1.0"', ""],
        ["image.pullPolicy¶", "string", "IfNotPresent", "One of Always, IfNotPresent, Never."],
        ["service.enabled¶", "boolean", "true", ""],
        ["service.port¶", "integer", "80", ""],
        ["workers¶", "list of strings", "[]", "as many more Deployments as there are names"],
        ["config¶", "mapping of strings", "{}", ""],
        ["motd¶", "string", '""', "a template: Helm evaluates it"],
    ]
    assert build.summary == "0 examples, 1 table, 0 renders"
    (foot,) = build.page("index.html").select(".helm-provenance")
    assert foot.text.strip().startswith("Tables on this page were made from shop 1.2.3 (")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_each_row_is_a_target_in_the_inventory(guide: Site, jobs: str) -> None:
    guide.write("other.rst", page(".. helm:parameters:: service\n   :name: here\n"))
    build = guide.run("-j", jobs, "-n")
    assert build.warnings == []
    assert inventory(build, "helm:value") == {
        "image": "index.html#helm-value-image",
        "image.pullPolicy": "index.html#helm-value-image.pullPolicy",
        "image.tag": "index.html#helm-value-image.tag",
        "service": "other.html#helm-value-service",
        "service.enabled": "other.html#helm-value-service.enabled",
        "service.port": "other.html#helm-value-service.port",
    }
    html = build.page("index.html")
    assert html.select_one('tr[id="helm-value-image.tag"]') is not None
    assert html.select('a.headerlink[href="#helm-value-image.tag"]')
    assert build.page("other.html").select_one("#here table") is not None


def test_markdown_works_alike(guide: Site) -> None:
    guide.write("conf.py", CONF.replace('prod"]', 'prod", "myst_parser"]') + 'helm_chart = "chart"')
    guide.write("other.rst", page(".. helm:parameters:: service replicas\n"))
    rst = guide.build()
    guide.remove("other.rst")
    guide.write("other.md", "# Page\n\n```{helm:parameters} service replicas\n```\n")
    myst = guide.build()
    assert myst.warnings == []
    assert rows(myst, "other.html") == rows(rst, "other.html") != []


def test_an_unknown_path_is_told_at_its_place_every_time(guide: Site) -> None:
    guide.write("other.rst", page("* item\n\n  .. helm:parameters:: replicas, image.tga\n"))
    for _ in range(2):
        (warning,) = guide.build().warnings
        assert warning == (
            "other.rst:6:40: WARNING: unknown key 'tga' in image; the keys known there are "
            "'tag', 'pullPolicy' [helm.unknown-key]"
        )
    assert names(guide.build(), "other.html") == ["replicas"]


def test_what_two_tables_describe_is_told_once_for_both(guide: Site) -> None:
    guide.write(
        "other.rst", page(".. helm:parameters:: image\n", ".. helm:parameters:: image.tag\n")
    )
    for _ in range(2):
        build = guide.build()
        assert build.warnings == [
            "other.rst:4:1: WARNING: duplicate description of 3 values (image, image.tag, "
            "image.pullPolicy), other instance in index, use :no-index: for one of them "
            "[helm.duplicate-target]",
            "other.rst:6:1: WARNING: duplicate description of value image.tag, other instance in "
            "index, use :no-index: for one of them [helm.duplicate-target]",
        ]
    assert names(build, "other.html") == []
    guide.write("other.rst", page(".. helm:parameters:: image\n   :no-index:\n"))
    assert guide.build().warnings == []


def test_the_values_of_another_chart_carry_its_key(guide: Site) -> None:
    guide.write("other.rst", page(".. helm:parameters:: image.tag\n   :chart: second\n"))
    build = guide.build(helm_charts={"second": str(SHOP)})
    assert build.warnings == []
    assert inventory(build, "helm:value")["second:image.tag"] == (
        "other.html#helm-value-second--image.tag"
    )


def test_a_build_without_a_change_reads_no_chart(guide: Site, monkeypatch: Any) -> None:
    guide.build()
    from sphinx_airflow_prod.core import comments, parameters

    def nothing(*_args: object) -> None:
        raise AssertionError("the chart is read")

    monkeypatch.setattr(comments, "read_values_file", nothing)
    monkeypatch.setattr(parameters.Parameters, "__init__", nothing)
    build = guide.build()
    assert (build.read, build.written, build.warnings) == (set(), set(), [])
    assert "image.tag" in inventory(build, "helm:value")


def test_a_changed_chart_rewrites_pages_with_tables_and_reads_nothing(guide: Site) -> None:
    guide.build()
    values = guide.source / "chart" / "values.yaml"
    values.write_text(values.read_text("utf-8").replace('"1.0"', '"1.1"'), "utf-8")
    build = guide.build()
    assert (build.read, build.written - {"other"}) == (set(), {"index"})
    assert rows(build)[1][2] == '"1.1"'
    schema = guide.source / "chart" / "values.schema.json"
    schema.write_text(schema.read_text("utf-8").replace('"tag"', '"label"'), "utf-8")
    build = guide.build()
    assert build.read == set()
    assert "image.label" in inventory(build, "helm:value")


@pytest.fixture
def airflow(site: Site, tmp_path: Path) -> Site:
    core = wheel(tmp_path, "apache_airflow_core-3.2.1", FILES | CORE_METADATA)
    site.conf["airflow_config_source"] = str(core)
    site.write("index.rst", page(".. airflow:options:: core\n"))
    return site


def test_options_have_variables_and_are_targets(airflow: Site) -> None:
    build = airflow.build(nitpicky=True)
    assert build.warnings == []
    first = {row[0].split()[1]: row for row in rows(build)}["executor¶"]
    assert first[0] == "[core] executor¶ AIRFLOW__CORE__EXECUTOR"
    assert inventory(build, "airflow:option")["core.executor"] == (
        "index.html#airflow-option-core.executor"
    )


def test_an_unknown_section_is_told_with_the_nearest(airflow: Site) -> None:
    airflow.write("index.rst", page(".. airflow:options:: cor\n"))
    (warning,) = airflow.build().warnings
    assert warning == (
        "index.rst:4:22: WARNING: Airflow 3.2.1 has no section [cor] (did you mean 'core'?) "
        "[airflow.option]"
    )


def test_without_airflow_there_is_a_mark_and_one_warning(airflow: Site) -> None:
    airflow.write("index.rst", page(".. airflow:options:: core\n", ".. airflow:options:: x\n"))
    build = airflow.build(airflow_config_source="gone.whl")
    (warning,) = build.warnings
    assert warning.endswith("[airflow.source]")
    marks = build.page("index.html").select(".helm-unverified .helm-mark")
    assert [mark.text.strip() for mark in marks] == [
        "Not verified: there was nothing to read Airflow's options from."
    ] * 2


@pytest.mark.parametrize(
    "builder", ["text", "man", "latex", "epub", "texinfo", "singlehtml", "xml"]
)
def test_other_builders_show_the_table_without_a_warning(guide: Site, builder: str) -> None:
    build = guide.build(builder, nitpicky=True, project="Shop", epub_copyright="x", version="1")
    assert build.warnings == []
    output = {"text": "index.txt", "man": "shop.1", "latex": "shop.tex", "epub": "index.xhtml",
              "texinfo": "shop.texi", "singlehtml": "index.html", "xml": "index.xml"}  # fmt: skip
    text = build.text(output[builder])
    assert "pullPolicy" in text
    assert "IfNotPresent" in text
    if builder == "latex":
        assert r"\begin{longtable}" in text
        assert r"\label{\detokenize{index:helm-value-image.tag}}" in text


def test_roles_lead_to_rows_and_follow_them(guide: Site) -> None:
    guide.write("other.rst", page(":helm:value:`image.tag` :any:`image.pullPolicy`"))
    build = guide.build(nitpicky=True)
    assert build.warnings == []
    links = [link["href"] for link in build.page("other.html").select("p > a.reference.internal")]
    assert links == ["index.html#helm-value-image.tag", "index.html#helm-value-image.pullPolicy"]
    guide.write("index.rst", page(".. toctree::\n\n   other\n"))
    build = guide.build()
    assert "other" in build.written
    assert build.page("other.html").select('a[href*="helm-value"]') == []


def test_what_replaces_a_deprecated_value_is_a_link(guide: Site) -> None:
    schema = guide.source / "chart" / "values.schema.json"
    text = schema.read_text("utf-8")
    old = '"motd": {"type": "string", "description": "Deprecated, use `config` instead."}'
    schema.write_text(text.replace('"motd": {"type": "string"}', old), "utf-8")
    guide.write("other.rst", page(".. helm:parameters:: motd config\n"))
    build = guide.build(nitpicky=True)
    assert build.warnings == []
    (link,) = build.page("other.html").select(".helm-deprecated a")
    assert link["href"] == "#helm-value-config"
