"""What is wrong with roles: Sphinx and pytest say the same words at the same line and column."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path

import pytest

from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import Snippet
from sphinx_airflow_prod.sybil_ext import Guide
from tests.airflow.config_samples import CORE_METADATA, FILES, wheel
from tests.parity.readers import documents, read_with_sphinx

HERE = Path(__file__).parent
SHOP = HERE.parent / "charts" / "shop"

EXPECTED = [
    "unknown key 'prot' in service (did you mean 'port'?) [helm.unknown-key]",
    "unknown key 'prot' in service (did you mean 'port'?) [helm.unknown-key]",
    "replicas is no mapping but an integer, so it has no key 'x' [helm.unknown-key]",
    "no chart 'gone' in helm_charts (it names none) [helm.chart]",
    "the chart has no default for config.x: only its schema knows it [helm.default]",
    "helm:default: 'a..b' is no path of a value:",
    "no Deployment/gone is rendered by the chart's defaults; the nearest are",
    "no Deployment/gone is rendered by the example 'more'; the nearest are",
    "no example of this document is named 'mroe' (did you mean 'more'?) [helm.name]",
    "Airflow 3.2.1 has no option 'paralelism' in [core] (did you mean 'parallelism'?)",
    "'AIRFLOW__CORE_PARALLELISM' names no option",
    "[web] base_url was renamed to [api] base_url in 3.0;",
]
"""What is said of the roles of the documents, each on a line of its own."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = tmp_path_factory.mktemp("wrong-roles")
    for document in documents(HERE / "wrong_roles"):
        folder = site / document.suffix.strip(".")
        folder.mkdir()
        shutil.copy(document, folder)
    return site


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("wheels")
    return str(wheel(folder, "apache_airflow_core-3.2.1", FILES | CORE_METADATA))


@pytest.fixture(scope="module")
def by_sphinx(site: Path, airflow: str, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    _, lines = read_with_sphinx(
        site,
        tmp_path_factory.mktemp("build"),
        helm_chart=str(SHOP),
        airflow_config_source=airflow,
    )
    return [
        line.replace(f"{site}/", "").replace(": WARNING: ", ": ")
        for line in lines
        if "[toc." not in line
    ]


@pytest.fixture(scope="module")
def by_pytest(site: Path, airflow: str) -> list[str]:
    guide = Guide(site, Settings(chart=str(SHOP), airflow_config_source=airflow))
    tests = [
        found
        for path in documents(site)
        for found in guide.read(path)
        if not isinstance(found, Snippet)
    ]
    failures = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for found in tests:
            failures += guide.batch.verdict(found, tests).failure().splitlines()  # type: ignore[arg-type]
    guide.batch.close()
    return [
        line.replace(f"{site}/", "").replace(": error: ", ": ").replace(": warning: ", ": ")
        for line in failures
    ]


def test_both_say_the_same_words_at_the_same_places(
    by_sphinx: list[str], by_pytest: list[str]
) -> None:
    assert sorted(by_pytest) == sorted(by_sphinx)


@pytest.mark.parametrize("number", range(len(EXPECTED)))
@pytest.mark.parametrize("markup", ["md", "rst"])
def test_each_is_told_once_at_what_it_names(
    site: Path, by_pytest: list[str], markup: str, number: int
) -> None:
    line = number + 9
    place = f"{markup}/wrong.{markup}:{line}:"
    (report,) = [said for said in by_pytest if said.startswith(place)]
    column, _, words = report.removeprefix(place).partition(": ")
    assert words.startswith(EXPECTED[number])
    written = (site / markup / f"wrong.{markup}").read_text("utf-8").split("\n")[line - 1]
    assert written[int(column) - 2] in "`.<:"
