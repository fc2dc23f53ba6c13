"""What a page shows of an outcome: panels of plain text, for tabs or for blocks in a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sphinx_airflow_prod.core.changes import Changes, ResourceChange
from sphinx_airflow_prod.core.diff import unified_diff
from sphinx_airflow_prod.core.excerpts import excerpt, summary, whole
from sphinx_airflow_prod.core.manifest_paths import Path
from sphinx_airflow_prod.core.manifests import Resource
from sphinx_airflow_prod.core.outcome import Detail, Outcome, Status
from sphinx_airflow_prod.core.snippet import ValuesOptions

PanelKind = Literal["values", "changes", "manifest", "more", "notes", "refusal"]

MANIFEST_LANGUAGE = "helm-manifest"
"""Name of the lexer for manifests with ``...`` in them."""

DEFAULT_CAPTION = "values.yaml"


@dataclass(frozen=True)
class Download:
    """A file that a page offers: its title, its name (unique in the example) and its text."""

    title: str
    filename: str
    text: str


@dataclass(frozen=True)
class Panel:
    """One tab: prose, then a list of resources, then a text to be shown literally.

    ``highlight`` are line numbers of the text, from 1.  The panel of kind
    ``values`` has no text: the adapter shows the values as they are written.
    """

    kind: PanelKind
    title: str
    text: str = ""
    language: str = "yaml"
    highlight: tuple[int, ...] = ()
    lines: tuple[str, ...] = ()
    items: tuple[str | Download, ...] = ()
    download: Download | None = None


def present(outcome: Outcome, max_manifest_tabs: int) -> list[Panel]:
    """Return the panels of an outcome, at least the one with the values."""
    options = outcome.snippet.options
    values = Panel("values", options.caption or options.file or DEFAULT_CAPTION)
    if outcome.status in (Status.SKIPPED, Status.UNVERIFIED):
        return [values]
    detail = outcome.detail
    if detail.refusal is not None:
        return [values, *_refusal(outcome, detail)]
    panels: list[Panel] = []
    for tab in options.tabs:
        if tab == "values":
            panels.append(values)
        elif tab == "changes":
            panels += _changes(detail)
        elif tab == "manifests":
            panels += _manifests(detail, options, max_manifest_tabs)
        elif tab == "notes" and detail.notes:
            panels.append(Panel("notes", "Notes", detail.notes, "text"))
    return panels or [values]


def _refusal(outcome: Outcome, detail: Detail) -> Iterator[Panel]:
    """Show why the chart refuses an example that is there to be refused."""
    if outcome.snippet.options.fails and outcome.status is Status.PASSED and detail.refusal:
        lines = ("The chart refuses these values:",)
        yield Panel("refusal", "Refused", detail.refusal.message, "text", lines=lines)


def _changes(detail: Detail) -> Iterator[Panel]:
    changes = detail.changes
    if changes is None:
        return
    if changes.is_empty:
        yield Panel("changes", "Changes", lines=("Nothing that the chart renders changes.",))
        return
    yield Panel("changes", "Changes", unified_diff(changes), "diff")


def _manifests(detail: Detail, options: ValuesOptions, most: int) -> Iterator[Panel]:
    """Give a panel for each resource to show, and one that lists those that are too many."""
    changes = detail.changes or Changes()
    chosen = list(_chosen(detail, options, changes))
    shown, others = chosen[:most], chosen[most:]
    for resource, change, path in shown:
        whole_file = _download(resource, detail.resources, "whole manifest")
        yield _manifest(resource, change, path, options.full, whole_file)
    if others:
        items = tuple(_download(resource, detail.resources) for resource, _, _ in others)
        yield Panel("more", f"{len(others)} more", lines=("Also rendered otherwise:",), items=items)


def _chosen(
    detail: Detail, options: ValuesOptions, changes: Changes
) -> Iterator[tuple[Resource, ResourceChange | None, Path | None]]:
    """Give what ``:show:`` names, in its order, else all that appears or changes."""
    if not options.show:
        for change in changes:
            if change.after is not None:
                yield change.after, change, None
        return
    seen: set[tuple[str, str]] = set()
    for selector in options.show:
        for resource in selector.match(detail.resources):
            path = selector.path_in(resource)
            if path is not None and (resource.id, selector.path) not in seen:
                seen.add((resource.id, selector.path))
                yield resource, changes.of(resource), path or None


def _manifest(
    resource: Resource,
    change: ResourceChange | None,
    path: Path | None,
    full: bool,
    whole_file: Download,
) -> Panel:
    if full and path is None:
        cut = whole(resource, change)
    elif change is None:
        cut = summary(resource, path)
    else:
        cut = excerpt(change, path)
    return Panel(
        "manifest",
        resource.id,
        cut.text,
        MANIFEST_LANGUAGE,
        highlight=cut.highlight,
        download=None if cut.complete else whole_file,
    )


def _download(resource: Resource, among: Sequence[Resource], title: str = "") -> Download:
    """Offer the whole of a resource; its name says as much as tells it apart from the others."""
    parts: Sequence[str] = (resource.kind, resource.name)
    if sum((other.kind, other.name) == parts for other in among) > 1:
        parts = resource.key
    name = "-".join(part for part in parts if part).replace("/", "-").replace(":", "-")
    return Download(title or resource.id, f"{name}.yaml", resource.raw)
