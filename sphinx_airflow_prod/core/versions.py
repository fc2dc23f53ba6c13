"""Versions of optional packages that verdicts depend on, without importing them."""

from __future__ import annotations

import importlib.metadata
from functools import cache


@cache
def kubernetes_schemas() -> str:
    """Return the version of the Kubernetes schemas' package, empty where it is not installed."""
    try:
        return importlib.metadata.version("kubernetes-validate")
    except importlib.metadata.PackageNotFoundError:
        return ""
