"""The order and the comments of a chart's ``values.yaml``."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinx_airflow_prod.core.comments import Written, read_values_file

LICENCE = "# Licensed to the ASF under one\n# or more agreements. Copyright.\n"


def comment(text: str, *path: str) -> str:
    written = read_values_file(text)
    for name in path:
        written = written.fields[name]
    return written.comment


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# How many.\na: 1\n", "How many."),
        ("# How many,\n# at most.\na: 1\n", "How many,\nat most."),
        ("# About something else.\n\na: 1\n", ""),
        ("a: 1  # how many\n", "how many"),
        ('a: "1 # 2"\n', ""),
        (LICENCE + "a: 1\n", ""),
        (LICENCE + "---\n# Default values for x.\n# This is a YAML-formatted file.\na: 1\n", ""),
        ("# ----- Web -----\n# Its port.\na: 1\n", "Its port."),
        ("#########\n## Web ##\n#########\n# Its port.\na: 1\n", "Its port."),
        ("# -- (int) How many\n# @default -- 3\na: 1\n", "(int) How many"),
        ("# Old words.\n# -- New words\n# that go on.\na: 1\n", "New words\nthat go on."),
        ("# a -- The old form of helm-docs\na: 1\n", "The old form of helm-docs"),
        ("## @param a How many pods\n##\na: 1\n", "How many pods"),
        ("## @param a [nullable] How many pods\na: 1\n", "How many pods"),
        ("# @schema\n# type: integer\n# @schema\n# How many.\na: 1\n", "How many."),
        ("# Limits. Example:\n# limits:\n#   cpu: 100m\na: {}\n", "Limits."),
        ("# Limits.\n# Example:\n# limits:\n#   cpu: 100m\na: {}\n", "Limits."),
        ("b: {}\n#  c: 1\n# What it is.\na: 1\n", "What it is."),
        ("# Note: it is slow.\na: 1\n", "Note: it is slow."),
        ("# yaml-language-server: $schema=x\n# What it is.\na: 1\n", "What it is."),
    ],
)
def test_what_is_said_of_a_key(text: str, said: str) -> None:
    assert comment(text, "a") == said


def test_keys_below_have_comments_of_their_own() -> None:
    text = "# Pods.\na:\n  # How many.\n  b: 1\n\n  c:\n  # Not its own.\n    d: {e: 1} # shown\n"
    assert [comment(text, *path) for path in (["a"], ["a", "b"], ["a", "c"])] == [
        "Pods.", "How many.", "",
    ]  # fmt: skip
    assert comment(text, "a", "c", "d", "e") == ""


def test_keys_are_in_the_order_of_the_file_and_as_helm_reads_them() -> None:
    written = read_values_file("b: 1\na: 2\nyes: 3\n0644: 4\n'no': 5\n")
    assert list(written.fields) == ["b", "a", "true", "420", "no"]


def test_two_documents_are_one() -> None:
    text = "# Stray.\nx: 1\n---\n# One.\na:\n  b: 1\n---\na:\n  # Two.\n  c: 1\n"
    written = read_values_file(text)
    assert list(written.fields) == ["x", "a"]
    assert list(written.fields["a"].fields) == ["b", "c"]
    assert written.fields["a"].comment == "One."


@pytest.mark.parametrize("text", ["", "a: [", "- a\n", "3", "a: &x\n  b: *x\n", "{" * 5000])
def test_odd_files_have_no_comments_and_do_no_harm(text: str) -> None:
    assert isinstance(read_values_file(text), Written)


@given(st.text(alphabet="ab:# \n-{}[]&*'\"@|>\t%", max_size=60))
def test_no_text_is_too_odd(text: str) -> None:
    assert isinstance(read_values_file(text), Written)
