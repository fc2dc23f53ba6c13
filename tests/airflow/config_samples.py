"""A small Airflow of our own: the files that the configuration schema is read from."""

from __future__ import annotations

import functools
import os
import zipfile
from pathlib import Path

import pytest

from sphinx_airflow_prod.airflow import ConfigSchema, load_schema
from sphinx_airflow_prod.core.source import SourceText

CONFIG = """
core:
  description: ~
  options:
    executor:
      {type: string, default: LocalExecutor, example: ~, version_added: ~, description: "Runs it."}
    dags_folder: {type: string, default: "{AIRFLOW_HOME}/dags"}
    load_examples: {type: boolean, default: "True"}
    parallelism: {type: integer, default: "32"}
    fernet_key: {type: string, sensitive: true, default: "{FERNET_KEY}"}
    multi_team: {type: boolean, default: "False", version_added: 3.2.0}
    ignore_syntax: {type: string, default: glob}
database:
  options:
    sql_alchemy_conn: {type: string, sensitive: true, default: "sqlite:///x"}
    pool_pause: {type: float, default: "1.5"}
api:
  options:
    base_url: {type: string, default: ~, example: "https://x"}
    jwt_secret: {type: string, sensitive: true, default: ~}
    old_fashioned:
      type: string
      default: ~
      version_deprecated: 3.1.0
      deprecation_reason: "Nobody needs it. At all."
logging:
  options:
    level: {type: string, default: INFO}
    line: {type: string, default: "%%(asctime)s %%(message)s"}
    many: {type: string, default: "[\\n  1,\\n  2\\n]"}
workers.special:
  options:
    speed: {type: integer, default: ~}
"""

PARSER = '''
class Parser:
    """Rules."""

    deprecated_options: dict = {
        ("api", "base_url"): ("web", "base_url", "3.0"),
        ("api", "gone"): ("web", "gone", "3.0"),
        ("api", "jwt_secret"): ("api", "gone", "3.1"),
        ("database", "sql_alchemy_conn"): ("core", "sql_alchemy_conn", "2.3"),
        ("fab", "colour"): ("web", "colour", "3.0"),
    }
    deprecated_sections = {"database": ("db", "2.5")}
    many_to_one_deprecated_options = {("core", "parallelism"): [("celery_x", "a", "2.6")]}

    def _collect_kwarg_env_vars(self):
        raise RuntimeError("nothing here may run")

    def describe(self, option, facts):
        if "sensitive" not in facts and option.endswith(("password", "token")):
            facts["sensitive"] = True
'''

CONFIGURATION = r"""
raise RuntimeError("nothing here may run")

class AirflowParser(Parser):
    deprecated_values = {
        "core": {
            "executor": (re.compile(re.escape("SequentialExecutor")), "LocalExecutor"),
            "dags_folder": (re2.compile(r"\A(?i:old)\z"), "new", "2.1"),
            "load_examples": (compile_somehow(), "x"),
        },
        "logging": {"line": (re.compile("a"), "XX-set-after-default-config-loaded-XX")},
    }
    _levels = ["INFO", "DEBUG"]
    enums_options = {
        ("logging", "level"): [*_levels, ""],
        ("core", "ignore_syntax"): ["glob", "regexp"],
        ("core", "executor"): sorted(computed()),
    }
"""

CHANGES = '''
class ConfigChange:
    """What changed in Airflow 3.0."""

CONFIGS_CHANGES = [
    ConfigChange(config=ConfigParameter("core", "slas"), suggestion="Use alerts. Or so."),
    ConfigChange(config=ConfigParameter("web", option="theme"),
                 renamed_to=ConfigParameter("api", "theme")),
    ConfigChange(config=ConfigParameter("web", "url"),
                 renamed_to=ConfigParameter("web", "base_url")),
    ConfigChange(config=ConfigParameter("core", "executor"), default_change=True,
                 was_removed=False, new_default="LocalExecutor"),
    ConfigChange(config=ConfigParameter("core", "hostname"), remove_if_equals=":"),
    ConfigChange(config=ConfigParameter("core", "parallelism"), was_removed=False,
                 is_invalid_if="0", suggestion="Set more than 0."),
    ConfigChange(config=somewhere),
]
'''

FALLBACKS = "[celery]\nflower_password =\nbroker_url = redis://x\npool = prefork\n"

FILES = {
    "airflow/__init__.py": '__version__ = "3.2.1"\nimport nothing_at_all\n',
    "airflow/config_templates/config.yml": CONFIG,
    "airflow/config_templates/provider_config_fallback_defaults.cfg": FALLBACKS,
    "airflow/_shared/configuration/parser.py": PARSER,
    "airflow/configuration.py": CONFIGURATION,
    "airflow/cli/commands/config_command.py": CHANGES,
    "airflow/jobs.py": (
        'conf.getint(\n    "core", "HIDDEN", fallback=3)\nconf.get("core", "executor")\n'
    ),
}

PROVIDER = {
    "airflow/providers/tea/get_provider_info.py": """
def get_provider_info():
    return {
        "package-name": "tea",
        "config": {
            "tea": {"options": {"pot": {"type": "integer", "default": "1", "sensitive": True}}},
            "core": {"options": {"executor": {"default": "mine"}}},
        },
    }
""",
    "airflow/providers/tea/brew.py": (
        'conf.get("tea", "HIDDEN_CUP")\n'
        'conf.get("core", "of_another_version") if AIRFLOW_V_9 else None\n'
        'conf.get("of_another_version", "option")\n'
    ),
    "apache_airflow_providers_tea-1.2.dist-info/METADATA": "Name: x\n",
    "apache_airflow_providers_tea-1.2.dist-info/entry_points.txt": (
        "[apache_airflow_provider]\n"
        "provider_info = airflow.providers.tea.get_provider_info:get_provider_info\n"
    ),
}

CORE_METADATA = {"apache_airflow_core-3.2.1.dist-info/METADATA": "Name: x\n"}


def wheel(folder: Path, name: str, files: dict[str, str]) -> Path:
    """Write a wheel into *folder*."""
    path = folder / f"{name}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in files.items():
            archive.writestr(member, text)
    return path


def schema_in(folder: Path) -> ConfigSchema:
    """Return the schema of the small Airflow with its one provider, by way of wheels."""
    core = wheel(folder, "apache_airflow_core-3.2.1", FILES | CORE_METADATA)
    tea = wheel(folder, "apache_airflow_providers_tea-1.2", PROVIDER)
    found = load_schema([core, tea])
    assert isinstance(found, ConfigSchema), found
    return found


def source(text: str) -> SourceText:
    """Return *text* as a file of its own."""
    return SourceText.whole_file(text, "guide.rst")


REAL = ("apache_airflow_core-3", "apache_airflow-2")
"""The beginnings of the names of real wheels: the newest of each is used."""


@functools.cache
def real_schema(start: str) -> ConfigSchema:
    """Return the schema of a real Airflow, with all providers of the folder where it is a 3.x.

    Skips where ``AIRFLOW_WHEELS`` names no folder with such a wheel.
    """
    folder = os.environ.get("AIRFLOW_WHEELS")
    found = list(Path(folder).glob(f"{start}*.whl")) if folder else []
    if not folder or not found:
        pytest.skip(f"AIRFLOW_WHEELS names no folder with {start}*.whl")
    newest = max(found, key=lambda path: [int(n) for n in path.name.split("-")[1].split(".")])
    providers = Path(folder).glob("apache_airflow_providers_*.whl") if "core" in start else ()
    schema = load_schema([newest, *providers])
    assert isinstance(schema, ConfigSchema), schema
    return schema
