"""Ordinary code blocks of YAML as examples, in guides that nobody has edited."""

from __future__ import annotations

from pathlib import Path

import pytest

from sphinx_airflow_prod.core.snippet import Snippet, ValuesSnippet
from sphinx_airflow_prod.markup.scan import scan


def _snippets(folder: Path, text: str, name: str = "guide.rst") -> tuple[Snippet, ...]:
    path = folder / name
    path.write_text(text, "utf-8")
    return scan(path, code_blocks=True).snippets


def test_a_yaml_block_is_read_as_an_example(tmp_path: Path) -> None:
    (snippet,) = _snippets(tmp_path, "T\n=\n\n.. code-block:: yaml\n\n   a:\n     b: 1\n")
    assert isinstance(snippet, ValuesSnippet)
    assert snippet.inferred
    assert snippet.body.text == "a:\n  b: 1\n"


def test_its_lines_know_their_places(tmp_path: Path) -> None:
    text = "* item\n\n  .. code-block:: yaml\n     :linenos:\n\n     a:\n       b: 1\n"
    (snippet,) = _snippets(tmp_path, text)
    assert (snippet.span.line, snippet.body.span(1).line, snippet.body.span(1).column) == (3, 7, 6)


def test_other_languages_are_left_alone(tmp_path: Path) -> None:
    assert _snippets(tmp_path, ".. code-block:: bash\n\n   a: 1\n\n::\n\n   b: 2\n") == ()


def test_a_fence_in_markdown_is_one_too(tmp_path: Path) -> None:
    pytest.importorskip("myst_parser")
    (snippet,) = _snippets(tmp_path, "# T\n\n```yaml\na: 1\n```\n", "guide.md")
    assert snippet.body.text == "a: 1\n"
    assert snippet.body.span(0).line == 4


def test_blocks_and_directives_keep_the_order_of_the_document(tmp_path: Path) -> None:
    text = (
        ".. code-block:: yaml\n\n   a: 1\n\n.. helm:values::\n\n   b: 2\n\n"
        ".. code-block:: yaml\n\n   c: 3\n"
    )
    assert [snippet.body.text for snippet in _snippets(tmp_path, text)] == [
        "a: 1\n",
        "b: 2\n",
        "c: 3\n",
    ]


def test_they_are_left_alone_unless_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "guide.rst"
    path.write_text(".. code-block:: yaml\n\n   a: 1\n\n.. helm:values::\n\n   b: 2\n")
    assert len(scan(path).snippets) == 1
