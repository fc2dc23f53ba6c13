"""What both charts render for the whole corpus, once for all tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pytest

from sphinx_airflow_prod.core.render.base import EngineUnavailable
from tests.charts_contract import contract
from tests.charts_contract.contract import Outcome, Resources


class Charts(NamedTuple):
    """What each chart renders, by name of the values; nothing where a chart is not there."""

    sample: Mapping[str, Outcome]
    official: Mapping[str, Outcome]


@pytest.fixture(scope="session")
def charts() -> Charts:
    """Render the corpus, without the official chart only the features; skips without an engine."""
    chart = contract.official_chart()
    corpus = contract.corpus() if chart else contract.features()
    try:
        rendered = contract.render(contract.SAMPLE, [*corpus.values()])
    except EngineUnavailable as problem:
        pytest.skip(str(problem))
    sample = dict(zip(corpus, rendered, strict=True))
    if chart is None:
        return Charts(sample, {})
    official = contract.render(chart, [*corpus.values()])
    return Charts(sample, dict(zip(corpus, official, strict=True)))


@pytest.fixture(scope="session")
def both(charts: Charts) -> Charts:
    """What both charts render; skips where one is missing."""
    if not charts.official:
        pytest.skip("AIRFLOW_CHART names no official chart")
    return charts


@pytest.fixture(params=["sample", "official"] if contract.official_chart() else ["sample"])
def rendered(request: pytest.FixtureRequest, charts: Charts) -> Mapping[str, Resources]:
    """What one of the charts renders, by name of the values."""
    found: Mapping[str, Outcome] = getattr(charts, request.param)
    return {name: outcome.resources for name, outcome in found.items()}
