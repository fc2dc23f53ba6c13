"""Downloaded archives, kept by their SHA-256 for all builds of a user.

``v1/archives/<sha256>/<name>-<version>.tgz`` are the archives, and
``v1/names/<hash>.json`` say which one a repository gave under a name and
version.  Files appear by renaming, so that builds may share the folder; what
is not what it should be counts as not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path

from sphinx_airflow_prod.core.chart import ChartError
from sphinx_airflow_prod.core.chartsource import ChartSource

FORMAT = 1
"""To be counted up whenever the meaning of an entry changes."""

FOLDER = "charts"
"""The name of the store's folder within ``helm_cache_dir``."""


class Store:
    """A folder of archives: *cache_dir*'s, or the user's own."""

    def __init__(self, cache_dir: str | os.PathLike[str] | None) -> None:
        self._root = Path(cache_dir or user_cache()) / FOLDER / f"v{FORMAT}"

    def find(self, source: ChartSource) -> tuple[Path, str] | None:
        """Return the archive of *source* and its SHA-256, without asking any repository.

        It is read and held against that SHA-256, which is the source's where it names one.
        """
        if not source.version:
            return None
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
            sha256 = json.loads(self._name(source).read_text("utf-8"))["sha256"]
            if sha256 == (source.sha256 or sha256):
                path = self._archive(source, sha256)
                if sha256_of(path.read_bytes()) == sha256:
                    return path, sha256
        return None

    def keep(self, source: ChartSource, data: bytes) -> Path:
        """Keep the archive *data* of *source*, and return where it is.

        Raises :class:`ChartError` where the folder cannot be written.
        """
        sha256 = sha256_of(data)
        path = self._archive(source, sha256)
        try:
            write(path, data)
            write(self._name(source), json.dumps({"sha256": sha256}).encode())
        except OSError as error:
            raise ChartError(
                f"chart {source} cannot be kept in {self._root}: {error.strerror}; "
                "set helm_cache_dir to a folder that can be written"
            ) from error
        return path

    def _archive(self, source: ChartSource, sha256: str) -> Path:
        name = f"{source.name}-{source.bare_version}.tgz"
        return self._root / "archives" / sha256 / name

    def _name(self, source: ChartSource) -> Path:
        key = json.dumps([source.address, source.name, source.bare_version])
        return self._root / "names" / f"{hashlib.sha256(key.encode()).hexdigest()}.json"


def sha256_of(data: bytes) -> str:
    """Return the SHA-256 of *data* in lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def write(path: Path, data: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def user_cache() -> Path:
    """Return our folder among the user's caches, by the custom of the system.

    Raises :class:`ChartError` where the user has no home.
    """
    name = "sphinx-airflow-prod"
    given = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME", "")
    # a relative one is to be ignored, says the XDG Base Directory Specification
    if os.path.isabs(given):
        return Path(given) / name
    try:
        home = Path.home()
    except RuntimeError:
        raise ChartError(
            "downloaded charts are kept in the home directory, which is not known: set "
            "helm_cache_dir"
        ) from None
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / name
