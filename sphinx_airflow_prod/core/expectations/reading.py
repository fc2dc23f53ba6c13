"""From the text of a claim to its tree, with every mistake of writing at its place."""

from __future__ import annotations

import re

from ruamel.yaml.error import YAMLError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sphinx_airflow_prod.core.diagnostics import Code, Span
from sphinx_airflow_prod.core.expectations import claim as parts
from sphinx_airflow_prod.core.expectations.claim import (
    ELLIPSIS,
    GENERATED,
    Claim,
    MappingClaim,
    Place,
    Problem,
)
from sphinx_airflow_prod.core.expectations.ellipses import (
    Lines,
    Prepared,
    UnreadableError,
    is_ellipsis,
    prepare,
)
from sphinx_airflow_prod.core.manifest_yaml import construct, entries
from sphinx_airflow_prod.core.source import SourceText
from sphinx_airflow_prod.core.values import guard, syntax
from sphinx_airflow_prod.core.values.layout import span_of
from sphinx_airflow_prod.core.values.limits import MAX_NODES
from sphinx_airflow_prod.core.values.tree import ExcessError, read
from sphinx_airflow_prod.core.values.tree import Problem as Mistake

MAX_CHARACTERS = 256 * 1024
"""The longest claim; a large custom resource definition has as many."""

MAX_ELLIPSES = 1000
"""The most ``...`` in one claim."""

_SEPARATOR = re.compile(r"---(?:[ \t]+#.*|[ \t]*)")
_DOCUMENT = re.compile(r"---(?:\s|$)")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*[ \t]*(?:#.*)?")
_PLAIN = "?"
_DOUBTFUL = (
    "this key is empty and '...' stands below it in the same column; write 'key: ...' if it has "
    "a value, 'key: null' if it must not be there"
)
_TEMPLATE = "a Go template is not evaluated in a claim; write what it renders to"


def parse_claim(source: SourceText, *, may_be_empty: bool = False) -> Claim:
    """Read the text of a claim; never raises for the text's fault.

    Scalars mean what they mean in manifests (``core.manifest_yaml``).  What is
    wrong with the text is in :attr:`Claim.problems`; a text that holds nothing,
    or nothing but ``...``, is a problem unless it *may_be_empty* (a claim that
    a resource is absent needs no body).
    """
    if len(source.text) > MAX_CHARACTERS:
        message = f"{len(source.text):,} characters, more than the {MAX_CHARACTERS:,} that are read"
        return Claim(source, None, (Problem(message, source.span(0), Code.LIMIT),))
    if source.text.count(ELLIPSIS) > MAX_ELLIPSES:
        message = f"more than the {MAX_ELLIPSES:,} '...' that are read"
        return Claim(source, None, (Problem(message, source.span(0), Code.LIMIT),))
    refused = guard(source)
    if refused is not None:
        return Claim(source, None, (Problem(refused.message, refused.span, refused.code),))
    lines, problems = _one_document(source)
    root = None
    try:
        prepared = prepare(lines)
    except UnreadableError as error:
        problems.append(_unreadable(source, error))
    else:
        root = _root(source, prepared, problems, may_be_empty=may_be_empty)
    return Claim(source, root, tuple(sorted(problems, key=lambda problem: problem.span)))


def _one_document(source: SourceText) -> tuple[list[str], list[Problem]]:
    """Return the lines of the first document; whatever comes after it is a problem."""
    lines = source.text.split("\n")
    problems: list[Problem] = []
    begun = False
    for number, line in enumerate(lines):
        if _DOCUMENT.match(line):
            if begun and any(map(_is_content, lines[number + 1 :])):
                message = "a second YAML document starts here; a claim is about one resource"
                problems.append(Problem(message, source.span(number), Code.YAML))
            if begun:
                lines[number:] = [""] * (len(lines) - number)
                break
            if _SEPARATOR.fullmatch(line):
                lines[number] = ""
        elif line.startswith("%") and not begun:
            message = "a claim takes no YAML directives; remove this line"
            problems.append(Problem(message, source.span(number), Code.YAML))
            lines[number] = ""
        elif _is_content(line):
            begun = True
    return lines, problems


def _is_content(line: str) -> bool:
    stripped = line.strip()
    return bool(stripped) and not stripped.startswith("#") and not is_ellipsis(line)


def _unreadable(source: SourceText, error: UnreadableError) -> Problem:
    """Say why a text is no YAML, in an author's words."""
    # Lines are those of the source; so are the columns, but in lines of only '...'.
    shadow = SourceText(error.text, source.origins)
    found: list[Mistake] = []
    try:
        _, found = read(error.text)
    except ExcessError as excess:
        found = [excess.problem]
    except YAMLError as mistake:
        found = [syntax.explain(error.text, mistake)[0]]
    for problem in found:
        if problem.code is not Code.DUPLICATE_KEY:
            message = problem.message
            if "Go template" in message:
                message = _TEMPLATE
            return Problem(message, span_of(shadow, problem.at), problem.code)
    message = str(error.cause)
    limit = "levels deep" in message or "expand to too much" in message
    span = source.span(max(error.cause.line - 1, 0))
    return Problem(message, span, Code.LIMIT if limit else Code.YAML)


def _root(
    source: SourceText, prepared: Prepared, problems: list[Problem], *, may_be_empty: bool
) -> MappingClaim | None:
    node = prepared.root
    if node is None or (isinstance(node, ScalarNode) and construct(node) is None):
        if not may_be_empty and not problems:
            problems.append(_nothing(source.span(0), gap=prepared.ellipses > 0))
        return None
    builder = _Builder(source, prepared, problems)
    if not isinstance(node, MappingNode):
        what = "a list" if isinstance(node, SequenceNode) else "a single text"
        message = f"the top level is {what}; a manifest is a mapping: write 'key: value' lines"
        problems.append(Problem(message, builder.span(node.start_mark.index), Code.YAML))
        return None
    try:
        root = builder.node(node, node.start_mark.index)
    except ExcessError as excess:
        span = builder.span(excess.problem.at)
        problems.append(Problem(excess.problem.message, span, Code.LIMIT))
        return None
    assert isinstance(root, MappingClaim)
    if not root.fields and not may_be_empty and not problems:
        problems.append(_nothing(root.place.span, gap=root.gap))
    return root


def _nothing(span: Span, *, gap: bool) -> Problem:
    what = f"nothing but '{ELLIPSIS}'" if gap else "nothing"
    return Problem(f"the claim holds {what}; write at least one key that must be rendered", span)


class _Builder:
    """Makes claims out of YAML nodes."""

    def __init__(self, source: SourceText, prepared: Prepared, problems: list[Problem]) -> None:
        self.source = source
        self.original = Lines(source.text)
        self.lines = prepared.lines
        self.gaps = prepared.gaps
        self.doubtful = prepared.doubtful
        self.problems = problems
        self.count = 0

    def span(self, at: int) -> Span:
        """Return the place in the document of the character *at* of the prepared text."""
        return self.source.span(self.lines.line(at), self.lines.column(at))

    def offset(self, at: int) -> int:
        """Return the character of the author's text that is *at* in the prepared text."""
        return self.original.starts[self.lines.line(at)] + self.lines.column(at)

    def place(self, node: Node, at: int) -> Place:
        start: int = node.start_mark.index
        end = start + len(self.lines.text[start : node.end_mark.index].rstrip())
        return Place(self.span(at), self.offset(start), self.offset(end))

    def node(self, node: Node, at: int) -> parts.Node:
        """Return the claim that *node* makes; its key or dash is at the character *at*."""
        self.count += 1
        if self.count > MAX_NODES:
            message = f"the claim expands to more than {MAX_NODES:,} values"
            raise ExcessError(Mistake(at, message, Code.LIMIT))
        if isinstance(node, MappingNode):
            return self.mapping(node, at)
        if isinstance(node, SequenceNode):
            kept = [item for item in node.value if not self.is_left_out(item)]
            items = tuple(self.node(item, self.lines.dash(item)) for item in kept)
            gap = id(node) in self.gaps or len(kept) < len(node.value)
            return parts.ListClaim(self.place(node, at), items, gap)
        assert isinstance(node, ScalarNode)
        return self.scalar(node, self.place(node, at))

    def mapping(self, node: MappingNode, at: int) -> MappingClaim:
        gap = id(node) in self.gaps
        found = entries(node)
        if node.flow_style and ELLIPSIS in found and self.is_gap_entry(*found[ELLIPSIS]):
            del found[ELLIPSIS]
            gap = True
        self.check_keys(node)
        fields = {
            name: self.node(value, key.start_mark.index)
            for name, (key, value) in found.items()
            if isinstance(key, ScalarNode)
        }
        return MappingClaim(self.place(node, at), fields, gap)

    def is_left_out(self, node: Node) -> bool:
        if not isinstance(node, ScalarNode) or node.tag != _PLAIN:
            return False
        return node.value == ELLIPSIS or (node.value == "" and id(node) in self.gaps)

    def is_gap_entry(self, key: Node, value: Node) -> bool:
        return key.tag == _PLAIN and isinstance(value, ScalarNode) and value.value == ""

    def check_keys(self, node: MappingNode) -> None:
        """Report keys that stand twice, and such as are no text."""
        written: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                message = "a mapping or list cannot be a key; quote it if it is meant as text"
                if "{{" in self.lines.text[max(key.start_mark.index - 1, 0) :][:3]:
                    message = _TEMPLATE
                self.problems.append(Problem(message, self.span(key.start_mark.index), Code.YAML))
                continue
            if key.value == "<<":
                continue
            [name] = entries(MappingNode(node.tag, [(key, value)]))
            if name in written:
                first = self.span(written[name]).line
                message = f"key '{name}' stands twice in this mapping (first at line {first})"
                self.problems.append(
                    Problem(message, self.span(key.start_mark.index), Code.DUPLICATE_KEY)
                )
            else:
                written[name] = key.start_mark.index

    def scalar(self, node: ScalarNode, place: Place) -> parts.Node:
        if self.is_left_out(node):
            return parts.LeftOut(place)
        value = construct(node)
        if value is None:
            if id(node) in self.doubtful:
                self.problems.append(Problem(_DOUBTFUL, place.span))
            return parts.Absence(place)
        if value == GENERATED:
            return parts.Generated(place)
        if node.style in ("|", ">") and isinstance(value, str):
            return self.text(node, value, place)
        return parts.ScalarClaim(place, value)

    def text(self, node: ScalarNode, value: str, place: Place) -> parts.TextClaim:
        lines = value.split("\n")
        while lines and not lines[-1].strip():
            lines.pop()
        first = self.header(node) + 1
        spans = []
        for number, line in enumerate(lines):
            if node.style == "|":
                at = self.lines.starts[first + number]
                raw = self.lines.text[at:].partition("\n")[0]
                # Where the text of the line begins, behind the indentation of the block.
                spans.append(self.source.span(first + number, max(len(raw) - len(line), 0)))
            else:
                spans.append(place.span)
        literal = node.style == "|"
        claimed = [None if literal and _is_gap(line) else line.rstrip() for line in lines]
        kept = _significant(claimed)
        return parts.TextClaim(
            place, tuple(claimed[n] for n in kept), tuple(spans[n] for n in kept)
        )

    def header(self, node: ScalarNode) -> int:
        """Return the line of the block indicator, which a tag or an anchor may precede."""
        text = self.lines.text
        at: int = node.start_mark.index
        while at < node.end_mark.index and not _BLOCK_HEADER.match(text, at):
            at += 1
        return self.lines.line(at)


def _significant(lines: list[str | None]) -> list[int]:
    """Return the numbers of all lines but those blank ones that stand beside an ellipsis."""
    kept: list[int] = []
    blank: list[int] = []
    for number, line in enumerate(lines):
        if line == "":
            blank.append(number)
            continue
        if line is not None and not (kept and lines[kept[-1]] is None):
            kept += blank
        blank = []
        kept.append(number)
    return kept


def _is_gap(line: str) -> bool:
    return line.strip() == ELLIPSIS
