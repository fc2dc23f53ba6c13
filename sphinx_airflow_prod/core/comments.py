"""A chart's ``values.yaml`` as its reader sees it: the order of the keys, and their comments.

What the values *are*, Helm is asked; here only stands in which order they are
written, and what is said above each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from sphinx_airflow_prod.core.values.keys import plain_key

_HARMLESS_NESTING = 2000
"""Below so many openings of a collection libyaml is in no danger."""
_MAX_LEVELS = 50


@dataclass
class Written:
    """A value of the file: what is said of it, and the keys below it in order."""

    comment: str = ""
    fields: dict[str, Written] = field(default_factory=dict)


def read_values_file(text: str) -> Written:
    """Return the keys of a ``values.yaml`` with their comments.

    Several YAML documents are one, as for Helm.  Empty where it cannot be
    parsed: Helm says so elsewhere.  The conventions of helm-docs (``# --``) and
    of Bitnami's readme generator (``## @param path text``) are understood.
    """
    root = Written()
    lines = text.splitlines()
    told = _parameters(lines)

    def fill(written: Written, node: yaml.MappingNode, prefix: str, above: set[int]) -> None:
        if id(node) in above or len(above) > _MAX_LEVELS:  # an alias to a mapping around it
            return
        for key, value in node.value:
            name = _name(key)
            if name is None:
                continue
            path = f"{prefix}.{name}" if prefix else name
            below = written.fields.setdefault(name, Written())
            below.comment = told.get(path) or _comment(lines, key, value) or below.comment
            if isinstance(value, yaml.MappingNode):
                fill(below, value, path, above | {id(node)})

    try:
        documents = list(yaml.compose_all(text, _loader(text)))
    except (yaml.YAMLError, RecursionError, ValueError):
        return root
    for document in documents:
        if isinstance(document, yaml.MappingNode):
            fill(root, document, "", set())
    return root


def _loader(text: str) -> Any:
    """Return libyaml's loader, ten times as fast, for texts whose nesting is not absurd."""
    fast = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    nesting = text.count("[") + text.count("{") + text.count("- -")
    return fast if nesting < _HARMLESS_NESTING and " " * 500 not in text else yaml.SafeLoader


def _name(key: yaml.Node) -> str | None:
    if not isinstance(key, yaml.ScalarNode) or key.value == "<<":
        return None
    # libyaml's plain style is an empty string, PyYAML's own None
    return plain_key(key.value) if not key.style and key.value else str(key.value)


def _comment(lines: list[str], key: yaml.Node, value: yaml.Node) -> str:
    """Return what is said of a key: in the lines right above it, else behind its value."""
    number, column = key.start_mark.line, key.start_mark.column
    if number >= len(lines) or lines[number][:column].strip():
        return ""  # in braces, or the first key of a list's item
    first = number
    while first and _is_comment(lines[first - 1], column):
        first -= 1
    above = [lines[n].strip() for n in range(first, number)]
    return _prose(above) or _behind(lines, value)


def _is_comment(line: str, column: int) -> bool:
    return line.lstrip().startswith("#") and len(line) - len(line.lstrip()) == column


def _behind(lines: list[str], value: yaml.Node) -> str:
    end = value.end_mark
    if not isinstance(value, yaml.ScalarNode) or value.style in ("|", ">"):
        return ""
    rest = lines[end.line][end.column :] if end.line < len(lines) else ""
    return _prose([rest.strip()]) if rest.strip().startswith("#") else ""


_LICENSE = re.compile(r"\bLicensed (?:to|under)\b|SPDX-License|\bCopyright\b", re.IGNORECASE)
_RULE = re.compile(r"[-=#*~_+\s]*")
_HEADING = re.compile(r"[-=#*~_]{2,}\s.*[-=#*~_]{3,}|[-=#*~_]{3,}\s.*|.*\s[-=#*~_]{2,}")
_HELM_DOCS = re.compile(r"(?:[\w.\[\]\"'/-]+\s+)?--(?:\s+|$)(?P<text>.*)")
_PARAMETER = re.compile(r"#+\s*@param\s+(?P<path>\S+)\s*(?:\[[^\]]*\]\s*)?(?P<text>.*)")
_TOOL = re.compile(
    r"@\w+|yaml-language-server|yamllint|prettier-ignore|noqa|nosec|checkov:|trivy:|ref:\s*http",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"-\s+[\w./\"'-]+:(?:\s.*)?|[a-z_][\w./-]*:(?:\s+(?:\S+|\".*\"|'.*'|[\[{|>&].*))?"
    r"|[}\]]+,?|```.*|-\s+(?:\"[^\"]*\"|'[^']*'|-\S+)"
)
_LEADS_TO_CODE = re.compile(r"(?:^|(?<=[.!?])\s+)[^.!?]{0,80}:\s*$")
"""The end of a line that announces an example: ``Limits. For example:``."""
_FILE_HEADER = re.compile(r"Default values for |This is a YAML-formatted file|Declare variables to")


def _prose(block: Iterable[str]) -> str:
    """Return what a block of comment lines says, without what is meant for tools or is code."""
    lines = [re.sub(r"^#+ ?", "", line) for line in block]
    if _LICENSE.search("\n".join(lines)):
        return ""
    start = max((n for n, line in enumerate(lines) if _HELM_DOCS.fullmatch(line)), default=None)
    if start is not None:
        match = _HELM_DOCS.fullmatch(lines[start])
        assert match is not None
        lines = [match["text"], *lines[start + 1 :]]
    kept: list[str] = []
    for line in _outside_schemas(lines):
        text = line.strip()
        if _TOOL.match(text) or _FILE_HEADER.match(text):
            continue
        if _CODE.fullmatch(text):
            if kept:
                kept[-1] = _LEADS_TO_CODE.sub("", kept[-1])
        elif text and (_RULE.fullmatch(text) or _HEADING.fullmatch(text)):
            kept.clear()
        else:
            kept.append(line)
    return "\n".join(kept).strip()


def _outside_schemas(lines: Iterable[str]) -> Iterator[str]:
    """Leave out what stands between two ``@schema`` lines."""
    inside = False
    for line in lines:
        if line.strip() == "@schema":
            inside = not inside
        elif not inside:
            yield line


def _parameters(lines: Iterable[str]) -> dict[str, str]:
    found = (_PARAMETER.match(line.strip()) for line in lines if "@param" in line)
    return {match["path"]: match["text"].strip() for match in found if match and match["text"]}
