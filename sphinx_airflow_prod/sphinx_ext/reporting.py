"""Diagnostics as Sphinx warnings."""

from __future__ import annotations

from collections.abc import Iterable

from sphinx.util import logging

from sphinx_airflow_prod.core.diagnostics import Diagnostic

logger = logging.getLogger(__name__)


def report(diagnostics: Iterable[Diagnostic]) -> None:
    """Log every diagnostic as a warning at its place.

    Type and subtype are the two parts of its code, so that
    ``suppress_warnings = ["helm.no-effect"]`` does what a Sphinx user expects.
    """
    for diagnostic in diagnostics:
        # Sphinx appends the code itself, and takes a location without a colon
        # for the name of a document
        place = str(diagnostic.span)
        logger.warning(
            "%s",
            diagnostic.message,
            type=diagnostic.code.type,
            subtype=diagnostic.code.subtype,
            location=place if ":" in place else (f"{place}:1" if place else None),
        )
