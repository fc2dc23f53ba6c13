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
from sphinx_airflow_prod.core.outcome import Detail, Notations, Outcome, Status
from sphinx_airflow_prod.core.secretcheck import secrets_of
from sphinx_airflow_prod.core.snippet import (
    MANIFEST_LANGUAGE,
    AirflowSnippet,
    ManifestSnippet,
    SecretSnippet,
    ValuesOptions,
    ValuesSnippet,
)

PanelKind = Literal[
    "values", "written", "changes", "manifest", "more", "notes", "refusal", "decoded", "notation"
]

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

    In ``lines`` of prose, what stands between backquotes is literal.

    Panels of one ``group`` are selected together all over a page.
    ``highlight`` are line numbers of the text, from 1.  Panels of the kinds
    ``values`` and ``written`` have no text: the adapter shows the directive's
    body as it is written.
    """

    kind: PanelKind
    title: str
    text: str = ""
    language: str = "yaml"
    highlight: tuple[int, ...] = ()
    lines: tuple[str, ...] = ()
    items: tuple[str | Download, ...] = ()
    download: Download | None = None
    group: str = ""


def present(outcome: Outcome, max_manifest_tabs: int) -> list[Panel]:
    """Return the panels of an outcome; the first shows what the author wrote."""
    snippet = outcome.snippet
    if isinstance(snippet, ManifestSnippet):
        return [_claim(outcome, snippet)]
    if isinstance(snippet, SecretSnippet):
        return _secrets(outcome, snippet)
    if isinstance(snippet, AirflowSnippet):
        return _airflow(outcome, snippet)
    assert isinstance(snippet, ValuesSnippet)
    return _values(outcome, snippet.options, max_manifest_tabs)


def _airflow(outcome: Outcome, snippet: AirflowSnippet) -> list[Panel]:
    """Show configuration in all three notations, as it is written first."""
    caption = snippet.options.caption
    group, title = _NOTATIONS[snippet.kind]
    panels = [Panel("written", caption or title, group=group)]
    unknown = outcome.status in (Status.SKIPPED, Status.UNVERIFIED)
    if snippet.options.fails:
        return [*panels, *([] if unknown else _objections(outcome))]
    notations = None if unknown else outcome.detail.notations
    if notations is None:
        return panels
    texts = {
        "config": (notations.ini, "ini"),
        "env": (notations.environment, "bash"),
        "values": (notations.values, "yaml"),
    }
    for kind, (text, language) in texts.items():
        if kind != snippet.kind and text:
            group, title = _NOTATIONS[kind]
            lines = _others(notations.others)
            if kind == "values":
                lines += (*_elsewhere(notations), *_switched_off(notations.switches))
            panels.append(Panel("notation", title, text, language, lines=lines, group=group))
    return [*panels, *_changes(outcome.detail)]


def _objections(outcome: Outcome) -> Iterator[Panel]:
    """Show what Airflow has against a snippet that is there to be objected to."""
    objections = outcome.detail.objections
    if objections and outcome.status is Status.PASSED:
        text = "\n".join(f"{objection}." for objection in objections)
        yield Panel("refusal", f"{outcome.provenance} says", text, "text")


def _others(names: Sequence[str]) -> tuple[str, ...]:
    """Say which variables a notation of options leaves out."""
    if not names:
        return ()
    listed = ", ".join(f"`{name}`" for name in names)
    return (f"Stays a variable, since it is no option: {listed}.",)


def _elsewhere(notations: Notations) -> Iterator[str]:
    """Say which options the chart sets by values of its own."""
    for option, name in notations.elsewhere:
        yield f"The chart sets `{option}` from its value `{name}`, and deploys by it."


def _switched_off(names: Sequence[str]) -> tuple[str, ...]:
    """Say why values take variables of the chart's own away."""
    if not names:
        return ()
    listed = ", ".join(f"`{name}`" for name in names)
    return (f"A variable goes before `airflow.cfg`, and the chart would set {listed}.",)


_NOTATIONS = {
    "config": ("airflow-cfg", "airflow.cfg"),
    "env": ("airflow-env", "environment"),
    "command": ("", "shell"),
    "values": ("airflow-values", DEFAULT_CAPTION),
}
"""Group and title of the tabs of a configuration of Airflow."""


def _claim(outcome: Outcome, snippet: ManifestSnippet) -> Panel:
    """Show a claim as it is written, with a link to the whole manifest."""
    unknown = outcome.status in (Status.SKIPPED, Status.UNVERIFIED)
    resources = () if unknown else outcome.detail.resources
    named = str(snippet.resource) if snippet.resource else ""
    about = named or (resources[0].id if resources else "manifest")
    if snippet.options.of:
        about += f" with {snippet.options.of}"
    if snippet.options.same_as_default:
        about += ", as by default"
    title = snippet.options.caption or about
    lines = (f"`{named or 'The resource'}` is not rendered.",) if snippet.options.absent else ()
    download = _download(resources[0], resources, "whole manifest") if resources else None
    return Panel("written", title, lines=lines, download=download)


def _secrets(outcome: Outcome, snippet: SecretSnippet) -> list[Panel]:
    """Show how Secrets are made, the Secrets themselves, and what their base64 says."""
    secrets = () if outcome.status is Status.SKIPPED else secrets_of(snippet)
    encoded = any(entry.encoded for secret in secrets for entry in secret.entries.values())
    is_manifest = encoded or "kubectl" not in snippet.body.text
    title = snippet.options.caption or ("secret.yaml" if is_manifest else "kubectl")
    panels = [Panel("written", title)]
    if not is_manifest:
        panels += [
            Panel("manifest", f"Secret/{secret.name}", secret.manifest(), MANIFEST_LANGUAGE)
            for secret in secrets
        ]
    for secret in secrets:
        for key, value in secret.decoded().items():
            text = value if isinstance(value, str) else repr(value)
            panels.append(Panel("decoded", f"{key}, decoded", text, "text"))
    return panels


def _values(outcome: Outcome, options: ValuesOptions, max_manifest_tabs: int) -> list[Panel]:
    values = Panel("values", options.caption or options.file or DEFAULT_CAPTION)
    if outcome.status in (Status.SKIPPED, Status.UNVERIFIED, Status.FOREIGN):
        return [values]
    detail = outcome.detail
    if detail.refusal is not None:
        return [values, *_refusal(outcome, detail, options)]
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


def _refusal(outcome: Outcome, detail: Detail, options: ValuesOptions) -> Iterator[Panel]:
    """Show why the chart refuses an example that is there to be refused."""
    if options.fails and outcome.status is Status.PASSED and detail.refusal:
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
