"""The body of a ``helm:secret``, commands or manifests, becomes Secrets."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from pathlib import Path

from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.secrets.command import read_commands
from sphinx_airflow_prod.core.secrets.files import Files
from sphinx_airflow_prod.core.secrets.manifest import read_manifests
from sphinx_airflow_prod.core.secrets.secret import Secret, SecretProblem, secret_faults
from sphinx_airflow_prod.core.source import SourceText

MAX_CHARACTERS = 1024 * 1024
"""The longest body that is read."""

_MANIFEST = re.compile(
    r"---(?:\s|$)|\{|[\"']?(?:apiVersion|kind|metadata|type|data|stringData|immutable)[\"']?\s*:"
)


def read_secrets(
    source: SourceText, directory: Path, shown: Mapping[str, bytes | str] | None = None
) -> tuple[tuple[Secret, ...], tuple[SecretProblem, ...]]:
    """Read the Secrets that *source* makes, and all that is wrong with it.

    *source* holds ``kubectl create secret generic|docker-registry|tls``
    commands, or ``Secret`` manifests.  Files that they name are taken from
    *shown* (name to content: files that the document itself shows), else from
    below *directory*; those of the reader's own machine (``~/…``, ``/…``,
    ``$NAME``) are not looked for and make a symbolic value.  A Secret whose
    command is wrong is given as far as it could be read, not ``complete``.

    Nothing is raised for a mistake of the author: each is a problem at its place.
    """
    place = Places(source)
    if len(source.text) > MAX_CHARACTERS:
        message = f"{len(source.text):,} characters, more than the {MAX_CHARACTERS:,} that are read"
        return (), (SecretProblem(message, source.span(0)),)
    if is_manifest(source.text):
        secrets, problems = read_manifests(source.text, place)
    else:
        secrets, problems = read_commands(source.text, place, Files(directory, shown or {}))
    if not secrets and not problems:
        message = (
            "there is no Secret here; write a 'kubectl create secret …' command "
            "or a Secret manifest"
        )
        problems.append(SecretProblem(message, source.span(0)))
    taken: dict[tuple[str, str], Secret] = {}
    for secret in secrets:
        problems += secret_faults(secret)
        first = taken.setdefault((secret.namespace, secret.name), secret)
        if first is not secret and not secret.symbolic_name:
            message = (
                f"the Secret {secret.name!r} is made twice here (first at line "
                f"{first.span.line}); kubectl refuses the second: put all keys into one"
            )
            problems.append(SecretProblem(message, secret.span, "secret"))
    problems.sort(key=lambda problem: problem.span)
    return tuple(secrets), tuple(problems)


def is_manifest(text: str) -> bool:
    """Whether *text* holds manifests: its first line that says something is one's."""
    for line in text.split("\n"):
        if line.strip() and not line.lstrip().startswith("#"):
            return _MANIFEST.match(line.strip()) is not None
    return False


class Places:
    """Characters of a text as places of the document it came from."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.starts = [0]
        self.starts += [match.end() for match in re.finditer("\n", source.text)]

    def __call__(self, at: int) -> Span:
        """Return the place of character *at*, counted from 0."""
        line = bisect_right(self.starts, at) - 1
        return self.source.span(line, at - self.starts[line])
