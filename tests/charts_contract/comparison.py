"""What the sample chart and the official one render, compared whole, path by path.

Everything that the two render for the same values must be equal. What isn't, on
purpose, is listed in :data:`KNOWN`, each with its reason; nowhere else.
"""

from __future__ import annotations

import configparser
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

import yaml

from tests.charts_contract import contract
from tests.charts_contract.contract import Resources, decoded

KNOWN: Mapping[str, str] = {
    "*#metadata.labels.chart": "names the chart itself",
    "*postgresql*": "the database is a plain one in a subchart of our own",
    "*.annotations.checksum/*": "digests of what the charts write in their own words",
    "ConfigMap/*-config#data.airflow_local_settings.py": "ours are empty with any Airflow",
    "ConfigMap/*-statsd#data.mappings.yml": "the mappings are ours",
    "ConfigMap/*-config#data.airflow.cfg.*.otel_*": "ours has no OpenTelemetry collector",
    "ConfigMap/*-config#data.airflow.cfg.traces": "ours has no OpenTelemetry collector",
    "ConfigMap/*-config#data.airflow.cfg.celery.sync_parallelism": "counts processors; not ours",
    "ConfigMap/*-config#data.airflow.cfg.kubernetes_executor.multi_namespace_mode": "not ours",
    "ConfigMap/*-config#data.krb5.conf": "the default is a placeholder, ours is another",
    "CronJob/*-database-cleanup#*.args": "the same command in another wording",
}
"""Differences that are meant, as ``Kind/name#path`` with ``*``, and why they are there."""

RANDOM: Mapping[str, tuple[str, ...]] = {
    "Secret/airflow-api-secret-key": ("apiSecretKey",),
    "Secret/airflow-jwt-secret": ("jwtSecret",),
    "Secret/airflow-fernet-key": ("fernetKey",),
    "Secret/airflow-webserver-secret-key": ("webserverSecretKey",),
    "Secret/airflow-redis-password": ("redis", "password"),
    "Secret/airflow-broker-url": ("redis", "enabled"),
}
"""Secrets with random content, and the value that takes the chance out of them."""

BY_KEY = {
    "env": "name",
    "volumes": "name",
    "ports": "name",
    "volumeMounts": "mountPath",
    "volumeClaimTemplates": "metadata",
    "subjects": "name",
}
"""Lists whose order means nothing, and what tells their items apart."""


def differences(mine: Resources, theirs: Resources, values: Mapping[str, Any]) -> list[str]:
    """Return every difference between two renders of *values*, one line each.

    Known ones are among them, and begin with their pattern; see :func:`unknown`.
    """
    found = [f"{name}: only the sample" for name in sorted(set(mine) - set(theirs))]
    found += [f"{name}: only the official chart" for name in sorted(set(theirs) - set(mine))]
    for name in sorted(set(mine) & set(theirs)):
        ours, official = essence(name, mine[name], values), essence(name, theirs[name], values)
        found += [f"{name}#{line}" for line in _compare(ours, official, ())]
    return found


def known_by(difference: str) -> str | None:
    """Return the pattern of :data:`KNOWN` that covers a difference."""
    where = difference.partition(": ")[0]
    for pattern in KNOWN:
        if fnmatchcase(where, pattern) or fnmatchcase(where, f"{pattern}.*"):
            return pattern
    return None


def essence(name: str, resource: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    """Return a resource without what means nothing: order, emptiness, encodings, chance."""
    kind = resource["kind"]
    if kind == "Secret":
        data: dict[str, Any] = decoded(resource)
        if name in RANDOM and not contract.sets(values, RANDOM[name]):
            data = dict.fromkeys(data, "random")
        if "pgbouncer.ini" in data:
            data["pgbouncer.ini"] = read_ini(data["pgbouncer.ini"])
            data["users.txt"] = data["users.txt"].split()
        if ".dockerconfigjson" in data:
            data[".dockerconfigjson"] = yaml.safe_load(data[".dockerconfigjson"])
        resource = {**resource, "data": data}
    if kind == "ConfigMap":
        data = dict(resource["data"])
        if "airflow.cfg" in data:
            data["airflow.cfg"] = read_ini(data["airflow.cfg"])
        for file in ("pod_template_file.yaml", "mappings.yml"):
            if file in data:
                data[file] = yaml.load(data[file], Loader=yaml.CSafeLoader)
        resource = {**resource, "data": data}
    return _essence(resource, "")


def _essence(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        parts = {name: _essence(part, name) for name, part in value.items()}
        for several in ("containers", "initContainers"):
            if several in parts:  # their order is part of the contract
                parts[f"order of {several}"] = [item["name"] for item in value[several] or ()]
        return {name: part for name, part in parts.items() if part not in ({}, [], None, "")}
    if isinstance(value, list):
        if key in BY_KEY and all(isinstance(item, dict) for item in value):
            return {_identity(item, BY_KEY[key]): _essence(item, "") for item in value}
        if key in {"containers", "initContainers"}:
            return {item["name"]: _essence(item, "") for item in value}
        return [_essence(item, "") for item in value]
    return value.strip() if isinstance(value, str) else value


def _identity(item: Mapping[str, Any], key: str) -> str:
    name = item.get(key, item.get("port", "?"))
    return str(name["name"] if isinstance(name, dict) else name)


def _compare(mine: Any, theirs: Any, path: tuple[str, ...]) -> Iterator[str]:
    if isinstance(mine, dict) and isinstance(theirs, dict):
        for key in sorted({*mine, *theirs}, key=str):
            if key not in theirs:
                yield f"{_dotted(path, key)}: only the sample, {mine[key]!r}"
            elif key not in mine:
                yield f"{_dotted(path, key)}: only the official chart, {theirs[key]!r}"
            else:
                yield from _compare(mine[key], theirs[key], (*path, str(key)))
    elif mine != theirs or type(mine) is not type(theirs):
        yield f"{_dotted(path)}: {mine!r}, officially {theirs!r}"


def _dotted(path: Sequence[str], *more: object) -> str:
    return ".".join([*path, *map(str, more)])


def read_ini(text: str) -> dict[str, dict[str, str]]:
    """Read a configuration file without interpolation."""
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return {section: dict(parser[section]) for section in parser.sections()}
