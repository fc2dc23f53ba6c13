"""A chart named by its repository: what is said of one that can name no archive, and no secrets."""

from __future__ import annotations

import pytest

from sphinx_airflow_prod.core.chart import ChartError
from sphinx_airflow_prod.core.chartsource import ChartSource, shown
from sphinx_airflow_prod.core.repository import fetch

GOOD = ChartSource("https://a.example/charts", "web", "1.2.3", "ab" * 32)


def complaint(**changes: str) -> str:
    given = {"repo": GOOD.repo, "name": GOOD.name, "version": GOOD.version, **changes}
    return ChartSource.from_mapping(given).complaint()


@pytest.mark.parametrize("version", ["1.2.3", "v1.2.3", "1.2", "1.0.0-rc.1+x.7", "1.0.0-x.1", ""])
def test_one_version_is_good(version: str) -> None:
    assert complaint(version=version) == ""


@pytest.mark.parametrize(
    "version", ["^1", "~1.2", ">=1.2.3", "1.x", "X", "*", "1.2.*", "1 - 2", "1.2 || 1.3", "1, 2"]
)
def test_a_range_of_versions_is_refused(version: str) -> None:
    assert complaint(version=version) == (
        f"{version!r} is a range of versions: documentation is checked against one and the same "
        "chart; write one exact version, such as 1.2.3"
    )


def test_a_version_that_is_none_is_refused() -> None:
    assert complaint(version="latest") == "'latest' is no version, such as 1.2.3"


def test_a_registry_is_left_to_helm() -> None:
    assert complaint(repo="oci://a.example/charts") == (
        "charts of oci:// registries are not downloaded; run "
        "'helm pull oci://a.example/charts/web --version 1.2.3', and set helm_chart to the file"
    )


@pytest.mark.parametrize("repo", ["a.example", "ftp://a.example", "https://", "file:///x", "//a"])
def test_what_is_no_repository_is_refused(repo: str) -> None:
    assert complaint(repo=repo).endswith(
        "is not the address of a chart repository, such as https://airflow.apache.org"
    )


@pytest.mark.parametrize("repo", ["https://a.example:port", "https://[::1", "http://a:99999"])
def test_what_is_no_address_is_refused(repo: str) -> None:
    assert "is no address: " in complaint(repo=repo)


def test_the_name_that_helm_gives_a_repository_is_no_part_of_a_chart() -> None:
    said = "'airflow/web' is not the plain name of a chart: write 'web'"
    assert complaint(name="airflow/web") == said


@pytest.mark.parametrize("name", ["..", "a b", "-x", "a/.."])
def test_what_is_no_name_is_refused(name: str) -> None:
    assert "is not the plain name of a chart" in complaint(name=name)


@pytest.mark.parametrize("sha256", ["abc", "g" * 64, "ab" * 33])
def test_what_is_no_digest_is_refused(sha256: str) -> None:
    assert complaint(sha256=sha256) == (
        f"sha256 {sha256!r} is not a SHA-256 of 64 hexadecimal digits"
    )


def test_a_source_that_can_name_nothing_is_refused_before_any_network() -> None:
    with pytest.raises(ChartError, match=r"^chart web ~1 of https://nowhere.invalid: '~1' is"):
        fetch(ChartSource("https://nowhere.invalid", "web", "~1"))


def test_it_reads_as_what_it_is() -> None:
    assert str(GOOD) == "web 1.2.3 of https://a.example/charts"
    assert GOOD.helm_pull == "helm pull web --repo https://a.example/charts --version 1.2.3"


def test_a_password_is_not_shown() -> None:
    source = ChartSource("https://me:secret@a.example:8080/x/?token=secret", "web", "1.2.3")
    assert source.address == "https://a.example:8080/x"
    assert "secret" not in f"{source} {source!r} {source.helm_pull}"
    assert "secret" not in shown("https://me:secret@[a.example")
