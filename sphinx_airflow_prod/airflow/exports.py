"""Shell lines that set variables, with the place of each name and value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sphinx_airflow_prod.airflow.problems import Kind, Problem, error
from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.secrets.expansions import ShellError
from sphinx_airflow_prod.core.secrets.reading import MAX_CHARACTERS, Places
from sphinx_airflow_prod.core.secrets.words import Operator, Word, tokens
from sphinx_airflow_prod.core.source import SourceText

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPTION = re.compile(r"(AIRFLOW__\w+):?")
"""What an option's variable looks like that stands where a command should, as in YAML."""
_NAMERS = frozenset({"declare", "export", "local", "readonly", "typeset", "unset"})
_SETTERS = _NAMERS | {"ENV", "env"}
_FLAGS = frozenset({"-e", "--env"})


@dataclass(frozen=True)
class Assignment:
    """``NAME=value`` of a shell line.

    ``value`` is None where a line only names the variable (``export NAME``,
    ``unset NAME``).  ``symbolic`` tells that a part of it is not known before
    the line runs (``$(…)``, ``$NAME``, ``<placeholder>``); it then stands in
    ``value`` as written.
    """

    name: str
    value: str | None
    span: Span
    value_span: Span
    symbolic: bool = False


def parse_exports(source: SourceText) -> tuple[tuple[Assignment, ...], tuple[Problem, ...]]:
    """Read the variables that shell lines set, and what no shell reads.

    Understood are ``NAME=value``, alone or before a command, after ``export``,
    ``env``, ``declare -x`` and the like, and after ``-e`` and ``--env`` of a
    command such as ``docker run``; other commands pass.  Nothing is raised.
    """
    if len(source.text) > MAX_CHARACTERS:
        message = f"{len(source.text):,} characters, more than the {MAX_CHARACTERS:,} that are read"
        return (), (error(Kind.SYNTAX, message, source.span(0)),)
    place = Places(source)
    found: list[Assignment] = []
    problems: list[Problem] = []
    command: list[Word] = []
    try:
        for token in tokens(source.text):
            if isinstance(token, Word):
                command.append(token)
            else:
                found += _assignments(command, place)
                problems += _slips(command, place)
                command = command if _redirects(token) else []
        found += _assignments(command, place)
        problems += _slips(command, place)
    except ShellError as fault:
        found += _assignments(command, place)
        problems.append(error(Kind.SYNTAX, fault.message, place(fault.at)))
    return tuple(dict.fromkeys(found)), tuple(dict.fromkeys(problems))


def _redirects(operator: Operator) -> bool:
    """Whether a command goes on after *operator*."""
    return operator.text[0] in "<>" or operator.text in {"&>", ">&", "<&"}


def _assignments(command: list[Word], place: Places) -> Iterator[Assignment]:
    """Give the variables that one command's words set or name."""
    first = next((word.text for word in command if not _equals(word)), "")
    setting, previous = True, ""
    for word in command:
        flagged = previous in _FLAGS
        previous = word.text
        equals = _equals(word)
        if equals and (setting or flagged):
            yield _assignment(word, equals, place)
        elif word.text.startswith("--env="):
            inner = word.slice(len("--env="))
            if equals := _equals(inner):
                yield _assignment(inner, equals, place)
        elif _NAME.fullmatch(word.text) and (
            flagged or (first in _NAMERS and setting and word.text != first)
        ):
            yield Assignment(word.text, None, place(word.at), place(word.at))
        elif not equals and not word.text.startswith("-"):
            setting = word.text == first and first in _SETTERS


def _equals(word: Word) -> int:
    """Return where the ``=`` of an assignment stands in *word*, 0 where it is none."""
    name = _NAME.match(word.text)
    return name.end() if name and word.text.startswith("=", name.end()) else 0


def _assignment(word: Word, equals: int, place: Places) -> Assignment:
    value = word.slice(equals + 1)
    return Assignment(
        word.text[:equals],
        value.text,
        place(word.place(0)),
        place(word.place(equals + 1)),
        value.is_symbolic,
    )


def _slips(command: list[Word], place: Places) -> Iterator[Problem]:
    """Give what is meant to set a variable and sets none in a POSIX shell."""
    words = [word for word in command if word.text != "export"]
    first, second = words[0] if words else None, words[1] if len(words) > 1 else None
    if second and first and second.text.startswith("=") and _NAME.fullmatch(first.text):
        message = f"a shell allows no space around '=': write {first.text}=…"
        yield error(Kind.SYNTAX, message, place(first.at))
    elif command and (match := _OPTION.fullmatch(command[0].text)):
        message = f"this sets no variable: write {match[1]}=…"
        yield error(Kind.SYNTAX, message, place(command[0].at))
    elif first and second and first.text == "set" and _equals(second):
        message = f"'set' sets no variable in a POSIX shell: write export {second.text}"
        yield error(Kind.SYNTAX, message, place(first.at))
