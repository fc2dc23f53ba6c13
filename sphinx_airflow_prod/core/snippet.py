"""The one grammar: names, options and defaults of every directive.

Sphinx' ``option_spec``, the readers of Sybil and the reference page derive
from what is declared here.  Options reach this module as the strings that the
author wrote, so that all adapters read them alike and complain alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from sphinx_airflow_prod.core import options as read
from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Span
from sphinx_airflow_prod.core.options import DirectiveSpec, Option, RawDirective, read_options
from sphinx_airflow_prod.core.selectors import Selector
from sphinx_airflow_prod.core.source import SourceText

__all__ = [
    "DIRECTIVES",
    "MANIFEST_LANGUAGE",
    "ManifestOptions",
    "ManifestSnippet",
    "RawDirective",
    "SecretOptions",
    "SecretSnippet",
    "Snippet",
    "SnippetKey",
    "ValuesOptions",
    "ValuesSnippet",
    "block_name",
    "read_code_block",
    "read_snippet",
    "with_blocks",
]

MANIFEST_LANGUAGE = "helm-manifest"
"""Name of the lexer for manifests with ``...`` in them."""

TABS = read.TABS
DEFAULT_TABS = ("values", "changes", "manifests")


def _options(*options: Option) -> Mapping[str, Option]:
    return {option.name: option for option in options}


_NAME = Option("name", "Hyperlink target, and the name other directives use.", read.text, "NAME")
_SKIP = Option("skip", "A reason; the example is shown but not checked.", read.text, "REASON")
_LOOKS = (
    Option("emphasize-lines", "Lines to highlight, as in code-block.", read.lines, "LINES"),
    Option("linenos", "Number the lines, as in code-block.", read.flag),
    Option("class", "Class names for the outermost element.", read.words, "NAMES"),
)

VALUES = DirectiveSpec(
    "helm:values",
    "A values example: validated against the chart's schema and rendered by Helm.",
    _options(
        _NAME,
        Option("caption", "Caption of the first tab; values.yaml by default.", read.text, "TEXT"),
        Option("file", "Take the values from this file beside the document.", read.text, "PATH"),
        Option("chart", "Key of the chart in helm_charts.", read.text, "KEY"),
        Option(
            "extends",
            "Names of earlier examples of the document, layered beneath in order as "
            "``helm -f a -f b`` does.",
            read.words,
            "NAMES",
        ),
        Option("release", "Name of the release.", read.release, "NAME"),
        Option("namespace", "Namespace of the release.", read.release, "NAME"),
        Option(
            "kube-version", "Kubernetes version that templates see.", read.kube_version, "VERSION"
        ),
        Option("api-versions", "More API versions that templates see.", read.words, "VERSIONS"),
        Option(
            "show",
            "Resources to show, ``Kind/name`` with ``*``, comma separated; ``#a.b.c`` after one "
            "narrows it to a path.",
            read.selectors,
            "SELECTORS",
        ),
        Option("tabs", f"Which of {', '.join(TABS)}, and in which order.", read.tabs, "TABS"),
        Option("full", "Whole manifests instead of excerpts.", read.flag),
        Option(
            "fails",
            "Regular expression: the chart must refuse these values with such a message.",
            read.regex,
            "PATTERN",
        ),
        Option("no-render", "Validate only.", read.flag),
        Option("no-effect", "The example restates defaults on purpose.", read.flag),
        _SKIP,
        *_LOOKS,
    ),
)

MANIFEST = DirectiveSpec(
    "helm:manifest",
    "A claim about the output: a partial manifest that must hold for an example.",
    _options(
        _NAME,
        Option("caption", "Caption of the claim.", read.text, "TEXT"),
        Option(
            "of", "Name of the example that is meant; the nearest above by default.",
            read.text, "NAME",
        ),
        Option("exact", "Below what is claimed there is nothing else.", read.flag),
        Option("absent", "The resource is not rendered.", read.flag),
        Option(
            "same-as-default",
            "The claim holds without the example as well, and that is the point.",
            read.flag,
        ),
        _SKIP,
        *_LOOKS,
    ),
)  # fmt: skip

SECRET = DirectiveSpec(
    "helm:secret",
    "Secrets that the reader makes: ``kubectl create secret …``, or ``Secret`` manifests.",
    _options(
        _NAME,
        Option("caption", "Caption of the first tab.", read.text, "TEXT"),
        Option("for", "Names of the examples that must consume the Secrets.", read.words, "NAMES"),
        Option(
            "decodes-to",
            "For each key with base64, the name of the block that shows its text: ``key=name``, "
            "or only the name where there is one key.",
            read.words,
            "NAMES",
        ),
        _SKIP,
        *_LOOKS,
    ),
)

DIRECTIVES: Mapping[str, DirectiveSpec] = {spec.name: spec for spec in (VALUES, MANIFEST, SECRET)}


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
    options: ValuesOptions | ManifestOptions | SecretOptions
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


def read_snippet(raw: RawDirective) -> Snippet:
    """Read a directive of ours; whatever is wrong with it becomes a problem of the snippet.

    A file named by ``:file:`` is looked for beside the document that holds the
    directive, and its text takes the place of the body.
    """
    readers = {VALUES.name: _read_values, MANIFEST.name: _read_manifest, SECRET.name: _read_secret}
    name = raw.name.lower()
    return readers[name if name in readers else f"helm:{name}"](raw)


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
