"""Which files of a chart its templates can read with ``.Files``.

A chart's templates see every file that is neither template nor metadata, and
some of them copy all of that again and again (``deepCopy .``): leaving out
what no template asks for makes a render several times faster.  Only literal
names count as an answer; anything else, and nothing is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from sphinx_airflow_prod.core.render.gotemplate import Token, adjacent, commands

CANARY = "_left-out-by-sphinx-airflow-prod"
"""A file put in place of those left out.  A template that prints its whole context prints this
name as well; such a render is done again with all files."""

_METADATA = re.compile(
    r"(?:charts/[^/]+/)*"
    r"(?:Chart\.(?:yaml|lock)|values\.yaml|values\.schema\.json|requirements\.(?:yaml|lock)"
    r"|(?:templates|crds)/.*)",
    re.DOTALL,
)
_BELOW_CHART = re.compile(r"(?:charts/[^/]+/)*")
_READERS = frozenset({".Get", ".GetBytes", ".Lines", ".Glob"})
_SERIALIZERS = frozenset({
    "toYaml", "toYamlPretty", "toJson", "toPrettyJson", "toRawJson", "toToml", "toString",
    "mustToYaml", "mustToJson", "mustToPrettyJson", "mustToRawJson", "mustToToml",
    "print", "printf", "println", "values", "len",
})  # fmt: skip
_SPECIAL = re.compile(r"[*?\[{\\]")
_IN_VALUES = re.compile(r"\bFiles\b")


class NotLiteral(Exception):  # noqa: N818
    """A template reads files whose names cannot be known before it runs."""


def unread(files: Mapping[str, bytes]) -> frozenset[str]:
    """Return the paths in *files* (a chart, its subcharts as folders) that no template reads.

    Empty where that cannot be known.
    """
    candidates = {path for path in files if not _METADATA.fullmatch(path)}
    try:
        names: set[str] = set()
        texts = [data for path, data in files.items() if "templates/" in path]
        for path, data in files.items():
            if path.endswith("values.yaml") and _IN_VALUES.search(_actions(data)):
                return frozenset()
        while texts:
            names |= set().union(*(_names(text) for text in texts))
            kept = {path for path in candidates if _is_read(path, names)}
            # What is read may be a template itself, and read more.
            texts = [files[path] for path in kept]
            candidates -= kept
    except (NotLiteral, ValueError):
        return frozenset()
    return frozenset(candidates)


def values_read_files(values: str) -> bool:
    """Whether values (JSON text) hold a template that may read files."""
    if "{{" not in values:
        return False
    return any(_IN_VALUES.search(text) for text in _strings(json.loads(values)) if "{{" in text)


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _actions(data: bytes) -> str:
    """Return what stands in ``{{ }}`` of a values file, roughly: comments count as well."""
    return "\n".join(re.findall(r"\{\{.*?\}\}", data.decode("utf-8", "replace"), re.DOTALL))


def _names(template: bytes) -> set[str]:
    """Return the literal names and patterns that *template* reads."""
    if b"Files" not in template and b"$" not in template:
        return set()
    names: set[str] = set()
    for action in commands(template.decode()):
        for index, token in enumerate(action):
            if token.kind == "string" and (token.text[1:-1] == "Files" or ".Files" in token.text):
                raise NotLiteral
            if token.kind == "field" and token.text == ".Files":
                names.add(_literal(action, index))
            if token.text == "$" and _is_printed(action, index):
                raise NotLiteral
    return names


def _literal(action: list[Token], index: int) -> str:
    """Return the name in ``.Files.Get "name"``."""
    files, reader, name = (*action[index : index + 3], None, None)[:3]
    if (
        reader is None
        or name is None
        or reader.text not in _READERS
        or not adjacent(files, reader)  # type: ignore[arg-type]
        or name.kind != "string"
        or "\\" in name.text
    ):
        raise NotLiteral
    return name.text[1:-1]


def _is_printed(action: list[Token], index: int) -> bool:
    """Whether the bare ``$`` at *index*, the whole context, is given to a serializer."""
    token, after = action[index], action[index + 1]
    if after.kind == "field" and adjacent(token, after):
        return False
    before = action[index - 1]
    return before.text in _SERIALIZERS or (
        after.kind == "pipe" and action[index + 2].text in _SERIALIZERS
    )


def _is_read(path: str, names: set[str]) -> bool:
    match = _BELOW_CHART.match(path)
    below = path[match.end() :] if match else path
    for name in names:
        special = _SPECIAL.search(name)
        if below.startswith(name[: special.start()]) if special else below == name:
            return True
    return False
