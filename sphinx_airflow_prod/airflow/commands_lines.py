"""The ``airflow …`` commands of a piece of shell: which words, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.secrets.expansions import ShellError, backquote, closing
from sphinx_airflow_prod.core.secrets.words import Word, tokens
from sphinx_airflow_prod.core.source import SourceText

_MAX_REPAIRS = 500
_MAX_DEPTH = 8
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_HEREDOC = re.compile(r"(?<!<)<<(-?)[ \t]*(['\"]?)([A-Za-z_][A-Za-z0-9_]*)\2")
_PROMPT = re.compile(r"[ \t]*\$[ \t]+")
_REDIRECTIONS = ("<", ">", ">>", ">&", "<&", "&>", ">|", "<<<", "<<", "<<-")
_LEADING = ("if", "then", "else", "elif", "while", "until", "do", "!", "{", "time")
_SHELLS = ("sh", "bash", "zsh", "dash", "ash", "ksh", "su")
_CONTAINERS = ("docker", "podman", "nerdctl", "docker-compose")
_WITH_DASHES = ("kubectl", "oc", "k3s", "microk8s", "minikube")
_USER_FIRST = ("gosu", "su-exec")
_WRAPPERS = (
    "command", "dumb-init", "env", "exec", "gosu", "hatch", "ionice", "nice", "nohup", "pipenv",
    "poetry", "setsid", "stdbuf", "su-exec", "sudo", "time", "timeout", "tini", "uv", "uvx",
    "watch", "xargs",
)  # fmt: skip


@dataclass(frozen=True)
class Call:
    """One call of ``airflow``: its words, the program first."""

    words: tuple[Word, ...]
    source: SourceText
    places: Sequence[int]
    """Where each character, that the words count in, stands in the text of ``source``."""

    def span(self, word: Word) -> Span:
        """Return where a word stands in its document."""
        return _span(self.source, self.places[min(word.place(0), len(self.places) - 1)])


def find_calls(source: SourceText) -> tuple[tuple[Call, ...], tuple[tuple[str, Span], ...]]:
    """Return the calls of ``airflow`` in a text, and the lines with one that no shell can read.

    Seen are commands after a prompt ``$ ``, in pipes and lists, after environment
    settings and reserved words, in ``$(…)``, backquotes and ``sh -c '…'``, and behind
    programs that run another one (``exec``, ``kubectl exec … --``, ``docker exec``).
    """
    finder = _Finder(source)
    finder.text(source.text, range(len(source.text) + 1), 0)
    return tuple(finder.calls), tuple(finder.unreadable)


class _Finder:
    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.calls: list[Call] = []
        self.unreadable: list[tuple[str, Span]] = []

    def text(self, text: str, places: Sequence[int], depth: int) -> None:
        """Find the calls in *text*, whose characters stand at *places* in the source."""
        if depth > _MAX_DEPTH:
            return
        text, commands = self._commands(_without_heredocs(text), places)
        for words in commands:
            for word in words:
                self._substitutions(word, text, places, depth)
            self._command(words, places, depth)

    def _commands(self, text: str, places: Sequence[int]) -> tuple[str, list[list[Word]]]:
        """Return the words of each command, and the text mended so that they can be read."""
        for _ in range(_MAX_REPAIRS):
            try:
                return text, list(_split(text))
            except ShellError as error:
                text = self._mended(text, error, places)
        if "airflow" in text:
            message = "there is too much here that no shell reads as it was meant; make it shorter"
            self.unreadable.append((message, _span(self.source, places[0])))
        return text, []

    def _mended(self, text: str, error: ShellError, places: Sequence[int]) -> str:
        """Return *text* without what *error* is about, each character left at its place."""
        at = min(error.at, len(text) - 1)
        if text[at] in "()":
            return f"{text[:at]};{text[at + 1 :]}"
        if text[at] == "{":
            end = text.find("}", at) + 1
            return f"{text[:at]}${'_' * (end - at - 1)}{text[end:]}"
        start = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = text[start:end]
        if re.search(r"(?:^|[\s;|&/])airflow\s", line[: at - start + 1]):
            self.unreadable.append((error.message, _span(self.source, places[at])))
        prompt = _PROMPT.match(line)
        kept = prompt[0] if prompt else ""
        return f"{text[:start]}{kept}{' ' * (len(line) - len(kept))}{text[end:]}"

    def _substitutions(self, word: Word, text: str, places: Sequence[int], depth: int) -> None:
        """Look into the ``$(…)`` and the backquotes of a word."""
        index = 0
        while index < len(word.text):
            at = word.places[index]
            end = 0
            with suppress(ShellError):  # of what only looks like one, inside a placeholder
                if word.symbolic[index] and text.startswith("$(", at):
                    if not text.startswith("$((", at):
                        end = closing(text, at + 1, ")")
                        self.text(text[at + 2 : end - 1], places[at + 2 : end], depth + 1)
                elif word.symbolic[index] and text[at] == "`":
                    end = backquote(text, at)
                    self.text(text[at + 1 : end - 1], places[at + 1 : end], depth + 1)
            index += 1
            while index < len(word.text) and word.places[index] < end:
                index += 1

    def _command(self, words: Sequence[Word], places: Sequence[int], depth: int) -> None:
        """Keep a command that calls ``airflow``, by itself or through another program."""
        words = _program_first(words)
        while words:
            name = _program(words[0])
            rest = words[1:]
            texts = [word.text for word in words]
            if name == "airflow":
                self.calls.append(Call(tuple(words), self.source, places))
                return
            if re.fullmatch(r"python(?:3(?:\.\d+)?)?", name) and "-m" in texts[:-1]:
                module = texts.index("-m") + 1
                words = words[module:] if texts[module] == "airflow" else []
            elif name in _SHELLS:
                self._shell(words, places, depth)
                return
            elif name in _WITH_DASHES:
                words = words[texts.index("--") + 1 :] if "--" in texts else []
            elif name in _CONTAINERS:
                words = _in_container(words)
            elif name in _WRAPPERS:
                words = _wrapped(rest[1:] if name in _USER_FIRST else rest)
            else:
                return

    def _shell(self, words: Sequence[Word], places: Sequence[int], depth: int) -> None:
        """Look into the script of ``sh -c '…'``."""
        for option, script in pairwise(words[1:]):
            if re.fullmatch(r"-[a-z]*c", option.text):
                ends = [*script.places, script.place(len(script.text))]
                self.text(script.text, [places[min(at, len(places) - 1)] for at in ends], depth + 1)
                return


def _split(text: str) -> Iterator[list[Word]]:
    """Give the words of each command, its redirections left out."""
    words: list[Word] = []
    target = False
    for token in tokens(text):
        if isinstance(token, Word):
            if not target:
                words.append(token)
            target = False
        elif token.text in _REDIRECTIONS:
            target = True
            if words and words[-1].text.isdecimal() and words[-1].place(10**9) == token.at:
                words.pop()
        else:
            target = False
            if words:
                yield words
            words = []
    if words:
        yield words


def _program_first(words: Sequence[Word]) -> Sequence[Word]:
    """Leave out the reserved words and the environment settings before the program."""
    index = 0
    while index < len(words) and (
        words[index].text in _LEADING or _ASSIGNMENT.match(words[index].text)
    ):
        index += 1
    return words[index:]


def _program(word: Word) -> str:
    return word.text.rpartition("/")[2]


def _wrapped(words: Sequence[Word]) -> Sequence[Word]:
    """Return the command that a program such as ``sudo`` or ``env`` runs."""
    for index, word in enumerate(words):
        name = _program(word)
        known = name in (*_SHELLS, *_WRAPPERS, *_WITH_DASHES, *_CONTAINERS) or name == "airflow"
        of_option = index > 0 and words[index - 1].text in ("-u", "--user", "-g", "--group", "-p")
        if (known or name.startswith("python")) and not of_option:
            return words[index:]
    return []


def _in_container(words: Sequence[Word]) -> Sequence[Word]:
    """Return what ``docker exec`` or ``docker run`` starts: the first program after the name."""
    texts = [word.text for word in words]
    verb = next((index for index, text in enumerate(texts) if text in ("exec", "run")), None)
    if verb is None:
        return []
    named = False
    for index in range(verb + 1, len(words)):
        if named and _program(words[index]) in ("airflow", *_SHELLS, *_WRAPPERS):
            return words[index:]
        option = texts[index].startswith("-") or _ASSIGNMENT.match(texts[index])
        of_option = texts[index - 1] in ("-u", "--user", "-e", "--env", "--network", "--name", "-v")
        named = named or not (option or of_option)
    return []


def _without_heredocs(text: str) -> str:
    """Blank out here-documents: they are input, not commands."""
    lines = text.split("\n")
    index = 0
    while index < len(lines):
        match = _HEREDOC.search(lines[index])
        index += 1
        if not match or "#" in lines[index - 1][: match.start()]:
            continue
        ends = (
            at
            for at in range(index, len(lines))
            if (lines[at].strip() if match[1] else lines[at].rstrip()) == match[3]
        )
        end = next(ends, None)
        if end is not None:
            for at in range(index, end + 1):
                lines[at] = " " * len(lines[at])
            index = end + 1
    return "\n".join(lines)


def _span(source: SourceText, at: int) -> Span:
    line = source.text.count("\n", 0, at)
    return source.span(line, at - (source.text.rfind("\n", 0, at) + 1))
