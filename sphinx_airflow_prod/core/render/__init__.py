"""Rendering charts with real Helm: engines, worker processes, cache."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # workers import this package: what they do not need must stay out
    from sphinx_airflow_prod.core.render.base import Engine

__all__ = ["open_engine"]

WAYS_OUT = (
    "install the embedded engine with\n"
    '    pip install "sphinx-airflow-prod[embedded]"\n'
    "or install a helm binary (https://helm.sh/docs/intro/install/) and name it in helm_engine"
)


def open_engine(
    setting: str = "auto",
    *,
    jobs: int | None = None,
    timeout: float = 60.0,
    cache_dir: Path | None = None,
) -> Engine:
    """Return the engine that *setting* asks for; nothing is started before the first job.

    *setting* is ``embedded``, ``helm`` (the one on the ``PATH``), the path of a
    helm binary, or ``auto``: embedded where it is installed, else ``helm``.
    *jobs* is the number of processes, by default one for each processor;
    *timeout* the seconds for one job; *cache_dir* a folder for answers, made
    when needed.  Raises :class:`~.base.EngineUnavailable`.
    """
    from sphinx_airflow_prod.core.render.base import EngineUnavailable
    from sphinx_airflow_prod.core.render.cache import Cache

    cache = Cache(cache_dir)
    workers = jobs or _default_jobs()
    if setting in {"auto", "embedded"} and _library_installed():
        from sphinx_airflow_prod.core.render.embedded import EmbeddedEngine

        return EmbeddedEngine(workers, timeout, cache)
    if setting == "embedded":
        raise EngineUnavailable(f"the embedded Helm engine is not installed: {WAYS_OUT}")
    import shutil

    binary = shutil.which("helm" if setting == "auto" else setting)
    if binary is None:
        problem = (
            "there is no Helm engine"
            if setting == "auto"
            else f"there is no helm binary at {setting!r}"
            if setting != "helm"
            else "there is no helm binary on the PATH"
        )
        raise EngineUnavailable(f"{problem}: {WAYS_OUT}")
    from sphinx_airflow_prod.core.render.helm_cli import HelmEngine

    return HelmEngine(binary, workers, timeout, cache)


def _library_installed() -> bool:
    """Whether the extra ``[embedded]`` is there; found without importing it."""
    return importlib.util.find_spec("helm_python") is not None


def _default_jobs() -> int:
    """As many workers as there are processors for this process, within reason."""
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return max(1, min(cores, 16))
