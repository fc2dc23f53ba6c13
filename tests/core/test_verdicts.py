"""Verdicts on disk: what is put in comes out, and nothing on disk can break a build."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinx_airflow_prod.core import verdicts as module
from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Severity, Span
from sphinx_airflow_prod.core.outcome import Status
from sphinx_airflow_prod.core.verdicts import Verdict, Verdicts

DIAGNOSTIC = Diagnostic(
    Code.UNKNOWN_KEY, "größer: 'a'\nand more", Span("/a b.rst", 3, 4), Severity.WARNING
)
VERDICT: Verdict = (Status.FAILED, (DIAGNOSTIC,), 2)
PASSED: Verdict = (Status.PASSED, (), 0)


def stored(folder: Path, **verdicts: Verdict) -> Path:
    """Write verdicts and return their file."""
    keeper = Verdicts(folder)
    for fingerprint, verdict in verdicts.items():
        keeper.put(fingerprint, verdict)
    keeper.save()
    (file,) = folder.iterdir()
    return file


def test_what_was_put_is_there_for_the_next_build(tmp_path: Path) -> None:
    stored(tmp_path, a=VERDICT)
    assert Verdicts(tmp_path).get("a") == VERDICT


@given(
    st.sampled_from(Status),
    st.lists(
        st.builds(
            Diagnostic,
            st.sampled_from(Code),
            st.text(),
            st.builds(Span, st.text(), st.integers(0), st.integers(0)),
            st.sampled_from(Severity),
        ),
        max_size=3,
    ).map(tuple),
    st.integers(0, 99),
)
def test_every_verdict_survives(
    status: Status, diagnostics: tuple[Diagnostic, ...], unchecked: int
) -> None:
    entry = json.loads(json.dumps(module._encode((status, diagnostics, unchecked))))
    assert module._decode(entry) == (status, diagnostics, unchecked)


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    assert Verdicts(tmp_path).get("a") is None


def test_without_a_folder_verdicts_last_as_long_as_the_evaluation() -> None:
    keeper = Verdicts(None)
    keeper.put("a", VERDICT)
    keeper.save()
    assert keeper.get("a") == VERDICT


def test_nothing_is_written_before_saving_and_where_nothing_is_new(tmp_path: Path) -> None:
    keeper = Verdicts(tmp_path / "cache")
    keeper.get("a")
    keeper.save()
    assert not (tmp_path / "cache").exists()
    keeper.put("a", VERDICT)
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"3", b"\xff\xfe", b'{"a": ' * 10_000, b'{"a": null}', b"null"],
    ids=["empty", "cut", "list", "number", "binary", "deep", "null-entry", "null"],
)
def test_a_broken_file_counts_as_empty_and_is_replaced(tmp_path: Path, content: bytes) -> None:
    file = stored(tmp_path, a=VERDICT)
    file.write_bytes(content)
    keeper = Verdicts(tmp_path)
    assert keeper.get("a") is None
    keeper.put("b", PASSED)
    keeper.save()
    assert Verdicts(tmp_path).get("b") == PASSED


@pytest.mark.parametrize(
    "entry",
    [
        3,
        [],
        {},
        {"status": "excellent", "diagnostics": [], "unchecked": 0},
        {"status": "passed", "diagnostics": [["helm.gone", "", "error", "", 0, 0]], "unchecked": 0},
        {"status": "passed", "diagnostics": [["helm.yaml"]], "unchecked": 0},
        {"status": "passed", "diagnostics": [[["x"], "", "error", "", 0, 0]], "unchecked": 0},
        {"status": "passed", "diagnostics": []},
    ],
    ids=str,
)
def test_an_entry_of_another_version_is_none(tmp_path: Path, entry: object) -> None:
    file = stored(tmp_path, a=VERDICT)
    file.write_text(json.dumps({"a": entry}), "utf-8")
    assert Verdicts(tmp_path).get("a") is None


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    in_the_way = tmp_path / "cache"
    in_the_way.write_text("no folder", "utf-8")
    keeper = Verdicts(in_the_way)
    keeper.put("a", VERDICT)
    keeper.save()
    assert keeper.get("a") == VERDICT


def test_of_two_writers_one_wins_and_the_file_is_whole(tmp_path: Path) -> None:
    one, two = Verdicts(tmp_path), Verdicts(tmp_path)
    for keeper, name in ((one, "a"), (two, "b")):
        keeper.get(name)
        keeper.put(name, VERDICT)
    one.save()
    two.save()
    (file,) = tmp_path.iterdir()
    assert list(json.loads(file.read_text("utf-8"))) == ["b"]


def test_a_crash_while_writing_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(tmp_path, a=VERDICT)

    def interrupted(*_arguments: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(json, "dump", interrupted)
    keeper = Verdicts(tmp_path)
    keeper.put("b", PASSED)
    with pytest.raises(KeyboardInterrupt):
        keeper.save()
    assert len(list(tmp_path.iterdir())) == 1
    assert Verdicts(tmp_path).get("a") == VERDICT


def test_the_verdicts_used_last_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_KEPT", 2)
    keeper = Verdicts(tmp_path)
    keeper.put("a", PASSED)
    keeper.put("b", PASSED)
    assert keeper.get("a") == PASSED
    keeper.put("c", PASSED)
    keeper.save()
    kept = Verdicts(tmp_path)
    assert [name for name in "abc" if kept.get(name)] == ["a", "c"]
