"""Lines of shell held against the command line of one version of Airflow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sphinx_airflow_prod.airflow.commands_lines import Call, find_calls
from sphinx_airflow_prod.airflow.commands_schema import Argument, CliSchema, Command
from sphinx_airflow_prod.core.diagnostics import Severity, Span
from sphinx_airflow_prod.core.schema.words import listed, nearest
from sphinx_airflow_prod.core.secrets.words import Word
from sphinx_airflow_prod.core.source import SourceText

__all__ = ["MOVED", "PROVIDERS", "CliSchema", "Problem", "check_commands"]

_NUMBER = re.compile(r"-\d+|-\d*\.\d+")
_WHOLE_NUMBER = re.compile(r"[+-]?\d+(?:_\d+)*")
_MAX_LISTED = 14

MOVED: dict[str, tuple[str, str]] = {
    "db init": ("db migrate", "3.0"),
    "db upgrade": ("db migrate", "3.0"),
    "webserver": ("api-server", "3.0"),
    "dags backfill": ("backfill create", "3.0"),
    "internal-api": ("", "3.0"),
    "providers auth": ("", "3.0"),
    "tasks run": ("", "3.0"),
}
"""Commands of Airflow 2 that a version took away, what to use instead, and that version.

Found by comparing 2.11 with 3.0.0; sources of 3.x name only part of them.
"""

PROVIDERS: dict[str, str] = {
    "celery": "apache-airflow-providers-celery",
    "kubernetes": "apache-airflow-providers-cncf-kubernetes",
    "users": "apache-airflow-providers-fab",
    "roles": "apache-airflow-providers-fab",
    "sync-perm": "apache-airflow-providers-fab",
    "permissions-cleanup": "apache-airflow-providers-fab",
    "fab-db": "apache-airflow-providers-fab",
    "edge": "apache-airflow-providers-edge3",
    "aws-auth-manager": "apache-airflow-providers-amazon",
    "keycloak-auth-manager": "apache-airflow-providers-keycloak",
}
"""Commands that a provider adds, for messages where that provider was not read."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a line of shell, at the word that is wrong."""

    message: str
    span: Span
    severity: Severity = Severity.ERROR


def check_commands(source: SourceText, schema: CliSchema) -> tuple[Problem, ...]:
    """Return what *schema*'s Airflow would not take of the ``airflow …`` commands in *source*.

    Whatever else the text runs is let through.  A word that is not known before
    the shell runs (``$NAME``, ``<placeholder>``) is taken as right.
    """
    calls, unreadable = find_calls(source)
    problems = [Problem(message, span) for message, span in unreadable]
    for call in calls:
        problems += _Check(schema, call).problems()
    return tuple(sorted(problems, key=lambda problem: problem.span))


class _Check:
    """One command line against the schema."""

    def __init__(self, schema: CliSchema, call: Call) -> None:
        self.schema = schema
        self.call = call
        self.words = call.words
        self.airflow = f"Airflow {schema.version}"

    def problems(self) -> Iterator[Problem]:
        """Go down to the command that is called, then look at its arguments."""
        command, path = self.schema.root, ["airflow"]
        at = 1
        while command.is_group:
            word = self.words[at] if at < len(self.words) else None
            if word is None:
                if not command.is_open:
                    names = _some([sub.name for sub in command.subcommands])
                    yield self._at(at - 1, f"'{' '.join(path)}' needs a command: {names}")
                return
            if word.text in ("-h", "--help") or _unknown(word):
                return
            found = command.find(word.text)
            if found is None:
                yield from self._no_command(command, path, at)
                return
            command, path = found, [*path, found.name]
            at += 1
        if command.deprecated:
            instead = " ".join([*path[:-1], command.deprecated])
            message = f"'{' '.join(path)}' is deprecated in {self.airflow}; use '{instead}'"
            yield self._at(at - 1, message, Severity.WARNING)
        yield from self._arguments(command, " ".join(path), at)

    def _at(self, index: int, message: str, severity: Severity = Severity.ERROR) -> Problem:
        return Problem(message, self.call.span(self.words[index]), severity)

    def _no_command(self, group: Command, path: Sequence[str], at: int) -> Iterator[Problem]:
        """Say why a word names no command: moved, of a provider, or misspelt."""
        word = self.words[at]
        name = " ".join([*path[1:], word.text])
        if word.text.startswith("-"):
            yield self._at(at, f"'{' '.join(path)}' takes no {word.text}, only --help")
        elif (moved := self._moved(name)) is not None:
            new, since = moved
            removed = f": it is gone since {since}" if since else " any more"
            instead = f"; use 'airflow {new}'" if new else ""
            yield self._at(at, f"{self.airflow} has no command '{name}'{removed}{instead}")
        elif len(path) == 1 and PROVIDERS.get(word.text, "") not in ("", *self.schema.providers):
            message = (
                f"'airflow {word.text}' needs {PROVIDERS[word.text]}, which was not read: "
                "the command is not checked"
            )
            yield self._at(at, message, Severity.WARNING)
        elif not group.is_open:
            names = [sub.name for sub in group.subcommands]
            near = nearest(word.text, names)
            meant = [f"airflow {sub.name} {word.text}" for sub in group.subcommands
                     if len(path) == 1 and sub.find(word.text)]  # fmt: skip
            if near:
                hint = f" (did you mean '{near}'?)"
            elif len(meant) == 1:
                hint = f" (did you mean '{meant[0]}'?)"
            else:
                hint = f"; '{' '.join(path)}' has {_some(names)}"
            yield self._at(at, f"{self.airflow} has no command '{name}'{hint}")

    def _moved(self, name: str) -> tuple[str, str] | None:
        """Return the name that a command has now and since when, as far as they are known."""
        renamed = dict(self.schema.renamed)
        new, since = MOVED.get(name, (renamed.get(name), ""))
        if new is None:
            return None
        for _ in range(len(MOVED) + len(renamed)):
            if not new or self.schema.find(new):
                break
            new = MOVED.get(new, (renamed.get(new, ""), ""))[0]
        return new, since if name in MOVED else ""

    def _arguments(self, command: Command, path: str, at: int) -> Iterator[Problem]:
        options = {
            flag: argument
            for argument in command.arguments
            if not argument.positional
            for flag in _flags(argument)
        }
        seen: set[Argument] = set()
        positional: list[int] = []
        unsure = False
        end, last, only_words = len(self.words), at - 1, False
        while at < end:
            word = self.words[at]
            at += 1
            unsure = unsure or _several(word)
            if only_words or not _looks_like_option(word):
                positional.append(at - 1)
                continue
            if word.text == "--":
                only_words = True
                continue
            if word.text in ("-h", "--help"):
                return
            found = _option(word, options)
            if isinstance(found, str):
                if not command.is_open:
                    yield self._at(at - 1, f"'{path}' {found} in {self.airflow}")
                unsure = True
                continue
            argument, value = found
            seen.add(argument)
            low, high = argument.counts
            if value is not None:
                if high == 0:
                    yield self._at(at - 1, f"{argument.name} of '{path}' takes no value")
                else:
                    yield from self._value(argument, value, path)
                continue
            taken = 0
            while at < end and (high is None or taken < high):
                following = self.words[at]
                if _looks_like_option(following):
                    break
                unsure = unsure or _several(following)
                yield from self._value(argument, following, path)
                at, taken = at + 1, taken + 1
            if taken < low and not unsure:
                wanted = "a value" if low == 1 else f"{low} values"
                yield self._at(at - taken - 1, f"{argument.name} of '{path}' needs {wanted}")
        if not unsure and not command.is_open:
            yield from self._counts(command, path, last, seen, positional)

    def _counts(
        self,
        command: Command,
        path: str,
        last: int,
        seen: set[Argument],
        positional: Sequence[int],
    ) -> Iterator[Problem]:
        """Say what is missing and what is too much, and check the positional values."""
        slots = [argument for argument in command.arguments if argument.positional]
        least = sum(argument.counts[0] for argument in slots)
        missing = [
            argument.name
            for argument in command.arguments
            if argument.required and not argument.positional and argument not in seen
        ]
        spare = len(positional) - least
        if spare < 0:
            short, room = [], len(positional)
            for argument in slots:
                low = argument.counts[0]
                if low > room:
                    short.append(argument.name)
                room = max(room - low, 0)
            missing = [*short, *missing]
        if missing:
            yield self._at(last, f"'{path}' needs {listed(missing, 'and')} in {self.airflow}")
        if spare < 0:
            return
        at = 0
        for argument in slots:
            low, high = argument.counts
            extra = spare if high is None else min(spare, high - low)
            spare -= extra
            for index in positional[at : at + low + extra]:
                yield from self._value(argument, self.words[index], path)
            at += low + extra
        if at < len(positional):
            index = positional[at]
            yield self._at(index, f"'{path}' does not take '{self.words[index].text}'")

    def _value(self, argument: Argument, word: Word, path: str) -> Iterator[Problem]:
        if _unknown(word):
            return
        message = ""
        if argument.choices and word.text not in argument.choices:
            near = nearest(word.text, argument.choices)
            hint = f" (did you mean '{near}'?)" if near else ""
            message = f"takes {listed(argument.choices, 'or')}, not '{word.text}'{hint}"
        elif argument.type == "int" and not _WHOLE_NUMBER.fullmatch(word.text.strip()):
            message = f"takes a whole number, not '{word.text}'"
        if message:
            yield Problem(f"{argument.name} of '{path}' {message}", self.call.span(word))


def _flags(argument: Argument) -> Iterable[str]:
    yield from argument.flags
    if argument.action == "BooleanOptionalAction":
        yield from (f"--no-{flag[2:]}" for flag in argument.flags if flag.startswith("--"))


def _option(word: Word, options: dict[str, Argument]) -> tuple[Argument, Word | None] | str:
    """Return the option of a word and the value in it, or what is wrong, as argparse reads it."""
    equals = word.find("=")
    name = word.text if equals < 0 else word.text[:equals]
    value = None if equals < 0 else word.slice(equals + 1)
    if name in options:
        return options[name], value
    if not name.startswith("--"):
        return _short(word, options) or _no_option(word.text, options)
    full = [flag for flag in options if flag.startswith(name)]
    if len({options[flag] for flag in full}) == 1:
        return options[full[0]], value
    if full:
        return f"could read {name} as {listed(full, 'or')}"
    return _no_option(name, options)


def _short(word: Word, options: dict[str, Argument]) -> tuple[Argument, Word | None] | None:
    """Return the last option of ``-vy`` or ``-ojson``; ``None`` where one of them is unknown."""
    for index in range(1, len(word.text)):
        argument = options.get(f"-{word.text[index]}")
        if argument is None:
            return None
        rest = word.slice(index + 1)
        if not rest.text:
            return argument, None
        if argument.counts[1] != 0:
            return argument, rest
    return None


def _no_option(name: str, options: dict[str, Argument]) -> str:
    near = nearest(name, list(options))
    return f"takes no {name}" + (f" (did you mean {near}?)" if near else "")


def _looks_like_option(word: Word) -> bool:
    text = word.text
    if len(text) < 2 or text[0] != "-" or word.symbolic[0]:
        return False
    return not _NUMBER.fullmatch(text) and " " not in text.partition("=")[0]


def _unknown(word: Word) -> bool:
    """Whether the word's text is known only to the reader, or to the shell when it runs."""
    return word.is_symbolic or word.text in ("...", "…") or word.text.startswith(("{{", "["))


def _several(word: Word) -> bool:
    """Whether the word may turn out to be any number of words."""
    if word.text in ("...", "…") or word.text.startswith("["):
        return True
    return any(
        symbolic and char in "$`" for char, symbolic in zip(word.text, word.symbolic, strict=True)
    )


def _some(names: Sequence[str]) -> str:
    shown = sorted(names)
    if len(shown) > _MAX_LISTED:
        return ", ".join(shown[:_MAX_LISTED]) + ", …"
    return listed(shown, "and")
