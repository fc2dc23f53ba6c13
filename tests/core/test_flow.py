"""Values in one line: short, and what Helm reads them as."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sphinx_airflow_prod.core.flow import flow
from tests.core.helm_oracle import Oracle

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | st.text(max_size=8)
    | st.sampled_from(["yes", "0644", "1e3", "null", "~", "a: b", "- a", "#x", "1:30", "*", "="]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner,
                                                                 max_size=3),
    max_leaves=6,
)  # fmt: skip


@settings(deadline=None)
@given(VALUES)
def test_helm_reads_what_is_shown_as_the_same_value(oracle: Oracle, value: Any) -> None:
    assert oracle.read(f"value: {flow(value)}") == {"value": value}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "null"), (True, "true"), (3.0, "3"), (0.5, "0.5"), ("", '""'), ({}, "{}"),
        ([], "[]"), ("CeleryExecutor", "CeleryExecutor"), ("100Mi", "100Mi"), ("1.0", '"1.0"'),
        ("yes", '"yes"'), ("2.9.1", "2.9.1"), ("0 0 * * *", "0 0 * * *"), ("*/5 *", '"*/5 *"'),
        ("a: b", '"a: b"'), ("two\nlines", r'"two\nlines"'), ("{{ .Release.Name }}",
         '"{{ .Release.Name }}"'), ({"cpu": "100m", "limits": [1.0, "a,b"]},
         '{cpu: 100m, limits: [1, "a,b"]}'), ("https://example.org", "https://example.org"),
    ],
)  # fmt: skip
def test_a_value_is_shown_as_one_would_write_it(value: Any, shown: str) -> None:
    assert flow(value) == shown
