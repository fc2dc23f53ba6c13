"""Executable documentation for Helm charts, first of all for Apache Airflow's production guide."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0"

__all__ = ["__version__", "setup"]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension with Sphinx; ``extensions = ["sphinx_airflow_prod"]`` calls it.

    The adapter is imported here and not above, so that pytest and the command
    line do not pay for Sphinx.
    """
    from sphinx_airflow_prod.sphinx_ext import setup as setup_extension

    return setup_extension(app)
