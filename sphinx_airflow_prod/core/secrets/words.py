"""Shell text as words: quoting, expansions, comments, pipes, each character at its place.

The rules are POSIX' "Shell Command Language" (2.2 Quoting, 2.3 Token
Recognition, 2.6 Word Expansions), with bash's ``$'…'`` and ``$"…"``.  Nothing is
expanded: ``$(…)``, ```…```, ``$NAME`` and ``${NAME}`` stay as written and are
marked symbolic, and so are placeholders (``<like this>``), which a reader
replaces before any shell sees them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sphinx_airflow_prod.core.secrets.expansions import (
    ANSI,
    ShellError,
    ansi,
    backquote,
    braces,
    closing,
)


@dataclass(frozen=True, slots=True)
class Word:
    r"""One word, quotes taken away.

    ``places[i]`` is where character *i* of ``text`` stands in the source and
    ``symbolic[i]`` whether it belongs to something that is not known before the
    command runs; ``at`` is where the word begins, its quote included.  Bytes
    that are no text (``$'\xff'``) are lone surrogates, as of ``surrogateescape``.
    """

    at: int
    text: str
    places: tuple[int, ...]
    symbolic: tuple[bool, ...]
    whole: bool = True
    """Whether it is a word of its own, not a part of one."""

    @property
    def is_symbolic(self) -> bool:
        """Whether any part is not known before the command runs."""
        return any(self.symbolic)

    @property
    def expands_tilde(self) -> bool:
        """Whether the word starts with a ``~`` that the shell expands: one of its own, unquoted."""
        return self.whole and self.text.startswith("~") and self.places[0] == self.at

    def place(self, index: int) -> int:
        """Return where character *index* stands; past the end, where the word ends."""
        if index < len(self.places):
            return self.places[index]
        return self.places[-1] + 1 if self.places else self.at

    def slice(self, start: int, stop: int | None = None) -> Word:
        """Return the characters from *start* up to *stop* as a word."""
        at = self.at if start == 0 else self.place(start)
        cut = slice(start, stop)
        whole = self.whole and start == 0
        return Word(at, self.text[cut], self.places[cut], self.symbolic[cut], whole)

    def find(self, character: str) -> int:
        """Return the index of the first *character* that is not part of an expansion, else -1."""
        for index, (char, symbolic) in enumerate(zip(self.text, self.symbolic, strict=True)):
            if char == character and not symbolic:
                return index
        return -1


@dataclass(frozen=True, slots=True)
class Operator:
    """Something that ends a command or redirects it."""

    at: int
    text: str


_OPERATORS = ("&&", "||", ";;", "|&", "<<<", "<<-", "<<", ">>", ">&", "<&", "&>", ">|")
_PLACEHOLDER = re.compile(r"<[A-Za-z](?:[^<>\n]{0,98}[^<>\s])?>|<\.\.\.>")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9?@*#$!-]")
_PROMPT = re.compile(r"[ \t]*\$[ \t]+")
_SECOND_PROMPT = re.compile(r"[ \t]*>[ \t]+")


def tokens(text: str) -> Iterator[Word | Operator]:
    r"""Give the words and operators of *text*; a line's end is the operator ``\n``.

    Where the first line that says something starts with the prompt ``$ ``,
    commands are what follows such prompts, and all other lines are output.
    Raises :class:`ShellError`.
    """
    lexer = _Lexer(text)
    while (token := lexer.next()) is not None:
        yield token


def has_prompt(text: str) -> bool:
    """Whether *text* shows a terminal: its first line that says something has a prompt."""
    for line in text.split("\n"):
        if line.strip() and not line.lstrip().startswith("#"):
            return _PROMPT.match(line) is not None
    return False


class _Lexer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.console = has_prompt(text)
        self.line_start = True
        self.characters: list[tuple[str, int, bool]] = []

    def next(self) -> Word | Operator | None:
        """Return the next token, ``None`` at the end."""
        text = self.text
        while True:
            if self.line_start and self.console and not self._past_prompt():
                return None
            self.line_start = False
            while self.at < len(text) and text[self.at] in " \t\r":
                self.at += 1
            if self._continuation():
                continue
            break
        if self.at >= len(text):
            return None
        if text[self.at] == "#":
            end = text.find("\n", self.at)
            self.at = len(text) if end < 0 else end
            if end < 0:
                return None
        if text[self.at] == "\n":
            self.at += 1
            self.line_start = True
            return Operator(self.at - 1, "\n")
        if (operator := self._operator()) is not None:
            return operator
        return self._word()

    def _past_prompt(self) -> bool:
        """Go to what follows the next prompt; False where there is none."""
        while self.at < len(self.text):
            if match := _PROMPT.match(self.text, self.at):
                self.at = match.end()
                return True
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end + 1
        return False

    def _continuation(self) -> bool:
        """Skip a backslash at the end of a line, and the prompt ``> `` that follows it."""
        if not self.text.startswith(("\\\n", "\\\r\n"), self.at):
            return False
        self.at = self.text.index("\n", self.at) + 1
        if self.console and (match := _SECOND_PROMPT.match(self.text, self.at)):
            self.at = match.end()
        return True

    def _operator(self) -> Operator | None:
        text, at = self.text, self.at
        if text[at] not in "&|;()<>":
            return None
        if text[at] in "<>" and (_PLACEHOLDER.match(text, at) or text.startswith("(", at + 1)):
            return None
        if text[at] in "()":
            raise ShellError(at, f"the shell reads {text[at]!r} as its own; quote the word")
        found = next((op for op in _OPERATORS if text.startswith(op, at)), text[at])
        self.at += len(found)
        return Operator(at, found)

    def _word(self) -> Word:
        text, start = self.text, self.at
        self.characters = []
        while self.at < len(text):
            char = text[self.at]
            if char in " \t\r\n;|&":
                break
            if self._continuation():
                continue
            if char == "'":
                self._single()
            elif char == '"':
                self._double()
            elif char == "\\":
                if self.at + 1 >= len(text):
                    raise ShellError(self.at, "nothing follows the backslash; remove it")
                self._add(text[self.at + 1], self.at + 1)
                self.at += 2
            elif char in "$`" and self._expansion():
                pass
            elif char in "<>" and (match := _PLACEHOLDER.match(text, self.at)):
                self._symbol(match.end())
            elif char in "<>" and text.startswith("(", self.at + 1):
                self._symbol(closing(text, self.at + 1, ")"))
            elif char in "<>":
                break
            elif char in "()":
                raise ShellError(self.at, f"the shell reads {char!r} as its own; quote the word")
            elif char == "{" and (match := braces(text, self.at)):
                message = f"the shell expands {match[0]} into several words; quote it"
                raise ShellError(self.at, message)
            else:
                self._add(char, self.at)
                self.at += 1
        chars = self.characters
        return Word(
            start,
            "".join(char for char, _, _ in chars),
            tuple(place for _, place, _ in chars),
            tuple(symbolic for _, _, symbolic in chars),
        )

    def _add(self, char: str, place: int, *, symbolic: bool = False) -> None:
        self.characters.append((char, place, symbolic))

    def _symbol(self, end: int) -> None:
        """Take the source as it stands up to *end* as one symbolic part."""
        for place in range(self.at, end):
            self._add(self.text[place], place, symbolic=True)
        self.at = end

    def _single(self) -> None:
        end = self.text.find("'", self.at + 1)
        if end < 0:
            raise ShellError(self.at, "this single quote is never closed; close it with '")
        self._quoted(self.at + 1, end)
        self.at = end + 1

    def _quoted(self, start: int, end: int) -> None:
        """Take everything between quotes as it stands, placeholders as symbols."""
        self.at = start
        while self.at < end:
            match = _PLACEHOLDER.match(self.text, self.at, end)
            if match:
                self._symbol(match.end())
            else:
                self._add(self.text[self.at], self.at)
                self.at += 1

    def _double(self) -> None:
        text, start = self.text, self.at
        self.at += 1
        while self.at < len(text):
            char = text[self.at]
            if char == '"':
                self.at += 1
                return
            if char == "\\" and text[self.at + 1 : self.at + 2] in tuple('$`"\\\n'):
                if text[self.at + 1] != "\n":
                    self._add(text[self.at + 1], self.at + 1)
                self.at += 2
            elif char in "$`" and self._expansion(quoted=True):
                pass
            elif char == "<" and (match := _PLACEHOLDER.match(text, self.at)):
                self._symbol(match.end())
            else:
                self._add(char, self.at)
                self.at += 1
        raise ShellError(start, 'this double quote is never closed; close it with "')

    def _expansion(self, *, quoted: bool = False) -> bool:
        """Take ``$…`` or a backquoted command as a symbol; False for a plain ``$``."""
        text, at = self.text, self.at
        if text[at] == "`":
            self._symbol(backquote(text, at))
            return True
        following = text[at + 1 : at + 2]
        if following == "(":
            self._symbol(closing(text, at + 1, ")"))
        elif following == "{":
            self._symbol(closing(text, at + 1, "}"))
        elif following == "'" and not quoted:
            self._ansi()
        elif following == '"' and not quoted:
            self.at += 1
            self._double()
        elif match := _NAME.match(text, at + 1):
            self._symbol(match.end())
        else:
            return False
        return True

    def _ansi(self) -> None:
        """Take ``$'…'``: the escapes of C, as bash knows them."""
        text, start = self.text, self.at
        self.at += 2
        while self.at < len(text):
            char = text[self.at]
            if char == "'":
                self.at += 1
                return
            if char == "\\" and (match := ANSI.match(text, self.at)):
                for decoded in ansi(match[0]):
                    self._add(decoded, self.at)
                self.at = match.end()
            else:
                self._add(char, self.at)
                self.at += 1
        raise ShellError(start, "this $' is never closed; close it with '")
