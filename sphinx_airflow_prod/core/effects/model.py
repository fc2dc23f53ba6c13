"""What goes into a measurement of effects, and what comes out."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sphinx_airflow_prod.core.chart import Chart
from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.placeholders import (
    fill_placeholders,
    find_placeholders,
)
from sphinx_airflow_prod.core.render.base import Answer, ReleaseOptions
from sphinx_airflow_prod.core.schema import ChartSchema
from sphinx_airflow_prod.core.settings import PLACEHOLDERS
from sphinx_airflow_prod.core.values import Layout, Path, coalesce, merge

Values = Mapping[str, Any]


class Verdict(enum.StrEnum):
    """What a leaf does."""

    EFFECTIVE = "effective"
    """Without it the chart renders something else, or refuses the values."""
    UNKNOWN = "unknown"
    """Changes nothing, and stands in no schema and no default."""
    DEFAULT = "default"
    """Says what holds without it as well."""
    INCOMPLETE = "incomplete"
    """Changes nothing unless another value, which the example lacks, is set."""
    OVERRULED = "overruled"
    """Changes nothing beside another leaf of the same example."""
    IGNORED = "ignored"
    """Changes nothing, whatever was tried."""
    UNPROVEN = "unproven"
    """Could not be observed: a render timed out or crashed."""


@dataclass(frozen=True)
class LeafEffect:
    """The verdict over one leaf of an example.

    ``span`` is the place of its key or item.  ``message`` is for the author,
    empty where the leaf is effective.  ``companions`` are the paths of the
    values that an incomplete leaf wants, or that overrule it; the message says
    what they would have to be.
    """

    path: Path
    span: Span
    verdict: Verdict
    message: str = ""
    companions: tuple[Path, ...] = ()

    @property
    def companion(self) -> Path | None:
        """The first companion, if any."""
        return self.companions[0] if self.companions else None


@dataclass(frozen=True)
class EffectInput:
    """One example whose leaves are to be measured.

    ``layout`` and ``own`` are the positions and the values of its own body,
    ``beneath`` the site's values with the examples that it extends, merged;
    ``schema`` holds the chart's schema and its defaults; ``placeholders`` is
    the pattern of what the reader fills in.  ``rendered`` and ``lower`` are the
    answers to the renders of the example and of what lies beneath it, where
    they are known; they are asked for otherwise.
    """

    chart: Chart
    release: ReleaseOptions
    layout: Layout
    own: Values
    beneath: Values
    schema: ChartSchema
    placeholders: str = PLACEHOLDERS
    rendered: Answer | None = field(default=None, compare=False)
    lower: Answer | None = field(default=None, compare=False)

    @cached_property
    def placeholder_paths(self) -> frozenset[Path]:
        """Where the example leaves something to its readers."""
        return find_placeholders(self.own, self.placeholders)

    def layered(self, own: Values) -> Values:
        """Return *own* over what lies beneath, placeholders filled: what Helm is given."""
        merged = merge(self.beneath, own)
        return fill_placeholders(merged, self.schema, self.placeholders)[0]

    def effective(self, values: Values) -> Values:
        """Return what templates see of *values* that Helm is given."""
        return coalesce(self.schema.defaults, values)
