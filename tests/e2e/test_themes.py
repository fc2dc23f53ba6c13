"""Examples good and bad, with names that are too long, in the themes that people use."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.reader import Reader

ROOT = Path(__file__).parents[1] / "roots" / "test-looks"

THEMES = ["furo", "pydata_sphinx_theme", "sphinx_rtd_theme", "alabaster"]

DARK = ["furo", "pydata_sphinx_theme"]
"""Those that have a dark scheme."""

OWN = (
    ".sphinx-tabs-tab, .sphinx-tabs-panel > p, .highlight-diff, .helm-mark, .helm-role-mark, "
    ".helm-provenance, .code-block-caption .caption-text, .helm-table td > p"
)
"""What our style sheet colours."""

THEIRS = "a, code"
"""What the theme colours in it: not every theme does it well."""


@pytest.fixture(scope="session")
def looks(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Give the page as a theme shows it, built once; its mistakes are on purpose."""
    pages: dict[str, Path] = {}

    def give(theme: str) -> Path:
        if importlib.util.find_spec(theme) is None:
            pytest.skip(f"needs the theme {theme}")
        if theme not in pages:
            folder = tmp_path_factory.mktemp(theme)
            command = [sys.executable, "-m", "sphinx", "-Q", "-D", f"html_theme={theme}"]
            subprocess.run([*command, str(ROOT), str(folder)], check=True, timeout=300)
            pages[theme] = folder / "index.html"
        return pages[theme]

    return give


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [360, 1300])
def test_too_long_names_do_not_widen_the_page(
    reader: Reader, looks: Callable[[str], Path], theme: str, width: int
) -> None:
    reader.resize(width)
    reader.open(looks(theme))
    assert reader.run("return reader.afterEachTab(reader.sticksOut)") == []


@pytest.mark.parametrize(
    ("theme", "scheme"),
    [*((theme, "light") for theme in THEMES), *((theme, "dark") for theme in DARK)],
)
def test_tabs_diffs_and_marks_stand_out(
    reader: Reader, looks: Callable[[str], Path], theme: str, scheme: str
) -> None:
    reader.prefer(scheme)
    reader.open(looks(theme))
    ground = reader.run("return reader.behind(document.querySelector('.sphinx-tabs-panel'))")
    assert (max(ground[:3]) < 128) == (scheme == "dark")
    look = "return reader.afterEachRound(() => reader.faint(4.5, arguments[0], arguments[1]))"
    assert reader.run(look, OWN, THEIRS) == []


@pytest.mark.parametrize("theme", THEMES)
def test_a_mark_stands_off_from_its_edge(
    reader: Reader, looks: Callable[[str], Path], theme: str
) -> None:
    reader.open(looks(theme))
    marks = reader.find(".helm-mark")
    assert len(marks) == 3
    for mark in marks:
        assert mark.is_displayed()
        assert float(mark.value_of_css_property("padding-left").removesuffix("px")) > 8


@pytest.mark.parametrize("theme", THEMES)
def test_the_columns_of_a_table_are_wide_enough_for_what_they_hold(
    reader: Reader, looks: Callable[[str], Path], theme: str
) -> None:
    reader.open(looks(theme))
    path, kind, default, description = (
        cell.size["width"] for cell in reader.find(".helm-table tbody tr")[3].find_elements(
            "css selector", "td"
        )
    )  # fmt: skip
    assert path > kind
    assert description > default


@pytest.mark.parametrize("theme", THEMES)
def test_a_row_of_a_table_is_a_block_in_a_narrow_window(
    reader: Reader, looks: Callable[[str], Path], theme: str
) -> None:
    reader.resize(360)
    reader.open(looks(theme))
    cells = reader.find(".helm-table tbody tr")[1].find_elements("css selector", "td")
    tops = [cell.location["y"] for cell in cells]
    assert tops == sorted(set(tops))
