"""From examples to what a builder can show: tabs, or captioned blocks one after another."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.osutil import relative_uri

from sphinx_airflow_prod.core.outcome import AirflowProvenance, Outcome, Status
from sphinx_airflow_prod.core.snippet import AirflowSnippet, TableSnippet, is_about_airflow
from sphinx_airflow_prod.sphinx_ext.nodes import HelmExample
from sphinx_airflow_prod.sphinx_ext.objects import ObjectsDomain
from sphinx_airflow_prod.sphinx_ext.tabs import can_show_tabs, tabs
from sphinx_airflow_prod.sphinx_ext.targets import objtype_of

if TYPE_CHECKING:
    from sphinx_airflow_prod.core.presentation import Download, Panel
    from sphinx_airflow_prod.sphinx_ext.domain import HelmDomain

DOWNLOADS = "_helm"
"""Folder of the output that holds the full manifests."""

SYNCHRONISED = ("values", "changes")
"""Kinds of panels that are selected together all over a page."""


class ShowExamples(SphinxPostTransform):
    """Replace every example by what the build's evaluation found for it.

    Runs early: LaTeX makes its captions in post-transforms that come later.
    """

    default_priority = 5

    def run(self, **kwargs: Any) -> None:  # noqa: ARG002
        """Transform one document, or the one that a builder assembled from many."""
        examples = list(self.document.findall(HelmExample))
        domain = cast("HelmDomain", self.env.get_domain("helm"))
        if not examples or domain.evaluation is None:
            return
        self.evaluation = domain.evaluation
        self.builder = domain.evaluation.app.builder
        self.with_tabs = can_show_tabs(domain.evaluation.app)
        # not before the first page with examples is written: a build may write none
        from sphinx_airflow_prod.core.presentation import present

        outcomes: list[Outcome] = []
        self.anchors: set[str] = set()
        for number, node in enumerate(examples):
            outcome = self.evaluation.report.by_key.get(tuple(node["snippet"]))
            if outcome is None:
                continue
            outcomes.append(outcome)
            domain.resolved.add(node["docname"])
            if isinstance(outcome.snippet, TableSnippet):
                self._show_table(node, outcome, outcome.snippet)
                continue
            panels = present(outcome, self.evaluation.settings.max_manifest_tabs)
            self._replace(node, number, outcome, panels)
        self.document += _footer(outcomes)

    def _replace(
        self, node: HelmExample, number: int, outcome: Outcome, panels: list[Panel]
    ) -> None:
        here = _Place.of(node["docname"], outcome.snippet.options.name or "", number)
        written = list(node.children)
        example = nodes.container(classes=[*node["classes"], f"helm-{outcome.status}"])
        example.source, example.line = node.source, node.line
        example += _mark(outcome)
        grouped = self.with_tabs and len(panels) > 1
        contents = [
            (panel, self._content(here, i, panel, written, grouped))
            for i, panel in enumerate(panels)
        ]
        if grouped:
            label = getattr(outcome.snippet.options, "caption", None) or _label(outcome)
            example += tabs(
                here.identifier,
                label,
                [
                    (
                        panel.group
                        or (panel.kind if panel.kind in SYNCHRONISED else f"{here.identifier}-{i}"),
                        panel.title,
                        content,
                    )
                    for i, (panel, content) in enumerate(contents)
                ],
            )
        else:
            for _, content in contents:
                example += content
        node.replace_self(self._with_target(node, example))

    def _show_table(self, node: HelmExample, outcome: Outcome, snippet: TableSnippet) -> None:
        """Replace the node of a table by its rows."""
        from sphinx_airflow_prod.sphinx_ext.tables import TableMaker

        objtype, docname = objtype_of(snippet), node["docname"]
        objects = cast(
            "ObjectsDomain", self.env.get_domain("airflow" if objtype == "option" else "helm")
        )

        def own_anchor(name: str) -> str:
            """Give an anchor once, in the document that the object belongs to."""
            known = None if snippet.options.no_index else objects.find_object(objtype, name)
            if known is None or known[0] != docname or known[1] in self.anchors:
                return ""
            self.anchors.add(known[1])
            return known[1]

        def address(name: str) -> str:
            known = objects.find_object(objtype, name)
            if known is None or not self.with_tabs:
                return ""
            return f"{self.builder.get_relative_uri(docname, known[0])}#{known[1]}"

        shown = nodes.container(classes=[*node["classes"], f"helm-{outcome.status}"])
        shown.source, shown.line = node.source, node.line
        shown += _mark(outcome)
        table = outcome.detail.table if outcome.status is not Status.SKIPPED else None
        if table is not None and table.rows:
            maker = TableMaker(self.evaluation.app, own_anchor, address)
            shown += maker.make(table, snippet.options.class_)
        node.replace_self(self._with_target(node, shown))

    def _with_target(self, node: HelmExample, example: nodes.container) -> list[nodes.Node]:
        """Let references find the example; only HTML's writer puts out a container's ids."""
        if self.builder.format == "html" or not node["ids"]:
            example["ids"], example["names"] = node["ids"], node["names"]
            return [example]
        return [nodes.target("", "", ids=node["ids"], names=node["names"]), example]

    def _content(
        self,
        here: _Place,
        number: int,
        panel: Panel,
        written: list[nodes.Node],
        grouped: bool,
    ) -> list[nodes.Node]:
        """Return the content of a panel: prose, the text, and a link to the whole."""
        block_id = f"block-{here.identifier}-{number}"
        if panel.kind == "values":
            return _values(panel, written, self.with_tabs, block_id)
        content: list[nodes.Node] = [_paragraph(line) for line in panel.lines]
        if panel.kind == "written":
            content += _values(panel, written, grouped, block_id)
        if panel.items:
            content.append(_bullets(self._item(here, i) for i in panel.items))
        if panel.text:
            literal = _literal(panel)
            content.append(
                literal if self.with_tabs else _captioned(panel.title, literal, block_id)
            )
        elif not self.with_tabs and panel.kind != "written":
            content.insert(0, nodes.paragraph("", "", nodes.strong("", panel.title)))
        if panel.download and self.with_tabs:
            link = self._link(here, panel.download)
            content.append(nodes.paragraph("", "", link, classes=["helm-whole"]))
        return content

    def _item(self, here: _Place, item: str | Download) -> nodes.Node:
        if isinstance(item, str):
            return nodes.literal("", item)
        if self.with_tabs:
            return self._link(here, item)
        return nodes.literal("", item.title)

    def _link(self, here: _Place, download: Download) -> nodes.Element:
        """Write a manifest beside the page and return the link to it."""
        target = f"{here.folder}/{download.filename}"
        path = Path(self.builder.outdir, target)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        temporary.write_text(download.text, "utf-8", newline="\n")
        temporary.replace(path)
        uri = relative_uri(self._page(here.docname), quote(target))
        text = nodes.Text(download.title)
        return addnodes.download_reference("", "", text, refuri=uri, classes=["helm-download"])

    def _page(self, docname: str) -> str:
        """Return the address of the page that shows a document."""
        uri = self.builder.get_target_uri(docname)
        # singlehtml names a place in the one page, not the page
        return self.config.root_doc if uri.startswith("#") else uri


@dataclass(frozen=True)
class _Place:
    """Where an example is shown: a prefix for ids, and the folder of its downloads."""

    docname: str
    identifier: str
    folder: str

    @classmethod
    def of(cls, docname: str, name: str, number: int) -> _Place:
        """Return the place of the example that is the page's *number*-th, from 0.

        The number makes ids unique in a page, also in one assembled from many
        documents; the folder takes the document's name as it is, since pages
        of all documents share the output.
        """
        own = _slug(f"{name}-{number}")
        return cls(docname, f"{_slug(docname)}-{own}", f"{DOWNLOADS}/{docname}/{own}")


def _values(
    panel: Panel, written: list[nodes.Node], with_tabs: bool, block_id: str
) -> list[nodes.Node]:
    """Return the values as written; in tabs, the title already says what a caption would."""
    if with_tabs:
        return [
            next(iter(node.findall(nodes.literal_block)), node)
            if isinstance(node, nodes.Element) and "literal-block-wrapper" in node["classes"]
            else node
            for node in written
        ]
    return [
        _captioned(panel.title, node, block_id) if isinstance(node, nodes.literal_block) else node
        for node in written
    ]


def _literal(panel: Panel) -> nodes.literal_block:
    text = panel.text.rstrip("\n")
    literal = nodes.literal_block(text, text, language=panel.language, force=True)
    if panel.highlight:
        literal["highlight_args"] = {"hl_lines": list(panel.highlight)}
    return literal


def _captioned(title: str, literal: nodes.Element, block_id: str) -> nodes.container:
    """Wrap a block as Sphinx' ``code-block`` does for ``:caption:``; HTML's writer wants an id."""
    wrapper = nodes.container(
        "", literal_block=True, classes=["literal-block-wrapper"], ids=[block_id]
    )
    wrapper += nodes.caption("", "", nodes.Text(title))
    wrapper += literal
    return wrapper


def _paragraph(text: str) -> nodes.paragraph:
    """Return a paragraph; what stands between backquotes is literal."""
    parts = text.split("`")
    return nodes.paragraph(
        "",
        "",
        *(
            nodes.literal("", part) if number % 2 else nodes.Text(part)
            for number, part in enumerate(parts)
            if part
        ),
    )


def _bullets(items: Iterable[nodes.Node]) -> nodes.bullet_list:
    return nodes.bullet_list(
        "", *(nodes.list_item("", nodes.paragraph("", "", item)) for item in items)
    )


def _label(outcome: Outcome) -> str:
    """Return what assistive technology reads out for the tabs of an example without caption."""
    if isinstance(outcome.snippet, AirflowSnippet):
        return "Airflow's configuration in three notations"
    return "values.yaml and what Helm renders from it"


def _mark(outcome: Outcome) -> list[nodes.Node]:
    """Return the visible mark of an example that the reader must not trust."""
    missing = "no Helm engine or no chart was there to check this."
    if is_about_airflow(outcome.snippet) and outcome.provenance is None:
        missing = "there was nothing to read Airflow's options from."
    texts = {
        Status.UNVERIFIED: f"Not verified: {missing}",
        Status.FAILED: "Not verified: this example did not pass its checks.",
        Status.SKIPPED: f"Not verified: skipped, {outcome.snippet.options.skip}",
    }
    text = texts.get(outcome.status)
    return [nodes.container("", _paragraph(text), classes=["helm-mark"])] if text else []


def _footer(outcomes: Sequence[Outcome]) -> list[nodes.Node]:
    """Return the line that says what the examples of the page were checked against.

    Where there are only tables, what they were made from.
    """
    found: dict[str, bool] = {}
    for outcome in outcomes:
        provenance = outcome.provenance
        if isinstance(provenance, AirflowProvenance):
            found[str(provenance)] = True
            provenance = provenance.chart
        if provenance is not None:
            found[str(provenance)] = False
    if not found:
        return []
    # charts first, then Airflow
    ordered = sorted(found, key=lambda words: (found[words], words))
    only_tables = all(isinstance(outcome.snippet, TableSnippet) for outcome in outcomes)
    done = (
        "Tables on this page were made from"
        if only_tables
        else ("Examples on this page were checked against")
    )
    text = f"{done} {'; '.join(ordered)}."
    return [nodes.container("", _paragraph(text), classes=["helm-provenance"])]


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def setup(app: Sphinx) -> None:
    """Register the post-transform."""
    app.add_post_transform(ShowExamples)
