"""``index.yaml``: what it says of one chart, and what is said of one that cannot be used."""

from __future__ import annotations

import json

import pytest

from sphinx_airflow_prod.core.chart import ChartError
from sphinx_airflow_prod.core.chartsource import ChartSource
from sphinx_airflow_prod.core.repository.index import Release, find, newest_of, read_index

INDEX = """\
apiVersion: v1
entries:
  other:
  - {version: 9.9.9, urls: [other.tgz]}
  web:
  - name: web
    version: 1.10.0
    digest: "1234567890"
    urls: [https://a.example/web-1.10.0.tgz, mirror.tgz]
    dependencies: [{name: other, repository: "https://a.example"}]
  - {name: web, version: 1.9.0+build, urls: [web-1.9.0.tgz]}
  - {name: web, version: v1.8.0, urls: [web-1.8.0.tgz], digest: 123}
  - {name: web, version: 2.0.0-rc.1, urls: [web-2.tgz]}
generated: "2026-01-02T03:04:05Z"
"""


def release(version: str, text: str = INDEX, name: str = "web") -> Release:
    source = ChartSource("https://a.example", name, version)
    return find(read_index(text.encode(), name, "INDEX"), source)


def refused(version: str, text: str = INDEX, name: str = "web") -> str:
    with pytest.raises(ChartError) as caught:
        release(version, text, name)
    return str(caught.value)


class TestFinding:
    def test_an_exact_version(self) -> None:
        urls = ("https://a.example/web-1.10.0.tgz", "mirror.tgz")
        assert release("1.10.0") == Release("1.10.0", urls, "1234567890")

    def test_a_digest_that_looks_like_a_number_is_text(self) -> None:
        assert release("v1.8.0").digest == "123"

    @pytest.mark.parametrize("version", ["1.8.0", "v1.8.0"])
    def test_a_v_does_not_count(self, version: str) -> None:
        assert release(version).version == "v1.8.0"

    def test_where_both_are_there_it_does(self) -> None:
        text = "apiVersion: v1\nentries: {web: [{version: 1.0.0}, {version: v1.0.0}]}"
        assert [release(v, text).version for v in ("1.0.0", "v1.0.0")] == ["1.0.0", "v1.0.0"]

    def test_the_first_of_two_alike_is_taken(self) -> None:
        text = "apiVersion: v1\nentries: {web: [{version: 1.0.0, urls: [a]}, {version: 1.0.0}]}"
        assert release("1.0.0", text).urls == ("a",)

    def test_an_index_may_be_json(self) -> None:
        entries = {"web": [{"version": "1.0.0", "urls": ["a.tgz"]}], "other": None}
        text = json.dumps({"apiVersion": "v1", "entries": entries}, indent="\t")
        assert release("1.0.0", text).urls == ("a.tgz",)

    def test_entries_that_are_none_are_left_out(self) -> None:
        text = "apiVersion: v1\nentries: {web: [null, x, [], {urls: [a]}, {version: 1.0.0}]}"
        assert release("1.0.0", text) == Release("1.0.0", (), "")

    @pytest.mark.parametrize(
        ("version", "said"),
        [
            ("1.9.0", "(did you mean 1.9.0+build? the newest is 1.10.0)"),
            ("1.10.1", "(the newest is 1.10.0)"),
            ("7", "(the newest is 1.10.0)"),
            ("1.8", "(did you mean v1.8.0? the newest is 1.10.0)"),
            ("1", "(the newest is 1.10.0)"),
        ],
    )
    def test_another_version_is_never_taken_but_named(self, version: str, said: str) -> None:
        assert refused(version) == f"its repository has no version {version} of it {said}"

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("wep", "its repository has no chart 'wep' (did you mean 'web'?)"),
            ("airflow", "its repository has no chart 'airflow' (it has other, web)"),
        ],
    )
    def test_another_chart_is_never_taken_but_named(self, name: str, said: str) -> None:
        assert refused("1.10.0", name=name) == said

    def test_of_many_other_charts_only_the_number_is_told(self) -> None:
        entries = ", ".join(f"c{number}: []" for number in range(30))
        said = refused("1.0.0", f"apiVersion: v1\nentries: {{{entries}}}")
        assert said.endswith("no chart 'web', nor one of a like name among its 30")

    @pytest.mark.parametrize("versions", ["[]", "null", "{}", "x"])
    def test_a_chart_without_versions(self, versions: str) -> None:
        text = f"apiVersion: v1\nentries: {{web: {versions}}}"
        assert refused("1.0.0", text) == "its repository lists no version of it"

    def test_an_empty_repository(self) -> None:
        assert "(it has none at all)" in refused("1.0.0", "apiVersion: v1\nentries: {}\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty"),
        ("\n  \n", "it is empty"),
        ("<!DOCTYPE html><html></html>", "it is a web page"),
        ("just text", "it holds no mapping"),
        ("- a\n- b\n", "it holds no mapping"),
        ("entries: {}\n", "it has no apiVersion"),
        ('{"entries": {}}', "it has no apiVersion"),
        ('{"entries": ', "Expecting value"),
        ("apiVersion: v1\nentries: []\n", "its entries are no mapping"),
        ("apiVersion: v1\nentries: web\n", "its entries are no mapping"),
        ("apiVersion: v1\n\tentries: {}\n", "found a tab character"),
        ("a: b: c", "mapping values are not allowed"),
        ("\x00\x01", "control characters are not allowed"),
        ("{" * 100_000, "Expecting property name"),
        ("[" * 100_000, "it is nested too deeply"),
        ("- " * 100_000, "it is nested too deeply"),
        ("? " * 100_000, "it is nested too deeply"),
        (f"apiVersion: v1\nentries:\n  web: {'[' * 100_000}", "it is nested too deeply"),
        ('{"a": ' * 100_000, "maximum recursion depth"),
    ],
)
def test_what_is_no_index_is_told(text: str, said: str) -> None:
    told = refused("1.0.0", text)
    assert told.startswith("INDEX is no index of a chart repository: ")
    assert said in told


def test_bytes_that_are_no_utf8_are_told() -> None:
    with pytest.raises(ChartError, match="INDEX is no index of a chart repository: "):
        read_index(b"apiVersion: \xff\xfe\xfa\n", "web", "INDEX")


def test_aliases_in_other_charts_do_no_harm() -> None:
    text = (
        "apiVersion: v1\nentries:\n"
        "  bomb: [&a [x, x], &b [*a, *a], &c [*b, *b]]\n"
        "  ? [complex, key]\n  : value\n"
        "  web: [{version: 1.0.0, urls: [a]}]\n"
    )
    assert release("1.0.0", text).urls == ("a",)


@pytest.mark.parametrize(
    ("versions", "newest"),
    [
        (["1.9.0", "1.10.0"], "1.10.0"),
        (["1.0.0", "2.0.0-rc.1"], "1.0.0"),
        (["2.0.0-rc.9", "2.0.0-rc.10", "2.0.0-beta"], "2.0.0-rc.10"),
        (["2.0.0-alpha.1", "2.0.0-alpha"], "2.0.0-alpha.1"),
        (["2.0.0-1", "2.0.0-alpha"], "2.0.0-alpha"),
        (["v1.1.0", "1.0.0"], "v1.1.0"),
        (["latest", "0.1.0"], "0.1.0"),
        (["latest"], "latest"),
    ],
)
def test_the_newest_is_that_of_semantic_versioning(versions: list[str], newest: str) -> None:
    assert newest_of(versions) == newest_of(reversed(versions)) == newest
