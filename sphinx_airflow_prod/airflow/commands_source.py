"""Airflow's command line read from its sources, which are parsed and never imported.

The definitions are Python, but nearly literal: calls of ``Arg``, ``ActionCommand``
and ``GroupCommand`` with names of constants.  So they are evaluated by
:mod:`.commands_static`, and what it cannot evaluate leaves a command *open*.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any

from sphinx_airflow_prod.airflow.commands_build import UNKNOWN
from sphinx_airflow_prod.airflow.commands_schema import CliSchema, Command
from sphinx_airflow_prod.airflow.commands_static import Program, version_tuple
from sphinx_airflow_prod.airflow.packages import (
    Package,
    PackageError,
    installed,
    installed_providers,
    open_wheel,
)

_CLI_CONFIG = "airflow.cli.cli_config"
_LEGACY = "airflow.cli.commands.legacy_commands"

Source = str | PathLike[str] | Package
"""A distribution: a wheel's path, or a package that is open already."""


class AirflowSourceError(Exception):
    """There is no Airflow to read, or it is none that can be read."""


def open_sources(
    core: Source | None, providers: Iterable[Source] | None
) -> tuple[Package, tuple[Package, ...]]:
    """Open what :func:`read_cli` takes: without *core* what is installed, providers included."""
    if core is not None:
        return _open(core), tuple(map(_open, providers or ()))
    found = installed()
    if found is None:
        raise AirflowSourceError(
            "no Airflow is installed here; install apache-airflow-core (with --no-deps if only "
            "for this), or name its wheel"
        )
    return found, tuple(installed_providers() if providers is None else map(_open, providers))


def _open(source: Source) -> Package:
    try:
        return source if isinstance(source, Package) else open_wheel(Path(source))
    except PackageError as error:
        raise AirflowSourceError(str(error)) from error


def read_module(package: Package, module: str) -> str | None:
    """Return the source of a module, ``None`` where the package does not have it."""
    path = module.replace(".", "/")
    text = package.read(f"{path}.py")
    return package.read(f"{path}/__init__.py") if text is None else text


def provider_info(package: Package) -> dict[str, Any]:
    """Return what a provider says of itself, as far as it is literal; else nothing."""
    text = read_module(package, package.info.partition(":")[0]) if package.info else None
    try:
        for node in ast.walk(ast.parse(text or "")):
            if isinstance(node, ast.Return) and node.value is not None:
                info = ast.literal_eval(node.value)
                return info if isinstance(info, dict) else {}
    except (SyntaxError, ValueError, RecursionError):
        pass
    return {}


def read_cli(core: Source | None = None, providers: Iterable[Source] | None = None) -> CliSchema:
    """Return the command line of an Airflow and of the providers given.

    *core* is the wheel of ``apache-airflow-core`` (3.x) or ``apache-airflow``
    (2.x), or such a package; without it what is installed here is read,
    with its providers.  Raises :class:`AirflowSourceError`.
    """
    airflow, extra = open_sources(core, providers)
    version = airflow.version
    if read_module(airflow, _CLI_CONFIG) is None:
        raise AirflowSourceError(
            f"{airflow.name} {version} has no airflow/cli/cli_config.py; "
            "for Airflow 3 take apache-airflow-core"
        )
    program = Program(
        lambda module: next(
            (text for part in (airflow, *extra) if (text := read_module(part, module))), None
        ),
        version_tuple(version),
    )
    commands = program.value(_CLI_CONFIG, "core_commands")
    if not isinstance(commands, list) or not commands:
        raise AirflowSourceError(f"the commands of {airflow.name} {version} cannot be read")
    found = {item.name: item for item in commands if isinstance(item, Command)}
    for provider in extra:
        for command in _provider_commands(program, provider_info(provider)):
            found.setdefault(command.name, replace(command, provider=provider.name))
    legacy = program.value(_LEGACY, "COMMAND_MAP")
    renamed = legacy if isinstance(legacy, dict) else {}
    return CliSchema(
        version,
        tuple(found[name] for name in sorted(found)),
        tuple((str(old), str(new)) for old, new in renamed.items()),
        tuple(sorted(provider.name for provider in extra)),
    )


def _provider_commands(program: Program, info: dict[str, Any]) -> Iterator[Command]:
    """Give the commands of a provider: of its ``cli`` functions, else of its classes."""
    functions = [path.rpartition(".") for path in info.get("cli", ())]
    results = [program.call(module, name) for module, _, name in functions]
    if not functions:
        for path in (*info.get("executors", ()), *info.get("auth-managers", ())):
            module, _, name = path.rpartition(".")
            results.append(program.call(module, name, "get_cli_commands"))
    for result in results:
        if result is not UNKNOWN and isinstance(result, list | tuple):
            yield from (item for item in result if isinstance(item, Command))
