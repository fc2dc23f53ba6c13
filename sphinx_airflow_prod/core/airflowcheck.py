"""Airflow's own configuration: snippets of it, and what chart values hold of it.

The package ``airflow`` is imported where there is something to check, not
before: most builds have nothing of the kind, or know their verdicts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx_airflow_prod import __version__
from sphinx_airflow_prod.core.chart import Chart, ChartError
from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic
from sphinx_airflow_prod.core.memory import Memory
from sphinx_airflow_prod.core.outcome import Detail, Notations
from sphinx_airflow_prod.core.roles import EXECUTOR, Role
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import AirflowSnippet, TableSnippet
from sphinx_airflow_prod.core.versions import airflow_installed, source_stamp

if TYPE_CHECKING:  # see above
    from sphinx_airflow_prod.airflow import ConfigSchema, Problem, Setting
    from sphinx_airflow_prod.airflow.executors import ExecutorSchema
    from sphinx_airflow_prod.airflow.source import Opened, SourceFault
    from sphinx_airflow_prod.core.judgement import Material

_CODES = {
    "value": Code.AIRFLOW_VALUE,
    "old-value": Code.AIRFLOW_VALUE,
    "interpolation": Code.AIRFLOW_VALUE,
    "executor": Code.AIRFLOW_EXECUTOR,
    "syntax": Code.AIRFLOW_SYNTAX,
    "duplicate": Code.AIRFLOW_SYNTAX,
    "no-section": Code.AIRFLOW_SYNTAX,
}
"""Codes by the kind of a problem; all other kinds are about the name of an option."""


_SHELL = re.compile(r"[$`]")


class AirflowMissingError(Exception):
    """There is nothing to check against; the message says how to get it."""


class AirflowTruth:
    """What Airflow takes, as the setting ``airflow_config_source`` names it; read when asked."""

    def __init__(self, settings: Settings, cache_dir: Path | None, memory: Memory) -> None:
        self._settings = settings
        self._cache_dir = cache_dir
        self._memory = memory

    @property
    def identity(self) -> str:
        """What changes with all that is read; empty where there is nothing to read.

        Nothing is read for it, and nothing imported, where nothing is installed
        or what is there was seen before: every build of a guide to Airflow's
        chart asks.
        """
        if not self.is_asked_for and not airflow_installed():
            return ""
        return self._facts["identity"]

    @property
    def fault(self) -> str:
        """Why there is nothing to check against, and how to get it; empty where there is."""
        return self._facts["fault"]

    @property
    def is_asked_for(self) -> bool:
        """Whether a source is named, and not whatever may be installed."""
        return self._settings.airflow_config_source not in ("auto", ("auto",))

    @property
    def label(self) -> str:
        """Which Airflow it is: ``Airflow 3.1.0``.  Raises :class:`AirflowMissingError`."""
        if self.fault:
            raise AirflowMissingError(self.fault)
        return self._facts["label"]

    def judge(self, snippet: AirflowSnippet) -> Iterator[Diagnostic]:
        """Give what is wrong with a snippet.  Raises :class:`AirflowMissingError`.

        What ``:fails:`` foresees is not wrong, be it an error or a warning;
        that it does not come to pass is.
        """
        pattern = snippet.options.fails
        if pattern is None:
            yield from self._found(snippet)
            return
        found = list(self._found(snippet))
        others = [problem for problem in found if not re.search(pattern, problem.message)]
        span = snippet.option_span("fails")
        if not found:
            message = f"{self.label} takes this, and option 'fails' says that it does not"
            yield Diagnostic.of(Code.AIRFLOW_FAILS, message, span)
        elif len(others) == len(found):
            message = f"{self.label} objects to this otherwise than option 'fails' says: "
            yield Diagnostic.of(Code.AIRFLOW_FAILS, f"{message}{pattern!r}", span)
        yield from others

    def _found(self, snippet: AirflowSnippet) -> Iterator[Diagnostic]:
        """Give what there is to say against a snippet, whatever ``:fails:`` says."""
        if not snippet.body.text.strip():
            message = f"airflow:{snippet.kind} is empty"
            yield Diagnostic.of(Code.AIRFLOW_SYNTAX, message, snippet.span)
        elif snippet.kind == "command":
            yield from self._commands(snippet)
        else:
            from sphinx_airflow_prod.airflow import check_environment, check_ini

            check = check_ini if snippet.kind == "config" else check_environment
            allow = self._settings.airflow_config_allow
            yield from _diagnostics(check(snippet.body, self.schema, allow))

    def judge_table(self, snippet: TableSnippet) -> Iterator[Diagnostic]:
        """Give what is wrong with the sections of a table, each at its place.

        Raises :class:`AirflowMissingError`.
        """
        from sphinx_airflow_prod.airflow.optiontables import unknown_section

        for section, span in snippet.names:
            message = unknown_section(self.schema, section)
            if message:
                yield Diagnostic.of(Code.AIRFLOW_OPTION, message, span)

    def table(self, snippet: TableSnippet) -> Detail:
        """Return the rows of a table of options; sections that are unknown have none."""
        from sphinx_airflow_prod.airflow.optiontables import option_rows, unknown_section
        from sphinx_airflow_prod.core.tables import Table

        names = [name for name, _ in snippet.names if not unknown_section(self.schema, name)]
        if snippet.names and not names:
            return Detail(table=Table("options", ()))
        return Detail(table=Table("options", option_rows(self.schema, names)))

    def judge_values(self, material: Material) -> Iterator[Diagnostic]:
        """Give what is wrong with the configuration of Airflow in values of its chart.

        Those are the values as they are written, and the variables that they
        bring into rendered containers by other ways.  Nothing where there is
        no source, where the chart is to refuse the values, or where they ask
        for a major version of Airflow other than the source's, of whose options
        nothing is known.
        """
        if self.fault or material.checked is None or material.example.snippet.options.fails:
            return
        wanted = str(material.checked.values.get("airflowVersion") or self.schema.version)
        if _major(wanted) != _major(self.schema.version):
            return
        from sphinx_airflow_prod.airflow import check_values
        from sphinx_airflow_prod.core.containercheck import judge_containers

        layout, allow = material.layouts[-1], self._settings.airflow_config_allow
        problems = check_values(layout, material.body_values, self.schema, allow)
        yield from _diagnostics(problems)
        told = {problem.message for problem in problems}
        yield from _diagnostics(judge_containers(material, self.schema, allow, told))

    def settings_of(self, snippet: AirflowSnippet) -> tuple[tuple[Setting, ...], tuple[str, ...]]:
        """Return the options that a snippet sets, and the variables that set none.

        Nothing where only a shell can work the values out.  Raises
        :class:`AirflowMissingError`.
        """
        from sphinx_airflow_prod.airflow import (
            parse_exports,
            parse_ini,
            settings_of_environment,
            settings_of_ini,
        )

        if snippet.kind == "command":
            return (), ()
        if snippet.kind == "config":
            return settings_of_ini(parse_ini(snippet.body), self.schema), ()
        assignments = parse_exports(snippet.body)[0]
        if any(each.symbolic and _SHELL.search(each.value or "") for each in assignments):
            return (), ()
        found = settings_of_environment(assignments, self.schema)
        known = {setting.variable for setting in found}
        names = dict.fromkeys(each.name for each in assignments)
        return found, tuple(name for name in names if name not in known)

    def judge_role(self, role: Role) -> Iterator[Diagnostic]:
        """Give what is wrong with a role.  Raises :class:`AirflowMissingError`."""
        from sphinx_airflow_prod.core.airflowroles import judge_executor, judge_option

        if role.name == EXECUTOR.name:
            return judge_executor(role, self._executors)
        return judge_option(role, self.schema, self._settings.airflow_config_allow)

    def judge_value(self, role: Role, version: str) -> Iterator[Diagnostic]:
        """Give what is wrong with ``config.section.option``, a value of Airflow's chart.

        *version* is that of the Airflow which the chart runs.  Nothing where
        there is no source, or where that is of another major version.
        """
        if self.fault or _major(version or self.schema.version) != _major(self.schema.version):
            return
        from sphinx_airflow_prod.core.airflowroles import judge_config

        yield from judge_config(role, self.schema, self._settings.airflow_config_allow)

    @cached_property
    def _executors(self) -> ExecutorSchema:
        from sphinx_airflow_prod.airflow.commands_source import AirflowSourceError
        from sphinx_airflow_prod.airflow.executors import read_executors

        opened = self._available
        try:
            return read_executors(opened.core, opened.providers)
        except AirflowSourceError as error:
            raise AirflowMissingError(str(error)) from error

    def detail(self, snippet: AirflowSnippet) -> Detail:
        """Return what there is to show of a snippet: its other notations, or what is against it."""
        pattern = snippet.options.fails
        if pattern is not None:
            messages = (problem.message for problem in self._found(snippet))
            return Detail(objections=tuple(m for m in messages if re.search(pattern, m)))
        from sphinx_airflow_prod.airflow import environment_of, ini_of, values_of

        found, others = self.settings_of(snippet)
        if not found:
            return Detail()
        return Detail(
            notations=Notations(ini_of(found), environment_of(found), values_of(found), others)
        )

    def _commands(self, snippet: AirflowSnippet) -> Iterator[Diagnostic]:
        from sphinx_airflow_prod.airflow.commands import check_commands
        from sphinx_airflow_prod.airflow.commands_source import AirflowSourceError, read_cli

        opened = self._available
        try:
            cli = read_cli(opened.core, opened.providers)
        except AirflowSourceError as error:
            raise AirflowMissingError(str(error)) from error
        for problem in check_commands(snippet.body, cli):
            yield Diagnostic(Code.AIRFLOW_COMMAND, problem.message, problem.span, problem.severity)

    @cached_property
    def _facts(self) -> Mapping[str, str]:
        """Identity, label and fault; remembered as long as no file of the sources changes."""
        source = self._settings.airflow_config_source
        sources = (source,) if isinstance(source, str) else tuple(source)
        key, seen = f"airflow {__version__} {sources}", source_stamp(sources)
        known = self._memory.get(key) if seen is not None else None
        if isinstance(known, dict) and known.get("stamp") == seen:
            return known
        from sphinx_airflow_prod.airflow.source import SourceFault

        opened, loaded = self._opened, self._loaded
        facts = {
            "identity": "" if isinstance(opened, SourceFault) else opened.identity,
            "label": "" if isinstance(loaded, SourceFault) else loaded.label,
            "fault": loaded.message if isinstance(loaded, SourceFault) else "",
        }
        if seen is not None:
            self._memory.put(key, {"stamp": seen, **facts})
        return facts

    @property
    def _available(self) -> Opened:
        from sphinx_airflow_prod.airflow.source import SourceFault

        if isinstance(self._opened, SourceFault):
            raise AirflowMissingError(self._opened.message)
        return self._opened

    @property
    def schema(self) -> ConfigSchema:
        """Airflow's options, read when asked for.  Raises :class:`AirflowMissingError`."""
        from sphinx_airflow_prod.airflow.source import SourceFault

        if isinstance(self._loaded, SourceFault):
            raise AirflowMissingError(self._loaded.message)
        return self._loaded

    @cached_property
    def _opened(self) -> Opened | SourceFault:
        from sphinx_airflow_prod.airflow.source import open_source

        return open_source(self._settings.airflow_config_source)

    @cached_property
    def _loaded(self) -> ConfigSchema | SourceFault:
        from sphinx_airflow_prod.airflow.source import SourceFault, load_opened

        if isinstance(self._opened, SourceFault):
            return self._opened
        return load_opened(self._opened, cache_dir=self._cache_dir)


def deploys_airflow(chart: Chart) -> bool:
    """Whether values of *chart* hold configuration of Airflow as the official chart's do."""
    if "airflow" in chart.name.lower():
        return True
    try:
        schema = chart.schema
    except ChartError:
        return False
    known = schema.get("properties") if isinstance(schema, dict) else None
    return isinstance(known, dict) and {"config", "executor"} <= known.keys()


def _major(version: str) -> str:
    return version.strip().removeprefix("v").partition(".")[0]


def _diagnostics(problems: Iterable[Problem]) -> Iterator[Diagnostic]:
    for problem in problems:
        code = _CODES.get(problem.kind, Code.AIRFLOW_OPTION)
        yield Diagnostic(code, problem.message, problem.span, problem.severity)
