"""Executors by name and by class path: which there are in one version of Airflow.

All is read from sources with :mod:`ast`: the names in ``executor_constants`` and
``executor_loader``, the classes in ``airflow/executors``, and what providers list
as ``executors``.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from sphinx_airflow_prod.airflow.commands_source import (
    AirflowSourceError,
    Source,
    open_sources,
    provider_info,
    read_module,
)
from sphinx_airflow_prod.airflow.commands_static import version_tuple
from sphinx_airflow_prod.airflow.packages import Package
from sphinx_airflow_prod.core.schema.words import listed, nearest

_FORMAT = 1
_CONSTANTS = "airflow.executors.executor_constants"
_LOADER = "airflow.executors.executor_loader"
_CORE_MODULES = (
    "airflow.executors.local_executor",
    "airflow.executors.sequential_executor",
    "airflow.executors.debug_executor",
)
_PATH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
UNREAD = "the path is not checked"
"""How a message ends that is about an executor of a provider that was not read."""

_FOR_TESTS = "MockExecutor"

GONE: dict[str, tuple[str, str]] = {
    "SequentialExecutor": ("LocalExecutor", "3.0"),
    "DebugExecutor": ("LocalExecutor", "3.0"),
    "CeleryKubernetesExecutor": ("CeleryExecutor,KubernetesExecutor", "3.0"),
    "LocalKubernetesExecutor": ("LocalExecutor,KubernetesExecutor", "3.0"),
}
"""Executors of Airflow 2 that a version took away, what to use instead, and that version.

Found by comparing 2.11 with 3.0.0.
"""

PROVIDERS: dict[str, str] = {
    "airflow.providers.celery.": "apache-airflow-providers-celery",
    "airflow.providers.cncf.kubernetes.": "apache-airflow-providers-cncf-kubernetes",
    "airflow.providers.edge3.": "apache-airflow-providers-edge3",
    "airflow.providers.amazon.": "apache-airflow-providers-amazon",
}
"""Providers that carry executors, by the start of the class path."""


@dataclass(frozen=True)
class ExecutorSchema:
    """The executors of one version of Airflow and of the providers read with it."""

    version: str
    names: tuple[tuple[str, str], ...]
    """Names that need no path, and the class paths they stand for."""
    core: tuple[str, ...]
    """Paths of the executor classes in core."""
    provided: tuple[tuple[str, str], ...] = ()
    """Paths of the executor classes in the providers read, and the distribution of each."""
    refused: tuple[str, ...] = ()
    """Those of ``provided`` that refuse to run with this version of Airflow."""
    providers: tuple[str, ...] = ()
    teams: bool = False
    """Whether ``…;team=…`` gives a team executors of its own."""
    named_aliases: bool = False
    """Whether the path after ``alias:`` may be a name, as ``LocalExecutor``."""

    def to_json(self) -> str:
        """Return the schema as text that :meth:`from_json` reads."""
        return json.dumps({"format": _FORMAT, **asdict(self)}, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the schema of such a text; raises :class:`ValueError` for any other."""
        try:
            data: dict[str, Any] = json.loads(text)
            if data.pop("format") != _FORMAT:
                raise ValueError("another format")
            for name in ("core", "refused", "providers"):
                data[name] = tuple(data[name])
            for name in ("names", "provided"):
                data[name] = tuple((first, second) for first, second in data[name])
            return cls(**data)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a stored executor schema: {error!r}") from error


def read_executors(
    core: Source | None = None, providers: Iterable[Source] | None = None
) -> ExecutorSchema:
    """Return the executors of an Airflow and of the providers given.

    The arguments are those of :func:`.commands_source.read_cli`.  Raises
    :class:`AirflowSourceError`.
    """
    airflow, extra = open_sources(core, providers)
    constants = _tree(airflow, _CONSTANTS)
    loader = _tree(airflow, _LOADER)
    texts = {
        target.id: node.value.value
        for node in ast.walk(constants)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    names = dict(_names(loader, texts))
    if not names:
        raise AirflowSourceError(
            f"{airflow.name} {airflow.version} has no executors that can be read; "
            "for Airflow 3 take apache-airflow-core"
        )
    provided, refused = {}, []
    for provider in extra:
        for path in provider_info(provider).get("executors", ()):
            module, _, name = str(path).rpartition(".")
            found = _class(_tree(provider, module), name)
            if found is not None:
                provided[str(path)] = provider.name
                if version_tuple(airflow.version) >= (3, 0) and _refuses(found):
                    refused.append(str(path))
    return ExecutorSchema(
        airflow.version,
        tuple(sorted(names.items())),
        tuple(sorted(_core_classes(airflow, names.values()))),
        tuple(sorted(provided.items())),
        tuple(sorted(refused)),
        tuple(sorted(provider.name for provider in extra)),
        teams=any(
            isinstance(node, ast.FunctionDef) and node.name == "_get_team_executor_configs"
            for node in ast.walk(loader)
        ),
        named_aliases=sum(map(_takes_class_of_name, ast.walk(loader))) > 1,
    )


def _tree(package: Package, module: str) -> ast.Module:
    try:
        return ast.parse(read_module(package, module) or "")
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])


def _names(loader: ast.Module, constants: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """Give what ``ExecutorLoader.executors`` says: names and class paths."""
    for node in ast.walk(loader):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or not isinstance(node.value, ast.Dict):
            continue
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
        if isinstance(target, ast.Name) and target.id == "executors":
            for key, value in zip(node.value.keys, node.value.values, strict=True):
                name = constants.get(key.id) if isinstance(key, ast.Name) else None
                if isinstance(name, str) and isinstance(value, ast.Constant):
                    yield name, str(value.value)


def _core_classes(airflow: Package, paths: Iterable[str]) -> Iterable[str]:
    """Give the paths of executor classes that core has, and those that it leads elsewhere."""
    modules = {path.rpartition(".")[0] for path in paths}
    for module in sorted({*modules, *_CORE_MODULES}):
        for node in _tree(airflow, module).body:
            if isinstance(node, ast.ClassDef) and node.name.endswith("Executor"):
                yield f"{module}.{node.name}"
    for node in _tree(airflow, "airflow.executors").body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__deprecated_classes":
            for module, names in _literal(node.value).items():
                yield from (
                    f"airflow.executors.{module}.{name}"
                    for name in names
                    if name.endswith("Executor")
                )


def _literal(node: ast.expr) -> dict[str, dict[str, str]]:
    try:
        found = ast.literal_eval(node)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _class(tree: ast.Module, name: str) -> ast.ClassDef | None:
    return next((n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name), None)


def _refuses(executor: ast.ClassDef) -> bool:
    """Whether its ``__init__`` raises at once where Airflow is 3.0 or newer."""
    for node in executor.body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            return any(
                isinstance(inner, ast.If)
                and "AIRFLOW_V_3_0_PLUS" in ast.unparse(inner.test)
                and isinstance(inner.body[0], ast.Raise)
                for inner in node.body
            )
    return False


def _takes_class_of_name(node: ast.AST) -> bool:
    """Whether it is ``ExecutorName(…, module_path=cls.executors[…])``."""
    if not isinstance(node, ast.Call) or ast.unparse(node.func) != "ExecutorName":
        return False
    return any(
        keyword.arg == "module_path" and isinstance(keyword.value, ast.Subscript)
        for keyword in node.keywords
    )


def check_executor(text: str, schema: ExecutorSchema) -> str | None:
    """Return what is wrong with a value of ``[core] executor``, or ``None``.

    That is a name, a class path, ``alias:path``, or several with commas between;
    where the version knows teams, also ``…;team=…``.  A path outside the package
    ``airflow`` is somebody's own code and let through.
    """
    groups = text.split(";")
    if len(groups) > 1 and not schema.teams:
        return f"Airflow {schema.version} knows no executors for teams; leave ';' out"
    teams = [_team(group) for group in groups]
    if schema.teams:
        named = [team for team, _ in teams]
        if "" not in named:
            return "there must be an executor for all teams; put one, and ';', first"
        if len(set(named)) < len(named):
            return "each team, and those for all teams, can be given once"
        if named[0]:
            return "the executors for all teams must come first"
    elif teams[0][0]:
        return f"Airflow {schema.version} knows no executors for teams; leave 'team=' out"
    for _, names in teams:
        found = []
        for part in names.split(","):
            path, message = _one(part.strip(), schema)
            if message is not None:
                return message
            if path in found:
                return f"'{part.strip()}' is there twice; Airflow takes each executor once"
            found.append(path)
    return None


def _team(group: str) -> tuple[str, str]:
    if "=" not in group or group.startswith("="):
        return "", group.strip("=")
    team, _, names = group.partition("=")
    return team, names


def _one(text: str, schema: ExecutorSchema) -> tuple[str, str | None]:
    """Return the class path that one executor stands for, and what is wrong with it."""
    alias, colon, name = text.rpartition(":")
    if not name:
        missing = f"nothing follows '{text}'; a class path does" if colon else "a name is missing"
        return "", f"{missing}: write an executor, as {_examples(schema)}"
    if ":" in alias:
        return "", f"'{text}' has two colons; write alias:path"
    if colon and not alias:
        return "", f"'{text}' has no alias before the colon; write alias:path, or {name}"
    names = dict(schema.names)
    if "." in name:
        return name, _path(name, schema)
    if name in names:
        if colon and not schema.named_aliases:
            path = names[name]
            message = f"Airflow {schema.version} wants a class path after the alias"
            return "", f"{message}: write {alias}:{path}, or {name}"
        path = names[name]
        return path, _path(path, schema) if path in schema.refused else None
    return "", _no_name(name, schema)


def _no_name(name: str, schema: ExecutorSchema) -> str:
    """Say why a name without dots is no executor."""
    airflow = f"Airflow {schema.version}"
    if name == _FOR_TESTS:
        return f"'{name}' is for Airflow's own tests; use {_examples(schema)}"
    if name in GONE:
        new, since = GONE[name]
        return f"{airflow} has no '{name}': it is gone since {since}; use '{new}'"
    paths = [path for path, _ in schema.provided if path.rpartition(".")[2] == name]
    if paths:
        return f"'{name}' is no name that {airflow} knows; write its class path, '{paths[0]}'"
    near = nearest(name, [known for known, _ in schema.names])
    hint = f" (did you mean '{near}'?)" if near else f"; it has {_examples(schema)}"
    return f"{airflow} has no executor '{name}'{hint}"


def _path(path: str, schema: ExecutorSchema) -> str | None:
    """Say what is wrong with a class path."""
    airflow = f"Airflow {schema.version}"
    if not _PATH.fullmatch(path):
        return f"'{path}' is no class path; write module.Class"
    name = path.rpartition(".")[2]
    if path in schema.refused:
        new, since = GONE.get(name, ("", "3.0"))
        instead = f"; use '{new}'" if new else ""
        return f"'{path}' does not run with {airflow}: it is gone since {since}{instead}"
    provided = dict(schema.provided)
    if not path.startswith("airflow.") or path in schema.core or path in provided:
        return None
    provider = next((dist for start, dist in PROVIDERS.items() if path.startswith(start)), "")
    if provider and provider not in schema.providers:
        return f"'{path}' needs {provider}, which was not read: {UNREAD}"
    if name in GONE and name not in dict(schema.names):
        return _no_name(name, schema)
    known = [*schema.core, *provided]
    near = next((other for other in known if other.rpartition(".")[2] == name), None)
    near = near or nearest(path, known)
    hint = f" (did you mean '{near}'?)" if near else ""
    where = f"{airflow}, and no provider that was read,"
    return f"{where} has no executor '{path}'{hint}"


def _examples(schema: ExecutorSchema) -> str:
    names: Sequence[str] = [name for name, _ in schema.names]
    return listed(names, "or")
