"""Reference tables: from rows to nodes of docutils, readable in every builder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from sphinx_airflow_prod.core.descriptions import paragraphs, pieces
from sphinx_airflow_prod.core.tables import Row, Table

HEADINGS = {
    "parameters": ("Value", "Type", "Default", "Description"),
    "options": ("Option", "Type", "Default", "Description"),
}
WIDTHS = (32, 13, 19, 36)

Anchor = Callable[[str], str]
"""Gives the id of the row that describes an object, empty where it is no target."""

Address = Callable[[str], str]
"""Gives the address of the row of an object, wherever it is described; empty where it is not."""


class TableMaker:
    """Makes the table of one directive for the builder of *app*."""

    def __init__(self, app: Sphinx, anchor: Anchor, address: Address) -> None:
        self._is_html = app.builder.format == "html"
        self._is_man = app.builder.format == "man"
        self._anchor = anchor
        self._address = address
        # an epub is turned page by page, nobody copies an address out of it
        with_permalinks = app.config.html_permalinks and app.builder.name != "epub"
        self._permalink = str(app.config.html_permalinks_icon) if with_permalinks else ""

    def make(self, table: Table, classes: Iterable[str]) -> list[nodes.Node]:
        """Return the nodes of a table.

        A manual page gets a list: in its narrow columns names would be hyphenated.
        """
        if self._is_man:
            return [nodes.definition_list("", *(self._item(row) for row in table.rows))]
        made = nodes.table(classes=["helm-table", "longtable", "colwidths-given", *classes])
        group = nodes.tgroup(cols=len(WIDTHS))
        made += group
        group += [nodes.colspec(colwidth=width) for width in WIDTHS]
        headings = [nodes.entry("", nodes.paragraph("", each)) for each in HEADINGS[table.kind]]
        group += nodes.thead("", nodes.row("", *headings))
        group += nodes.tbody("", *(self._row(row) for row in table.rows))
        spec = addnodes.tabular_col_spec()
        spec["spec"] = "".join(rf"\X{{{width}}}{{{sum(WIDTHS)}}}" for width in WIDTHS)
        return [spec, made]

    def _row(self, row: Row) -> nodes.row:
        anchor = self._anchor(row.name)
        made = nodes.row()
        name = nodes.paragraph("", "", *self._name(row.title, anchor))
        if anchor and self._is_html:
            made["ids"] = [anchor]
        elif anchor:
            name.insert(0, nodes.target("", "", ids=[anchor]))
        first = nodes.entry("", name)
        if row.variable:
            first += nodes.paragraph("", "", self._code(row.variable, "_"))
        made += [
            first,
            nodes.entry("", *self._type(row)),
            nodes.entry("", *self._default(row)),
            nodes.entry("", *self._description(row)),
        ]
        return made

    def _item(self, row: Row) -> nodes.definition_list_item:
        since = f", since {row.since}" if row.since else ""
        facts = nodes.paragraph("", f"{row.type}{since}")
        if row.variable:
            facts += [nodes.Text("; "), self._code(row.variable)]
        if row.default is not None:
            facts += [nodes.Text("; default "), self._code(row.default)]
        told = [node for node in self._description(row) if node.astext()]
        return nodes.definition_list_item(
            "",
            nodes.term("", "", self._code(row.title)),
            nodes.definition("", facts, *told),
        )

    def _name(self, title: str, anchor: str) -> Iterable[nodes.Node]:
        yield self._code(title, ".")
        if anchor and self._is_html and self._permalink:
            link = (
                f'<a class="headerlink" href="#{escape(anchor)}" '
                f'title="Link to this row">{escape(self._permalink, quote=False)}</a>'
            )
            yield nodes.raw("", link, format="html")

    def _type(self, row: Row) -> Iterable[nodes.Node]:
        words = nodes.raw("", _breakable(row.type, ""), format="html")
        yield nodes.paragraph("", "", words if self._is_html else nodes.Text(row.type))
        if row.since:
            yield nodes.paragraph("", f"since {row.since}")

    def _default(self, row: Row) -> Iterable[nodes.Node]:
        if row.default is None:
            yield nodes.paragraph("", "–")
            return
        shown = nodes.paragraph("", "", self._code(row.default))
        if row.default_note:
            shown += nodes.Text(f" ({row.default_note})")
        yield shown

    def _description(self, row: Row) -> Iterable[nodes.Node]:
        found: list[nodes.Node] = []
        if row.deprecated:
            mark = self._prose(row.deprecated, row.instead)
            mark["classes"] = ["helm-deprecated"]
            found.append(mark)
        found += [self._prose(text) for text in paragraphs(row.description)]
        if row.choices:
            found.append(self._values("One of", row.choices))
        if row.known:
            found.append(self._values("Among others", row.known))
        found += [self._prose(note) for note in row.notes]
        return found or [nodes.paragraph("", "")]

    def _values(self, words: str, values: Iterable[str]) -> nodes.paragraph:
        made = nodes.paragraph("", f"{words} ")
        for number, value in enumerate(values):
            made += [*([nodes.Text(", ")] if number else []), self._code(value)]
        made += nodes.Text(".")
        return made

    def _prose(self, text: str, instead: str = "") -> nodes.paragraph:
        """Return a paragraph with code and links in it; *instead* is linked to its row."""
        made = nodes.paragraph()
        for piece in pieces(text):
            if piece.kind == "code":
                made += self._linked(piece.text, instead)
            elif piece.kind == "link":
                made += nodes.reference("", piece.text, refuri=piece.url, internal=False)
            else:
                made += nodes.Text(piece.text)
        return made

    def _linked(self, text: str, name: str) -> nodes.Node:
        code = self._code(text)
        address = self._address(name) if name else ""
        if not address:
            return code
        return nodes.reference("", "", code, refuri=address, internal=True)

    def _code(self, text: str, breaks: str = "") -> nodes.Node:
        """Return code that may be broken after the characters *breaks*.

        In HTML without the span that Sphinx makes of each word: a page may have
        thousands of rows.
        """
        if not self._is_html:
            return nodes.literal("", text)
        html = _breakable(text, breaks) if breaks else escape(text, quote=False)
        html = f'<code class="docutils literal notranslate">{html}</code>'
        return nodes.raw("", html, format="html")


_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _breakable(text: str, characters: str) -> str:
    """Return HTML that may be broken after *characters*, and between the words of a name."""
    html = escape(_HUMP.sub("\0", text), quote=False).replace("\0", "<wbr>")
    for character in characters:
        html = html.replace(character, f"{character}<wbr>")
    return html
