"""Versions of optional packages that verdicts depend on, without importing them."""

from __future__ import annotations

import importlib.metadata
from functools import cache

UNCHECKED = (
    "resources are not held against Kubernetes' schemas: "
    'pip install "sphinx-airflow-prod[kubernetes]"'
)
"""What adapters say once where there are no schemas: a check that is off is no silent pass."""


@cache
def kubernetes_schemas() -> str:
    """Return the version of the Kubernetes schemas' package, empty where it is not installed."""
    try:
        return importlib.metadata.version("kubernetes-validate")
    except importlib.metadata.PackageNotFoundError:
        return ""


@cache
def airflow_installed() -> bool:
    """Say whether some Airflow is installed whose options could be read."""
    for name in ("apache-airflow-core", "apache-airflow"):
        try:
            importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        return True
    return False
