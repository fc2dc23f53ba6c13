"""Command lines read from sources: small ones written here, and real wheels where there are some.

``AIRFLOW_WHEELS`` names a folder with wheels of ``apache-airflow-core`` or
``apache-airflow``, and of providers.
"""

from __future__ import annotations

import functools
import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sphinx_airflow_prod.airflow.commands import check_commands
from sphinx_airflow_prod.airflow.commands_schema import Argument, CliSchema, Command
from sphinx_airflow_prod.airflow.commands_source import AirflowSourceError, read_cli
from sphinx_airflow_prod.airflow.packages import Package
from sphinx_airflow_prod.core.source import SourceText

CLI_CONFIG = """
import os
from airflow.states import State
from airflow.settings import SWITCH

if TYPE_CHECKING:
    from nowhere import Thing

class Color:
    ON = "on"
    OFF = "off"

ARG_STATE = Arg(("--state",), choices=tuple(state.value for state in State))
ARG_COLOR = Arg(("--color",), choices={Color.ON, Color.OFF}, default=Color.ON)
ARG_PORT = Arg(flags=("-p", "--port"), type=positive_int(allow_zero=False), default=os.getcwd())
ARG_NAME = Arg(("name",), "A name", nargs="?")
ARG_FLAG = Arg(("--flag",), action=argparse.BooleanOptionalAction, required=True)
MORE = [ARG_COLOR, ARG_PORT]

JOBS = (
    ActionCommand(name="list", help="x", func=f("x"), args=(ARG_STATE, *MORE)),
    ActionCommand("old", "Deprecated -- use `list` instead. More.", f("y"), ()),
    ActionCommand(name="odd", help="", func=f("z"), args=(compute(), ARG_NAME)),
)
core_commands: list[CLICommand] = [
    GroupCommand(name="jobs", help="Jobs", subcommands=JOBS),
    ActionCommand(name="run", help="Run", func=f("r"), args=(ARG_NAME, ARG_FLAG)),
]
if SWITCH:
    core_commands.append(ActionCommand(name="secret", help="", func=None, args=()))
"""
STATES = """
class State(str, Enum):
    '''States.'''
    GOOD = "good"
    BAD = "bad"
    def other(self): ...
"""
PROVIDER = """
from airflow.cli.cli_config import ARG_COLOR
try:
    from airflow.cli.cli_config import ARG_NEW
    NEW = (ARG_NEW,)
except ImportError:
    NEW = ()
if AIRFLOW_V_3_0_PLUS:
    ARG = Arg(("--three",))
else:
    ARG = Arg(("--two",))

def get_commands():
    import packaging.version
    from airflow import __version__ as v
    found = [GroupCommand("thing", "", (ActionCommand("do", "", f, (ARG, ARG_COLOR, *NEW)),))]
    if packaging.version.parse(v) >= packaging.version.parse("3.0.0"):
        found.append(ActionCommand("three-only", "", f, ()))
    return found + []
"""
EXECUTOR = """
class ThingExecutor(Base):
    @staticmethod
    def get_cli_commands():
        from airflow.providers.thing.cli import get_commands
        return get_commands()
"""


def wheel(folder: Path, name: str, version: str, files: dict[str, str], info: str = "") -> Path:
    """Write a wheel with the files of a package."""
    stem = f"{name.replace('-', '_')}-{version}"
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
        archive.writestr(f"{stem}.dist-info/METADATA", f"Name: {name}\nVersion: {version}\n")
        if info:
            module = "airflow.providers.thing.get_provider_info"
            points = f"[apache_airflow_provider]\nprovider_info={module}:get_provider_info\n"
            archive.writestr(f"{stem}.dist-info/entry_points.txt", points)
            text = f"def get_provider_info():\n    return {info}\n"
            archive.writestr(f"{module.replace('.', '/')}.py", text)
    return path


def core(folder: Path, version: str) -> Path:
    files = {
        "airflow/cli/cli_config.py": CLI_CONFIG,
        "airflow/config_templates/config.yml": "",
        "airflow/states.py": STATES,
        "airflow/cli/commands/legacy_commands.py": 'COMMAND_MAP = {"go": "run"}\n',
    }
    return wheel(folder, "apache-airflow-core", version, files)


def provider(folder: Path, info: str) -> Path:
    files = {
        "airflow/providers/thing/cli.py": PROVIDER,
        "airflow/providers/thing/executor.py": EXECUTOR,
    }
    return wheel(folder, "apache-airflow-providers-thing", "1.0", files, info)


def test_core(tmp_path: Path) -> None:
    color = Argument(("--color",), choices=("on", "off"))
    schema = read_cli(core(tmp_path, "3.9.1"))
    assert schema == CliSchema(
        "3.9.1",
        (
            Command(
                "jobs",
                (
                    Command(
                        "list",
                        arguments=(
                            Argument(("--state",), choices=("good", "bad")),
                            color,
                            Argument(("-p", "--port"), type="int"),
                        ),
                    ),
                    Command("old", deprecated="list"),
                    Command("odd", arguments=(Argument(("name",), nargs="?"),), is_open=True),
                ),
                is_group=True,
            ),
            Command(
                "run",
                arguments=(
                    Argument(("name",), nargs="?"),
                    Argument(("--flag",), required=True, action="BooleanOptionalAction"),
                ),
            ),
            Command("secret", condition="SWITCH"),
        ),
        (("go", "run"),),
    )
    assert CliSchema.from_json(schema.to_json()) == schema


@pytest.mark.parametrize(
    "info",
    [
        '{"cli": ["airflow.providers.thing.cli.get_commands"]}',
        '{"executors": ["airflow.providers.thing.executor.ThingExecutor"]}',
        '{"auth-managers": ["airflow.providers.thing.executor.ThingExecutor"]}',
    ],
)
@pytest.mark.parametrize(("version", "flag"), [("2.11.0", "--two"), ("3.0.0", "--three")])
def test_provider(tmp_path: Path, info: str, version: str, flag: str) -> None:
    schema = read_cli(core(tmp_path, version), [provider(tmp_path, info)])
    command = schema.find("thing do")
    assert command is not None
    assert [argument.name for argument in command.arguments] == [flag, "--color"]
    assert not command.is_open
    group = schema.find("thing")
    assert group is not None
    assert group.provider == "apache-airflow-providers-thing"
    assert (schema.find("three-only") is None) == (version == "2.11.0")


def test_a_package_is_a_source() -> None:
    files = {"airflow/cli/cli_config.py": CLI_CONFIG}
    schema = read_cli(Package("apache-airflow-core", "3.5.0", files.get, ""))
    assert [command.name for command in schema.commands] == ["jobs", "run", "secret"]


def test_an_installed_airflow_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(core(tmp_path, "3.9.9")) as archive:
        archive.extractall(tmp_path / "site")
    info = '{"cli": ["airflow.providers.thing.cli.get_commands"]}'
    with zipfile.ZipFile(provider(tmp_path, info)) as archive:
        archive.extractall(tmp_path / "site")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    schema = read_cli()
    assert schema.version == "3.9.9"
    assert schema.find("thing do") is not None
    assert "airflow" not in sys.modules


def test_what_is_no_airflow(tmp_path: Path) -> None:
    (tmp_path / "text.whl").write_text("no wheel")
    with pytest.raises(AirflowSourceError, match="cannot be read as a wheel"):
        read_cli(tmp_path / "text.whl")
    with pytest.raises(AirflowSourceError, match="cannot be read as a wheel"):
        read_cli(tmp_path / "missing.whl")
    empty = wheel(tmp_path, "apache-airflow", "3.1.0", {"airflow/nothing.py": ""})
    with pytest.raises(AirflowSourceError, match="take apache-airflow-core"):
        read_cli(empty)
    broken = wheel(tmp_path, "apache-airflow", "2.0", {"airflow/cli/cli_config.py": "if:"})
    with pytest.raises(AirflowSourceError, match="cannot be read"):
        read_cli(broken)


def test_odd_sources_end(tmp_path: Path) -> None:
    text = "from airflow.cli.cli_config import A as B, B as A\ncore_commands = [A, B, f(f)]\n"
    text += "def f():\n    return f()\nx = f()\ny = " + "+".join("1" * 300) + "\n"
    odd = wheel(tmp_path, "apache-airflow", "2.0", {"airflow/cli/cli_config.py": text})
    assert read_cli(odd).commands == ()


# Real Airflow ----------------------------------------------------------------


def wheels(pattern: str) -> list[Path]:
    folder = os.environ.get("AIRFLOW_WHEELS")
    found = sorted(Path(folder).glob(pattern)) if folder else []
    if not found:
        pytest.skip(f"AIRFLOW_WHEELS names no folder with {pattern}")
    return found


@functools.cache
def real(pattern: str) -> CliSchema:
    return read_cli(wheels(pattern)[-1], wheels("apache_airflow_providers_*.whl"))


def all_commands(
    commands: tuple[Command, ...], path: str = "airflow"
) -> Iterator[tuple[str, Command]]:
    for command in commands:
        yield f"{path} {command.name}", command
        yield from all_commands(command.subcommands, f"{path} {command.name}")


@pytest.mark.parametrize("pattern", ["apache_airflow_core-3*.whl", "apache_airflow-2.11*.whl"])
def test_real_airflow_is_read_in_full(pattern: str) -> None:
    """Every command, given what it needs, is let through, and nothing stays unread."""
    schema = real(pattern)
    commands = dict(all_commands(schema.commands))
    assert len(commands) > 100
    assert not [path for path, command in commands.items() if command.is_open]
    lines = []
    for path, command in commands.items():
        if command.is_group:
            continue
        words = [path]
        for argument in command.arguments:
            value = "1" if argument.type else (argument.choices or ("x",))[0]
            count = max(argument.counts[0], 1 if argument.counts[1] != 0 else 0)
            if argument.positional:
                words[1:1] = [value] * count
            else:
                words += [argument.flags[0], *[value] * count]
        lines.append(" ".join(words))
    problems = check_commands(SourceText.whole_file("\n".join(lines), "x"), schema)
    assert [p.message for p in problems if "deprecated" not in p.message] == []
    assert CliSchema.from_json(schema.to_json()) == schema


@pytest.mark.parametrize(
    ("line", "of_3", "of_2"),
    [
        ("airflow db migrate", "", ""),
        ("airflow db upgrade", "gone since 3.0; use 'airflow db migrate'", "deprecated"),
        ("airflow webserver", "use 'airflow api-server'", ""),
        ("airflow api-server", "", "has no command 'api-server'"),
        ("airflow dags backfill x", "use 'airflow backfill create'", ""),
        ("airflow db clean", "needs --clean-before-timestamp", "needs --clean-before-timestamp"),
        ("airflow db clean --clean-before-timestamp 2024-01-01 -y", "", ""),
        ("airflow kerberos", "", ""),
        ("airflow celery worker -q a,b", "", ""),
        ("airflow kubernetes cleanup-pods --namespace x", "", ""),
        ("airflow jobs check --job-type SchedulerJob --hostname x", "", ""),
        ("airflow jobs check --job-type Scheduler", "takes SchedulerJob", "takes BackfillJob"),
    ],
)
def test_real_commands(line: str, of_3: str, of_2: str) -> None:
    for pattern, expected in (
        ("apache_airflow_core-3*.whl", of_3),
        ("apache_airflow-2.11*.whl", of_2),
    ):
        problems = check_commands(SourceText.whole_file(line, "x"), real(pattern))
        assert bool(problems) == bool(expected), problems
        assert not expected or expected in problems[0].message
