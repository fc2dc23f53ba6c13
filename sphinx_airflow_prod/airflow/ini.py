"""``airflow.cfg`` snippets: sections and options with their places.

Read as :class:`configparser.ConfigParser` reads them, which Airflow uses with
names as they are written (``optionxform`` keeps the case): ``=`` or ``:``
between name and value, ``#`` and ``;`` at the start of a line for comments,
deeper indented lines that go on with a value, ``%`` for interpolation.  Unlike
it, a snippet without a ``[section]`` is read, and reading goes on after a
mistake.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sphinx_airflow_prod.airflow.problems import Kind, Problem, error
from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.source import SourceText

DEFAULT = "DEFAULT"
"""The section whose options hold for every section."""

MAX_CHARACTERS = 1024 * 1024
"""The longest snippet that is read."""
_MAX_DEPTH = 10
_MAX_REFERENCES = 1000

_SECTION = re.compile(r"\[(?P<header>.+)\]")
_OPTION = re.compile(r"(?P<name>.*?)\s*[=:]\s*(?P<value>.*)$")
_REFERENCE = re.compile(r"%\(([^)]+)\)s")


@dataclass(frozen=True)
class IniSection:
    """A ``[section]`` line, and where the name stands."""

    name: str
    span: Span


@dataclass(frozen=True)
class IniOption:
    """One option of a snippet.

    ``section`` is None where no ``[section]`` stands before it.  ``value`` is
    what stands there, continuation lines joined by line feeds, before
    interpolation; ``value_span`` is where it begins.
    """

    section: str | None
    name: str
    value: str
    span: Span
    value_span: Span


@dataclass(frozen=True)
class IniDocument:
    """What a snippet holds, in its order, and what is wrong with its writing."""

    sections: tuple[IniSection, ...]
    options: tuple[IniOption, ...]
    problems: tuple[Problem, ...] = ()

    def values(self, section: str | None) -> Mapping[str, str]:
        """Return the options that interpolation in *section* sees, its own over the defaults."""
        found = {o.name: o.value for o in self.options if o.section == DEFAULT}
        return found | {o.name: o.value for o in self.options if o.section == section}


def parse_ini(source: SourceText) -> IniDocument:
    """Read a snippet; what is wrong with it is in ``problems``, nothing is raised."""
    if len(source.text) > MAX_CHARACTERS:
        message = f"{len(source.text):,} characters, more than the {MAX_CHARACTERS:,} that are read"
        return IniDocument((), (), (error(Kind.SYNTAX, message, source.span(0)),))
    return _Reader(source).read()


@dataclass
class _Open:
    """An option whose value may go on."""

    section: str | None
    name: str
    lines: list[str]
    span: Span
    value_span: Span | None

    def close(self) -> IniOption:
        value = "\n".join(self.lines).rstrip()
        return IniOption(self.section, self.name, value, self.span, self.value_span or self.span)


@dataclass
class _Reader:
    source: SourceText
    sections: list[IniSection] = field(default_factory=list)
    options: list[_Open] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    section: str | None = None
    open: _Open | None = None
    indent: int = 0

    def read(self) -> IniDocument:
        for number, line in enumerate(self.source.text.split("\n")):
            self._line(number, line)
        options = [option.close() for option in self.options]
        self._duplicates(options)
        self.problems.sort(key=lambda problem: problem.span)
        return IniDocument(tuple(self.sections), tuple(options), tuple(self.problems))

    def _line(self, number: int, line: str) -> None:
        text = line.strip()
        if text.startswith(("#", ";")):
            return
        if not text:
            if self.open is not None:
                self.open.lines.append("")
            return
        column = len(line) - len(line.lstrip())
        if self.open is not None and column > self.indent:
            if self.open.value_span is None:
                self.open.value_span = self.source.span(number, column)
            self.open.lines.append(text)
            return
        self.indent = column
        if match := _SECTION.match(text):
            self._header(match, number, column, text)
        elif (match := _OPTION.match(text)) and match["name"]:
            start = match.start("value")
            value = match["value"].strip()
            self.open = _Open(
                self.section,
                match["name"].rstrip(),
                [value],
                self.source.span(number, column),
                self.source.span(number, column + start) if value else None,
            )
            self.options.append(self.open)
        else:
            message = f"'{_short(text)}' is neither a [section] nor 'option = value'"
            self.problems.append(error(Kind.SYNTAX, message, self.source.span(number, column)))
            self.open = None

    def _header(self, match: re.Match[str], number: int, column: int, text: str) -> None:
        self.section, self.open = match["header"], None
        span = self.source.span(number, column + 1)
        if any(known.name == self.section for known in self.sections) and self.section != DEFAULT:
            message = (
                f"the section [{self.section}] stands twice; Airflow does not start with such a "
                "file: put its options together"
            )
            self.problems.append(error(Kind.DUPLICATE, message, span))
        self.sections.append(IniSection(self.section, span))
        rest = text[match.end() :].strip()
        if rest and not rest.startswith(("#", ";")):
            message = f"'{_short(rest)}' after the section's name is ignored; put it on a new line"
            place = self.source.span(number, column + text.index(rest, match.end()))
            self.problems.append(error(Kind.SYNTAX, message, place))

    def _duplicates(self, options: list[IniOption]) -> None:
        seen: dict[tuple[str | None, str], IniOption] = {}
        for option in options:
            first = seen.setdefault((option.section, option.name), option)
            if first is not option:
                message = (
                    f"'{option.name}' is set twice (first at line {first.span.line}); Airflow does "
                    "not start with such a file: keep one"
                )
                self.problems.append(error(Kind.DUPLICATE, message, option.span))


def interpolate(value: str, values: Mapping[str, str]) -> tuple[str | None, str, str]:
    """Return (text, fault, reference) of *value* as ``BasicInterpolation`` reads it.

    ``%%`` is a percent sign, ``%(name)s`` the value of another option in
    *values*.  Where that fails the text is None and the fault says why; where a
    name is not in *values*, the reference is it.
    """
    return _interpolate(value, values, 1, [_MAX_REFERENCES])


def _interpolate(
    value: str, values: Mapping[str, str], depth: int, budget: list[int]
) -> tuple[str | None, str, str]:
    if depth > _MAX_DEPTH:
        return None, "%(…)s refers to itself, or goes deeper than ten levels", ""
    budget[0] -= 1
    if budget[0] < 0:
        return None, f"more than {_MAX_REFERENCES} references are followed in one value", ""
    parts: list[str] = []
    at = 0
    while (percent := value.find("%", at)) >= 0:
        parts.append(value[at:percent])
        if value.startswith("%%", percent):
            parts.append("%")
            at = percent + 2
            continue
        match = _REFERENCE.match(value, percent)
        if match is None:
            fault = "a percent sign is written '%%' in airflow.cfg; a single one is an error"
            return None, fault, ""
        at = match.end()
        if match[1] not in values:
            fault = f"%({match[1]})s names no option of this section; '%%({match[1]})s' is the text"
            return None, fault, match[1]
        inner = values[match[1]]
        if "%" in inner:
            text, fault, reference = _interpolate(inner, values, depth + 1, budget)
            if text is None:
                return None, fault, reference
            inner = text
        parts.append(inner)
    parts.append(value[at:])
    return "".join(parts), "", ""


def escape(value: str, *, percent: bool = True) -> str:
    """Return *value* as an ``airflow.cfg`` has it: lines indented, percent signs doubled.

    Without *percent* they are left, where they refer to other options.
    """
    lines = (value.replace("%", "%%") if percent else value).split("\n")
    return "\n".join([lines[0], *(f"    {line}" if line.strip() else "" for line in lines[1:])])


def _short(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
