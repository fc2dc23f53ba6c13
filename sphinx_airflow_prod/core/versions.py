"""Versions of optional packages that verdicts depend on, without importing them."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from sphinx_airflow_prod.core.stamps import stamp

_AIRFLOW = ("apache_airflow", "apache-airflow")

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


def source_stamp(sources: Sequence[str]) -> str | None:
    """Return what changes whenever the sources of Airflow's options do.

    *sources* are those of the setting ``airflow_config_source``.  ``None``
    where it cannot be told, because a file changed just now, or because an
    Airflow is installed in editable form.
    """
    facts: list[str | None] = [stamp(Path(source)) for source in sources if source != "auto"]
    try:
        # Airflow itself is taken from what is installed where no source is that
        facts += _installed_facts()
    except OSError:
        return None
    if None in facts:
        return None
    return hashlib.sha256(repr(facts).encode("utf-8", "surrogateescape")).hexdigest()


def _installed_facts() -> Iterator[str | None]:
    """Give name and time of change of each installed distribution, None where that is no proof."""
    for folder in dict.fromkeys(sys.path):
        if not folder or not Path(folder).is_dir():
            continue
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.name.endswith((".dist-info", ".egg-info", ".egg-link")):
                    proof = not entry.name.startswith(_AIRFLOW) or not _is_editable(entry.path)
                    yield f"{entry.path}:{entry.stat().st_mtime_ns}" if proof else None


def _is_editable(folder: str) -> bool:
    """Whether a distribution is installed in place: its files change and its record does not.

    The record of that is PEP 610's ``direct_url.json``.
    """
    try:
        return '"editable": true' in Path(folder, "direct_url.json").read_text("utf-8")
    except OSError:
        return False
