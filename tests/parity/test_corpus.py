"""Four readers, one grammar: they find the same examples in the same documents.

The corpus holds each document twice, in reStructuredText and in MyST Markdown;
the first line says how many examples there are to find.  Every document is
read as it is, and as other editors and systems would have written it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parity.readers import Examples, read_with_sphinx, read_with_sybil
from tests.parity.variants import VARIANTS, write_variants

CORPUS = Path(__file__).parent / "corpus"
NAMES = sorted(path.stem for path in (CORPUS / "rst").glob("*.rst"))
MARKUPS = {"rst": ".rst", "myst": ".md"}

MARKER = re.compile(
    r"(\.\.\s+|[`~:]{3,}\s*\{)((helm|airflow):)?(values|manifest|secret|config|env|command|parameters|options)",
    re.I,
)

Found = dict[str, Examples]
"""Examples by variant, markup and name of the document, such as ``crlf/rst/lists``."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus in all its variants."""
    root = tmp_path_factory.mktemp("corpus")
    write_variants(CORPUS, root)
    return root


@pytest.fixture(scope="module")
def by_sphinx(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Found:
    examples, _ = read_with_sphinx(site, tmp_path_factory.mktemp("build"))
    return _by_name(site, examples)


@pytest.fixture(scope="module")
def by_sybil(site: Path, by_sphinx: Found) -> Found:
    # after Sphinx, which leaves its directives registered with docutils
    return _by_name(site, read_with_sybil(site))


@pytest.fixture(params=["sphinx", "sybil"])
def found(request: pytest.FixtureRequest) -> Iterator[Found]:
    """What one reader found."""
    return request.getfixturevalue(f"by_{request.param}")  # type: ignore[no-any-return]


def _by_name(site: Path, examples: dict[Path, Examples]) -> Found:
    return {
        path.relative_to(site).with_suffix("").as_posix(): found for path, found in examples.items()
    }


def test_every_document_stands_in_both_markups() -> None:
    assert sorted(path.stem for path in (CORPUS / "myst").glob("*.md")) == NAMES


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize("name", NAMES)
def test_as_many_examples_are_found_as_there_are(
    found: Found, variant: str, markup: str, name: str
) -> None:
    first_line = (CORPUS / markup / f"{name}{MARKUPS[markup]}").read_text("utf-8")
    expected = re.match(r"\W+examples: (\d+)", first_line)
    assert expected is not None
    assert len(found[f"{variant}/{markup}/{name}"]) == int(expected[1])


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize("name", NAMES)
def test_sphinx_and_sybil_read_the_same_at_the_same_places(
    by_sphinx: Found, by_sybil: Found, variant: str, markup: str, name: str
) -> None:
    document = f"{variant}/{markup}/{name}"
    assert by_sybil[document] == by_sphinx[document]


@pytest.mark.parametrize("name", NAMES)
def test_both_markups_say_the_same(by_sybil: Found, name: str) -> None:
    rst, myst = (
        [
            (example.options, example.body.text, [p.message for p in example.problems])
            for example in by_sybil[f"as-is/{markup}/{name}"]
        ]
        for markup in MARKUPS
    )
    assert myst == rst


@pytest.mark.parametrize("variant", [v for v in VARIANTS if v != "trailing-spaces"])
@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize("name", NAMES)
def test_how_a_file_is_encoded_does_not_change_what_it_says(
    by_sybil: Found, variant: str, markup: str, name: str
) -> None:
    assert [(e.options, e.body.text) for e in by_sybil[f"{variant}/{markup}/{name}"]] == [
        (e.options, e.body.text) for e in by_sybil[f"as-is/{markup}/{name}"]
    ]


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize("name", NAMES)
def test_every_line_of_a_body_stands_where_its_origin_says(
    by_sybil: Found, variant: str, markup: str, name: str
) -> None:
    for example in by_sybil[f"{variant}/{markup}/{name}"]:
        lines = example.body.text.splitlines()
        assert len(lines) == len(example.body.origins)
        for line, origin in zip(lines, example.body.origins, strict=True):
            written = Path(origin.path).read_text("utf-8-sig").split("\n")[origin.line - 1]
            assert written[origin.column - 1 :].startswith(line)


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize("name", NAMES)
def test_every_option_stands_where_its_span_says(by_sybil: Found, markup: str, name: str) -> None:
    for example in by_sybil[f"as-is/{markup}/{name}"]:
        for option, span in example.option_spans.items():
            written = Path(span.path).read_text("utf-8").split("\n")[span.line - 1]
            assert written[span.column - 1 :].lstrip(":").startswith(f"{option}:")


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize("name", NAMES)
def test_every_example_stands_at_its_directive(by_sybil: Found, markup: str, name: str) -> None:
    spans = [example.span for example in by_sybil[f"as-is/{markup}/{name}"]]
    assert len(set(spans)) == len(spans)
    for span in spans:
        written = Path(span.path).read_text("utf-8").split("\n")[span.line - 1]
        assert MARKER.match(written[span.column - 1 :])
