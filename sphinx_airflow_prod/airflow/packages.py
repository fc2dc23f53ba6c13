"""Files of Airflow and of its providers: installed, in a wheel, or unpacked; none is imported."""

from __future__ import annotations

import configparser
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePosixPath

GROUP = "apache_airflow_provider"
"""The entry point group by which Airflow finds its providers."""
CONFIG = "airflow/config_templates/config.yml"
"""Airflow's description of its own options, in every distribution that carries it."""
DISTRIBUTIONS = ("apache-airflow-core", "apache-airflow")
"""Who carries it: 3.x, and 2.x."""

_PROVIDERS = "airflow/providers/"
_ASIDE = frozenset({"example_dags", "migrations", "tests"})

MAX_FILE = 8 * 1024 * 1024
"""Bytes of the largest file that is read."""


class PackageError(Exception):
    """A package that cannot be read, in words for the author."""


@dataclass(frozen=True)
class Package:
    """A distribution: its name and version, and how to read a file of it.

    ``read`` takes a path such as ``airflow/configuration.py`` and gives the
    text, or None where the file is not there or not text; ``modules`` gives the
    text of every module of its own.  ``identity`` changes when the files do.
    ``info`` is ``module:function`` of the provider entry point, empty for what
    is no provider.
    """

    name: str
    version: str
    read: Callable[[str], str | None]
    identity: str
    info: str = ""
    modules: Callable[[], Iterable[str]] = tuple


def open_wheel(path: Path) -> Package:
    """Return a wheel as a package; raises :class:`PackageError` where it is none."""
    try:
        status = path.stat()
        with zipfile.ZipFile(path) as archive:
            names = {info.filename for info in archive.infolist()}
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise PackageError(f"'{path}' cannot be read as a wheel: {_reason(error)}") from error
    folder = next((n.partition("/")[0] for n in names if n.endswith(".dist-info/METADATA")), "")

    def read(name: str) -> str | None:
        if name not in names:
            return None
        try:
            with zipfile.ZipFile(path) as archive:
                return _text(archive.read(name) if _fits(archive, name) else b"\xff")
        except (OSError, zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError):
            return None

    def modules() -> Iterator[str]:
        with zipfile.ZipFile(path) as archive:
            for name in sorted(filter(_is_module, names)):
                if _fits(archive, name) and (text := _text(archive.read(name))) is not None:
                    yield text

    distribution, _, version = folder.removesuffix(".dist-info").partition("-")
    points = read(f"{folder}/entry_points.txt") or ""
    identity = f"{path.name}:{status.st_size}:{status.st_mtime_ns}"
    return Package(distribution.replace("_", "-"), version, read, identity, _entry(points), modules)


def open_tree(config: Path) -> Package:
    """Return the package around an ``…/airflow/config_templates/config.yml``, or that file alone.

    Raises :class:`PackageError` where it cannot be read.
    """
    try:
        status = config.stat()
        with config.open("rb"):
            pass
    except OSError as error:
        raise PackageError(f"'{config}' cannot be read: {_reason(error)}") from error
    around = Path(*config.parts[-3:]).as_posix() == CONFIG
    root = config.parents[2] if around else None

    def read(name: str) -> str | None:
        if name == CONFIG:
            return _file(config)
        return None if root is None else _file(root / name)

    def modules() -> Iterator[str]:
        yield from _texts(_modules_below(root, "airflow") if root else (), read)

    identity = f"{config}:{status.st_size}:{status.st_mtime_ns}"
    return Package("", "", read, identity, modules=modules)


def installed() -> Package | None:
    """Return the installed distribution that describes Airflow's options, None without one."""
    for name in DISTRIBUTIONS:
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        package = _installed(distribution)
        if package is not None and package.read(CONFIG) is not None:
            return package
    return None


def installed_providers() -> Iterator[Package]:
    """Give the installed distributions with an entry point of Airflow's providers, by name."""
    found: dict[str, Package] = {}
    for distribution in metadata.distributions():
        for point in distribution.entry_points:
            if point.group == GROUP:
                package = _installed(distribution, point.value)
                if package is not None:
                    found.setdefault(package.name, package)
    yield from (package for _, package in sorted(found.items()))


def _installed(distribution: metadata.Distribution, info: str = "") -> Package | None:
    name, version = distribution.metadata["Name"], distribution.version
    if not name:
        return None

    def read(path: str) -> str | None:
        return _file(Path(str(distribution.locate_file(path))))

    folder = str(PurePosixPath(info.partition(":")[0].replace(".", "/")).parent) if info else ""

    def modules() -> Iterator[str]:
        root = Path(str(distribution.locate_file("")))
        yield from _texts(_modules_below(root, folder or "airflow"), read)

    stamp = 0
    probe = f"{info.partition(':')[0].replace('.', '/')}.py" if info else CONFIG
    try:
        stamp = Path(str(distribution.locate_file(probe))).stat().st_mtime_ns
    except OSError:
        stamp = 0
    where = str(distribution.locate_file(""))
    return Package(name, version, read, f"{where}:{name}:{version}:{stamp}", info, modules)


def _modules_below(root: Path, folder: str) -> Iterator[str]:
    """Give the modules of a folder, relative to *root*, in a fixed order."""
    for path in sorted((root / folder).rglob("*.py")):
        name = path.relative_to(root).as_posix()
        if _is_module(name) and (folder != "airflow" or not name.startswith(_PROVIDERS)):
            yield name


def _is_module(name: str) -> bool:
    """Whether a file is a module that runs in production: no migration, no test."""
    parts = name.split("/")
    return name.endswith(".py") and parts[0] == "airflow" and not _ASIDE.intersection(parts)


def _texts(names: Iterable[str], read: Callable[[str], str | None]) -> Iterator[str]:
    yield from (text for name in names if (text := read(name)) is not None)


def _entry(text: str) -> str:
    """Return the value of the provider entry point of an ``entry_points.txt``."""
    parser = configparser.ConfigParser(interpolation=None, strict=False, delimiters=("=",))
    try:
        parser.read_string(text)
    except configparser.Error:
        return ""
    return next(iter(parser[GROUP].values()), "") if GROUP in parser else ""


def _fits(archive: zipfile.ZipFile, name: str) -> bool:
    return archive.getinfo(name).file_size <= MAX_FILE


def _file(path: Path) -> str | None:
    try:
        return _text(path.read_bytes()) if path.stat().st_size <= MAX_FILE else None
    except OSError:
        return None


def _text(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
