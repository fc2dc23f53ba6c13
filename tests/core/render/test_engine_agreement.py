"""Both engines, and plain Helm, say the same."""

from __future__ import annotations

import json

import pytest

from sphinx_airflow_prod.core.chart import Chart
from sphinx_airflow_prod.core.render.base import (
    Engine,
    Failure,
    Inspect,
    Job,
    ReadValues,
    Rendered,
)
from tests.core.render.tools import CHARTS, PlainHelm, chart, chart_of, documents, render_job

VALUES = [{}, {"child": {"enabled": False}}, {"greeting": "grüß dich 😀\x7f\u2028"}, {"a": None}]


@pytest.mark.parametrize("name", sorted(path.name for path in CHARTS.iterdir()))
@pytest.mark.parametrize("values", VALUES)
def test_resource_by_resource(name: str, values: object, embedded: Engine, binary: Engine) -> None:
    job = render_job(chart(name), values, api_versions=("example.com/v1",))
    (one,), (other,) = embedded.run([job]), binary.run([job])
    if isinstance(one, Failure):
        assert one == other
        return
    assert isinstance(one, Rendered)
    assert isinstance(other, Rendered)
    assert documents(one) == documents(other)
    assert one.notes == other.notes
    assert one.crds == other.crds


def test_on_the_official_chart(official_chart: Chart, embedded: Engine, binary: Engine) -> None:
    jobs = [
        render_job(official_chart, values)
        for values in ({}, {"executor": "KubernetesExecutor", "pgbouncer": {"enabled": True}})
    ]
    for one, other in zip(embedded.run(jobs), binary.run(jobs), strict=True):
        assert isinstance(one, Rendered)
        assert isinstance(other, Rendered)
        assert documents(one) == documents(other)
        assert one.notes == other.notes


@pytest.mark.parametrize(
    "text",
    ["a: yes\nb: 0644\nc: ~\nd: {e: null}\n", "a: 1\n---\nb: 2\n", "", "- a\n", "a:\n\tb: 1\n"],
)
def test_on_what_values_mean(text: str, embedded: Engine, binary: Engine) -> None:
    assert embedded.run([ReadValues(text)]) == binary.run([ReadValues(text)])


@pytest.mark.parametrize("name", ["minimal", "crds-hooks-notes", "schema"])
def test_on_the_defaults(name: str, embedded: Engine, binary: Engine) -> None:
    assert embedded.run([Inspect(chart(name))]) == binary.run([Inspect(chart(name))])


FAULTS = ["fail", "required", "nil", "nested-nil", "recursion", "missing-template"]


def test_on_failures(embedded: Engine, binary: Engine) -> None:
    faults = chart("faults")
    jobs: list[Job] = [render_job(faults, {"fault": fault}) for fault in FAULTS]
    jobs += [render_job(faults, {"fault": "tpl", "text": text}) for text in ("{{ if }}", "{{ 1")]
    jobs += [
        render_job(chart("schema"), {"a": 1, "z": 1, "b": 2, "list": [{}], "either": []}),
        render_job(chart("crds-hooks-notes"), kube_version="1.20.0"),
        render_job(chart("minimal"), kube_version="nonsense"),
        render_job(chart("minimal"), name="Not_A_Name"),
        render_job(chart_of({"a.yaml": "{{ nofunc }}"})),
        render_job(chart_of({"NOTES.txt": '{{ fail "in the notes" }}'})),
    ]
    for job, one, other in zip(jobs, embedded.run(jobs), binary.run(jobs), strict=True):
        assert isinstance(one, Failure), job
        assert one == other


def test_preparing_a_chart_changes_nothing_but_random_results(
    embedded: Engine, plain: PlainHelm
) -> None:
    for name in ("minimal", "files", "crds-hooks-notes", "schema"):
        (found,) = embedded.run([render_job(chart(name))])
        assert isinstance(found, Rendered)
        expected = plain.templates(chart(name))
        notes = expected.pop(f"{name}/templates/NOTES.txt", "")
        expected.pop(f"{name}/charts/child/templates/NOTES.txt", None)
        assert (dict(found.templates), found.notes) == (expected, notes)


OFFICIAL_VALUES = [
    {},
    {"executor": "CeleryExecutor,KubernetesExecutor", "flower": {"enabled": True}},
    {"postgresql": {"enabled": False}, "data": {"metadataSecretName": "db"}},
    {"pgbouncer": {"enabled": True}, "ingress": {"apiServer": {"enabled": True}}},
    {"apiServer": {"env": [{"name": "A", "value": "{{ .Release.Name }}"}]}},
]


@pytest.mark.parametrize("values", OFFICIAL_VALUES, ids=json.dumps)
def test_preparing_the_official_chart_changes_only_what_helm_makes_at_random(
    values: object, official_chart: Chart, embedded: Engine, plain: PlainHelm
) -> None:
    one, other = plain.templates(official_chart, values), plain.templates(official_chart, values)
    (found,) = embedded.run([render_job(official_chart, values)])
    assert isinstance(found, Rendered)
    ours = {**found.templates, "airflow/templates/NOTES.txt": found.notes}
    assert ours.keys() == {
        path for path in one if path == "airflow/templates/NOTES.txt" or "NOTES" not in path
    }
    for path, text in ours.items():
        for line, (mine, first, second) in enumerate(
            zip(*(t.split("\n") for t in (text, one[path], other[path])), strict=True)
        ):
            assert mine == first or first != second, f"{path}:{line}"
