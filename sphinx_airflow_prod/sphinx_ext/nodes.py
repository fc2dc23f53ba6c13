"""The one node of our own: an example, before a post-transform has made tabs of it."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


class HelmExample(nodes.General, nodes.Element):
    """An example as the reader of the document left it, neutral to builders.

    Its children show the values as written.  The attribute ``snippet`` is the
    example's key in the domain (document, file, line): it stays with the node
    where builders assemble many documents into one.
    """


def _pass(translator: Any, node: nodes.Node) -> None:
    """Write nothing of the node itself, only its children."""


def setup(app: Sphinx) -> None:
    """Register the node; builders that run no post-transform show its children."""
    visitors = (_pass, _pass)
    app.add_node(
        HelmExample,
        html=visitors,
        latex=visitors,
        text=visitors,
        man=visitors,
        texinfo=visitors,
    )
