"""A key that stands twice in one mapping is reported at the later one."""

from __future__ import annotations

from tests.core.samples import layout, mistakes


def test_the_later_key_is_reported_and_the_first_named() -> None:
    assert mistakes("a: 1\nb: 2\na: 3\n") == [
        "3:1: key 'a' stands twice in this mapping; Helm takes the last (first at line 1) "
        "[helm.duplicate-key]"
    ]


def test_each_repetition_is_one_diagnostic() -> None:
    assert len(mistakes("a: 1\na: 2\na: 3\n")) == 2


def test_nested_and_flow_mappings_are_looked_at() -> None:
    said = mistakes("x:\n  - {a: 1, a: 2}\n  - b:\n      c: 1\n      c: 2\n")
    assert [message.partition(": ")[0] for message in said] == ["2:12", "5:7"]


def test_the_same_key_in_two_mappings_is_no_duplicate() -> None:
    assert mistakes("x: {a: 1}\ny: {a: 1}\n") == []


def test_keys_count_as_helm_reads_them() -> None:
    (said,) = mistakes("true: 1\nyes: 2\n")
    assert "key 'yes' (which Helm reads as 'true') stands twice" in said


def test_keys_that_a_merge_brings_may_be_overridden() -> None:
    assert mistakes("a: &x {b: 1}\nc:\n  <<: *x\n  b: 2\n") == []


def test_a_merge_that_overrides_a_key_before_it_is_reported() -> None:
    (said,) = mistakes("a: &x {b: 1}\nc:\n  b: 2\n  <<: *x\n")
    assert said.startswith("4:3: '<<' overrides the key 'b' before it (line 3)")


def test_helm_can_be_asked_all_the_same() -> None:
    assert layout("a: 1\na: 2\n").readable


def test_lines_are_those_of_the_document() -> None:
    from sphinx_airflow_prod.core.diagnostics import Span
    from sphinx_airflow_prod.core.source import SourceText
    from sphinx_airflow_prod.core.values import parse

    origins = (Span("guide.rst", 40, 4), Span("guide.rst", 41, 4))
    (found,) = parse(SourceText("a: 1\na: 2", origins)).diagnostics
    assert found.span == Span("guide.rst", 41, 4)
    assert "first at line 40" in found.message
