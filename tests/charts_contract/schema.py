"""The sample chart's ``values.schema.json``, written from its ``values.yaml``.

The comment above a key is its description, the default tells its type, and the
tables below hold what a default cannot tell. Run it after a change of the values::

    python -m tests.charts_contract.schema
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tests.charts_contract import contract

Node = dict[str, Any]

DEFINITIONS = Path(__file__).with_name("definitions.yaml")


def refer(name: str) -> Node:
    """Return a reference to a definition; in ``allOf``, since draft-07 ignores its siblings."""
    return {"allOf": [{"$ref": f"#/definitions/{name}"}]}


def listing(name: str) -> Node:
    """Return a list whose items have a definition."""
    return {"type": "array", "items": {"$ref": f"#/definitions/{name}"}}


def _choice(*names: str) -> Node:
    return {"type": "string", "enum": [*names]}


def _connection(port: str) -> Node:
    texts = {
        "scheme": "First part of the URL.",
        "user": "User name.",
        "pass": "Password.",
        "host": "Host.",
    }
    properties: Node = {key: {"description": text, "type": "string"} for key, text in texts.items()}
    properties["port"] = {"description": "Port.", "type": port}
    return {"type": "object", "properties": properties, "additionalProperties": False}


FREE: Node = {"type": "object"}
FREE_OR_NOT: Node = {"type": ["object", "null"]}
STRINGS: Node = {"type": "array", "items": {"type": "string"}}
STRINGS_OR_NOT: Node = {"type": ["array", "null"], "items": {"type": "string"}}
OBJECTS: Node = {"type": "array", "items": {"type": "object"}}
TEXT_OR_NOT: Node = {"type": ["string", "null"]}
COUNT_OR_NOT: Node = {"type": ["integer", "null"]}

EXECUTOR = r"([A-Za-z_][A-Za-z0-9_]*[.:])*[A-Z][A-Za-z0-9]+Executor"
"""The class of an executor, with its module, and an alias before a colon."""

SHAPES: Mapping[str, Node] = {
    "executor": {"type": "string", "pattern": f"^{EXECUTOR}(,{EXECUTOR})*$"},
    "config": {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
        },
    },
    "images.migrationsWaitTimeout": {"type": "number"},
    "imagePullSecrets": {
        "type": "array",
        "items": {"oneOf": [{"type": "string"}, {"$ref": "#/definitions/named"}]},
        "uniqueItems": True,
    },
    "registry.connection": {
        "type": "object",
        "properties": {
            "user": {"description": "User name.", "type": "string"},
            "pass": {"description": "Password.", "type": "string"},
            "host": {"description": "URL of the registry.", "type": "string"},
            "email": {"description": "Mail address.", "type": "string"},
        },
        "additionalProperties": False,
    },
    "*search.connection": _connection("number"),
    "*.metricsExporterSidecar.sslmode": _choice("disable", "require", "verify-ca", "verify-full"),
    "pgbouncer.sslmode": _choice(
        "disable", "allow", "prefer", "require", "verify-ca", "verify-full"
    ),
    "*.pullPolicy": _choice("Always", "Never", "IfNotPresent"),
    "*.restartPolicy": _choice("OnFailure", "Never"),
    "dags.persistence.accessMode": _choice("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"),
    "env": listing("plainVariable"),
    "secret": listing("variableFromSecret"),
    "*.waitForMigrations.env": listing("plainVariable"),
    "*.logGroomerSidecar.env": listing("kubernetesVariable"),
    "migrateDatabaseJob.env": listing("kubernetesVariable"),
    "dags.gitSync.env": listing("kubernetesVariable"),
    "statsd.env": listing("plainVariable"),
    "pgbouncer.env": listing("plainVariable"),
    "*.env": listing("variable"),
    "dags.gitSync.securityContext": refer("containerSecurityContext"),
    "*securityContexts.pod": refer("podSecurityContext"),
    "*securityContexts.container": refer("containerSecurityContext"),
    "*securityContexts.containers": refer("containerSecurityContext"),
    "*securityContext": refer("podSecurityContext"),
    "*.resources": refer("resources"),
    "*nnotations": refer("annotations"),
    "*.extraContainers": listing("container"),
    "*.extraInitContainers": listing("container"),
    "*.extraVolumes": listing("volume"),
    "*.extraVolumeMounts": listing("volumeMount"),
    "volumes": listing("volume"),
    "volumeMounts": listing("volumeMount"),
    "flower.service.ports": listing("plainServicePort"),
    "*.service.ports": listing("servicePort"),
    "*.loadBalancerSourceRanges": STRINGS,
    "ingress.*.hosts": {
        "type": "array",
        "items": {"oneOf": [{"type": "string"}, {"$ref": "#/definitions/host"}]},
    },
    "ingress.*Paths": listing("path"),
    "ingress.enabled": {"type": ["boolean", "null"]},
    "dagProcessor.enabled": {"type": ["boolean", "null"]},
    "dagProcessor.dagBundleConfigList": listing("bundle"),
    "*.gitSync.livenessProbe": FREE,
    "*.gitSync.readinessProbe": FREE,
    "*.containerLifecycleHooks": FREE,
    "dagProcessor.strategy": FREE,
    "triggerer.strategy": FREE,
    "*trategy": FREE_OR_NOT,
    "databaseCleanup.tables": STRINGS,
    "databaseCleanup.batchSize": COUNT_OR_NOT,
    "*HistoryLimit": COUNT_OR_NOT,
    "*.ttlSecondsAfterFinished": COUNT_OR_NOT,
    "apiServer.replicas": COUNT_OR_NOT,
    "dags.gitSync.wait": COUNT_OR_NOT,
    "*.args": STRINGS_OR_NOT,
    "*.command": STRINGS_OR_NOT,
    "statsd.*Mappings": OBJECTS,
    "*.podDisruptionBudget.config.maxUnavailable": {"type": ["integer", "string"]},
    "postgresql.auth.username": TEXT_OR_NOT,
    "postgresql.auth.*assword": TEXT_OR_NOT,
}
"""What values look like where the default does not tell; the first pattern counts."""

OPTIONAL: Mapping[str, tuple[str, Node]] = {
    "dags.gitSync.sshKey": (
        "Private key for the repository, for the Secret that the chart writes.",
        TEXT_OR_NOT,
    ),
    "dags.gitSync.sshKeySecret": (
        "A Secret of yours with the key `gitSshKey`, a private key for the repository.",
        TEXT_OR_NOT,
    ),
    "dags.gitSync.knownHosts": (
        "Host keys that the repository's server is checked against, as ssh-keyscan prints them.",
        TEXT_OR_NOT,
    ),
    "dags.gitSync.credentialsSecret": (
        "A Secret of yours with name and password for the repository, where there is no SSH key: "
        "`GIT_SYNC_USERNAME`, `GIT_SYNC_PASSWORD`, `GITSYNC_USERNAME` and `GITSYNC_PASSWORD`.",
        TEXT_OR_NOT,
    ),
    "dags.gitSync.emptyDirConfig": ("Settings of the directory that is fetched into.", FREE),
    "logs.emptyDirConfig": ("Settings of the directory where no volume is claimed.", FREE),
    **{
        f"{owner}.podDisruptionBudget.config.minAvailable": (
            "Pods that must stay, a number or a percentage; then set maxUnavailable to null.",
            {"type": ["integer", "string"]},
        )
        for owner in (
            "scheduler",
            "apiServer",
            "webserver",
            "dagProcessor",
            "triggerer",
            "workers",
            "pgbouncer",
        )
    },
    "workers.celery.podDisruptionBudget.config.minAvailable": (
        "Pods that must stay, a number or a percentage; then set maxUnavailable to null.",
        {"type": ["integer", "string", "null"]},
    ),
}
"""Keys that have no default: description and shape."""

SHARED_BY_HELM = "global"
"""A key that Helm adds by itself, in the chart and in its subchart."""


def comments(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the path of every key that has a comment above it, and the comment in one line."""
    path: list[tuple[int, str]] = []
    comment: list[str] = []
    for line in text.splitlines():
        if match := re.fullmatch(r" *# (?!---)(.*)", line):
            comment.append(match[1])
            continue
        if match := re.match(r"( *)(\w+):(?: |$)", line):
            indent = len(match[1])
            path = [*(step for step in path if step[0] < indent), (indent, match[2])]
            if comment:
                yield tuple(name for _, name in path), " ".join(comment)
        comment = []


def build(values: Mapping[str, Any], descriptions: Mapping[tuple[str, ...], str]) -> Node:
    """Return the schema of *values*.

    Raises:
        KeyError: a key has no comment above it
    """
    root = _mapping((), values, values, descriptions)
    properties = root["properties"]
    data = properties["data"]["properties"]
    keys = dict(data["metadataConnection"]["properties"])
    del keys["secretAnnotations"]
    data["resultBackendConnection"] |= {
        "type": ["object", "null"],
        "properties": keys,
        "additionalProperties": False,
    }
    for level in (properties, properties["postgresql"]["properties"]):
        level[SHARED_BY_HELM] = {"description": "What Helm shares with subcharts.", **FREE}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Values of the sample chart",
        **root,
        "definitions": contract.read_yaml(DEFINITIONS),
    }


def _mapping(
    path: tuple[str, ...],
    values: Mapping[str, Any],
    root: Mapping[str, Any],
    descriptions: Mapping[tuple[str, ...], str],
) -> Node:
    properties: Node = {}
    for key, value in values.items():
        below = (*path, key)
        shape = _shape(below, value, root)
        if shape is None:
            shape = _mapping(below, value, root, descriptions)
        properties[key] = {"description": descriptions[below], **shape}
    for name, (text, shape) in OPTIONAL.items():
        *parents, key = name.split(".")
        if tuple(parents) == path:
            properties[key] = {"description": text, **shape}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _shape(path: tuple[str, ...], value: Any, root: Mapping[str, Any]) -> Node | None:
    """Return the shape of a value, ``None`` for a mapping whose keys have descriptions."""
    name = ".".join(path)
    for pattern, shape in SHAPES.items():
        if fnmatchcase(name, pattern):
            return _or_null(shape) if value is None else shape
    if value is None:
        if path[:2] in {("workers", "celery"), ("workers", "kubernetes")}:
            twin = ("workers", *path[2:])
            return _or_null(_shape(twin, contract.at(root, twin), root) or FREE)
        return TEXT_OR_NOT
    if isinstance(value, dict):
        return None if value else FREE
    return {"type": KINDS[type(value)]}


KINDS = {bool: "boolean", int: "integer", str: "string", list: "array"}


def _or_null(shape: Node) -> Node:
    types = shape.get("type", [])
    types = [types] if isinstance(types, str) else types
    return shape if "null" in types else {**shape, "type": [*types, "null"]}


def current() -> str:
    """Return the schema that the values ask for now, as text."""
    file = contract.SAMPLE / "values.yaml"
    descriptions = dict(comments(file.read_text("utf-8")))
    schema = build(contract.read_yaml(file), descriptions)
    return json.dumps(schema, indent=2) + "\n"


if __name__ == "__main__":
    (contract.SAMPLE / "values.schema.json").write_text(current(), encoding="utf-8")
