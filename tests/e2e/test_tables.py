"""What a reader sees of reference tables, on a wide screen and on a telephone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.reader import Reader

SERVICES = "reference/values-services.html"
PAGES = ["reference/values.html", SERVICES, "reference/airflow-options.html"]
ROW = "helm-value-pgbouncer.maxClientConn"


def _open(reader: Reader, site: Path, page: str, width: int) -> Any:
    """Open a page, or a place in it, and return the window."""
    reader.resize(width)
    path, _, place = page.partition("#")
    reader.window.get(f"{(site / path).as_uri()}#{place}" if place else (site / path).as_uri())
    return reader.window


@pytest.mark.parametrize("width", [360, 800, 1300])
@pytest.mark.parametrize("page", PAGES)
def test_neither_page_nor_table_scrolls_sideways(
    reader: Reader, site: Path, page: str, width: int
) -> None:
    browser = _open(reader, site, page, width)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    for box in browser.find_elements("css selector", ".table-wrapper"):
        sizes = "return arguments[0].scrollWidth - arguments[0].clientWidth"
        assert browser.execute_script(sizes, box) == 0


def test_a_link_to_a_row_shows_it(reader: Reader, site: Path) -> None:
    browser = _open(reader, site, f"{SERVICES}#{ROW}", 1300)
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


def test_on_a_telephone_a_row_says_what_is_what(reader: Reader, site: Path) -> None:
    browser = _open(reader, site, SERVICES, 360)
    cells = browser.find_elements("css selector", f"[id='{ROW}'] > td")
    lefts = {browser.execute_script("return arguments[0].getBoundingClientRect().left", cell)
             for cell in cells}  # fmt: skip
    assert len(cells) == 4
    assert len(lefts) == 1
    label = "return getComputedStyle(arguments[0], '::before').content"
    assert browser.execute_script(label, cells[2]) == '"Default: "'
