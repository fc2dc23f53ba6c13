"""From examples to what a builder can show: tabs, or captioned blocks one after another."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.osutil import relative_uri

from sphinx_airflow_prod.core.outcome import Outcome, Status
from sphinx_airflow_prod.core.presentation import Download, Panel, present
from sphinx_airflow_prod.sphinx_ext import config
from sphinx_airflow_prod.sphinx_ext.nodes import HelmExample
from sphinx_airflow_prod.sphinx_ext.tabs import can_show_tabs, tabs

if TYPE_CHECKING:
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
        if not examples or domain.report is None:
            return
        settings, _ = config.read(self.app)
        outcomes: list[Outcome] = []
        for number, node in enumerate(examples):
            outcome = domain.report.by_key.get(tuple(node["snippet"]))
            if outcome is None:
                continue
            outcomes.append(outcome)
            panels = present(outcome, settings.max_manifest_tabs)
            self._replace(node, number, outcome, panels)
        self.document += _footer(outcomes)

    def _replace(
        self, node: HelmExample, number: int, outcome: Outcome, panels: list[Panel]
    ) -> None:
        identifier = _slug(f"{node['docname']}-{outcome.snippet.options.name or number}-{number}")
        written = list(node.children)
        example = nodes.container(
            classes=[*node["classes"], f"helm-{outcome.status}"],
            ids=node["ids"],
            names=node["names"],
        )
        example.source, example.line = node.source, node.line
        example += _mark(outcome)
        with_tabs = can_show_tabs(self.app)
        contents = [
            (panel, self._content(node["docname"], identifier, panel, written, with_tabs))
            for panel in panels
        ]
        if with_tabs and len(contents) > 1:
            label = outcome.snippet.options.caption or "values.yaml and what Helm renders from it"
            example += tabs(
                identifier,
                label,
                [
                    (
                        panel.kind if panel.kind in SYNCHRONISED else f"{identifier}-{i}",
                        panel.title,
                        content,
                    )
                    for i, (panel, content) in enumerate(contents)
                ],
            )
        else:
            for _, content in contents:
                example += content
        node.replace_self(example)

    def _content(
        self,
        docname: str,
        identifier: str,
        panel: Panel,
        written: list[nodes.Node],
        with_tabs: bool,
    ) -> list[nodes.Node]:
        """Return the content of a panel: prose, the text, and a link to the whole."""
        if panel.kind == "values":
            return _values(panel, written, with_tabs)
        content: list[nodes.Node] = [_paragraph(line) for line in panel.lines]
        if panel.items:
            content.append(_bullets(self._item(docname, identifier, i) for i in panel.items))
        if panel.text:
            literal = _literal(panel)
            content.append(literal if with_tabs else _captioned(panel.title, literal))
        elif not with_tabs:
            content.insert(0, nodes.paragraph("", "", nodes.strong("", panel.title)))
        if panel.download and with_tabs:
            content.append(nodes.paragraph("", "", self._link(docname, identifier, panel.download)))
        return content

    def _item(self, docname: str, identifier: str, item: str | Download) -> nodes.Node:
        if isinstance(item, str):
            return nodes.literal("", item)
        if can_show_tabs(self.app):
            return self._link(docname, identifier, item)
        return nodes.literal("", item.title)

    def _link(self, docname: str, identifier: str, download: Download) -> nodes.Element:
        """Write a manifest beside the page and return the link to it."""
        target = f"{DOWNLOADS}/{identifier}/{download.filename}"
        path = Path(self.app.outdir, target)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        temporary.write_text(download.text, "utf-8", newline="\n")
        temporary.replace(path)
        uri = relative_uri(self.app.builder.get_target_uri(docname), target)
        text = nodes.Text(download.title)
        return addnodes.download_reference("", "", text, refuri=uri, classes=["helm-download"])


def _values(panel: Panel, written: list[nodes.Node], with_tabs: bool) -> list[nodes.Node]:
    """Return the values as written; in tabs, the title already says what a caption would."""
    if with_tabs:
        return [
            next(iter(node.findall(nodes.literal_block)), node)
            if isinstance(node, nodes.Element) and "literal-block-wrapper" in node["classes"]
            else node
            for node in written
        ]
    return [
        _captioned(panel.title, node) if isinstance(node, nodes.literal_block) else node
        for node in written
    ]


def _literal(panel: Panel) -> nodes.literal_block:
    text = panel.text.rstrip("\n")
    literal = nodes.literal_block(text, text, language=panel.language, force=True)
    if panel.highlight:
        literal["highlight_args"] = {"hl_lines": list(panel.highlight)}
    return literal


def _captioned(title: str, literal: nodes.Element) -> nodes.container:
    """Wrap a block as Sphinx' ``code-block`` does for ``:caption:``."""
    wrapper = nodes.container(
        "", literal_block=True, classes=["literal-block-wrapper"], ids=[], names=[]
    )
    wrapper += nodes.caption("", "", nodes.Text(title))
    wrapper += literal
    return wrapper


def _paragraph(text: str) -> nodes.paragraph:
    return nodes.paragraph("", "", nodes.Text(text))


def _bullets(items: Iterable[nodes.Node]) -> nodes.bullet_list:
    return nodes.bullet_list(
        "", *(nodes.list_item("", nodes.paragraph("", "", item)) for item in items)
    )


def _mark(outcome: Outcome) -> list[nodes.Node]:
    """Return the visible mark of an example that the reader must not trust."""
    texts = {
        Status.UNVERIFIED: "Not verified: no Helm engine or no chart was there to check this.",
        Status.FAILED: "Not verified: this example did not pass its checks.",
        Status.SKIPPED: f"Not verified: skipped, {outcome.snippet.options.skip}",
    }
    text = texts.get(outcome.status)
    return [nodes.container("", _paragraph(text), classes=["helm-mark"])] if text else []


def _footer(outcomes: Iterable[Outcome]) -> list[nodes.Node]:
    """Return the line that says what the examples of the page were checked against."""
    provenances = sorted({str(o.provenance) for o in outcomes if o.provenance})
    if not provenances:
        return []
    text = f"Examples on this page were checked against {'; '.join(provenances)}."
    return [nodes.container("", _paragraph(text), classes=["helm-provenance"])]


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def setup(app: Sphinx) -> None:
    """Register the post-transform."""
    app.add_post_transform(ShowExamples)
