"""Texts that could hurt a parser are refused, and quickly."""

from __future__ import annotations

import time

import pytest

from sphinx_airflow_prod.core.diagnostics import Code
from sphinx_airflow_prod.core.source import SourceText
from sphinx_airflow_prod.core.values import guard, parse
from sphinx_airflow_prod.core.values.limits import MAX_CHARACTERS

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)
REFUSED = {
    "huge": "a: " + "x" * MAX_CHARACTERS,
    "indented": "".join(f"{' ' * n}a:\n" for n in range(300)),
    "brackets": "a: " + "[" * 100_000,
    "braces and keys": "a: " + "{b: " * 50_000,
    "brackets, spread": "a: " + "[ x,\n " * 50_000,
    "dashes": "a:\n " + "- " * 50_000 + "x",
    "questions": "? " * 50_000 + "x",
    "aliases": BOMB,
    "merges": "m0: &m0 {a: 1}\n"
    + "".join(
        f"m{n}: &m{n}\n  x: *m{n - 1}\n  y: *m{n - 1}\n  <<: *m{n - 1}\n" for n in range(1, 40)
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_excess_is_refused_with_a_reason(name: str) -> None:
    begun = time.perf_counter()
    found = parse(SourceText.whole_file(REFUSED[name], "f"))
    assert [diagnostic.code for diagnostic in found.diagnostics] == [Code.LIMIT]
    assert not found.readable
    assert list(found.paths()) == []
    # Seconds would be the sign of a pass that is not linear; no machine is that slow.
    assert time.perf_counter() - begun < 20


def test_the_place_of_the_excess_is_named() -> None:
    (found,) = parse(SourceText.whole_file("b: 1\n" + BOMB, "f")).diagnostics
    assert found.span.line > 1
    assert "each alias counted as what it stands for" in found.message


@pytest.mark.parametrize(
    "text",
    [
        "a: |\n" + "".join(f"  {'[' * 50} {n}\n" for n in range(500)),
        "a: 'not nested: " + "{" * 199 + "'\n",
        "a:\n" + "".join(f"  - b{n}: {{c: [1]}}\n" for n in range(1000)),
        "a: &x {b: 1}\nc: [" + ", ".join(["*x"] * 1000) + "]\n",
    ],
)
def test_long_but_harmless_texts_pass(text: str) -> None:
    source = SourceText.whole_file(text, "f")
    assert guard(source) is None
    assert parse(source).diagnostics == ()


def test_an_alias_within_its_own_anchor_does_no_harm() -> None:
    found = parse(SourceText.whole_file("a: &x\n  b: *x\n  c: [*x]\n", "f"))
    assert set(found.paths()) == {(), ("a",), ("a", "b"), ("a", "c"), ("a", "c", 0)}
