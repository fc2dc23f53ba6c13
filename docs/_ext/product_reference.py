"""Reference pages made of what the product declares: directives, roles, settings, diagnostic codes.

Docs only.  Each directive of this extension takes no body and reads the one
list that the code itself uses, so that a page cannot say anything else.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import yaml
from _pytest.config.argparsing import Parser
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from sphinx_airflow_prod.core.diagnostics import Code, Span
from sphinx_airflow_prod.core.grammar import DIRECTIVES
from sphinx_airflow_prod.core.options import DirectiveSpec
from sphinx_airflow_prod.core.pipeline import Evaluator
from sphinx_airflow_prod.core.roles import ROLES, RoleSpec
from sphinx_airflow_prod.core.settings import (
    declared,
    default_of,
    from_mapping,
    is_text,
    spelt,
)
from sphinx_airflow_prod.markup.scan import scan
from sphinx_airflow_prod.sybil_ext import plugin
from sphinx_airflow_prod.sybil_ext.plugin import ON_COMMAND_LINE

DOCS = Path(__file__).parents[1]
SAMPLE = DOCS / "charts" / "airflow-sample"
EXAMPLES = DOCS / "reference" / "codes.yaml"
"""For each code what triggers it and what mends it."""

_LITERAL = re.compile(
    r"``(.+?)``|(:[a-z][a-z-]*:)|'([^' ]+)'"
    r"|\b((?:helm|airflow)_[a-z_]+|(?:conf\.py|pyproject\.toml|values\.schema\.json))\b"
)


def prose(text: str) -> list[nodes.Node]:
    """Return *text* with ``literals``, ``:options:`` and quoted words set as code."""
    found: list[nodes.Node] = []
    end = 0
    for match in _LITERAL.finditer(text):
        word = next(filter(None, match.groups()))
        found += [nodes.Text(text[end : match.start()]), nodes.literal("", word)]
        end = match.end()
    return [*found, nodes.Text(text[end:])]


def paragraph(*parts: nodes.Node | str) -> nodes.paragraph:
    """Return a paragraph; strings are read by :func:`prose`."""
    children: list[nodes.Node] = []
    for part in parts:
        children += prose(part) if isinstance(part, str) else [part]
    return nodes.paragraph("", "", *children)


def code(text: str, language: str, caption: str = "") -> nodes.Node:
    """Return a block of code, with a caption where one is given."""
    text = text.rstrip("\n")
    block = nodes.literal_block(text, text, language=language)
    if not caption:
        return block
    return nodes.container(
        "", nodes.caption("", caption), block, literal_block=True,
        classes=["literal-block-wrapper"],
    )  # fmt: skip


def definitions(entries: Iterable[tuple[Sequence[nodes.Node], Sequence[nodes.Node]]]) -> nodes.Node:
    """Return a definition list of terms and what is said of them."""
    return nodes.definition_list(
        "",
        *(
            nodes.definition_list_item(
                "", nodes.term("", "", *term), nodes.definition("", *definition)
            )
            for term, definition in entries
        ),
    )


def table(rows: Sequence[Sequence[Sequence[nodes.Node]]], widths: Sequence[int]) -> nodes.table:
    """Return a table without a head; a cell is what stands in its paragraph."""
    group = nodes.tgroup("", cols=len(widths))
    group += [nodes.colspec(colwidth=width) for width in widths]
    body = nodes.tbody()
    for row in rows:
        entries = (nodes.entry("", nodes.paragraph("", "", *cell)) for cell in row)
        body += nodes.row("", *entries)
    group += body
    return nodes.table("", group)


class _Reference(SphinxDirective):
    """A directive that fills a page with sections, one for each thing declared."""

    def section(self, title: str, target: str, *body: nodes.Node) -> nodes.section:
        """Return a section whose *target* other pages can refer to."""
        section = nodes.section("", nodes.title("", "", nodes.literal("", title)), *body)
        section["names"].append(target)
        self.state.document.note_implicit_target(section, section)
        self.env.domains.standard_domain.note_hyperlink_target(
            target, self.env.docname, section["ids"][0], title
        )
        return section


class DirectiveReference(_Reference):
    """``.. product-directives::``: every directive with its options."""

    def run(self) -> list[nodes.Node]:
        """Return a section for each directive."""
        return [self._of(spec) for spec in DIRECTIVES.values()]

    def _of(self, spec: DirectiveSpec) -> nodes.section:
        options = definitions(
            (
                [nodes.literal("", f":{option.name}: {option.metavar}".rstrip())],
                [paragraph(option.summary)],
            )
            for option in spec.options.values()
        )
        target = f"directive-{spec.name.replace(':', '-')}"
        return self.section(spec.name, target, paragraph(spec.summary), options)


class RoleReference(_Reference):
    """``.. product-roles::``: every role with what may stand in it."""

    def run(self) -> list[nodes.Node]:
        """Return a section for each role."""
        return [self._of(spec) for spec in ROLES.values()]

    def _of(self, spec: RoleSpec) -> nodes.section:
        forms = [[[nodes.literal("", f":{spec.name}:`{form}`")]] for form in spec.syntax]
        target = f"role-{spec.name.replace(':', '-')}"
        return self.section(spec.name, target, paragraph(spec.summary), table(forms, (1,)))


class SettingReference(_Reference):
    """``.. product-settings::``: every setting, as each adapter spells it."""

    def run(self) -> list[nodes.Node]:
        """Return a section for each setting."""
        return [self._of(declaration) for declaration in declared()]

    def _of(self, declaration: Any) -> nodes.section:
        name = spelt(declaration.name, "helm_")
        facts: list[tuple[str, str]] = [
            ("default", repr(default_of(declaration))),
            ("conf.py", name),
            ("pyproject.toml", declaration.name.replace("_", "-")),
        ]
        if is_text(declaration):
            facts.append(("pytest's ini file", name))
        if declaration.name in ON_COMMAND_LINE:
            facts.append(("pytest's command line", f"--{name.replace('_', '-')}=…"))
        if declaration.metadata["choices"]:
            facts.insert(0, ("one of", ", ".join(map(repr, declaration.metadata["choices"]))))
        rows: list[list[list[nodes.Node]]] = [
            [prose(label), [nodes.literal("", value)]] for label, value in facts
        ]
        listed = table([[prose("takes"), prose(accepted(declaration))], *rows], (1, 3))
        target = f"setting-{name.replace('_', '-')}"
        return self.section(name, target, paragraph(declaration.metadata["summary"]), listed)


_KINDS = {str: "text", Path: "a path", dict: "a table", list: "a list", int: "a number"}


def accepted(declaration: Any) -> str:
    """Say in words what a setting takes; a path may always be written as text."""
    types = declaration.metadata["types"]
    words = [word for kind, word in _KINDS.items() if kind in types]
    if default_of(declaration) is None:
        words.append("None")
    return " or ".join(words)


class PytestReference(_Reference):
    """``.. product-pytest-options::``: what the plugin adds to pytest's command line."""

    def run(self) -> list[nodes.Node]:
        """Return the options with pytest's own words for them."""
        parser = Parser(_ispytest=True)
        plugin.pytest_addoption(parser)
        (group,) = (group for group in parser._groups if group.options)
        return [
            definitions(
                (
                    [nodes.literal("", _spelt_option(option.attrs()))],
                    [paragraph(option.attrs()["help"])],
                )
                for option in group.options
            )
        ]


def _spelt_option(option: Mapping[str, Any]) -> str:
    name: str = option["option_strings"][0]
    return name if option["nargs"] == 0 else f"{name}=…"


class CodeReference(_Reference):
    """``.. product-codes::``: every diagnostic code, with what triggers it, tried at once."""

    def run(self) -> list[nodes.Node]:
        """Return a section for each code."""
        self.env.note_dependency(str(EXAMPLES))
        examples = read_examples()
        with tempfile.TemporaryDirectory() as folder, Critic(Path(folder)) as critic:
            return [self._of(each, examples.get(each.value, {}), critic) for each in Code]

    def _of(self, each: Code, example: dict[str, Any], critic: Critic) -> nodes.section:
        body: list[nodes.Node] = [
            paragraph(f"{each.summary} ", nodes.emphasis("", f"({each.severity})"))
        ]
        if "shown" in example:
            body.append(code(example["shown"], example.get("language", "rst")))
        if "wrong" in example:
            body += [code(text, _language(name), name) for name, text in files_of(example).items()]
            body += _conf(example.get("conf"))
            body.append(code(example["wrong"], "rst", "guide.rst"))
            said = code("\n".join(critic.of_wrong(example)), "text")
            body.append(nodes.container("", said, classes=["said"]))
        body.append(paragraph(nodes.strong("", "To mend it:"), f" {each.remedy}"))
        if "right" in example:
            body += _conf(example.get("right-conf"))
            body.append(code(example["right"], "rst", "guide.rst"))
        if "note" in example:
            body += self.parse_text_to_nodes(example["note"])
        return self.section(str(each.value), f"code-{each.value}".replace(".", "-"), *body)


def _conf(conf: Mapping[str, Any] | None) -> list[nodes.Node]:
    return [code(written_conf(conf), "python", "conf.py")] if conf else []


def _language(name: str) -> str:
    return "json" if name.endswith(".json") else "helm-manifest"


def files_of(example: Mapping[str, Any]) -> dict[str, str]:
    """Return the files that an example needs beside its document, as far as they tell something."""
    files: dict[str, str] = example.get("files", {})
    return files


def read_examples() -> dict[str, dict[str, Any]]:
    """Return what :data:`EXAMPLES` holds, by code."""
    examples: dict[str, dict[str, Any]] = yaml.safe_load(EXAMPLES.read_text("utf-8"))
    return examples


def written_conf(conf: Mapping[str, Any]) -> str:
    """Return settings as lines of a ``conf.py``."""
    return "\n".join(f"{spelt(name, 'helm_')} = {value!r}" for name, value in conf.items())


class Critic:
    """Says of documents what pytest would; those with the same settings share workers and cache.

    *folder* may be written to.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._evaluators: dict[str, Evaluator] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for evaluator in self._evaluators.values():
            evaluator.close()

    def of_wrong(self, example: Mapping[str, Any]) -> list[str]:
        """Return what is wrong with the document that triggers a code."""
        return self._of(example, "wrong", example.get("conf", {}))

    def of_right(self, example: Mapping[str, Any]) -> list[str]:
        """Return what is wrong with the mended document: nothing, one hopes."""
        return self._of(example, "right", example.get("right-conf", {}))

    def _of(self, example: Mapping[str, Any], which: str, conf: Mapping[str, Any]) -> list[str]:
        # a folder of its own: a chart that is written over would still be known by its name
        folder = self._folder
        if files_of(example):
            folder = Path(tempfile.mkdtemp(dir=self._folder))
            _write(folder, {"chart/Chart.yaml": CHART, **files_of(example)})
        return self._complaints(folder, example[which], conf, bool(example.get("effects")))

    def _complaints(
        self, folder: Path, text: str, conf: Mapping[str, Any], effects: bool
    ) -> list[str]:
        """Say what is wrong with the document *text*; *conf* is over the sample's settings."""
        settings, problems = from_mapping(
            {"chart": str(SAMPLE), **conf}, directory=folder, span=Span("conf.py"), prefix="helm_"
        )
        document = folder / "guide.rst"
        document.write_text(text, "utf-8")
        found = scan(document)
        evaluator = self._evaluators.setdefault(
            f"{settings!r} {effects}", Evaluator(settings, self._folder / "cache", effects=effects)
        )
        report = evaluator.evaluate(found.snippets, roles=found.roles)
        said = [
            diagnostic.format(folder)
            for diagnostic in (*problems, *found.problems, *report.all_diagnostics())
        ]
        return [
            words.replace(f"{folder}{os.sep}", "").replace(str(folder), "its folder")
            for words in said
        ]


CHART = """apiVersion: v2
name: example
version: 1.0.0
"""


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives with Sphinx."""
    app.add_directive("product-directives", DirectiveReference)
    app.add_directive("product-roles", RoleReference)
    app.add_directive("product-settings", SettingReference)
    app.add_directive("product-codes", CodeReference)
    app.add_directive("product-pytest-options", PytestReference)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
