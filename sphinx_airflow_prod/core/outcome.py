"""What became of an example: verdict, diagnostics, and what there is to show."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from sphinx_airflow_prod.core.diagnostics import Diagnostic, Severity
from sphinx_airflow_prod.core.roles import Role, RoleKey
from sphinx_airflow_prod.core.snippet import Snippet, SnippetKey

if TYPE_CHECKING:  # a build that has nothing to do imports this module
    from sphinx_airflow_prod.core.changes import Changes
    from sphinx_airflow_prod.core.manifests import Resource
    from sphinx_airflow_prod.core.render.base import Failure
    from sphinx_airflow_prod.core.tables import Table


class Status(enum.StrEnum):
    """How the evaluation of an example ended."""

    PASSED = "passed"
    """Everything that was checked holds."""

    FAILED = "failed"
    """At least one diagnostic is an error."""

    SKIPPED = "skipped"
    """The author said ``:skip:``."""

    FOREIGN = "foreign"
    """An ordinary code block that holds no values of the chart."""

    UNVERIFIED = "unverified"
    """There is no engine, no chart or no Airflow to check against; nothing is known."""


@dataclass(frozen=True)
class Provenance:
    """What an example was checked against: the chart, its digest, and Helm.

    ``digest`` is the chart's own, over its files.  Where the chart comes from a
    repository, ``repository`` is its address, and ``archive`` the archive's SHA-256.
    """

    chart: str
    version: str
    digest: str
    engine: str
    helm_version: str
    repository: str = ""
    archive: str = ""

    def __str__(self) -> str:
        """One line for a page's footer, with the digest that its reader can compare."""
        origin, digest = "", self.digest
        if self.repository:
            origin, digest = f" from {self.repository}", self.archive
        return (
            f"{self.chart} {self.version}{origin} (sha256:{digest[:12]}), "
            f"rendered by Helm {self.helm_version} ({self.engine})"
        )


@dataclass(frozen=True)
class AirflowProvenance:
    """What a snippet of Airflow's configuration was checked against.

    ``chart`` is what its values were rendered with, where that was done.
    """

    label: str
    chart: Provenance | None = None

    def __str__(self) -> str:
        """What a page's footer says."""
        return self.label


@dataclass(frozen=True)
class Notations:
    """One configuration of Airflow, written in the three ways to give it.

    ``others`` are variables that set no option, and so stay variables;
    ``switches`` those that ``values`` tell the chart not to set; ``elsewhere``
    are options with the values by which the chart sets them.  ``values`` is
    empty where the chart does not take them.
    """

    ini: str
    environment: str
    values: str
    others: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Detail:
    """What Helm made of an example.

    ``resources`` is everything rendered, ``changes`` the difference from the
    baseline, ``notes`` the NOTES.txt where it differs from the baseline's;
    ``refusal`` is Helm's or the schema's refusal, where there was one.  Of a
    claim, ``resources`` is the resource it is about.  Of a snippet of Airflow's
    configuration there is ``notations``, with what the chart makes of them, or,
    where ``:fails:`` asks for them, what Airflow's ``objections`` are.  Of a
    reference table, ``table`` is all there is.
    """

    resources: tuple[Resource, ...] = ()
    changes: Changes | None = None
    notes: str = ""
    refusal: Failure | None = None
    notations: Notations | None = None
    objections: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Outcome:
    """The verdict over one snippet, and, made when asked for, the detail behind it."""

    snippet: Snippet
    status: Status
    diagnostics: tuple[Diagnostic, ...] = ()
    provenance: Provenance | AirflowProvenance | None = None
    fingerprint: str = ""
    """Names everything that the outcome depends on: equal fingerprints, equal outcomes."""

    unchecked: int = 0
    """How many custom resources it renders anew, which have no schema to be held against."""

    make_detail: Callable[[], Detail] = field(default=Detail, compare=False, repr=False)

    @cached_property
    def detail(self) -> Detail:
        """The detail, computed at the first use: a build that writes no page needs none."""
        return self.make_detail()

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that are errors."""
        return tuple(d for d in self.diagnostics if d.severity is Severity.ERROR)


@dataclass(frozen=True)
class RoleOutcome:
    """The verdict over one use of a role.

    ``text`` is what the page shows in its place, ``None`` where that is what the
    role says itself.
    """

    role: Role
    status: Status
    diagnostics: tuple[Diagnostic, ...] = ()
    text: str | None = None

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that are errors."""
        return tuple(d for d in self.diagnostics if d.severity is Severity.ERROR)


@dataclass(frozen=True)
class Statistics:
    """Counts over one evaluation.

    ``examples``, ``claims``, ``secrets`` and ``airflow`` (snippets of its
    configuration or commands) and ``tables`` by kind of directive; all of them together by
    status, ``roles`` among them; ``renders`` that were run; ``unchecked`` are custom
    resources that Kubernetes has no schema of.
    """

    examples: int = 0
    claims: int = 0
    secrets: int = 0
    failed: int = 0
    skipped: int = 0
    unverified: int = 0
    renders: int = 0
    unchecked: int = 0
    airflow: int = 0
    roles: int = 0
    tables: int = 0

    def __str__(self) -> str:
        """Everything but zeros in one line, such as ``2 examples, 1 claim, 3 renders``."""
        counts = [
            (self.examples, "example", True),
            (self.claims, "claim", False),
            (self.secrets, "secret", False),
            (self.airflow, "Airflow snippet", False),
            (self.roles, "role", False),
            (self.tables, "table", False),
            (self.renders, "render", True),
        ]
        words = [
            f"{number} {noun}{'' if number == 1 else 's'}"
            for number, noun, always in counts
            if number or always
        ]
        rest = [
            (self.failed, "failed"),
            (self.skipped, "skipped"),
            (self.unverified, "not verified"),
            (self.unchecked, "without a Kubernetes schema"),
        ]
        return ", ".join(words + [f"{number} {what}" for number, what in rest if number])

    def __add__(self, other: Statistics) -> Statistics:
        """Add two counts up."""
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Statistics(*(mine + theirs for mine, theirs in pairs))


@dataclass(frozen=True)
class Report:
    """The outcomes of an evaluation, in the order asked, and what concerns no single example."""

    outcomes: tuple[Outcome, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    statistics: Statistics = Statistics()
    roles: tuple[RoleOutcome, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[SnippetKey, Outcome]:
        """Outcomes by the key of their snippet."""
        return {outcome.snippet.key: outcome for outcome in self.outcomes}

    @cached_property
    def by_role(self) -> Mapping[RoleKey, RoleOutcome]:
        """Outcomes of roles by their key."""
        return {outcome.role.key: outcome for outcome in self.roles}

    def all_diagnostics(self) -> Sequence[Diagnostic]:
        """Return every diagnostic once, by place, those without a place first."""
        found = {*self.diagnostics}
        for outcome in self.outcomes:
            found.update(outcome.diagnostics)
        for role in self.roles:
            found.update(role.diagnostics)
        return sorted(found, key=lambda d: (d.span, d.code.value, d.message))
