"""Ten mistakes: Sphinx and pytest say the same words at the same line and column."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import Snippet
from sphinx_airflow_prod.sybil_ext import Guide
from tests.parity.readers import documents, read_with_sphinx

HERE = Path(__file__).parent
SHOP = HERE.parent / "charts" / "shop"

EXPECTED = [
    ("8:3", "10:6", "unknown key 'prot' in service (did you mean 'port'?) [helm.unknown-key]"),
    ("14:1", "16:4", 'replicas: expected integer, got string "two" [helm.schema]'),
    ("21:5", "23:8", "image.pullPolicy: 'Sometimes' is not one of 'Always'"),
    ("29:1", "31:4", "key 'replicas' stands twice in this mapping"),
    ("37:8", "40:14", 'the quote " opened here is never closed'),
    ("45:1", "47:4", "YAML does not allow tabs for indentation; use spaces"),
    ("50:1", "51:1", "replicas must be at most 9"),
    ("57:1", "58:4", "there is no chart at "),
    ("65:1", "65:4", "unknown option 'shwo' of helm:values (did you mean 'show'?) [helm.option]"),
    ("72:1", "71:1", "{recursion}"),
]
"""Where each mistake stands in Markdown and in reStructuredText, and how its report begins."""

TIMEOUT = 4.0
"""Seconds: all but the recursion need far less."""


def without_race(report: str) -> str:
    """Take the time limit and the memory limit, which race for the recursion, as the same."""
    return re.sub(
        r"(Helm was still rendering after|the process that rendered this died).*",
        "{recursion} [helm.]",
        report,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = tmp_path_factory.mktemp("ten-mistakes")
    for document in documents(HERE / "ten_mistakes"):
        folder = site / document.suffix.strip(".")
        folder.mkdir()
        shutil.copy(document, folder)
    return site


@pytest.fixture(scope="module")
def by_sphinx(site: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The diagnostics that Sphinx reports: ``path:line:column: words [code]`` and more lines."""
    _, lines = read_with_sphinx(
        site,
        tmp_path_factory.mktemp("build"),
        helm_chart=str(SHOP),
        helm_charts={"gone": "gone.tgz"},
        helm_timeout=TIMEOUT,
    )
    text = "\n".join(lines).replace(f"{site}/", "")
    reports = re.split(r"^(?=(?:rst|md)/mistakes\.)", text, flags=re.M)
    return [
        without_race(report.strip().replace(": WARNING: ", ": "))
        for report in reports
        if "[helm." in report
    ]


@pytest.fixture(scope="module")
def by_pytest(site: Path) -> list[str]:
    """The failures that a guide gives, without the word ``error``."""
    settings = Settings(chart=str(SHOP), charts={"gone": str(site / "gone.tgz")}, timeout=TIMEOUT)
    guide = Guide(site, settings)
    snippets = [
        found
        for path in documents(site)
        for found in guide.read(path)
        if isinstance(found, Snippet)
    ]
    failures = [guide.batch.verdict(snippet, snippets).failure() for snippet in snippets]
    guide.batch.close()
    lines = re.split(r"\n(?=\S*mistakes\.\w+:\d)", "\n".join(failures))
    return [without_race(line.replace(f"{site}/", "").replace(": error: ", ": ")) for line in lines]


def test_both_say_the_same_words_at_the_same_places(
    by_sphinx: list[str], by_pytest: list[str]
) -> None:
    def code_last(report: str) -> str:
        # Sphinx writes the code behind the last line of a message, pytest behind the first
        code = re.search(r" \[helm\.[\w-]*\]", report)
        assert code is not None
        return report.replace(code[0], "") + code[0]

    assert sorted(map(code_last, by_pytest)) == sorted(map(code_last, by_sphinx))


@pytest.mark.parametrize("number", range(len(EXPECTED)))
@pytest.mark.parametrize("markup", ["md", "rst"])
def test_each_mistake_is_told_once_at_its_own_place(
    by_pytest: list[str], markup: str, number: int
) -> None:
    in_md, in_rst, words = EXPECTED[number]
    place = f"{markup}/mistakes.{markup}:{in_md if markup == 'md' else in_rst}: "
    (report,) = [line for line in by_pytest if line.startswith(place)]
    assert report.removeprefix(place).startswith(words)


@pytest.mark.parametrize("markup", ["md", "rst"])
def test_nothing_else_is_said(by_pytest: list[str], markup: str) -> None:
    assert len([line for line in by_pytest if line.startswith(f"{markup}/")]) == 10
