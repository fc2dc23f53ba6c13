"""The gallery shows everything there is, and its two languages say the same as what is shown."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import Directive, directives
from sphinx.util.docutils import docutils_namespace

from sphinx_airflow_prod.core.grammar import DIRECTIVES
from sphinx_airflow_prod.core.roles import ROLES
from sphinx_airflow_prod.markup.scan import Scanned, scan

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ["gallery.rst", "howto/reference-tables.rst", "howto/secrets.rst"]
"""The pages that have sources in both languages beside what comes of them."""


class _Tabs(Directive):
    """``.. tabs::``, of which only the text matters."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the text of the tabs."""
        text = "\n".join(self.content)
        return [nodes.literal_block(text, text, classes=["tabs-of-code"])]


def sources(page: str) -> Iterator[dict[str, str]]:
    """Give the sources of each set of tabs of a page, by language."""
    with docutils_namespace():  # the directive is not for the tests that come after
        directives.register_directive("tabs", _Tabs)
        tree = publish_doctree(
            (DOCS / page).read_text("utf-8"),
            settings_overrides={"report_level": 5, "halt_level": 5, "_disable_config": True},
        )
    for block in tree.findall(nodes.literal_block):
        if "tabs-of-code" not in block["classes"]:
            continue
        parts = block.astext().split(".. code-tab:: ")[1:]
        heads = (part.partition("\n") for part in parts)
        yield {head.split()[0]: textwrap.dedent(body).strip("\n") for head, _, body in heads}


def scanned(text: str, name: str, folder: Path) -> Scanned:
    """Return what is found in *text* as a document of that name."""
    shutil.copy(DOCS / "gallery-values.yaml", folder)
    document = folder / name
    document.write_text(f"{text}\n", "utf-8")
    found = scan(document)
    assert found.problems == ()
    return found


def said(found: Scanned) -> list[tuple[object, ...]]:
    """Return the directives and roles of a document without their places."""
    return [
        (each.name, each.argument, dict(each.options), each.body.text.strip("\n"))
        for each in found.directives
    ] + [(role.name, role.shown, role.target, role.example) for role in found.roles]


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_of_a_pair_say_the_same(page: str, tmp_path: Path) -> None:
    for pair in sources(page):
        rst = said(scanned(pair["rst"], "rst.rst", tmp_path))
        assert rst
        assert rst == said(scanned(pair["markdown"], "myst.md", tmp_path))


@pytest.mark.parametrize("page", PAGES)
def test_what_is_shown_is_what_comes_of_the_sources(page: str, tmp_path: Path) -> None:
    shown = said(scan(DOCS / page))
    for pair in sources(page):
        for each in said(scanned(pair["rst"], "rst.rst", tmp_path)):
            assert each in shown


def test_the_gallery_has_every_directive_and_role() -> None:
    found = scan(DOCS / "gallery.rst")
    assert {each.name for each in found.directives} == set(DIRECTIVES)
    assert {role.name for role in found.roles} == set(ROLES)
