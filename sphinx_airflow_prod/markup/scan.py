"""Finding the directives and roles of a document without Sphinx.

The document is parsed by the parser of its markup, with two changes: our
directives are collected instead of run, and directives that only Sphinx or
another extension knows are entered, so that examples inside tabs, grids or
cards are found.  Those whose content is text to be shown (``code-block`` and
its like) are not entered: a directive that a manual shows is not an example.

What only a running Sphinx knows is out of reach.  Not found are examples in
docstrings that autodoc brings in, in text that ``rst_prolog``, a
``source-read`` handler or another extension's directive makes up, and
``.. values::`` where ``conf.py`` sets ``primary_domain = "helm"``.  Found,
where Sphinx does not find them, are examples in a directive that nobody knows
(Sphinx reports that directive) and in Markdown's colon fences where ``conf.py``
does not enable them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import Parser
from docutils.utils import Reporter

from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Span
from sphinx_airflow_prod.core.roles import Role
from sphinx_airflow_prod.core.snippet import (
    DIRECTIVES,
    RawDirective,
    Snippet,
    read_code_block,
    read_snippet,
    with_blocks,
)
from sphinx_airflow_prod.markup.codeblocks import yaml_blocks
from sphinx_airflow_prod.markup.collecting import DOMAINS, Marker, collecting

MARKDOWN = (".md", ".markdown")
DEFAULT_MYST_EXTENSIONS = ("colon_fence",)

_RST_CUE = re.compile(rf"({'|'.join(DOMAINS)}):|(include|default-domain)\s*::", re.I)
_MYST_CUE = re.compile(rf"\{{\s*({'|'.join(DOMAINS)}:|include|default-domain|eval-rst)", re.I)
_NAMED = rf"['\"]({'|'.join(DIRECTIVES)})['\"]"
_MYST_OPTION = re.compile(r"\s*\[myst\.directive_option\]$")


@dataclass(frozen=True)
class Scanned:
    """The directives and roles found in a document, and what the parser said about them.

    All are in the order in which they were met.

    ``snippets`` are the same read by the grammar, and among them, where asked
    for, ordinary code blocks of YAML; they know the literal blocks of the
    document that have a name or a caption.
    """

    directives: tuple[RawDirective, ...]
    problems: tuple[Diagnostic, ...]
    snippets: tuple[Snippet, ...] = ()
    roles: tuple[Role, ...] = ()


def scan(
    path: Path,
    *,
    myst_extensions: Sequence[str] = DEFAULT_MYST_EXTENSIONS,
    code_blocks: bool = False,
) -> Scanned:
    """Return the directives and roles of the document *path*, included files' too.

    *myst_extensions* are the ones that ``myst_enable_extensions`` names, for
    Markdown; *code_blocks* asks for ordinary code blocks as well.  Raises
    :class:`OSError` where the file cannot be read and :class:`ImportError`
    where a Markdown file needs MyST-Parser.
    """
    text = path.read_text("utf-8-sig")
    markdown = path.suffix.lower() in MARKDOWN
    if not code_blocks and not (_MYST_CUE if markdown else _RST_CUE).search(text):
        return Scanned((), ())
    settings: dict[str, Any] = {
        "report_level": Reporter.SEVERE_LEVEL + 1,
        "halt_level": Reporter.SEVERE_LEVEL + 1,
        "warning_stream": False,
        "file_insertion_enabled": True,
        "raw_enabled": True,
        "input_encoding": "utf-8-sig",
        "_disable_config": True,
        "tab_width": 8,
    }
    parser = _myst_parser(myst_extensions, settings) if markdown else Parser()
    with collecting(str(path)) as found:
        doctree = publish_doctree(
            text, source_path=str(path), parser=parser, settings_overrides=settings
        )
    for message in doctree.parse_messages + list(doctree.findall(nodes.system_message)):
        problem = _complaint(message, path)
        if problem and problem not in found.problems:
            found.problems.append(problem)
    unique = {(raw.span.path, raw.span.line): raw for raw in found.directives}
    snippets = {key: read_snippet(raw) for key, raw in unique.items()}
    if code_blocks:
        snippets = _with_code_blocks(snippets, doctree, str(path))
    return Scanned(
        tuple(unique.values()),
        tuple(found.problems),
        tuple(with_blocks(snippet, found.blocks) for snippet in snippets.values()),
        tuple(found.roles.values()),
    )


def _with_code_blocks(
    snippets: Mapping[tuple[str, int], Snippet], doctree: nodes.document, document: str
) -> dict[tuple[str, int], Snippet]:
    """Put ordinary code blocks among *snippets*, in the order of the document."""
    inferred = {id(block): raw for block, raw in yaml_blocks(doctree, document)}
    ordered: dict[tuple[str, int], Snippet] = {}
    for node in doctree.findall():
        if isinstance(node, Marker):
            ordered[node["key"]] = snippets[node["key"]]
        elif id(node) in inferred:
            raw = inferred[id(node)]
            ordered.setdefault((raw.span.path, raw.span.line), read_code_block(raw))
    return ordered


def _myst_parser(extensions: Sequence[str], settings: dict[str, Any]) -> Any:
    from myst_parser.parsers.docutils_ import Parser as MystParser

    settings["myst_enable_extensions"] = list(extensions)
    return MystParser()


def _complaint(message: nodes.system_message, path: Path) -> Diagnostic | None:
    """Turn what a parser says about one of our directives into a diagnostic.

    docutils drops a directive whose options it cannot read, with an error;
    MyST-Parser drops the options, with a warning, and runs it without.
    """
    paragraph = next(iter(message.findall(nodes.paragraph)), None)
    words = paragraph.astext() if paragraph is not None else message.astext()
    is_error = message["level"] >= Reporter.ERROR_LEVEL or _MYST_OPTION.search(words)
    if not is_error or not re.search(_NAMED, words, re.I):
        return None
    words = _MYST_OPTION.sub("", words)
    span = Span(message.get("source") or str(path), message.get("line") or 0, 1)
    return Diagnostic.of(Code.OPTION, " ".join(words.split()), span)
