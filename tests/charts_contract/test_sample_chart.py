"""The sample chart's values and schema: those of the official chart, documented, strict."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs
import pytest

from tests.charts_contract import contract
from tests.charts_contract.contract import GuideExample

SAMPLE_VALUES = contract.read_yaml(contract.SAMPLE / "values.yaml")
SAMPLE_SCHEMA = contract.read_schema(contract.SAMPLE)

SHARED_BY_HELM = "global"
"""A key that Helm adds by itself, in the chart and in its subchart."""

FREE_FORM = ("pgbouncer", "containerLifecycleHooks")
"""A default below which the schema leaves everything to Kubernetes."""


@pytest.fixture(scope="module")
def official_values() -> dict[str, Any]:
    _needs_official()
    return contract.read_yaml(contract.OFFICIAL / "values.yaml")


@pytest.fixture(scope="module")
def official_schema() -> dict[str, Any]:
    _needs_official()
    return contract.read_schema(contract.OFFICIAL)


def _needs_official() -> None:
    if not contract.OFFICIAL.is_dir():
        pytest.skip(f"the official chart's values are not at {contract.OFFICIAL}")


def _objects(node: Any, where: str = "#") -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            yield where, node
        for key, value in node.items():
            yield from _objects(value, f"{where}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _objects(value, f"{where}/{index}")


def _named(schema: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the paths that the schema names itself; definitions are Kubernetes' matter."""
    for key, node in schema.get("properties", {}).items():
        yield (*above, key)
        if "null" not in contract.types(node):
            yield from _named(node, (*above, key))


def test_defaults_are_the_official_ones(official_values: dict[str, Any]) -> None:
    wrong = []
    for path in contract.walk(SAMPLE_VALUES):
        mine = contract.at(SAMPLE_VALUES, path)
        try:
            theirs = contract.at(official_values, path)
        except KeyError:
            wrong.append(f"{'.'.join(path)}: the official chart has no such value")
            continue
        nested = isinstance(mine, dict) and isinstance(theirs, dict) and bool(mine)
        if not nested and (mine != theirs or type(mine) is not type(theirs)):
            wrong.append(f"{'.'.join(path)}: {mine!r}, the official default is {theirs!r}")
    assert not wrong, "\n".join(wrong)


def test_types_are_the_official_ones(official_schema: dict[str, Any]) -> None:
    wrong = []
    for path in _named(SAMPLE_SCHEMA):
        if path[-1] == SHARED_BY_HELM:
            continue
        mine = contract.schema_node(SAMPLE_SCHEMA, path)
        theirs = contract.schema_node(official_schema, path)
        if mine is None or theirs is None:
            wrong.append(f"{'.'.join(path)}: the official schema has no such value")
        elif contract.types(mine) != contract.types(theirs):
            wrong.append(f"{'.'.join(path)}: {mine.get('type')}, officially {theirs.get('type')}")
        elif set(mine.get("enum", ())) != set(theirs.get("enum", ())):
            wrong.append(f"{'.'.join(path)}: {mine.get('enum')}, officially {theirs.get('enum')}")
    assert not wrong, "\n".join(wrong)


def test_every_value_is_in_the_schema() -> None:
    missing = [
        ".".join(path)
        for path in contract.walk(SAMPLE_VALUES)
        if contract.schema_node(SAMPLE_SCHEMA, path) is None and path[:2] != FREE_FORM
    ]
    assert not missing


def test_every_name_of_the_schema_is_a_value() -> None:
    named = {path for path in _named(SAMPLE_SCHEMA) if path[-1] != SHARED_BY_HELM}
    assert named - set(contract.walk(SAMPLE_VALUES)) == set()


def test_schema_accepts_the_defaults() -> None:
    jsonschema_rs.validator_for(SAMPLE_SCHEMA).validate(SAMPLE_VALUES)


def test_schema_is_strict_and_says_what_everything_is() -> None:
    for where, node in _objects(SAMPLE_SCHEMA):
        assert node.get("additionalProperties") is False, f"{where} takes unknown keys"
        for key, value in node["properties"].items():
            assert value.get("description"), f"{where}/properties/{key} has no description"


def test_comments_of_the_values_are_the_descriptions_of_the_schema() -> None:
    lines = (contract.SAMPLE / "values.yaml").read_text("utf-8").splitlines()
    found: dict[tuple[str, ...], str] = {}
    path: list[tuple[int, str]] = []
    comment: list[str] = []
    for line in lines:
        if match := re.fullmatch(r" *# (?!---)(.*)", line):
            comment.append(match[1])
            continue
        if match := re.match(r"( *)([A-Za-z_]+):(?: |$)", line):
            indent = len(match[1])
            path = [*(step for step in path if step[0] < indent), (indent, match[2])]
            if comment:
                found[tuple(name for _, name in path)] = " ".join(comment)
        comment = []
    for names in _named(SAMPLE_SCHEMA):
        if names[-1] != SHARED_BY_HELM:
            node = _declared(names)
            assert found.get(names) == node["description"], ".".join(names)


def _declared(path: tuple[str, ...]) -> Mapping[str, Any]:
    node: Mapping[str, Any] = SAMPLE_SCHEMA
    for key in path:
        node = node["properties"][key]
    return node


EXAMPLES = [pytest.param(example, id=name) for name, example in contract.guide_examples().items()]


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_are_valid_against_the_official_schema(
    example: GuideExample, official_values: dict[str, Any], official_schema: dict[str, Any]
) -> None:
    merged = contract.layer(official_values, example.values)
    jsonschema_rs.validator_for(official_schema).validate(merged)
    for path in contract.walk(example.values):
        if contract.schema_node(official_schema, path) is None:
            contract.at(official_values, path)  # raises where the official chart knows no such key
