"""How excerpts of manifests are highlighted."""

from __future__ import annotations

import pytest
from pygments.token import Token

from sphinx_airflow_prod.sphinx_ext.lexer import ManifestLexer


def tokens(text: str) -> dict[str, object]:
    """Return the type of each token that is more than a blank."""
    return {value: token for token, value in ManifestLexer().get_tokens(text) if value.strip()}


@pytest.mark.parametrize("line", ["...", "  ...", "- ..."])
def test_what_is_left_out_looks_like_a_comment_and_ends_nothing(line: str) -> None:
    found = tokens(f"{line}\nkind: Secret\n")
    assert found["..."] is Token.Comment.Single
    assert found["kind"] is Token.Name.Tag


@pytest.mark.parametrize("text", ["name: scheduler", "{name: scheduler}", "[scheduler]"])
def test_a_plain_scalar_looks_alike_in_block_and_in_flow_style(text: str) -> None:
    assert tokens(text)["scheduler"] is Token.Literal.Scalar.Plain


def test_an_alias_is_no_scalar() -> None:
    assert tokens("a: &one x\nb: *one\n")["*one"] is Token.Name.Variable
