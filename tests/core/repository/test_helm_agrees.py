"""Helm itself as the judge: its index is read, and it pulls what we pull."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.chart_repository import Repository, shop
from tests.core.repository.conftest import Client


def helm(*arguments: str, home: Path) -> str:
    """Run Helm with settings of its own."""
    binary = shutil.which("helm")
    if binary is None:
        pytest.skip("there is no helm binary on the PATH to compare with")
    folders = {f"HELM_{kind}_HOME": str(home) for kind in ("CACHE", "CONFIG", "DATA")}
    command = [binary, *arguments]
    return subprocess.run(
        command, env=folders, check=True, capture_output=True, text=True, timeout=60
    ).stdout


@pytest.mark.parametrize("form", ["relative", "absolute", "json"])
def test_an_index_made_by_helm_is_read(client: Client, tmp_path: Path, form: str) -> None:
    folder = tmp_path / "charts"
    folder.mkdir()
    archive = folder / "shop-1.2.3.tgz"
    archive.write_bytes(shop().archive)
    options = {"absolute": ["--url", client.repository.url], "json": ["--json"]}.get(form, [])
    helm("repo", "index", str(folder), *options, home=tmp_path)
    client.repository.put("index.yaml", (folder / "index.yaml").read_bytes())
    client.repository.put("shop-1.2.3.tgz", archive.read_bytes())
    assert client.fetch().path.read_bytes() == archive.read_bytes()


def test_helm_pulls_the_same_archive(
    client: Client, repository: Repository, tmp_path: Path
) -> None:
    repository.publish(shop())
    words = ["pull", "shop", "--repo", repository.url, "--version", "1.2.3", "-d", str(tmp_path)]
    helm(*words, home=tmp_path / "helm")
    pulled = client.fetch()
    assert pulled.path.read_bytes() == (tmp_path / "shop-1.2.3.tgz").read_bytes()
    assert pulled.source.helm_pull.split()[1:] == words[:-2]
