"""How the documentation looks: every page, narrow and wide, light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.reader import Reader, pages_of

WIDTHS = [360, 800, 1300]
SCHEMES = ["light", "dark"]
EXAMPLES = "guide/external-database.html"
PLAIN_TABS = "gallery.html"

READABLE = 4.5
"""Least contrast of text, as WCAG 2.2 asks for at level AA (success criterion 1.4.3)."""

NO_JUMP = 0.02
"""Cumulative layout shift that nobody sees; 0.1 is what web.dev still calls good."""

MOST_BYTES = 1_500_000
"""Of one page's HTML."""


def _changes(reader: Reader) -> list[Any]:
    """Return the tabs named Changes; the last one is far down the page."""
    tabs = [tab for tab in reader.find(".helm-values [role=tab]") if tab.text == "Changes"]
    assert len(tabs) > 1
    return tabs


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways_whichever_tab_is_open(
    reader: Reader, site: Path, width: int
) -> None:
    reader.resize(width)
    found = reader.look_at_all(
        pages_of(site), lambda: reader.run("return reader.afterEachTab(reader.sticksOut)")
    )
    assert found == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_all_text_stands_out_from_its_background(reader: Reader, site: Path, scheme: str) -> None:
    reader.prefer(scheme)
    look = "return reader.afterEachRound(() => reader.faint(arguments[0]))"
    found = reader.look_at_all(pages_of(site), lambda: reader.run(look, READABLE))
    assert found == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_jumps_while_it_loads(reader: Reader, site: Path, width: int) -> None:
    reader.resize(width)

    def look() -> list[str]:
        reader.settle()
        shift = sum(reader.run("return window.shifts"))
        return [f"{shift:.4f}"] if shift >= NO_JUMP else []

    assert reader.look_at_all(pages_of(site), look) == []


def test_nothing_is_in_the_way_of_assistive_technology(reader: Reader, site: Path) -> None:
    found = reader.look_at_all(
        pages_of(site), lambda: reader.run("return reader.afterEachTab(reader.barriers)")
    )
    assert found == []


def test_pages_are_small(site: Path) -> None:
    sizes = {page.relative_to(site).as_posix(): page.stat().st_size for page in pages_of(site)}
    assert {page: size for page, size in sizes.items() if size >= MOST_BYTES} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_switch_of_the_colour_scheme_turns_tabs_as_well(
    reader: Reader, site: Path, scheme: str
) -> None:
    """Against what the system prefers: style sheets tend to look at one of the two only."""
    reader.prefer("dark" if scheme == "light" else "light")
    reader.open(site / EXAMPLES)
    (switch,) = reader.find(".theme-toggle-content button")
    while reader.run("return document.body.dataset.theme") != scheme:
        switch.click()
    ground = reader.run("return reader.behind(document.querySelector('.sphinx-tabs-panel'))")
    assert (max(ground[:3]) < 128) == (scheme == "dark")
    look = "return reader.afterEachRound(() => reader.faint(arguments[0]))"
    assert reader.run(look, READABLE) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_lines_of_a_diff_differ_by_sign_and_by_colour(
    reader: Reader, site: Path, scheme: str
) -> None:
    reader.prefer(scheme)
    reader.open(site / EXAMPLES)
    _changes(reader)[0].click()
    colours = {"+": set(), "-": set()}  # type: dict[str, set[str]]
    for sign, kind in (("+", "gi"), ("-", "gd")):
        for line in reader.find(f".sphinx-tabs-panel:not([hidden]) .highlight-diff .{kind}"):
            assert line.text.startswith(sign)
            colours[sign].add(line.value_of_css_property("background-color"))
    assert len(colours["+"]) == len(colours["-"]) == 1
    assert colours["+"] != colours["-"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_changed_lines_of_a_manifest_are_marked(reader: Reader, site: Path, scheme: str) -> None:
    reader.prefer(scheme)
    reader.open(site / EXAMPLES)
    reader.find(".helm-values [role=tab]")[2].click()
    marked, unmarked = reader.run(
        "const line = document.querySelector('.sphinx-tabs-panel:not([hidden]) .hll');"
        "return [reader.behind(line), reader.behind(line.closest('pre'))]"
    )
    assert marked != unmarked


@pytest.mark.parametrize("page", [EXAMPLES, PLAIN_TABS])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_selected_tab_is_marked_by_more_than_its_words(
    reader: Reader, site: Path, page: str, scheme: str
) -> None:
    reader.prefer(scheme)
    reader.open(site / page)
    first, second = reader.find("[role=tablist]")[0].find_elements("css selector", "[role=tab]")[:2]
    looks = [
        (tab.value_of_css_property("box-shadow"), tab.value_of_css_property("font-weight"))
        for tab in (first, second)
    ]
    assert looks[0][0] != "none"
    assert looks[1][0] == "none"
    assert looks[0][1] > looks[1][1]


def test_a_clicked_tab_stays_where_it_is_though_panels_above_it_change(
    reader: Reader, site: Path
) -> None:
    reader.open(site / EXAMPLES)
    tab = _changes(reader)[-1]
    reader.run(
        "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'});"
        "window.tops = [];"
        "const watch = () => {"
        "  window.tops.push(arguments[0].getBoundingClientRect().top);"
        "  requestAnimationFrame(watch);"
        "};"
        "watch()",
        tab,
    )
    tab.click()
    reader.settle()
    reader.settle()
    tops = reader.run("return window.tops")
    assert tab.get_attribute("aria-selected") == "true"
    assert max(tops) - min(tops) <= 2


def test_keys_walk_along_the_tabs_and_open_one(reader: Reader, site: Path) -> None:
    keys = pytest.importorskip("selenium.webdriver").Keys
    reader.open(site / EXAMPLES)
    first, second = reader.find(".helm-values [role=tab]")[:2]
    reader.run("arguments[0].focus()", first)
    first.send_keys(keys.ARROW_RIGHT)
    focused = reader.window.switch_to.active_element
    assert focused == second
    assert focused.value_of_css_property("outline-style") == "solid"
    assert float(focused.value_of_css_property("outline-width").removesuffix("px")) >= 2
    focused.send_keys(keys.ENTER)
    assert second.get_attribute("aria-selected") == "true"
    focused.send_keys(keys.ARROW_LEFT)
    assert reader.window.switch_to.active_element == first


@pytest.mark.parametrize("page", [EXAMPLES, PLAIN_TABS])
def test_other_panels_do_not_flash_before_scripts_arrive(
    reader: Reader, site: Path, page: str
) -> None:
    reader.block("*.js*")
    reader.open(site / page)
    for group in reader.find(".sphinx-tabs"):
        shown = [panel.is_displayed() for panel in reader.find("[role=tabpanel]", group)]
        assert shown == [True] + [False] * (len(shown) - 1)


def _shown_panels(reader: Reader) -> tuple[int, int]:
    """Return how many panels are displayed, and how many there are."""
    return tuple(reader.run(
        "const panels = [...document.querySelectorAll('[role=tabpanel]')];"
        "return [panels.filter((one) => one.checkVisibility()).length, panels.length]"
    ))  # fmt: skip


@pytest.mark.parametrize("page", [EXAMPLES, PLAIN_TABS])
def test_all_panels_are_printed(reader: Reader, site: Path, page: str) -> None:
    reader.open(site / page)
    reader.prefer("light", media="print")
    shown, all_ = _shown_panels(reader)
    assert shown == all_ > 0


@pytest.mark.parametrize("page", [EXAMPLES, PLAIN_TABS])
def test_without_scripts_all_panels_are_there_to_read(
    reader: Reader, site: Path, page: str
) -> None:
    reader.refuse_scripts()
    reader.open(site / page)
    panels = reader.find("[role=tabpanel]")
    assert panels
    assert all(panel.is_displayed() for panel in panels)


def test_a_printed_panel_has_the_title_of_its_tab(reader: Reader, site: Path) -> None:
    reader.open(site / EXAMPLES)
    reader.prefer("light", media="print")
    titles = reader.run(
        "return [...document.querySelectorAll('.helm-example [role=tabpanel]')]"
        ".map((panel) => getComputedStyle(panel, '::before').content)"
    )
    assert titles[1] == '"Secret/mydatabase"'
    assert "none" not in titles
