"""Roles on pages: what they show, where they lead, and what is said where they are wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.airflow.config_samples import CORE_METADATA, FILES, wheel
from tests.sphinx_ext.conftest import CONF
from tests.sphinx_ext.site import SHOP, Site, page, values

MORE = values("workers: [one]", "name: more")


@pytest.fixture
def guide(site: Site, tmp_path: Path) -> Site:
    """A site that knows the small Airflow, in which releases are called ``shop``."""
    core = wheel(tmp_path, "apache_airflow_core-3.2.1", FILES | CORE_METADATA)
    site.conf |= {"airflow_config_source": str(core), "helm_release": "shop"}
    return site


def test_defaults_are_inserted_as_they_are_in_the_chart(site: Site) -> None:
    text = ":helm:default:`replicas` :helm:default:`image` :helm:default:`motd`"
    site.write("index.rst", page(text))
    build = site.build()
    assert build.warnings == []
    shown = [code.text for code in build.page("index.html").select("code.helm-default")]
    assert shown == ["1", '{pullPolicy: IfNotPresent, tag: "1.0"}', '""']
    assert build.summary == "0 examples, 3 roles, 0 renders"


def test_what_is_named_is_shown_as_code_and_titles_as_they_are(guide: Site) -> None:
    guide.write("index.rst", page(
        ":helm:value:`service.port` :helm:value:`the port <service.port>`",
        ":helm:resource:`Deployment/shop-web` :helm:resource:`Deployment/shop-one <more>`",
        ":airflow:option:`core.parallelism` :airflow:option:`how many <core.parallelism>`",
        ":airflow:env:`core.parallelism` :airflow:env:`AIRFLOW__CORE__PARALLELISM`", "", MORE,
    ))  # fmt: skip
    build = guide.build(nitpicky=True)
    assert build.warnings == []
    assert [code.text for code in build.page("index.html").select("p code.xref")] == [
        "service.port", "the port", "Deployment/shop-web", "Deployment/shop-one",
        "[core] parallelism", "how many",
        "AIRFLOW__CORE__PARALLELISM", "AIRFLOW__CORE__PARALLELISM",
    ]  # fmt: skip


def test_what_does_not_exist_is_a_warning_at_its_place_every_time(site: Site) -> None:
    site.write("index.rst", page("See :helm:value:`service.prot`.\n", "* :helm:value:`a`"))
    for _ in range(2):
        build = site.build()
        assert build.first_lines == [
            "index.rst:4:26: WARNING: unknown key 'prot' in service (did you mean 'port'?) "
            "[helm.unknown-key]",
            "index.rst:6:16: WARNING: unknown key 'a'; the keys known there are 'replicas', "
            "'image', 'service', 'workers', 'config', 'motd' [helm.unknown-key]",
        ]
    (mark, _) = build.page("index.html").select(".helm-role-mark")
    assert mark.text == " (not verified)"
    assert site.build(suppress_warnings=["helm.unknown-key"]).warnings == []


def test_a_resource_is_looked_for_where_it_is_to_be_rendered(guide: Site) -> None:
    text = ":helm:resource:`Deployment/shop-{0}` :helm:resource:`Deployment/shop-{0} <more>`"
    guide.write("index.rst", page(MORE, "", text.format("one")))
    build = guide.build(helm_cache_dir=None)
    (warning,) = build.first_lines
    assert warning.startswith("index.rst:10:17: WARNING: no Deployment/shop-one is rendered by the")
    assert build.renders == 2


def test_a_resource_of_an_example_leads_to_it(guide: Site) -> None:
    guide.write("index.rst", page(":helm:resource:`Deployment/shop-one <more>`", "", MORE))
    (link,) = guide.build().page("index.html").select("a:has(> code.helm-resource)")
    assert link["href"] == "#more"


def test_values_and_options_lead_to_the_rows_of_tables(guide: Site) -> None:
    names = (":helm:value:`service.port` :any:`service.port` :helm:value:`image.tag`",
             ":airflow:env:`AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_CMD`")  # fmt: skip
    guide.write("index.rst", page(*names, "", ".. toctree::\n\n   ref"))
    guide.write("ref.rst", page(".. helm:parameters:: service", "",
                                ".. airflow:options:: database"))  # fmt: skip
    build = guide.build(nitpicky=True)
    assert build.warnings == []
    links = {code.text: code.parent["href"] for code in build.page("index.html").select("a > code")
             if code.parent is not None}  # fmt: skip
    assert links == {
        "service.port": "ref.html#helm-value-service.port",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_CMD":
            "ref.html#airflow-option-database.sql_alchemy_conn",
    }  # fmt: skip


def test_a_page_is_written_anew_when_a_row_it_leads_to_arrives(guide: Site) -> None:
    guide.write("index.rst", page(".. toctree::\n\n   one\n   ref"))
    guide.write("one.rst", page(":helm:value:`service.port`"))
    guide.write("ref.rst", page("Nothing yet."))
    assert not guide.build().page("one.html").select("a > code")
    guide.write("ref.rst", page(".. helm:parameters:: service"))
    build = guide.build()
    assert build.read == {"ref"}
    assert build.page("one.html").select("a > code")


def test_names_of_another_site_are_its_own(guide: Site, tmp_path: Path) -> None:
    other = Site(tmp_path / "other", tmp_path / "built", guide.conf)
    other.write("conf.py", CONF)
    other.write("index.rst", page(".. helm:parameters:: service"))
    inventory = other.build().out / "objects.inv"
    mapping = {"other": ("https://example.org/", str(inventory))}
    guide.conf |= {"extensions": ["sphinx_airflow_prod", "sphinx.ext.intersphinx"]}
    guide.write("index.rst", page(
        ":external+other:helm:value:`service.port`",
        ":helm:value:`service.port` :helm:value:`replicas` :helm:value:`service.prot`",
        ":external+other:helm:value:`service.gone`",
    ))  # fmt: skip
    build = guide.build(intersphinx_mapping=mapping, nitpicky=True)
    first, second = build.first_lines
    assert first.startswith("index.rst:5:72: WARNING: unknown key 'prot' in service")
    assert "external helm:value reference target not found: service.gone" in second
    assert [a["href"] for a in build.page("index.html").select("p a")] == [
        "https://example.org/index.html#helm-value-service.port"
    ] * 2


def test_a_default_in_a_title_stands_in_the_contents_too(site: Site) -> None:
    site.write("index.rst", page(".. toctree::\n\n   one"))
    site.write("one.rst", page("Text.", title=":helm:default:`replicas` of them, by default"))
    build = site.build()
    assert build.page("index.html").select_one(".toctree-wrapper a").text == (  # type: ignore[union-attr]
        "1 of them, by default"
    )
    assert build.page("one.html").title.text.startswith("1 of them")  # type: ignore[union-attr]


def test_without_a_chart_it_is_said_once_and_shown(guide: Site) -> None:
    guide.write("index.rst", page(
        ":helm:default:`replicas` :helm:value:`x` :airflow:option:`core.parallelism`",
        ":helm:value:`a..b`",
    ))  # fmt: skip
    build = guide.build(helm_chart=None)
    first, second = build.first_lines
    assert first.startswith("WARNING: no chart is configured")
    assert second.startswith("index.rst:5:14: WARNING: helm:value: 'a..b' is no path of a value")
    html = build.page("index.html")
    assert [code.text for code in html.select("code.helm-unverified")] == ["replicas", "x"]
    assert len(html.select(".helm-role-mark")) == 3
    assert build.summary == "0 examples, 4 roles, 0 renders, 1 failed, 2 not verified"


def test_without_airflow_only_what_is_about_it_is_not_verified(guide: Site) -> None:
    guide.write("index.rst", page(":helm:default:`replicas` :airflow:option:`core.parallelism`"))
    build = guide.build(airflow_config_source="gone.whl")
    (warning,) = build.warnings
    assert warning.endswith("[airflow.source]")
    html = build.page("index.html")
    assert [code.text for code in html.select("code.helm-unverified")] == ["[core] parallelism"]
    assert [code.text for code in html.select("code.helm-passed")] == ["1"]


@pytest.mark.parametrize("builder", ["text", "latex", "man", "epub", "singlehtml", "texinfo"])
def test_every_builder_shows_them(guide: Site, builder: str) -> None:
    text = ":helm:default:`image.pullPolicy` :helm:value:`service.port`"
    guide.write("index.rst", page(text, "", ".. toctree::\n\n   one"))
    guide.write("one.rst", page(text, title="One :helm:default:`image.pullPolicy`"))
    build = guide.build(builder)
    assert [w for w in build.warnings if "[helm." in w] == []
    written = "".join(
        path.read_text("utf-8", "replace") for path in build.out.rglob("*") if path.is_file()
    )
    assert written.lower().count("ifnotpresent") >= 3


def test_documents_are_read_in_parallel(guide: Site) -> None:
    names = [f"page{number}" for number in range(8)]
    guide.write("index.rst", page(".. toctree::\n\n" + "".join(f"   {name}\n" for name in names)))
    for name in names:
        guide.write(f"{name}.rst", page(f":helm:default:`replicas` :helm:value:`{name}`"))
    build = guide.run("-j", "3")
    assert [line.split(":")[0] for line in build.first_lines] == [f"{name}.rst" for name in names]
    assert build.summary == "0 examples, 16 roles, 0 renders, 8 failed"


def test_markdown_works_alike(guide: Site) -> None:
    guide.write("conf.py", 'extensions = ["sphinx_airflow_prod", "myst_parser"]\n')
    guide.write("index.md", "# Page\n\n{helm:default}`replicas` {helm:value}`service.prot`\n")
    build = guide.build()
    assert [line.partition(" (")[0] for line in build.first_lines] == [
        "index.md:3:47: WARNING: unknown key 'prot' in service"
    ]
    (shown,) = build.page("index.html").select("code.helm-default")
    assert shown.text == "1"


@pytest.fixture
def built(tmp_path: Path) -> Site:
    """A page with a default, and one with a value, of a chart of their own; built."""
    site = Site(tmp_path / "source", tmp_path / "work", {})
    site.write("conf.py", CONF + 'helm_chart = "chart"\nexclude_patterns = ["chart"]\n')
    for source in SHOP.rglob("*"):
        if source.is_file():
            site.write(f"chart/{source.relative_to(SHOP)}", source.read_text("utf-8"))
    site.write("index.rst", page(".. toctree::\n\n   one\n   two"))
    site.write("one.rst", page(":helm:default:`replicas`"))
    site.write("two.rst", page(":helm:value:`replicas` :helm:resource:`Deployment/airflow-web`"))
    assert site.build().warnings == []
    return site


def test_a_build_without_a_change_does_nothing(
    built: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sphinx_airflow_prod.core.workshop.Workshop.checker", None)
    build = built.build()
    assert (build.read, build.written - {"index"}) == (set(), set())
    assert build.summary == "0 examples, 3 roles, 0 renders"


def test_a_changed_default_writes_the_pages_that_show_it(built: Site) -> None:
    text = (built.source / "chart/values.yaml").read_text("utf-8")
    built.write("chart/values.yaml", text.replace("replicas: 1", "replicas: 2"))
    build = built.build()
    assert (build.read, build.written - {"index"}) == (set(), {"one"})
    assert build.page("one.html").select_one("code.helm-default").text == "2"  # type: ignore[union-attr]


def test_a_value_that_is_gone_is_told_without_reading(built: Site) -> None:
    schema = json.loads((built.source / "chart/values.schema.json").read_text("utf-8"))
    schema["properties"]["instances"] = schema["properties"].pop("replicas")
    built.write("chart/values.schema.json", json.dumps(schema))
    text = (built.source / "chart/values.yaml").read_text("utf-8")
    built.write("chart/values.yaml", text.replace("replicas: 1", "instances: 1"))
    build = built.build()
    assert build.read == set()
    assert build.written - {"index"} == {"one", "two"}
    assert [line[:16] for line in build.first_lines if "unknown key" in line] == [
        "one.rst:4:16: WA", "two.rst:4:14: WA",
    ]  # fmt: skip


def test_a_document_that_is_read_again_forgets_its_roles(built: Site) -> None:
    built.write("one.rst", page("Nothing."))
    assert built.build().summary.startswith("0 examples, 2 roles")
    built.remove("two.rst")
    built.write("index.rst", page(".. toctree::\n\n   one"))
    assert "roles" not in built.build().summary
