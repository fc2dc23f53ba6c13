"""Verdicts of earlier evaluations, by fingerprint, so that nothing unchanged is judged again."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Severity, Span
from sphinx_airflow_prod.core.outcome import Status

MAX_KEPT = 5000
"""How many verdicts are kept; the ones used last stay."""

Verdict = tuple[Status, tuple[Diagnostic, ...], int]
"""Status, diagnostics, and how many custom resources had no schema to be held against."""


class Verdicts:
    """A file of verdicts, read at once and replaced at once.

    One that cannot be read, or was written by another version, counts as
    empty; one that cannot be written is not: the next build is slower, never
    wrong.  Of two builds that write at the same time, one wins.
    """

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / "verdicts.json" if folder else None
        self._entries: dict[str, Any] | None = None
        self._changed = False

    def get(self, fingerprint: str) -> Verdict | None:
        """Return the verdict of *fingerprint*, or ``None``."""
        entries = self._load()
        entry = entries.pop(fingerprint, None)
        if entry is None:
            return None
        entries[fingerprint] = entry
        try:
            return _decode(entry)
        except (KeyError, TypeError, ValueError):
            return None

    def put(self, fingerprint: str, verdict: Verdict) -> None:
        """Remember a verdict; :meth:`save` writes it."""
        self._load()[fingerprint] = _encode(verdict)
        self._changed = True

    def save(self) -> None:
        """Write the file, by renaming, if anything is new."""
        if self._path is None or not self._changed:
            return
        entries = dict(list(self._load().items())[-MAX_KEPT:])
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._path.parent, suffix=".tmp")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as stream:
                    json.dump(entries, stream, separators=(",", ":"))
                Path(temporary).replace(self._path)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
            self._changed = False

    def _load(self) -> dict[str, Any]:
        if self._entries is None:
            self._entries = {}
            if self._path is not None:
                with contextlib.suppress(OSError, ValueError, RecursionError):
                    loaded = json.loads(self._path.read_text("utf-8"))
                    self._entries = loaded if isinstance(loaded, dict) else {}
        return self._entries


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
