"""Diagnostics name the file, line and column of the offending key, whatever it stands in."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.sphinx_ext.site import Build, Site, page, values

pytestmark = pytest.mark.filterwarnings(
    # of sphinx-tabs and MyST-Parser
    "ignore::PendingDeprecationWarning", "ignore::DeprecationWarning"
)  # fmt: skip

Root = Callable[[str], Site]
WORD = "replicsa"


@pytest.fixture(scope="module", params=["html", "text"])
def build(request: pytest.FixtureRequest, root: Root) -> Build:
    return root("positions").build(request.param)


def reported(build: Build) -> list[tuple[str, int, int]]:
    found = (
        re.match(rf"(.+?):(\d+):(\d+): WARNING: unknown key '{WORD}'", line)
        for line in build.first_lines
    )
    return sorted((match[1], int(match[2]), int(match[3])) for match in found if match)


def misspelt(build: Build) -> list[tuple[str, int, int]]:
    """Return where the word stands as a key in the sources."""
    return sorted(
        (path.relative_to(build.source).as_posix(), number, match.start(1) + 1)
        for path in build.source.rglob("*.*")
        if path.suffix in (".rst", ".md", ".txt", ".yaml")
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1)
        for match in re.finditer(rf"^[\s>]*({WORD}):", line)
    )


@pytest.mark.parametrize(
    "name",
    ["index.rst", "nested.rst", "tabs.rst", "including.rst", "parts/part.rst", "parts/deeper.rst",
     "parts/part-with-options.txt", "parts/in-a-note.rst", "many.rst", "markdown.md",
     "parts/part.md", "parts/values.yaml"],
)  # fmt: skip
def test_each_mistake_is_reported_once_at_its_place(build: Build, name: str) -> None:
    expected = [place for place in misspelt(build) if place[0] == name]
    assert expected
    assert [place for place in reported(build) if place[0] == name] == expected


def test_nothing_else_is_reported(build: Build) -> None:
    assert [line for line in build.first_lines if f"unknown key '{WORD}'" not in line] == []
    assert {name for name, _, _ in reported(build)} == {name for name, _, _ in misspelt(build)}


@pytest.mark.parametrize(
    ("document", "text", "place"),
    [
        ("index.rst", page("- item\n\n  .. helm:values::\n     :capt: x\n\n     replicas: 3\n"),
         "index.rst:7:6"),
        ("index.md", "# Page\n\n- item\n\n  ```{helm:values}\n  :capt: x\n\n  replicas: 3\n  ```\n",
         "index.md:6:3"),
        ("index.md", "# Page\n\n```{helm:values}\n---\nname: x\ncapt: x\n---\nreplicas: 3\n```\n",
         "index.md:6:1"),
        ("index.rst", page(".. helm:values::\n   :name: a\n   :capt: :name: b\n\n   replicas: 3\n"),
         "index.rst:6:4"),
    ],
)  # fmt: skip
def test_an_unknown_option_is_reported_at_its_place(
    site: Site, document: str, text: str, place: str
) -> None:
    site.write("conf.py", 'extensions = ["sphinx_airflow_prod", "myst_parser"]\n')
    site.write(document, text)
    (line,) = site.build("text").first_lines
    assert line.startswith(f"{place}: WARNING: unknown option 'capt'")


def test_an_example_in_rst_prolog_is_reported_there(site: Site) -> None:
    site.write("index.rst", page("Text."))
    prolog = "\n" + values("replicsa: 1")
    (line,) = site.build("text", rst_prolog=prolog).first_lines
    assert line.startswith("<rst_prologue>:")
    assert "unknown key 'replicsa'" in line


def test_a_name_in_a_tab_is_taken_once(site: Site) -> None:
    """sphinx-tabs parses tabs twice for builders that have none."""
    site.write("index.rst", page(".. tabs::\n\n   .. tab:: A\n\n      .. helm:values::\n"
                                 "         :name: three\n\n         replicas: 3\n"))  # fmt: skip
    assert site.build("text").warnings == []
    assert site.build("latex").warnings == []


def test_a_file_with_windows_line_ends(site: Site) -> None:
    text = page(values("image:\n  tag: '2'\nreplicsa: 1"))
    site.source.joinpath("index.rst").write_bytes(text.replace("\n", "\r\n").encode())
    (line,) = site.build("text").first_lines
    assert line.startswith("index.rst:8:4: ")


def test_a_default_domain_may_be_left_out(site: Site) -> None:
    site.write("index.rst", page(".. default-domain:: helm\n\n.. values::\n\n   replicsa: 1\n"))
    (line,) = site.build("text").first_lines
    assert line.startswith("index.rst:8:4: ")
