"""The roles on a page: read with the document, judged with the examples, shown when written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxRole

from sphinx_airflow_prod.core.outcome import RoleOutcome, Status
from sphinx_airflow_prod.core.roles import (
    ENV,
    OPTION,
    RESOURCE,
    ROLES,
    VALUE,
    Role,
    RoleSpec,
    read_role,
    split_option,
)
from sphinx_airflow_prod.core.valuepaths import object_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.domains import Domain
    from sphinx.environment import BuildEnvironment

    from sphinx_airflow_prod.sphinx_ext.domain import HelmDomain

KEY = "helm_role"
"""Attribute of a role's node: its key in the domain."""

DOCUMENT = "helm_document"
"""Attribute of a role's node: the name of its document, also where many are assembled."""


class GrammarRole(SphinxRole):
    """Any role of the grammar: note it in the domain, and show what it names."""

    def __init__(self, spec: RoleSpec) -> None:
        super().__init__()
        self.spec = spec

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the node of the role."""
        docname = self.env.docname
        document = os.path.abspath(self.env.doc2path(docname))
        # imported here: most builds read no document
        from sphinx_airflow_prod.markup.roles import Call, read_raw_role

        call = Call(self.rawtext, self.text, self.lineno, self.inliner)
        role = read_role(read_raw_role(self.spec.name, call, document))
        is_ours = not self.rawtext.startswith(":external")
        if is_ours:  # what another site describes is not for our chart to know
            cast("HelmDomain", self.env.get_domain("helm")).note_role(docname, role)
        node = _node(role, self.rawtext, docname)
        if is_ours:
            node[KEY], node[DOCUMENT] = role.key, docname
        node.source, node.line = role.span.path, role.span.line
        return [node], []


def _node(role: Role, rawtext: str, docname: str) -> nodes.Element:
    """Return a literal, or a reference that holds one; any builder can show either."""
    domain, _, kind = role.name.partition(":")
    literal = nodes.literal(rawtext, role.shown, classes=["xref", domain, f"{domain}-{kind}"])
    target = reference_of(role)
    if target is None:
        return literal
    return addnodes.pending_xref(
        rawtext,
        literal,
        refdoc=docname,
        refdomain=domain,
        reftype=kind,
        reftarget=target,
        refexplicit=role.is_titled,
        refwarn=False,
    )


def reference_of(role: Role) -> str | None:
    """Return the name of what a role refers to, ``None`` where it refers to nothing."""
    if role.problem is not None:
        return None
    if role.name == VALUE.name:
        return object_name(role.chart, role.path)
    if role.name == RESOURCE.name:
        return role.example
    if role.name in (OPTION.name, ENV.name):
        option = split_option(role.target) or _option_of(role.target)
        return ".".join(option) if option else role.target
    return None


def _option_of(variable: str) -> tuple[str, str] | None:
    """Return (section, option) that a variable seems to name: of sections with dots, nearly."""
    prefix, _, rest = variable.lower().partition("__")
    section, _, option = rest.partition("__")
    return (section, option) if prefix == "airflow" and option else None


class ShowRoles(SphinxPostTransform):
    """Put defaults in, and mark what must not be trusted; before references are resolved."""

    default_priority = 6

    def run(self, **kwargs: Any) -> None:  # noqa: ARG002
        """Transform one document, or the one that a builder assembled from many."""
        domain = cast("HelmDomain", self.env.get_domain("helm"))
        if domain.evaluation is None:
            return
        outcomes = domain.evaluation.report.by_role
        for found in list(self.document.findall(_is_role)):
            node = cast("nodes.Element", found)
            outcome = outcomes.get(tuple(node[KEY]))
            if outcome is not None:
                domain.resolved.add(node[DOCUMENT])
                _show(node, outcome)


def fill_titles(env: BuildEnvironment, outcomes: Iterable[RoleOutcome]) -> None:
    """Put defaults that stand in titles into the tables of contents, which are made from them."""
    texts = {o.role.key: o.text for o in outcomes if o.text is not None}
    domain = cast("HelmDomain", env.get_domain("helm"))
    for docname, roles in domain.named.items():
        if texts.keys().isdisjoint(roles):
            continue
        for tree in (env.tocs.get(docname), env.titles.get(docname), env.longtitles.get(docname)):
            for node in list(tree.findall(_is_role)) if tree is not None else ():
                text = texts.get(tuple(cast("nodes.Element", node)[KEY]))
                if text is not None:
                    _fill(cast("nodes.literal", node), text)


def _fill(literal: nodes.literal, text: str) -> None:
    literal.children = []
    literal += nodes.Text(text)
    literal.rawsource = text


def _is_role(node: nodes.Node) -> bool:
    return isinstance(node, (nodes.literal, addnodes.pending_xref)) and KEY in node


def _show(node: nodes.Element, outcome: RoleOutcome) -> None:
    literal = node if isinstance(node, nodes.literal) else node.children[0]
    assert isinstance(literal, nodes.literal)
    literal["classes"].append(f"helm-{outcome.status}")
    if outcome.text is not None:
        _fill(literal, outcome.text)
    if outcome.status in (Status.FAILED, Status.UNVERIFIED):
        mark = nodes.inline("", " (not verified)", classes=["helm-role-mark"])
        node.replace_self([literal, mark])


def _judged_already(
    _app: Sphinx, domain: Domain | None, node: addnodes.pending_xref
) -> bool | None:
    """Handle ``warn-missing-reference``: not every value has a row, and unknown ones are told."""
    ours = domain is not None and f"{domain.name}:{node['reftype']}" in ROLES and KEY in node
    return ours or None


def setup(app: Sphinx) -> None:
    """Register the post-transform."""
    app.add_post_transform(ShowRoles)
    app.connect("warn-missing-reference", _judged_already)
