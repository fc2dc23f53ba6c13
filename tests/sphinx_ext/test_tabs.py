"""Tabs in HTML: what a group of tabs is made of, and that builders give it the same way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import PurePosixPath
from urllib.parse import unquote, urldefrag

import pytest
from bs4 import BeautifulSoup, Tag

from tests.sphinx_ext.site import Build, Site

Root = Callable[[str], Site]
PAGES = {
    "html": ("index.html", "deep/nested/page.html", "deep-nested/page.html"),
    "dirhtml": ("index.html", "deep/nested/page/index.html", "deep-nested/page/index.html"),
    "singlehtml": ("index.html",),
}


@pytest.fixture(scope="module", params=list(PAGES))
def build(request: pytest.FixtureRequest, root: Root) -> Build:
    build = root("tabs").build(request.param, nitpicky=True, warnings_are_errors=True)
    assert build.warnings == []
    return build


@pytest.fixture(scope="module")
def html(root: Root) -> Build:
    return root("tabs").build()


def pages(build: Build) -> list[BeautifulSoup]:
    return [build.page(name) for name in PAGES[build.builder]]


def tabs_of(group: Tag) -> list[Tag]:
    return group.select('[role="tab"]')


def panels_of(group: Tag) -> list[Tag]:
    return group.select('[role="tabpanel"]')


def test_each_example_is_a_group_of_tabs(build: Build) -> None:
    assert sum(len(page.select(".helm-example .sphinx-tabs")) for page in pages(build)) == 4


def test_ids_are_unique_in_a_page(build: Build) -> None:
    for page in pages(build):
        counts = Counter(tag["id"] for tag in page.select("[id]"))
        assert [name for name, count in counts.items() if count > 1] == []


def test_each_tab_controls_the_panel_that_it_labels(build: Build) -> None:
    for page in pages(build):
        for group in page.select(".sphinx-tabs"):
            tabs, panels = tabs_of(group), panels_of(group)
            assert [tab["aria-controls"] for tab in tabs] == [panel["id"] for panel in panels]
            assert [tab["id"] for tab in tabs] == [panel["aria-labelledby"] for panel in panels]
            assert [tab["name"] for tab in tabs] == [panel["name"] for panel in panels]


def test_downloads_are_where_links_say(build: Build) -> None:
    found = []
    for name, page in zip(PAGES[build.builder], pages(build), strict=True):
        for link in page.select("a.helm-download"):
            address = unquote(urldefrag(str(link["href"])).url)
            path = build.out / PurePosixPath(name).parent / address
            found.append((path.name, path.read_text("utf-8").splitlines()[1]))
    assert sorted(found) == [
        ("Deployment-airflow-beta.yaml", "kind: Deployment"),
        ("Deployment-airflow-web.yaml", "kind: Deployment"),
        ("Deployment-airflow-web.yaml", "kind: Deployment"),
        ("Deployment-airflow-web.yaml", "kind: Deployment"),
    ]


def test_downloads_of_documents_with_similar_names_do_not_mix(build: Build) -> None:
    texts = {
        path.read_text("utf-8")
        for path in build.out.glob("_helm/**/Deployment-airflow-web.yaml")
    }  # fmt: skip
    assert len(texts) == 3


def test_scripts_and_styles_of_tabs_come_with_pages_that_have_some(html: Build) -> None:
    for name, has_tabs in (("index.html", True), ("plain.html", False)):
        page = html.page(name)
        assert bool(page.select('script[src*="tabs.js"]')) is has_tabs
        assert bool(page.select('link[href*="tabs.css"]')) is has_tabs


def test_our_style_sheet_is_there(html: Build) -> None:
    (link,) = html.page("deep/nested/page.html").select('link[href*="sphinx-airflow-prod.css"]')
    assert (html.out / "deep/nested" / str(link["href"]).partition("?")[0]).is_file()


def test_titles(html: Build) -> None:
    first, second = html.page("deep/nested/page.html").select(".sphinx-tabs")
    assert [tab.text for tab in tabs_of(first)] == [
        "my values", "Changes", "Deployment/airflow-web", "Deployment/airflow-alpha", "1 more",
    ]  # fmt: skip
    assert [tab.text for tab in tabs_of(second)] == [
        "values.yaml", "Changes", "ConfigMap/airflow-config",
    ]  # fmt: skip


def test_a_caption_stands_in_the_tab_and_not_once_more_above_the_block(html: Build) -> None:
    assert html.text("deep/nested/page.html").count(">my values<") == 1


def test_the_group_has_a_label_for_assistive_technology(html: Build) -> None:
    lists = html.page("deep/nested/page.html").select('[role="tablist"]')
    assert [tag["aria-label"] for tag in lists] == [
        "my values", "values.yaml and what Helm renders from it",
    ]  # fmt: skip


def test_the_first_tab_is_selected_and_the_others_are_hidden(html: Build) -> None:
    for group in html.page("deep/nested/page.html").select(".sphinx-tabs"):
        others = len(tabs_of(group)) - 1
        assert [t["aria-selected"] for t in tabs_of(group)] == ["true"] + ["false"] * others
        assert [t["tabindex"] for t in tabs_of(group)] == ["0"] + ["-1"] * others
        assert [p.has_attr("hidden") for p in panels_of(group)] == [False] + [True] * others


def test_rendered_text_stays_out_of_the_search_index(html: Build) -> None:
    for group in html.page("deep/nested/page.html").select(".sphinx-tabs"):
        values, *rendered = panels_of(group)
        assert "no-search" not in values["class"]
        assert all("no-search" in panel["class"] for panel in rendered)
    index = html.text("searchindex.js")
    assert "latest" not in index
    assert "apivers" not in index
    assert "colour" in index, "values are the author's own text"


def test_only_values_and_changes_are_selected_together(html: Build) -> None:
    names = [tab["name"] for tab in html.page("deep/nested/page.html").select('[role="tab"]')]
    shared = [name for name, count in Counter(names).items() if count > 1]
    assert shared == ["values", "changes"]


def test_changed_lines_are_highlighted(html: Build) -> None:
    _, _, deployment, *_ = html.page("deep/nested/page.html").select('[role="tabpanel"]')
    assert [line.text.strip() for line in deployment.select(".hll")] == [
        "replicas: 2", "image: shop:2.0",
    ]  # fmt: skip


def test_lines_of_the_author_s_choice_are_highlighted_and_numbered(html: Build) -> None:
    values = html.page("deep/nested/page.html").select('[role="tabpanel"]')[0]
    assert [line.text.strip() for line in values.select(".hll")] == ["2image:"]
    assert [number.text for number in values.select(".linenos")] == ["1", "2", "3", "4"]


def test_resources_without_a_tab_of_their_own_are_listed(html: Build) -> None:
    more = html.page("deep/nested/page.html").select_one(".sphinx-tabs")
    assert more is not None
    assert [link.text for link in panels_of(more)[-1].select("a")] == ["Deployment/airflow-beta"]


def test_an_example_with_one_panel_has_no_tabs(site: Site) -> None:
    site.write("index.rst", "Page\n====\n\n.. helm:values::\n   :tabs: values\n\n   replicas: 3\n")
    example = site.build().page("index.html").select_one(".helm-example")
    assert example is not None
    assert "replicas: 3" in example.text
    assert not example.select('[role="tab"]')


def test_downloads_of_resources_that_differ_in_namespace_only_do_not_mix(site: Site) -> None:
    site.write("chart/Chart.yaml", "apiVersion: v2\nname: twice\nversion: 0.1.0\n")
    site.write("chart/values.yaml", "size: 1\n")
    site.write("chart/values.schema.json", "{}")
    for namespace in ("a", "b"):
        site.write(
            f"chart/templates/{namespace}.yaml",
            f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: same\n  namespace: {namespace}\n"
            "  labels: {x: y}\ndata:\n  size: {{ .Values.size | quote }}\n",
        )
    site.write("index.rst", "Page\n====\n\n.. helm:values::\n\n   size: 2\n")
    build = site.build(helm_chart="chart", exclude_patterns=["chart"])
    assert build.warnings == []
    texts = [path.read_text("utf-8") for path in build.out.glob("_helm/**/*.yaml")]
    assert sorted("namespace: a" in text for text in texts) == [False, True]
