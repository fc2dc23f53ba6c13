"""Tabs made of sphinx-tabs' own nodes; the only module that knows sphinx-tabs."""

from __future__ import annotations

from collections.abc import Sequence

from docutils import nodes
from sphinx.application import Sphinx
from sphinx_tabs.tabs import (
    SphinxTabsPanel,
    SphinxTabsTab,
    SphinxTabsTablist,
    get_compatible_builders,
)


def can_show_tabs(app: Sphinx) -> bool:
    """Say whether the builder's output has the styles and the script that tabs need.

    By the name of the builder: epub's format is ``html`` too, and it has no
    script.
    """
    return app.builder.name in get_compatible_builders(app)


def tabs(
    identifier: str, label: str, panels: Sequence[tuple[str, str, list[nodes.Node]]]
) -> nodes.container:
    """Return a group of tabs.

    *identifier* is unique in the site and fit for an id (documents may be
    assembled into one); *label* is what assistive technology reads out for the
    group.  A panel is its synchronisation name, its title and its content:
    selecting a tab selects all of the page that have the same name.
    """
    group = nodes.container(type="tab-element", classes=["sphinx-tabs"])
    tablist = SphinxTabsTablist()
    tablist["role"] = "tablist"
    tablist["aria-label"] = label
    group += tablist
    for number, (name, title, content) in enumerate(panels):
        tab_id, panel_id = f"tab-{identifier}-{number}", f"panel-{identifier}-{number}"
        tab = SphinxTabsTab("", "", nodes.Text(title))
        tab["classes"] = ["sphinx-tabs-tab"]
        tab["ids"] = [tab_id]
        tab["role"] = "tab"
        tab["name"] = name
        tab["tabindex"] = "-1" if number else "0"
        tab["aria-selected"] = "false" if number else "true"
        tab["aria-controls"] = panel_id
        tablist += tab
        panel = SphinxTabsPanel()
        # rendered text is no prose: it would drown the search index
        panel["classes"] = ["sphinx-tabs-panel", *(["no-search"] if number else [])]
        panel["ids"] = [panel_id]
        panel["role"] = "tabpanel"
        panel["name"] = name
        panel["tabindex"] = 0
        panel["aria-labelledby"] = tab_id
        # the style sheet's heading of the panel where there is nothing to click: paper, no script
        panel["data-title"] = title
        if number:
            panel["hidden"] = "true"
        panel += content
        group += panel
    return group
