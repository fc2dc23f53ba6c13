"""The same sources give the same bytes, however the work is divided, and builds do not collide."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.sphinx_ext.conftest import CONF
from tests.sphinx_ext.site import SHOP, Build, Site, page, values

VARYING = {".buildinfo", ".buildinfo.bak"}
"""Nothing else of Sphinx' own varies."""


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve pages: more than Sphinx needs to divide its work, also for four processes."""
    source = tmp_path_factory.mktemp("parallel")
    site = Site(source, source, {})
    names = [f"page-{number}" for number in range(12)]
    site.write("conf.py", CONF)
    site.write("index.rst", page(".. toctree::\n\n" + "".join(f"   {n}\n" for n in names)))
    for number, name in enumerate(names):
        workers = ", ".join(f"w{i}" for i in range(number % 4))
        site.write(
            f"{name}.rst",
            page(
                values(f"replicas: {number % 8 + 2}\nworkers: [{workers}]", f"name: e{number}"),
                values(f"config:\n  n: '{number}'", f"extends: e{number}", "tabs: changes, values"),
                values("replcas: 1") if number == 7 else "",
                title=name,
            ),
        )
    return source


def build(sources: Path, work: Path, *arguments: str, seed: str = "0") -> Build:
    site = Site(sources, work, {"helm_chart": str(SHOP)})
    done = site.run(*arguments, env={"PYTHONHASHSEED": seed}, timeout=100)
    assert done.exit_status == 0, done.stderr
    return done


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in VARYING
    }


@pytest.fixture(scope="module")
def serial(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    return build(sources, tmp_path_factory.mktemp("serial"), "-j1")


@pytest.mark.skipif(sys.platform == "win32", reason="Sphinx does not fork there")
@pytest.mark.parametrize("seed", ["0", "4711"])
def test_four_processes_write_what_one_does(
    sources: Path, serial: Build, tmp_path: Path, seed: str
) -> None:
    parallel = build(sources, tmp_path, "-j4", seed=seed)
    assert parallel.warnings == serial.warnings
    assert parallel.summary == serial.summary
    expected, found = tree(serial.out), tree(parallel.out)
    assert sorted(found) == sorted(expected)
    assert [name for name in expected if found[name] != expected[name]] == []


@pytest.mark.skipif(sys.platform == "win32", reason="Sphinx does not fork there")
def test_a_page_that_a_parallel_build_reads_again_keeps_the_others(
    sources: Path, tmp_path: Path
) -> None:
    first = build(sources, tmp_path, "-j4")
    path = sources / "page-3.rst"
    path.write_text(path.read_text("utf-8") + "\nMore.\n", "utf-8")
    second = build(sources, tmp_path, "-j4")
    assert second.read == {"page-3"}
    assert second.summary.partition(",")[0] == first.summary.partition(",")[0] == "25 examples"


def test_builds_at_the_same_time_share_a_cache(
    sources: Path, serial: Build, tmp_path: Path
) -> None:
    sites = [
        Site(sources, tmp_path / name, {
            "helm_chart": str(SHOP), "helm_cache_dir": str(tmp_path / "cache"),
        })
        for name in ("a", "b")
    ]  # fmt: skip
    running = [
        subprocess.Popen(site.command(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for site in sites
    ]
    for process in running:
        _, errors = process.communicate(timeout=100)
        assert process.returncode == 0, errors
        assert errors.count(b"WARNING") == 1
    assert tree(sites[0].work / "html") == tree(sites[1].work / "html")
