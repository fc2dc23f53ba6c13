"""Our verdict on values is Helm's own, over hundreds of mutated snippets."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from sphinx_airflow_prod.core.diagnostics import Code, Span
from sphinx_airflow_prod.core.schema import ChartSchema, unknown_keys, violations
from sphinx_airflow_prod.core.source import SourceText
from sphinx_airflow_prod.core.values import coalesce, parse
from tests.core.helm_oracle import Files, Oracle
from tests.core.samples import every_path

MUTANTS: list[Any] = [
    *(None, True, False, 0, 1, -1, 1.5, 3.0, 70000, 10**20, "", "text", "true", "12", "1Gi"),
    *([], ["a"], [1, 1], [{}], [{"name": "x"}], [{"name": "x", "value": "y"}], [{"name": 1}]),
    *({}, {"name": "x"}, {"a": 1}, {"enabled": "yes"}, {"type": "disk"}, {"mode": "automatic"}),
    *({"legs": 4}, {"cat": {"legs": 4.5}}, {"type": "disk", "size": "1Gi"}, {"x": {"y": None}}),
]


def snippets(values: dict[str, Any], count: int) -> Iterator[dict[str, Any]]:
    """Give values that set one to three paths to something odd; always the same ones."""
    choice = random.Random(20240229)
    paths = sorted(key_paths(values))
    for _ in range(count):
        snippet: dict[str, Any] = {}
        for _ in range(choice.choice([1, 1, 1, 2, 3])):
            path = choice.choice(paths)
            if choice.random() < 0.1:
                path = (*path, "new")
            below = snippet
            for step in path[:-1]:
                following = below.get(step)
                if not isinstance(following, dict):
                    following = below[step] = {}
                below = following
            below[path[-1]] = mutant(choice, values, path)
        yield snippet


def key_paths(values: dict[str, Any]) -> set[tuple[str, ...]]:
    """Return the paths of all keys that lie below no list."""
    found = set()
    for path in every_path(values):
        keys = tuple(step for step in path if isinstance(step, str))
        if path and len(keys) == len(path):
            found.add(keys)
    return found


def mutant(choice: random.Random, values: dict[str, Any], path: tuple[str, ...]) -> Any:
    """Return an odd value, half of the time one of the type that stands at *path* by default."""
    default: Any = values
    for step in path:
        default = default.get(step) if isinstance(default, dict) else None
    alike = [value for value in MUTANTS if type(value) is type(default)]
    return choice.choice(alike if alike and choice.random() < 0.6 else MUTANTS)


def judge(oracle: Oracle, files: Files, count: int) -> tuple[int, int]:
    """Compare the verdicts on *count* snippets; return how many are refused, and accepted."""
    defaults = oracle.read(files["values.yaml"])
    chart = ChartSchema(files["values.schema.json"], defaults)
    refused = accepted = 0
    for number, snippet in enumerate(snippets(defaults, count)):
        merged = coalesce(defaults, snippet)
        complaint = oracle.validate(files, snippet)
        ours = chart.check(merged)
        assert bool(ours) == (complaint is not None), (snippet, ours, complaint)
        if number % 10 == 0:
            assert bool(ours) == (oracle.render(files, snippet) is not None), snippet
        refused, accepted = refused + bool(ours), accepted + (not ours)
        assert_told_in_words(chart, snippet, merged)
    return refused, accepted


def assert_told_in_words(
    chart: ChartSchema, snippet: dict[str, Any], merged: dict[str, Any]
) -> None:
    layout = parse(SourceText.whole_file(json.dumps(snippet, indent=2), "f"))
    found = violations(chart, layout, merged, Span("directive"))
    assert len(found) == len(chart.check(merged))
    for diagnostic in found:
        assert diagnostic.code in {Code.SCHEMA, Code.UNKNOWN_KEY}
        assert diagnostic.span.path == "f", diagnostic
        assert len(diagnostic.message) < 500
        assert "schemas listed in" not in diagnostic.message


def test_the_verdict_on_the_official_chart_is_helms(oracle: Oracle, official: Files) -> None:
    refused, accepted = judge(oracle, official, 320)
    assert min(refused, accepted) > 50


def test_the_verdict_on_every_combining_keyword_is_helms(oracle: Oracle, zoo: Files) -> None:
    refused, accepted = judge(oracle, zoo, 600)
    assert min(refused, accepted) > 50


@pytest.mark.parametrize("name", ["official", "zoo"])
def test_a_charts_own_defaults_are_never_wrong(
    oracle: Oracle, request: pytest.FixtureRequest, name: str
) -> None:
    files: Files = request.getfixturevalue(name)
    defaults = oracle.read(files["values.yaml"])
    chart = ChartSchema(files["values.schema.json"], defaults)
    layout = parse(SourceText.whole_file(files["values.yaml"], "values.yaml"))
    assert layout.diagnostics == ()
    assert set(layout.paths()) == every_path(defaults)
    assert violations(chart, layout, coalesce(defaults, defaults), Span("d")) == []
    assert unknown_keys(chart, layout, defaults) == []


def test_every_default_of_the_official_chart_can_be_written_out(
    oracle: Oracle, official: Files
) -> None:
    defaults = oracle.read(official["values.yaml"])
    chart = ChartSchema(official["values.schema.json"], defaults)
    leaves = 0
    for path in key_paths(defaults):
        value = chart.default(path)
        if isinstance(value, dict) and value:
            continue
        leaves += 1
        snippet: Any = value
        for step in reversed(path):
            snippet = {step: snippet}
        layout = parse(SourceText.whole_file(json.dumps(snippet), "f"))
        if value is not None:
            merged = coalesce(defaults, snippet)
            assert violations(chart, layout, merged, Span("d")) == [], path
        assert unknown_keys(chart, layout, snippet) == [], path
    assert leaves > 1000
