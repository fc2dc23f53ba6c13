"""Secrets of a document held against the examples that they are made for, both ways."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Severity, Span
from sphinx_airflow_prod.core.judgement import Material
from sphinx_airflow_prod.core.kubecheck import judge_secret_manifest
from sphinx_airflow_prod.core.render.base import Rendered
from sphinx_airflow_prod.core.secrets import (
    Entry,
    Secret,
    SecretProblem,
    Survey,
    decodes_to,
    read_secrets,
    unconsumed,
    unmet,
)
from sphinx_airflow_prod.core.snippet import SecretSnippet, block_name

_CODES = {"consumed": Code.SECRET_UNUSED, "decodes": Code.DECODES_TO}


def reading_of(snippet: SecretSnippet) -> str:
    """Return all that was read of a directive, files that it names included, as one text.

    A verdict depends on it: files may change, appear or vanish while the
    document stays.
    """
    return repr(_read(snippet))


def secrets_of(snippet: SecretSnippet) -> tuple[Secret, ...]:
    """Return the Secrets that a directive makes, as far as they can be read."""
    return _read(snippet)[0]


def judge_secret(snippet: SecretSnippet, materials: Sequence[Material]) -> Iterator[Diagnostic]:
    """Give what is wrong with the Secrets of a directive.

    Each must be what kubectl takes, be consumed by name and key in every
    example that it is made for (*materials*), and decode to what is shown.
    """
    secrets, problems = _read(snippet)
    yield from _diagnostics(problems, snippet)
    for secret in secrets:
        version = materials[0].example.release.kube_version if materials else None
        yield from judge_secret_manifest(secret, version)
        for material in materials:
            yield from _diagnostics(unconsumed(secret, material.survey), snippet)
    yield from _judge_decoding(snippet, secrets)


def judge_missing(
    material: Material, documents_secrets: Iterable[SecretSnippet]
) -> Iterator[Diagnostic]:
    """Give a diagnostic for each Secret that an example needs and nobody makes.

    It stands where the example names the Secret, else at the directive.  A
    Secret that is made without a key that is needed counts as well; where it
    says that it is ``:for:`` this example, it is told there.
    """
    if not isinstance(material.answer, Rendered):
        return
    snippets = list(documents_secrets)
    everything = [secret for snippet in snippets for secret in secrets_of(snippet)]
    namespace = material.example.release.namespace
    created = [
        secret
        for secret in everything
        if secret.symbolic_namespace or secret.namespace in ("", namespace)
    ]
    own = material.example.snippet
    others = [snippet for snippet in snippets if own.options.name not in snippet.options.for_]
    severity = Severity.WARNING if own.inferred else Severity.ERROR
    for missing in unmet(material.survey, material.base_survey, created):
        span = _place_of(missing.name, material)
        elsewhere = [secret for secret in everything if secret.name == missing.name]
        message = missing.message
        if elsewhere:
            message += (
                f"\n(line {elsewhere[0].span.line} makes it in the namespace "
                f"{elsewhere[0].namespace!r}, not in {namespace!r})"
            )
        yield Diagnostic(Code.SECRET_MISSING, message, span, severity)
    for name, message in _without_keys(material.survey, created, others):
        yield Diagnostic(Code.SECRET_MISSING, message, _place_of(name, material), severity)


def _place_of(name: str, material: Material) -> Span:
    """Return where an example names a Secret, else the directive."""
    layout = material.layouts[-1]
    for path in layout.leaves():
        if (layout.raw(path) or "").strip("'\"") == name:
            return layout.span(path)
    return material.example.snippet.span


def _without_keys(
    survey: Survey, created: Sequence[Secret], snippets: Iterable[SecretSnippet]
) -> Iterator[tuple[str, str]]:
    """Give name and message of each Secret of *snippets* that lacks a key which is needed."""
    for secret in (secret for snippet in snippets for secret in secrets_of(snippet)):
        same = [other for other in created if other.name == secret.name]
        if not same or not all(other.complete for other in same) or secret.symbolic_name:
            continue
        made = {key for other in same for key in other.entries}
        for reference in survey.by_name.get(secret.name, ()):
            lacking = [key for key in reference.keys or () if key not in made]
            if lacking and not reference.optional:
                message = (
                    f"{reference.resource} needs the key {lacking[0]!r} of the Secret "
                    f"{secret.name!r}, which this document makes without it "
                    f"(line {secret.span.line})"
                )
                yield secret.name, message
                break


def _judge_decoding(snippet: SecretSnippet, secrets: Sequence[Secret]) -> Iterator[Diagnostic]:
    """Hold base64 against the blocks of the document that ``:decodes-to:`` names."""
    span = snippet.option_span("decodes-to")
    entries = {key: entry for secret in secrets for key, entry in secret.entries.items()}
    encoded = [entry for entry in entries.values() if entry.encoded]
    blocks = dict(snippet.blocks)
    for item in snippet.options.decodes_to:
        key, equals, name = item.partition("=")
        entry: Entry | None
        if equals:
            entry = entries.get(key)
        else:
            name, entry = key, encoded[0] if len(encoded) == 1 else None
        if entry is None:
            known = ", ".join(entry.key for entry in encoded) or "none"
            message = (
                f"option 'decodes-to': write key={name} with the key that is meant; "
                f"keys given in base64 are {known}"
            )
            yield Diagnostic.of(Code.OPTION, message, span)
        elif block_name(name) not in blocks:
            near = difflib.get_close_matches(block_name(name), blocks, 1)
            hint = f" (did you mean '{near[0]}'?)" if near else ""
            message = f"option 'decodes-to': no block of this document is named '{name}'{hint}"
            yield Diagnostic.of(Code.NAME, message, span)
        else:
            problem = decodes_to(entry, blocks[block_name(name)])
            yield from _diagnostics([problem] if problem else [], snippet)


def _read(snippet: SecretSnippet) -> tuple[tuple[Secret, ...], tuple[SecretProblem, ...]]:
    return read_secrets(snippet.body, Path(snippet.span.path).parent, dict(snippet.blocks))


def _diagnostics(problems: Iterable[SecretProblem], snippet: SecretSnippet) -> Iterator[Diagnostic]:
    """Map problems to diagnostics; an empty body has no place of its own."""
    for problem in problems:
        code = _CODES.get(problem.kind, Code.SECRET)
        span = problem.span if problem.span.path else snippet.span
        yield Diagnostic.of(code, problem.message, span)
