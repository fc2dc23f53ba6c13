"""Violations of the schema are told in words, at the place of the offending key or item."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.schema import ChartSchema, violations
from sphinx_airflow_prod.core.values import coalesce, merge
from tests.core.helm_oracle import Files, Oracle
from tests.core.samples import layout, told

DIRECTIVE = Span("guide.rst", 7, 1)


@pytest.fixture(scope="module")
def chart(zoo: Files, oracle: Oracle) -> ChartSchema:
    return ChartSchema(zoo["values.schema.json"], oracle.read(zoo["values.yaml"]))


def said(chart: ChartSchema, oracle: Oracle, text: str) -> list[str]:
    found = layout(text)
    merged = coalesce(chart.defaults, oracle.read(found.source.text))
    return told(violations(chart, found, merged, DIRECTIVE))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("debug: 'yes'", '1:1: debug: expected boolean, got string "yes"; remove the quotes'),
        ("debug: maybe", '1:1: debug: expected boolean, got string "maybe"'),
        ("replicas: 1.5", "1:1: replicas: expected integer, got number 1.5"),
        ("replicas: two", '1:1: replicas: expected integer, got string "two"'),
        ("ratio: yes", "1:1: ratio: expected number or null, got boolean true"),
        ("labels: {a: yes}", '1:10: labels.a: expected string, got boolean true; quote it: "yes"'),
        ("labels: {a: 0644}", '1:10: labels.a: expected string, got integer 420; quote it: "0644"'),
        ("tickets: {}", "1:1: tickets: expected list, got an empty mapping"),
        ("owner:\n  name: [a]", "2:3: owner.name: expected string, got a list"),
        ("labels: a:b", '1:1: labels: expected mapping, got string "a:b" (is the space after'),
        ("level: Info", "1:1: level: 'Info' is not one of 'debug', 'info', 'warning' (did you "),
        ("kind: other", "1:1: kind: must be 'fixed', is 'other'"),
        ("replicas: 0", "1:1: replicas: must be at least 1, is 0"),
        ("ratio: 1", "1:1: ratio: must be less than 1, is 1"),
        ("name: UPPER", "1:1: name: 'UPPER' does not match the pattern ^[a-z]+$"),
        ("replicas:", "1:1: the key 'replicas' is required"),
        ("animals:\n  cat: {}", "2:3: animals.cat: the key 'legs' is required"),
        ("animals:\n  cat: {legs: -1}", "2:9: animals.cat.legs: must be at least 0, is -1"),
        ("animals:\n  cat: {legs: 4, name: ''}", "2:18: animals.cat.name: must have at least 1 "),
        ("feeding:\n  mode: automatic", "1:1: feeding: the key 'schedule' is required"),
        ("closed:\n  outer: x", "2:3: closed.outer: a value of type string is not allowed here"),
        ("tickets:\n  - name: a", "2:5: tickets[0]: one of the keys 'price' or 'priceFrom' is"),
        (
            "tickets:\n  - {name: a, price: 1}\n  - {name: a, price: 1}",
            "1:1: tickets: the items of this list must differ from each other",
        ),
        ("visitors: [a, 1]", "1:15: visitors[1]: expected string or mapping, got integer 1"),
        ("visitors: [{name: 1}]", "1:13: visitors[0].name: expected string, got integer 1"),
        ("storage: {type: disk}", "1:1: storage: the key 'size' is required"),
    ],
)
def test_a_violation_is_told_in_words_at_its_place(
    chart: ChartSchema, oracle: Oracle, text: str, expected: str
) -> None:
    (message,) = said(chart, oracle, text)
    assert message.startswith(expected)
    assert message.endswith("[helm.schema]")


def test_a_key_that_the_schema_rules_out_is_an_unknown_key(
    chart: ChartSchema, oracle: Oracle
) -> None:
    assert said(chart, oracle, "closed:\n  iner: 1\n") == [
        "2:3: unknown key 'iner' in closed (did you mean 'inner'?) [helm.unknown-key]"
    ]


def test_all_violations_are_reported_in_the_order_of_the_text(
    chart: ChartSchema, oracle: Oracle
) -> None:
    found = said(chart, oracle, "name: 1\nreplicas: x\ndebug: 2\n")
    assert [message.partition(": ")[0] for message in found] == ["1:1", "2:1", "3:1"]


def test_a_missing_key_is_told_where_the_text_takes_it_away() -> None:
    chart = ChartSchema({"properties": {"a": {"required": ["b"]}}}, {"a": {"b": 1}})
    found = layout("a:\n  b: null\n")
    merged = coalesce(chart.defaults, {"a": {"b": None}})
    assert told(violations(chart, found, merged, DIRECTIVE)) == [
        "2:3: a: the key 'b' is required [helm.schema]"
    ]


def test_what_only_the_site_or_the_defaults_break_stands_at_the_directive(
    chart: ChartSchema,
) -> None:
    merged = coalesce(chart.defaults, {"name": "zoo", "replicas": "x"})
    (found,) = violations(chart, layout("name: zoo\n"), merged, DIRECTIVE)
    assert found.span == DIRECTIVE


def test_what_a_layer_beneath_breaks_is_told_in_its_own_example_only(chart: ChartSchema) -> None:
    beneath = {"replicas": "x", "debug": 3}
    inherited = chart.check(coalesce(chart.defaults, beneath))
    merged = coalesce(chart.defaults, merge(beneath, {"debug": 4}))
    found = violations(chart, layout("debug: 4\n"), merged, DIRECTIVE, inherited=inherited)
    assert told(found) == ["1:1: debug: expected boolean, got integer 4 [helm.schema]"]


def test_placeholders_are_never_wrong(chart: ChartSchema) -> None:
    merged = coalesce(chart.defaults, {"debug": "<x>"})
    found = violations(chart, layout("debug: <x>\n"), merged, DIRECTIVE, placeholders={("debug",)})
    assert found == []


def test_long_values_and_long_enumerations_are_cut() -> None:
    schema = {"properties": {"a": {"enum": [f"option-{n}" for n in range(99)]}}}
    (found,) = ChartSchema(schema).check({"a": "x" * 500})
    assert len(str(found)) < 300


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ("{", "values.schema.json is no JSON"),
        ("[]", "holds no schema"),
        ('{"type": "strin"}', "values.schema.json cannot be used"),
        ('{"$ref": "#/definitions/missing"}', "values.schema.json cannot be used"),
    ],
)
def test_a_schema_that_cannot_be_used_says_so_and_refuses_nothing(schema: str, reason: str) -> None:
    chart = ChartSchema(schema)
    assert reason in str(chart.problem)
    assert chart.check({"a": 1}) == ()


def test_nothing_is_fetched() -> None:
    schema: dict[str, Any] = {
        "properties": {
            "a": {"$ref": "https://schema.invalid/x.json#/definitions/y"},
            "b": {"$ref": "other.json"},
            "c": {"type": "integer"},
        }
    }
    chart = ChartSchema(json.dumps(schema))
    assert [str(found) for found in chart.check({"a": 1, "b": 2, "c": "x"})] == [
        'c: expected integer, got string "x"'
    ]
    assert chart.remote_references == (
        "https://schema.invalid/x.json#/definitions/y",
        "other.json",
    )
    assert chart.problem is None


def test_no_schema_refuses_nothing() -> None:
    assert ChartSchema(None).check({"a": 1}) == ()
    assert ChartSchema(True).check({"a": 1}) == ()
    assert ChartSchema(False).check({"a": 1}) != ()
