"""Verdicts outlast a build as they were, and what is no verdict counts as none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinx_airflow_prod.core import verdicts as module
from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Severity, Span
from sphinx_airflow_prod.core.memory import Memory
from sphinx_airflow_prod.core.outcome import Status
from sphinx_airflow_prod.core.verdicts import Verdict, Verdicts

DIAGNOSTIC = Diagnostic(
    Code.UNKNOWN_KEY, "größer: 'a'\nand more", Span("/a b.rst", 3, 4), Severity.WARNING
)
VERDICT: Verdict = (Status.FAILED, (DIAGNOSTIC,), 2)


def test_what_was_put_is_there_for_the_next_build(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    Verdicts(memory).put("a", VERDICT)
    memory.save()
    assert Verdicts(Memory(tmp_path)).get("a") == VERDICT


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


def test_what_is_not_there_is_none() -> None:
    assert Verdicts(Memory(None)).get("a") is None


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
def test_an_entry_of_another_version_is_none(entry: object) -> None:
    memory = Memory(None)
    memory.put("a", entry)
    assert Verdicts(memory).get("a") is None
