"""Descriptions written by others: text, code and links, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinx_airflow_prod.core.descriptions import paragraphs, pieces, shortened


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("a `b` c", "a <b> c"),
        ("a ``b`` c", "a <b> c"),
        ("see :ref:`the page <label>`", "see <the page>"),
        ("see :class:`~x.Y`", "see <x.Y>"),
        ("`Docs <https://x.org/a>`__ say", "(Docs https://x.org/a) say"),
        ("[Docs](https://x.org/a) say", "(Docs https://x.org/a) say"),
        ("see https://x.org/a.", "see (https://x.org/a https://x.org/a)."),
        ("an `odd one", "an `odd one"),
        ("**x** |y|_ .. raw:: html", "**x** |y|_ .. raw:: html"),
        ("`x <javascript:alert(1)>`_", "<x <javascript:alert(1)>>"),
    ],
)
def test_pieces_of_a_paragraph(text: str, expected: str) -> None:
    shown = {"text": "{}", "code": "<{}>", "link": "({} {})"}
    assert "".join(shown[p.kind].format(p.text, p.url) for p in pieces(text)) == expected


def test_paragraphs_bullets_and_directives() -> None:
    text = "One\ntwo.\n\n- a\n  b\n- c\n\n.. warning:: beware\n   of it\n\n\n**Bold**\n"
    assert paragraphs(text) == ("One two.", "• a b", "• c", "Warning: beware of it", "Bold")


def test_long_texts_end_with_a_sentence() -> None:
    assert shortened("One. Two. Three.", 11) == "One. Two."
    assert shortened("one two three four", 11) == "one two …"
    assert shortened("One.", 10) == "One."


@given(st.text(max_size=80))
def test_no_text_is_lost_or_fails(text: str) -> None:
    for paragraph in paragraphs(text):
        assert all(isinstance(piece.text, str) for piece in pieces(paragraph))
