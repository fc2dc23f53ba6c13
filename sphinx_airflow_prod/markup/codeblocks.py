"""Ordinary code blocks of YAML, read as if they were ``helm:values``: for guides as they are."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator

from docutils import nodes

from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.grammar import VALUES
from sphinx_airflow_prod.core.snippet import RawDirective
from sphinx_airflow_prod.markup.reading import place_lines

LANGUAGES = ("yaml", "yml", "helm-values")
"""Languages of blocks that may hold values."""


def yaml_blocks(
    doctree: nodes.document, document: str, own: Collection[type[nodes.Element]] = ()
) -> Iterator[tuple[nodes.literal_block, RawDirective]]:
    """Give each code block of YAML in *doctree*, and the directive that it stands for.

    *document* is the absolute path of the file that was read.  Blocks inside
    nodes of the types *own* are left out.  A block that is not in its file to
    the letter (another directive made it up) is left out as well: nothing could
    be said of it at its place.
    """
    for block in doctree.findall(nodes.literal_block):
        language = block.get("language") or "".join(block["classes"][1:2])
        if language not in LANGUAGES or any(_is_inside(block, kind) for kind in own):
            continue
        path = os.path.abspath(block.source) if block.source else document
        lines = block.astext().split("\n")
        body = place_lines(lines, path, (block.line or 1) + 1)
        if body is None:
            continue
        first = body.origins[0]
        span = Span(path, block.line or first.line, 1)
        name = next(iter(_names(block)), "")
        options = {"name": name} if name else {}
        raw = RawDirective(VALUES.name, document, span, "", options, {}, body)
        yield block, raw


def _names(block: nodes.literal_block) -> Iterator[str]:
    yield from block["names"]
    wrapper = block.parent
    if isinstance(wrapper, nodes.container) and wrapper.get("literal_block"):
        yield from wrapper["names"]


def _is_inside(node: nodes.Node, kind: type[nodes.Element]) -> bool:
    parent = node.parent
    while parent is not None:
        if isinstance(parent, kind):
            return True
        parent = parent.parent
    return False
