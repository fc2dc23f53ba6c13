"""What the guide says of Airflow 2 and Airflow 3, tried with both.

The guide is written for the newest 3.x.  Its snippets go through Airflow 2.11 as
well: whatever that version says otherwise is listed here, and the page says so.
``AIRFLOW_WHEELS`` names a folder with wheels of apache-airflow-core 3.x, of
apache-airflow 2.11 and of providers; without it these tests skip.
"""

from __future__ import annotations

import ast
import os
import re
import zipfile
from functools import cache
from pathlib import Path

import pytest

from sphinx_airflow_prod.airflow.executors import check_executor, read_executors
from sphinx_airflow_prod.core.pipeline import Evaluator
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import AirflowSnippet
from sphinx_airflow_prod.markup.scan import scan
from tests.airflow.config_samples import real_schema
from tests.charts_contract import contract

GUIDE = contract.ROOT / "docs" / "guide"
PAGES = sorted(path.name for path in GUIDE.glob("airflow-*.rst"))
THREE, TWO = "apache_airflow_core-3", "apache_airflow-2.11"

OTHERWISE_IN_TWO = {
    # renamed: the old name is an option, the new one is none
    ("airflow-configuration.rst", "AIRFLOW__WEBSERVER__BASE_URL="): "takes this",
    ("airflow-configuration.rst", "[api]"): r"no option 'base_url' in \[api\]",
    ("airflow-configuration.rst", "scheduler_zombie_task_threshold"): "takes this",
    # gone since 3.0, and only deprecated before
    ("airflow-database.rst", "airflow db upgrade"): "deprecated in Airflow 2",
    ("airflow-database.rst", "airflow db init"): "deprecated in Airflow 2",
    ("airflow-executors.rst", "SequentialExecutor"): "takes this",
    ("airflow-executors.rst", "CeleryKubernetesExecutor"): "takes this",
    ("airflow-images.rst", "airflow webserver"): "takes this",
    # new in 3.2
    ("airflow-uptime.rst", "[dag_processor]"): r"no section \[dag_processor\]",
}
"""By page and a part of the snippet: what 2.11 says against it, or that it says nothing."""


@cache
def wheel(start: str) -> Path:
    """Return the newest wheel whose name begins so; skips without one."""
    folder = os.environ.get("AIRFLOW_WHEELS")
    found = sorted(Path(folder).glob(f"{start}*.whl"), key=_version) if folder else []
    if not found:
        pytest.skip(f"AIRFLOW_WHEELS names no folder with {start}*.whl")
    return found[-1]


def _version(path: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", path.name.split("-")[1])]


def providers() -> list[Path]:
    return sorted(wheel(THREE).parent.glob("apache_airflow_providers_*.whl"))


@cache
def said(start: str) -> dict[tuple[str, str], str]:
    """Return what an Airflow has against the snippets of part two, by page and body."""
    source = (str(wheel(start)), *map(str, providers()))
    snippets = [
        snippet
        for page in PAGES
        for snippet in scan(GUIDE / page).snippets
        if isinstance(snippet, AirflowSnippet)
    ]
    with Evaluator(Settings(airflow_config_source=source)) as evaluator:
        report = evaluator.evaluate(snippets)
    assert not report.diagnostics
    return {
        (Path(outcome.snippet.document).name, outcome.snippet.body.text): "\n".join(
            diagnostic.message for diagnostic in outcome.diagnostics
        )
        for outcome in report.outcomes
        if outcome.diagnostics
    }


def test_part_two_holds_for_the_newest_3() -> None:
    assert said(THREE) == {}


@pytest.mark.parametrize(("page", "part"), OTHERWISE_IN_TWO)
def test_what_is_otherwise_in_2_11(page: str, part: str) -> None:
    (message,) = [
        text for (where, body), text in said(TWO).items() if where == page and part in body
    ]
    assert re.search(OTHERWISE_IN_TWO[page, part], message), message


def test_nothing_else_is_otherwise_in_2_11() -> None:
    others = [
        (page, body)
        for page, body in said(TWO)
        if not any(where == page and part in body for where, part in OTHERWISE_IN_TWO)
    ]
    assert others == []


@pytest.mark.parametrize(
    ("option", "three", "two"),
    [
        (("core", "executor"), "LocalExecutor", "SequentialExecutor"),
        (("scheduler", "scheduler_health_check_threshold"), "30", "30"),
        (("scheduler", "enable_health_check"), "False", "False"),
        (("scheduler", "scheduler_health_check_server_port"), "8974", "8974"),
        (("scheduler", "task_instance_heartbeat_timeout"), "300", None),
        (("scheduler", "scheduler_zombie_task_threshold"), None, "300"),
        (("dag_processor", "health_check_threshold"), "30", None),
        (("logging", "delete_local_logs"), "False", "False"),
        (("kerberos", "include_ip"), "True", "True"),
        (("database", "sql_alchemy_conn"), "sqlite:///{AIRFLOW_HOME}/airflow.db", "sqlite:///{AIRFLOW_HOME}/airflow.db"),
    ],
)  # fmt: skip
def test_defaults_that_the_guide_speaks_of(
    option: tuple[str, str], three: str | None, two: str | None
) -> None:
    for start, expected in ((THREE, three), (TWO, two)):
        found = real_schema(start).option(*option)
        assert (found.default if found else None) == expected


@pytest.mark.parametrize(
    ("executor", "three", "two"),
    [
        ("LocalExecutor", True, True),
        ("CeleryExecutor", True, True),
        ("KubernetesExecutor", True, True),
        ("CeleryExecutor,KubernetesExecutor", True, True),
        ("SequentialExecutor", False, True),
        ("CeleryKubernetesExecutor", False, True),
        ("LocalKubernetesExecutor", False, True),
    ],
)
def test_executors_that_the_guide_speaks_of(executor: str, three: bool, two: bool) -> None:
    for start, known in ((THREE, three), (TWO, two)):
        message = check_executor(executor, read_executors(wheel(start), providers()))
        assert (message is None) == known, message


def test_patch_releases_with_other_tables() -> None:
    """The page on upgrades names releases that one would not expect to change tables."""
    text = (GUIDE / "airflow-upgrade.rst").read_text("utf-8")
    (sentence,) = re.findall(r"but ([\d., and]+) did not;", text)
    named = re.findall(r"\d+\.\d+\.\d+", sentence)
    with zipfile.ZipFile(wheel(THREE)) as archive:
        module = ast.parse(archive.read("airflow/utils/db.py"))
    (heads,) = [
        ast.literal_eval(node.value)
        for node in module.body
        if isinstance(node, ast.AnnAssign | ast.Assign) and "_REVISION_HEADS_MAP" in ast.dump(node)
        if isinstance(node.value, ast.Dict)
    ]
    assert named
    assert [release for release in named if release not in heads] == []
    assert all(not release.endswith(".0") for release in named)
    assert "3.1.7" not in heads  # as the page's command has it: 3.1.8 is what changed them
