"""How the options of directives are declared, and how their text is read."""

from __future__ import annotations

import difflib
import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Span
from sphinx_airflow_prod.core.selectors import Selector, parse_selectors
from sphinx_airflow_prod.core.source import SourceText

TABS = ("values", "changes", "manifests", "notes")


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
    argument_spans: tuple[Span, ...] = ()
    """Where each word of the argument stands (words end at spaces)."""


def read_options(spec: DirectiveSpec, raw: RawDirective) -> tuple[dict[str, Any], list[Diagnostic]]:
    """Read the options of a directive by its *spec*.

    Gives the values by Python name (dashes to underscores, ``class_``) and the
    problems: unknown options, and values that cannot be used; each at its own
    place, and left out of the values.
    """
    values: dict[str, Any] = {}
    problems: list[Diagnostic] = []
    for name, written in raw.options.items():
        span = raw.option_spans.get(name, raw.span)
        option = spec.options.get(name)
        if option is None:
            hint = did_you_mean(name, spec.options)
            message = f"unknown option '{name}' of {spec.name}{hint}"
            problems.append(Diagnostic.of(Code.OPTION, message, span))
            continue
        try:
            value = option.parse(written)
        except ValueError as error:
            problems.append(Diagnostic.of(Code.OPTION, f"option '{name}' {error}", span))
            continue
        values["class_" if name == "class" else name.replace("-", "_")] = value
    return values, problems


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `` (did you mean 'x'?)`` for the known word nearest to *word*, or nothing."""
    near = difflib.get_close_matches(word, list(known), 1)
    return f" (did you mean '{near[0]}'?)" if near else ""


def text(value: str) -> str:
    """Read text of which something must be there; spaces around it do not count."""
    if not value.strip():
        raise ValueError("needs a value")
    return value.strip()


def flag(value: str) -> bool:
    """Read the value of an option that takes none."""
    if value.strip():
        raise ValueError(f"takes no value, got {value.strip()!r}")
    return True


def words(value: str) -> tuple[str, ...]:
    """Read names separated by commas or spaces, at least one."""
    found = tuple(word for word in re.split(r"[,\s]+", value) if word)
    if not found:
        raise ValueError("needs at least one name")
    return found


def regex(value: str) -> str:
    """Check a regular expression and return it as text, fit for comparing and storing."""
    try:
        compile_pattern(text(value))
    except re.error as error:
        raise ValueError(f"{value.strip()!r} is no regular expression: {error}") from None
    return value.strip()


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a regular expression; whatever is wrong with it raises :class:`re.error`."""
    with warnings.catch_warnings():
        # '[[' only means something else in a future Python
        warnings.simplefilter("ignore", FutureWarning)
        try:
            return re.compile(pattern)
        except (OverflowError, RecursionError) as error:
            raise re.error(str(error)) from None


def selectors(value: str) -> tuple[Selector, ...]:
    """Read resource selectors separated by commas, at least one."""
    return parse_selectors(text(value))


def tabs(value: str) -> tuple[str, ...]:
    """Read the tabs to show, each at most once, in their order."""
    found = words(value)
    for tab in found:
        if tab not in TABS:
            hint = did_you_mean(tab, TABS)
            raise ValueError(f"{tab!r} is no tab; tabs are {', '.join(TABS)}{hint}")
    if len(set(found)) != len(found):
        raise ValueError("names a tab twice")
    return found


def kube_version(value: str) -> str:
    """Check a version of Kubernetes as ``helm template --kube-version`` takes it."""
    if not re.fullmatch(r"v?\d+\.\d+(\.\d+)?([-+][\w.+-]+)?", value.strip()):
        raise ValueError(f"{value.strip()!r} is no Kubernetes version such as 1.30.0")
    return value.strip()


def release(value: str) -> str:
    """Check a release name or namespace by Helm's and Kubernetes' rule for DNS labels."""
    name = value.strip()
    if len(name) > 53 or not re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", name):
        raise ValueError(
            f"{name!r} is no name of lower-case letters, digits and '-', of at most 53 characters"
        )
    return name


def positive(value: str) -> int:
    """Read a whole number from 1 on."""
    if not re.fullmatch(r"[1-9]\d{0,5}", value.strip()):
        raise ValueError(f"{value.strip()!r} is no number such as 1 or 2")
    return int(value)


def lines(value: str) -> tuple[int, ...]:
    """Read ``1,3-5`` as (1, 3, 4, 5); lines count from 1."""
    found: list[int] = []
    for part in words(value):
        match = re.fullmatch(r"(\d+)(?:-(\d+))?", part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 0 < first <= last <= 100_000:
            raise ValueError(f"{part!r} is no line or range of lines such as 3 or 3-5")
        found.extend(range(first, last + 1))
    return tuple(found)


def selector(value: str) -> Selector:
    """Read a single ``Kind/name`` without ``*`` and without a path."""
    found = selectors(value)
    if len(found) != 1 or "*" in f"{found[0].kind}{found[0].name}" or found[0].path:
        raise ValueError(f"{value.strip()!r} must be one resource, such as Deployment/x")
    return found[0]
