"""The directives: they read, and nothing else; nothing is rendered while documents are read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from sphinx_airflow_prod.core.snippet import (
    MANIFEST_LANGUAGE,
    AirflowSnippet,
    ManifestSnippet,
    SecretSnippet,
    Snippet,
    TableOptions,
    ValuesSnippet,
    read_snippet,
)
from sphinx_airflow_prod.markup.reading import AnyOption, read_directive
from sphinx_airflow_prod.sphinx_ext.nodes import HelmExample

if TYPE_CHECKING:
    from sphinx_airflow_prod.sphinx_ext.domain import HelmDomain


class SnippetDirective(SphinxDirective):
    """Any directive of the grammar: note the snippet in the domain and show its body as written.

    Whatever is wrong with it is kept with the snippet and reported when all
    examples are evaluated, so that the page is built in any case.
    """

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = AnyOption()

    def run(self) -> list[nodes.Node]:
        """Return the node of the snippet."""
        document = os.path.abspath(self.env.doc2path(self.env.docname))
        snippet = read_snippet(read_directive(self, document))
        file = snippet.file if isinstance(snippet, ValuesSnippet) else None
        if file and os.path.isfile(file):
            self.env.note_dependency(file)
        domain = cast("HelmDomain", self.env.get_domain("helm"))
        domain.note_snippet(self.env.docname, snippet)
        return [self._node(snippet)]

    def _node(self, snippet: Snippet) -> HelmExample:
        options = snippet.options
        node = HelmExample(docname=self.env.docname, snippet=snippet.key)
        node.source, node.line = snippet.span.path, snippet.span.line
        kind = self.name.lower().replace(":", "-")
        node["classes"] = ["helm-example", kind, *options.class_]
        if snippet.body.text.strip():
            node += self._as_written(snippet)
        if options.name and not self._take_over_name(node):
            self.options["name"] = options.name
            self.add_name(node)
        return node

    def _take_over_name(self, node: HelmExample) -> bool:
        """Take the target of the same example from a node that was thrown away, if there is one.

        ``.. tab::`` of sphinx-tabs parses its content twice for builders
        without tabs, and docutils would take the second for another target.
        """
        document = self.state.document
        for identifier, earlier in list(document.ids.items()):
            if (
                isinstance(earlier, HelmExample)
                and earlier["snippet"] == node["snippet"]
                and not _stands_in(earlier, document)
            ):
                node["ids"], node["names"] = earlier["ids"], earlier["names"]
                document.ids[identifier] = node
                return True
        return False

    def _as_written(self, snippet: Snippet) -> nodes.Element:
        assert not isinstance(snippet.options, TableOptions)  # tables have no body
        text = snippet.body.text.rstrip("\n")
        literal = nodes.literal_block(text, text, language=_language(snippet), force=True)
        literal.source, literal.line = snippet.span.path, snippet.span.line
        if snippet.options.linenos:
            literal["linenos"] = True
        if snippet.options.emphasize_lines:
            literal["highlight_args"] = {"hl_lines": list(snippet.options.emphasize_lines)}
        if not snippet.options.caption:
            return literal
        # by hand: Sphinx' own way parses the caption, and fails where that is no paragraph
        caption = nodes.caption(snippet.options.caption, "", nodes.Text(snippet.options.caption))
        caption.source, caption.line = literal.source, literal.line
        wrapper = nodes.container(
            "", caption, literal, literal_block=True, classes=["literal-block-wrapper"]
        )
        wrapper.source, wrapper.line = literal.source, literal.line
        return wrapper


def _stands_in(node: nodes.Node, document: nodes.document) -> bool:
    above: nodes.Node | None = node
    while above is not None and above is not document:
        above = above.parent
    return above is document


def _language(snippet: Snippet) -> str:
    """Return the name of the lexer that suits a body."""
    if isinstance(snippet, ManifestSnippet):
        return MANIFEST_LANGUAGE
    if isinstance(snippet, AirflowSnippet):
        return "ini" if snippet.kind == "config" else "bash"
    if isinstance(snippet, SecretSnippet) and "kubectl" in snippet.body.text:
        return "bash"
    return "yaml"
