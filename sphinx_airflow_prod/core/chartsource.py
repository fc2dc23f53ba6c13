"""A chart that is named by its repository: what authors write, read and checked for form.

Light on purpose: the settings import it in every run of pytest.
"""

from __future__ import annotations

import difflib
import json
import re
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

KEYS = ("repo", "name", "version", "sha256")

FORM = '{"repo": "https://…", "name": "…", "version": "…", "sha256": "…"}'
"""How a source is written in ``conf.py``, for messages."""

_RANGE = re.compile(r"[\^~<>=!*|,\s]|^[^+-]*\b[xX]\b")
"""What makes a version a range of them, as Helm's ``isVersionRange`` has it."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_VERSION = re.compile(r"v?[0-9][0-9A-Za-z.+-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class ChartSource:
    """A chart of a repository, by name, version and the SHA-256 of its archive.

    ``repo`` is the repository's address as ``helm repo add`` takes it; it may
    carry a user and a password, which no other attribute and no message shows.
    ``sha256`` is in lower case, ``""`` where it is not known; so is ``version``.
    """

    repo: str = field(repr=False)
    name: str
    version: str = ""
    sha256: str = ""

    @classmethod
    def from_mapping(cls, given: Mapping[str, Any]) -> ChartSource:
        """Return the source that :func:`form_complaint` has nothing to say against."""
        texts = {key: str(given.get(key) or "").strip() for key in KEYS}
        texts["sha256"] = texts["sha256"].lower().removeprefix("sha256:")
        return cls(**texts)

    @property
    def address(self) -> str:
        """The repository's address as it may be shown: no password, no trailing slash."""
        return shown(self.repo).rstrip("/")

    @property
    def bare_version(self) -> str:
        """The version without the ``v`` that some write before it."""
        return self.version.removeprefix("v")

    def __str__(self) -> str:
        """``airflow 1.22.0 of https://airflow.apache.org``."""
        return " ".join(filter(None, (self.name, self.version, "of", self.address)))

    @property
    def helm_pull(self) -> str:
        """The command by which Helm downloads the same archive."""
        words = ["helm", "pull", self.name, "--repo", self.address]
        if self.version:
            words += ["--version", self.version]
        return shlex.join(words)

    def complaint(self) -> str:
        """Say why no archive can be found by this source, or return the empty string."""
        try:
            parts = urlsplit(self.repo)
            host = parts.hostname and (parts.port or True)
        except ValueError as error:
            return f"repo {self.address!r} is no address: {error}"
        if parts.scheme == "oci":
            address = f"{self.address}/{self.name}"
            version = f" --version {self.version}" if self.version else ""
            return (
                "charts of oci:// registries are not downloaded; run "
                f"'helm pull {address}{version}', and set helm_chart to the file"
            )
        if parts.scheme not in ("http", "https") or not host:
            return (
                f"repo {self.address!r} is not the address of a chart repository, "
                "such as https://airflow.apache.org"
            )
        if not _NAME.fullmatch(self.name):
            last = self.name.rpartition("/")[2]
            hint = f": write {last!r}" if _NAME.fullmatch(last) else ""
            return f"{self.name!r} is not the plain name of a chart{hint}"
        if _RANGE.search(self.version):
            return (
                f"{self.version!r} is a range of versions: documentation is checked against one "
                "and the same chart; write one exact version, such as 1.2.3"
            )
        if self.version and not _VERSION.fullmatch(self.version):
            return f"{self.version!r} is no version, such as 1.2.3"
        if self.sha256 and not _SHA256.fullmatch(self.sha256):
            return f"sha256 {self.sha256!r} is not a SHA-256 of 64 hexadecimal digits"
        return ""


def form_complaint(given: Mapping[str, Any]) -> str:
    """Say what is wrong with the form of a source as authors write it, or return ``""``."""
    for key, value in given.items():
        if key not in KEYS:
            near = difflib.get_close_matches(str(key), KEYS, 1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            return f"unknown key {key!r}{hint}; a chart of a repository is {FORM}"
        if not isinstance(value, str):
            hint = ": put it in quotes" if key == "version" else ""
            return f"{key}: expected str, got {type(value).__name__} {value!r}{hint}"
    for key in ("repo", "name"):
        if not given.get(key):
            return f"{key!r} is missing; a chart of a repository is {FORM}"
    return ""


def text_complaint(text: str) -> str:
    """Say how to name a chart of a repository where a text for it is no path, or return ``""``."""
    if text.lstrip().startswith("{"):
        return f"{text!r} cannot be read; a chart of a repository is {FORM}"
    if re.match(r"(https?|oci)://", text):
        return f"{shown(text)!r} is an address, not a path; a chart of a repository is {FORM}"
    return ""


def from_text(text: str) -> Any:
    """Return the table that a command line or an ini file gives, or *text* as it is.

    It is written as in ``conf.py`` (JSON) or as in ``pyproject.toml``.
    """
    if not text.lstrip().startswith("{"):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        return tomllib.loads(f"chart = {text.strip()}")["chart"]
    except (tomllib.TOMLDecodeError, RecursionError):
        return text


def shown(url: str) -> str:
    """Return an address as messages may show it: without user, password, query, fragment.

    Queries go because redirects put signatures there.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.rpartition("@")[2]
    return SplitResult(parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", "").geturl()
