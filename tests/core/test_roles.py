"""Roles: read by one grammar, and judged against the chart, its renders and Airflow."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sphinx_airflow_prod.core.airflowcheck import AirflowTruth
from sphinx_airflow_prod.core.chart import Chart
from sphinx_airflow_prod.core.diagnostics import Severity, Span
from sphinx_airflow_prod.core.outcome import Report, RoleOutcome, Status
from sphinx_airflow_prod.core.pipeline import Evaluator, evaluate
from sphinx_airflow_prod.core.roles import ROLES, RawRole, Role, lines_of, misspelt, read_role
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import Snippet
from sphinx_airflow_prod.core.valuepaths import object_name
from sphinx_airflow_prod.core.workshop import Workshop
from tests.airflow.config_samples import CORE_METADATA, FILES, wheel
from tests.core.directives import CHARTS, DOCUMENT, page, said, values

SHOP = str(CHARTS / "shop")
SAMPLE = Path(__file__).parents[2] / "docs" / "charts" / "airflow-sample"
LOADER = """
class ExecutorLoader:
    executors = {LOCAL: "airflow.executors.local_executor.LocalExecutor"}
"""
EXECUTORS = {
    "airflow/executors/executor_constants.py": 'LOCAL = "LocalExecutor"\n',
    "airflow/executors/executor_loader.py": LOADER,
    "airflow/executors/local_executor.py": "class LocalExecutor:\n    pass\n",
}

Check = Callable[..., Report]


def role(written: str, line: int = 5) -> Role:
    """Return ``helm:value`x```, as it stands from column 1 of a line on."""
    name, _, rest = written.partition("`")
    text = rest.removesuffix("`")
    start = len(name) + 4
    span = Span(DOCUMENT, line, start)
    target = Span(DOCUMENT, line, start + text.rfind("<") + 1)
    return read_role(RawRole(name, DOCUMENT, Span(DOCUMENT, line, 1), text, span, target))


@pytest.fixture
def check(helm_cache: Path) -> Check:
    def check(*written: str, snippets: list[Snippet] | None = None, **settings: Any) -> Report:
        roles = [role(one) for one in written]
        given = Settings(**{"chart": SHOP, "release": "shop", **settings})
        return evaluate(snippets or [], given, cache_dir=helm_cache, roles=roles)

    return check


@pytest.fixture
def one(check: Check) -> Callable[..., RoleOutcome]:
    def one(written: str, *snippets: Snippet, **settings: Any) -> RoleOutcome:
        report = check(written, snippets=list(snippets), **settings)
        assert report.diagnostics == ()
        (outcome,) = report.roles
        assert (outcome.status is Status.FAILED) == bool(outcome.errors)
        return outcome

    return one


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The wheel of a small Airflow with one executor."""
    folder = tmp_path_factory.mktemp("wheels")
    files = FILES | CORE_METADATA | EXECUTORS
    return str(wheel(folder, "apache_airflow_core-3.2.1", files))


One = Callable[..., RoleOutcome]


# --- reading


@pytest.mark.parametrize("spec", ROLES.values(), ids=lambda spec: spec.name)
def test_every_form_of_the_reference_is_read(spec: Any) -> None:
    examples = {"path": "a.b", "key:path": "key:a.b", "title <path>": "the title <a.b>"}
    for form in spec.syntax:
        read = role(f"{spec.name}`{examples.get(form, form)}`")
        assert read.problem is None
        assert read.is_titled == (" <" in form)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("helm:value`a.b`", "a.b"),
        ("helm:value`key:a.b`", "a.b"),
        ("helm:value`the  value\n of <a.b>`", "the value of"),
        ("helm:resource`Deployment/x <name>`", "Deployment/x"),
        ("helm:resource`key:Deployment/x`", "Deployment/x"),
        ("airflow:option`core.executor`", "[core] executor"),
        ("airflow:option`[core] executor`", "[core] executor"),
        ("airflow:option`workers.special.speed`", "[workers.special] speed"),
        ("airflow:env`core.executor`", "AIRFLOW__CORE__EXECUTOR"),
        ("airflow:env`AIRFLOW__CORE__EXECUTOR`", "AIRFLOW__CORE__EXECUTOR"),
    ],
)
def test_what_a_page_shows(written: str, shown: str) -> None:
    assert role(written).shown == shown


@pytest.mark.parametrize(
    ("written", "place", "message"),
    [
        ("helm:value`a..b`", 14, "helm:value: 'a..b' is no path of a value: write keys with dots"),
        ("helm:value`title <>`", 21, "helm:value: nothing is named; write `path` or `key:path`"),
        ("helm:default`title <a>`", 16, "helm:default: 'title <a>' is no path of a value"),
        ("helm:resource`web`", 17, "helm:resource: 'web' names no resource: write Kind/name"),
        ("helm:resource`A/b, C/d`", 17, "helm:resource: one resource is to be named, as in"),
        ("airflow:option`executor`", 18, "airflow:option: 'executor' names no option; write"),
        ("airflow:env`executor`", 15, "airflow:env: 'executor' names no option; write"),
    ],
)
def test_what_cannot_be_read_is_a_problem_at_its_place(
    written: str, place: int, message: str
) -> None:
    problem = role(written).problem
    assert problem is not None
    assert (problem.code.value, problem.span.column) == ("helm.role", place)
    assert problem.message.startswith(message)


def test_a_role_that_does_not_exist_gets_the_nearest() -> None:
    assert misspelt("helm:valeu") == "unknown role 'helm:valeu' (did you mean 'helm:value'?)"
    assert misspelt("helm:nothing") == "unknown role 'helm:nothing'"


def test_roles_of_a_line_belong_together() -> None:
    roles = [role("helm:value`a`", 1), role("helm:value`b`", 2), role("helm:value`c`", 1)]
    assert [(line.span.line, len(line.roles)) for line in lines_of(roles)] == [(1, 2), (2, 1)]


# --- values and defaults


@pytest.mark.parametrize(
    "path",
    ["replicas", "service.port", "workers[]", "workers[3]", "config.anything", 'config."a.b/c"',
     "config['a b']", "global.x"],
)  # fmt: skip
def test_a_value_that_the_chart_knows_is_right(one: One, path: str) -> None:
    assert one(f"helm:value`{path}`").diagnostics == ()


@pytest.mark.parametrize(
    ("path", "column", "message"),
    [
        ("service.prot", 22, "unknown key 'prot' in service (did you mean 'port'?)"),
        ("port", 14, "'port' is not a key of the top level; it is one of service"),
        ("replicas.x", 23, "replicas is no mapping but an integer, so it has no key 'x'"),
        ("workers.name", 22, "workers is no mapping but a list, so it has no key 'name'; the items "
         "of a list are written []"),
        ("workers[].name", 24, "workers[] is no mapping but a string, so it has no key 'name'"),
        ("service[0]", 21, "service is no list but a mapping, so it has no items"),
        ("image.a.b", 20, "unknown key 'a' in image; the keys known there are 'tag', 'pullPolicy'"),
    ],
)  # fmt: skip
def test_another_is_an_error_at_the_key(one: One, path: str, column: int, message: str) -> None:
    for name in ("value", "default"):
        outcome = one(f"helm:{name}`{path}`")
        assert [m.partition(": ")[2] for m in said(outcome.diagnostics)] == [
            f"{message} [helm.unknown-key]"
        ]
        assert outcome.diagnostics[0].span.column == column + (2 if name == "default" else 0)


def test_the_place_in_a_titled_role_is_that_of_the_key(one: One) -> None:
    (problem,) = one("helm:value`the port <service.prot>`").diagnostics
    assert problem.span.column == 14 + len("the port <service.")


@pytest.mark.parametrize(
    ("path", "text"),
    [("replicas", "1"), ("image.tag", '"1.0"'), ("motd", '""'), ("workers", "[]"), ("config", "{}"),
     ("service", "{enabled: true, port: 80}")],
)  # fmt: skip
def test_a_default_is_that_of_the_chart(one: One, path: str, text: str) -> None:
    assert one(f"helm:default`{path}`").text == text


def test_values_of_the_site_are_no_defaults(one: One) -> None:
    assert one("helm:default`replicas`", values={"replicas": 7}).text == "1"


def test_a_value_without_default_has_none_to_insert(one: One) -> None:
    outcome = one("helm:default`config.x`")
    assert outcome.text is None
    assert said(outcome.diagnostics) == [
        "5:16: the chart has no default for config.x: only its schema knows it [helm.default]"
    ]


def test_a_default_that_only_the_schema_names_is_none(one: One, tmp_path: Path) -> None:
    (tmp_path / "Chart.yaml").write_text("apiVersion: v2\nname: made\nversion: 1.0.0\n")
    (tmp_path / "values.schema.json").write_text('{"properties": {"a": {"default": 3}}}')
    (problem,) = one("helm:default`a`", chart=str(tmp_path)).diagnostics
    assert problem.message == (
        "the chart has no default for a; its schema names 3, which Helm does not use"
    )


def test_of_a_chart_without_schema_only_defaults_are_known(check: Check) -> None:
    chart = str(CHARTS / "no-schema")
    report = check("helm:value`nothing.like.it`", chart=chart)
    (outcome,) = report.roles
    assert [d.severity for d in outcome.diagnostics] == [Severity.WARNING]
    assert "the chart has no schema, and no default of that name" in outcome.diagnostics[0].message
    assert [d.code.value for d in report.diagnostics] == ["helm.chart-schema"]


def test_another_chart_goes_by_its_key(check: Check) -> None:
    charts = {"other": str(CHARTS / "schema")}
    known, unknown, nowhere = check(
        "helm:value`replicas`", "helm:value`other:replicsa`", "helm:value`gone:x`", charts=charts
    ).roles
    assert known.status is Status.PASSED
    assert "unknown key 'replicsa'" in unknown.diagnostics[0].message
    assert said(nowhere.diagnostics) == [
        "5:14: no chart 'gone' in helm_charts (other) [helm.chart]"
    ]


# --- resources


def test_a_resource_is_rendered_by_the_defaults_or_by_an_example(one: One) -> None:
    more = values("workers: [one]", {"name": "more"})
    assert one("helm:resource`Deployment/shop-web`").status is Status.PASSED
    assert one("helm:resource`Deployment/shop-*`").status is Status.PASSED
    assert one("helm:resource`Deployment/shop-web#spec.replicas`").status is Status.PASSED
    assert one("helm:resource`Deployment/shop-one <more>`", more).status is Status.PASSED


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("Deployment/shop-one", 17, "no Deployment/shop-one is rendered by the chart's defaults; "
         "the nearest are Deployment/shop-web,"),
        ("Deployment/shop-web#spec.no", 17, "there is no spec.no in Deployment/shop-web as it is "
         "rendered by the chart's defaults"),
        ("Deployment/shop-two <more>", 17, "no Deployment/shop-two is rendered by the example "
         "'more'; the nearest are Deployment/shop-one,"),
        ("Deployment/shop-one <mroe>", 38, "no example of this document is named 'mroe' (did you "
         "mean 'more'?)"),
    ],
)  # fmt: skip
def test_another_is_an_error_with_the_nearest(
    one: One, text: str, column: int, message: str
) -> None:
    more = values("workers: [one]", {"name": "more"})
    (problem,) = one(f"helm:resource`{text}`", more).diagnostics
    assert problem.message.startswith(message)
    assert problem.span.column == column


def test_of_an_example_that_renders_nothing_nothing_can_be_said(one: One) -> None:
    for options, words in (
        ({"no-render": ""}, "nothing is rendered for example 'x'"),
        ({"fails": "at most 9"}, "Helm cannot render example 'x'"),
    ):
        example = values("replicas: 10", {"name": "x", **options})
        (problem,) = one("helm:resource`Deployment/shop-web <x>`", example).diagnostics
        assert problem.message.startswith(f"cannot be checked: {words}")


def test_a_skipped_example_skips_its_resources(one: One) -> None:
    example = values("replicas: 10", {"name": "x", "skip": "later"})
    assert one("helm:resource`Deployment/nothing <x>`", example).status is Status.SKIPPED


def test_a_chart_that_does_not_render_by_its_defaults_says_so(one: One) -> None:
    site = {"replicas": 10}
    (problem,) = one("helm:resource`Deployment/shop-web`", values=site).diagnostics
    assert problem.message.startswith("cannot be checked: Helm cannot render the chart by its")
    assert "replicas must be at most 9" in problem.message


def test_each_render_is_done_once(tmp_path: Path) -> None:
    written = [f"helm:resource`Deployment/shop-web{end}`" for end in ("", " <more>", "")]
    more = values("workers: [one]", {"name": "more"})
    settings = Settings(chart=SHOP, release="shop")
    roles = [role(text, line) for line, text in enumerate(written, 1)]
    report = evaluate([more], settings, cache_dir=tmp_path, roles=roles)
    assert (report.statistics.renders, report.statistics.roles) == (2, 3)


# --- Airflow


@pytest.mark.parametrize(
    "written",
    ["airflow:option`core.parallelism`", "airflow:option`[core] fernet_key_cmd`",
     "airflow:option`workers.special.speed`", "airflow:env`core.parallelism`",
     "airflow:env`AIRFLOW__CORE__FERNET_KEY_CMD`", "airflow:env`AIRFLOW_HOME`",
     "airflow:executor`LocalExecutor`", "airflow:executor`my.own.Executor`"],
)  # fmt: skip
def test_what_airflow_has_is_right(one: One, airflow: str, written: str) -> None:
    assert one(written, airflow_config_source=airflow).diagnostics == ()


@pytest.mark.parametrize(
    ("written", "said_", "severity"),
    [
        ("airflow:option`core.paralelism`", "(did you mean 'parallelism'?)", "error"),
        ("airflow:env`core.paralelism`", "(did you mean 'parallelism'?)", "error"),
        ("airflow:env`AIRFLOW__CORE_PARALLELISM`", "AIRFLOW__CORE__PARALLELISM", "error"),
        ("airflow:env`AIRFLOW_CORE_PARALLELISM`", "AIRFLOW__CORE__PARALLELISM", "warning"),
        ("airflow:option`web.base_url`", "was renamed to [api] base_url in 3.0", "warning"),
        ("airflow:executor`LocalExecuter`", "(did you mean 'LocalExecutor'?)", "error"),
    ],
)
def test_what_it_does_not_have_gets_what_to_write(
    one: One, airflow: str, written: str, said_: str, severity: str
) -> None:
    (problem,) = one(written, airflow_config_source=airflow).diagnostics
    assert said_ in problem.message
    assert problem.severity == severity
    assert problem.span.column == written.index("`") + 4


def test_the_allow_list_holds_for_roles(one: One, airflow: str) -> None:
    settings = {"airflow_config_source": airflow, "airflow_config_allow": ("mine",)}
    assert one("airflow:option`mine.own`", **settings).diagnostics == ()
    assert one("airflow:option`mine.own`", airflow_config_source=airflow).errors


def test_without_a_source_it_is_said_once(check: Check) -> None:
    report = check(
        "airflow:option`core.executor`", "airflow:env`core.executor`", "helm:value`replicas`",
        airflow_config_source="gone.whl",
    )  # fmt: skip
    assert [outcome.status for outcome in report.roles] == [
        Status.UNVERIFIED, Status.UNVERIFIED, Status.PASSED,
    ]  # fmt: skip
    assert [d.code.value for d in report.diagnostics] == ["airflow.source"]


@pytest.mark.parametrize(
    ("path", "column", "message"),
    [("core.paralelism", 26, "Airflow 3.2.1 has no option 'paralelism' in [core] (did you mean"),
     ("coer.x", 21, "Airflow 3.2.1 has no section [coer] (did you mean [core]?)")],
)  # fmt: skip
def test_options_in_values_of_airflows_chart_are_airflows(
    one: One, airflow: str, path: str, column: int, message: str
) -> None:
    settings = {"chart": str(SAMPLE), "airflow_config_source": airflow}
    assert one("helm:value`config.core.parallelism`", **settings).diagnostics == ()
    (problem,) = one(f"helm:value`config.{path}`", **settings).diagnostics
    assert problem.message.startswith(message)
    assert (problem.code.value, problem.span.column) == ("airflow.option", column)


# --- verdicts that are known


def test_a_known_verdict_needs_neither_schema_nor_airflow(
    tmp_path: Path, airflow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(chart=SHOP, release="shop", airflow_config_source=airflow)
    written = ("helm:default`replicas`", "helm:value`service.prot`", "airflow:option`core.x`",
               "helm:resource`Deployment/shop-web`")  # fmt: skip
    roles = [role(text, line) for line, text in enumerate(written, 1)]
    first = evaluate([], settings, cache_dir=tmp_path, roles=roles)

    def not_now(*_: object, **_more: object) -> None:
        raise AssertionError("something is judged again")

    monkeypatch.setattr(Workshop, "checker", not_now)
    monkeypatch.setattr(Workshop, "run", not_now)
    monkeypatch.setattr(AirflowTruth, "judge_role", not_now)
    second = evaluate([], settings, cache_dir=tmp_path, roles=roles)
    assert second.roles == first.roles
    assert second.statistics.renders == 0


def test_an_example_that_changes_is_asked_again(tmp_path: Path) -> None:
    settings = Settings(chart=SHOP, release="shop")
    roles = [role("helm:resource`Deployment/shop-one <more>`")]
    with Evaluator(settings, tmp_path) as evaluator:
        for worker, status in (("one", Status.PASSED), ("two", Status.FAILED)):
            more = values(f"workers: [{worker}]", {"name": "more"})
            (outcome,) = evaluator.evaluate([more], roles=roles).roles
            assert outcome.status is status


def test_a_fault_that_passes_is_not_remembered(tmp_path: Path) -> None:
    roles = [role("helm:resource`Deployment/shop-web`")]
    slow = Settings(chart=SHOP, release="shop", timeout=1e-6)
    (outcome,) = evaluate([], slow, cache_dir=tmp_path, roles=roles).roles
    assert outcome.status in {Status.FAILED, Status.UNVERIFIED}
    able = Settings(chart=SHOP, release="shop")
    (outcome,) = evaluate([], able, cache_dir=tmp_path, roles=roles).roles
    assert outcome.status is Status.PASSED


def test_the_names_of_another_document_are_not_known(check: Check) -> None:
    (example,) = page(("workers: [one]", {"name": "more"}), document="/guide/other.rst")
    report = check("helm:resource`Deployment/shop-one <more>`", snippets=[example])
    assert "no example of this document is named 'more'" in report.roles[0].diagnostics[0].message


@pytest.mark.skipif(not os.environ.get("AIRFLOW_CHART"), reason="AIRFLOW_CHART names no chart")
def test_no_value_and_no_default_of_the_official_chart_is_a_false_alarm(tmp_path: Path) -> None:
    settings = Settings(chart=os.environ["AIRFLOW_CHART"])
    with Evaluator(settings, tmp_path) as evaluator:
        chart = evaluator._workshop.chart(None)
        assert isinstance(chart, Chart)
        schema = evaluator._workshop.checker(chart).schema
        paths = list(paths_of(schema.defaults))
        texts = [object_name(None, path) for path in paths if path[0] != "config"]
        roles = [role(f"{name}`{text}`", line)
                 for name in ("helm:value", "helm:default")
                 for line, text in enumerate(texts, 1)]  # fmt: skip
        report = evaluator.evaluate([], roles=roles)
    assert len(roles) > 1000
    assert [outcome.role.target for outcome in report.roles if outcome.diagnostics] == []


def paths_of(values: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Give the paths of all keys of a mapping."""
    if isinstance(values, Mapping):
        for key, below in values.items():
            yield (*above, key)
            yield from paths_of(below, (*above, key))
