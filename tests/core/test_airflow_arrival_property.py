"""What passes arrives: files read by Python's own parser, and all options of real Airflow."""

from __future__ import annotations

import configparser
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sphinx_airflow_prod.airflow import ConfigSchema, Setting, environment_of, ini_of
from sphinx_airflow_prod.core.diagnostics import Code, Severity
from sphinx_airflow_prod.core.outcome import Status
from sphinx_airflow_prod.core.pipeline import Evaluator
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import read_snippet
from tests.airflow.config_samples import CORE_METADATA, FILES, REAL, real_schema, wheel
from tests.airflow.test_config_real import everything
from tests.core.directives import CHARTS, raw

SAMPLE = Path(__file__).parents[2] / "docs" / "charts" / "airflow-sample"

VALUES = st.lists(st.text("ab %{}\n#;[]=:'\"\\$()-&*!|,01é", max_size=14), min_size=1, max_size=6)


def lines(text: str) -> list[str]:
    """Return the lines of a value without what no airflow.cfg keeps: spaces around them."""
    return [line.strip() for line in text.strip().split("\n")]


def read(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # as Airflow has it
    parser.read_string(text)
    return parser


def survives(value: str) -> bool:
    """Whether Python's parser gives back a value that is written into a file."""
    parser = read(ini_of([Setting("x", "o", value)]))
    return lines(parser.get("x", "o", fallback="")) == lines(value)


@pytest.fixture(scope="module")
def evaluator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluator]:
    folder = tmp_path_factory.mktemp("wheels")
    core = wheel(folder, "apache_airflow_core-3.2.1", FILES | CORE_METADATA)
    given = Settings(
        chart=str(CHARTS / "airflow-config"),
        airflow_config_source=str(core),
        airflow_config_allow=("x",),
    )
    with Evaluator(given) as evaluator:
        yield evaluator


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(VALUES)
def test_what_a_file_can_hold_arrives_and_the_rest_is_told(
    evaluator: Evaluator, values: list[str]
) -> None:
    given = [Setting("x", f"o{number}", value) for number, value in enumerate(values)]
    snippet = read_snippet(raw(environment_of(given), name="airflow:env"))
    (outcome,) = evaluator.evaluate([snippet]).outcomes
    assert {d.code for d in outcome.diagnostics} <= {Code.AIRFLOW_NO_EFFECT}
    assert (outcome.status is Status.PASSED) == all(map(survives, values))
    if outcome.status is Status.PASSED:
        (config,) = [r for r in outcome.detail.resources if r.kind == "ConfigMap"]
        parser = read(config.data["data"]["airflow.cfg"])
        assert [lines(parser["x"][one.option]) for one in given] == [*map(lines, values)]


@pytest.mark.parametrize("official", [False, True])
@pytest.mark.parametrize("start", REAL)
def test_every_option_of_airflow_arrives_in_both_notations(
    start: str, official: bool, helm_cache: Path
) -> None:
    schema = real_schema(start)
    chart = os.environ.get("AIRFLOW_CHART") if official else str(SAMPLE)
    if chart is None:
        pytest.skip("AIRFLOW_CHART names no archive of the official chart")
    site = Settings(
        chart=chart,
        airflow_config_source=_sources(start, schema),
        values={"airflowVersion": schema.version},
    )
    options = everything(schema)
    texts = {"config": ini_of(options), "env": environment_of(options)}
    snippets = [
        read_snippet(raw(text, name=f"airflow:{kind}", line=line))
        for line, (kind, text) in zip((1, 10_000), texts.items(), strict=True)
    ]
    with Evaluator(site, helm_cache) as evaluator:
        report = evaluator.evaluate(snippets)
    found = [d for outcome in report.outcomes for d in outcome.diagnostics]
    assert [d for d in found if d.code is not Code.AIRFLOW_OPTION] == []
    assert [d for d in found if d.severity is Severity.ERROR] == []
    assert [outcome.status for outcome in report.outcomes] == [Status.PASSED] * 2


def _sources(start: str, schema: ConfigSchema) -> tuple[str, ...]:
    """Return the wheels that :func:`real_schema` read."""
    folder = Path(os.environ["AIRFLOW_WHEELS"])
    providers = sorted(folder.glob("apache_airflow_providers_*.whl")) if "core" in start else []
    core = folder.glob(f"{start.partition('-')[0]}-{schema.version}-*.whl")
    return tuple(map(str, [*core, *providers]))
