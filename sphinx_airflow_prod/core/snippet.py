"""The one grammar: names, options and defaults of every directive.

Sphinx' ``option_spec``, the readers of Sybil and the reference page derive
from what is declared here.  Options reach this module as the strings that the
author wrote, so that all adapters read them alike and complain alike.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Span
from sphinx_airflow_prod.core.selectors import Selector, parse_selectors
from sphinx_airflow_prod.core.source import SourceText

TABS = ("values", "changes", "manifests", "notes")
DEFAULT_TABS = ("values", "changes", "manifests")


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("needs a value")
    return value.strip()


def _flag(value: str) -> bool:
    if value.strip():
        raise ValueError(f"takes no value, got {value.strip()!r}")
    return True


def _words(value: str) -> tuple[str, ...]:
    words = tuple(word for word in re.split(r"[,\s]+", value) if word)
    if not words:
        raise ValueError("needs at least one name")
    return words


def _regex(value: str) -> str:
    try:
        re.compile(_text(value))
    except re.error as error:
        raise ValueError(f"{value.strip()!r} is no regular expression: {error}") from None
    return value.strip()


def _selectors(value: str) -> tuple[Selector, ...]:
    return parse_selectors(_text(value))


def _tabs(value: str) -> tuple[str, ...]:
    tabs = _words(value)
    for tab in tabs:
        if tab not in TABS:
            hint = _did_you_mean(tab, TABS)
            raise ValueError(f"{tab!r} is no tab; tabs are {', '.join(TABS)}{hint}")
    if len(set(tabs)) != len(tabs):
        raise ValueError("names a tab twice")
    return tabs


def _kube_version(value: str) -> str:
    if not re.fullmatch(r"v?\d+\.\d+(\.\d+)?([-+][\w.+-]+)?", value.strip()):
        raise ValueError(f"{value.strip()!r} is no Kubernetes version such as 1.30.0")
    return value.strip()


def _release(value: str) -> str:
    """Check a release name or namespace by Helm's and Kubernetes' rule for DNS labels."""
    name = value.strip()
    if len(name) > 53 or not re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", name):
        raise ValueError(
            f"{name!r} is no name of lower-case letters, digits and '-', of at most 53 characters"
        )
    return name


def _lines(value: str) -> tuple[int, ...]:
    """Read ``1,3-5`` as (1, 3, 4, 5); lines count from 1."""
    lines: list[int] = []
    for part in _words(value):
        match = re.fullmatch(r"(\d+)(?:-(\d+))?", part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 0 < first <= last <= 100_000:
            raise ValueError(f"{part!r} is no line or range of lines such as 3 or 3-5")
        lines.extend(range(first, last + 1))
    return tuple(lines)


@dataclass(frozen=True)
class Option:
    """A directive option: what it is called, what it means, how its text is read.

    ``parse`` takes the author's text and gives the value, or raises
    :class:`ValueError` with the end of a sentence that begins with the
    option's name.
    """

    name: str
    summary: str
    parse: Callable[[str], Any]
    metavar: str = ""


@dataclass(frozen=True)
class DirectiveSpec:
    """A directive: its full name, what it is for, and its options by name."""

    name: str
    summary: str
    options: Mapping[str, Option]


def _options(*options: Option) -> Mapping[str, Option]:
    return {option.name: option for option in options}


VALUES = DirectiveSpec(
    "helm:values",
    "A values example: validated against the chart's schema and rendered by Helm.",
    _options(
        Option("name", "Hyperlink target, and the name other directives use.", _text, "NAME"),
        Option("caption", "Caption of the first tab; values.yaml by default.", _text, "TEXT"),
        Option("file", "Take the values from this file beside the document.", _text, "PATH"),
        Option("chart", "Key of the chart in helm_charts.", _text, "KEY"),
        Option(
            "extends",
            "Names of earlier examples of the document, layered beneath in order as "
            "``helm -f a -f b`` does.",
            _words,
            "NAMES",
        ),
        Option("release", "Name of the release.", _release, "NAME"),
        Option("namespace", "Namespace of the release.", _release, "NAME"),
        Option("kube-version", "Kubernetes version that templates see.", _kube_version, "VERSION"),
        Option("api-versions", "More API versions that templates see.", _words, "VERSIONS"),
        Option(
            "show",
            "Resources to show, ``Kind/name`` with ``*``, comma separated; ``#a.b.c`` after one "
            "narrows it to a path.",
            _selectors,
            "SELECTORS",
        ),
        Option("tabs", f"Which of {', '.join(TABS)}, and in which order.", _tabs, "TABS"),
        Option("full", "Whole manifests instead of excerpts.", _flag),
        Option(
            "fails",
            "Regular expression: the chart must refuse these values with such a message.",
            _regex,
            "PATTERN",
        ),
        Option("no-render", "Validate only.", _flag),
        Option("no-effect", "The example restates defaults on purpose.", _flag),
        Option("skip", "A reason; the example is shown but not checked.", _text, "REASON"),
        Option("emphasize-lines", "Lines to highlight, as in code-block.", _lines, "LINES"),
        Option("linenos", "Number the lines, as in code-block.", _flag),
        Option("class", "Class names for the outermost element.", _words, "NAMES"),
    ),
)

DIRECTIVES: Mapping[str, DirectiveSpec] = {VALUES.name: VALUES}


@dataclass(frozen=True)
class RawDirective:
    """A directive as an adapter found it, before the grammar has read it.

    ``document`` is the file that is being read, ``span`` where the directive
    stands (in another file where it is included); ``options`` are unread
    strings, each with its place in ``option_spans``.
    """

    name: str
    document: str
    span: Span
    argument: str
    options: Mapping[str, str]
    option_spans: Mapping[str, Span]
    body: SourceText


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


SnippetKey = tuple[str, str, int]
"""What names a snippet within a site: document, file and line of the directive."""


@dataclass(frozen=True)
class Snippet:
    """One example of a document, read by the grammar and ready to be evaluated.

    ``problems`` are what the grammar itself found wrong; ``file`` is the
    absolute path of the file that ``:file:`` brought in, whether or not it
    could be read.
    """

    document: str
    span: Span
    options: ValuesOptions
    body: SourceText
    option_spans: Mapping[str, Span] = field(default_factory=dict)
    problems: tuple[Diagnostic, ...] = ()
    file: str | None = None

    @property
    def key(self) -> SnippetKey:
        """Document, file and line: the same directive parsed twice has the same key."""
        return (self.document, self.span.path, self.span.line)

    def option_span(self, name: str) -> Span:
        """Return where an option stands, or the directive where it does not."""
        return self.option_spans.get(name, self.span)


def read_values(raw: RawDirective) -> Snippet:
    """Read a ``helm:values`` directive; whatever is wrong with it becomes a problem of the snippet.

    A file named by ``:file:`` is looked for beside the document that holds the
    directive, and its text takes the place of the body.
    """
    values, problems = read_options(VALUES, raw)
    if raw.argument:
        problems.append(
            Diagnostic.of(
                Code.OPTION,
                f"{VALUES.name} takes no argument, got {raw.argument!r}; values stand in the body, "
                "after an empty line",
                raw.span,
            )
        )
    options = ValuesOptions(**values)
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
            problems.append(
                Diagnostic.of(Code.FILE, f"cannot read {options.file!r}: {reason}", span)
            )
            body = SourceText("", ())
        else:
            body = SourceText.whole_file(text, str(path))
    count = len(body.text.splitlines())
    if count and any(line > count for line in options.emphasize_lines):
        message = f"option 'emphasize-lines' names a line past the last, {count}"
        span = raw.option_spans.get("emphasize-lines", raw.span)
        problems.append(Diagnostic.of(Code.OPTION, message, span))
    return Snippet(
        raw.document, raw.span, options, body, dict(raw.option_spans), tuple(problems), file
    )


def read_options(spec: DirectiveSpec, raw: RawDirective) -> tuple[dict[str, Any], list[Diagnostic]]:
    """Read the options of a directive by its *spec*.

    Gives the values by Python name (dashes to underscores, ``class_``) and the
    problems: unknown options, and values that cannot be used; each at its own
    place, and left out of the values.
    """
    values: dict[str, Any] = {}
    problems: list[Diagnostic] = []
    for name, text in raw.options.items():
        span = raw.option_spans.get(name, raw.span)
        option = spec.options.get(name)
        if option is None:
            hint = _did_you_mean(name, spec.options)
            message = f"unknown option '{name}' of {spec.name}{hint}"
            problems.append(Diagnostic.of(Code.OPTION, message, span))
            continue
        try:
            value = option.parse(text)
        except ValueError as error:
            problems.append(Diagnostic.of(Code.OPTION, f"option '{name}' {error}", span))
            continue
        values["class_" if name == "class" else name.replace("-", "_")] = value
    return values, problems


def _did_you_mean(word: str, known: Mapping[str, Any] | tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word, list(known), 1)
    return f" (did you mean '{near[0]}'?)" if near else ""
