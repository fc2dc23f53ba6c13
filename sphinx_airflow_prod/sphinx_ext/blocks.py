"""Literal blocks: those with a name that secrets speak of, and those that count as examples."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from docutils import nodes
from sphinx.application import Sphinx

from sphinx_airflow_prod.core.snippet import Snippet, read_code_block
from sphinx_airflow_prod.markup.codeblocks import yaml_blocks
from sphinx_airflow_prod.sphinx_ext import config
from sphinx_airflow_prod.sphinx_ext.nodes import HelmExample

if TYPE_CHECKING:
    from sphinx_airflow_prod.sphinx_ext.domain import HelmDomain


def note_blocks(app: Sphinx, doctree: nodes.document) -> None:
    """Handle ``doctree-read``: hand the document's blocks to the domain.

    ``helm_code_blocks`` says whether ordinary code blocks of YAML are examples
    (``check``) and shown as such (``tabs``).
    """
    domain = cast("HelmDomain", app.env.get_domain("helm"))
    docname = app.env.docname
    mode = config.read(app)[0].code_blocks
    if mode != "off":
        _note_code_blocks(app, doctree, docname, show=mode == "tabs")
    if domain.snippets.get(docname):
        domain.note_blocks(docname, list(_named_blocks(doctree)))


def _note_code_blocks(app: Sphinx, doctree: nodes.document, docname: str, *, show: bool) -> None:
    domain = cast("HelmDomain", app.env.get_domain("helm"))
    known = domain.snippets.get(docname, {})
    document = os.path.abspath(app.env.doc2path(docname))
    inferred = {
        id(block): read_code_block(raw)
        for block, raw in yaml_blocks(doctree, document, own=(HelmExample,))
    }
    snippets: list[Snippet] = []
    for node in list(doctree.findall()):
        if isinstance(node, HelmExample) and tuple(node["snippet"]) in known:
            snippets.append(known[tuple(node["snippet"])])
        elif id(node) in inferred:
            snippet = inferred[id(node)]
            snippets.append(snippet)
            if show and isinstance(node, nodes.literal_block):
                _wrap(node, docname, snippet)
    if snippets:
        domain.note_order(docname, snippets)


def _wrap(block: nodes.literal_block, docname: str, snippet: Snippet) -> None:
    """Make an example of a code block, with its caption if it has one."""
    wrapper = block.parent
    captioned = isinstance(wrapper, nodes.container) and wrapper.get("literal_block")
    shown: nodes.Element = wrapper if captioned else block
    example = HelmExample(
        docname=docname, snippet=snippet.key, classes=["helm-example", "helm-values"]
    )
    example.source, example.line = snippet.span.path, snippet.span.line
    shown.replace_self(example)
    example += shown


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
