"""The verdict over the roles of documents: looked up, or reached with one batch of renders.

Roles are judged in groups, all of one document that ask the same chart, or
Airflow: a guide has hundreds, and a build that changes nothing only compares
fingerprints.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sphinx_airflow_prod import __version__
from sphinx_airflow_prod.core.airflowcheck import AirflowMissingError, AirflowTruth, deploys_airflow
from sphinx_airflow_prod.core.chart import Chart
from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Severity
from sphinx_airflow_prod.core.examples import JUDGEMENT, Example, Item, relevant_settings
from sphinx_airflow_prod.core.outcome import RoleOutcome, Status
from sphinx_airflow_prod.core.render.base import Failure, Render
from sphinx_airflow_prod.core.roles import DEFAULT, RESOURCE, Role
from sphinx_airflow_prod.core.snippet import SnippetKey
from sphinx_airflow_prod.core.verdicts import RoleVerdict, Verdicts
from sphinx_airflow_prod.core.workshop import Workshop

if TYPE_CHECKING:  # a build that has nothing to do judges nothing
    from sphinx_airflow_prod.core.judgement import Material
    from sphinx_airflow_prod.core.manifests import Manifests


@dataclass
class _Group:
    """The roles of a document that the same chart (by its key), or Airflow, decides."""

    about_airflow: bool
    chart_key: str | None
    names: Mapping[str, Example]
    roles: list[Role] = field(default_factory=list)
    fingerprint: str = ""

    def example(self, role: Role) -> Example | None:
        """Return the example that a role names."""
        return self.names.get(role.example) if role.example is not None else None

    @property
    def examples(self) -> list[Example]:
        """The examples that roles name and that are to be rendered."""
        found = [self.example(role) for role in self.roles]
        return [example for example in found if example and not example.snippet.options.skip]

    @property
    def asks_baseline(self) -> bool:
        """Whether a role names a resource that the defaults are to render."""
        return any(role.selector is not None and role.example is None for role in self.roles)


class Prose:
    """The roles of one evaluation."""

    def __init__(
        self,
        roles: Sequence[Role],
        items: Iterable[Item],
        workshop: Workshop,
        airflow: AirflowTruth,
        verdicts: Verdicts,
    ) -> None:
        self._workshop = workshop
        self._airflow = airflow
        self._verdicts = verdicts
        self._roles = roles
        self._found: dict[int, RoleVerdict] = {}
        self._pending: list[_Group] = []
        self._charts: dict[str, Chart] = {}
        self._passing: set[str] = set()
        """Fingerprints of groups that may come out otherwise at the next try."""
        for group in self._grouped(items):
            self._look_up(group)

    def _grouped(self, items: Iterable[Item]) -> list[_Group]:
        names: dict[str, dict[str, Example]] = {}
        for item in items if self._roles else ():
            name = item.snippet.options.name
            if isinstance(item, Example) and name:
                names.setdefault(item.snippet.document, {}).setdefault(name, item)
        groups: dict[tuple[str, bool, str | None], _Group] = {}
        for role in self._roles:
            if role.problem is not None:
                self._found[id(role)] = _failed(role.problem)
                continue
            own = names.get(role.document, {})
            example = own.get(role.example or "")
            key = example.chart_key if example else role.chart
            place = (role.document, role.is_about_airflow, key)
            group = groups.setdefault(place, _Group(role.is_about_airflow, key, own))
            group.roles.append(role)
        return list(groups.values())

    @property
    def charts(self) -> list[Chart]:
        """The charts that were asked, each once."""
        return list(self._charts.values())

    @property
    def examples(self) -> list[Example]:
        """The examples that have to be rendered for what is not known yet."""
        return [example for group in self._pending for example in group.examples]

    @property
    def baselines(self) -> list[Render]:
        """The renders of charts' defaults that are needed besides."""
        return [
            self._workshop.baseline(self._chart(group))
            for group in self._pending
            if group.asks_baseline
        ]

    def outcomes(self, materials: Mapping[SnippetKey, Material]) -> tuple[RoleOutcome, ...]:
        """Return what became of each role, in their order; *materials* are of :attr:`examples`."""
        for group in self._pending:
            self._judge(group, materials)
        self._pending = []
        return tuple(RoleOutcome(role, *self._found[id(role)]) for role in self._roles)

    def _look_up(self, group: _Group) -> None:
        """Take what is known already, or cannot be known; the rest is pending."""
        if group.about_airflow:
            self._judge_airflow(group)
            return
        chart = self._workshop.chart(group.chart_key)
        if isinstance(chart, Diagnostic):
            if group.chart_key is None:
                self._workshop.general[chart] = None
                self._set_all(group, (Status.UNVERIFIED, (), None))
                return
            for role in group.roles:
                self._found[id(role)] = _failed(
                    Diagnostic.of(chart.code, chart.message, role.target_span)
                )
            return
        engine = self._workshop.engine()
        if isinstance(engine, Diagnostic):
            self._workshop.general[engine] = None
            self._set_all(group, (Status.UNVERIFIED, (), None))
            return
        self._charts[chart.digest] = chart
        named = [(sorted(group.names), group.example(role)) for role in group.roles if role.example]
        settings = relevant_settings(self._workshop.settings)
        asks_airflow = any(map(_is_config, group.roles)) and deploys_airflow(chart)
        airflow = self._airflow.identity if asks_airflow else ""
        group.fingerprint = _hash(
            (chart.digest, engine.identity, airflow, settings, group.roles, named)
        )
        if not self._take(group):
            self._pending.append(group)

    def _take(self, group: _Group) -> bool:
        """Take the stored verdict over a group, if there is one."""
        known = self._verdicts.get_roles(group.fingerprint)
        if known is None or len(known) != len(group.roles):
            return False
        self._found.update(zip(map(id, group.roles), known, strict=True))
        return True

    def _judge_airflow(self, group: _Group) -> None:
        allow = self._workshop.settings.airflow_config_allow
        group.fingerprint = _hash((self._airflow.identity, allow, group.roles))
        try:
            _ = self._airflow.label  # where there is one
            if self._take(group):
                return
            for role in group.roles:
                self._found[id(role)] = _found(self._airflow.judge_role(role))
        except AirflowMissingError as error:
            self._workshop.note(Code.AIRFLOW_SOURCE, str(error))
            self._set_all(group, (Status.UNVERIFIED, (), None))
        else:
            self._keep(group)

    def _judge(self, group: _Group, materials: Mapping[SnippetKey, Material]) -> None:
        from sphinx_airflow_prod.core.rolecheck import default_of, judge_value

        chart = self._chart(group)
        schema = self._workshop.checker(chart).schema
        failure = self._workshop.unreadable(chart)
        if failure is not None:
            self._workshop.note(
                Code.ENGINE if failure.kind == "engine" else Code.CHART, failure.message
            )
            self._set_all(group, (Status.UNVERIFIED, (), None))
            return
        for role in group.roles:
            if role.name == RESOURCE.name:
                self._found[id(role)] = self._judge_resource(group, role, materials)
                continue
            problem = judge_value(role, schema)
            text = None
            if role.name == DEFAULT.name and (problem is None or not _is_error(problem)):
                default = default_of(role, schema)
                text = default if isinstance(default, str) else None
                problem = problem if isinstance(default, str) else default
            problems = [problem] if problem else []
            if not problems and _is_config(role) and deploys_airflow(chart):
                version = str(schema.default(("airflowVersion",)) or "")
                problems = list(self._airflow.judge_value(role, version))
            self._found[id(role)] = _found(problems, text)
        self._keep(group)

    def _judge_resource(
        self, group: _Group, role: Role, materials: Mapping[SnippetKey, Material]
    ) -> RoleVerdict:
        from sphinx_airflow_prod.core.rolecheck import (
            cannot_render,
            judge_resource,
            unknown_example,
        )

        assert role.selector is not None
        example = group.example(role)
        if role.example is not None:
            if example is None:
                return _failed(unknown_example(role, list(group.names)))
            if example.snippet.options.skip:
                return Status.SKIPPED, (), None
            if role.chart not in (None, example.chart_key):
                why = f"example '{role.example}' is not one of chart '{role.chart}'"
                return _failed(cannot_render(role, why))
        rendered = self._rendered(group, example, materials)
        if isinstance(rendered, Failure):
            if rendered.kind in ("engine", "timeout", "crash"):
                self._passing.add(group.fingerprint)
            if rendered.kind == "engine":
                self._workshop.note(Code.ENGINE, rendered.message)
                return Status.UNVERIFIED, (), None
            whose = f"example '{role.example}'" if role.example else "the chart by its defaults"
            why = f"Helm cannot render {whose}\nHelm says: {rendered.message}"
            return _failed(cannot_render(role, why))
        if rendered is None:
            why = f"nothing is rendered for example '{role.example}'"
            return _failed(cannot_render(role, why))
        problem = judge_resource(role, role.selector, rendered.resources)
        return _found([problem] if problem else [])

    def _rendered(
        self, group: _Group, example: Example | None, materials: Mapping[SnippetKey, Material]
    ) -> Manifests | Failure | None:
        """Return what is rendered, why nothing is, or ``None`` where nothing was to be."""
        if example is None:
            return self._workshop.rendered(self._workshop.baseline(self._chart(group)))
        material = materials[example.snippet.key]
        if material.engine_failure is not None:
            return Failure("engine", material.engine_failure)
        answer = material.answer
        if answer is None or isinstance(answer, Failure):
            return answer
        return material.manifests

    def _keep(self, group: _Group) -> None:
        """Remember the verdict over a group, unless the next try may give another."""
        if group.fingerprint not in self._passing:
            found = [self._found[id(role)] for role in group.roles]
            self._verdicts.put_roles(group.fingerprint, found)

    def _set_all(self, group: _Group, found: RoleVerdict) -> None:
        for role in group.roles:
            self._found[id(role)] = found

    def _chart(self, group: _Group) -> Chart:
        chart = self._workshop.chart(group.chart_key)
        assert isinstance(chart, Chart)
        return chart


def _is_config(role: Role) -> bool:
    """Whether a value is an option of Airflow's, of which the chart's schema takes any."""
    return len(role.path) == 3 and role.path[0] == "config" and isinstance(role.path[2], str)


def _found(problems: Iterable[Diagnostic], text: str | None = None) -> RoleVerdict:
    diagnostics = tuple(problems)
    failed = any(_is_error(diagnostic) for diagnostic in diagnostics)
    return Status.FAILED if failed else Status.PASSED, diagnostics, text


def _failed(problem: Diagnostic) -> RoleVerdict:
    return _found([problem])


def _is_error(diagnostic: Diagnostic) -> bool:
    return diagnostic.severity is Severity.ERROR


def _hash(parts: tuple[object, ...]) -> str:
    text = repr(("roles", JUDGEMENT, __version__, parts))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
