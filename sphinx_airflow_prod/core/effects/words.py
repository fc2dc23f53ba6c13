"""Words that only one leaf can have brought into the output.

A word is a run of letters, whatever their case.  Digits are left out, because
templates compute numbers; and a leaf's text counts only as a whole chunk that
holds a word of its own, so that no template can put it together from parts.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from sphinx_airflow_prod.core.archive import ArchiveError
from sphinx_airflow_prod.core.changes import is_checksum
from sphinx_airflow_prod.core.chart import Chart, ChartError
from sphinx_airflow_prod.core.effects.editing import at
from sphinx_airflow_prod.core.effects.model import Values
from sphinx_airflow_prod.core.effects.observing import Sight
from sphinx_airflow_prod.core.render.base import ReleaseOptions
from sphinx_airflow_prod.core.render.prepare import prepare
from sphinx_airflow_prod.core.render.slim import unread
from sphinx_airflow_prod.core.values import Path

_LETTERS = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[^\W\d_A-Z]+|[A-Z]+")
_RUN = re.compile(r"[^\W_]+")
_VERB = re.compile(r"%[-+# 0]*[\d.]*[a-zA-Z]|\\[a-z]")
_COMMENT = re.compile(rb"\{\{-?\s*/\*.*?\*/\s*-?\}\}", re.DOTALL)
_NEVER_READ = re.compile(r"(?:charts/[^/]+/)*(?:values\.(?:yaml|schema\.json)|Chart\.lock)")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{4,}={0,2}")
_MIN_CHUNK = 4
_MIN_WORD = 2


def words(text: str) -> frozenset[str]:
    """Return the words of *text* in lower case, those inside camel case as well."""
    return frozenset(
        part.lower()
        for run in _LETTERS.findall(text)
        for part in {run, *_CAMEL.findall(run)}
        if len(part) >= _MIN_WORD
    )


@lru_cache(maxsize=8)
def chart_words(chart: Chart) -> frozenset[str] | None:
    """Return the words that templates of *chart* can have from its files.

    ``None`` where the chart's own files cannot be read: then nothing is proved.
    """
    try:
        files = prepare(chart).files
    except (ChartError, ArchiveError):
        return None
    left_out = unread(files)
    found: set[str] = set()
    for path, data in files.items():
        if path in left_out or _NEVER_READ.fullmatch(path):
            continue
        text = _COMMENT.sub(b" ", data).decode("utf-8", "replace")
        found |= words(path) | words(text) | words(_VERB.sub(" ", text))
    return frozenset(found)


def release_words(release: ReleaseOptions) -> frozenset[str]:
    """Return the words of the release's options."""
    options = (release.name, release.namespace, release.kube_version or "", *release.api_versions)
    return words(" ".join(options)).union(("release", "name", "namespace", "helm"))


def words_of_values(values: Any) -> frozenset[str]:
    """Return the words of all keys and scalars of *values*, decoded ones as well."""
    found: set[str] = set()
    for text in _texts(values):
        found |= _words_decoded(text)
    return frozenset(found)


def chunks_of(values: Values, path: Path) -> Iterator[str]:
    """Give the texts that the leaf at *path* brings along: of its value and of its keys."""
    texts = [at(values, path), *reversed(path)]
    for text in texts:
        if isinstance(text, str):
            yield from text.split()
            yield from _RUN.findall(text)


class Output:
    """The text of a render, to be searched for chunks."""

    def __init__(self, sight: Sight) -> None:
        written = {sight.notes}
        for resource in sight.resources:
            written.update(_texts(resource.data))
        texts = written.union(*(_decoded(text) for text in written))
        self._text = "\n".join(sorted(texts))

    def holds(self, chunk: str) -> bool:
        """Whether *chunk* stands in the output by itself, not inside a longer word."""
        start = self._text.find(chunk)
        while start >= 0:
            before, after = self._text[start - 1 : start], self._text[start + len(chunk) :][:1]
            if not (before.isalnum() or after.isalnum()):
                return True
            start = self._text.find(chunk, start + 1)
        return False


def proves(chunk: str, shared: frozenset[str], rest: frozenset[str]) -> bool:
    """Whether *chunk* in the output can only come from a leaf.

    *shared* are the words of chart and release, *rest* those of the values that
    remain without the leaf.  One word of the chunk must be neither among them
    nor put together from some of them.
    """
    parts = (part.lower() for run in _LETTERS.findall(chunk) for part in _CAMEL.findall(run))
    return len(chunk) >= _MIN_CHUNK and any(
        len(part) >= _MIN_WORD and not _is_made_of(part, shared, rest) for part in parts
    )


def _is_made_of(word: str, shared: frozenset[str], rest: frozenset[str]) -> bool:
    reached = [True] + [False] * len(word)
    for end in range(1, len(word) + 1):
        reached[end] = any(
            reached[start] and (word[start:end] in shared or word[start:end] in rest)
            for start in range(end - _MIN_WORD + 1)
        )
    return reached[-1]


def _texts(value: Any, *, annotations: bool = False) -> Iterator[str]:
    """Give all keys and texts of a value; checksum annotations are as good as not there."""
    if isinstance(value, Mapping):
        for key, below in value.items():
            if annotations and is_checksum(str(key), below):
                continue
            yield str(key)
            yield from _texts(below, annotations=key == "annotations")
    elif isinstance(value, list):
        for below in value:
            yield from _texts(below)
    elif isinstance(value, str):
        yield value


@lru_cache(maxsize=8192)
def _words_decoded(text: str) -> frozenset[str]:
    return words(text).union(*(words(decoded) for decoded in _decoded(text)))


def _decoded(text: str) -> Iterator[str]:
    """Give what *text* says when base64 or percent signs are taken off it."""
    plain = [text]
    if _BASE64.fullmatch(text) and len(text) % 4 == 0:
        try:
            plain.append(base64.b64decode(text, validate=True).decode())
        except (binascii.Error, UnicodeDecodeError):
            pass
        else:
            yield plain[-1]
    for one in plain:
        if "%" in one or "+" in one:
            yield unquote(one)
            yield unquote(one.replace("+", " "))
