"""Choosing an engine costs nothing and, where there is none, says how to get one."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from sphinx_airflow_prod.core.render import open_engine
from sphinx_airflow_prod.core.render.base import EngineUnavailable, Failure, ReadValues


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "helm_python" else find(name)
    )
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize("setting", ["auto", "embedded", "helm", "/nowhere/helm"])
def test_the_message_names_both_ways(setting: str) -> None:
    with pytest.raises(EngineUnavailable) as caught:
        open_engine(setting)
    assert 'pip install "sphinx-airflow-prod[embedded]"' in str(caught.value)
    assert "install a helm binary" in str(caught.value)


@pytest.mark.usefixtures("nothing_installed")
def test_auto_takes_a_binary_where_nothing_is_embedded(tmp_path: Path) -> None:
    (tmp_path / "helm").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "helm").chmod(0o755)
    assert open_engine().name == "helm"


def test_a_binary_that_is_no_helm_is_an_answer(tmp_path: Path) -> None:
    (tmp_path / "helm").write_text("#!/bin/sh\necho no >&2\nexit 1\n")
    (tmp_path / "helm").chmod(0o755)
    engine = open_engine(str(tmp_path / "helm"))
    (found,) = engine.run([ReadValues("a: 1")])
    assert isinstance(found, Failure)
    assert found.kind == "engine"
    assert "no helm binary that works" in found.message
    engine.close()


def test_helm_hangs_are_stopped(tmp_path: Path) -> None:
    (tmp_path / "helm").write_text(
        "#!/bin/sh\ncase $1 in version) echo v9.9.9;; *) sleep 60;; esac\n"
    )
    (tmp_path / "helm").chmod(0o755)
    engine = open_engine(str(tmp_path / "helm"), timeout=1)
    (found,) = engine.run([ReadValues("a: 1")])
    assert engine.version == "v9.9.9"
    assert found == Failure("timeout", "Helm was still rendering after 1 s and was stopped")
    engine.close()


def test_opening_imports_neither_helm_nor_what_only_rendering_needs() -> None:
    if importlib.util.find_spec("helm_python") is None:
        pytest.skip("the extra [embedded] is not installed")
    script = (
        "import json, sys\n"
        "from sphinx_airflow_prod.core.render import open_engine\n"
        "engine = open_engine('embedded')\n"
        "print(json.dumps([engine.name, engine.version, list(sys.modules)]))\n"
    )
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout
    name, version, modules = json.loads(output)
    assert (name, version[:2]) == ("embedded", "v4")
    heavy = {"yaml", "ctypes", "tarfile", "helm_python"}
    heavy |= {f"sphinx_airflow_prod.core.render.{part}" for part in ("pool", "prepare", "errors")}
    assert heavy.isdisjoint(modules)


def test_a_worker_imports_little() -> None:
    script = "import sys, sphinx_airflow_prod.core.render.worker; print(*sys.modules)"
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout
    assert {"yaml", "sphinx", "tarfile", "dataclasses", "subprocess"}.isdisjoint(
        output.decode().split()
    )
