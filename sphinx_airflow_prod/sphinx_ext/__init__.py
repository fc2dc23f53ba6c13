"""The Sphinx adapter: the domains, their directives, the batch after reading, the tabs."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from sphinx_airflow_prod import __version__
from sphinx_airflow_prod.sphinx_ext import blocks, build, config, lexer, nodes, roles, transforms
from sphinx_airflow_prod.sphinx_ext.domain import AirflowDomain, HelmDomain

STYLESHEET = "sphinx-airflow-prod.css"

ENV_VERSION = 5
"""Raise it with every change of what is stored with the environment or in doctrees."""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register everything with Sphinx."""
    app.setup_extension("sphinx_tabs.tabs")
    config.setup(app)
    nodes.setup(app)
    transforms.setup(app)
    roles.setup(app)
    lexer.setup(app)
    blocks.setup(app)
    app.add_domain(HelmDomain)
    app.add_domain(AirflowDomain)
    app.connect("builder-inited", _add_static_files)
    app.connect("env-get-outdated", build.find_arrived_files)
    app.connect("env-updated", build.evaluate_examples)
    app.connect("build-finished", build.remember_pages)
    app.add_css_file(STYLESHEET)
    return {
        "version": __version__,
        "env_version": ENV_VERSION,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }


def _add_static_files(app: Sphinx) -> None:
    """Let HTML builders copy our style sheet, after the theme's and sphinx-tabs' own."""
    app.config.html_static_path.append(str(Path(__file__).parent / "static"))
