"""Reference pages made of what the product declares: directives, settings, diagnostic codes.

Docs only.  Each directive of this extension takes no body and reads the one
list that the code itself uses, so that a page cannot say anything else.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from sphinx_airflow_prod.core.diagnostics import Code, Span
from sphinx_airflow_prod.core.grammar import DIRECTIVES
from sphinx_airflow_prod.core.options import DirectiveSpec
from sphinx_airflow_prod.core.pipeline import Evaluator
from sphinx_airflow_prod.core.settings import declared, default_of, from_mapping, spelt
from sphinx_airflow_prod.markup.scan import scan
from sphinx_airflow_prod.sybil_ext.plugin import ON_COMMAND_LINE

DOCS = Path(__file__).parents[1]
SAMPLE = DOCS / "charts" / "airflow-sample"
EXAMPLES = DOCS / "reference" / "codes.yaml"
"""For each code what triggers it and what mends it."""

_LITERAL = re.compile(r"``(.+?)``|(:[a-z][a-z-]*:)|'([^' ]+)'")


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
    block = nodes.literal_block(text.rstrip("\n"), text.rstrip("\n"), language=language)
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
        if dict not in declaration.metadata["types"]:
            facts.append(("pytest's ini file", name))
        if declaration.name in ON_COMMAND_LINE:
            facts.append(("pytest's command line", f"--{name.replace('_', '-')}=…"))
        if declaration.metadata["choices"]:
            facts.insert(0, ("one of", ", ".join(map(repr, declaration.metadata["choices"]))))
        listed = nodes.field_list(
            "",
            *(
                nodes.field(
                    "",
                    nodes.field_name("", label),
                    nodes.field_body("", nodes.paragraph("", "", nodes.literal("", value))),
                )
                for label, value in facts
            ),
        )
        target = f"setting-{name.replace('_', '-')}"
        return self.section(name, target, paragraph(declaration.metadata["summary"]), listed)


class CodeReference(_Reference):
    """``.. product-codes::``: every diagnostic code, with what triggers it, tried while building."""

    def run(self) -> list[nodes.Node]:
        """Return a section for each code."""
        self.env.note_dependency(str(EXAMPLES))
        examples = read_examples()
        with tempfile.TemporaryDirectory() as folder:
            return [self._of(each, examples[each.value], Path(folder)) for each in Code]

    def _of(self, each: Code, example: dict[str, Any], folder: Path) -> nodes.section:
        body: list[nodes.Node] = [
            paragraph(f"{each.summary} ", nodes.emphasis("", f"({each.severity})"))
        ]
        conf = example.get("conf", {})
        if "wrong" in example:
            if conf:
                body.append(code(written_conf(conf), "python", "conf.py"))
            body.append(code(example["wrong"], "rst", "guide.rst"))
            said = example.get("message") or "\n".join(complaints(example["wrong"], conf, folder))
            body.append(code(said, "text"))
        body.append(paragraph(nodes.strong("", "To mend it: "), each.remedy))
        if "right" in example:
            body.append(code(example["right"], "rst", "guide.rst"))
        if "note" in example:
            body.append(paragraph(example["note"]))
        return self.section(str(each.value), f"code-{each.value}".replace(".", "-"), *body)


def read_examples() -> dict[str, dict[str, Any]]:
    """Return what :data:`EXAMPLES` holds, by code."""
    examples: dict[str, dict[str, Any]] = yaml.safe_load(EXAMPLES.read_text("utf-8"))
    return examples


def written_conf(conf: dict[str, Any]) -> str:
    """Return settings as lines of a ``conf.py``."""
    return "\n".join(f"{spelt(name, 'helm_')} = {value!r}" for name, value in conf.items())


def complaints(text: str, conf: dict[str, Any], folder: Path) -> Iterator[str]:
    """Evaluate the document *text* and give what is said of it, as pytest would.

    *conf* are settings over those of the sample chart; *folder* may be written to.
    """
    settings, problems = from_mapping(
        {"chart": str(SAMPLE), **conf}, directory=DOCS, span=Span("conf.py"), prefix="helm_"
    )
    yield from (problem.format(folder) for problem in problems)
    document = folder / "guide.rst"
    document.write_text(text, "utf-8")
    found = scan(document, code_blocks=settings.code_blocks != "off")
    with Evaluator(settings, folder / "cache") as evaluator:
        report = evaluator.evaluate(found.snippets)
    for diagnostic in (*found.problems, *report.all_diagnostics()):
        yield diagnostic.format(folder)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives with Sphinx."""
    app.add_directive("product-directives", DirectiveReference)
    app.add_directive("product-settings", SettingReference)
    app.add_directive("product-codes", CodeReference)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
