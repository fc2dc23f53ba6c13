"""What can be wrong with a piece of Airflow's configuration, as records."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace

from sphinx_airflow_prod.core.diagnostics import Severity, Span


class Kind(enum.StrEnum):
    """Every kind of problem; adapters map them to codes of diagnostics."""

    UNKNOWN_SECTION = "unknown-section"
    UNKNOWN_OPTION = "unknown-option"
    UNKNOWN_PROVIDER = "unknown-provider"
    RENAMED = "renamed"
    REMOVED = "removed"
    DEPRECATED = "deprecated"
    UNDESCRIBED = "undescribed"
    NOT_SENSITIVE = "not-sensitive"
    TEAM = "team"
    VALUE = "value"
    OLD_VALUE = "old-value"
    EXECUTOR = "executor"
    NO_SECTION = "no-section"
    DUPLICATE = "duplicate"
    SYNTAX = "syntax"
    INTERPOLATION = "interpolation"
    VARIABLE_NAME = "variable-name"


class Part(enum.StrEnum):
    """What of an option is to blame."""

    SECTION = "section"
    NAME = "name"
    VALUE = "value"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: what it says, where, of which kind, and how bad it is.

    ``part`` tells what is to blame, for the place.
    """

    message: str
    span: Span
    kind: Kind
    severity: Severity = Severity.ERROR
    part: Part = Part.NAME

    def at(self, span: Span) -> Problem:
        """Return the same problem at another place."""
        return replace(self, span=span)


NOWHERE = Span("")
"""The place of a problem whose place its finder does not know."""


def error(kind: Kind, message: str, span: Span = NOWHERE, part: Part = Part.NAME) -> Problem:
    """Return a problem that fails a build."""
    return Problem(message, span, kind, Severity.ERROR, part)


def warning(kind: Kind, message: str, span: Span = NOWHERE, part: Part = Part.NAME) -> Problem:
    """Return a problem that is worth a word, while the configuration still works."""
    return Problem(message, span, kind, Severity.WARNING, part)
