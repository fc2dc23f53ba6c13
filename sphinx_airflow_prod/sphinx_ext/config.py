"""``conf.py``: the settings as Sphinx' configuration values, over ``pyproject.toml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from sphinx_airflow_prod.core.diagnostics import Diagnostic, Span
from sphinx_airflow_prod.core.settings import (
    Settings,
    declared,
    default_of,
    find_pyproject,
    from_mapping,
    from_pyproject,
    from_text,
)

PREFIX = "helm_"


def read(app: Sphinx) -> tuple[Settings, tuple[Diagnostic, ...]]:
    """Return the settings of this build, and what is wrong with them.

    A value that ``conf.py`` or ``-D`` gives wins over the one of the nearest
    ``pyproject.toml`` with a ``[tool.sphinx-airflow-prod]`` table.
    """
    confdir = Path(app.confdir)
    project = find_pyproject(confdir)
    base, problems = from_pyproject(project) if project else (Settings(), ())
    given = {
        declaration.name: from_text(declaration, value)
        for declaration in declared()
        if (value := _given(app.config, PREFIX + declaration.name)) is not None
    }
    span = Span(str(confdir / "conf.py"))
    settings, more = from_mapping(given, base=base, directory=confdir, span=span, prefix=PREFIX)
    return settings, problems + more


def _given(config: Config, name: str) -> Any:
    """Return what ``conf.py`` or ``-D`` says, ``None`` where neither does.

    Sphinx has no public way to tell a default from the same value given.
    """
    if name not in config.overrides and name not in getattr(config, "_raw_config", {}):
        return None
    return config[name]


def setup(app: Sphinx) -> None:
    """Register every setting as a configuration value."""
    for declaration in declared():
        app.add_config_value(
            PREFIX + declaration.name, default_of(declaration), rebuild="", types=Any
        )
