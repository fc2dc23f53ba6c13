"""No link of the built documentation leads nowhere: pages, anchors, pictures and downloads."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[2]
ATTRIBUTES = {"a": "href", "link": "href", "script": "src", "img": "src"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation, built with the sample chart."""
    out = tmp_path_factory.mktemp("docs")
    environment = {name: value for name, value in os.environ.items() if name != "AIRFLOW_CHART"}
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-b", "html", "docs", str(out)],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    if "helm.engine" in done.stderr:
        pytest.skip("there is no Helm engine")
    assert done.returncode == 0, done.stderr
    return out


@cache
def anchors(page: Path) -> frozenset[str]:
    """Return the ids of a page."""
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    return frozenset(str(node["id"]) for node in soup.find_all(id=True))


def links(page: Path) -> Iterator[str]:
    """Give what a page links to on the same site."""
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    for tag, attribute in ATTRIBUTES.items():
        for node in soup.find_all(tag):
            target = str(node.get(attribute) or "")
            parts = urlsplit(target)
            if target and not parts.scheme and not parts.netloc:
                yield target


def test_no_link_leads_nowhere(site: Path) -> None:
    broken = []
    for page in sorted(site.rglob("*.html")):
        for target in set(links(page)):
            parts = urlsplit(target)
            to = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            to = to / "index.html" if to.is_dir() else to
            anchor = unquote(parts.fragment)
            if not to.exists():
                broken.append(f"{page.relative_to(site)}: {target}: no such file")
            elif anchor and to.suffix == ".html" and anchor not in anchors(to):
                broken.append(f"{page.relative_to(site)}: {target}: no such anchor")
    assert broken == []


def test_no_page_is_heavier_than_a_reader_will_wait_for(site: Path) -> None:
    heavy = {
        str(page.relative_to(site)): page.stat().st_size
        for page in site.rglob("*.html")
        if page.stat().st_size > 1_500_000
    }
    assert heavy == {}
