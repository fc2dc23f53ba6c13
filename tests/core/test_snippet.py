"""The grammar: every option of every directive, with what it takes and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinx_airflow_prod.core import options as readers
from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.selectors import Selector
from sphinx_airflow_prod.core.snippet import (
    DIRECTIVES,
    AirflowSnippet,
    ManifestSnippet,
    SecretSnippet,
    ValuesSnippet,
    read_snippet,
    with_blocks,
)
from sphinx_airflow_prod.core.source import SourceText
from tests.core.directives import raw, said, values

TEXT = {"  some text ": "some text"}
NAMES = {"a": ("a",), "a, b c": ("a", "b", "c"), "a,\nb": ("a", "b")}
LINES = {"3": (3,), "1,3-5": (1, 3, 4, 5), "2-2": (2,), "1 2": (1, 2)}
FLAG = {"": True, "  ": True}

GOOD: dict[str, dict[str, dict[str, Any]]] = {
    "helm:values": {
        "name": TEXT,
        "caption": TEXT,
        "file": {"gone.yaml": "gone.yaml"},
        "chart": {"1.10": "1.10"},
        "extends": NAMES,
        "release": {"a": "a", "my-release-2": "my-release-2", "x" * 53: "x" * 53},
        "namespace": {"0": "0"},
        "kube-version": {"1.30": "1.30", "v1.30.1": "v1.30.1", "1.29.0-eks-1": "1.29.0-eks-1"},
        "api-versions": {"a/v1, b.c/v1/Kind": ("a/v1", "b.c/v1/Kind")},
        "show": {
            "Deployment/a": (Selector("Deployment", "a"),),
            "*/a*,\nService/b#spec.ports": (
                Selector("*", "a*"),
                Selector("Service", "b", "spec.ports"),
            ),
        },
        "tabs": {"manifests": ("manifests",), "changes, values": ("changes", "values")},
        "full": FLAG,
        "fails": {"must be (at most|below) 9": "must be (at most|below) 9", "[[a]": "[[a]"},
        "no-render": FLAG,
        "no-effect": FLAG,
        "skip": TEXT,
        "emphasize-lines": LINES,
        "linenos": FLAG,
        "class": NAMES,
    },
    "helm:manifest": {
        "name": TEXT,
        "caption": TEXT,
        "of": TEXT,
        "exact": FLAG,
        "absent": FLAG,
        "same-as-default": FLAG,
        "skip": TEXT,
        "emphasize-lines": LINES,
        "linenos": FLAG,
        "class": NAMES,
    },
    "helm:secret": {
        "name": TEXT,
        "caption": TEXT,
        "for": NAMES,
        "decodes-to": {"key=block": ("key=block",)},
        "skip": TEXT,
        "emphasize-lines": LINES,
        "linenos": FLAG,
        "class": NAMES,
    },
    **{
        f"airflow:{kind}": {
            "name": TEXT,
            "caption": TEXT,
            "skip": TEXT,
            "fails": {"no .*option": "no .*option"},
            "emphasize-lines": LINES,
            "linenos": FLAG,
            "class": NAMES,
        }
        for kind in ("config", "env", "command")
    },
    "helm:parameters": {
        "chart": TEXT,
        "depth": {"1": 1, " 12 ": 12},
        "name": TEXT,
        "no-index": FLAG,
        "skip": TEXT,
        "class": NAMES,
    },
    "airflow:options": {"name": TEXT, "no-index": FLAG, "skip": TEXT, "class": NAMES},
}

NEEDS_A_VALUE = {"": "needs a value"}
NEEDS_A_NAME = {"": "needs at least one name", " , ": "needs at least one name"}
NO_VALUE = {"yes": "takes no value, got 'yes'"}
NO_LINES = {
    "": "needs at least one name",
    "0": "'0' is no line or range of lines such as 3 or 3-5",
    "5-3": "'5-3' is no line",
    "a": "'a' is no line",
    "1-": "'1-' is no line",
    "1-999999": "'1-999999' is no line",
}
NO_RELEASE = {
    "": "'' is no name of lower-case letters",
    "Prod": "'Prod' is no name",
    "-a": "'-a' is no name",
    "a_b": "'a_b' is no name",
    "x" * 54: "of at most 53 characters",
}

BAD: dict[str, dict[str, dict[str, str]]] = {
    "helm:values": {
        "name": NEEDS_A_VALUE,
        "caption": NEEDS_A_VALUE,
        "file": NEEDS_A_VALUE,
        "chart": NEEDS_A_VALUE,
        "extends": NEEDS_A_NAME,
        "release": NO_RELEASE,
        "namespace": NO_RELEASE,
        "kube-version": {
            "": "'' is no Kubernetes version such as 1.30.0",
            "1": "'1' is no Kubernetes version",
            "latest": "'latest' is no Kubernetes version",
        },
        "api-versions": NEEDS_A_NAME,
        "show": {
            "": "needs a value",
            "scheduler": "'scheduler' names no resource: write Kind/name",
            "Deployment/": "'Deployment/' names no resource",
            "Deployment/a#": "names no resource",
            "Deployment/a#.b": "names no resource",
        },
        "tabs": {
            "": "needs at least one name",
            "valeus": "'valeus' is no tab; tabs are values, changes, manifests, notes "
            "(did you mean 'values'?)",
            "values values": "names a tab twice",
        },
        "full": NO_VALUE,
        "fails": {
            "": "needs a value",
            "(": "'(' is no regular expression: ",
            "a{99999999999999999999}": "is no regular expression: ",
        },
        "no-render": NO_VALUE,
        "no-effect": NO_VALUE,
        "skip": NEEDS_A_VALUE,
        "emphasize-lines": NO_LINES,
        "linenos": NO_VALUE,
        "class": NEEDS_A_NAME,
    },
    "helm:manifest": {
        "name": NEEDS_A_VALUE,
        "caption": NEEDS_A_VALUE,
        "of": NEEDS_A_VALUE,
        "exact": NO_VALUE,
        "absent": NO_VALUE,
        "same-as-default": NO_VALUE,
        "skip": NEEDS_A_VALUE,
        "emphasize-lines": NO_LINES,
        "linenos": NO_VALUE,
        "class": NEEDS_A_NAME,
    },
    "helm:secret": {
        "name": NEEDS_A_VALUE,
        "caption": NEEDS_A_VALUE,
        "for": NEEDS_A_NAME,
        "decodes-to": NEEDS_A_NAME,
        "skip": NEEDS_A_VALUE,
        "emphasize-lines": NO_LINES,
        "linenos": NO_VALUE,
        "class": NEEDS_A_NAME,
    },
    **{
        f"airflow:{kind}": {
            "name": NEEDS_A_VALUE,
            "caption": NEEDS_A_VALUE,
            "fails": {"": "needs a value", "(": "'(' is no regular expression: "},
            "skip": NEEDS_A_VALUE,
            "emphasize-lines": NO_LINES,
            "linenos": NO_VALUE,
            "class": NEEDS_A_NAME,
        }
        for kind in ("config", "env", "command")
    },
    "helm:parameters": {
        "chart": NEEDS_A_VALUE,
        "depth": {"": "'' is no number", "0": "'0' is no number such as 1", "x": "'x' is no"},
        "name": NEEDS_A_VALUE,
        "no-index": NO_VALUE,
        "skip": NEEDS_A_VALUE,
        "class": NEEDS_A_NAME,
    },
    "airflow:options": {
        "name": NEEDS_A_VALUE,
        "no-index": NO_VALUE,
        "skip": NEEDS_A_VALUE,
        "class": NEEDS_A_NAME,
    },
}


def cases(table: dict[str, dict[str, dict[str, Any]]]) -> list[tuple[str, str, str, Any]]:
    return [
        (directive, option, text, expected)
        for directive, options in table.items()
        for option, texts in options.items()
        for text, expected in texts.items()
    ]


@pytest.mark.parametrize("table", [GOOD, BAD], ids=["good", "bad"])
def test_every_option_of_every_directive_is_tested_here(table: dict[str, Any]) -> None:
    assert {name: set(options) for name, options in table.items()} == {
        name: set(spec.options) for name, spec in DIRECTIVES.items()
    }


@pytest.mark.parametrize(("directive", "option", "text", "expected"), cases(GOOD))
def test_an_option_takes(directive: str, option: str, text: str, expected: Any) -> None:
    snippet = read_snippet(raw("", {option: text}, name=directive))
    attribute = {"class": "class_", "for": "for_"}.get(option, option.replace("-", "_"))
    assert getattr(snippet.options, attribute) == expected
    assert [line for line in said(snippet.problems) if "[helm.option]" in line] == []


@pytest.mark.parametrize(("directive", "option", "text", "expected"), cases(BAD))
def test_an_option_refuses(directive: str, option: str, text: str, expected: str) -> None:
    snippet = read_snippet(raw("", {option: text}, name=directive))
    (complaint,) = said(snippet.problems)
    assert complaint.startswith(f"2:4: option '{option}' ")
    assert expected in complaint
    assert complaint.endswith("[helm.option]")
    assert snippet.options == type(snippet.options)()


@pytest.mark.parametrize("directive", DIRECTIVES)
def test_an_unknown_option_is_told_with_the_nearest(directive: str) -> None:
    snippet = read_snippet(raw("", {"sikp": "x"}, name=directive))
    assert said(snippet.problems) == [
        f"2:4: unknown option 'sikp' of {directive} (did you mean 'skip'?) [helm.option]"
    ]


def test_a_wrong_option_does_not_keep_the_others_out() -> None:
    snippet = values("a: 1\n", {"full": "yes", "name": "x"})
    assert snippet.options.name == "x"
    assert len(snippet.problems) == 1


@pytest.mark.parametrize(
    ("directive", "kind"),
    [
        ("helm:values", ValuesSnippet),
        ("HELM:Manifest", ManifestSnippet),
        ("secret", SecretSnippet),
        ("airflow:Config", AirflowSnippet),
        ("command", AirflowSnippet),
    ],
)
def test_a_directive_is_known_by_name_in_any_case_and_without_its_domain(
    directive: str, kind: type
) -> None:
    assert type(read_snippet(raw(name=directive))) is kind


@pytest.mark.parametrize("kind", ["config", "env", "command"])
def test_a_snippet_of_airflow_says_of_which_kind_it_is(kind: str) -> None:
    snippet = read_snippet(raw("x", name=f"airflow:{kind}"))
    assert isinstance(snippet, AirflowSnippet)
    assert snippet.kind == kind


@pytest.mark.parametrize(
    "directive",
    ["helm:values", "helm:secret", "airflow:config", "airflow:env", "airflow:command"],
)
def test_an_argument_is_refused_where_none_is_meant(directive: str) -> None:
    (complaint,) = said(read_snippet(raw(name=directive, argument="replicas: 2")).problems)
    assert complaint.startswith(f"1:1: {directive} takes no argument, got 'replicas: 2'; ")


def test_the_argument_of_a_claim_names_its_resource() -> None:
    snippet = read_snippet(raw(name="helm:manifest", argument="Deployment/web"))
    assert isinstance(snippet, ManifestSnippet)
    assert snippet.resource == Selector("Deployment", "web")


def test_an_argument_that_names_no_resource_is_told() -> None:
    snippet = read_snippet(raw(name="helm:manifest", argument="web"))
    assert said(snippet.problems)[0].startswith("1:1: argument ")


def test_a_line_past_the_end_cannot_be_emphasised() -> None:
    assert said(values("a: 1\nb: 2\n", {"emphasize-lines": "2-3"}).problems) == [
        "2:4: option 'emphasize-lines' names a line past the last, 2 [helm.option]"
    ]


def test_a_snippet_is_named_by_document_file_and_line() -> None:
    assert values(line=7).key == ("/guide/page.rst", "/guide/page.rst", 7)


class TestFile:
    """``:file:``: values from a file beside the document."""

    @pytest.fixture
    def document(self, tmp_path: Path) -> str:
        return str(tmp_path / "page.rst")

    def test_its_text_takes_the_place_of_the_body(self, document: str, tmp_path: Path) -> None:
        file = tmp_path / "values.yaml"
        file.write_text("a: 1\nb: 2\n", "utf-8")
        snippet = values("", {"file": "values.yaml"}, document=document)
        assert snippet.body.text == "a: 1\nb: 2\n"
        assert snippet.body.span(1, 3) == Span(str(file), 2, 4)
        assert snippet.file == str(file)

    def test_a_byte_order_mark_and_windows_line_ends_do_not_count(
        self, document: str, tmp_path: Path
    ) -> None:
        (tmp_path / "values.yaml").write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
        assert values("", {"file": "values.yaml"}, document=document).body.text == "a: 1\nb: 2\n"

    def test_a_body_beside_it_is_told(self, document: str, tmp_path: Path) -> None:
        (tmp_path / "values.yaml").write_text("a: 1\n", "utf-8")
        snippet = values("b: 2\n", {"file": "values.yaml"}, document=document)
        (complaint,) = said(snippet.problems)
        assert complaint.startswith("2:4: option 'file' and a body exclude each other")
        assert snippet.body.text == "a: 1\n"

    def test_a_file_that_is_not_there_is_told(self, document: str) -> None:
        snippet = values("", {"file": "gone.yaml"}, document=document)
        assert said(snippet.problems) == [
            "2:4: cannot read 'gone.yaml': No such file or directory [helm.file]"
        ]
        assert snippet.file is not None

    def test_a_folder_is_no_file(self, document: str) -> None:
        snippet = values("", {"file": "."}, document=document)
        assert "[helm.file]" in said(snippet.problems)[0]

    def test_a_file_that_is_not_utf8_is_told(self, document: str, tmp_path: Path) -> None:
        (tmp_path / "values.yaml").write_bytes(b"a: \xff\n")
        snippet = values("", {"file": "values.yaml"}, document=document)
        assert said(snippet.problems) == [
            "2:4: cannot read 'values.yaml': is not UTF-8 [helm.file]"
        ]


class TestBlocks:
    """The literal blocks of a document, which ``helm:secret`` refers to by name or caption."""

    def test_names_are_folded_and_the_first_of_a_name_counts(self) -> None:
        snippet = with_blocks(
            read_snippet(raw(name="helm:secret")), [("My  Text", "a"), ("my text", "b")]
        )
        assert isinstance(snippet, SecretSnippet)
        assert snippet.blocks == (("my text", "a"),)

    def test_other_snippets_do_not_need_them(self) -> None:
        snippet = values("a: 1\n")
        assert with_blocks(snippet, [("x", "y")]) is snippet


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 20)), min_size=1, max_size=8))
def test_ranges_of_lines_are_read_as_written(ranges: list[tuple[int, int]]) -> None:
    text = ", ".join(f"{first}-{first + more}" if more else str(first) for first, more in ranges)
    expected = tuple(n for first, more in ranges for n in range(first, first + more + 1))
    assert readers.lines(text) == expected


@given(st.text(max_size=20))
def test_any_text_is_lines_or_a_complaint(text: str) -> None:
    try:
        lines = readers.lines(text)
    except ValueError as error:
        assert str(error)  # noqa: PT017
    else:
        assert lines
        assert all(line > 0 for line in lines)


_part = st.text("abcdefgXYZ019-", min_size=1, max_size=6)


@given(
    st.lists(
        st.builds(
            Selector,
            st.one_of(st.just("*"), st.from_regex(r"[A-Z][a-zA-Z]{0,6}", fullmatch=True)),
            st.one_of(st.just("*"), _part, _part.map(lambda text: f"*{text}")),
            st.one_of(st.just(""), st.lists(_part, min_size=1, max_size=3).map(".".join)),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_selectors_are_read_as_they_are_written(written: list[Selector]) -> None:
    assert readers.selectors(",\n".join(map(str, written))) == tuple(written)


@given(st.text(max_size=30))
def test_any_text_is_a_regular_expression_or_a_complaint(text: str) -> None:
    try:
        assert readers.regex(text) == text.strip()
    except ValueError as error:
        assert str(error)  # noqa: PT017


@given(st.lists(st.text(st.characters(exclude_characters="\n"), max_size=12), max_size=12))
def test_every_character_of_a_whole_file_has_its_place(lines: list[str]) -> None:
    source = SourceText.whole_file("\n".join(lines), "values.yaml")
    for number, line in enumerate(lines):
        for column in range(len(line) + 1):
            assert source.span(number, column) == Span("values.yaml", number + 1, column + 1)


@given(
    st.lists(st.tuples(st.integers(1, 999), st.integers(1, 80)), min_size=1, max_size=10),
    st.integers(-3, 20),
    st.integers(-3, 40),
)
def test_a_place_is_counted_from_the_origin_of_its_line(
    origins: list[tuple[int, int]], line: int, column: int
) -> None:
    source = SourceText("", tuple(Span("page.rst", *origin) for origin in origins))
    first, offset = origins[min(max(line, 0), len(origins) - 1)]
    assert source.span(line, column) == Span("page.rst", first, offset + max(column, 0))


def test_an_empty_body_has_no_place() -> None:
    assert SourceText("", ()).span(0) == Span("")
