"""Secrets of a document held against the examples that they are made for, both ways."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Severity
from sphinx_airflow_prod.core.judgement import Material
from sphinx_airflow_prod.core.kubecheck import judge_secret_manifest
from sphinx_airflow_prod.core.render.base import Rendered
from sphinx_airflow_prod.core.secrets import (
    Entry,
    Secret,
    SecretProblem,
    decodes_to,
    read_secrets,
    unconsumed,
    unmet,
)
from sphinx_airflow_prod.core.snippet import SecretSnippet, block_name

_CODES = {"consumed": Code.SECRET_UNUSED, "decodes": Code.DECODES_TO}


def secrets_of(snippet: SecretSnippet) -> tuple[Secret, ...]:
    """Return the Secrets that a directive makes, as far as they can be read."""
    return _read(snippet)[0]


def judge_secret(snippet: SecretSnippet, materials: Sequence[Material]) -> Iterator[Diagnostic]:
    """Give what is wrong with the Secrets of a directive.

    Each must be what kubectl takes, be consumed by name and key in every
    example that it is made for (*materials*), and decode to what is shown.
    """
    secrets, problems = _read(snippet)
    yield from _diagnostics(problems)
    for secret in secrets:
        version = materials[0].example.release.kube_version if materials else None
        yield from judge_secret_manifest(secret, version)
        for material in materials:
            yield from _diagnostics(unconsumed(secret, material.survey))
    yield from _judge_decoding(snippet, secrets)


def judge_missing(
    material: Material, documents_secrets: Iterable[SecretSnippet]
) -> Iterator[Diagnostic]:
    """Give a diagnostic for each Secret that an example needs and nobody makes.

    It stands where the example names the Secret, else at the directive.
    """
    if not isinstance(material.answer, Rendered):
        return
    created = [secret for snippet in documents_secrets for secret in secrets_of(snippet)]
    layout = material.layouts[-1]
    for missing in unmet(material.survey, material.base_survey, created):
        span = material.example.snippet.span
        for path in layout.leaves():
            if (layout.raw(path) or "").strip("'\"") == missing.name:
                span = layout.span(path)
        severity = Severity.WARNING if material.example.snippet.inferred else Severity.ERROR
        yield Diagnostic(Code.SECRET_MISSING, missing.message, span, severity)


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
            yield from _diagnostics([problem] if problem else [])


def _read(snippet: SecretSnippet) -> tuple[tuple[Secret, ...], tuple[SecretProblem, ...]]:
    return read_secrets(snippet.body, Path(snippet.span.path).parent, dict(snippet.blocks))


def _diagnostics(problems: Iterable[SecretProblem]) -> Iterator[Diagnostic]:
    for problem in problems:
        code = _CODES.get(problem.kind, Code.SECRET)
        yield Diagnostic.of(code, problem.message, problem.span)
