"""What earlier evaluations found out, by key: one small file in the cache folder."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

MAX_KEPT = 5000
"""How many entries are kept; the ones used last stay."""


class Memory:
    """A file of JSON values by key, read at once and replaced at once.

    One that cannot be read counts as empty; one that cannot be written is not:
    the next build is slower, never wrong.  Of two builds that write at the same
    time, one wins.  Without a *folder*, nothing outlasts the process.
    """

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / "memory.json" if folder else None
        self._entries: dict[str, Any] | None = None
        self._changed = False

    def get(self, key: str) -> Any:
        """Return what is known of *key*, ``None`` without anything."""
        entries = self._load()
        entry = entries.pop(key, None)
        if entry is not None:
            entries[key] = entry
        return entry

    def put(self, key: str, entry: Any) -> None:
        """Remember *entry*, which JSON can hold; :meth:`save` writes it."""
        self._load()[key] = entry
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
