"""Finding the directives of a document without Sphinx.

The document is parsed by the parser of its markup, with two changes: our
directives are collected instead of run, and directives that only Sphinx or
another extension knows are entered, so that examples inside tabs, grids or
cards are found.  Those whose content is text to be shown (``code-block`` and
its like) are not entered: a directive that a manual shows is not an example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import Directive, Parser, directives, roles
from docutils.utils import Reporter

from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Span
from sphinx_airflow_prod.core.snippet import DIRECTIVES, RawDirective
from sphinx_airflow_prod.markup.reading import AnyOption, read_directive

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


@dataclass(frozen=True)
class Scanned:
    """The directives found in a document, in order, and what the parser said about them."""

    directives: tuple[RawDirective, ...]
    problems: tuple[Diagnostic, ...]


def scan(path: Path, *, myst_extensions: Sequence[str] = DEFAULT_MYST_EXTENSIONS) -> Scanned:
    """Return the directives of the document *path*, included files' too.

    *myst_extensions* are the ones that ``myst_enable_extensions`` names, for
    Markdown.  Raises :class:`OSError` where the file cannot be read and
    :class:`ImportError` where a Markdown file needs MyST-Parser.
    """
    text = path.read_text("utf-8-sig")
    if not any(name in text for name in DIRECTIVES) and "include" not in text:
        return Scanned((), ())
    found: list[RawDirective] = []
    problems: list[Diagnostic] = []
    settings: dict[str, Any] = {
        "report_level": Reporter.SEVERE_LEVEL + 1,
        "halt_level": Reporter.SEVERE_LEVEL + 1,
        "warning_stream": False,
        "file_insertion_enabled": True,
        "raw_enabled": False,
        "input_encoding": "utf-8",
        "_disable_config": True,
        "tab_width": 8,
    }
    parser = _parser(path, myst_extensions, settings)
    with _collecting(str(path), found):
        doctree = publish_doctree(
            text, source_path=str(path), parser=parser, settings_overrides=settings
        )
    for message in doctree.parse_messages + list(doctree.findall(nodes.system_message)):
        problem = _complaint(message, path)
        if problem and problem not in problems:
            problems.append(problem)
    unique = {(raw.span.path, raw.span.line): raw for raw in found}
    return Scanned(tuple(unique.values()), tuple(problems))


def _parser(path: Path, myst_extensions: Sequence[str], settings: dict[str, Any]) -> Any:
    if path.suffix.lower() not in MARKDOWN:
        return Parser()
    from myst_parser.parsers.docutils_ import Parser as MystParser

    settings["myst_enable_extensions"] = list(myst_extensions)
    settings["myst_suppress_warnings"] = ["myst"]
    return MystParser()


def _complaint(message: nodes.system_message, path: Path) -> Diagnostic | None:
    """Turn what docutils says about one of our directives into a diagnostic."""
    text = message.astext()
    if message["level"] < Reporter.ERROR_LEVEL or not any(f'"{n}"' in text for n in DIRECTIVES):
        return None
    paragraph = next(iter(message.findall(nodes.paragraph)), None)
    words = paragraph.astext() if paragraph is not None else text
    span = Span(message.get("source") or str(path), message.get("line") or 0, 1)
    return Diagnostic.of(Code.OPTION, " ".join(words.split()), span)


@contextmanager
def _collecting(document: str, found: list[RawDirective]) -> Iterator[None]:
    """Make docutils look up directives and roles here, and put things back afterwards.

    Sphinx does the same for its domains (``sphinx.util.docutils``); docutils
    has no other way to learn of directives that are not named beforehand.
    """
    real_directive: Callable[..., Any] = directives.directive
    real_role: Callable[..., Any] = roles.role

    class Collected(Directive):
        """One of our directives: noted, and nothing else."""

        has_content = True
        optional_arguments = 1
        final_argument_whitespace = True
        option_spec = AnyOption()

        def run(self) -> list[nodes.Node]:
            found.append(read_directive(self, document))
            return []

    def look_up_directive(name: str, language: Any, doc: Any) -> tuple[Any, list[Any]]:
        if name in DIRECTIVES:
            return Collected, []
        if name in LITERAL or name.startswith("auto"):
            return _Passed, []
        known, messages = real_directive(name, language, doc)
        return (known or _Entered), ([] if known is None else messages)

    def look_up_role(name: str, language: Any, line: int, reporter: Any) -> tuple[Any, list[Any]]:
        known, messages = real_role(name, language, line, reporter)
        return (known or _plain_role), ([] if known is None else messages)

    directives.directive = look_up_directive  # type: ignore[assignment]
    roles.role = look_up_role  # type: ignore[assignment]
    try:
        yield
    finally:
        directives.directive = real_directive
        roles.role = real_role


class _Entered(Directive):
    """A directive that docutils does not know: its content is parsed as markup."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
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
