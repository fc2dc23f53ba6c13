"""Airflow's command line read from its sources, which are parsed and never imported.

The definitions are Python, but nearly literal: calls of ``Arg``, ``ActionCommand``
and ``GroupCommand`` with names of constants.  So they are evaluated by
:mod:`.commands_static`, and what it cannot evaluate leaves a command *open*.
"""

from __future__ import annotations

import ast
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from importlib import metadata
from os import PathLike
from pathlib import Path
from typing import Any, Protocol

from sphinx_airflow_prod.airflow.commands_build import UNKNOWN
from sphinx_airflow_prod.airflow.commands_schema import CliSchema, Command
from sphinx_airflow_prod.airflow.commands_static import Program, version_tuple

PROVIDER_GROUP = "apache_airflow_provider"
"""The entry point group in which a provider names its ``get_provider_info``."""

_CLI_CONFIG = "airflow.cli.cli_config"
_LEGACY = "airflow.cli.commands.legacy_commands"
_CORES = ("apache-airflow-core", "apache-airflow")


class Package(Protocol):
    """A distribution whose files can be read, as :mod:`.packages` has them too."""

    @property
    def name(self) -> str:
        """The distribution's name, with hyphens."""

    @property
    def version(self) -> str:
        """Its version."""

    @property
    def read(self) -> Callable[[str], str | None]:
        """What gives the text of a path such as ``airflow/settings.py``, else ``None``."""

    @property
    def info(self) -> str:
        """The ``module:function`` of the provider entry point; empty for what is no provider."""


Source = str | PathLike[str] | metadata.Distribution | Package
"""A distribution: a wheel's path, one that is installed, or a package."""


class AirflowSourceError(Exception):
    """There is no Airflow to read, or it is none that can be read."""


@dataclass(frozen=True)
class _Opened:
    name: str
    version: str
    read: Callable[[str], str | None]
    info: str


def open_package(source: Source) -> Package:
    """Return a source as a package; raises :class:`AirflowSourceError` for what is no wheel."""
    if isinstance(source, metadata.Distribution):
        return _opened(source)
    if not isinstance(source, str | PathLike):
        return source
    path = Path(source)
    try:
        archive = zipfile.ZipFile(path)
        names = {name.partition("/")[0] for name in archive.namelist()}
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise AirflowSourceError(f"{path.name} is no wheel that can be read: {error}") from error
    info = next((name for name in sorted(names) if name.endswith(".dist-info")), None)
    if info is None:
        raise AirflowSourceError(f"{path.name} is no wheel: it has no .dist-info")
    return _opened(metadata.PathDistribution(zipfile.Path(archive, f"{info}/")))


def _opened(distribution: metadata.Distribution) -> Package:
    points = [point.value for point in distribution.entry_points.select(group=PROVIDER_GROUP)]
    base: Any = distribution.locate_file("")

    def read(path: str) -> str | None:
        file = base.joinpath(path)
        try:
            return str(file.read_text(encoding="utf-8")) if file.is_file() else None
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):
            return None

    name = re.sub(r"[-_.]+", "-", distribution.metadata["Name"] or "").lower()
    return _Opened(name, distribution.version, read, points[0] if points else "")


def installed_core() -> Package:
    """Return the Airflow that is installed here; raises :class:`AirflowSourceError`."""
    for name in _CORES:
        try:
            found = _opened(metadata.distribution(name))
        except metadata.PackageNotFoundError:
            continue
        if read_module(found, _CLI_CONFIG) is not None:
            return found
    raise AirflowSourceError(
        "no Airflow is installed here; install apache-airflow-core (with --no-deps if only "
        "for this), or name its wheel"
    )


def installed_providers() -> tuple[Package, ...]:
    """Return the Airflow providers that are installed here, by name."""
    found = {
        point.dist.name: point.dist
        for point in metadata.entry_points(group=PROVIDER_GROUP)
        if point.dist is not None
    }
    return tuple(_opened(found[name]) for name in sorted(found))


def open_sources(
    core: Source | None, providers: Iterable[Source] | None
) -> tuple[Package, tuple[Package, ...]]:
    """Open what :func:`read_cli` takes: without *core* what is installed, providers included."""
    if core is None:
        opened = installed_core()
        providers = installed_providers() if providers is None else providers
    else:
        opened = open_package(core)
    return opened, tuple(open_package(provider) for provider in providers or ())


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
