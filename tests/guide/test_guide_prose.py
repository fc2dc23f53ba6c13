"""The guide's prose: what can be checked stands in a role, not in a bare literal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.charts_contract import contract

PAGES = sorted(
    page for end in ("*.rst", "*.md") for page in (contract.ROOT / "docs" / "guide").glob(end)
)

FENCED = re.compile(r"^( *)(`{3,}).*?^\1\2`* *$", re.DOTALL | re.MULTILINE)
LITERAL = {
    ".rst": re.compile(r"(?<![:`\w])``([^`\n]+)``(?!`)"),
    ".md": re.compile(r"(?<![}`\w])`([^`\n]+)`(?!`)"),
}
RESOURCE = re.compile(r"(Cron)?[A-Z][A-Za-z]+/airflow-[a-z-]+")
OPTION = re.compile(r"AIRFLOW__[A-Z_]+__[A-Z_]+|\[\w+\] \w+")

GONE: frozenset[str] = frozenset()
"""Options and variables that a page names although Airflow has them no more: no role takes them."""


def value_paths(values: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """Give the paths that nobody takes for a plain word: with a dot, or of mixed case."""
    for key, below in values.items():
        path = f"{above}{key}"
        if "." in path or not path.islower():
            yield path
        if isinstance(below, dict):
            yield from value_paths(below, f"{path}.")


PATHS = frozenset(value_paths(yaml.safe_load((contract.SAMPLE / "values.yaml").read_text("utf-8"))))


def naked(text: str, suffix: str) -> list[str]:
    """Return the literals of a page that name something which a role could hold to account."""
    if suffix == ".md":
        text = FENCED.sub("", text)
    return [
        found
        for found in LITERAL[suffix].findall(text)
        if found not in GONE
        and (found in PATHS or RESOURCE.fullmatch(found) or OPTION.fullmatch(found))
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_values_resources_and_options_are_named_by_role(page: Path) -> None:
    assert naked(page.read_text("utf-8"), page.suffix) == []


@pytest.mark.parametrize(
    "text",
    [
        "Set ``scheduler.replicas``.",
        "Set ``apiSecretKey``.",
        "It makes ``Secret/airflow-metadata``.",
        "It is in ``AIRFLOW__CORE__FERNET_KEY``.",
        "That is ``[core] executor``.",
    ],
)
def test_a_bare_name_is_found(text: str) -> None:
    assert naked(text, ".rst")
    assert naked(text.replace("``", "`"), ".md")


@pytest.mark.parametrize(
    "text",
    [
        "Set :helm:value:`scheduler.replicas`.",
        "The container ``scheduler``.",
        "Run ``helm upgrade``.",
        "A variable ``AIRFLOW_CONN_…``.",
    ],
)
def test_roles_and_plain_words_are_none(text: str) -> None:
    assert naked(text, ".rst") == []


def test_what_stands_in_a_block_is_none() -> None:
    assert naked("```yaml\na: `scheduler.replicas`\n```\n", ".md") == []
