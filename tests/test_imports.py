"""Imports go one way: core, then markup, then the adapters, which do not know each other.

Read from the source by ``ast``, those inside functions and for types too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "sphinx_airflow_prod"
MODULES = sorted(PACKAGE.rglob("*.py"))
ADAPTERS = ("sphinx_ext", "sybil_ext", "cli")


def name_of(path: Path) -> str:
    """Return the dotted name of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> set[str]:
    """Return the dotted names of all that a module imports."""
    return set(_imports(ast.parse(path.read_text("utf-8")), name_of(path), path))


def _imports(tree: ast.Module, name: str, path: Path) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
                kept = package[: len(package) - node.level + 1]
                base = ".".join([*kept, base]).rstrip(".")
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            (first, *_) = node.args
            yield str(first.value) if isinstance(first, ast.Constant) else "?"


def offenders(folder: str, *forbidden: str, but_for: tuple[str, ...] = ()) -> list[str]:
    """Return which modules below *folder* import what is forbidden to them."""
    return [
        f"{name_of(path)} imports {imported}"
        for path in MODULES
        if path.is_relative_to(PACKAGE / folder)
        and path.relative_to(PACKAGE).as_posix() not in but_for
        for imported in sorted(imports_of(path))
        if any(imported == name or imported.startswith(f"{name}.") for name in forbidden)
    ]


def own(*folders: str) -> list[str]:
    return [f"sphinx_airflow_prod.{folder}" for folder in folders]


@pytest.mark.parametrize("folder", ["core", "airflow"])
def test_the_core_knows_no_document_and_no_adapter(folder: str) -> None:
    assert not offenders(
        folder, "sphinx", "sphinx_tabs", "docutils", "myst_parser", "sybil", "pytest", "_pytest",
        *own("markup", *ADAPTERS),
    )  # fmt: skip


def test_markup_knows_docutils_and_myst_but_no_adapter() -> None:
    assert not offenders(
        "markup", "sphinx", "sphinx_tabs", "sybil", "pytest", "_pytest", *own(*ADAPTERS)
    )


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_adapters_do_not_know_each_other(adapter: str) -> None:
    assert not offenders(adapter, *own(*(other for other in ADAPTERS if other != adapter)))


@pytest.mark.parametrize("folder", ["core", "airflow", "markup", "sybil_ext", "cli"])
def test_only_the_sphinx_adapter_imports_sphinx(folder: str) -> None:
    assert not offenders(folder, "sphinx", "sphinx_tabs")


@pytest.mark.parametrize("folder", ["core", "airflow", "markup", "sphinx_ext", "cli"])
def test_only_the_sybil_adapter_imports_sybil_and_pytest(folder: str) -> None:
    assert not offenders(folder, "sybil", "pytest", "_pytest")


def test_only_one_module_knows_sphinx_tabs() -> None:
    assert not offenders("", "sphinx_tabs", but_for=("sphinx_ext/tabs.py",))


def test_only_rendering_starts_processes() -> None:
    starters = ("subprocess", "multiprocessing", "concurrent.futures", "os.fork", "os.system",
                "os.popen", "os.posix_spawn", "pty")  # fmt: skip
    rendering = tuple(
        path.relative_to(PACKAGE).as_posix() for path in (PACKAGE / "core/render").rglob("*.py")
    )
    assert not offenders("", *starters, but_for=rendering)


@pytest.mark.parametrize("call", ["os.fork(", "os.system(", "os.popen(", "os.spawn", "os.exec"])
def test_no_module_starts_a_process_by_os(call: str) -> None:
    assert [name_of(path) for path in MODULES if call in path.read_text("utf-8")] == []


def test_only_the_worker_imports_the_embedded_engine() -> None:
    assert not offenders("", "helm_python", but_for=("core/render/worker.py",))


def test_what_runs_in_every_pytest_is_light() -> None:
    heavy = ("sphinx", "docutils", "sybil", "yaml", "ruamel", "jsonschema_rs")
    plugin = ast.parse((PACKAGE / "sybil_ext" / "plugin.py").read_text("utf-8"))
    at_once = [node for node in plugin.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = [ast.unparse(node).split()[1] for node in at_once]
    assert not [name for name in names if name.split(".")[0] in heavy]


def test_the_reader_of_imports_sees_all_of_them(tmp_path: Path) -> None:
    module = PACKAGE / "core" / "made_up.py"
    tree = ast.parse(
        "import a.b\nfrom . import c\nfrom ..markup import d\n"
        "def f():\n    import e\n    import_module('g')\n"
    )
    assert set(_imports(tree, name_of(module), module)) == {
        "a.b", "sphinx_airflow_prod.core.c", "sphinx_airflow_prod.markup.d", "e", "g",
    }  # fmt: skip
