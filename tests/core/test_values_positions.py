"""Where keys, items and values of a text stand."""

from __future__ import annotations

from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.source import SourceText
from sphinx_airflow_prod.core.values import format_path, parse
from tests.core.samples import layout

TEXT = """
    scheduler:
      replicas: 2
      env:
        - name: A
          value: x
        - {name: B, "value": y}
    labels: {}
    """


def place(span: Span | None) -> tuple[int, int] | None:
    return None if span is None else (span.line, span.column)


def test_a_key_stands_where_its_first_character_is() -> None:
    found = layout(TEXT)
    assert place(found.key_span(("scheduler",))) == (1, 1)
    assert place(found.key_span(("scheduler", "replicas"))) == (2, 3)
    assert place(found.key_span(("scheduler", "env", 0, "value"))) == (5, 7)
    assert place(found.key_span(("scheduler", "env", 1, "value"))) == (6, 17)


def test_an_item_stands_where_its_value_begins() -> None:
    found = layout(TEXT)
    assert place(found.key_span(("scheduler", "env", 0))) == (4, 7)
    assert place(found.key_span(("scheduler", "env", 1))) == (6, 7)


def test_a_value_has_a_place_of_its_own() -> None:
    assert place(layout(TEXT).value_span(("scheduler", "replicas"))) == (2, 13)


def test_what_is_not_in_the_text_has_no_place_but_its_nearest_ancestor_has() -> None:
    found = layout(TEXT)
    path = ("scheduler", "env", 7, "name")
    assert path not in found
    assert found.key_span(path) is None
    assert found.value_span(path) is None
    assert place(found.span(path)) == (3, 3)
    assert place(found.span(("nowhere",))) == (1, 1)


def test_leaves_are_scalars_and_empty_collections() -> None:
    assert list(layout(TEXT).leaves()) == [
        ("scheduler", "replicas"),
        ("scheduler", "env", 0, "name"),
        ("scheduler", "env", 0, "value"),
        ("scheduler", "env", 1, "name"),
        ("scheduler", "env", 1, "value"),
        ("labels",),
    ]


def test_places_are_those_of_the_document_that_holds_the_text() -> None:
    origins = (Span("guide.rst", 12, 7), Span("included.txt", 3, 4))
    found = parse(SourceText("a:\n  b: 1", origins))
    assert found.key_span(("a", "b")) == Span("included.txt", 3, 6)


def test_keys_are_named_as_helm_reads_them() -> None:
    found = layout("yes: {0644: 1}\n1.50: a\n")
    assert set(found.paths()) == {(), ("true",), ("true", "420"), ("1.5",)}


def test_merged_keys_stand_in_the_mapping_that_has_the_anchor() -> None:
    found = layout("""
        a: &defaults
          cpu: 1
        b:
          <<: *defaults
          memory: 2
        c: *defaults
        """)
    assert place(found.key_span(("b", "cpu"))) == (2, 3)
    assert place(found.key_span(("b", "memory"))) == (5, 3)
    assert place(found.key_span(("c",))) == (6, 1)
    assert place(found.key_span(("c", "cpu"))) == (2, 3)


def test_wide_characters_and_tabs_count_as_one_column() -> None:
    found = layout('{"ключ 😀": 1, b:\t2}')
    assert place(found.key_span(("b",))) == (1, 15)
    assert place(found.value_span(("b",))) == (1, 18)


def test_a_scalar_is_known_as_written() -> None:
    found = layout('a: "yes"\nb: yes\nc: {}\n')
    assert found.raw(("a",)) == '"yes"'
    assert found.raw(("b",)) == "yes"
    assert found.raw(("c",)) is None


def test_paths_are_written_as_authors_write_them() -> None:
    assert format_path(("workers", "env", 0, "name")) == "workers.env[0].name"
    assert format_path(("annotations", "a.b/c")) == "annotations['a.b/c']"
