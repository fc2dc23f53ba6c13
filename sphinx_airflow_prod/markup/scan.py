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

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import Directive, Parser, directives, roles
from docutils.utils import Reporter

from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Span
from sphinx_airflow_prod.core.roles import ROLES, Role, RoleKey, misspelt, read_role
from sphinx_airflow_prod.core.snippet import (
    DIRECTIVES,
    RawDirective,
    Snippet,
    block_name,
    read_code_block,
    read_snippet,
    with_blocks,
)
from sphinx_airflow_prod.markup.codeblocks import yaml_blocks
from sphinx_airflow_prod.markup.reading import AnyOption, read_directive
from sphinx_airflow_prod.markup.roles import Call, read_raw_role

MARKDOWN = (".md", ".markdown")
DEFAULT_MYST_EXTENSIONS = ("colon_fence",)

LITERAL = frozenset(
    {
        "code", "code-block", "sourcecode", "code-cell", "code-tab", "literalinclude",
        "parsed-literal", "prompt", "command-output", "program-output", "highlight",
        "productionlist", "math", "raw", "mermaid", "graphviz", "digraph", "graph", "uml",
        "doctest", "testcode", "testoutput", "testsetup", "testcleanup", "ipython", "jsonschema",
        "comment", "toctree", "autoclass", "autofunction", "automodule", "autosummary", "meta",
    }
)  # fmt: skip
"""Directives whose content is not markup."""

SHOWN = frozenset({"code", "code-block", "sourcecode", "literalinclude"})
"""Those of them whose text counts as shown by the document."""

DOMAINS = frozenset(name.partition(":")[0] for name in DIRECTIVES)
"""The Sphinx domains that our directives live in."""

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
    found: list[RawDirective] = []
    met: dict[RoleKey, Role] = {}
    problems: list[Diagnostic] = []
    blocks: list[tuple[str, str]] = []
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
    with _collecting(str(path), found, met, problems, blocks):
        doctree = publish_doctree(
            text, source_path=str(path), parser=parser, settings_overrides=settings
        )
    for message in doctree.parse_messages + list(doctree.findall(nodes.system_message)):
        problem = _complaint(message, path)
        if problem and problem not in problems:
            problems.append(problem)
    unique = {(raw.span.path, raw.span.line): raw for raw in found}
    snippets = {key: read_snippet(raw) for key, raw in unique.items()}
    if code_blocks:
        snippets = _with_code_blocks(snippets, doctree, str(path))
    return Scanned(
        tuple(unique.values()),
        tuple(problems),
        tuple(with_blocks(snippet, blocks) for snippet in snippets.values()),
        tuple(met.values()),
    )


def _with_code_blocks(
    snippets: Mapping[tuple[str, int], Snippet], doctree: nodes.document, document: str
) -> dict[tuple[str, int], Snippet]:
    """Put ordinary code blocks among *snippets*, in the order of the document."""
    inferred = {id(block): raw for block, raw in yaml_blocks(doctree, document)}
    ordered: dict[tuple[str, int], Snippet] = {}
    for node in doctree.findall():
        if isinstance(node, _Marker):
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


@contextmanager
def _collecting(
    document: str,
    found: list[RawDirective],
    met: dict[RoleKey, Role],
    problems: list[Diagnostic],
    blocks: list[tuple[str, str]],
) -> Iterator[None]:
    """Make docutils look up directives and roles here, and put things back afterwards.

    Sphinx does the same for its domains (``sphinx.util.docutils``); docutils
    has no other way to learn of directives that are not named beforehand.
    Directives and roles that Sphinx or an extension has registered in this
    process (a test suite may have built a site) need Sphinx' environment, and
    count as unknown.
    """
    real_directive: Callable[..., Any] = directives.directive
    real_role: Callable[..., Any] = roles.role
    default_domain = ""

    class Collected(Directive):
        """One of our directives: noted, and nothing else."""

        has_content = True
        optional_arguments = 1
        final_argument_whitespace = True
        option_spec = AnyOption()

        def run(self) -> list[nodes.Node]:
            raw = read_directive(self, document)
            found.append(raw)
            return [_Marker(key=(raw.span.path, raw.span.line))]

    class Misspelt(Collected):
        """A directive of our domains that does not exist."""

        def run(self) -> list[nodes.Node]:
            near = difflib.get_close_matches(self.name.lower(), DIRECTIVES, 1)
            hint = f" (did you mean '{near[0]}'?)" if near else ""
            message = f"unknown directive '{self.name}'{hint}"
            span = read_directive(self, document).span
            problems.append(Diagnostic.of(Code.OPTION, message, span))
            return []

    class Shown(_Passed):
        """A block of code: its text is noted under its name and its caption."""

        optional_arguments = 1
        final_argument_whitespace = True

        def run(self) -> list[nodes.Node]:
            if self.name.lower() == "literalinclude":
                file = Path(document).parent / "".join(self.arguments)
                text = file.read_text("utf-8-sig") if file.is_file() else ""
            else:
                text = "\n".join(self.content)
            if "caption" in self.options:  # Sphinx reads it as markup
                self.state.inline_text(self.options["caption"], self.lineno)
            blocks.extend(
                (self.options[option], text)
                for option in ("name", "caption")
                if option in self.options
            )
            block = nodes.literal_block(text, text, language="".join(self.arguments[:1]))
            block.source, block.line = self.state_machine.get_source_and_line(self.lineno)
            if "name" in self.options:
                block["names"] = [block_name(self.options["name"])]
            return [block]

    class DefaultDomain(Directive):
        """``.. default-domain:: helm`` lets the rest of the document leave ``helm:`` out."""

        optional_arguments = 1

        def run(self) -> list[nodes.Node]:
            nonlocal default_domain
            default_domain = "".join(self.arguments).lower()
            return []

    def look_up_directive(name: str, language: Any, doc: Any) -> tuple[Any, list[Any]]:
        name = name.lower()
        if name in DIRECTIVES or f"{default_domain}:{name}" in DIRECTIVES:
            return Collected, []
        if name.partition(":")[0] in DOMAINS and ":" in name:
            return Misspelt, []
        if name == "default-domain":
            return DefaultDomain, []
        if name in SHOWN:
            return Shown, []
        if name in LITERAL or name.startswith("auto"):
            return _Passed, []
        known, messages = real_directive(name, language, doc)
        return (known, messages) if _is_of_docutils(known) else (_Entered, [])

    def collect_role(name: str) -> Callable[..., Any]:
        def collected(
            _name: str, *call: Any, **_more: Any
        ) -> tuple[list[nodes.Node], list[nodes.system_message]]:
            role = read_role(read_raw_role(name, Call(*call[:4]), document))
            met.setdefault(role.key, role)
            return [nodes.literal("", role.shown)], []

        return collected

    def misspelt_role(
        name: str, *call: Any, **_more: Any
    ) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Complain about a role of our domains that does not exist."""
        span = read_raw_role(name, Call(*call[:4]), document).span
        problems.append(Diagnostic.of(Code.ROLE, misspelt(name), span))
        return [], []

    def look_up_role(name: str, language: Any, line: int, reporter: Any) -> tuple[Any, list[Any]]:
        full = name.lower()
        for known in (full, f"{default_domain}:{full}"):
            if known in ROLES:
                return collect_role(known), []
        if full.partition(":")[0] in DOMAINS and ":" in full:
            return misspelt_role, []
        known, messages = real_role(name, language, line, reporter)
        return (known, messages) if _is_of_docutils(known) else (_plain_role, [])

    directives.directive = look_up_directive  # type: ignore[assignment]
    roles.role = look_up_role  # type: ignore[assignment]
    try:
        yield
    finally:
        directives.directive = real_directive
        roles.role = real_role


def _is_of_docutils(known: Any) -> bool:
    return getattr(known, "__module__", "").startswith("docutils.")


class _Marker(nodes.Invisible, nodes.Element):
    """Stands where one of our directives stood; ``key`` is its file and line."""


class _Entered(Directive):
    """A directive that docutils does not know: its content is parsed as markup.

    It takes no argument, so that docutils gives what may be one as the first
    lines of the content: whether ``.. seealso::`` with a directive on the next
    line has an argument, only its own class knows.
    """

    has_content = True
    option_spec = AnyOption()

    def run(self) -> list[nodes.Node]:
        container = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, container)
        return [container]


class _Passed(_Entered):
    """A directive whose content is text to be shown."""

    def run(self) -> list[nodes.Node]:
        return []


def _plain_role(
    _name: str, rawtext: str, text: str, *_rest: Any, **_options: Any
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """Stand in for a role that docutils does not know."""
    return [nodes.inline(rawtext, text)], []
