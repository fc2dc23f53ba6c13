"""What is known of a value path."""

from __future__ import annotations

import pytest

from sphinx_airflow_prod.core.schema import ChartSchema
from tests.core.helm_oracle import Files, Oracle


@pytest.fixture(scope="module")
def chart(zoo: Files, oracle: Oracle) -> ChartSchema:
    return ChartSchema(zoo["values.schema.json"], oracle.read(zoo["values.yaml"]), ["sub"])


def test_type_default_and_description_are_told(chart: ChartSchema) -> None:
    info = chart.describe(("replicas",))
    assert (info.types, info.default, info.description) == (("integer",), 1, "How many zoos.")
    assert (info.enum, info.has_default, info.deprecated) == (None, True, False)


def test_allowed_values_are_told(chart: ChartSchema) -> None:
    assert chart.describe(("level",)).enum == ("debug", "info", "warning")


def test_references_and_patterns_are_followed(chart: ChartSchema) -> None:
    assert chart.describe(("animals", "cat", "legs")).types == ("integer",)
    assert chart.describe(("animals", "lion", "legs")).default == 4
    assert chart.describe(("owner", "name")).types == ("string",)
    assert chart.describe(("tickets", 0, "price")).types == ("number",)


def test_the_charts_default_goes_before_the_schemas() -> None:
    schema = {"properties": {"a": {"default": 1}, "b": {"default": 1, "deprecated": True}}}
    chart = ChartSchema(schema, {"a": 2})
    assert chart.describe(("a",)).default == 2
    assert chart.describe(("b",)).default == 1
    assert chart.describe(("b",)).deprecated
    assert not chart.describe(("c",)).has_default


def test_paths_are_known_or_not(chart: ChartSchema) -> None:
    assert chart.is_known(())
    assert chart.is_known(("animals", "cat", "legs"))
    assert chart.is_known(("undocumented", "setting"))
    assert chart.is_known(("sub", "anything"))
    assert not chart.is_known(("replica",))
    assert not chart.is_known(("owner", "nam"))
