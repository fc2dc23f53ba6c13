"""Files that a command names: shown in the document, beside it, or the reader's own."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Mapping
from pathlib import Path

from sphinx_airflow_prod.core.secrets.secret import MAX_SIZE
from sphinx_airflow_prod.core.secrets.words import Word


class FileFault(Exception):  # noqa: N818
    """A file that a command names and that cannot be read; the message holds the remedy."""


class Files:
    """Reads files below a directory, and remembers which."""

    def __init__(self, directory: Path, shown: Mapping[str, bytes | str]) -> None:
        self.directory = directory
        self.shown = {posixpath.normpath(name): content for name, content in shown.items()}
        self.read: list[Path] = []

    def content(self, word: Word) -> bytes | str | dict[str, bytes]:
        """Return what the file named *word* holds.

        A text, showing what is meant, for a file of the reader's own machine;
        a mapping of names to contents for a directory (its regular files, as
        kubectl takes them).  Raises :class:`FileFault`.
        """
        name = word.text
        if word.is_symbolic or word.expands_tilde or name.startswith("/") or name == "-":
            return f"the file {name}"
        if name.startswith("~"):
            raise FileFault(
                f"the shell leaves the ~ in {name!r} as it is, since it does not start a word, "
                f"and kubectl finds no such file; write $HOME{name[1:]}"
                if name.startswith("~/")
                else f"the shell leaves the ~ in {name!r} as it is; write the whole path"
            )
        shown = self.shown.get(posixpath.normpath(name))
        if shown is not None:
            return shown.encode("utf-8") if isinstance(shown, str) else shown
        path = Path(os.path.normpath(self.directory / name))
        try:
            if path.is_dir():
                return self._directory(path, name)
            return self._file(path, name)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "the name cannot be one of a file"
            raise FileFault(
                f"the file {name!r} cannot be read: {why}; put it beside the document, or name "
                "a file of the reader's as <placeholder>, $NAME/… or an absolute path"
            ) from None

    def _directory(self, path: Path, name: str) -> dict[str, bytes]:
        entries = sorted(path.iterdir(), key=lambda entry: entry.name)
        return {
            entry.name: self._file(entry, f"{name}/{entry.name}")
            for entry in entries
            if entry.is_file() and not entry.is_symlink()
        }

    def _file(self, path: Path, name: str) -> bytes:
        if path.stat().st_size > MAX_SIZE:
            raise FileFault(
                f"the file {name!r} is larger than a Secret can be ({MAX_SIZE:,} bytes)"
            )
        self.read.append(path)
        return path.read_bytes()
