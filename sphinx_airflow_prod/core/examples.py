"""From snippets to examples: names resolved, layers in order, release options settled."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from sphinx_airflow_prod import __version__
from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic
from sphinx_airflow_prod.core.render.base import ReleaseOptions
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import Snippet

JUDGEMENT = 1
"""To be counted up whenever the same snippet may get another verdict than before."""


@dataclass(frozen=True)
class Example:
    """A snippet with the examples that lie beneath it, lowest first, and its release options.

    ``problems`` are those of the grammar and of names.
    """

    snippet: Snippet
    beneath: tuple[Snippet, ...]
    release: ReleaseOptions
    problems: tuple[Diagnostic, ...]

    @property
    def chart_key(self) -> str | None:
        """The key in ``helm_charts`` that ``:chart:`` names, ``None`` for ``helm_chart``."""
        return self.snippet.options.chart


@dataclass
class _Named:
    layers: dict[str, tuple[Snippet, ...]] = field(default_factory=dict)


def resolve(snippets: Iterable[Snippet], settings: Settings) -> list[Example]:
    """Return the examples of *snippets*, which are in order within each document.

    ``:extends:`` names examples that stand earlier in the same document; what
    these extend themselves lies beneath them.
    """
    documents: dict[str, _Named] = {}
    return [
        _resolve(snippet, documents.setdefault(snippet.document, _Named()), settings)
        for snippet in snippets
    ]


def _resolve(snippet: Snippet, named: _Named, settings: Settings) -> Example:
    problems = list(snippet.problems)
    beneath: list[Snippet] = []
    options = snippet.options
    for name in options.extends:
        layers = named.layers.get(name)
        if layers is None:
            near = difflib.get_close_matches(name, named.layers, 1)
            hint = f" (did you mean '{near[0]}'?)" if near else ""
            message = f"option 'extends': no example above in this document is named '{name}'{hint}"
            problems.append(Diagnostic.of(Code.NAME, message, snippet.option_span("extends")))
            continue
        beneath.extend(layers)
    if options.name:
        first = named.layers.get(options.name)
        if first is not None:
            message = f"name '{options.name}' is taken already, at line {first[-1].span.line}"
            problems.append(Diagnostic.of(Code.NAME, message, snippet.option_span("name")))
        else:
            named.layers[options.name] = (*beneath, snippet)
    release = ReleaseOptions(
        options.release or settings.release,
        options.namespace or settings.namespace,
        options.kube_version or settings.kube_version,
        tuple(dict.fromkeys((*settings.api_versions, *options.api_versions))),
    )
    return Example(snippet, tuple(beneath), release, tuple(problems))


def fingerprint(example: Example, chart_digest: str, engine: str, settings: Settings) -> str:
    """Return a hash of everything that the outcome of *example* depends on.

    Positions count too: diagnostics carry them.  Settings that only say how
    and where the work is done do not.
    """
    mechanics = {"cache_dir", "jobs", "chart", "charts", "engine", "max_manifest_tabs"}
    relevant = [
        (declaration.name, getattr(settings, declaration.name))
        for declaration in fields(settings)
        if declaration.name not in mechanics
    ]
    parts: Sequence[Any] = (JUDGEMENT, __version__, chart_digest, engine, relevant, example)
    return hashlib.sha256(repr(parts).encode()).hexdigest()
