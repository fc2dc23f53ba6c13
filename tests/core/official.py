"""Renders of the official chart, of which nothing is kept here, for tests that need real ones."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from sphinx_airflow_prod.core.chart import load_chart
from sphinx_airflow_prod.core.manifests import Manifests, split
from sphinx_airflow_prod.core.render import open_engine
from sphinx_airflow_prod.core.render.base import EngineUnavailable, ReleaseOptions, Render, Rendered

DEFAULTS = "{}"

LARGE = (
    """
    postgresql: {enabled: false}
    data:
      metadataConnection: {user: u, pass: p, host: db, db: a}
      resultBackendConnection:
        {user: u, pass: p, host: db, db: r, port: 5432, protocol: postgresql, sslmode: require}
    pgbouncer:
      enabled: true
      ssl: {ca: A, cert: B, key: C}
      podDisruptionBudget: {enabled: true}
    kerberos: {enabled: true, keytabBase64Content: YQ==}
    workers:
      keda: {enabled: true, minReplicaCount: 1}
      kerberosSidecar: {enabled: true}
      extraVolumes:
        - {name: c, secret: {secretName: my-certs, items: [{key: ca.crt, path: x/ca.crt}]}}
      extraVolumeMounts: [{name: c, mountPath: /certs, readOnly: true}]
    triggerer: {keda: {enabled: true}}
    flower: {enabled: true, username: u, password: p}
    registry: {connection: {user: u, pass: p, host: h, email: e}}
    elasticsearch: {enabled: true, connection: {user: u, pass: p, host: h}}
    dags:
      gitSync: {enabled: true, repo: "git@x:x.git", sshKeySecret: my-ssh, knownHosts: "x ssh-rsa A"}
      persistence: {enabled: true}
    logs: {persistence: {enabled: true}}
    networkPolicies: {enabled: true}
    quotas: {limits.cpu: "4"}
    limits: [{type: Container, max: {cpu: "1"}}]
    ingress:
      apiServer:
        enabled: true
        hosts: [{name: a.example.org, tls: {enabled: true, secretName: my-tls}}]
      flower: {enabled: true, hosts: [{name: f.example.org}]}
      statsd: {enabled: true}
      pgbouncer: {enabled: true}
    extraSecrets: {my-extra: {stringData: "A: b\\n"}}
    extraEnvFrom: "- secretRef:\\n    name: my-extra\\n"
    extraEnv: |
      - name: X
        valueFrom:
          secretKeyRef: {name: my-optional, key: x, optional: true}
    secret: [{envName: S, secretName: my-variable, secretKey: s}]
    rbac: {create: true, createSCCRoleBinding: true}
    databaseCleanup: {enabled: true}
    cleanup: {enabled: true}
    scheduler: {podDisruptionBudget: {enabled: true}, replicas: 2}
    apiServer: {hpa: {enabled: true}, podDisruptionBudget: {enabled: true}}
    priorityClasses: [{name: a, preemptionPolicy: PreemptLowerPriority, value: 1}]
    """,
    """
    executor: KubernetesExecutor
    data: {metadataSecretName: my-database}
    imagePullSecrets: [{name: my-pull}]
    fernetKeySecretName: my-fernet
    apiSecretKeySecretName: my-api
    jwtSecretName: my-jwt
    scheduler: {serviceAccount: {automountServiceAccountToken: false}}
    workers:
      extraInitContainers: [{name: x, image: y, envFrom: [{secretRef: {name: my-init}}]}]
      extraVolumes:
        - name: p
          projected: {sources: [{secret: {name: my-projected, items: [{key: a, path: b}]}}]}
        - {name: c, csi: {driver: d, nodePublishSecretRef: {name: my-csi}}}
    """,
    """
    airflowVersion: "2.11.0"
    defaultAirflowTag: "2.11.0"
    executor: CeleryKubernetesExecutor
    webserverSecretKeySecretName: my-web
    webserver: {hpa: {enabled: true}, defaultUser: {enabled: true}}
    ingress:
      web:
        enabled: true
        annotations: {cert-manager.io/cluster-issuer: x}
        hosts: [{name: w.example.org, tls: {enabled: true, secretName: made-by-cert-manager}}]
    redis: {passwordSecretName: my-redis}
    data: {brokerUrlSecretName: my-broker, resultBackendSecretName: my-result}
    pgbouncer:
      enabled: true
      configSecretName: my-pgbouncer
      metricsExporterSidecar: {statsSecretName: my-stats, statsSecretKey: conn}
    flower: {enabled: true, secretName: my-flower}
    elasticsearch: {enabled: true, secretName: my-elasticsearch}
    workers: {hpa: {enabled: true}, safeToEvict: true}
    dagProcessor: {enabled: true}
    """,
    """
    opensearch: {enabled: true, secretName: my-opensearch}
    apiServer:
      service: {type: LoadBalancer, annotations: {a: b}}
      securityContexts: {pod: {runAsUser: 1}, containers: {runAsUser: 2}}
    statsd: {enabled: false}
    useStandardNaming: true
    migrateDatabaseJob: {useHelmHooks: false}
    createUserJob: {useHelmHooks: false}
    registry: {secretName: my-registry}
    """,
)
"""Configurations that turn on most of what the chart can do."""

SECRET_EXAMPLES: Mapping[str, tuple[str, Mapping[str, tuple[str, ...]]]] = {
    "external database, a Secret": (
        "{postgresql: {enabled: false}, data: {metadataSecretName: mydatabase}}",
        {"mydatabase": ("connection",)},
    ),
    "external database, values": (
        "{postgresql: {enabled: false}, data: {metadataConnection: {host: h, user: u, pass: p}}}",
        {},
    ),
    "result backend": (
        "data: {metadataSecretName: mydatabase, resultBackendSecretName: my-result-backend}",
        {"mydatabase": ("connection",), "my-result-backend": ("connection",)},
    ),
    "PgBouncer of the chart": ("pgbouncer: {enabled: true}", {}),
    "PgBouncer, Secrets": (
        """
        postgresql: {enabled: false}
        data: {metadataSecretName: mydatabase}
        pgbouncer:
          enabled: true
          configSecretName: my-config
          metricsExporterSidecar: {statsSecretName: my-stats}
        """,
        {
            "mydatabase": ("connection",),
            "my-config": ("pgbouncer.ini", "users.txt"),
            "my-stats": ("connection",),
        },
    ),
    "API secret key": (
        "apiSecretKeySecretName: my-api-secret",
        {"my-api-secret": ("api-secret-key",)},
    ),
    "API secret key in values": ("apiSecretKey: <secret_key>", {}),
    "JWT secret": ("jwtSecretName: my-jwt-secret", {"my-jwt-secret": ("jwt-secret",)}),
    "web server of Airflow 2": (
        """
        airflowVersion: "2.11.0"
        defaultAirflowTag: "2.11.0"
        webserverSecretKeySecretName: my-webserver-secret
        """,
        {"my-webserver-secret": ("webserver-secret-key",)},
    ),
    "broker": (
        "{redis: {enabled: false}, data: {brokerUrlSecretName: my-broker}}",
        {"my-broker": ("connection",)},
    ),
    "broker in values": ("{redis: {enabled: false}, data: {brokerUrl: 'redis://h/0'}}", {}),
    "password of Redis": (
        "{redis: {passwordSecretName: my-redis}, data: {brokerUrlSecretName: my-broker}}",
        {"my-redis": ("password",), "my-broker": ("connection",)},
    ),
    "a placeholder": ("data: {metadataSecretName: <your Secret>}", {}),
}
"""The Secrets that examples of a production guide need, and their keys."""


@cache
def _renders() -> Mapping[str, Manifests]:
    chart = load_chart(Path(os.environ["AIRFLOW_CHART"]))
    texts = [DEFAULTS, *LARGE, *(values for values, _ in SECRET_EXAMPLES.values())]
    engine = open_engine(jobs=2)
    try:
        answers = engine.run([Render(chart, _json(text), ReleaseOptions()) for text in texts])
    except EngineUnavailable:
        pytest.skip("there is no Helm engine")
    finally:
        engine.close()
    found: dict[str, Manifests] = {}
    for text, answer in zip(texts, answers, strict=True):
        assert isinstance(answer, Rendered), answer
        found[text] = split(answer)
    return found


def _json(text: str) -> str:
    values: dict[str, Any] = yaml.safe_load(text)
    return json.dumps(values, sort_keys=True)


def rendered(values: str) -> Manifests:
    """Return what the official chart makes of *values*, one of the above; skips without it."""
    if not os.environ.get("AIRFLOW_CHART"):
        pytest.skip("AIRFLOW_CHART names no official chart")
    return _renders()[values]
