"""The one grammar: directives read, with the defaults of their options.

What directives and options there are is declared in :mod:`.grammar`; Sphinx'
domains, the readers of Sybil and the reference page derive from it.  Options
reach this module as the strings that the author wrote, so that all adapters
read them alike and complain alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, cast

from sphinx_airflow_prod.core import options as read
from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Span
from sphinx_airflow_prod.core.grammar import (
    CONFIG,
    DIRECTIVES,
    ENV,
    MANIFEST,
    OPTIONS,
    PARAMETERS,
    SECRET,
    VALUES,
)
from sphinx_airflow_prod.core.options import DirectiveSpec, RawDirective, read_options
from sphinx_airflow_prod.core.selectors import Selector
from sphinx_airflow_prod.core.source import SourceText

__all__ = [
    "DIRECTIVES",
    "MANIFEST_LANGUAGE",
    "AirflowKind",
    "AirflowOptions",
    "AirflowSnippet",
    "ManifestOptions",
    "ManifestSnippet",
    "RawDirective",
    "SecretOptions",
    "SecretSnippet",
    "Snippet",
    "SnippetKey",
    "TableOptions",
    "TableSnippet",
    "ValuesOptions",
    "ValuesSnippet",
    "block_name",
    "is_about_airflow",
    "read_code_block",
    "read_snippet",
    "with_blocks",
]

MANIFEST_LANGUAGE = "helm-manifest"
"""Name of the lexer for manifests with ``...`` in them."""

DEFAULT_TABS = ("values", "changes", "manifests")


@dataclass(frozen=True)
class ValuesOptions:
    """The options of ``helm:values``, read; ``None`` or empty where not given."""

    name: str | None = None
    caption: str | None = None
    file: str | None = None
    chart: str | None = None
    extends: tuple[str, ...] = ()
    release: str | None = None
    namespace: str | None = None
    kube_version: str | None = None
    api_versions: tuple[str, ...] = ()
    show: tuple[Selector, ...] = ()
    tabs: tuple[str, ...] = DEFAULT_TABS
    full: bool = False
    fails: str | None = None
    no_render: bool = False
    no_effect: bool = False
    skip: str | None = None
    emphasize_lines: tuple[int, ...] = ()
    linenos: bool = False
    class_: tuple[str, ...] = ()


@dataclass(frozen=True)
class ManifestOptions:
    """The options of ``helm:manifest``, read."""

    name: str | None = None
    caption: str | None = None
    of: str | None = None
    exact: bool = False
    absent: bool = False
    same_as_default: bool = False
    skip: str | None = None
    emphasize_lines: tuple[int, ...] = ()
    linenos: bool = False
    class_: tuple[str, ...] = ()


@dataclass(frozen=True)
class SecretOptions:
    """The options of ``helm:secret``, read."""

    name: str | None = None
    caption: str | None = None
    for_: tuple[str, ...] = ()
    decodes_to: tuple[str, ...] = ()
    skip: str | None = None
    emphasize_lines: tuple[int, ...] = ()
    linenos: bool = False
    class_: tuple[str, ...] = ()


@dataclass(frozen=True)
class AirflowOptions:
    """The options of ``airflow:config``, ``airflow:env`` and ``airflow:command``, read."""

    name: str | None = None
    caption: str | None = None
    fails: str | None = None
    skip: str | None = None
    emphasize_lines: tuple[int, ...] = ()
    linenos: bool = False
    class_: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableOptions:
    """The options of ``helm:parameters`` and ``airflow:options``, read."""

    name: str | None = None
    chart: str | None = None
    depth: int | None = None
    no_index: bool = False
    skip: str | None = None
    class_: tuple[str, ...] = ()


SnippetKey = tuple[str, str, int]
"""What names a snippet within a site: document, file and line of the directive."""


@dataclass(frozen=True)
class Snippet:
    """A directive of a document, read by the grammar and ready to be evaluated.

    ``document`` is the file that was read, ``span`` where the directive
    stands; ``problems`` are what the grammar itself found wrong.
    """

    document: str
    span: Span
    options: ValuesOptions | ManifestOptions | SecretOptions | AirflowOptions | TableOptions
    body: SourceText
    option_spans: Mapping[str, Span] = field(default_factory=dict)
    problems: tuple[Diagnostic, ...] = ()

    @property
    def key(self) -> SnippetKey:
        """Document, file and line: the same directive parsed twice has the same key."""
        return (self.document, self.span.path, self.span.line)

    def option_span(self, name: str) -> Span:
        """Return where an option stands, or the directive where it does not."""
        return self.option_spans.get(name, self.span)


@dataclass(frozen=True)
class ValuesSnippet(Snippet):
    """A ``helm:values`` example.

    ``file`` is the absolute path of the file that ``:file:`` brought in,
    whether or not it could be read.  ``inferred`` tells that the author wrote
    an ordinary code block, which may turn out to be something else.
    """

    options: ValuesOptions
    file: str | None = None
    inferred: bool = False


@dataclass(frozen=True)
class ManifestSnippet(Snippet):
    """A ``helm:manifest`` claim; ``resource`` is the one that the argument names."""

    options: ManifestOptions
    resource: Selector | None = None


@dataclass(frozen=True)
class SecretSnippet(Snippet):
    """A ``helm:secret``: commands or manifests that make Secrets.

    ``blocks`` are the literal blocks of the document that have a name or a
    caption, by it (lower case) in the order of the document: what base64 is
    held against, and what stands for files that commands name.
    """

    options: SecretOptions
    blocks: tuple[tuple[str, str], ...] = ()


AirflowKind = Literal["config", "env", "command"]


@dataclass(frozen=True)
class AirflowSnippet(Snippet):
    """Configuration of Airflow, in one of two notations, or its commands."""

    options: AirflowOptions
    kind: AirflowKind = "config"


@dataclass(frozen=True)
class TableSnippet(Snippet):
    """A reference table: of values (``parameters``), or of Airflow's ``options``.

    ``names`` are the paths or sections that its argument names, with their
    places; without any, all are meant.
    """

    options: TableOptions
    kind: Literal["parameters", "options"] = "parameters"
    names: tuple[tuple[str, Span], ...] = ()


def is_about_airflow(snippet: Snippet) -> bool:
    """Whether Airflow, and no chart, is what *snippet* is checked against."""
    if isinstance(snippet, TableSnippet):
        return snippet.kind == "options"
    return isinstance(snippet, AirflowSnippet)


def read_snippet(raw: RawDirective) -> Snippet:
    """Read a directive of ours; whatever is wrong with it becomes a problem of the snippet.

    A file named by ``:file:`` is looked for beside the document that holds the
    directive, and its text takes the place of the body.
    """
    name = raw.name.lower()
    if name not in DIRECTIVES:  # its domain is the document's default
        name = next(full for full in DIRECTIVES if full.partition(":")[2] == name)
    readers = {
        VALUES.name: _read_values, MANIFEST.name: _read_manifest, SECRET.name: _read_secret,
        PARAMETERS.name: _read_parameters, OPTIONS.name: _read_options_table,
    }  # fmt: skip
    return readers[name](raw) if name in readers else _read_airflow(raw, DIRECTIVES[name])


def read_code_block(raw: RawDirective) -> ValuesSnippet:
    """Read an ordinary code block as if it were ``helm:values``."""
    return replace(_read_values(raw), inferred=True)


def with_blocks(snippet: Snippet, blocks: Iterable[tuple[str, str]]) -> Snippet:
    """Return *snippet* knowing the literal blocks of its document, by name or caption.

    Names are folded as docutils folds them, captions alike; of two blocks with
    one name the first counts.
    """
    if not isinstance(snippet, SecretSnippet):
        return snippet
    folded: dict[str, str] = {}
    for name, text in blocks:
        folded.setdefault(block_name(name), text)
    return replace(snippet, blocks=tuple(folded.items()))


def block_name(name: str) -> str:
    """Return how a block's name is compared: docutils folds case and spaces of names."""
    return " ".join(name.lower().split())


def _read_values(raw: RawDirective) -> ValuesSnippet:
    values, problems = read_options(VALUES, raw)
    options = ValuesOptions(**values)
    problems += _no_argument(VALUES, raw, "values stand in the body")
    body, file = raw.body, None
    if options.file is not None:
        span = raw.option_spans.get("file", raw.span)
        path = Path(raw.span.path).parent / options.file
        file = str(path)
        if body.text.strip():
            message = "option 'file' and a body exclude each other; the body is not looked at"
            problems.append(Diagnostic.of(Code.OPTION, message, span))
        try:
            text = path.read_text("utf-8-sig").replace("\r\n", "\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "is not UTF-8"
            message = f"cannot read {options.file!r}: {reason}"
            problems.append(Diagnostic.of(Code.FILE, message, span))
            body = SourceText("", ())
        else:
            body = SourceText.whole_file(text, str(path))
    problems += _past_the_end(options.emphasize_lines, body, raw)
    spans = dict(raw.option_spans)
    return ValuesSnippet(raw.document, raw.span, options, body, spans, tuple(problems), file)


def _read_manifest(raw: RawDirective) -> ManifestSnippet:
    values, problems = read_options(MANIFEST, raw)
    options = ManifestOptions(**values)
    problems += _past_the_end(options.emphasize_lines, raw.body, raw)
    resource = None
    if raw.argument:
        try:
            resource = read.selector(raw.argument)
        except ValueError as error:
            problems.append(Diagnostic.of(Code.OPTION, f"argument {error}", raw.span))
    spans = dict(raw.option_spans)
    return ManifestSnippet(
        raw.document, raw.span, options, raw.body, spans, tuple(problems), resource
    )


def _read_secret(raw: RawDirective) -> SecretSnippet:
    values, problems = read_options(SECRET, raw)
    if "for" in values:
        values["for_"] = values.pop("for")
    options = SecretOptions(**values)
    problems += _no_argument(SECRET, raw, "commands or manifests stand in the body")
    problems += _past_the_end(options.emphasize_lines, raw.body, raw)
    spans = dict(raw.option_spans)
    return SecretSnippet(raw.document, raw.span, options, raw.body, spans, tuple(problems))


def _read_airflow(raw: RawDirective, spec: DirectiveSpec) -> AirflowSnippet:
    values, problems = read_options(spec, raw)
    options = AirflowOptions(**values)
    what = {CONFIG.name: "lines of an airflow.cfg", ENV.name: "shell lines that set variables"}
    problems += _no_argument(
        spec, raw, f"{what.get(spec.name, 'lines of shell')} stand in the body"
    )
    problems += _past_the_end(options.emphasize_lines, raw.body, raw)
    kind = cast("AirflowKind", spec.name.partition(":")[2])
    spans = dict(raw.option_spans)
    return AirflowSnippet(raw.document, raw.span, options, raw.body, spans, tuple(problems), kind)


def _read_parameters(raw: RawDirective) -> TableSnippet:
    return _read_table(raw, PARAMETERS, "parameters")


def _read_options_table(raw: RawDirective) -> TableSnippet:
    return _read_table(raw, OPTIONS, "options")


def _read_table(
    raw: RawDirective, spec: DirectiveSpec, kind: Literal["parameters", "options"]
) -> TableSnippet:
    values, problems = read_options(spec, raw)
    names: list[tuple[str, Span]] = []
    for word, span in zip(raw.argument.split(), raw.argument_spans, strict=False):
        start = 0
        for part in word.split(","):
            if part:
                names.append((part, Span(span.path, span.line, span.column + start)))
            start += len(part) + 1
    body = raw.body
    if body.text.strip():
        message = f"{spec.name} takes no body: name paths after it, on the same line"
        problems.append(Diagnostic.of(Code.OPTION, message, body.origins[0]))
        body = SourceText("", ())
    return TableSnippet(
        raw.document, raw.span, TableOptions(**values), body,
        dict(raw.option_spans), tuple(problems), kind, tuple(names),
    )  # fmt: skip


def _no_argument(spec: DirectiveSpec, raw: RawDirective, instead: str) -> list[Diagnostic]:
    if not raw.argument:
        return []
    message = f"{spec.name} takes no argument, got {raw.argument!r}; {instead}, after an empty line"
    return [Diagnostic.of(Code.OPTION, message, raw.span)]


def _past_the_end(lines: tuple[int, ...], body: SourceText, raw: RawDirective) -> list[Diagnostic]:
    count = len(body.text.splitlines())
    if not count or all(line <= count for line in lines):
        return []
    message = f"option 'emphasize-lines' names a line past the last, {count}"
    return [Diagnostic.of(Code.OPTION, message, raw.option_spans.get("emphasize-lines", raw.span))]
