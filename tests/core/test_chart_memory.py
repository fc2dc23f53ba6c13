"""A chart that has not changed is known without being read; one that has is read again."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sphinx_airflow_prod.core import chart_memory as module
from sphinx_airflow_prod.core.chart import Chart, ChartError, load_chart
from sphinx_airflow_prod.core.chart_memory import recall_chart
from sphinx_airflow_prod.core.memory import Memory
from sphinx_airflow_prod.core.stamps import SETTLED, stamp

CHART_YAML = "apiVersion: v2\nname: demo\nversion: 1.2.3\nappVersion: 1.10\n"


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tests' new files count as old ones: what is young is never trusted."""
    now = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() + 2 * SETTLED)


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    """A chart in a folder."""
    folder = tmp_path / "demo"
    (folder / "templates").mkdir(parents=True)
    (folder / "Chart.yaml").write_text(CHART_YAML)
    (folder / "values.yaml").write_text("x: 1\n")
    (folder / "templates" / "a.yaml").write_text("a: {{ .Values.x }}\n")
    return folder


def packed(folder: Path) -> Path:
    """Pack a chart beside its folder."""
    archive = folder.with_suffix(".tgz")
    archive.write_bytes(load_chart(folder).archive)
    return archive


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The charts that were really read, in order."""
    read: list[Path] = []

    def load(path: Path) -> Chart:
        read.append(path)
        return load_chart(path)

    monkeypatch.setattr(module, "load_chart", load)
    return read


@pytest.mark.parametrize("form", [lambda folder: folder, packed], ids=["folder", "archive"])
def test_an_unchanged_chart_is_the_same_and_not_read(
    chart: Path, form: Callable[[Path], Path], loads: list[Path]
) -> None:
    path, memory = form(chart), Memory(None)
    first = recall_chart(path, memory)
    loads.clear()
    second = recall_chart(path, memory)
    assert second == first
    assert (second.name, second.version, second.app_version) == ("demo", "1.2.3", "1.1")
    assert loads == []
    assert dict(second.files) == dict(first.files)
    assert second.metadata["apiVersion"] == "v2"
    assert loads == [path]


def test_it_outlasts_the_process(chart: Path, tmp_path: Path, loads: list[Path]) -> None:
    memory = Memory(tmp_path / "cache")
    first = recall_chart(chart, memory)
    memory.save()
    loads.clear()
    assert recall_chart(chart, Memory(tmp_path / "cache")) == first
    assert loads == []


def _edit(chart: Path) -> None:
    (chart / "values.yaml").write_text("x: 2\n")


def _edit_and_keep_time(chart: Path) -> None:
    before = (chart / "values.yaml").stat()
    _edit(chart)
    os.utime(chart / "values.yaml", ns=(before.st_atime_ns, before.st_mtime_ns))


def _add(chart: Path) -> None:
    (chart / "templates" / "b.yaml").write_text("b: 1\n")


def _remove(chart: Path) -> None:
    (chart / "templates" / "a.yaml").unlink()


def _rename(chart: Path) -> None:
    (chart / "templates" / "a.yaml").rename(chart / "templates" / "b.yaml")


@pytest.mark.parametrize(
    "change", [_edit, _edit_and_keep_time, _add, _remove, _rename], ids=lambda f: f.__name__
)
def test_a_changed_chart_is_another(chart: Path, change: Callable[[Path], None]) -> None:
    memory = Memory(None)
    before = recall_chart(chart, memory)
    change(chart)
    after = recall_chart(chart, memory)
    assert after == load_chart(chart)
    assert after != before


def test_a_replaced_archive_of_the_same_size_is_another(chart: Path) -> None:
    archive, memory = packed(chart), Memory(None)
    before = recall_chart(archive, memory)
    (chart / "values.yaml").write_text("x: 2\n")
    status = archive.stat()
    packed(chart)
    os.utime(archive, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert recall_chart(archive, memory) != before


def test_a_chart_that_changed_just_now_is_not_trusted(
    chart: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    assert stamp(chart) is None


def test_a_folder_with_links_is_always_read(chart: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_text("y: 1\n")
    (chart / "templates" / "b.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    memory = Memory(None)
    before = recall_chart(chart, memory)
    (tmp_path / "elsewhere.yaml").write_text("y: 2\n")
    assert recall_chart(chart, memory) != before


def test_a_chart_that_is_gone_is_missed(chart: Path) -> None:
    memory = Memory(None)
    recall_chart(chart, memory)
    shutil.rmtree(chart)
    with pytest.raises(ChartError, match="there is no chart at"):
        recall_chart(chart, memory)


def test_one_that_changes_while_it_is_in_use_is_refused(chart: Path) -> None:
    memory = Memory(None)
    recall_chart(chart, memory)
    recalled = recall_chart(chart, memory)
    _edit(chart)
    with pytest.raises(ChartError, match="was changed while it was in use"):
        len(recalled.files)


def test_nonsense_in_the_memory_is_nothing(chart: Path) -> None:
    memory = Memory(None)
    first = recall_chart(chart, memory)
    for entry in (3, {"stamp": stamp(chart)}, {"stamp": stamp(chart), "name": 3}):
        memory.put(f"chart 1 {chart}", entry)
        assert recall_chart(chart, memory) == first
