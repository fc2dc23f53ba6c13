"""Paths of values as prose has them: read, and written in one way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinx_airflow_prod.core.valuepaths import ValuePath, object_name, parse_value_path

_BARE = st.from_regex(r"[A-Za-z0-9_/-]{1,6}", fullmatch=True)
_ODD = st.text(st.characters(codec="ascii", exclude_characters="'\n\r", min_codepoint=32),
               min_size=1, max_size=6)  # fmt: skip
PATHS = st.tuples(_BARE, st.lists(st.one_of(_BARE, _ODD, st.just(0)), max_size=4)).map(
    lambda parts: (parts[0], *parts[1])
)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("replicas", ("replicas",)),
        ("workers.celery.replicas", ("workers", "celery", "replicas")),
        ("env[].name", ("env", 0, "name")),
        ("env[2].name", ("env", 2, "name")),
        ("matrix[][1]", ("matrix", 0, 1)),
        ('a."b.c/d".e', ("a", "b.c/d", "e")),
        ("a['b.c/d'].e", ("a", "b.c/d", "e")),
        ('a["b c"]', ("a", "b c")),
        ("'first.key'.x", ("first.key", "x")),
    ],
)
def test_a_path_is_keys_and_items(text: str, steps: tuple[str | int, ...]) -> None:
    assert parse_value_path(text).steps == steps
    assert parse_value_path(f"key:{text}").steps == steps


def test_the_key_of_a_chart_goes_before() -> None:
    assert parse_value_path("my-chart:a.b") == ValuePath("my-chart", ("a", "b"), (9, 11))


@pytest.mark.parametrize(
    "text", ["", "a..b", ".a", "a.", "a b", "a[", "a[x]", "a.'b", "key:", "a]", "[0]x", "a.[0]"]
)
def test_what_is_no_path_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="is no path of a value: write keys with dots between"):
        parse_value_path(text)


@given(PATHS)
def test_what_is_written_is_read_as_the_same_path(path: tuple[str | int, ...]) -> None:
    assert parse_value_path(object_name(None, path)).steps == path
    read = parse_value_path(object_name("key", path))
    assert (read.chart, read.steps, read.name) == ("key", path, object_name("key", path))


@given(PATHS)
def test_each_step_begins_where_its_offset_says(path: tuple[str | int, ...]) -> None:
    text = object_name(None, path)
    for step, offset in zip(path, parse_value_path(text).offsets, strict=True):
        assert text[offset:].startswith((str(step), "['", "[]"))
