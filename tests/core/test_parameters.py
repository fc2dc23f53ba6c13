"""Rows of reference tables, from a chart's schema, defaults and comments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from sphinx_airflow_prod.core.chart import Chart
from sphinx_airflow_prod.core.parameters import Parameters
from sphinx_airflow_prod.core.schema import ChartSchema
from sphinx_airflow_prod.core.tables import MAX_DEFAULT, Row

SECRET = {"type": "object", "properties": {"data": {"type": "string"}}}


def parameters(
    properties: Mapping[str, Any] | None,
    defaults: Mapping[str, Any],
    text: str = "",
    key: str | None = None,
    **more: Any,
) -> Parameters:
    """Return what is known of a chart with this schema and these defaults, written as *text*."""
    schema = None if properties is None else {"type": "object", "properties": properties, **more}
    if isinstance(schema, dict):
        schema.setdefault("$schema", "http://json-schema.org/draft-07/schema#")
    files = {
        "Chart.yaml": b"apiVersion: v2\nname: c\nversion: 1.0.0\n",
        "values.yaml": (text or json.dumps(defaults)).encode(),
    }
    chart = Chart.from_files(files, "c")
    return Parameters(chart, ChartSchema(schema, defaults), key)


def row(schema: Mapping[str, Any], default: Any = ..., **more: Any) -> Row:
    """Return the row of the only value of a chart."""
    defaults = {} if default is ... else {"a": default}
    return parameters({"a": schema}, defaults, **more).rows([("a",)])[0]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "boolean"}, "boolean"),
        ({"type": ["null", "integer"]}, "integer or null"),
        ({"type": ["integer", "number"]}, "number"),
        ({"type": "array"}, "list"),
        ({"type": "array", "items": {"type": "string"}}, "list of strings"),
        ({"items": {"type": ["string", "object"]}, "type": "array"}, "list of strings or mappings"),
        ({"type": "object"}, "mapping"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "mapping of strings"),
        ({"type": "object", "patternProperties": {"x": {"type": "string"}}}, "mapping"),
        ({"anyOf": [{"type": "string"}, {"type": "array"}]}, "string or list"),
        ({"oneOf": [{"type": "integer"}, {"type": "null"}]}, "integer or null"),
        ({"enum": ["a", "b"]}, "string"),
        ({"$ref": "#/definitions/port"}, "integer"),
        ({"$ref": "#/definitions/io.k8s.api.core.v1.Affinity"}, "mapping (Affinity)"),
        (
            {"type": "array", "items": {"$ref": "#/definitions/io.k8s.api.core.v1.Affinity"}},
            "list of mappings (Affinity)",
        ),
        ({}, "any"),
        ({"$ref": "#/definitions/none"}, "any"),
    ],
)
def test_types_in_words(schema: dict[str, Any], words: str) -> None:
    definitions = {
        "port": {"type": "integer"},
        "io.k8s.api.core.v1.Affinity": {"type": "object", "properties": {"x": {"type": "string"}}},
    }
    assert row(schema, definitions=definitions).type == words


@pytest.mark.parametrize(
    ("value", "words", "shown"),
    [
        (True, "boolean", "true"),
        (3.0, "integer", "3"),
        (0.5, "number", "0.5"),
        ("", "string", '""'),
        ("1.10", "string", '"1.10"'),
        ("a b", "string", "a b"),
        ([], "list", "[]"),
        ({}, "mapping", "{}"),
        ([{"a": 1}], "list", "[{a: 1}]"),
        (None, "any", "null"),
    ],
)
def test_without_a_schema_the_default_tells_the_type(value: Any, words: str, shown: str) -> None:
    (found,) = parameters(None, {"a": value}).rows()
    assert (found.type, found.default) == (words, shown)


def test_what_only_the_schema_calls_a_default_is_none() -> None:
    assert row({"type": "integer", "default": 3}).default is None


def test_long_defaults_are_cut() -> None:
    found = row({"type": "string"}, "x" * 300)
    assert found.default == "x" * (MAX_DEFAULT - 1) + "…"
    found = row({"type": "string"}, "one\ntwo\nthree\n")
    assert (found.default, found.default_note) == ("one …", "3 lines")


@pytest.mark.parametrize(
    ("schema", "all_", "some"),
    [
        ({"enum": ["a", "b", None]}, ("a", "b"), ()),
        ({"const": True}, ("true",), ()),
        ({"anyOf": [{"enum": ["a"]}, {"const": "b"}, {"type": "null"}]}, ("a", "b"), ()),
        ({"anyOf": [{"enum": ["a"]}, {"pattern": "b"}]}, (), ("a",)),
        ({"type": "string"}, (), ()),
    ],
)
def test_values_that_are_allowed(schema: dict[str, Any], all_: Any, some: Any) -> None:
    found = row(schema)
    assert (found.choices, found.known) == (all_, some)


def test_a_description_comes_from_the_schema_the_comment_or_the_definition() -> None:
    text = "# From the comment.\na: 1\n"
    assert row({"description": "From the schema."}, 1, text=text).description == "From the schema."
    assert row({}, 1, text=text).description == "From the comment."
    definitions = {"io.k8s.X": {"description": "Of Kubernetes."}}
    reference = {"$ref": "#/definitions/io.k8s.X"}
    assert row(reference, 1, text=text, definitions=definitions).description == "From the comment."
    assert row(reference, 1, definitions=definitions).description == "Of Kubernetes."
    reference["description"] = "Beside the reference."
    assert row(reference, 1, definitions=definitions).description == "Beside the reference."


def names(found: Parameters, *paths: str, depth: int | None = None) -> list[str]:
    return [r.name for r in found.rows([tuple(p.split(".")) for p in paths], depth)]


WEB = {
    "web": {
        "type": "object",
        "properties": {
            "image": {"type": "object", "properties": {"tag": {"type": "string"}}},
            "only": {"type": "string"},
            "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    },
    "hosts": {"type": "array", "items": {"type": "object", "properties": {"name": {}, "tls": {}}}},
    "secrets": {"type": "object", "additionalProperties": SECRET},
}
DEFAULTS = {"hosts": [], "web": {"labels": {}, "image": {"tag": ""}}, "secrets": {}}


def test_rows_are_leaves_in_the_order_of_the_file_then_of_the_schema() -> None:
    assert names(parameters(WEB, DEFAULTS)) == [
        "hosts", "hosts[].name", "hosts[].tls",
        "web.labels", "web.image.tag", "web.only",
        "secrets", "secrets.<name>.data",
    ]  # fmt: skip


def test_what_is_asked_for_has_a_row_and_each_row_stands_once() -> None:
    found = parameters(WEB, DEFAULTS)
    assert names(found, "web.image", "web.image.tag", "web.only") == [
        "web.image", "web.image.tag", "web.only",
    ]  # fmt: skip


def test_described_mappings_have_a_row() -> None:
    text = "web:\n  # The image.\n  image:\n    tag: ''\n"
    assert names(parameters(WEB, DEFAULTS, text), "web")[:3] == [
        "web", "web.image", "web.image.tag",
    ]  # fmt: skip


def test_depth_counts_from_the_path() -> None:
    found = parameters(WEB, DEFAULTS)
    assert names(found, "web", depth=1) == ["web", "web.labels", "web.image", "web.only"]
    (image,) = (r for r in found.rows([("web",)], 1) if r.name == "web.image")
    assert image.default == '{tag: ""}'


def test_definitions_of_kubernetes_show_what_the_chart_writes() -> None:
    probe = {"type": "object", "properties": {"x": {"type": "integer"}, "y": {"type": "integer"}}}
    found = parameters(
        {"probe": {"$ref": "#/definitions/io.k8s.Probe"}},
        {"probe": {"x": 1}},
        definitions={"io.k8s.Probe": probe},
    )
    assert names(found) == ["probe.x"]


def test_shared_definitions_are_unfolded_where_the_chart_sets_keys_of_them() -> None:
    shared = {"$ref": "#/definitions/resources"}
    found = parameters(
        {"a": shared, "b": shared, "c": shared, "d": {"type": "array", "items": shared}},
        {"a": {"limits": 1}, "b": {}, "d": []},
        definitions={"resources": {"type": "object", "properties": {"limits": {}, "more": {}}}},
    )
    assert names(found) == ["a.limits", "a.more", "b", "d", "c"]
    types = {r.name: r.type for r in found.rows()}
    assert types["b"] == "mapping (resources)"
    assert types["d"] == "list of mappings (resources)"


def test_a_definition_of_one_value_is_unfolded() -> None:
    found = parameters(
        {"a": {"$ref": "#/definitions/port"}},
        {},
        definitions={"port": {"type": "object", "properties": {"number": {}}}},
    )
    assert names(found) == ["a.number"]


def test_a_schema_that_refers_to_itself_ends() -> None:
    tree = {"type": "object", "properties": {"child": {"$ref": "#/definitions/tree"}}}
    found = parameters({"tree": {"$ref": "#/definitions/tree"}}, {}, definitions={"tree": tree})
    assert len(names(found)) < 20


def test_deprecated_values_say_what_to_use() -> None:
    schema = {
        "old": {"type": "string", "description": "deprecated, use `new` instead"},
        "new": {"type": "string"},
    }
    found = {r.title: r for r in parameters(schema, {}, key="k").rows()}
    assert found["old"].deprecated == "Deprecated; use `new` instead."
    assert found["old"].instead == "k:new"
    assert found["new"].deprecated == ""
    assert row({"deprecated": True}).deprecated == "Deprecated."


@pytest.mark.parametrize(
    ("path", "message", "step"),
    [
        (("web", "image", "tga"), "unknown key 'tga' in web.image", 2),
        (("sercets",), "unknown key 'sercets' (did you mean 'secrets'?)", 0),
        (("hosts", 0, "nmae"), "unknown key 'nmae'", 2),
    ],
)
def test_an_unknown_path_is_told(path: Any, message: str, step: int) -> None:
    problem = parameters(WEB, DEFAULTS).problem(path)
    assert problem is not None
    assert problem[0].startswith(message)
    assert problem[1] == step


def test_without_a_schema_the_defaults_say_what_there_is() -> None:
    found = parameters(None, {"web": {"replicas": 1}})
    assert found.problem(("web", "replicas")) is None
    assert found.problem(("web", "replicsa")) == (
        "no default of the chart is named 'replicsa' (did you mean 'replicas'?)", 1,
    )  # fmt: skip
