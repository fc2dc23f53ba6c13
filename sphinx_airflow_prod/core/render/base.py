"""What an engine is asked, and what it answers: the types every engine shares."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from sphinx_airflow_prod.core.chart import Chart


@dataclass(frozen=True)
class ReleaseOptions:
    """The options of ``helm template`` that are not values.

    ``kube_version`` is a version such as ``1.30.0`` (a leading ``v`` is
    allowed), ``None`` the engine's own; ``api_versions`` are added to those
    that the engine knows, as ``helm template --api-versions`` does.
    """

    name: str = "airflow"
    namespace: str = "airflow"
    kube_version: str | None = None
    api_versions: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadValues:
    """Ask Helm what a values file means: *text* is YAML, the answer a :class:`ValuesRead`."""

    text: str


@dataclass(frozen=True)
class Inspect:
    """Ask for the defaults of a chart, subcharts' included: answered by :class:`Inspected`."""

    chart: Chart


@dataclass(frozen=True)
class Render:
    """Render *chart* with *values* (what ``-f`` gave, a JSON object's text, keys sorted).

    Answered by :class:`Rendered`.
    """

    chart: Chart
    values: str
    release: ReleaseOptions


def values_text(values: Mapping[str, Any]) -> str:
    """Return *values* as :class:`Render` takes them: equal values, equal text."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False)


Job = ReadValues | Inspect | Render


@dataclass(frozen=True)
class ValuesRead:
    """A values file as Helm reads it: plain JSON types, every number as Helm gave it."""

    values: Mapping[str, Any]


@dataclass(frozen=True)
class Inspected:
    """A chart's default values, coalesced with its subcharts' by Helm itself."""

    defaults: Mapping[str, Any]


@dataclass(frozen=True)
class Rendered:
    """What Helm made of a chart.

    ``templates`` maps the template's path below the chart's folder, with the
    chart's name in front as Helm writes it (``airflow/templates/x.yaml``), to
    the text as Helm gave it; partials and empty outputs are left out; sorted
    by path.  ``crds`` likewise.  ``notes`` is the parent chart's NOTES.txt.
    """

    templates: Mapping[str, str]
    crds: Mapping[str, str] = field(default_factory=dict)
    notes: str = ""


FailureKind = Literal["values", "schema", "template", "timeout", "crash", "engine"]


@dataclass(frozen=True)
class SchemaViolation:
    """One of Helm's own schema messages: ``chart`` is the (sub)chart whose schema spoke,
    ``path`` the keys below that chart's values, ``message`` Helm's words.
    """

    chart: str
    path: tuple[str | int, ...]
    message: str


@dataclass(frozen=True)
class Failure:
    """Why a job has no answer.

    ``kind`` is ``values`` (Helm cannot read the values file), ``schema`` (the
    chart's schema refuses the values; see ``violations``), ``template`` (a
    template failed), ``timeout``, ``crash`` (the worker died) or ``engine``
    (the engine itself could not be used).  ``message`` is for the author: the
    gist of what Helm said, without Go's noise.  ``template``, ``line`` and
    ``column`` (from 1; 0 where unknown) name where in the chart; for
    ``values``, ``line`` is a line of the values file.
    """

    kind: FailureKind
    message: str
    template: str = ""
    line: int = 0
    column: int = 0
    violations: tuple[SchemaViolation, ...] = ()


Answer = ValuesRead | Inspected | Rendered | Failure

Progress = Callable[[int, int], None]
"""Called with (jobs done, jobs in all) as answers come in, from the calling thread."""


@dataclass
class EngineStats:
    """What an engine did since it was made: how many jobs of each kind it really ran."""

    renders: int = 0
    inspections: int = 0
    reads: int = 0
    cached: int = 0


class EngineUnavailable(Exception):  # noqa: N818
    """No engine can be used; the message names the ways to get one."""


class Engine(Protocol):
    """Real Helm, embedded or as a binary."""

    name: str
    """``embedded``, or ``helm`` for a binary."""

    stats: EngineStats

    @property
    def version(self) -> str:
        """Helm's version, such as ``v4.2.3``; may raise :class:`EngineUnavailable`."""

    @property
    def identity(self) -> str:
        """Everything about the engine that its answers depend on, for cache keys."""

    def run(self, jobs: Sequence[Job], progress: Progress | None = None) -> list[Answer]:
        """Answer every job, in the order asked; never raises for a job's own fault.

        Equal jobs are done once.
        """

    def close(self) -> None:
        """Stop the worker processes, if any; the engine can be used again afterwards."""
