"""Mistakes of writing: each is reported at its place, with its remedy."""

from __future__ import annotations

import pytest

from sphinx_airflow_prod.core.diagnostics import Code
from tests.core.samples import layout, mistakes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:\n\tb: 1\n", "2:1: YAML does not allow tabs for indentation; use spaces"),
        ("- \ta: 1\n", "1:3: YAML does not allow a tab here; use spaces"),
        ("a:b\n", "1:2: a space is missing after the colon; write 'a: b'"),
        ("x:\n  a:b\n  c: d\n", "2:4: a space is missing after the colon; write 'a: b'"),
        ("a: 'b\nc: d\n", "1:4: the quote ' opened here is never closed"),
        ('a: "b\n', '1:4: the quote " opened here is never closed'),
        ("a: 'it's'\n", "1:8: text follows the closing '; if that ' belongs to the text"),
        ("a: [1, 2\nb: 3\n", "1:4: the [ opened here is not closed before the next key"),
        ("a: {b: 1\n", "1:4: the { opened here is never closed"),
        ("a: b: c\n", "1:5: mapping values are not allowed here: a second ': ' in one line"),
        ("a: b\n  c: d\n", "2:3: mapping values are not allowed here: 'c' is indented below"),
        ("a: {{ .Values.x }}\n", "1:4: a Go template is not evaluated in values; quote it"),
        ("a: {{ x }}-y\n", "1:4: a Go template is not evaluated in values; quote the whole"),
        ("a: @b\n", "1:4: a text cannot begin with @; quote it"),
        ("a: *\n", "1:4: * begins an anchor or alias and needs a name"),
        ("a: *b\n", "1:4: the alias '*b' has no anchor '&b' before it"),
        ("a: &x\n  b: *x\n", "2:6: the alias '*x' stands inside its own anchor '&x'"),
        ("a: 1\nfoo\nb: 2\n", "2:1: 'foo' is neither 'key: value' nor a list item"),
        ("a:\n  b: 1\n  ...\n", "3:3: '...' stands for a value only, as in 'key: ...'"),
        ("a:\n  b: 1\n c: 2\n", "3:2: this line is indented by 1, which fits no line above"),
        ("a:\n  - b\n  c: d\n", "3:3: a key stands where a list item is expected"),
        ("a: b\n- c\n", "2:1: a list item stands where a key is expected"),
        ("a: - b\n", "1:4: a list item cannot start here"),
        ('a: "x\\qy"\n', "1:7: \\q is no escape of a double-quoted text"),
        ("a: \x01\n", "1:4: the character U+0001 is not allowed in YAML"),
        ("~: 1\n", "1:1: ~ cannot be a key in values"),
        ("? [a]\n: 1\n", "1:3: a list cannot be a key in values"),
        ("<<: 1\n", "1:1: '<<' merges a mapping or a list of mappings"),
        ("a: .nan\n", "1:4: Helm cannot hold the number .nan"),
        ("- a\n- b\n", "1:1: the top level is a list; values are a mapping"),
        ("just text\n", "1:1: the top level is a single text; values are a mapping"),
        ("", "1:1: the example holds no values"),
        ("# only a comment\n", "1:1: the example holds no values"),
        ("null\n", "1:1: the example holds no values"),
        ("a: 1\n---\nb: 2\n", "2:1: a second YAML document starts here"),
        ("a: 1\n...\nb: 2\n", "2:1: '...' at the start of a line ends the YAML document"),
        ("--- {a: 1}\n", "1:1: Helm allows no text after '---' on its line"),
        ("%YAML 1.1\n---\na: 1\n", "1:1: Helm takes no YAML directives"),
    ],
)
def test_a_mistake_is_told_in_words_at_its_place(text: str, expected: str) -> None:
    (said,) = mistakes(text)
    assert said.startswith(expected)
    assert said.endswith("[helm.yaml]")
    assert not layout(text).readable


@pytest.mark.parametrize(
    "text",
    [
        "a:\tb\t# a comment\n",
        "a: b\tc\n",
        "a: 1\n  \t\nb: [\t1]\n",
        "'quoted':\t\"x\"\n",
        "---\na: 1\n",
        "# comment\n---\na: 1\n---\n",
        "a: ...\nb: <your host>\n",
        "a: '{{ .Release.Name }}'\n",
        "{}\n",
        "a: 1\r\nb: 2\r\n",
        "\ufeffa: 1\n",
    ],
)
def test_what_helm_reads_well_is_no_mistake(text: str) -> None:
    assert mistakes(text) == []
    assert layout(text).readable


def test_several_mistakes_are_all_reported() -> None:
    said = mistakes("""
        a: b: c
        good: {x: 1, x: 2}
        tabs:
        \there: 1
        quote: 'open
        """)
    assert [message.partition(": ")[0] for message in said] == ["1:5", "2:14", "4:1", "5:8"]


def test_what_is_well_written_has_places_all_the_same() -> None:
    found = layout("a: b: c\ngood:\n  x: 1\n")
    assert ("good", "x") in found
    assert ("a",) not in found


def test_every_code_is_one_about_writing() -> None:
    assert {found.code for found in layout("a: b: c\nb: 1\nb: 2\n").diagnostics} == {
        Code.YAML,
        Code.DUPLICATE_KEY,
    }
