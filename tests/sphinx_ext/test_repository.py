"""A site whose chart is that of a chart repository, which is served on this machine."""

from __future__ import annotations

import hashlib
import json
import os
import runpy
from pathlib import Path
from typing import Any

import pytest

from tests.chart_repository import Repository, shop
from tests.sphinx_ext.conftest import CONF
from tests.sphinx_ext.site import TESTS, Site, page, values

DIGEST = hashlib.sha256(shop().archive).hexdigest()
DOCS = TESTS.parent / "docs"


@pytest.fixture
def guide(site: Site, repository: Repository) -> Site:
    """A site with one example, and a repository with its chart."""
    repository.publish(shop())
    del site.conf["helm_chart"]
    site.write("conf.py", f"{CONF}helm_chart = {repository.source(sha256=DIGEST)!r}\n")
    site.write("index.rst", page(values("replicas: 3")))
    return site


def test_examples_are_checked_and_the_footer_says_where_the_chart_is_from(
    guide: Site, repository: Repository
) -> None:
    build = guide.build()
    assert build.warnings == []
    (footer,) = build.page("index.html").select(".helm-provenance")
    assert footer.text.strip().startswith(
        "Examples on this page were checked against "
        f"shop 1.2.3 from {repository.url} (sha256:{DIGEST[:12]}), rendered by Helm v"
    )


def test_later_builds_need_no_network(guide: Site, repository: Repository) -> None:
    guide.build()
    repository.stop()
    again = guide.build()
    assert (again.warnings, again.renders, again.written) == ([], 0, set())
    anew = Site(guide.source, guide.work / "anew", guide.conf).build()
    assert anew.warnings == []
    assert repository.requests == ["index.yaml", "shop-1.2.3.tgz"]


def test_without_a_digest_each_build_says_which_to_write(
    guide: Site, repository: Repository
) -> None:
    warning = (
        f"WARNING: chart shop 1.2.3 of {repository.url} is not pinned to an archive: write "
        f'"sha256": "{DIGEST}" beside its version [helm.chart-digest]'
    )
    guide.write("conf.py", f"{CONF}helm_chart = {repository.source()!r}\n")
    assert guide.build().warnings == [warning]
    assert guide.build().warnings == [warning]
    assert guide.build(suppress_warnings=["helm.chart-digest"]).warnings == []


def test_a_chart_that_cannot_be_had_is_one_error_and_pages_are_marked(
    guide: Site, repository: Repository
) -> None:
    repository.stop()
    guide.write("index.rst", page(values("replicas: 3"), values("replicas: 4")))
    build = guide.build()
    assert build.exit_status == 0
    assert build.warnings == [
        f"WARNING: chart shop 1.2.3 of {repository.url} cannot be downloaded: "
        f"{repository.url}/index.yaml cannot be reached (Connection refused); "
        f"where there is a network, run 'helm pull shop --repo {repository.url} --version 1.2.3', "
        "and set helm_chart to the file [helm.chart]"
    ]
    assert build.summary == "2 examples, 0 renders, 2 not verified"
    html = build.page("index.html")
    assert len(html.select(".helm-unverified .helm-mark")) == 2
    assert not html.select(".helm-provenance")


def test_it_is_not_looked_for_where_there_are_no_examples(
    guide: Site, repository: Repository
) -> None:
    guide.write("index.rst", page("Nothing here."))
    assert guide.build().warnings == []
    assert repository.requests == []


def test_the_command_line_may_name_one_as_text(guide: Site, repository: Repository) -> None:
    guide.write("conf.py", CONF)
    assert guide.build(helm_chart=json.dumps(repository.source(sha256=DIGEST))).warnings == []


def test_pyproject_may_name_one_as_a_table(guide: Site, repository: Repository) -> None:
    guide.write("conf.py", CONF)
    lines = [f'{key} = "{text}"' for key, text in repository.source(sha256=DIGEST).items()]
    guide.write("pyproject.toml", "\n".join(["[tool.sphinx-airflow-prod.chart]", *lines, ""]))
    assert guide.build().warnings == []


def test_the_option_chart_may_lead_to_one(guide: Site, repository: Repository) -> None:
    guide.write("index.rst", page(values("replicas: 3", "chart: other")))
    good = {"other": repository.source(sha256=DIGEST)}
    assert guide.build(helm_chart=None, helm_charts=good).warnings == []
    bad = {"other": repository.source("shob")}
    (warning,) = guide.build(helm_chart=None, helm_charts=bad).warnings
    assert warning == (
        f"index.rst:5:4: WARNING: chart shob 1.2.3 of {repository.url}: "
        "its repository has no chart 'shob' (did you mean 'shop'?) [helm.chart]"
    )


class TestOurOwnDocumentation:
    """Which chart ``docs/conf.py`` takes."""

    @staticmethod
    def conf(monkeypatch: pytest.MonkeyPatch, chart: str) -> dict[str, Any]:
        monkeypatch.setenv("AIRFLOW_CHART", chart)
        return runpy.run_path(str(DOCS / "conf.py"))

    def test_the_sample_by_default(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.conf(monkeypatch, "")["helm_chart"] == "charts/airflow-sample"

    def test_another_by_its_path(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.conf(monkeypatch, "/charts/a.tgz")["helm_chart"] == "/charts/a.tgz"

    def test_the_official_one_by_version_and_digest(self, monkeypatch: pytest.MonkeyPatch) -> None:
        official = self.conf(monkeypatch, "official")["helm_chart"]
        assert official["repo"] == "https://airflow.apache.org"
        assert (official["name"], official["version"]) == ("airflow", "1.22.0")
        assert len(official["sha256"]) == 64

    def test_the_digest_is_that_of_the_official_archive(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        archive = Path(os.environ.get("AIRFLOW_CHART", ""))
        if archive.name != "airflow-1.22.0.tgz":
            pytest.skip("AIRFLOW_CHART does not name the archive of the official chart 1.22.0")
        expected = hashlib.sha256(archive.read_bytes()).hexdigest()
        assert self.conf(monkeypatch, "official")["helm_chart"]["sha256"] == expected
