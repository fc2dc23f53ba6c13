"""Four readers find the same roles, in whatever they stand, at the same line and column."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.parity.readers import Roles, documents, read_roles_with_sphinx, read_roles_with_sybil
from tests.parity.variants import VARIANTS, write_variants

PROSE = Path(__file__).parent / "prose"
NAMES = [path.relative_to(PROSE).as_posix() for path in documents(PROSE)]

MARKER = re.compile(r":(helm|airflow):\w+:`|\{(helm|airflow):\w+\}`+|`its")

Found = dict[str, Roles]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("prose")
    write_variants(PROSE, root)
    return root


@pytest.fixture(scope="module")
def by_sphinx(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Found:
    return _by_name(site, read_roles_with_sphinx(site, tmp_path_factory.mktemp("build")))


@pytest.fixture(scope="module")
def by_sybil(site: Path, by_sphinx: Found) -> Found:
    # after Sphinx, which leaves its roles registered with docutils
    return _by_name(site, read_roles_with_sybil(site))


def _by_name(site: Path, found: dict[Path, Roles]) -> Found:
    return {path.relative_to(site).as_posix(): roles for path, roles in found.items()}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", NAMES)
def test_as_many_are_found_as_there_are(by_sybil: Found, variant: str, name: str) -> None:
    expected = re.match(r"\W+roles: (\d+)", (PROSE / name).read_text("utf-8"))
    assert expected is not None
    assert len(by_sybil[f"{variant}/{name}"]) == int(expected[1])


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", NAMES)
def test_sphinx_and_sybil_read_the_same_at_the_same_places(
    by_sphinx: Found, by_sybil: Found, variant: str, name: str
) -> None:
    document = f"{variant}/{name}"
    assert sorted(by_sybil[document], key=lambda role: role.key) == sorted(
        by_sphinx[document], key=lambda role: role.key
    )


@pytest.mark.parametrize("name", ["prose", "included"])
def test_both_markups_say_the_same(by_sybil: Found, name: str) -> None:
    rst, myst = (
        sorted((role.name, role.shown, role.target) for role in by_sybil[f"as-is/{path}"])
        for path in (f"rst/{name}.rst", f"myst/{name}.md")
    )
    assert myst == rst


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", NAMES)
def test_every_role_and_what_it_names_stand_where_their_spans_say(
    by_sybil: Found, variant: str, name: str
) -> None:
    for role in by_sybil[f"{variant}/{name}"]:
        lines = Path(role.span.path).read_text("utf-8-sig").split("\n")
        assert MARKER.match(lines[role.span.line - 1][role.span.column - 1 :])
        written = lines[role.target_span.line - 1][role.target_span.column - 1 :]
        assert written.startswith(role.target)
        if role.example_span is not None and role.example:
            written = lines[role.example_span.line - 1][role.example_span.column - 1 :]
            assert written.startswith(role.example)
