"""The configuration: each setting, where it is looked for, and what is said of a wrong one."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sphinx_airflow_prod.core.chartsource import ChartSource
from sphinx_airflow_prod.core.diagnostics import Code, Severity, Span
from sphinx_airflow_prod.core.settings import (
    Settings,
    declared,
    default_of,
    find_pyproject,
    from_mapping,
    from_pyproject,
    from_text,
    severity_of_unknown_keys,
)

HERE = Span("/project/conf.py")


def read(**given: Any) -> tuple[Settings, list[str]]:
    """Read settings as ``conf.py`` in ``/project`` gives them."""
    settings, problems = from_mapping(given, directory="/project", span=HERE, prefix="helm_")
    return settings, [problem.message for problem in problems]


REPOSITORY = {
    "repo": "https://a.example/charts",
    "name": "web",
    "version": "1.2.3",
    "sha256": f"sha256:{'AB' * 32}",
}
SOURCE = ChartSource("https://a.example/charts", "web", "1.2.3", "ab" * 32)

GOOD: list[tuple[str, Any, Any]] = [
    ("chart", "chart", "/project/chart"),
    ("chart", "../chart.tgz", "/chart.tgz"),
    ("chart", "/charts/x", "/charts/x"),
    ("chart", Path("chart"), "/project/chart"),
    ("chart", None, None),
    ("chart", REPOSITORY, SOURCE),
    ("charts", {"new": REPOSITORY}, {"new": SOURCE}),
    ("charts", {"old": "old.tgz"}, {"old": "/project/old.tgz"}),
    ("release", "prod", "prod"),
    ("namespace", "data-platform", "data-platform"),
    ("kube_version", "1.30", "1.30"),
    ("kube_version", "v1.30.2", "v1.30.2"),
    ("kube_version", None, None),
    ("api_versions", ["a/v1"], ("a/v1",)),
    ("api_versions", ("a/v1", "b/v1"), ("a/v1", "b/v1")),
    ("values", {"a": {"b": [1, None, "x"]}}, {"a": {"b": [1, None, "x"]}}),
    ("engine", "helm", "helm"),
    ("engine", "bin/helm", "/project/bin/helm"),
    ("unknown_keys", "warning", "warning"),
    ("code_blocks", "tabs", "tabs"),
    ("max_manifest_tabs", 3, 3),
    ("placeholders", "TODO.*", "TODO.*"),
    ("jobs", 4, 4),
    ("jobs", None, None),
    ("timeout", 30, 30.0),
    ("timeout", 0.5, 0.5),
    ("cache_dir", ".cache", "/project/.cache"),
    ("airflow_config_source", "auto", "auto"),
    ("airflow_config_source", "core.whl", "/project/core.whl"),
    ("airflow_config_source", Path("../config.yml"), "/config.yml"),
    ("airflow_config_source", ["auto", "a.whl"], ("auto", "/project/a.whl")),
    ("airflow_config_allow", ["my_section", "core.mine"], ("my_section", "core.mine")),
]


@pytest.mark.parametrize(("name", "given", "expected"), GOOD)
def test_a_good_value_is_taken(name: str, given: Any, expected: Any) -> None:
    settings, said = read(**{name: given})
    assert said == []
    value = getattr(settings, name)
    assert value == expected
    assert type(value) is type(expected)


def test_every_setting_has_a_good_value_here() -> None:
    assert {name for name, _, _ in GOOD} == {declaration.name for declaration in declared()}


BAD: list[tuple[str, Any, str]] = [
    ("chart", 7, "expected str or dict, got int 7"),
    ("chart", {"repo": "https://a.example"}, "'name' is missing; a chart of a repository is"),
    ("chart", {"name": "a"}, "'repo' is missing; a chart of a repository is"),
    ("chart", {"repo": "r", "name": "n", "verison": "1"}, "'verison' (did you mean 'version'?)"),
    ("chart", {"repo": "r", "name": "n", "version": 1.2}, "got float 1.2: put it in quotes"),
    ("chart", "https://user:secret@a.example/b.tgz", "'https://a.example/b.tgz' is an address"),
    ("chart", "{repo = 1", "'{repo = 1' cannot be read; a chart of a repository is"),
    ("charts", {"old": {"repo": "r"}}, "'old': 'name' is missing"),
    ("charts", {"old": "oci://a.example/b"}, "'old': 'oci://a.example/b' is an address"),
    ("charts", "old.tgz", "expected dict, got str 'old.tgz'"),
    ("charts", {"old": 7}, "'old': expected the path of a chart, got 7"),
    ("release", "Prod!", "'Prod!' is no name of lower-case letters"),
    ("release", None, "expected str, got NoneType None"),
    ("namespace", "x" * 54, "is no name of lower-case letters, digits and '-', of at most 53"),
    ("kube_version", "latest", "'latest' is no Kubernetes version such as 1.30.0"),
    ("kube_version", 1.3, "expected str, got float 1.3"),
    ("api_versions", "a/v1", "expected list or tuple, got str 'a/v1'"),
    ("api_versions", [1], "expected strings, got [1]"),
    ("values", ["a"], "expected dict, got list ['a']"),
    ("values", {"a": date(2024, 1, 1)}, "cannot be written as YAML values"),
    ("values", {"a": float("nan")}, "cannot be written as YAML values"),
    ("values", {"a": 1, 2: 3}, "cannot be written as YAML values"),
    ("engine", "", "must be 'auto', 'embedded', 'helm' or the path of a helm binary"),
    ("unknown_keys", "warn", "'warn' is not one of 'error', 'warning', 'ignore'"),
    ("code_blocks", True, "expected str, got bool True"),
    ("code_blocks", "on", "'on' is not one of 'off', 'check', 'tabs'"),
    ("max_manifest_tabs", 0, "must be greater than 0, got 0"),
    ("placeholders", "<[^>", "is no regular expression"),
    ("placeholders", "a{99999999999999999999}", "is no regular expression"),
    ("jobs", 0, "must be greater than 0, got 0"),
    ("jobs", True, "expected int, got bool True"),
    ("jobs", "4", "expected int, got str '4'"),
    ("timeout", -1, "must be greater than 0, got -1"),
    ("timeout", float("nan"), "must be greater than 0, got nan"),
    ("timeout", "60", "expected int or float, got str '60'"),
    ("cache_dir", 1, "expected str, got int 1"),
    ("airflow_config_source", 3, "expected str or list or tuple, got int 3"),
    ("airflow_config_source", [], "expected 'auto', a path, or a list of these, got []"),
    ("airflow_config_source", "", "expected 'auto', a path, or a list of these, got ''"),
    ("airflow_config_allow", "core", "expected list or tuple, got str 'core'"),
    ("airflow_config_allow", [1], "expected strings, got [1]"),
]


@pytest.mark.parametrize(("name", "given", "expected"), BAD)
def test_a_wrong_value_is_told_and_the_default_stays(name: str, given: Any, expected: str) -> None:
    settings, (said,) = read(**{name: given})
    spelling = name if name.startswith("airflow_") else f"helm_{name}"
    assert said.startswith(f"{spelling}: ")
    assert expected in said
    assert settings == Settings()


def test_every_setting_has_a_wrong_value_here() -> None:
    assert {name for name, _, _ in BAD} == {declaration.name for declaration in declared()}


def test_a_wrong_value_does_not_keep_the_others_out() -> None:
    settings, said = read(jobs="x", timeout=5)
    assert settings.timeout == 5.0
    assert len(said) == 1


def test_a_wrong_setting_is_an_error_where_it_stands() -> None:
    _, (problem,) = from_mapping({"jobs": 0}, directory="/project", span=HERE)
    assert (problem.code, problem.severity, problem.span) == (Code.CONFIG, Severity.ERROR, HERE)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("timout", "unknown setting 'helm_timout' (did you mean 'helm_timeout'?)"),
        ("colour", "unknown setting 'helm_colour'"),
        (
            "airflow_config_sorce",
            "unknown setting 'airflow_config_sorce' (did you mean 'airflow_config_source'?)",
        ),
        (
            "helm_airflow_config_allow",
            "unknown setting 'helm_airflow_config_allow' (did you mean 'airflow_config_allow'?)",
        ),
    ],
)
def test_an_unknown_setting_is_told_with_the_nearest(name: str, said: str) -> None:
    assert read(**{name: 1})[1] == [said]


def test_dashes_are_as_good_as_underscores() -> None:
    assert read(**{"kube-version": "1.30"})[0].kube_version == "1.30"


def test_what_is_not_given_stays_as_it_was() -> None:
    base = Settings(release="before", jobs=3)
    settings, _ = from_mapping({"jobs": 5}, base=base, directory="/", span=HERE)
    assert (settings.release, settings.jobs) == ("before", 5)


@pytest.mark.parametrize(
    ("level", "severity"),
    [("error", Severity.ERROR), ("warning", Severity.WARNING), ("ignore", None)],
)
def test_the_level_of_unknown_keys_is_a_severity(level: str, severity: Severity | None) -> None:
    assert severity_of_unknown_keys(Settings(unknown_keys=level)) is severity


@pytest.mark.parametrize("declaration", declared(), ids=lambda field: field.name)
def test_every_setting_says_what_it_means_and_its_default_is_valid(declaration: Any) -> None:
    assert declaration.metadata["summary"].endswith(".")
    assert read(**{declaration.name: default_of(declaration)})[1] == []


@pytest.mark.parametrize("declaration", declared(), ids=lambda field: field.name)
def test_a_default_is_plain_data_that_is_not_shared(declaration: Any) -> None:
    default: Any = default_of(declaration)
    assert isinstance(default, (str, int, float, list, dict, type(None)))
    if isinstance(default, dict):
        default["changed"] = True
        assert default_of(declaration) == {}


class TestFromText:
    """What command lines and ini files give as text."""

    @pytest.mark.parametrize(
        ("name", "text", "value"),
        [
            ("jobs", "4", 4),
            ("jobs", "four", "four"),
            ("jobs", "4.5", "4.5"),
            ("timeout", "4.5", 4.5),
            ("timeout", "4", 4.0),
            ("max_manifest_tabs", "2", 2),
            ("api_versions", "a/v1, b/v1", ["a/v1", "b/v1"]),
            ("api_versions", "a/v1,", ["a/v1"]),
            ("release", "7", "7"),
            ("chart", "../chart", "../chart"),
            ("chart", '{"repo": "r", "name": "n"}', {"repo": "r", "name": "n"}),
            ("chart", '{repo = "r", name = "n"}', {"repo": "r", "name": "n"}),
            ("chart", "{repo", "{repo"),
            ("airflow_config_source", "a.whl", "a.whl"),
            ("airflow_config_allow", "a, b.c", ["a", "b.c"]),
            ("values", "a: 1", "a: 1"),
            ("jobs", 4, 4),
        ],
    )
    def test_text_becomes_what_the_setting_takes(self, name: str, text: Any, value: Any) -> None:
        (declaration,) = [d for d in declared() if d.name == name]
        read_back = from_text(declaration, text)
        assert read_back == value
        assert type(read_back) is type(value)


class TestPyproject:
    """``[tool.sphinx-airflow-prod]``."""

    @pytest.fixture
    def write(self, tmp_path: Path) -> Any:
        def write(text: str, folder: str = "") -> Path:
            path = tmp_path / folder / "pyproject.toml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            return path

        return write

    def test_the_table_is_read_relative_to_its_file(self, write: Any, tmp_path: Path) -> None:
        path = write("[tool.sphinx-airflow-prod]\nchart = 'chart'\nunknown-keys = 'ignore'\n")
        settings, problems = from_pyproject(path)
        assert not problems
        assert settings.chart == os.path.join(tmp_path, "chart")
        assert settings.unknown_keys == "ignore"

    def test_a_chart_of_a_repository_is_an_inline_table_or_one_of_its_own(self, write: Any) -> None:
        inline = 'chart = {repo = "https://a.example", name = "web", version = "1.2.3"}\n'
        table = '[tool.sphinx-airflow-prod.chart]\nrepo = "https://a.example"\nname = "web"\n'
        for text in (f"[tool.sphinx-airflow-prod]\n{inline}", f'{table}version = "1.2.3"\n'):
            settings, problems = from_pyproject(write(text))
            assert not problems
            assert settings.chart == ChartSource("https://a.example", "web", "1.2.3")

    @pytest.mark.parametrize("text", ["", "[tool.other]\nx = 1\n", "tool = 3\n"])
    def test_a_file_without_the_table_gives_the_defaults(self, write: Any, text: str) -> None:
        assert from_pyproject(write(text)) == (Settings(), ())

    def test_no_file_gives_the_defaults(self, tmp_path: Path) -> None:
        assert from_pyproject(tmp_path / "pyproject.toml") == (Settings(), ())

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[tool.sphinx-airflow-prod\n", "cannot read the settings: "),
            ("tool.sphinx-airflow-prod = 3\n", "[tool.sphinx-airflow-prod] must be a table"),
            ("[tool.sphinx-airflow-prod]\njob = 3\n", "unknown setting 'job' (did you mean 'jobs"),
        ],
    )
    def test_what_is_wrong_is_told_at_the_file(self, write: Any, text: str, said: str) -> None:
        path = write(text)
        settings, (problem,) = from_pyproject(path)
        assert settings == Settings()
        assert problem.message.startswith(said)
        assert problem.span.path == str(path)

    def test_a_file_that_is_not_utf8_is_told(self, write: Any) -> None:
        path = write("")
        path.write_bytes(b"# \xff\n")
        assert from_pyproject(path)[1][0].message.startswith("cannot read the settings: ")

    def test_the_nearest_file_with_the_table_is_found(self, write: Any, tmp_path: Path) -> None:
        write("[tool.sphinx-airflow-prod]\n")
        nearest = write("[tool.sphinx-airflow-prod]\n", "docs")
        (tmp_path / "docs" / "guide").mkdir()
        assert find_pyproject(tmp_path / "docs" / "guide") == nearest

    @pytest.mark.parametrize(
        "nearer",
        ["[project]\nname = 'docs'\n", "[project]\ndependencies = ['sphinx-airflow-prod']\n"],
    )
    def test_a_nearer_file_without_the_table_does_not_hide_it(
        self, write: Any, tmp_path: Path, nearer: str
    ) -> None:
        path = write("[tool.sphinx-airflow-prod]\n")
        write(nearer, "docs")
        assert find_pyproject(tmp_path / "docs") == path

    def test_a_broken_file_that_names_us_is_found_so_that_it_is_told(
        self, write: Any, tmp_path: Path
    ) -> None:
        path = write("[tool.sphinx-airflow-prod\n")
        assert find_pyproject(tmp_path) == path

    def test_there_may_be_none(self, tmp_path: Path) -> None:
        assert find_pyproject(tmp_path) is None
