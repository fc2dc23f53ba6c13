"""How a claim's text is read: ellipses anywhere, positions, and mistakes of writing."""

from __future__ import annotations

import textwrap

import pytest

from sphinx_airflow_prod.core.diagnostics import Code, Span
from sphinx_airflow_prod.core.expectations import parse_claim
from sphinx_airflow_prod.core.expectations.claim import (
    Absence,
    LeftOut,
    ListClaim,
    MappingClaim,
    ScalarClaim,
    TextClaim,
    leaves,
    plain,
)
from sphinx_airflow_prod.core.source import SourceText
from tests.core.claims import CONFIG, DEPLOYMENT, claim, holds, told


def mapping(text: str, *path: str) -> MappingClaim:
    node = claim(text).node(*path)
    assert isinstance(node, MappingClaim)
    return node


@pytest.mark.parametrize("indent", range(12))
def test_a_line_of_three_dots_may_stand_anywhere_in_a_mapping(indent: int) -> None:
    dots = " " * indent + "...\n"
    text = (
        f"spec:\n  replicas: 1\n{dots}  template:\n    metadata: ...\n{dots}    spec: ...\n{dots}"
    )
    assert told(claim(text).problems) == []
    assert holds(DEPLOYMENT, text)


@pytest.mark.parametrize("indent", range(12))
def test_a_line_of_three_dots_may_stand_anywhere_in_a_list(indent: int) -> None:
    dots = " " * indent + "...\n"
    head = "spec:\n  template:\n    spec:\n      containers:\n"
    assert holds(DEPLOYMENT, f"{head}{dots}      - name: log-groomer\n{dots}")
    assert holds(DEPLOYMENT, f"{head}      - args:\n        - bash\n{dots}        - -c\n{dots}")


def test_an_item_of_three_dots_stands_for_items_left_out() -> None:
    text = (
        "spec:\n  template:\n    spec:\n      containers:\n      - ...\n      - name: log-groomer\n"
    )
    assert holds(DEPLOYMENT, text)
    found = claim("a: [x, ..., z]\nb: {k: v, ...}\nc:\n- ...\n- x\n")
    assert plain(found.root or mapping("")) == {
        "a": ["x", "z", "..."],
        "b": {"k": "v"},
        "c": ["x", "..."],
    }


def test_a_comment_may_follow_the_dots() -> None:
    assert holds(DEPLOYMENT, "spec:\n  replicas: 1\n  ...  # and so on\n")


def test_dots_below_a_key_claim_that_it_is_there_with_whatever_value() -> None:
    assert holds(DEPLOYMENT, "spec:\n  template:\n    ...\n")
    assert holds(DEPLOYMENT, "spec:\n  template: ...\n  replicas:\n   ...\n")
    assert not holds(DEPLOYMENT, "spec:\n  strategy:\n    ...\n")
    assert not holds(DEPLOYMENT, "spec:\n  strategy: ...\n")
    assert not holds(DEPLOYMENT, "spec:\n  revisionHistoryLimit: ...\n")


def test_dots_beside_an_empty_key_leave_its_absence_as_claimed() -> None:
    assert isinstance(claim("spec:\n  strategy:\n ...\n").node("spec", "strategy"), Absence)
    assert isinstance(claim("spec:\n  strategy:\n   ...\n").node("spec", "strategy"), LeftOut)
    assert isinstance(claim("spec:\n  strategy: null\n   ...\n").node("spec", "strategy"), Absence)


def test_dots_in_the_column_of_an_empty_key_leave_its_meaning_in_doubt() -> None:
    assert told(claim("spec:\n  drop:\n  ...\n  add:\n    ...\n  keep:\n").problems) == [
        "2:3: this key is empty and '...' stands below it in the same column; write 'key: ...' "
        "if it has a value, 'key: null' if it must not be there"
    ]
    assert claim("a:\n  -\n  ...\n").problems == ()


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        ("a:\n  b: 1\n  ...\nc: 1\n", ["a"]),
        ("a:\n  b: 1\n    ...\nc: 1\n", ["a"]),
        ("a:\n  b: 1\n...\nc: 1\n", [""]),
        ("a:\n  b: 1\n ...\nc: 1\n", [""]),
        ("a:\n  b: 1\n...\n  d: 2\nc: 1\n", ["a"]),
        ("a:\n...\n  b: 1\nc: 1\n", ["a"]),
        ("...\na:\n  b: 1\nc: 1\n", [""]),
        ("a:\n  b: 1\nc: 1\n...\n", [""]),
        ("a:\n  b: 1\nc: 1\n  ...\n", [""]),
        ("a:\n  - x: 1\n    ...\n  - x: 2\n", ["a.0"]),
        ("a:\n  - x: 1\n  ...\n  - x: 2\n", ["a"]),
        ("a:\n- x: 1\n...\n", ["", "a"]),
        ("a: [\n  b,\n  ...\n]\nc: {\n...\nd: 1}\n", ["a", "c"]),
        ("a:\n  # only\n  ...\n  # comments\n  b: 1\n", ["a"]),
    ],
)
def test_dots_belong_to_what_they_are_indented_like(text: str, gaps: list[str]) -> None:
    found = []

    def visit(node: object, path: str) -> None:
        if isinstance(node, MappingClaim | ListClaim):
            below = node.fields.items() if isinstance(node, MappingClaim) else enumerate(node.items)
            if node.gap:
                found.append(path)
            for key, child in below:
                visit(child, f"{path}.{key}".lstrip("."))

    visit(claim(text).root, "")
    assert found == gaps


def test_quoted_dots_are_text() -> None:
    assert isinstance(claim("a: '...'\n").node("a"), ScalarClaim)
    assert holds(CONFIG.replace("just a word", "'...'"), "data:\n  one: '...'\n")
    assert not holds(CONFIG, "data:\n  one: '...'\n")


@pytest.mark.parametrize(
    "text", ['a: "b\n  ...\n  c"\n', "a: b\n  ...\n  c\n", "a: >\n  b\n  ...\n  c\n"]
)
def test_dots_inside_of_folded_text_are_text(text: str) -> None:
    assert str(plain(mapping(text))["a"]).rstrip() == "b ... c"


def test_every_key_item_and_line_has_its_place_in_the_document() -> None:
    text = textwrap.dedent("""\
        spec:
          containers:
          ...
          - name: a
            args: [x, "y"]
          -
            name: b
          cfg: |
            one
            ...
              three
    """)
    lines = text.split("\n")
    source = SourceText(text, tuple(Span("g.rst", 40 + n, 5) for n in range(len(lines))))
    found = parse_claim(source)
    spec = found.node("spec")
    containers, cfg = found.node("spec", "containers"), found.node("spec", "cfg")
    assert spec is not None
    assert isinstance(containers, ListClaim)
    assert isinstance(cfg, TextClaim)
    a, b = containers.items
    assert isinstance(a, MappingClaim)
    args = a.fields["args"]
    assert isinstance(args, ListClaim)
    nodes = [spec, containers, a, args, *args.items, b, cfg]
    assert [(node.place.span.line, node.place.span.column) for node in nodes] == [
        (40, 5), (41, 7), (43, 7), (44, 9), (44, 16), (44, 19), (45, 7), (47, 7),
    ]  # fmt: skip
    assert [(span.line, span.column) for span in cfg.spans] == [(48, 9), (49, 9), (50, 9)]


def test_a_value_can_be_rewritten_in_place() -> None:
    text = "a: 1  # one\n   ...\nb: [x, 'y']\nc: |-\n  t\n\n# end\nd: !!str 5\ne:\n"
    found = claim(text)
    assert found.root is not None
    assert [text[leaf.place.start : leaf.place.end] for leaf in leaves(found.root)] == [
        "1", "x", "'y'", "|-\n  t", "!!str 5", "",
    ]  # fmt: skip


def test_an_alias_claims_what_its_anchor_does() -> None:
    assert plain(mapping("a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}\n")) == {
        "a": {"b": 1},
        "c": {"b": 1},
        "d": {"b": 1, "e": 2},
    }


def test_a_document_marker_and_comments_around_the_manifest_are_no_matter() -> None:
    assert holds(DEPLOYMENT, "# this\n---\nspec:\n  replicas: 1\n---\n# end\n")


def test_kind_and_name_come_from_the_body() -> None:
    assert claim(DEPLOYMENT).identity == ("Deployment", "air-scheduler")
    assert claim("kind: Job\nmetadata: {generateName: x-}\n").identity == ("Job", "x-")
    assert claim("kind: Job\nmetadata: {name: <generated>}\n").identity is None
    assert claim("spec: {}\n").identity is None


NOTHING = "write at least one key that must be rendered"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", f"1:1: the claim holds nothing; {NOTHING}"),
        ("# only a comment\n", f"1:1: the claim holds nothing; {NOTHING}"),
        ("null\n", f"1:1: the claim holds nothing; {NOTHING}"),
        ("{}\n", f"1:1: the claim holds nothing; {NOTHING}"),
        ("...\n   ...\n", f"1:1: the claim holds nothing but '...'; {NOTHING}"),
        ("{...}\n", f"1:1: the claim holds nothing but '...'; {NOTHING}"),
    ],
)
def test_a_claim_of_nothing_is_a_problem(text: str, expected: str) -> None:
    found = claim(text)
    assert told(found.problems) == [expected]
    assert [problem.code for problem in found.problems] == [None]
    assert claim(text, may_be_empty=True).problems == ()


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("a: 1\nb:\n  c: 1\n  c: 2\n", Code.DUPLICATE_KEY,
         "4:3: key 'c' stands twice in this mapping (first at line 3)"),
        ("a: {yes: 1, true: 2}\n", Code.DUPLICATE_KEY,
         "1:13: key 'true' stands twice in this mapping (first at line 1)"),
        ("a: 1\n...\n---\nb: 1\n", Code.YAML,
         "3:1: a second YAML document starts here; a claim is about one resource"),
        ("- a\n", Code.YAML,
         "1:1: the top level is a list; a manifest is a mapping: write 'key: value' lines"),
        ("\nfoo\n", Code.YAML,
         "2:1: the top level is a single text; a manifest is a mapping: write 'key: value' lines"),
        ("...\na: 'x\n", Code.YAML, "2:4: the quote ' opened here is never closed"),
        ("a:\n  ...\n  b: 1\n c: 1\n", Code.YAML,
         "4:2: this line is indented by 1, which fits no line above; align it with its neighbours"),
        ("a: {{ .Release.Name }}\n", Code.YAML,
         "1:5: a Go template is not evaluated in a claim; write what it renders to"),
        ("a: {{ .Release.Name }}-x\n", Code.YAML,
         "1:4: a Go template is not evaluated in a claim; write what it renders to"),
        ("a: *b\n", Code.YAML, "1:4: the alias '*b' has no anchor '&b' before it"),
        ("a: &b [*b]\n", Code.YAML, "1:8: the alias '*b' stands inside its own anchor '&b'"),
        ("%YAML 1.1\n---\na: 1\n", Code.YAML,
         "1:1: a claim takes no YAML directives; remove this line"),
        ("? [x]\n: y\n", Code.YAML,
         "1:3: a mapping or list cannot be a key; quote it if it is meant as text"),
        ("a: \x07\n", Code.YAML, "1:4: the character U+0007 is not allowed in YAML; remove it"),
    ],
)  # fmt: skip
def test_mistakes_of_writing_are_reported_at_their_place(
    text: str, code: Code, expected: str
) -> None:
    found = parse_claim(SourceText.whole_file(text, "guide.rst"))
    assert told(found.problems) == [expected]
    assert found.problems[0].code is code


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 250 + "]" * 250,
        "a: " + "[" * 180 + "]" * 180,
        "a: &a [1,1,1,1,1,1,1,1,1,1]\n"
+ "".join(
            f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n"
            for old, new in zip("abcde", "bcdef", strict=True)
        ),
        "a: " + "x" * (256 * 1024 + 1),
        "a: 1\n" + "...\n" * 2000,
        "\n".join(" " * n + "a:" for n in range(400)),
        "- " * 10_000,
    ],
)  # fmt: skip
def test_what_is_too_much_to_read_is_refused(text: str) -> None:
    found = claim(text)
    assert [problem.code for problem in found.problems] == [Code.LIMIT]
    assert found.root is None
