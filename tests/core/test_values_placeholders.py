"""Placeholders stand for what the reader fills in, and satisfy every schema."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sphinx_airflow_prod.core.placeholders import fill_placeholders, find_placeholders
from sphinx_airflow_prod.core.schema import ChartSchema
from sphinx_airflow_prod.core.values import coalesce
from tests.core.helm_oracle import Files, Oracle


def filled(schema: dict[str, Any], default: Any = None, text: str = "<fill me in>") -> Any:
    chart = ChartSchema({"properties": {"a": schema}}, {} if default is None else {"a": default})
    values, paths = fill_placeholders({"a": text}, chart)
    assert paths == {("a",)}
    assert chart.check(values) == ()
    return values["a"]


def test_a_placeholder_is_nothing_but_itself() -> None:
    values = {"a": "<x>", "b": ["...", "x ..."], "c": {"d": "<a> and <b>", "e": "http://<host>"}}
    assert find_placeholders(values) == {("a",), ("b", 0)}


def test_the_pattern_is_the_sites_own() -> None:
    assert find_placeholders({"a": "CHANGEME", "b": "<x>"}, "CHANGEME") == {("a",)}
    with pytest.raises(re.error):
        find_placeholders({}, "(")


def test_where_a_text_is_allowed_it_stays() -> None:
    assert filled({"type": "string"}, default="x") == "<fill me in>"
    assert filled({"type": ["integer", "string"]}) == "<fill me in>"
    assert filled({"oneOf": [{"type": "string"}, {"type": "object"}]}) == "<fill me in>"
    assert filled({}) == "<fill me in>"


def test_else_it_becomes_the_default() -> None:
    assert filled({"type": "integer"}, default=5432) == 5432
    assert filled({"type": "object"}, default={"x": 1}, text="...") == {"x": 1}
    assert filled({"type": "string", "enum": ["A", "B"]}, default="B") == "B"


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "integer"}, 1),
        ({"type": "integer", "minimum": 7}, 7),
        ({"type": "number", "maximum": 0}, 0),
        ({"type": "boolean"}, True),
        ({"type": "array"}, []),
        ({"type": "object"}, {}),
        ({"enum": ["A", "B"]}, "A"),
        ({"const": 3}, 3),
        ({"anyOf": [{"type": "boolean"}, {"type": "integer"}]}, True),
        ({"allOf": [{"type": "integer"}, {"minimum": 3}]}, 3),
        ({"type": "string", "pattern": "^[a-z]+$"}, "placeholder"),
    ],
)
def test_without_a_default_it_becomes_something_small(
    schema: dict[str, Any], expected: Any
) -> None:
    assert filled(schema) == expected


def test_a_default_that_the_schema_refuses_is_not_used() -> None:
    assert filled({"type": "integer", "minimum": 1}, default="none") == 1


def test_items_of_lists_are_filled_too() -> None:
    schema = {"properties": {"ports": {"items": {"properties": {"port": {"type": "integer"}}}}}}
    values, paths = fill_placeholders({"ports": [{"port": "<p>"}]}, ChartSchema(schema))
    assert values == {"ports": [{"port": 1}]}
    assert paths == {("ports", 0, "port")}


def test_the_values_given_are_left_alone() -> None:
    values = {"a": {"b": ["<x>"]}}
    schema = {"properties": {"a": {"properties": {"b": {"items": {"type": "integer"}}}}}}
    assert fill_placeholders(values, ChartSchema(schema))[0] == {"a": {"b": [1]}}
    assert values == {"a": {"b": ["<x>"]}}


def test_without_a_schema_the_text_stays() -> None:
    assert fill_placeholders({"a": "..."}, ChartSchema(None, {"a": 1}))[0] == {"a": "..."}


def test_any_leaf_of_the_official_chart_may_be_a_placeholder(
    oracle: Oracle, official: Files
) -> None:
    defaults = oracle.read(official["values.yaml"])
    schema = ChartSchema(official["values.schema.json"], defaults)

    def leave_open(value: Any) -> Any:
        if isinstance(value, dict) and value:
            return {key: leave_open(below) for key, below in value.items()}
        return "<your own>"

    values, paths = fill_placeholders(leave_open(defaults), schema)
    assert len(paths) > 1000
    assert schema.check(coalesce(defaults, values)) == ()
    assert oracle.validate(official, coalesce(defaults, values)) is None
