"""How authors name resources, and what they are told when they miss."""

from __future__ import annotations

import pytest

from sphinx_airflow_prod.core.manifest_paths import Item, format_path
from sphinx_airflow_prod.core.manifests import Resource, nearest, parse_selectors, split
from sphinx_airflow_prod.core.render.base import Rendered

TEXT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: air-scheduler
spec:
  template:
    spec:
      containers:
        - name: scheduler
          image: a:1
          args: [run, it]
          volumeMounts:
            - {name: x, mountPath: /a}
            - {name: x, mountPath: /b}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: air-config
data:
  airflow.cfg: "[core]"
---
apiVersion: v1
kind: Service
metadata:
  name: air-web
"""
RESOURCES = split(Rendered({"a.yaml": TEXT})).resources


def ids(text: str) -> list[str]:
    [selector] = parse_selectors(text)
    return [resource.id for resource in selector.match(RESOURCES)]


def test_a_selector_names_a_kind_and_a_name() -> None:
    assert ids("ConfigMap/air-config") == ["ConfigMap/air-config"]
    assert ids("ConfigMap/air") == []
    assert ids("configmap/air-config") == []


def test_a_star_stands_for_anything_in_both_parts_and_nothing_else_is_special() -> None:
    assert len(ids("*/*")) == 3
    assert ids("*/air-c*g") == ["ConfigMap/air-config"]
    assert ids("S*/*") == ["Service/air-web"]
    assert ids("Service/air-[w]eb") == []
    assert ids("Service/air-we?") == []


def test_selectors_are_separated_by_commas_or_lines() -> None:
    found = parse_selectors("A/b, C/*#x.y,\n D/e\n")
    assert [str(selector) for selector in found] == ["A/b", "C/*#x.y", "D/e"]
    assert parse_selectors("  ") == ()


@pytest.mark.parametrize("text", ["scheduler", "A/", "/b", "A/b#", "A/b#x..y", "A/b c", "A/b/c"])
def test_what_is_no_selector_is_refused_with_an_example_of_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"Kind/name, such as Deployment/airflow-scheduler"):
        parse_selectors(text)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("spec.template", ("spec", "template")),
        (
            "spec.template.spec.containers.scheduler.image",
            ("spec", "template", "spec", "containers", Item("name", "scheduler"), "image"),
        ),
        (
            "spec.template.spec.containers.0.args.1",
            ("spec", "template", "spec", "containers", 0, "args", 1),
        ),
        (
            "spec.template.spec.containers.scheduler.volumeMounts./b",
            (
                "spec", "template", "spec", "containers", Item("name", "scheduler"),
                "volumeMounts", Item("mountPath", "/b"),
            ),
        ),
    ],
)  # fmt: skip
def test_a_path_goes_through_keys_merge_keys_and_indexes(
    path: str, found: tuple[object, ...]
) -> None:
    [selector] = parse_selectors(f"Deployment/*#{path}")
    [resource] = selector.match(RESOURCES)
    assert selector.path_in(resource) == found
    assert format_path(selector.path_in(resource) or ()) == path


def test_keys_may_hold_dots() -> None:
    [selector] = parse_selectors("ConfigMap/*#data.airflow.cfg")
    assert selector.path_in(RESOURCES[1]) == ("data", "airflow.cfg")


def test_a_resource_without_the_path_does_not_match() -> None:
    assert ids("*/*#spec.template") == ["Deployment/air-scheduler"]
    assert ids("Deployment/*#spec.templat") == []


def test_the_nearest_resources_are_named_most_alike_first() -> None:
    def near(text: str, n: int = 5) -> list[str]:
        [selector] = parse_selectors(text)
        return [resource.id for resource in nearest(selector, RESOURCES, n)]

    assert near("deployment/air-schedular", 1) == ["Deployment/air-scheduler"]
    assert near("Configmap/config")[0] == "ConfigMap/air-config"
    assert len(near("x/y")) == 3


def test_nothing_is_near_where_nothing_is_rendered() -> None:
    no_resources: tuple[Resource, ...] = ()
    assert nearest(parse_selectors("A/b")[0], no_resources) == ()
