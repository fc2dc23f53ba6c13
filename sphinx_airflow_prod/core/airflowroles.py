"""What prose says of Airflow: that it has an option, a variable, or an executor."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Severity
from sphinx_airflow_prod.core.roles import ENV, Role, split_option

if TYPE_CHECKING:  # imported where there is something to check
    from sphinx_airflow_prod.airflow import ConfigSchema, Problem
    from sphinx_airflow_prod.airflow.executors import ExecutorSchema

_NO_VARIABLE = "names no variable of Airflow; write AIRFLOW__{SECTION}__{KEY} or section.option"


def judge_option(role: Role, schema: ConfigSchema, allow: Collection[str]) -> Iterator[Diagnostic]:
    """Give what is wrong with the option or variable of a role.

    *allow* is the setting ``airflow_config_allow``.
    """
    option = split_option(role.target)
    if role.name == ENV.name and role.target.upper().startswith("AIRFLOW_"):
        from sphinx_airflow_prod.airflow import check_variable

        yield from _diagnostics(role, check_variable(schema, role.target, None, allow))
    elif option is not None:
        from sphinx_airflow_prod.airflow import check_option

        yield from _diagnostics(role, check_option(schema, *option, None, allow))
    else:
        message = f"'{role.target}' {_NO_VARIABLE}"
        yield Diagnostic.of(Code.AIRFLOW_OPTION, message, role.target_span)


def judge_config(role: Role, schema: ConfigSchema, allow: Collection[str]) -> Iterator[Diagnostic]:
    """Give what is wrong with a path ``config.section.option``, at the step to blame."""
    from sphinx_airflow_prod.airflow import Part, check_option

    section, name = map(str, role.path[1:])
    for problem in check_option(schema, section, name, None, allow):
        span = role.span_of_step(1 if problem.part is Part.SECTION else 2)
        yield Diagnostic(Code.AIRFLOW_OPTION, problem.message, span, problem.severity)


def judge_executor(role: Role, schema: ExecutorSchema) -> Iterator[Diagnostic]:
    """Give what is wrong with the executor of a role.

    A class of a provider that was not read is only a warning.
    """
    from sphinx_airflow_prod.airflow.executors import UNREAD, check_executor

    message = check_executor(role.target, schema)
    if message is not None:
        unread = message.endswith(UNREAD)
        severity = Severity.WARNING if unread else Severity.ERROR
        yield Diagnostic(Code.AIRFLOW_EXECUTOR, message, role.target_span, severity)


def _diagnostics(role: Role, problems: Iterable[Problem]) -> Iterator[Diagnostic]:
    for problem in problems:
        yield Diagnostic(Code.AIRFLOW_OPTION, problem.message, role.target_span, problem.severity)
