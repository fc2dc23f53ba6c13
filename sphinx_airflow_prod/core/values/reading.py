"""From the text of a values example to its :class:`Layout`, with every mistake of writing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ruamel.yaml.error import YAMLError

from sphinx_airflow_prod.core.diagnostics import Diagnostic
from sphinx_airflow_prod.core.source import SourceText
from sphinx_airflow_prod.core.values import syntax
from sphinx_airflow_prod.core.values.layout import Layout, span_of
from sphinx_airflow_prod.core.values.limits import guard
from sphinx_airflow_prod.core.values.tree import Document, ExcessError, Node, Problem, read

_MAX_SYNTAX_ERRORS = 10
_MAX_RETRY_CHARACTERS = 100_000
_ENTRY = re.compile(r"^[^\s#\-\]}].*$", re.MULTILINE)
_DOCUMENT_END = re.compile(r"^\.\.\.(?=\s|$).*$", re.MULTILINE)
_SEPARATOR = re.compile(r"^---(?P<rest>.*)$", re.MULTILINE)
_PLACE = re.compile("\0(\\d+)\0")


def parse(source: SourceText) -> Layout:
    """Read a values text for its positions and its mistakes; never raises for the text's fault.

    After a mistake of syntax the entry of the top level that holds it is left
    out and the rest is read, so that several mistakes are all reported.  Ask
    :attr:`Layout.readable` before anything else is given the text.
    """
    refused = guard(source)
    if refused is not None:
        return Layout(source, (refused,))
    problems = list(_separators(source.text))
    root = None
    try:
        documents, found = _read_around_mistakes(source.text, problems)
    except ExcessError as excess:
        problems.append(excess.problem)
    else:
        syntactic = bool(problems)
        problems += found
        root = _root(documents, source.text, problems, complain=not syntactic)
    return Layout(source, _diagnostics(source, problems), root)


def _diagnostics(source: SourceText, problems: Iterable[Problem]) -> tuple[Diagnostic, ...]:
    def line(match: re.Match[str]) -> str:
        return str(span_of(source, int(match[1])).line)

    seen = dict.fromkeys(sorted(problems, key=lambda problem: problem.at))
    return tuple(
        Diagnostic.of(problem.code, _PLACE.sub(line, problem.message), span_of(source, problem.at))
        for problem in seen
    )


def _read_around_mistakes(
    text: str, problems: list[Problem]
) -> tuple[list[Document], list[Problem]]:
    """Read *text*, leaving out what is broken; each mistake goes into *problems*."""
    original = text
    text = _without_document_ends(text, problems)
    for _ in range(_MAX_SYNTAX_ERRORS):
        try:
            return read(text)
        except YAMLError as error:
            problem, culprit = syntax.explain(original, error)
            problems.append(problem)
        if len(text) > _MAX_RETRY_CHARACTERS:
            break
        remaining = _without_entry(text, culprit)
        if remaining == text:
            break
        text = remaining
    return [], []


def _without_document_ends(text: str, problems: list[Problem]) -> str:
    """Blank each line of only ``...`` in column 0; it is a problem unless it ends the text."""

    def blank(match: re.Match[str]) -> str:
        following = text[match.end() :].partition("\n---")[0]
        if re.search(r"^\s*[^\s#]", following, re.MULTILINE):
            message = (
                "'...' at the start of a line ends the YAML document, and Helm ignores what "
                "follows; remove the line"
            )
            problems.append(Problem(match.start(), message))
        elif not re.search(r"^\s*[^\s#]", text[: match.start()], re.MULTILINE):
            message = "'...' stands for a value only, as in 'key: ...'; write at least one key"
            problems.append(Problem(match.start(), message))
        return " " * len(match[0])

    return _DOCUMENT_END.sub(blank, text)


def _without_entry(text: str, at: int) -> str:
    """Blank the entry of the top level around the character *at*; the length stays."""
    start, end = 0, len(text)
    for match in _ENTRY.finditer(text):
        if match.start() <= at:
            start = match.start()
        else:
            end = match.start()
            break
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]


def _separators(text: str) -> Iterable[Problem]:
    for match in _SEPARATOR.finditer(text):
        rest = match["rest"].strip()
        if rest and not rest.startswith("#"):
            yield Problem(match.start(), "Helm allows no text after '---' on its line")


def _root(
    documents: list[Document], text: str, problems: list[Problem], *, complain: bool
) -> Node | None:
    """Return the mapping of the only document; everything else becomes a problem."""
    for document in documents:
        if document.directive:
            at = text.find("%", 0, document.at + 1)
            problems.append(Problem(max(at, 0), "Helm takes no YAML directives; remove this line"))
    filled = [document for document in documents if document.root is not None]
    if not filled or (filled[0].root and syntax.is_null(filled[0].root)):
        if complain:
            problems.append(Problem(0, "the example holds no values; write at least one key"))
        return None
    problems += [_second(document) for document in filled[1:]]
    root = filled[0].root
    if root is None or root.kind == "mapping":
        return root
    if complain:
        problems.append(syntax.not_a_mapping(text, root))
    return None


def _second(document: Document) -> Problem:
    return Problem(
        document.at,
        "a second YAML document starts here, which Helm would merge over the first; "
        "write one mapping, or two examples of which the second extends the first",
    )
