"""Words become commands: pipelines, redirections, assignments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sphinx_airflow_prod.core.secrets.expansions import ShellError
from sphinx_airflow_prod.core.secrets.words import Operator, Word, tokens

_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_REDIRECTIONS = frozenset((">", ">>", "<", ">&", "<&", "&>", ">|", "<<<"))


@dataclass
class Command:
    """One simple command: its words without assignments before it and redirections.

    ``redirected`` tells that its output goes to a file, ``following`` are the
    commands that its output is piped into, ``at`` is where it begins.
    """

    at: int
    words: list[Word] = field(default_factory=list)
    redirected: bool = False
    following: list[Command] = field(default_factory=list)


def commands(text: str) -> Iterator[Command]:
    """Give the first command of each pipeline of *text*; bare assignments are left out.

    Raises :class:`ShellError` at what no shell takes as it is meant.
    """
    pipeline: list[Command] = []
    piped = False
    for command, operator in _simple_commands(text):
        if command.words or command.redirected:
            pipeline.append(command)
            piped = operator in {"|", "|&"}
        elif piped and operator == "\n":
            continue  # a line may end after a pipe
        else:
            piped = False
        if not piped and pipeline:
            first, *first.following = pipeline
            yield first
            pipeline = []


def _simple_commands(text: str) -> Iterator[tuple[Command, str]]:
    """Give each simple command and the operator after it."""
    command: Command | None = None
    target: Operator | None = None
    last: Word | None = None
    for token in tokens(text):
        if command is None:
            command = Command(token.at)
        if isinstance(token, Word):
            if target is not None:
                target = None
            elif command.words or not _ASSIGNMENT.match(token.text):
                command.words.append(token)
            last = token
            continue
        if target is not None:
            raise ShellError(
                target.at, f"{target.text!r} needs a file after it; quote it if it is text"
            )
        if token.text in {"<<", "<<-"}:
            raise ShellError(
                token.at,
                "here-documents are not read; show the manifest itself, in a block of its own",
            )
        if token.text in _REDIRECTIONS:
            target = token
            command.redirected |= ">" in token.text and not token.text.endswith("&")
            if (
                last is not None
                and last.text.isdecimal()
                and last.place(len(last.text)) == token.at
            ):
                if command.words and command.words[-1] is last:
                    command.words.pop()
                command.redirected &= last.text == "1"
            continue
        if token.text == "&":
            raise ShellError(
                token.at,
                "an unquoted & ends the command and runs it in the background; quote the word",
            )
        if token.text == ";;":
            raise ShellError(token.at, "the shell has no ';;' here; write one")
        yield command, token.text
        command = None
    if target is not None:
        raise ShellError(
            target.at, f"{target.text!r} needs a file after it; quote it if it is text"
        )
    if command is not None:
        yield command, "\n"
