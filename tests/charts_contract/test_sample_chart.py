"""The sample chart's values and schema: those of the official chart, documented, strict."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs
import pytest

from tests.charts_contract import contract, schema
from tests.charts_contract.contract import GuideExample
from tests.charts_contract.schema import SHARED_BY_HELM

SAMPLE_VALUES = contract.read_yaml(contract.SAMPLE / "values.yaml")
SAMPLE_SCHEMA = contract.read_schema(contract.SAMPLE)

FREE_FORM = re.compile(r"pgbouncer\.containerLifecycleHooks|\w+\.strategy")
"""Defaults below which the schema leaves everything to Kubernetes."""

OWN_WORDS: Mapping[str, str] = {
    "kerberos.config": "a placeholder, ours is another",
    "createUserJob.args": "ours does not look for the user at its old place, webserver.defaultUser",
    "databaseCleanup.args": "the same command in another wording",
    "config.metrics.statsd_on": "ours does not ask for the OpenTelemetry collector",
}
"""Defaults that are texts of the official chart, and why the sample's are its own."""


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
        if ".".join(path) in OWN_WORDS:
            assert mine != theirs
        elif not nested and (mine != theirs or type(mine) is not type(theirs)):
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


def _more(
    mine: Mapping[str, Any], theirs: Mapping[str, Any], official: Mapping[str, Any], where: str
) -> Iterator[str]:
    """Yield the keys that the sample takes and the official chart refuses, also in lists."""
    mine, theirs = contract.resolve(SAMPLE_SCHEMA, mine), contract.resolve(official, theirs)
    named, allowed = mine.get("properties", {}), theirs.get("properties", {})
    for key, node in named.items():
        if key in allowed:
            yield from _more(node, allowed[key], official, f"{where}.{key}")
        elif theirs.get("additionalProperties") is False:
            yield f"{where}.{key}"
    if "items" in mine and "items" in theirs:
        yield from _more(mine["items"], theirs["items"], official, f"{where}[]")


def test_keys_below_the_values_are_official_too(official_schema: dict[str, Any]) -> None:
    more = _more(SAMPLE_SCHEMA, official_schema, official_schema, "")
    assert not [name for name in more if name.rpartition(".")[2] != SHARED_BY_HELM]


def test_every_value_is_in_the_schema() -> None:
    missing = [
        ".".join(path)
        for path in contract.walk(SAMPLE_VALUES)
        if contract.schema_node(SAMPLE_SCHEMA, path) is None and not FREE_FORM.match(".".join(path))
    ]
    assert not missing


def test_every_name_of_the_schema_is_a_value_or_optional() -> None:
    values = set(contract.walk(SAMPLE_VALUES))
    open_by_default = {path for path in values if contract.at(SAMPLE_VALUES, path) == {}}
    for path in _named(SAMPLE_SCHEMA):
        known = path in values or ".".join(path) in schema.OPTIONAL
        assert known or path[-1] == SHARED_BY_HELM or path[:-1] in open_by_default, path


def test_schema_accepts_the_defaults() -> None:
    jsonschema_rs.validator_for(SAMPLE_SCHEMA).validate(SAMPLE_VALUES)


def test_schema_is_strict_and_says_what_everything_is() -> None:
    for where, node in _objects(SAMPLE_SCHEMA):
        assert node.get("additionalProperties") is False, f"{where} takes unknown keys"
        for key, value in node["properties"].items():
            assert value.get("description"), f"{where}/properties/{key} has no description"


def test_schema_is_the_one_that_the_values_and_their_comments_ask_for() -> None:
    written = (contract.SAMPLE / "values.schema.json").read_text("utf-8")
    assert written == schema.current(), "run python -m tests.charts_contract.schema"


EXAMPLES = [pytest.param(example, id=name) for name, example in contract.guide_examples().items()]


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_are_valid_against_the_official_schema(
    example: GuideExample, official_values: dict[str, Any], official_schema: dict[str, Any]
) -> None:
    merged = contract.over_defaults(official_values, example.values)
    jsonschema_rs.validator_for(official_schema).validate(merged)
    for path in contract.walk(example.values):
        named = contract.schema_node(official_schema, path) is not None
        if not named and not contract.is_free(official_schema, path):
            contract.at(official_values, path)  # raises where the official chart knows no such key
