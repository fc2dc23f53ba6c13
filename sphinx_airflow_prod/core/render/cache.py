"""Answers kept on disk, for the next build and for another one that runs right now.

One file for each answer, named by the hash of everything that the answer
depends on.  A file appears by renaming, so that no reader ever sees half of
one; what cannot be read is a miss and is written anew.  Nothing here raises:
a cache that cannot be used makes a build slow, never wrong.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import tempfile
import time
import zlib
from pathlib import Path

from sphinx_airflow_prod.core.render.base import (
    Answer,
    Failure,
    Inspect,
    Job,
    ReadValues,
    ReleaseOptions,
)
from sphinx_airflow_prod.core.render.codec import decode, encode

FORMAT = 1
"""To be counted up whenever the meaning of an entry changes."""

MAX_BYTES = 256 * 1024 * 1024
_DAY = 24 * 3600.0
_LASTING_FAILURES = frozenset({"values", "schema", "template"})


def job_key(job: Job, identity: str) -> str:
    """Return a hash of everything that the answer to *job* depends on."""
    release: ReleaseOptions | None = None
    if isinstance(job, ReadValues):
        parts = ["values", job.text]
    elif isinstance(job, Inspect):
        parts = ["inspect", job.chart.digest]
    else:
        release = job.release
        parts = ["render", job.chart.digest, job.values]
    if release is not None:
        parts += [
            release.name,
            release.namespace,
            release.kube_version or "",
            *release.api_versions,
        ]
    text = json.dumps([FORMAT, identity, *parts])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def keeps(answer: Answer) -> bool:
    """Whether asking again would give the same: timeouts, crashes and broken engines may not."""
    return not isinstance(answer, Failure) or answer.kind in _LASTING_FAILURES


class Cache:
    """A folder of answers, or none at all (*directory* is ``None``)."""

    def __init__(self, directory: Path | None, max_bytes: int = MAX_BYTES) -> None:
        self._root = directory
        self._max_bytes = max_bytes
        self._pruned = False

    def get(self, key: str) -> Answer | None:
        """Return the answer kept under *key*, or ``None``."""
        if self._root is None:
            return None
        path = self._path(self._root, key)
        try:
            entry = json.loads(gzip.decompress(path.read_bytes()))
            if entry["key"] != key:
                return None
            answer = decode(entry)
        except (OSError, EOFError, zlib.error, ValueError, LookupError, TypeError, RecursionError):
            return None
        self._touch(path)
        return answer

    def put(self, key: str, answer: Answer) -> None:
        """Keep *answer* under *key*, unless it is one that does not last."""
        if self._root is None or not keeps(answer):
            return
        text = json.dumps({"key": key, **encode(answer)}, separators=(",", ":"))
        path = self._path(self._root, key)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(gzip.compress(text.encode(), 1, mtime=0))
                Path(name).replace(path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise

    def prune(self) -> None:
        """Remove the entries not used for longest, once in a process, when the folder is too
        large; and what killed builds left half written.
        """
        if self._root is None or self._pruned:
            return
        self._pruned = True
        found: list[tuple[float, int, Path]] = []
        with contextlib.suppress(OSError):
            for path in self._root.glob(f"v{FORMAT}/*/*"):
                with contextlib.suppress(OSError):
                    status = path.stat()
                    if path.suffix == ".tmp" and time.time() - status.st_mtime > _DAY:
                        path.unlink()
                    else:
                        found.append((status.st_mtime, status.st_size, path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self._max_bytes:
                break
            with contextlib.suppress(OSError):
                path.unlink()
                total -= size

    @staticmethod
    def _path(root: Path, key: str) -> Path:
        return root / f"v{FORMAT}" / key[:2] / f"{key[2:]}.json.gz"

    @staticmethod
    def _touch(path: Path) -> None:
        """Note that an entry is in use, at most once a day: pruning goes by this."""
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _DAY:
                os.utime(path)
