"""A Sphinx extension with directives such as sphinx-design's, which only Sphinx knows of."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class Box(SphinxDirective):
    """A directive with a title and markup in it."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = {  # noqa: RUF012
        "gutter": directives.unchanged,
        "link": directives.unchanged,
        "open": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        box = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]


def setup(app: Sphinx) -> dict[str, Any]:
    for name in ("grid", "grid-item-card", "dropdown", "div"):
        app.add_directive(name, Box)
    return {"parallel_read_safe": True}
