"""Layers of values compose as Helm composes them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sphinx_airflow_prod.core.values import ChartValues, coalesce, merge
from tests.core.helm_oracle import CHART_YAML, Oracle

KEYS = st.sampled_from(["a", "b", "c", "sub", "global"])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([None, 1, "x", True, [1], [], {}]),
    lambda below: st.one_of(st.dictionaries(KEYS, below, max_size=4), st.lists(below, max_size=2)),
    max_leaves=12,
)
MAPPINGS = st.dictionaries(KEYS, VALUES, max_size=4)


def test_the_upper_layer_wins_and_mappings_merge() -> None:
    lower = {"a": {"x": 1, "y": 1}, "l": [1, 2], "s": 1}
    assert merge(lower, {"a": {"y": 2}, "l": [3], "s": {"t": 1}}) == {
        "a": {"x": 1, "y": 2},
        "l": [3],
        "s": {"t": 1},
    }


def test_null_stays_until_the_layers_meet_the_chart() -> None:
    layered = merge({"a": {"b": 1}}, {"a": {"b": None}})
    assert layered == {"a": {"b": None}}
    assert coalesce({"a": {"b": 9, "c": 9}}, layered) == {"a": {"c": 9}}


def test_null_without_a_default_stays() -> None:
    assert coalesce({"a": {"b": 1}}, {"x": None, "a": {"y": None}}) == {
        "x": None,
        "a": {"b": 1, "y": None},
    }


def test_a_scalar_replaces_a_mapping_and_the_other_way_round() -> None:
    assert coalesce({"a": {"b": 1}, "c": 1}, {"a": 5, "c": {"d": 1}}) == {"a": 5, "c": {"d": 1}}


def test_what_is_composed_is_left_alone() -> None:
    defaults, overrides = {"a": {"b": {"c": 1}}}, {"a": {"b": {"d": 1}}}
    coalesce(defaults, overrides)["a"]["b"]["e"] = 1
    merge(defaults, overrides)["a"]["b"]["e"] = 1
    assert (defaults, overrides) == ({"a": {"b": {"c": 1}}}, {"a": {"b": {"d": 1}}})


def test_globals_reach_the_subcharts() -> None:
    chart = ChartValues({"global": {"tag": "1"}}, {"sub": ChartValues({"replicas": 1})})
    assert coalesce(chart, {})["sub"] == {"replicas": 1, "global": {"tag": "1"}}


@settings(max_examples=200, deadline=None)
@given(lower=MAPPINGS, upper=MAPPINGS)
def test_merging_is_that_of_helm(
    oracle: Oracle, lower: dict[str, Any], upper: dict[str, Any]
) -> None:
    assert merge(lower, upper) == oracle.layer(json.dumps(lower), json.dumps(upper))


@settings(max_examples=300, deadline=None)
@given(defaults=MAPPINGS, overrides=MAPPINGS)
def test_composing_with_the_defaults_is_that_of_helm(
    oracle: Oracle, defaults: dict[str, Any], overrides: dict[str, Any]
) -> None:
    files = {"Chart.yaml": CHART_YAML, "values.yaml": json.dumps(defaults)}
    assert coalesce(defaults, overrides) == oracle.coalesce(files, overrides)


@settings(max_examples=300, deadline=None)
@given(defaults=MAPPINGS, below=MAPPINGS, overrides=MAPPINGS)
def test_composing_with_a_subchart_is_that_of_helm(
    oracle: Oracle, defaults: dict[str, Any], below: dict[str, Any], overrides: dict[str, Any]
) -> None:
    for values in (defaults, overrides):
        if not isinstance(values.get("sub", {}), dict):
            values["sub"] = {"a": values["sub"]}
    files = {
        "Chart.yaml": CHART_YAML,
        "values.yaml": json.dumps(defaults),
        "charts/sub/Chart.yaml": CHART_YAML.replace("oracle", "sub"),
        "charts/sub/values.yaml": json.dumps(below),
    }
    chart = ChartValues(defaults, {"sub": ChartValues(below)})
    assert coalesce(chart, overrides) == oracle.coalesce(files, overrides)


@pytest.mark.parametrize("overrides", [{"sub": {"a": None}}, {"sub": None}, {"global": None}])
def test_nulls_at_the_edge_of_a_subchart_are_helms(
    oracle: Oracle, overrides: dict[str, Any]
) -> None:
    files = {
        "Chart.yaml": CHART_YAML,
        "values.yaml": "sub: {a: 1, b: 2}\nglobal: {x: 1}\n",
        "charts/sub/Chart.yaml": CHART_YAML.replace("oracle", "sub"),
        "charts/sub/values.yaml": "a: 3\nc: 4\n",
    }
    chart = ChartValues(
        {"sub": {"a": 1, "b": 2}, "global": {"x": 1}}, {"sub": ChartValues({"a": 3, "c": 4})}
    )
    assert coalesce(chart, overrides) == oracle.coalesce(files, overrides)
