"""Builders that cannot show tabs: blocks with captions, one after another."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.sphinx_ext.site import Build, Site

Root = Callable[[str], Site]
OUTPUT = {
    "text": "deep/nested/page.txt",
    "man": "shop.1",
    "latex": "shop.tex",
    "epub": "deep/nested/page.xhtml",
    "texinfo": "shop.texi",
    "xml": "deep/nested/page.xml",
    "pseudoxml": "deep/nested/page.pseudoxml",
}


@pytest.fixture(scope="module", params=list(OUTPUT))
def build(request: pytest.FixtureRequest, root: Root) -> Build:
    return root("tabs").build(request.param, nitpicky=True, project="Shop", **NAMED)


NAMED: Any = {"epub_copyright": "none", "version": "1"}
"""What epub and man want to know of any site."""


def output(build: Build) -> str:
    """Return the output without what writers do to dashes."""
    return re.sub(r"\\sphinxhyphen\{\}|\\-|@-", "-", build.text(OUTPUT[build.builder]))


def test_it_builds_without_a_warning(build: Build) -> None:
    assert build.warnings == []


def test_nothing_is_left_of_tabs(build: Build) -> None:
    text = output(build)
    for trace in ("sphinx-tabs", "SphinxTabs", "tabpanel", "tablist", "HelmExample", "hidden="):
        assert trace not in text


def test_values_and_manifests_are_there(build: Build) -> None:
    text = re.sub(r"<[^>]+>|\\PYG\{[^}]*\}|[{}]", "", output(build))
    for part in ("replicas: 2", "+  replicas: 2", "kind: Deployment", "imagePullPolicy"):
        assert part in text


def test_blocks_carry_captions(build: Build) -> None:
    text = output(build)
    places = [text.index(title) for title in ("my values", "Changes", "Deployment/airflow-web")]
    assert places == sorted(places)
    mark = {
        "latex": r"\\sphinxSetupCaptionForVerbatim\{Changes\}",
        "texinfo": r"@caption\{Changes\}",
        "epub": r'class="caption-text">Changes<',
        "xml": r"<caption>Changes</caption>",
        "pseudoxml": r"<caption>\s+Changes",
        "text": r"(?m)^Changes\n\n   ",
        "man": r"(?m)^Changes\n\.INDENT",
    }
    assert re.search(mark[build.builder], text)


def test_references_to_an_example_find_it(build: Build) -> None:
    if build.builder == "latex":
        text = build.text("shop.tex")
        assert r"\hyperref[\detokenize{index:more-replicas}]" in text
        assert r"\label{\detokenize{index:more-replicas}}" in text
    elif build.builder == "texinfo":
        text = build.text("shop.texi")
        assert "@ref{" in text
        assert "@anchor{index more-replicas}" in text
    elif build.builder == "epub":
        assert 'id="more-replicas"' in build.text("index.xhtml")


def test_the_footer_stands_there_once(build: Build) -> None:
    text = " ".join(output(build).split())
    assert text.count("were checked against shop 1.2.3") == 1


@pytest.mark.parametrize(
    "builder", ["gettext", "linkcheck", "dummy", "json", "htmlhelp", "changes"]
)
@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")  # of builders of other packages
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_other_builders_get_through(root: Root, builder: str) -> None:
    assert root("tabs").build(builder, nitpicky=True, version="1").warnings == []


def test_values_can_be_translated_where_literal_blocks_are(root: Root) -> None:
    build = root("tabs").build("gettext", gettext_additional_targets=["literal-block"])
    assert "replicas: 3" in build.text("index.pot")


def test_captions_of_blocks_can_be_numbered(root: Root) -> None:
    build = root("tabs").build("epub", numfig=True, nitpicky=True, **NAMED)
    assert build.warnings == []
