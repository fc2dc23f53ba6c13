"""Rows of ``airflow:options``."""

from __future__ import annotations

import pytest

from sphinx_airflow_prod.airflow.options import ConfigSchema, Option, Rename
from sphinx_airflow_prod.airflow.optiontables import option_rows, unknown_section

SCHEMA = ConfigSchema(
    version="3.1.0",
    options=(
        Option("core", "executor", default="LocalExecutor", version_added="1.0"),
        Option("core", "fernet_key", sensitive=True, example="{x}"),
        Option("core", "old", type="boolean", default="", version_deprecated="2.0",
               deprecation_reason="Use\nother."),
        Option("api.team", "port", type="integer", origin="apache-airflow-providers-x"),
        Option("celery", "x", default="1", origin="fallback"),
    ),
    renames=(Rename("base", "executor", "core", "executor", "2.0"),
             Rename("web", "", "api.team", "", "3.0")),
    choices=(("core", "executor", ("LocalExecutor", "x")),),
)  # fmt: skip


def test_a_row_says_what_airflow_says() -> None:
    rows = {row.name: row for row in option_rows(SCHEMA)}
    assert list(rows) == ["core.executor", "core.fernet_key", "core.old", "api.team.port"]
    executor = rows["core.executor"]
    assert executor.title == "[core] executor"
    assert executor.variable == "AIRFLOW__CORE__EXECUTOR"
    assert (executor.type, executor.default, executor.since) == ("string", "LocalExecutor", "1.0")
    assert executor.choices == ("LocalExecutor", "x")
    assert executor.notes == ("Was `[base] executor` before 2.0.",)
    key = rows["core.fernet_key"]
    assert key.default is None
    assert key.notes[0] == "For example `{x}`."
    assert "`_CMD`" in key.notes[1]
    assert rows["core.old"].default == '""'
    assert rows["core.old"].deprecated == "Deprecated since 2.0: Use other."
    assert rows["api.team.port"].variable == "AIRFLOW__API_TEAM__PORT"
    assert rows["api.team.port"].notes == (
        "Was `[web] port` before 3.0.", "Of `apache-airflow-providers-x`.",
    )  # fmt: skip


def test_sections_are_chosen_in_the_order_asked() -> None:
    rows = option_rows(SCHEMA, ["api.team", "core", "core"])
    assert [row.name for row in rows][:2] == ["api.team.port", "core.executor"]
    assert len(rows) == 4


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("core", ""),
        ("coer", "Airflow 3.1.0 has no section [coer] (did you mean 'core'?)"),
        ("web", "Airflow 3.1.0 has no section [web] (did you mean 'api.team'?)"),
        ("core.executor", "(did you mean 'core'?)"),
        ("celery", "[celery] is a section of apache-airflow-providers-celery, which was not read"),
        ("nothing", "Airflow 3.1.0 has no section [nothing]"),
    ],
)
def test_unknown_sections(section: str, message: str) -> None:
    found = unknown_section(SCHEMA, section)
    assert message in found
    assert bool(found) == bool(message)
