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
