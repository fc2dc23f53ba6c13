"""From snippets to examples and claims: names resolved, layers in order, releases settled."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields

from sphinx_airflow_prod import __version__
from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic
from sphinx_airflow_prod.core.render.base import ReleaseOptions
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import (
    AirflowSnippet,
    ManifestSnippet,
    SecretSnippet,
    Snippet,
    TableSnippet,
    ValuesOptions,
    ValuesSnippet,
)

JUDGEMENT = 10
"""To be counted up whenever the same snippet may get another verdict than before."""


@dataclass(frozen=True)
class Example:
    """A values snippet with those that lie beneath it, lowest first, and its release options.

    ``secrets`` are the document's, that the example may need; ``problems`` are
    those of the grammar and of names.
    """

    snippet: ValuesSnippet
    beneath: tuple[ValuesSnippet, ...]
    release: ReleaseOptions
    secrets: tuple[SecretSnippet, ...]
    problems: tuple[Diagnostic, ...]

    @property
    def chart_key(self) -> str | None:
        """The key in ``helm_charts`` that ``:chart:`` names, ``None`` for ``helm_chart``."""
        return self.snippet.options.chart


@dataclass(frozen=True)
class Claim:
    """A manifest or secret snippet with the examples that it is about.

    ``problems`` are those of the grammar and of names.
    """

    snippet: ManifestSnippet | SecretSnippet
    examples: tuple[Example, ...]
    problems: tuple[Diagnostic, ...]


@dataclass(frozen=True)
class AirflowItem:
    """A snippet of Airflow's configuration or of its commands: it stands for itself."""

    snippet: AirflowSnippet
    examples: tuple[Example, ...] = ()

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        """The problems of the grammar."""
        return self.snippet.problems


@dataclass(frozen=True)
class TableItem:
    """A reference table: it stands for itself."""

    snippet: TableSnippet
    examples: tuple[Example, ...] = ()

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        """The problems of the grammar."""
        return self.snippet.problems


Item = Example | Claim | AirflowItem | TableItem


@dataclass
class _Document:
    """The examples of one document as they are met."""

    secrets: tuple[SecretSnippet, ...] = ()
    examples: list[Example] = field(default_factory=list)
    names: dict[str, Example] = field(default_factory=dict)


def resolve(snippets: Iterable[Snippet], settings: Settings) -> list[Item]:
    """Return an item for each of *snippets*, which are in order in each document.

    ``:extends:`` names examples that stand earlier in the same document; what
    these extend themselves lies beneath them.  ``:of:`` and ``:for:`` may name
    any example of the document.
    """
    snippets = list(snippets)
    documents = {snippet.document: _Document() for snippet in snippets}
    for snippet in snippets:
        if isinstance(snippet, SecretSnippet) and not snippet.options.skip:
            documents[snippet.document].secrets += (snippet,)
    resolved: dict[int, Item] = {}
    above: dict[int, Example | None] = {}
    for place, snippet in enumerate(snippets):
        document = documents[snippet.document]
        if isinstance(snippet, ValuesSnippet):
            resolved[place] = _example(snippet, document, settings)
        else:
            above[place] = document.examples[-1] if document.examples else None
    for place, nearest in above.items():
        snippet = snippets[place]
        if isinstance(snippet, ManifestSnippet):
            resolved[place] = _manifest(snippet, nearest, documents[snippet.document])
        elif isinstance(snippet, SecretSnippet):
            resolved[place] = _secret(snippet, documents[snippet.document])
        elif isinstance(snippet, AirflowSnippet):
            resolved[place] = AirflowItem(snippet)
        elif isinstance(snippet, TableSnippet):
            resolved[place] = TableItem(snippet)
    return [resolved[place] for place in range(len(snippets))]


def _example(snippet: ValuesSnippet, document: _Document, settings: Settings) -> Example:
    problems = list(snippet.problems)
    beneath: list[ValuesSnippet] = []
    options = snippet.options
    for name in options.extends:
        lower = document.names.get(name)
        if lower is None:
            message = (
                f"option 'extends': no example above in this document is named '{name}'"
                f"{_did_you_mean(name, document.names)}"
            )
            problems.append(Diagnostic.of(Code.NAME, message, snippet.option_span("extends")))
        else:
            beneath += (*lower.beneath, lower.snippet)
    release = release_of(settings, options)
    first = document.names.get(options.name or "")
    if first is not None:
        message = f"name '{options.name}' is taken already, at line {first.snippet.span.line}"
        problems.append(Diagnostic.of(Code.NAME, message, snippet.option_span("name")))
    example = Example(snippet, tuple(beneath), release, document.secrets, tuple(problems))
    document.examples.append(example)
    if options.name and first is None:
        document.names[options.name] = example
    return example


def release_of(settings: Settings, options: ValuesOptions | None = None) -> ReleaseOptions:
    """Return the release that an example is rendered for, or the site's where there is none."""
    options = options or ValuesOptions()
    return ReleaseOptions(
        options.release or settings.release,
        options.namespace or settings.namespace,
        options.kube_version or settings.kube_version,
        tuple(dict.fromkeys((*settings.api_versions, *options.api_versions))),
    )


def _manifest(snippet: ManifestSnippet, nearest: Example | None, document: _Document) -> Claim:
    name = snippet.options.of
    if name is not None:
        return _claim(snippet, (name,), "of", document)
    if nearest is None:
        message = "no helm:values example stands above this claim; name one with option 'of'"
        problem = Diagnostic.of(Code.NAME, message, snippet.span)
        return Claim(snippet, (), (*snippet.problems, problem))
    return Claim(snippet, (nearest,), snippet.problems)


def _secret(snippet: SecretSnippet, document: _Document) -> Claim:
    return _claim(snippet, snippet.options.for_, "for", document)


def _claim(
    snippet: ManifestSnippet | SecretSnippet,
    names: tuple[str, ...],
    option: str,
    document: _Document,
) -> Claim:
    problems = list(snippet.problems)
    for name in names:
        if name not in document.names:
            message = (
                f"option '{option}': no example of this document is named '{name}'"
                f"{_did_you_mean(name, document.names)}"
            )
            problems.append(Diagnostic.of(Code.NAME, message, snippet.option_span(option)))
    examples = tuple(document.names[name] for name in names if name in document.names)
    return Claim(snippet, examples, tuple(problems))


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f" (did you mean '{near[0]}'?)" if near else ""


def fingerprint(
    resolved: Item, charts: Mapping[str | None, str], engine: str, settings: Settings
) -> str:
    """Return a hash of everything that the outcome of *resolved* depends on.

    *charts* are the digests of charts by key, *engine* is the identity of all
    else that judges.  Positions count too:
    diagnostics carry them.  Settings that only say how and where the work is
    done do not.
    """
    examples = (resolved,) if isinstance(resolved, Example) else resolved.examples
    digests = [charts.get(example.chart_key) for example in examples]
    parts = (JUDGEMENT, __version__, digests, engine, relevant_settings(settings), resolved)
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


def relevant_settings(settings: Settings) -> list[tuple[str, object]]:
    """Return the settings that verdicts depend on, by name.

    Charts and engines have digests and identities of their own.
    """
    mechanics = {
        "cache_dir", "jobs", "timeout", "chart", "charts", "engine", "max_manifest_tabs",
        "airflow_config_source",
    }  # fmt: skip
    return [
        (declaration.name, getattr(settings, declaration.name))
        for declaration in fields(settings)
        if declaration.name not in mechanics
    ]
