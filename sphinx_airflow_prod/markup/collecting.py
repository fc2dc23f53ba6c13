"""What docutils looks up while a document is scanned: our directives and roles, to be noted.

Sphinx does the same for its domains (``sphinx.util.docutils``); docutils has no
other way to learn of directives and roles that are not named beforehand.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive, directives, roles

from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic
from sphinx_airflow_prod.core.roles import ROLES, Role, RoleKey, misspelt, read_role
from sphinx_airflow_prod.core.snippet import DIRECTIVES, RawDirective, block_name
from sphinx_airflow_prod.markup.reading import AnyOption, read_directive
from sphinx_airflow_prod.markup.roles import Call, read_raw_role

LITERAL = frozenset(
    {
        "code", "code-block", "sourcecode", "code-cell", "code-tab", "literalinclude",
        "prompt", "command-output", "program-output", "highlight",
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


@dataclass
class Found:
    """What was met in a document, in order; ``blocks`` are literal ones by name and caption."""

    directives: list[RawDirective] = field(default_factory=list)
    roles: dict[RoleKey, Role] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    blocks: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def collecting(document: str) -> Iterator[Found]:
    """Make docutils look up directives and roles here, and put things back afterwards.

    *document* is the absolute path of the file that is being read.  Directives
    and roles that Sphinx or an extension has registered in this process (a test
    suite may have built a site) need Sphinx' environment, and count as unknown.
    """
    real_directive: Callable[..., Any] = directives.directive
    real_role: Callable[..., Any] = roles.role
    default_domain = default_role = ""
    found = Found()

    class Collected(Directive):
        """One of our directives: noted, and nothing else."""

        has_content = True
        optional_arguments = 1
        final_argument_whitespace = True
        option_spec = AnyOption()

        def run(self) -> list[nodes.Node]:
            raw = read_directive(self, document)
            found.directives.append(raw)
            return [Marker(key=(raw.span.path, raw.span.line))]

    class Misspelt(Collected):
        """A directive of our domains that does not exist."""

        def run(self) -> list[nodes.Node]:
            near = difflib.get_close_matches(self.name.lower(), DIRECTIVES, 1)
            hint = f" (did you mean '{near[0]}'?)" if near else ""
            message = f"unknown directive '{self.name}'{hint}"
            span = read_directive(self, document).span
            found.problems.append(Diagnostic.of(Code.OPTION, message, span))
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
            found.blocks.extend(
                (self.options[option], text)
                for option in ("name", "caption")
                if option in self.options
            )
            block = nodes.literal_block(text, text, language="".join(self.arguments[:1]))
            block.source, block.line = self.state_machine.get_source_and_line(self.lineno)
            if "name" in self.options:
                block["names"] = [block_name(self.options["name"])]
            return [block]

    class DefaultRole(Directive):
        """``.. default-role:: helm:value`` lets the rest of the document write backquotes only."""

        optional_arguments = 1

        def run(self) -> list[nodes.Node]:
            nonlocal default_role
            default_role = "".join(self.arguments)
            return []

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
        if name == "default-role":
            return DefaultRole, []
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
            found.roles.setdefault(role.key, role)
            return [nodes.literal("", role.shown)], []

        return collected

    def misspelt_role(
        name: str, *call: Any, **_more: Any
    ) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Complain about a role of our domains that does not exist."""
        span = read_raw_role(name, Call(*call[:4]), document).span
        found.problems.append(Diagnostic.of(Code.ROLE, misspelt(name), span))
        return [], []

    def look_up_role(name: str, language: Any, line: int, reporter: Any) -> tuple[Any, list[Any]]:
        name = name or default_role
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
        yield found
    finally:
        directives.directive = real_directive
        roles.role = real_role


def _is_of_docutils(known: Any) -> bool:
    return getattr(known, "__module__", "").startswith("docutils.")


class Marker(nodes.Invisible, nodes.Element):
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
