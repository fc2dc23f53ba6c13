"""Short ways to write tests about claims, and a manifest to claim things about."""

from __future__ import annotations

import textwrap

from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.expectations import Claim, Mismatch, Problem, match, parse_claim
from sphinx_airflow_prod.core.resource import Resource, read_resource
from sphinx_airflow_prod.core.source import SourceText

AT = Span("guide.rst", 1, 1)
"""Where the directive stands whose claims are tested here."""

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: air-scheduler
  labels:
    tier: airflow
    component: scheduler
spec:
  replicas: 1
  paused: false
  revisionHistoryLimit:
  template:
    metadata:
      annotations:
        checksum/config: 6cf6158ae8ec7e8f3da6a3eb59ba1c45b9a5ac7d36f4b3c7d9d2eb57ebf03a11
        cluster-autoscaler.kubernetes.io/safe-to-evict: "true"
    spec:
      nodeSelector: {}
      tolerations: []
      securityContext:
        runAsUser: 50000
        fsGroup: 0
      containers:
        - name: scheduler
          image: apache/airflow:3.1.0
          args: [bash, -c, exec airflow scheduler]
          resources: {}
          env:
            - name: AIRFLOW__CORE__EXECUTOR
              value: CeleryExecutor
            - name: AIRFLOW__CELERY__WORKER_CONCURRENCY
              value: "16"
            - name: AIRFLOW__CORE__FERNET_KEY
              valueFrom:
                secretKeyRef: {name: air-fernet-key, key: fernet-key}
          ports:
            - containerPort: 8793
          volumeMounts:
            - name: config
              mountPath: /opt/airflow/airflow.cfg
              subPath: airflow.cfg
            - name: config
              mountPath: /opt/airflow/config/local_settings.py
              subPath: local_settings.py
        - name: log-groomer
          image: apache/airflow:3.1.0
"""

CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: air-config
data:
  airflow.cfg: |
    [celery]
    worker_concurrency = 16
    flower_url_prefix =

    [core]
    executor = CeleryExecutor
    load_examples = False

    [scheduler]
    run_duration = 41460
  empty: ""
  one: just a word
"""

ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: air-pod-launcher
rules:
  - apiGroups: [""]
    resources: [pods]
    verbs: [create, list, get, patch, watch, delete]
  - apiGroups: [""]
    resources: [pods/log]
    verbs: [get]
  - apiGroups: [""]
    resources: [events]
    verbs: [list]
"""


def claim(text: str, *, may_be_empty: bool = False) -> Claim:
    """Return what a dedented text claims, as the whole of ``guide.rst``."""
    source = SourceText.whole_file(textwrap.dedent(text).lstrip("\n"), "guide.rst")
    return parse_claim(source, may_be_empty=may_be_empty)


def resource(text: str) -> Resource:
    """Return the resource of a text."""
    found = read_resource("air/templates/x.yaml", textwrap.dedent(text))
    assert found is not None
    return found


def against(manifest: str, text: str, *, exact: bool = False) -> tuple[Mismatch, ...]:
    """Return the mismatches of a claim that is written without a mistake."""
    claimed = claim(text)
    assert told(claimed.problems) == []
    return match(claimed, resource(manifest), exact=exact)


def holds(manifest: str, text: str, *, exact: bool = False) -> bool:
    """Whether a claim holds."""
    return not against(manifest, text, exact=exact)


def said(manifest: str, text: str, *, exact: bool = False) -> list[str]:
    """Return the mismatches of a claim as ``line:column: message``."""
    return told(against(manifest, text, exact=exact))


def told(found: tuple[Mismatch, ...] | tuple[Problem, ...]) -> list[str]:
    """Return mismatches or problems as ``line:column: message``."""
    return [f"{each.span.line}:{each.span.column}: {each.message}" for each in found]
