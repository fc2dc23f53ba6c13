"""Executors: a schema written here, small sources, and real wheels where there are some."""

from __future__ import annotations

import functools
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from sphinx_airflow_prod.airflow import (
    ConfigSchema,
    Kind,
    check_ini,
    check_option,
    check_values,
    check_variable,
)
from sphinx_airflow_prod.airflow.executors import ExecutorSchema, check_executor, read_executors
from sphinx_airflow_prod.core.diagnostics import Severity
from sphinx_airflow_prod.core.values import parse
from tests.airflow.config_samples import source

LOCAL = "airflow.executors.local_executor.LocalExecutor"
CELERY = "airflow.providers.celery.executors.celery_executor.CeleryExecutor"
BOTH = "airflow.providers.celery.executors.celery_kubernetes_executor.CeleryKubernetesExecutor"
SCHEMA = ExecutorSchema(
    "3.3.0",
    (("CeleryExecutor", CELERY), ("LocalExecutor", LOCAL)),
    (LOCAL,),
    ((CELERY, "apache-airflow-providers-celery"), (BOTH, "apache-airflow-providers-celery")),
    (BOTH,),
    ("apache-airflow-providers-celery",),
    teams=True,
    named_aliases=True,
)
OLDER = ExecutorSchema("2.10.0", SCHEMA.names, SCHEMA.core)


@pytest.mark.parametrize(
    "text",
    [
        "LocalExecutor",
        "LocalExecutor, CeleryExecutor",
        LOCAL,
        CELERY,
        f"mine:{CELERY}",
        "mine:LocalExecutor",
        "LocalExecutor;team1=CeleryExecutor,LocalExecutor;team2=LocalExecutor",
        "my_company.executors.OwnExecutor",
    ],
)
def test_let_through(text: str) -> None:
    assert check_executor(text, SCHEMA) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("LocalExecuter", "Airflow 3.3.0 has no executor 'LocalExecuter'"),
        ("LocalExecuter", "(did you mean 'LocalExecutor'?)"),
        ("Swift", "; it has CeleryExecutor or LocalExecutor"),
        ("SequentialExecutor", "gone since 3.0; use 'LocalExecutor'"),
        ("airflow.executors.sequential_executor.SequentialExecutor", "gone since 3.0"),
        ("CeleryKubernetesExecutor", "use 'CeleryExecutor,KubernetesExecutor'"),
        (BOTH, "does not run with Airflow 3.3.0"),
        ("MockExecutor", "for Airflow's own tests"),
        (f"{LOCAL}s", f"(did you mean '{LOCAL}'?)"),
        ("airflow.executors.celery_executor.CeleryExecutor", f"(did you mean '{CELERY}'?)"),
        ("airflow.providers.edge3.executors.EdgeExecutor", "apache-airflow-providers-edge3, which"),
        ("", "a name is missing"),
        ("LocalExecutor,", "a name is missing"),
        ("LocalExecutor,LocalExecutor", "there twice"),
        (f"LocalExecutor,mine:{LOCAL}", "there twice"),
        ("a:b:c.d", "two colons"),
        ("mine:", "nothing follows 'mine:'"),
        (f":{LOCAL}", "no alias before the colon"),
        ("a b.c", "is no class path"),
        ("team1=LocalExecutor", "an executor for all teams"),
        ("a=LocalExecutor;LocalExecutor", "must come first"),
        ("LocalExecutor;a=LocalExecutor;a=CeleryExecutor", "given once"),
    ],
)
def test_says_what_is_wrong(text: str, message: str) -> None:
    assert message in (check_executor(text, SCHEMA) or "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("LocalExecutor;a=LocalExecutor", "knows no executors for teams"),
        ("a=LocalExecutor", "knows no executors for teams"),
        ("mine:LocalExecutor", f"write mine:{LOCAL}"),
        (CELERY, "needs apache-airflow-providers-celery, which was not read"),
    ],
)
def test_older(text: str, message: str) -> None:
    assert message in (check_executor(text, OLDER) or "")
    assert check_executor("CeleryExecutor", OLDER) is None


def test_json_round_trip() -> None:
    assert ExecutorSchema.from_json(SCHEMA.to_json()) == SCHEMA
    for text in ("", "[]", "{}", '{"format": 0}', '{"format": 1}'):
        with pytest.raises(ValueError, match=r"."):
            ExecutorSchema.from_json(text)


FILES = {
    "airflow/executors/executor_constants.py": 'LOCAL = "LocalExecutor"\nOLD = "OldExecutor"\n',
    "airflow/executors/executor_loader.py": """
class ExecutorLoader:
    executors = {
        LOCAL: "airflow.executors.local_executor.LocalExecutor",
        OLD: "airflow.providers.thing.executors.OldExecutor",
    }
    def _get_team_executor_configs(cls):
        a = ExecutorName(alias=a, module_path=cls.executors[name])
""",
    "airflow/executors/local_executor.py": "class LocalExecutor(BaseExecutor): ...\n",
    "airflow/executors/__init__.py": """
__deprecated_classes = {"thing_executor": {"OldExecutor": "elsewhere.OldExecutor"}}
""",
    "airflow/providers/thing/executors.py": """
class OldExecutor(BaseExecutor):
    def __init__(self, other):
        if AIRFLOW_V_3_0_PLUS or not other:
            raise RuntimeError("no")
class NewExecutor(BaseExecutor): ...
""",
}


def wheel(folder: Path, name: str, version: str, start: str, info: str = "") -> Path:
    stem = f"{name.replace('-', '_')}-{version}"
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in FILES.items():
            if file.startswith(start):
                archive.writestr(file, text)
        archive.writestr(f"{stem}.dist-info/METADATA", f"Name: {name}\nVersion: {version}\n")
        if info:
            points = "[apache_airflow_provider]\nprovider_info=airflow.providers.thing.info:f\n"
            archive.writestr(f"{stem}.dist-info/entry_points.txt", points)
            archive.writestr("airflow/providers/thing/info.py", f"def f():\n    return {info}\n")
    return path


@pytest.mark.parametrize(("version", "runs"), [("2.11.0", True), ("3.0.0", False)])
def test_sources(tmp_path: Path, version: str, runs: bool) -> None:
    core = wheel(tmp_path, "apache-airflow", version, "airflow/executors/")
    start = "airflow.providers.thing.executors"
    names = [f"{start}.{name}" for name in ("OldExecutor", "NewExecutor", "NoExecutor")]
    thing = wheel(
        tmp_path,
        "apache-airflow-providers-thing",
        "1.0",
        "airflow/providers/thing/executors",
        repr({"executors": names}),
    )
    schema = read_executors(core, [thing])
    assert dict(schema.names) == {"LocalExecutor": LOCAL, "OldExecutor": names[0]}
    assert schema.core == (LOCAL, "airflow.executors.thing_executor.OldExecutor")
    assert [path for path, _ in schema.provided] == sorted(names[:2])
    assert (schema.teams, schema.named_aliases) == (True, False)
    assert (check_executor("OldExecutor", schema) is None) == runs
    assert (check_executor(names[0], schema) is None) == runs
    assert check_executor(names[1], schema) is None
    assert f"write its class path, '{names[1]}'" in (check_executor("NewExecutor", schema) or "")
    assert check_executor(names[2], schema) is not None


@pytest.mark.parametrize(
    ("text", "of_3", "of_2"),
    [
        ("LocalExecutor", True, True),
        ("CeleryExecutor", True, True),
        ("KubernetesExecutor", True, True),
        ("SequentialExecutor", False, True),
        ("CeleryKubernetesExecutor", False, True),
        (CELERY, True, True),
        (BOTH, False, True),
        ("LocalExecutor,KubernetesExecutor", True, True),
        ("airflow.executors.celery_executor.CeleryExecutor", False, True),
    ],
)
def test_real_airflow(text: str, of_3: bool, of_2: bool) -> None:
    for pattern, known in (("apache_airflow_core-3*", of_3), ("apache_airflow-2.11*", of_2)):
        message = check_executor(text, real(pattern))
        assert (message is None) == known, message


@functools.cache
def real(pattern: str) -> ExecutorSchema:
    folder = os.environ.get("AIRFLOW_WHEELS")
    cores = sorted(Path(folder).glob(f"{pattern}.whl")) if folder else []
    if not folder or not cores:
        pytest.skip(f"AIRFLOW_WHEELS names no folder with {pattern}.whl")
    providers = sorted(Path(folder).glob("apache_airflow_providers_*.whl"))
    return read_executors(cores[-1], providers)


class TestAsAValue:
    """The option ``[core] executor``, wherever it is set."""

    @pytest.fixture
    def config(self, schema: ConfigSchema) -> ConfigSchema:
        return replace(schema, executors=SCHEMA)

    def test_in_an_airflow_cfg_and_in_variables(self, config: ConfigSchema) -> None:
        expected = "Airflow 3.3.0 has no executor 'LokalExecutor' (did you mean 'LocalExecutor'?)"
        (problem,) = check_ini(source("[core]\nexecutor = LokalExecutor\n"), config)
        assert (problem.message, problem.span.line, problem.span.column) == (expected, 2, 12)
        (problem,) = check_variable(config, "AIRFLOW__CORE__EXECUTOR", "LokalExecutor")
        assert problem.message == expected

    def test_in_values_of_the_chart_and_in_the_one_that_it_fills_it_from(
        self, config: ConfigSchema
    ) -> None:
        text = "executor: LokalExecutor\nconfig:\n  core:\n    executor: LokalExecutor\n"
        found = check_values(parse(source(text)), yaml.safe_load(text), config)
        assert [(p.span.line, p.span.column) for p in found] == [(1, 11), (4, 15)]

    @pytest.mark.parametrize("value", ["LocalExecutor", "my.Own", "<executor>", "$EXECUTOR", ""])
    def test_what_is_right_or_open_passes(self, config: ConfigSchema, value: str) -> None:
        assert check_option(config, "core", "executor", value) == ()

    def test_of_a_provider_that_was_not_read_it_is_unsure(self, config: ConfigSchema) -> None:
        path = "airflow.providers.amazon.aws.executors.ecs.AwsEcsExecutor"
        (problem,) = check_option(config, "core", "executor", path)
        assert problem.severity is Severity.WARNING

    def test_what_airflow_replaces_is_told_as_that(self, config: ConfigSchema) -> None:
        (problem,) = check_option(config, "core", "executor", "SequentialExecutor")
        assert problem.kind is Kind.OLD_VALUE

    def test_it_outlasts_the_build(self, config: ConfigSchema) -> None:
        stored = json.loads(json.dumps(config.to_json()))
        assert ConfigSchema.from_json(stored) == config
