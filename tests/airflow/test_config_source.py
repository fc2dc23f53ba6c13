"""Where the schema comes from, and that it is read without running anything."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from sphinx_airflow_prod.airflow import (
    Change,
    ConfigSchema,
    OldValue,
    Provider,
    Rename,
    SourceFault,
    load_schema,
)
from tests.airflow.config_samples import CONFIG, CORE_METADATA, FILES, PROVIDER, schema_in, wheel


def test_every_table_is_read(schema: ConfigSchema) -> None:
    assert schema.version == "3.2.1"
    assert schema.label == "Airflow 3.2.1"
    pot = schema.option("tea", "pot")
    assert pot is not None
    assert (pot.type, pot.default, pot.sensitive) == ("integer", "1", True)
    assert pot.origin == "apache-airflow-providers-tea"
    executor = schema.option("core", "executor")
    assert executor is not None
    assert executor.default == "LocalExecutor", "Airflow's own description goes first"
    assert schema.providers == (Provider("apache-airflow-providers-tea", "1.2", ("tea", "core")),)
    assert Rename("web", "base_url", "api", "base_url", "3.0") in schema.renames
    assert Rename("db", "", "database", "", "2.5") in schema.renames
    assert Rename("celery_x", "a", "core", "parallelism", "2.6") in schema.renames
    assert Change("core", "slas", removed=True, suggestion="Use alerts. Or so.", since="3.0") in (
        schema.changes
    )
    assert Change("web", "theme", ("api", "theme"), since="3.0") in schema.changes
    assert [c.name for c in schema.changes if c.removed] == ["slas"]
    assert len(schema.changes) == 6
    assert schema.old_values == (
        OldValue("core", "executor", "SequentialExecutor", "LocalExecutor"),
        OldValue("core", "dags_folder", r"\A(?i:old)\Z", "new"),
    )
    assert schema.chosen == {
        ("logging", "level"): ("INFO", "DEBUG", ""),
        ("core", "ignore_syntax"): ("glob", "regexp"),
    }
    assert schema.partial_sections == {"celery"}
    assert schema.undescribed == (("core", "hidden"), ("tea", "hidden_cup"))
    assert schema.teams
    assert schema.backend_kwargs


def test_what_is_sensitive_includes_old_names(schema: ConfigSchema) -> None:
    assert {("core", "sql_alchemy_conn"), ("db", "sql_alchemy_conn")} <= schema.sensitive
    assert ("core", "executor") not in schema.sensitive


def test_a_schema_survives_json(schema: ConfigSchema) -> None:
    assert ConfigSchema.from_json(json.loads(json.dumps(schema.to_json()))) == schema


def test_a_config_file_alone_and_in_its_tree(tmp_path: Path) -> None:
    alone = tmp_path / "config.yml"
    alone.write_text(CONFIG, "utf-8")
    found = load_schema("config.yml", base=tmp_path)
    assert isinstance(found, ConfigSchema)
    assert (found.version, found.label, found.renames) == ("", "Airflow", ())
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    found = load_schema(tmp_path / "airflow" / "config_templates" / "config.yml")
    assert isinstance(found, ConfigSchema)
    assert found.version == "3.2.1"
    assert found.renames


def test_the_cache_answers_until_a_file_changes(tmp_path: Path) -> None:
    cache, folder = tmp_path / "cache", tmp_path / "wheels"
    folder.mkdir()
    path = wheel(folder, "apache_airflow_core-3.2.1", FILES | CORE_METADATA)
    first = load_schema(path, cache_dir=cache)
    (kept,) = cache.iterdir()
    kept.write_text(kept.read_text("utf-8").replace('"3.2.1"', '"9.9"'), "utf-8")
    second = load_schema(path, cache_dir=cache)
    assert isinstance(first, ConfigSchema)
    assert isinstance(second, ConfigSchema)
    assert (first.version, second.version) == ("3.2.1", "9.9")
    kept.write_text('{"version": 3', "utf-8")
    assert load_schema(path, cache_dir=cache) == first
    wheel(folder, "apache_airflow_core-3.2.1", {**FILES, **CORE_METADATA, "more": "x"})
    load_schema(path, cache_dir=cache)
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("absent.whl", None, "cannot be read as a wheel: No such file"),
        ("bad.whl", "no zip", "cannot be read as a wheel"),
        ("absent.yml", None, "cannot be read"),
        ("config.yml", "a: [", "is not YAML"),
        ("empty.yml", "core: {}", "describes no options"),
        ("list.yml", "- 1", "describes no options"),
    ],
)
def test_faults_say_how_to_get_a_schema(
    tmp_path: Path, name: str, content: str | None, says: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, "utf-8")
    fault = load_schema(name, base=tmp_path)
    assert isinstance(fault, SourceFault)
    assert says in fault.message
    assert "pip install --no-deps apache-airflow-core==" in fault.message


def test_wheels_that_do_not_go_together(tmp_path: Path) -> None:
    core = wheel(tmp_path, "apache_airflow_core-3.2.1", FILES | CORE_METADATA)
    other = wheel(tmp_path, "other-1", {"other-1.dist-info/METADATA": ""})
    for given, says in (([core, core], "a second time"), ([other], "is no provider")):
        fault = load_schema(given)
        assert isinstance(fault, SourceFault)
        assert says in fault.message


def test_what_is_installed_is_found_without_importing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meta = "Metadata-Version: 2.1\nName: {}\nVersion: {}\n"
    files = FILES | PROVIDER
    files["apache_airflow_core-3.2.1.dist-info/METADATA"] = meta.format(
        "apache-airflow-core", "3.2.1"
    )
    files["apache_airflow_providers_tea-1.2.dist-info/METADATA"] = meta.format(
        "apache-airflow-providers-tea", "1.2"
    )
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = load_schema("auto")
    assert isinstance(found, ConfigSchema), found
    assert found.version == "3.2.1"
    assert [provider.version for provider in found.providers if "tea" in provider.name] == ["1.2"]
    assert "airflow" not in sys.modules


def test_nothing_installed_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    fault = load_schema()
    assert isinstance(fault, SourceFault)
    assert "no apache-airflow-core and no apache-airflow is installed" in fault.message


def test_the_package_imports_no_adapter() -> None:
    code = (
        "import sys, sphinx_airflow_prod.airflow\n"
        "bad = {'sphinx', 'docutils', 'sybil', 'pytest', 'airflow'} & set(sys.modules)\n"
        "sys.exit(', '.join(bad) or None)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_two_readings_are_equal(tmp_path: Path, schema: ConfigSchema) -> None:
    assert schema_in(tmp_path) == schema
