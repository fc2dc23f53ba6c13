"""The tokens of Go templates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinx_airflow_prod.core.render.gotemplate import TemplateError, tokens

WORDS = st.sampled_from(["now", "keys", "randAlphaNum", "if", "end", "x"])
STRINGS = st.one_of(
    st.text(st.characters(exclude_characters='"\\\n', exclude_categories=["Cs"])).map(
        lambda text: f'"{text}"'
    ),
    st.text(st.characters(exclude_characters="`", exclude_categories=["Cs"])).map(
        lambda text: f"`{text}`"
    ),
    st.sampled_from([r'"\""', r'"\\"', '"}}"', "`}}`", r"'\''", "'}'"]),
)
OPERANDS = st.one_of(
    WORDS,
    WORDS.map(lambda word: f".{word}"),
    WORDS.map(lambda word: f"${word}.now"),
    STRINGS,
    st.sampled_from(["$", ".", "3", "-1.5e3", "0x1F", "| now", ":=", "( .x )", "(now).Year"]),
)
ACTIONS = st.lists(OPERANDS, max_size=5).map(" ".join)
COMMENTS = st.sampled_from(["{{/* now }} */}}", "{{- /* keys */ -}}", "{{/**/}}"])
TEXTS = st.text(st.sampled_from("now keys{}-*/\"'`\n é"), max_size=12).filter(
    lambda text: "{{" not in text and not text.endswith("{")
)
OPENINGS = st.sampled_from(["{{ ", "{{- ", "{{-\n", "{{"])
CLOSINGS = st.sampled_from([" }}", " -}}", "\n-}}"])


@st.composite
def templates(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Draw pieces of a template: what it is (text, comment, action) and how it is written."""
    pieces: list[tuple[str, str]] = []
    for _ in range(draw(st.integers(0, 5))):
        pieces.append(("text", draw(TEXTS)))
        if draw(st.booleans()):
            pieces.append(("comment", draw(COMMENTS)))
        else:
            pieces.append(("action", draw(OPENINGS) + draw(ACTIONS) + draw(CLOSINGS)))
    return pieces


@given(templates())
def test_nothing_is_lost_and_everything_is_where_it_says(pieces: list[tuple[str, str]]) -> None:
    template = "".join(text for _, text in pieces)
    found = list(tokens(template))
    assert "".join(token.text for token in found) == template
    assert all(template.startswith(token.text, token.start) for token in found)


@given(templates())
def test_only_actions_hold_names(pieces: list[tuple[str, str]]) -> None:
    template = "".join(text for _, text in pieces)
    expected: list[str] = []
    at = 0
    inside: list[range] = []
    for kind, text in pieces:
        if kind == "action":
            inside.append(range(at, at + len(text)))
        else:
            expected.append(text)
        at += len(text)
    found = list(tokens(template))
    for token in found:
        if token.kind == "name":
            assert any(token.start in place for place in inside)
        elif token.kind in {"text", "comment"}:
            assert not any(token.start in place for place in inside)


@given(st.text(st.sampled_from("{}-/*\"'`\\ \n.$|()ab1"), max_size=40))
def test_anything_is_read_or_refused(template: str) -> None:
    try:
        found = list(tokens(template))
    except TemplateError:
        return
    assert "".join(token.text for token in found) == template


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ now }}", ["now"]),
        ("{{now}}", ["now"]),
        ("{{- now -}}", ["now"]),
        ("now {{ .now }} {{ $now }} {{ $.now }} {{ .a.now }}", []),
        ('{{ "now" }}{{ `now` }}{{ "\\"now" }}', []),
        ("{{/* now */}}{{- /* now */ -}}", []),
        ("{{ x.now }}", ["x"]),
        ("{{ (now).Year }}", ["now"]),
        ("{{ 1e5 | now }}", ["now"]),
        ('{{ "}}" | now }}', ["now"]),
        ("{{ a\n| now }}", ["a", "now"]),
        ("}} now {{ a }}", ["a"]),
    ],
)
def test_names(template: str, expected: list[str]) -> None:
    assert [token.text for token in tokens(template) if token.kind == "name"] == expected


@pytest.mark.parametrize(
    "template",
    ["{{ now", '{{ "now }}', '{{ "a\nb" }}', "{{ `now }}", "{{/* now }}", "{{ (now }}", "{{ ) }}"],
)
def test_what_go_refuses(template: str) -> None:
    with pytest.raises(TemplateError):
        list(tokens(template))
