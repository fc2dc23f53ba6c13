"""Keys that the chart does not know, which Helm would ignore without a word."""

from __future__ import annotations

from typing import Any

import pytest

from sphinx_airflow_prod.core.diagnostics import Severity, Span
from sphinx_airflow_prod.core.schema import ChartSchema, unknown_keys, violations
from tests.core.helm_oracle import Files, Oracle
from tests.core.samples import layout, told


@pytest.fixture(scope="module")
def chart(zoo: Files, oracle: Oracle) -> ChartSchema:
    return ChartSchema(zoo["values.schema.json"], oracle.read(zoo["values.yaml"]), ["sub"])


def unknown(schema: Any, values: dict[str, Any], defaults: Any = None) -> list[str]:
    return [".".join(map(str, p)) for p in ChartSchema(schema, defaults).unknown_in(values)]


def said(chart: ChartSchema, oracle: Oracle, text: str) -> list[str]:
    found = layout(text)
    return told(unknown_keys(chart, found, oracle.read(found.source.text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("replica: 2", "1:1: unknown key 'replica' (did you mean 'replicas'?)"),
        ("Replicas: 2", "1:1: unknown key 'Replicas' (did you mean 'replicas'?)"),
        ("a:\n  b: 1\n", "1:1: unknown key 'a'"),
        ("owner: {nme: x}", "1:9: unknown key 'nme' in owner (did you mean 'name'?)"),
        ("owner: {legs: 4}", "1:9: unknown key 'legs' in owner; the keys known there are 'name',"),
        ("animals: {cat: {leg: 4}}", "1:17: unknown key 'leg' in animals.cat (did you mean 'legs"),
        ("tickets: [{price: 1}, {prize: 1}]", "1:24: unknown key 'prize' in tickets[1] (did you"),
        ("visitors: [{nam: x}]", "1:13: unknown key 'nam' in visitors[0] (did you mean 'name'?)"),
        ("email: x", "1:1: 'email' is not a key of the top level; it is one of owner"),
        ("feeding: {shedule: x}", "1:11: unknown key 'shedule' in feeding (did you mean 'sched"),
        ("yes: 1", "1:1: unknown key 'true'"),
    ],
)
def test_an_unknown_key_is_told_with_the_likely_remedy(
    chart: ChartSchema, oracle: Oracle, text: str, expected: str
) -> None:
    (message,) = said(chart, oracle, text)
    assert message.startswith(expected)
    assert message.endswith("[helm.unknown-key]")


@pytest.mark.parametrize(
    "text",
    [
        "owner: {name: a, email: b}",
        "animals: {cat: {legs: 4, name: x}}",
        "labels: {anything: x}",
        "annotations: {any: {thing: x}}",
        "feeding: {schedule: x, keeper: y}",
        "storage: {type: disk, size: 1Gi}",
        "tickets: [{name: a, priceFrom: {key: k}}]",
        "undocumented: {setting: 1, more: 2}",
        "global: {any: thing}",
        "sub: {any: thing}",
    ],
)
def test_what_the_schema_or_the_defaults_have_is_known(
    chart: ChartSchema, oracle: Oracle, text: str
) -> None:
    assert said(chart, oracle, text) == []


def test_only_the_topmost_unknown_key_is_told() -> None:
    schema: dict[str, Any] = {"properties": {"a": {}}}
    assert unknown(schema, {"x": {"y": {"z": 1}}, "w": 1}) == ["x", "w"]


def test_an_object_that_names_nothing_is_open() -> None:
    assert unknown({"properties": {"a": {"type": "object"}}}, {"a": {"x": 1}}) == []
    assert (
        unknown({"properties": {"a": {"type": "object", "properties": {}}}}, {"a": {"x": 1}}) == []
    )


def test_an_explicit_additional_properties_is_an_invitation() -> None:
    named: dict[str, Any] = {"properties": {"b": {}}}
    assert unknown({"properties": {"a": named}}, {"a": {"x": 1}}) == ["a.x"]
    assert (
        unknown({"properties": {"a": {**named, "additionalProperties": True}}}, {"a": {"x": 1}})
        == []
    )
    deeper: dict[str, Any] = {"additionalProperties": {"properties": {"c": {}}}}
    assert unknown({"properties": {"a": {**named, **deeper}}}, {"a": {"x": {"d": 1}}}) == ["a.x.d"]


def test_one_open_branch_opens_the_whole() -> None:
    branches = [{"type": "object", "properties": {"b": {}}}, {"type": "object"}]
    assert unknown({"properties": {"a": {"anyOf": branches}}}, {"a": {"x": 1}}) == []
    closed = [{"type": "object", "properties": {"b": {}}}, {"type": "string"}]
    assert unknown({"properties": {"a": {"anyOf": closed}}}, {"a": {"x": 1}}) == ["a.x"]


def test_a_branch_that_names_nothing_does_not_open_what_names_keys() -> None:
    schema = {"properties": {"a": {"properties": {"b": {}}, "anyOf": [{"required": ["b"]}]}}}
    assert unknown(schema, {"a": {"x": 1}}) == ["a.x"]


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        ("http://json-schema.org/draft-07/schema#", ["a.c"]),
        ("https://json-schema.org/draft/2020-12/schema", []),
    ],
)
def test_siblings_of_a_reference_count_since_2019(draft: str, expected: list[str]) -> None:
    schema = {
        "$schema": draft,
        "definitions": {"d": {"properties": {"b": {}}}},
        "properties": {"a": {"$ref": "#/definitions/d", "properties": {"c": {}}}},
    }
    assert unknown(schema, {"a": {"b": 1, "c": 1}}) == expected


def test_a_schema_that_refers_to_itself_is_walked() -> None:
    schema: dict[str, Any] = {"properties": {"child": {"$ref": "#"}, "name": {}}}
    assert unknown(schema, {"child": {"child": {"nam": 1}}}) == ["child.child.nam"]
    assert ChartSchema(schema).places("name") == ((),)
    assert unknown({"$ref": "#"}, {"a": 1}) == []


def test_without_a_schema_nothing_is_unknown() -> None:
    assert unknown(None, {"a": 1}) == []
    assert unknown(True, {"a": 1}) == []


def test_the_severity_is_the_sites() -> None:
    chart = ChartSchema({"properties": {"a": {}}})
    (found,) = unknown_keys(chart, layout("b: 1"), {"b": 1}, severity=Severity.WARNING)
    assert found.severity is Severity.WARNING


def test_a_key_that_the_schema_rules_out_is_told_once() -> None:
    chart = ChartSchema({"properties": {"a": {}}, "additionalProperties": False})
    found = layout("b: 1")
    refused = violations(chart, found, {"b": 1}, Span("f"))
    assert len(refused) == 1
    assert unknown_keys(chart, found, {"b": 1}, reported=refused) == []


def test_the_official_chart_says_where_a_key_exists(official: Files, oracle: Oracle) -> None:
    chart = ChartSchema(official["values.schema.json"], oracle.read(official["values.yaml"]))
    (message,) = said(chart, oracle, "apiServer:\n  safeToEvict: true\n")
    assert message.startswith("2:3: 'safeToEvict' is not a key of apiServer; it is one of ")
    assert "scheduler" in message
    assert said(chart, oracle, "schedular: {}\n") == [
        "1:1: unknown key 'schedular' (did you mean 'scheduler'?) [helm.unknown-key]"
    ]
