"""Stamps: what the file system says of files, to see without reading them that none has changed.

The rule is that of Git's index (its documentation ``racy-git``): size and
times tell, except where the last change is so young that another could carry
the same time.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

SETTLED = 2_000_000_000
"""Nanoseconds after which a further change must show in the times (FAT counts in two seconds)."""


def stamp(path: Path) -> str | None:
    """Return what changes whenever the file *path*, or any file below the folder *path*, does.

    ``None`` where it cannot be told: nothing is there, something changed just
    now, or a folder holds symbolic links.
    """
    try:
        stats = list(_stats(os.fspath(path))) if path.is_dir() else [("", path.stat())]
    except OSError:
        return None
    facts = [
        f"{name}:{stat.st_size}:{stat.st_mtime_ns}:{stat.st_ctime_ns}:{stat.st_ino}"
        for name, stat in stats
    ]
    newest = max((max(s.st_mtime_ns, s.st_ctime_ns) for _, s in stats), default=0)
    if not facts or newest > time.time_ns() - SETTLED:
        return None
    return hashlib.sha256("\n".join(facts).encode("utf-8", "surrogateescape")).hexdigest()


def _stats(root: str) -> Iterator[tuple[str, os.stat_result]]:
    """Give name and stat of all files below *root*, in a fixed order."""
    with os.scandir(root) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.is_symlink():
                raise OSError(f"{entry.path} is a link: what it leads to may change unseen")
            if entry.is_dir():
                for name, stat in _stats(entry.path):
                    yield f"{entry.name}/{name}", stat
            else:
                yield entry.name, entry.stat()
