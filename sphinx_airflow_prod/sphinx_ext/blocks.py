"""Literal blocks that have a name or a caption: what a document shows of files and secrets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from docutils import nodes
from sphinx.application import Sphinx

if TYPE_CHECKING:
    from sphinx_airflow_prod.sphinx_ext.domain import HelmDomain


def note_blocks(app: Sphinx, doctree: nodes.document) -> None:
    """Handle ``doctree-read``: hand the document's named blocks to its snippets."""
    domain = cast("HelmDomain", app.env.get_domain("helm"))
    docname = app.env.docname
    if domain.snippets.get(docname):
        domain.note_blocks(docname, list(_named_blocks(doctree)))


def _named_blocks(doctree: nodes.document) -> Iterator[tuple[str, str]]:
    """Give (name, text), and (caption, text), of each block in the order of the document."""
    for block in doctree.findall(nodes.literal_block):
        text = block.astext()
        for name in block["names"]:
            yield name, text
        wrapper = block.parent
        if isinstance(wrapper, nodes.container) and wrapper.get("literal_block"):
            for name in wrapper["names"]:
                yield name, text
            for caption in wrapper.findall(nodes.caption):
                yield caption.astext(), text


def setup(app: Sphinx) -> None:
    """Connect the handler."""
    app.connect("doctree-read", note_blocks)
