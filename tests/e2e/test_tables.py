"""What a reader sees of reference tables, on a wide screen and on a telephone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

PAGES = ["reference/values.html", "reference/airflow-options.html"]
ROW = "helm-value-pgbouncer.maxClientConn"


def _open(browser: Any, site: Path, page: str, width: int) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get((site / page.partition("#")[0]).as_uri() + page[len(page.partition("#")[0]) :])


@pytest.fixture(autouse=True)
def _wide_again(browser: Any) -> Any:
    yield
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("width", [360, 800, 1300])
@pytest.mark.parametrize("page", PAGES)
def test_neither_page_nor_table_scrolls_sideways(
    browser: Any, site: Path, page: str, width: int
) -> None:
    _open(browser, site, page, width)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    for box in browser.find_elements("css selector", ".table-wrapper"):
        sizes = "return arguments[0].scrollWidth - arguments[0].clientWidth"
        assert browser.execute_script(sizes, box) == 0


def test_a_link_to_a_row_shows_it(browser: Any, site: Path) -> None:
    _open(browser, site, f"{PAGES[0]}#{ROW}", 1300)
    row = browser.find_element("id", ROW)
    position = "return arguments[0].getBoundingClientRect().top"
    # the theme scrolls smoothly
    waiting = pytest.importorskip("selenium.webdriver.support.wait").WebDriverWait(browser, 20)
    waiting.until(lambda _: 0 <= browser.execute_script(position, row) < 900)
    plain = browser.find_element("id", "helm-value-pgbouncer.enabled")
    colours = [
        cell.find_element("tag name", "td").value_of_css_property("background-color")
        for cell in (row, plain)
    ]
    assert colours[0] != colours[1]


def test_on_a_telephone_a_row_says_what_is_what(browser: Any, site: Path) -> None:
    _open(browser, site, PAGES[0], 360)
    cells = browser.find_elements("css selector", f"[id='{ROW}'] > td")
    lefts = {browser.execute_script("return arguments[0].getBoundingClientRect().left", cell)
             for cell in cells}  # fmt: skip
    assert len(cells) == 4
    assert len(lefts) == 1
    label = "return getComputedStyle(arguments[0], '::before').content"
    assert browser.execute_script(label, cells[2]) == '"Default: "'
