"""Both charts render the same: for every example of the guide and for every feature.

This needs the whole official chart: ``AIRFLOW_CHART=airflow-1.22.0.tgz``.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from sphinx_airflow_prod.core.deprecations import from_notes
from tests.charts_contract import comparison, contract
from tests.charts_contract.conftest import Charts

CORPUS = contract.corpus()


@pytest.mark.parametrize("name", [*CORPUS])
def test_same_resources(name: str, both: Charts) -> None:
    mine, theirs = both.sample[name].resources, both.official[name].resources
    found = comparison.differences(mine, theirs, CORPUS[name])
    assert not [line for line in found if comparison.known_by(line) is None]


@pytest.mark.parametrize("name", [*CORPUS])
def test_same_deprecations(name: str, both: Charts) -> None:
    mine, theirs = (
        {
            (warning.path, warning.replacement)
            for warning in from_notes(chart["defaults"].notes, chart[name].notes)
        }
        for chart in both
    )
    assert mine == theirs


def test_known_differences_are_differences(both: Charts) -> None:
    seen = {
        comparison.known_by(line)
        for name, values in CORPUS.items()
        for line in comparison.differences(
            both.sample[name].resources, both.official[name].resources, values
        )
    }
    assert seen == set(comparison.KNOWN)


def test_comparison_sees_every_leaf(charts: Charts) -> None:
    mine = charts.sample["environment"].resources
    values = CORPUS["environment"]
    for name, path in _leaves(mine):
        changed = copy.deepcopy(mine[name])
        parent: Any = changed
        for step in path[:-1]:
            parent = parent[step]
        parent[path[-1]] = "something else"
        found = comparison.differences({name: changed}, {name: mine[name]}, values)
        assert found, f"{name}: {path} may be anything"


def _leaves(resources: contract.Resources) -> Iterator[tuple[str, list[Any]]]:
    for name, resource in resources.items():
        if resource["kind"] in {"Deployment", "Ingress", "CronJob", "Service"}:
            for path in _paths(resource):
                yield name, path


def _paths(value: Any) -> Iterator[list[Any]]:
    steps: Any = ()
    if isinstance(value, dict):
        steps = value.items()
    elif isinstance(value, list):
        steps = enumerate(value)
    for key, below in steps:
        if isinstance(below, dict | list) and below:
            for path in _paths(below):
                yield [key, *path]
        elif below not in (None, "", {}, []):
            yield [key]
