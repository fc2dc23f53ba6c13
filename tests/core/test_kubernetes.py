"""Resources are held against Kubernetes' schemas, as its API server takes them."""

from __future__ import annotations

import subprocess
import sys
import time
from textwrap import dedent

import pytest

from sphinx_airflow_prod.core.kubernetes import (
    KubernetesUnavailable,
    available_versions,
    open_schemas,
    validate,
)
from sphinx_airflow_prod.core.manifests import split
from sphinx_airflow_prod.core.render.base import Rendered
from sphinx_airflow_prod.core.resource import Resource
from tests.core.official import DEFAULTS, LARGE, rendered

needs_schemas = pytest.mark.skipif(
    not available_versions(), reason="kubernetes-validate is not installed: no schemas"
)


def resources(text: str) -> tuple[Resource, ...]:
    return split(Rendered({"chart/templates/a.yaml": dedent(text)})).resources


def problems(text: str, version: str | None = "1.30.0") -> list[str]:
    return [str(problem) for problem in validate(resources(text), version).problems]


DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:
spec:
  replicas: 1
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      nodeSelector: null
      containers:
        - name: app
          image: x
          env:
            - {name: A, value: "1"}
          ports:
            - containerPort: 80
          resources: {limits: {cpu: 1, memory: 1Gi}}
          livenessProbe: {httpGet: {port: http, path: /}}
"""


@needs_schemas
def test_what_kubernetes_takes_is_no_problem() -> None:
    report = validate(resources(DEPLOYMENT), "1.30")
    assert report.problems == ()
    assert (report.version, report.checked, report.skipped) == ("1.30", 1, {})


@needs_schemas
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("replicas: 1", 'replicas: "1"', '.replicas: expected integer, got string "1"'),
        ("replicas: 1", "replica: 1", ".replica: Kubernetes knows no field 'replica' here; did "),
        (
            'value: "1"',
            "value: 1",
            ".template.spec.containers.app.env.A.value: expected string, got integer 1; "
            'quote it: "1"',
        ),
        ("image: x", "imagge: x", ".containers.app.imagge: Kubernetes knows no field 'imagge'"),
        ("cpu: 1,", "cpu: [1],", ".resources.limits.cpu: expected string or number, got a list"),
        ("port: http", "port: 1.5", ".httpGet.port: expected string or integer, got number 1.5"),
        ("- name: app", "- image: y", "the field 'name' is required"),
        ("containerPort: 80", "containerPort: null", "the field 'containerPort' is required"),
        ("apps/v1", "apps/v1beta1", "Kubernetes 1.30 has no Deployment in apps/v1beta1; write"),
        ("kind: Deployment", "kind: Deploymnt", "did you mean 'Deployment'?"),
    ],
)
def test_what_kubernetes_refuses_is_said_at_its_path(old: str, new: str, message: str) -> None:
    assert old in DEPLOYMENT
    found = problems(DEPLOYMENT.replace(old, new, 1).replace("image: y\n          image", "image"))
    assert len(found) == 1
    assert found[0].startswith("Deploym")
    assert message in found[0]


@needs_schemas
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("replicas", "replicas"),
        ("replicas: 1", "replicas: x"),
        ("image: x", "imagge: x"),
        ("cpu: 1,", "cpu: [1],"),
        ("name: app", "nam: app"),
        ("{matchLabels: {a: b}}", "[]"),
    ],
)
def test_the_verdict_is_that_of_the_package_s_own_validator(old: str, new: str) -> None:
    package = pytest.importorskip("kubernetes_validate")
    (resource,) = resources(DEPLOYMENT.replace(old, new, 1))
    try:
        package.validate(resource.data, "1.30", strict=True)
        accepted = True
    except package.ValidationError:
        accepted = False
    assert (validate([resource], "1.30").problems == ()) is accepted


@needs_schemas
def test_values_of_a_secret_must_be_base64() -> None:
    head = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"
    assert problems(head + "data: {k: YQ==, l: 'Y\\n'}") == [
        "Secret/a#data.l: this is not base64; encode it, or put it under stringData"
    ]
    assert problems(head + "stringData: {k: 1}") == [
        'Secret/a#stringData.k: expected string, got integer 1; quote it: "1"'
    ]
    assert problems(head + 'data: {k: "YQ=="}\nstringData: {l: plain}') == []


@needs_schemas
def test_custom_resources_are_counted_and_lists_entered() -> None:
    text = """\
        apiVersion: v1
        kind: List
        items:
          - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: 1}}
          - {apiVersion: keda.sh/v1alpha1, kind: ScaledObject, metadata: {name: b}, any: 1}
          - {apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: b}}
        ---
        apiVersion: apps.example.org/v1
        kind: Deployment
        metadata: {name: of-somebody-else}
        """
    report = validate(resources(text), "1.30")
    assert [str(problem) for problem in report.problems] == [
        'List#items.0.data.k: expected string, got integer 1; quote it: "1"'
    ]
    assert report.checked == 1
    assert report.skipped == {
        "apps.example.org/v1 Deployment": 1,
        "gateway.networking.k8s.io/v1 HTTPRoute": 1,
        "keda.sh/v1alpha1 ScaledObject": 1,
    }


@needs_schemas
def test_the_nearest_version_is_taken() -> None:
    oldest, newest = available_versions()[0], available_versions()[-1]
    assert open_schemas("v1.30.4").version == "1.30"
    assert open_schemas("1.2.0").version == oldest
    assert open_schemas("1.99").version == newest
    assert open_schemas(None).version == newest
    assert open_schemas("1.30.0") is open_schemas("1.30.9+build")
    with pytest.raises(ValueError, match=r"1\.30\.0"):
        open_schemas("latest")


@needs_schemas
def test_an_api_of_another_version_is_no_problem_where_the_schemas_are_only_near() -> None:
    text = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: a}\n"
    assert "write batch/v1" in problems(text, "1.25")[0]
    assert problems(text, "1.20") == []


def test_without_the_package_there_is_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert available_versions() == ()
    with pytest.raises(KubernetesUnavailable, match="pip install"):
        validate((), "1.30")


def test_the_package_s_code_is_never_run() -> None:
    code = (
        "import sys; from sphinx_airflow_prod.core.kubernetes import available_versions; "
        "available_versions(); print(*(m in sys.modules for m in sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "kubernetes_validate", "jsonschema"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["False", "False"]


@needs_schemas
@pytest.mark.parametrize("version", available_versions())
def test_no_false_alarm_on_the_official_chart(version: str) -> None:
    for values in (DEFAULTS, *LARGE):
        report = validate(rendered(values), version)
        assert report.problems == ()
        assert report.checked >= 30
        assert all(kind.startswith("keda.sh/") for kind in report.skipped)


@needs_schemas
def test_one_more_resource_is_a_matter_of_a_millisecond() -> None:
    changed = resources(DEPLOYMENT)
    validate(changed, "1.30")
    times = []
    for _ in range(20):
        start = time.perf_counter()
        validate(changed, "1.30")
        times.append(time.perf_counter() - start)
    assert min(times) < 0.005
