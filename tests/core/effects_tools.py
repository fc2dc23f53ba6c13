"""Short ways to measure effects: a chart and a text in, verdicts by path out."""

from __future__ import annotations

import importlib.util
import textwrap
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from sphinx_airflow_prod.core.chart import Chart
from sphinx_airflow_prod.core.effects import EffectInput, LeafEffect, measure
from sphinx_airflow_prod.core.render import open_engine
from sphinx_airflow_prod.core.render.base import (
    Engine,
    Inspect,
    Inspected,
    ReadValues,
    ReleaseOptions,
    ValuesRead,
)
from sphinx_airflow_prod.core.schema import ChartSchema
from sphinx_airflow_prod.core.values import format_path
from tests.core.samples import layout


@cache
def helm() -> Engine:
    """Return one engine for all tests of effects; its workers end with this process."""
    if importlib.util.find_spec("helm_python") is None:
        pytest.skip("the extra [embedded] is not installed")
    return open_engine("embedded", jobs=2, timeout=60)


@cache
def schema_of(chart: Chart) -> ChartSchema:
    (answer,) = helm().run([Inspect(chart)])
    assert isinstance(answer, Inspected)
    return ChartSchema(chart.schema, answer.defaults, chart.subcharts)


def read(text: str) -> Mapping[str, Any]:
    (answer,) = helm().run([ReadValues(textwrap.dedent(text))])
    assert isinstance(answer, ValuesRead), answer
    return answer.values


def given(chart: Chart, text: str, beneath: str = "") -> EffectInput:
    """Return an example as a measurement wants it."""
    positions = layout(text)
    return EffectInput(
        chart,
        ReleaseOptions(),
        positions,
        read(positions.source.text),
        read(beneath) if beneath else {},
        schema_of(chart),
    )


def effects(chart: Chart, text: str, beneath: str = "") -> dict[str, LeafEffect]:
    """Measure one example; the effects by path."""
    (found,) = measure([given(chart, text, beneath)], helm())
    return {format_path(effect.path): effect for effect in found}


def verdicts(chart: Chart, text: str, beneath: str = "") -> dict[str, str]:
    """Measure one example; the verdicts by path."""
    return {path: str(one.verdict) for path, one in effects(chart, text, beneath).items()}
