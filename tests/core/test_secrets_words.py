"""Words are what a real shell passes on; what it would expand stays as written."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from sphinx_airflow_prod.core.secrets.expansions import ShellError
from sphinx_airflow_prod.core.secrets.words import Operator, Word, tokens

BASH = shutil.which("bash")


def words(text: str) -> list[Word]:
    return [token for token in tokens(text) if isinstance(token, Word)]


def texts(text: str) -> list[str]:
    return [token.text if isinstance(token, Word) else f"[{token.text}]" for token in tokens(text)]


def symbols(text: str) -> list[str]:
    """The parts of the only word that are not known."""
    [word] = words(text)
    shown = ""
    for char, symbolic in zip(word.text, word.symbolic, strict=True):
        shown += char if symbolic else "\n"
    return shown.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a  b\tc", ["a", "b", "c"]),
        ("a # b\nc#d", ["a", "[\n]", "c#d"]),
        ("'a b'\"c d\"e\\ f", ["a bc de f"]),
        ("a \\\n  b\\\nc", ["a", "bc"]),
        ("a \\\r\n  b\r\nc", ["a", "b", "[\n]", "c"]),
        ("''", [""]),
        ("\"\\a\\\\\\\"\"", ["\\a\\\""]),
        ("a&&b||c|d;e", ["a", "[&&]", "b", "[||]", "c", "[|]", "d", "[;]", "e"]),
        ("a 2>/dev/null >x <y", ["a", "2", "[>]", "/dev/null", "[>]", "x", "[<]", "y"]),
        ("{} {a} a{ {\"a,b\"} ${a,b}", ["{}", "{a}", "a{", "{a,b}", "${a,b}"]),
    ],
)  # fmt: skip
def test_words_and_operators(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=$B", ["$B"]),
        ("a=${B:-'x y'}z", ["${B:-'x", "y'}"]),
        ('"x$(y "$(z)" \')\')w"', ["$(y", '"$(z)"', "')')"]),
        ("a=`b`", ["`b`"]),
        ("postgresql://<user>:<pass-word>@h", ["<user>", "<pass-word>"]),
        ("'<the password>'", ["<the", "password>"]),
        ("\"<it's>\"", ["<it's>"]),
        ("'$B $(c) `d`'", []),
        ("\\$B", []),
        ('"a$ b$"', []),
        ("a=<(b)", ["<(b)"]),
        ("'1 < 2 > 0'", []),
    ],
)  # fmt: skip
def test_what_is_not_known_is_symbolic(text: str, expected: list[str]) -> None:
    assert symbols(text) == expected


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("a 'b", 2, "single quote"),
        ('a "b', 2, "double quote"),
        ("a $'b", 2, "never closed"),
        ("a $(b", 2, "close it with )"),
        ("a `b", 2, "backquote"),
        ("a (b)", 2, "quote"),
        ("a b(c)", 3, "quote"),
        ('x={"a":1,"b":2}', 2, "quote"),
        ("x={1..3}", 2, "quote"),
        ("a \\", 2, "backslash"),
        ("$(" * 60, 0, "never closed"),
        ('"$(' * 60, 155, "nested more than"),
    ],
)
def test_what_no_shell_takes_is_an_error_at_its_place(text: str, at: int, message: str) -> None:
    with pytest.raises(ShellError, match=re.escape(message)) as error:
        list(tokens(text))
    assert error.value.at == at


def test_every_character_knows_its_place() -> None:
    text = "k --x='a b'\\\n\"c\"d"
    word = words(text)[1]
    assert word.text == "--x=a bcd"
    assert [text[place] for place in word.places] == list(word.text)
    assert word.slice(4).at == text.index("a")


def test_a_terminal_shows_prompts_and_output() -> None:
    text = "# first\n$ a \\\n> b\nsecret/b created\n\n  $ c\n"
    assert texts(text) == ["a", "b", "[\n]", "c", "[\n]"]


pieces = st.one_of(
    st.sampled_from(["a", "b1", "=", "/", " ", "\t", "\n", "\\\n", "\\ "]),
    st.sampled_from(["\\'", '\\"', "%", "é", "-", "a#b", "{a}", "a,b", "#"]),
    st.text(st.sampled_from("ab \"\\#;&|(){}*?~!,.=\n"), max_size=6).map("'{}'".format),
    st.text(st.sampled_from("ab '#;&|(){}*?~!,.=\n"), max_size=6).map('"{}"'.format),
    st.sampled_from(['"\\$\\`\\"\\\\"', '"\\a"', "$'\\n\\t\\x41\\101\\''"]),
)  # fmt: skip


@pytest.mark.skipif(BASH is None, reason="bash is not installed: nothing to agree with")
@settings(max_examples=150, deadline=None)
@given(text=st.lists(pieces, max_size=12).map("".join))
@example("a#b #c\nd")
def test_words_are_those_that_bash_passes_on(text: str) -> None:
    lines: list[list[str]] = [[]]
    try:
        for token in tokens(text):
            if isinstance(token, Operator):
                lines.append([])
            else:
                lines[-1].append(token.text)
    except ShellError:
        assume(False)
    # Only the first line is compared: bash would run the others as commands.
    assume(not any(line for line in lines[1:]))
    script = f"set -f; printf '%s\\0' x {text}"
    done = subprocess.run(
        [str(BASH), "-c", script], capture_output=True, timeout=60, env={"LC_ALL": "C.UTF-8"}
    )
    assert done.returncode == 0
    assert done.stdout.decode("utf-8").split("\0")[1:-1] == lines[0]
