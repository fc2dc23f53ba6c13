"""Where configuration says which executors to run: the values to hold against those there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sphinx_airflow_prod.airflow.exports import parse_exports
from sphinx_airflow_prod.airflow.ini import parse_ini
from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.source import SourceText
from sphinx_airflow_prod.core.values.layout import Layout

OPTION = ("core", "executor")
VARIABLE = "AIRFLOW__CORE__EXECUTOR"
_UNKNOWN = ("{{", "<", "%", "$")
"""What a value has in it that nobody knows before a chart, a reader or a shell fills it in."""

Place = tuple[str, Span]
"""The text of a value and where it begins."""


def executors_in_ini(source: SourceText) -> Iterator[Place]:
    """Give the values of ``[core] executor`` in lines of an ``airflow.cfg``."""
    for option in parse_ini(source).options:
        if (option.section, option.name) == OPTION and _is_known(option.value):
            yield option.value, option.value_span


def executors_in_environment(source: SourceText) -> Iterator[Place]:
    """Give the values of ``AIRFLOW__CORE__EXECUTOR`` in shell lines."""
    for assignment in parse_exports(source)[0]:
        value = assignment.value
        if assignment.name == VARIABLE and value and not assignment.symbolic and _is_known(value):
            yield value, assignment.value_span


def executors_in_values(layout: Layout, values: Mapping[str, Any]) -> Iterator[Place]:
    """Give the value of ``executor`` in values of Airflow's chart; *layout* has the place."""
    value = values.get("executor")
    if isinstance(value, str) and _is_known(value):
        path = ("executor",)
        yield value, layout.value_span(path) or layout.span(path)


def _is_known(value: str) -> bool:
    return bool(value) and not any(part in value for part in _UNKNOWN)
