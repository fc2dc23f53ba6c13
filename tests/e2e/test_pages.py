"""What a reader can do with a page of examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import pytest

from tests.e2e.reader import Reader

PAGE = "guide/external-database.html"
EXAMPLE = ".helm-values"


@pytest.fixture
def page(reader: Reader, site: Path) -> Any:
    """Open the page in a wide window, as if for the first time."""
    reader.open(site / PAGE)
    return reader.window


def _find(within: Any, selector: str) -> list[Any]:
    return list(within.find_elements("css selector", selector))


def _tab(page: Any, title: str) -> Any:
    """Return the tab of that title in the first example of the page."""
    example = _find(page, EXAMPLE)[0]
    return next(tab for tab in _find(example, "[role=tab]") if tab.text.startswith(title))


def _panel(page: Any, tab: Any) -> Any:
    return page.find_element("id", tab.get_attribute("aria-controls"))


def test_values_are_what_a_reader_sees_first(page: Any) -> None:
    panel = _panel(page, _tab(page, "values.yaml"))
    assert panel.is_displayed()
    assert "metadataSecretName: mydatabase" in panel.text


def test_a_click_shows_what_helm_rendered(page: Any) -> None:
    tab = _tab(page, "Deployment/airflow-scheduler")
    panel = _panel(page, tab)
    assert not panel.is_displayed()
    tab.click()
    assert panel.is_displayed()
    assert "kind: Deployment" in panel.text
    assert "name: mydatabase" in panel.text


def test_a_click_hides_the_panel_seen_before(page: Any) -> None:
    values = _panel(page, _tab(page, "values.yaml"))
    _tab(page, "Changes").click()
    assert not values.is_displayed()


def test_changes_are_selected_all_over_the_page(page: Any) -> None:
    _tab(page, "Changes").click()
    tabs = [tab for tab in _find(page, f"{EXAMPLE} [role=tab]") if tab.text == "Changes"]
    assert len(tabs) > 1
    assert {tab.get_attribute("aria-selected") for tab in tabs} == {"true"}


def test_added_and_removed_lines_have_colours_of_their_own(page: Any) -> None:
    _tab(page, "Changes").click()
    panel = _panel(page, _tab(page, "Changes"))
    colours = {
        kind: _find(panel, f".{kind}")[0].value_of_css_property("background-color")
        for kind in ("gi", "gd")
    }
    assert len(set(colours.values())) == 2


def test_the_whole_manifest_is_a_click_away(page: Any) -> None:
    tab = _tab(page, "Deployment/airflow-scheduler")
    tab.click()
    link = _find(_panel(page, tab), "a.download")[0].get_attribute("href")
    text = Path(unquote(urlparse(link).path)).read_text("utf-8")
    assert text.startswith("apiVersion: apps/v1\nkind: Deployment\n")


def test_the_foot_of_the_page_says_what_it_was_checked_against(page: Any) -> None:
    (foot,) = _find(page, ".helm-provenance")
    assert "were checked against airflow" in foot.text
    assert "Helm v" in foot.text


def test_the_browser_has_nothing_to_complain_about(page: Any) -> None:
    assert [entry for entry in page.get_log("browser") if entry["level"] == "SEVERE"] == []


def test_a_claim_says_that_it_was_checked(page: Any) -> None:
    caption = _find(page, ".helm-manifest.helm-passed .code-block-caption")[0]
    mark = page.execute_script("return getComputedStyle(arguments[0], '::before').content", caption)
    assert "\N{CHECK MARK}" in mark


def test_a_command_shows_the_secret_it_makes(page: Any) -> None:
    group = _find(page, ".helm-secret")[0]
    tab = next(tab for tab in _find(group, "[role=tab]") if tab.text.startswith("Secret/"))
    tab.click()
    assert "kind: Secret" in _panel(page, tab).text
