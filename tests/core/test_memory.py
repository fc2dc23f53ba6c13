"""What is remembered is there for the next build, and nothing on disk can break a build."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sphinx_airflow_prod.core import memory as module
from sphinx_airflow_prod.core.memory import Memory

ENTRY = {"größer": [1, "a"]}
OTHER = "other"


def stored(folder: Path, **entries: object) -> Path:
    """Write entries and return their file."""
    keeper = Memory(folder)
    for key, entry in entries.items():
        keeper.put(key, entry)
    keeper.save()
    (file,) = folder.iterdir()
    return file


def test_what_was_put_is_there_for_the_next_build(tmp_path: Path) -> None:
    stored(tmp_path, a=ENTRY)
    assert Memory(tmp_path).get("a") == ENTRY


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    assert Memory(tmp_path).get("a") is None


def test_without_a_folder_entries_last_as_long_as_the_evaluation() -> None:
    keeper = Memory(None)
    keeper.put("a", ENTRY)
    keeper.save()
    assert keeper.get("a") == ENTRY


def test_nothing_is_written_before_saving_and_where_nothing_is_new(tmp_path: Path) -> None:
    keeper = Memory(tmp_path / "cache")
    keeper.get("a")
    keeper.save()
    assert not (tmp_path / "cache").exists()
    keeper.put("a", ENTRY)
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"3", b"\xff\xfe", b'{"a": ' * 10_000, b'{"a": null}', b"null"],
    ids=["empty", "cut", "list", "number", "binary", "deep", "null-entry", "null"],
)
def test_a_broken_file_counts_as_empty_and_is_replaced(tmp_path: Path, content: bytes) -> None:
    file = stored(tmp_path, a=ENTRY)
    file.write_bytes(content)
    keeper = Memory(tmp_path)
    assert keeper.get("a") is None
    keeper.put("b", OTHER)
    keeper.save()
    assert Memory(tmp_path).get("b") == OTHER


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    in_the_way = tmp_path / "cache"
    in_the_way.write_text("no folder", "utf-8")
    keeper = Memory(in_the_way)
    keeper.put("a", ENTRY)
    keeper.save()
    assert keeper.get("a") == ENTRY


def test_of_two_writers_one_wins_and_the_file_is_whole(tmp_path: Path) -> None:
    one, two = Memory(tmp_path), Memory(tmp_path)
    for keeper, name in ((one, "a"), (two, "b")):
        keeper.get(name)
        keeper.put(name, ENTRY)
    one.save()
    two.save()
    (file,) = tmp_path.iterdir()
    assert list(json.loads(file.read_text("utf-8"))) == ["b"]


def test_a_crash_while_writing_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(tmp_path, a=ENTRY)

    def interrupted(*_arguments: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(json, "dump", interrupted)
    keeper = Memory(tmp_path)
    keeper.put("b", OTHER)
    with pytest.raises(KeyboardInterrupt):
        keeper.save()
    assert len(list(tmp_path.iterdir())) == 1
    assert Memory(tmp_path).get("a") == ENTRY


def test_the_entries_used_last_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_KEPT", 2)
    keeper = Memory(tmp_path)
    keeper.put("a", OTHER)
    keeper.put("b", OTHER)
    assert keeper.get("a") == OTHER
    keeper.put("c", OTHER)
    keeper.save()
    kept = Memory(tmp_path)
    assert [name for name in "abc" if kept.get(name)] == ["a", "c"]
