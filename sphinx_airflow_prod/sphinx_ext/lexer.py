"""Highlighting for excerpts of manifests: YAML with ``...`` where something is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from pygments.lexer import Lexer
from pygments.lexers.data import YamlLexer
from pygments.token import Token
from sphinx.application import Sphinx

from sphinx_airflow_prod.core.snippet import MANIFEST_LANGUAGE

_ELLIPSIS = re.compile(r"(?m)^([ \t]*(?:- )?)\.\.\.(?=[ \t]*$)")


class ManifestLexer(Lexer):
    """Pygments' YAML lexer, that takes a line of only ``...`` for a comment.

    To YAML such a line is text, and whatever follows it is text as well.
    Plain scalars look alike in block and in flow style: Pygments takes those
    of ``{key: scalar}`` for variables, which many styles show in red, as if
    something were wrong with them.
    """

    name = "Excerpt of a Kubernetes manifest"
    aliases: ClassVar = [MANIFEST_LANGUAGE]

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, Any, str]]:
        """Give (index, token type, text) as Pygments wants them; the texts add up to *text*."""
        masked = _ELLIPSIS.sub(r"\1#..", text)
        yaml: Any = YamlLexer()
        for index, token, value in yaml.get_tokens_unprocessed(masked):
            plain = token is Token.Name.Variable and not value.startswith("*")
            kind = Token.Literal.Scalar.Plain if plain else token
            yield index, kind, text[index : index + len(value)]


def setup(app: Sphinx) -> None:
    """Register the lexer."""
    app.add_lexer(MANIFEST_LANGUAGE, ManifestLexer)
