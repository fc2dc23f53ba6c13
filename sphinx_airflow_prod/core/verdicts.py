"""Verdicts of earlier evaluations, by fingerprint, so that nothing unchanged is judged again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Severity, Span
from sphinx_airflow_prod.core.memory import Memory
from sphinx_airflow_prod.core.outcome import Status

Verdict = tuple[Status, tuple[Diagnostic, ...], int]
"""Status, diagnostics, and how many custom resources had no schema to be held against."""

RoleVerdict = tuple[Status, tuple[Diagnostic, ...], str | None]
"""Status, diagnostics, and the text that takes the place of a role."""


def verdict_of(found: Iterable[Diagnostic], unchecked: int = 0) -> Verdict:
    """Return the verdict that diagnostics make: an error fails."""
    diagnostics = tuple(found)
    failed = any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)
    return Status.FAILED if failed else Status.PASSED, diagnostics, unchecked


class Verdicts:
    """The verdicts in a :class:`Memory`; an entry that another version wrote counts as none."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def get(self, fingerprint: str) -> Verdict | None:
        """Return the verdict of *fingerprint*, or ``None``."""
        entry = self._memory.get(fingerprint)
        try:
            return None if entry is None else _decode(entry)
        except (KeyError, TypeError, ValueError):
            return None

    def put(self, fingerprint: str, verdict: Verdict) -> None:
        """Remember a verdict, to be written when the memory is."""
        self._memory.put(fingerprint, _encode(verdict))

    def get_roles(self, fingerprint: str) -> list[RoleVerdict] | None:
        """Return the verdicts over a group of roles, in their order, or ``None``."""
        entry = self._memory.get(fingerprint)
        try:
            return None if entry is None else [(*_decode(one)[:2], one["text"]) for one in entry]
        except (KeyError, TypeError, ValueError):
            return None

    def put_roles(self, fingerprint: str, verdicts: Iterable[RoleVerdict]) -> None:
        """Remember the verdicts over a group of roles."""
        entries = [{**_encode((*verdict[:2], 0)), "text": verdict[2]} for verdict in verdicts]
        self._memory.put(fingerprint, entries)


def _encode(verdict: Verdict) -> Mapping[str, Any]:
    status, diagnostics, unchecked = verdict
    return {
        "status": status.value,
        "unchecked": unchecked,
        "diagnostics": [
            [d.code.value, d.message, d.severity.value, d.span.path, d.span.line, d.span.column]
            for d in diagnostics
        ],
    }


def _decode(entry: Mapping[str, Any]) -> Verdict:
    diagnostics = tuple(
        Diagnostic(Code.named(code), message, Span(path, line, column), Severity(severity))
        for code, message, severity, path, line, column in entry["diagnostics"]
    )
    return Status(entry["status"]), diagnostics, int(entry["unchecked"])
