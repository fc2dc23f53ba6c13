"""Where the configuration schema comes from: the setting ``airflow_config_source``.

Airflow is never imported.  FACTS: ``importlib.metadata`` finds an installed
distribution without running it, a wheel is a zip file, and every table that
matters is a literal.
"""

from __future__ import annotations

import configparser
import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from sphinx_airflow_prod.airflow import literals
from sphinx_airflow_prod.airflow.commands_source import AirflowSourceError
from sphinx_airflow_prod.airflow.executors import ExecutorSchema, read_executors
from sphinx_airflow_prod.airflow.options import (
    CORE,
    FALLBACK,
    WELL_KNOWN_PROVIDERS,
    ConfigSchema,
    Option,
    Provider,
)
from sphinx_airflow_prod.airflow.packages import (
    CONFIG,
    Package,
    PackageError,
    installed,
    installed_providers,
    open_tree,
    open_wheel,
)

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML built without libyaml: slower, the same data
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

AUTO = "auto"
"""The setting that takes what is installed."""

FORMAT = 3
"""To be counted up whenever the meaning of a kept schema changes."""

_PARSERS = ("airflow/_shared/configuration/parser.py", "airflow/configuration.py")
_CHANGES = "airflow/cli/commands/config_command.py"
_FALLBACKS = "airflow/config_templates/provider_config_fallback_defaults.cfg"
_HOW = (
    "run 'pip install --no-deps apache-airflow-core==<version>' (2.x: apache-airflow), or set "
    "airflow_config_source to the path of such a wheel ('pip download --no-deps "
    "apache-airflow-core==<version>') or of a config.yml"
)


@dataclass(frozen=True)
class SourceFault:
    """Why there is no schema: ``message`` says what is wrong and how to get one."""

    message: str


@dataclass(frozen=True)
class Opened:
    """What a source names: the package that describes Airflow itself, and its providers."""

    core: Package
    providers: tuple[Package, ...] = ()

    @property
    def identity(self) -> str:
        """A hash that changes whenever what is read of the packages may change."""
        identity = json.dumps([FORMAT, *(p.identity for p in (self.core, *self.providers))])
        return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def load_schema(
    source: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] = AUTO,
    *,
    base: str | os.PathLike[str] = ".",
    cache_dir: str | os.PathLike[str] | None = None,
) -> ConfigSchema | SourceFault:
    """Read the configuration schema that *source* names.

    *source* is the setting ``airflow_config_source``: ``"auto"`` (an installed
    ``apache-airflow-core`` or ``apache-airflow``, and all installed providers),
    the path of a wheel of either, the path of a ``config.yml``, or a list of
    one of these and of provider wheels; relative paths start at *base*.  With
    *cache_dir*, a schema once read is kept there.  Never raises for what the
    author gave: a :class:`SourceFault` says what to do.
    """
    opened = open_source(source, base=base)
    return opened if isinstance(opened, SourceFault) else load_opened(opened, cache_dir=cache_dir)


def open_source(
    source: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] = AUTO,
    *,
    base: str | os.PathLike[str] = ".",
) -> Opened | SourceFault:
    """Open the packages that *source* names, as :func:`load_schema` takes it; nothing is read."""
    given = [source] if isinstance(source, str | os.PathLike) else list(source)
    try:
        core, providers = _open([os.fspath(item) for item in given], Path(base))
    except PackageError as error:
        return SourceFault(f"{error}; {_HOW}")
    if core is None:
        return SourceFault(
            "no apache-airflow-core and no apache-airflow is installed, so Airflow's options are "
            f"not known; {_HOW}"
        )
    return Opened(core, tuple(providers))


def load_opened(
    opened: Opened, *, cache_dir: str | os.PathLike[str] | None = None
) -> ConfigSchema | SourceFault:
    """Read the schema of packages that are open, or take what *cache_dir* keeps of it."""
    kept = _kept(cache_dir, opened)
    if kept is not None and (schema := _load(kept)) is not None:
        return schema
    try:
        schema = read_schema(opened.core, opened.providers)
    except PackageError as error:
        return SourceFault(f"{error}; {_HOW}")
    if kept is not None:
        _keep(kept, schema)
    return schema


def read_schema(core: Package, providers: Sequence[Package] = ()) -> ConfigSchema:
    """Read the schema of *core*, with the options of *providers* where it has none of that name.

    Raises :class:`PackageError` where *core* does not describe options.
    """
    text = core.read(CONFIG)
    try:
        data = yaml.load(text or "", _Loader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise PackageError(f"config.yml is not YAML: {str(error).splitlines()[0]}") from error
    options = {option.key: option for option in _options(data, CORE)}
    if not options:
        raise PackageError("config.yml describes no options")
    known = []
    for package in providers:
        described = _provider_options(package)
        for option in described:
            options.setdefault(option.key, option)
        sections = tuple(dict.fromkeys(option.section for option in described))
        known.append(Provider(package.name, package.version, sections))
    texts = [core.read(path) for path in _PARSERS]
    endings = literals.sensitive_endings(*texts)
    for option in _fallbacks(core.read(_FALLBACKS)):
        known_option = options.setdefault(option.key, option)
        if known_option.origin != CORE and option.name.endswith(endings):
            options[option.key] = replace(known_option, sensitive=True)
    modules = [literals.parse(text) for text in texts]
    read = {key for module in core.modules() for key in literals.options_read(module)}
    theirs = _sections_of_providers(options.values())
    for package in providers:
        for module in package.modules():
            read.update(key for key in literals.options_read(module) if key[0] in theirs)
    renames = literals.renames_of(*modules)
    old = {(rename.old_section, rename.old_name) for rename in renames}
    return ConfigSchema(
        version=literals.version_of(core.read("airflow/__init__.py")) or core.version,
        options=tuple(options.values()),
        renames=renames,
        changes=literals.changes_of(literals.parse(core.read(_CHANGES))),
        old_values=literals.old_values_of(*modules),
        choices=literals.choices_of(*modules),
        providers=tuple(known),
        teams=("core", "multi_team") in options,
        undescribed=tuple(sorted(read - options.keys() - old)),
        backend_kwargs=any("_collect_kwarg_env_vars" in (text or "") for text in texts),
        executors=_executors(core, providers),
    )


def _executors(core: Package, providers: Sequence[Package]) -> ExecutorSchema | None:
    """Return the executors, None where *core* is no more than a ``config.yml``."""
    try:
        return read_executors(core, providers)
    except AirflowSourceError:
        return None


def _open(given: Sequence[str], base: Path) -> tuple[Package | None, list[Package]]:
    """Return the package that describes Airflow itself, and the providers."""
    core: Package | None = None
    providers: list[Package] = []
    automatic = AUTO in given or not given
    for item in given:
        if item == AUTO:
            continue
        path = base / item
        package = open_wheel(path) if path.suffix in {".whl", ".zip"} else open_tree(path)
        if package.info:
            providers.append(package)
        elif package.read(CONFIG) is None:
            raise PackageError(f"'{item}' holds no {CONFIG} and is no provider")
        elif core is not None:
            raise PackageError(f"'{item}' describes Airflow a second time; give one only")
        else:
            core = package
    if core is None:
        core = installed()
    if automatic:
        given_names = {package.name for package in providers}
        providers += [p for p in installed_providers() if p.name not in given_names]
    return core, providers


def _options(data: Any, origin: str) -> Iterator[Option]:
    """Give the options of a ``config.yml`` (or of a provider's ``config``), in its order."""
    for section, description in _mapping(data).items():
        for name, entry in _mapping(_mapping(description).get("options")).items():
            facts = _mapping(entry)
            yield Option(
                section=str(section),
                name=str(name),
                type=_string(facts.get("type")) or "string",
                default=_optional(facts.get("default")),
                example=_optional(facts.get("example")),
                description=_string(facts.get("description")).strip(),
                sensitive=facts.get("sensitive") is True,
                version_added=_string(facts.get("version_added")),
                version_deprecated=_string(facts.get("version_deprecated")),
                deprecation_reason=" ".join(_string(facts.get("deprecation_reason")).split()),
                is_template=facts.get("is_template") is True,
                origin=origin,
            )


def _sections_of_providers(options: Collection[Option]) -> frozenset[str]:
    """Return the sections that are a provider's to describe.

    Providers support several versions of Airflow, and read options that only
    one of them has: what they read elsewhere says nothing of this version.
    """
    described = {option.section for option in options}
    cores = {option.section for option in options if option.origin == CORE}
    return frozenset((described | WELL_KNOWN_PROVIDERS.keys()) - cores)


def _provider_options(package: Package) -> list[Option]:
    module, _, function = package.info.partition(":")
    text = package.read(module.strip().replace(".", "/") + ".py")
    info = literals.provider_info(text, function.strip() or "get_provider_info")
    return list(_options(info.get("config"), package.name))


def _fallbacks(text: str | None) -> Iterator[Option]:
    """Give the options of providers that Airflow itself carries defaults of."""
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(text or "")
    except configparser.Error:
        return
    for section in parser.sections():
        for name, value in parser.items(section):
            yield Option(section, name, default=value, origin=FALLBACK)


def _kept(cache_dir: str | os.PathLike[str] | None, opened: Opened) -> Path | None:
    return None if cache_dir is None else Path(cache_dir) / f"airflow-config-{opened.identity}.json"


def _load(path: Path) -> ConfigSchema | None:
    try:
        return ConfigSchema.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def _keep(path: Path, schema: ConfigSchema) -> None:
    """Write a schema for the next build; a folder that cannot be written is no fault."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(schema.to_json(), stream, separators=(",", ":"))
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _mapping(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, dict) else {}


def _string(value: Any) -> str:
    return "" if value is None else str(value)


def _optional(value: Any) -> str | None:
    return None if value is None else str(value)
