"""Deprecated values: what a chart's notes and its schema say of what an example sets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sphinx_airflow_prod.core.schema import ChartSchema
from sphinx_airflow_prod.core.schema.shape import Schema, Shape
from sphinx_airflow_prod.core.values import Path, format_path


@dataclass(frozen=True)
class Deprecation:
    """One thing that the chart says is on its way out.

    ``message`` is for the author.  ``path`` is the value in question, empty
    where the text names none that the chart knows: its place is found through
    the example's layout.  ``replacement`` is what to set instead, as the text
    names it (several joined by ``and/or``), empty where it names nothing.
    """

    message: str
    path: Path = ()
    replacement: str = ""


def deprecations(
    schema: ChartSchema, values: Mapping[str, Any], baseline_notes: str, notes: str
) -> tuple[Deprecation, ...]:
    """Return what schema and notes say is deprecated in an example, each thing once.

    *values* are the example's own; *notes* are what it renders, *baseline_notes*
    what is rendered without it.
    """
    told = list(from_schema(schema, values))
    for found in from_notes(baseline_notes, notes, schema):
        same = next((n for n, one in enumerate(told) if _is_same(one.path, found.path)), None)
        if same is None:
            told.append(found)
        elif not told[same].replacement and found.replacement:
            told[same] = found
    return tuple(told)


def from_notes(
    baseline_notes: str, notes: str, schema: ChartSchema | None = None
) -> tuple[Deprecation, ...]:
    """Return the deprecation warnings that *notes* have and *baseline_notes* lack.

    A warning is a paragraph that says *deprecated*; or a line that says no more
    than *Deprecation warning:* with the lines that belong to it.  With *schema*
    only values that the chart knows count as its path; without, anything that
    is written like one.
    """
    before = Counter(_warnings(baseline_notes))
    found = []
    for text in _warnings(notes):
        if before[text]:
            before[text] -= 1
            continue
        names = [*_QUOTED.finditer(text), *_DOTTED.finditer(text)]
        replaced_by = _replacements(text, schema, ())
        paths = (_path(match[1]) for match in sorted(names, key=re.Match.start) if _path(match[1]))
        named = (
            path
            for path in paths
            if (schema is None or _knows(schema, path)) and format_path(path) not in replaced_by
        )
        found.append(Deprecation(text, next(named, ()), _listed(replaced_by)))
    return tuple(found)


def from_schema(schema: ChartSchema, values: Mapping[str, Any]) -> tuple[Deprecation, ...]:
    """Return the keys of *values* whose schema says that they are deprecated.

    That is ``deprecated: true``, or a description that says so of the key
    itself, not of another one.  Where a key and one below it both are, the
    lower one is told, which says more exactly what to write instead.
    """
    if schema.schema is None:
        return ()
    return tuple(_walk(schema, schema.root, values, ()))


def _walk(schema: ChartSchema, shape: Shape, value: Any, path: Path) -> Iterator[Deprecation]:
    below: list[tuple[str | int, Shape | None, Any]] = []
    if isinstance(value, Mapping):
        below = [(key, shape.child(key), inner) for key, inner in value.items()]
    elif isinstance(value, list):
        below = [(index, shape.item(index), inner) for index, inner in enumerate(value)]
    found = [
        deprecation
        for step, child, inner in below
        if child is not None
        for deprecation in _walk(schema, child, inner, (*path, step))
    ]
    if found or not path or isinstance(path[-1], int):
        yield from found
        return
    told = told_by(schema, shape, path)
    if told is not None:
        yield told


def told_by(schema: ChartSchema, shape: Shape, path: Path, comment: str = "") -> Deprecation | None:
    """Return what *schema*, or a *comment*, says of the value at *path*, whose shape is *shape*."""
    facets = (*own_facets(shape), {"description": comment})
    for facet in facets:
        text = " ".join(str(facet.get("description", "")).split())
        says_so = _says_deprecated(text, path)
        if says_so or facet.get("deprecated") is True:
            instead = _replacements(text, schema, path)
            message = f"`{format_path(path)}` is deprecated"
            if instead:
                message += f"; use {_listed(instead, quote='`')} instead"
            elif says_so:
                message += f": {text}"
            return Deprecation(message, path, _listed(instead))
    return None


def own_facets(shape: Shape) -> Iterator[Schema]:
    """Give the schemas that hold whatever the value is: a branch speaks of one way to write it.

    What stands beside a ``$ref`` is for readers, whether or not validators heed it.
    """
    yield from (schema for schema in shape.schemas if "$ref" in schema)
    queue = [shape.resolved(schema) for schema in shape.schemas]
    for schema in queue:
        yield schema
        together = schema.get("allOf")
        parts = together if isinstance(together, list) else ()
        queue += [shape.resolved(part) for part in parts if isinstance(part, Mapping)]


_STARTS = re.compile(
    r"(?:^|[.!?]\s+|[(\[]\s*|^\W+)deprecated"
    r"(?=\s*(?:[:;.,!)\]–—-]|$|(?:in|since|as of|use|and|by|from|with)\b))",
    re.IGNORECASE,
)
_OTHER_BEFORE = re.compile(r"(?:[`'\"]([\w.\[\]*-]+)[`'\"]|\b(\w+(?:\.\w+)+))\s*$")
_PREDICATE = re.compile(
    r"(?P<subject>[^.;:()]*?)\b(?:is|are|has been|have been|was)"
    r"\s+(?:now\s+|being\s+)?deprecated\b",
    re.IGNORECASE,
)
_THIS = re.compile(r"^\W*(?:this|it|the)\b(?!.*[`'\"])", re.IGNORECASE)


def _says_deprecated(text: str, path: Path) -> bool:
    """Whether a description says of the key at *path* itself that it is deprecated."""
    own = {format_path(path), str(path[-1])}
    for match in _STARTS.finditer(text):
        before = _OTHER_BEFORE.search(text[: match.start()])
        in_brackets = match[0].lstrip(".!? ")[:1] in ("(", "[")
        if not in_brackets or before is None or (before[1] or before[2]) in own:
            return True
    for match in _PREDICATE.finditer(text):
        subject = match["subject"].strip()
        if _THIS.match(subject) or subject.strip("`'\" ") in own:
            return True
    return False


_NAME = r"``?(?P<quoted{0}>[^`\n]+?)``?|(?P<bare{0}>[A-Za-z_]\w*(?:\.\w+|\[[*\d]*\])*)"
_CUE = re.compile(
    r"(?:\b(?:renamed to|moved to|replaced (?:by|with)|superseded by|migrate to|switch to"
    r"|in favou?r of|use|using|set)\s+(?:the\s+)?(?:new\s+)?(?:value\s+)?"
    r"|\bthere (?:is|are) now\b[^`]*?(?=`))",
    re.IGNORECASE,
)
_FIRST = re.compile(_NAME.format(1))
_NEXT = re.compile(
    rf"\s*(?:,\s*(?:and|or)?|/|and/or|or/and|and|or)\s*(?:{_NAME.format(2)})", re.IGNORECASE
)
_QUOTED = re.compile(r"``?([A-Za-z_][\w.\[\]*-]*)``?")
_DOTTED = re.compile(r"(?<![\w/`.@-])([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)(?![\w/`(-]|\.\w)")
_STEP = re.compile(r"([\w-]+)((?:\[[*\d]*\])*)\.?")


def _replacements(text: str, schema: ChartSchema | None, path: Path) -> list[str]:
    """Return the values that *text* says to use instead; siblings of *path* by their full path."""
    for cue in _CUE.finditer(text):
        match = _FIRST.match(text, cue.end())
        names: list[str] = []
        while match is not None:
            groups = match.groupdict()
            quoted = groups.get("quoted1") or groups.get("quoted2")
            bare = groups.get("bare1") or groups.get("bare2")
            name = _resolved(quoted or bare or "", path, schema, bare=quoted is None)
            if name is None:
                break
            names.append(name)
            match = _NEXT.match(text, match.end())
        if names and format_path(path) not in names:
            return list(dict.fromkeys(names))
    return []


def _resolved(name: str, path: Path, schema: ChartSchema | None, *, bare: bool) -> str | None:
    """Return the full name of a value as a text names it, ``None`` where it names no value."""
    if bare and name.endswith((".io", ".com", ".org", ".html", ".yaml", ".md")):
        return None
    steps = _path(name)
    if not steps:
        return None
    if schema is None:
        return name if not bare or len(steps) > 1 else None
    if len(steps) == 1 and _knows(schema, (*path[:-1], *steps)):
        return format_path((*path[:-1], *steps))
    if _knows(schema, steps):
        return name
    return None if bare else name


def _path(name: str) -> Path:
    """Return a name such as ``ingress.web.hosts[*].tls`` as a path; empty where it is none."""
    steps: list[str | int] = []
    at = 0
    while at < len(name):
        match = _STEP.match(name, at)
        if match is None:
            return ()
        steps.append(match[1])
        steps += [int(i) if i.isdigit() else 0 for i in re.findall(r"\[([*\d]*)\]", match[2])]
        at = match.end()
    return tuple(steps)


def _knows(schema: ChartSchema, path: Path) -> bool:
    """Whether the chart has such a value, by its defaults or its schema."""
    if schema.schema is not None:
        return schema.is_known(path)
    missing = object()
    return schema.default(path, missing) is not missing


def _listed(names: Sequence[str], quote: str = "") -> str:
    return " and/or ".join(f"{quote}{name}{quote}" for name in names)


def _is_same(one: Path, other: Path) -> bool:
    """Whether two reports are about one key, or about a key and what stands below it."""
    shorter = min(len(one), len(other))
    return shorter > 0 and one[:shorter] == other[:shorter]


_HEADING = re.compile(r"\W*deprecat\w*(?:\s+(?:warnings?|notices?|notes?))?\W*", re.IGNORECASE)
_INLINE = re.compile(
    r"\W*deprecat\w*(?:\s+(?:warnings?|notices?|notes?))?\s*[:!]\s*", re.IGNORECASE
)
_WORD = re.compile(r"deprecat", re.IGNORECASE)


def _warnings(notes: str) -> Iterator[str]:
    """Give the text of each warning in the notes, on one line, without its heading."""
    lines = notes.expandtabs().splitlines()
    number = 0
    while number < len(lines):
        line = lines[number]
        if not _WORD.search(line):
            number += 1
            continue
        if _HEADING.fullmatch(line):
            end = _end_of_body(lines, number)
            text = " ".join(" ".join(lines[number + 1 : end]).split())
        else:
            start = number
            while start and _continues(lines[start - 1]):
                start -= 1
            end = number + 1
            while end < len(lines) and _continues(lines[end]):
                end += 1
            text = " ".join(" ".join(lines[start:end]).split())
            text = _INLINE.sub("", text, count=1) if _INLINE.match(text) else text
        if text:
            yield text
        number = max(end, number + 1)


def _end_of_body(lines: Sequence[str], heading: int) -> int:
    """Return the line after the last that belongs to a heading: the deeper ones, if any are."""
    start = heading + 1
    while start < len(lines) and not lines[start].strip():
        start += 1
    depth = _indent(lines[heading])
    deeper = start < len(lines) and _indent(lines[start]) > depth
    end = start
    while end < len(lines) and _continues(lines[end]):
        if deeper and _indent(lines[end]) <= depth:
            break
        end += 1
    return end


def _continues(line: str) -> bool:
    """Whether a line goes on with the paragraph before it."""
    return bool(line.strip()) and not _HEADING.fullmatch(line)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
