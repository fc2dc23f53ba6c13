"""``evaluate``: snippets in, outcomes out, with real Helm on small charts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sphinx_airflow_prod.core.diagnostics import Code
from sphinx_airflow_prod.core.outcome import Outcome, Report, Status
from sphinx_airflow_prod.core.pipeline import Evaluator, evaluate
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import Snippet
from tests.core.directives import CHARTS, page, said, values

SHOP = str(CHARTS / "shop")
MINIMAL = str(CHARTS / "minimal")
FAULTS = str(CHARTS / "faults")

Check = Callable[..., Report]


@pytest.fixture
def check(helm_cache: Path) -> Check:
    """Evaluate snippets with the chart *shop*; what other tests have rendered is known."""

    def check(snippets: list[Snippet], **settings: Any) -> Report:
        return evaluate(snippets, Settings(**{"chart": SHOP, **settings}), cache_dir=helm_cache)

    return check


@pytest.fixture
def one(check: Check) -> Callable[..., list[str]]:
    """Return what is said of one example, as ``line:column: message [code]``."""

    def one(body: str, options: dict[str, str] | None = None, **settings: Any) -> list[str]:
        (outcome,) = check([values(body, options)], **settings).outcomes
        assert (outcome.status is Status.FAILED) == bool(outcome.errors)
        return said(outcome.diagnostics)

    return one


def chart(folder: Path, files: dict[str, str], name: str = "made") -> str:
    """Write a chart and return its path."""
    files = {"Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: 1.0.0\n", **files}
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return str(folder)


CONFIG_MAP = (
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: made\ndata:\n  a: {{ %s | quote }}\n"
)


def test_a_good_example_passes(one: Any) -> None:
    assert one("replicas: 2\n") == []


def test_outcomes_come_in_the_order_of_the_snippets(check: Check) -> None:
    snippets = page("replicas: 2\n", "replicsa: 2\n", "replicas: 3\n")
    report = check(snippets)
    assert [outcome.snippet for outcome in report.outcomes] == snippets
    assert [outcome.status.value for outcome in report.outcomes] == ["passed", "failed", "passed"]


def test_a_wrong_example_does_not_touch_the_others(check: Check) -> None:
    wrong = ["a: [\n", "replicas: two\n", "replicas: 10\n", "\ta: 1\n", ""]
    report = check(page(*wrong, "replicas: 2\n"))
    assert [outcome.status.value for outcome in report.outcomes] == ["failed"] * 5 + ["passed"]


def test_the_detail_holds_what_is_rendered_and_what_changes(check: Check) -> None:
    (outcome,) = check([values("service:\n  enabled: false\n")]).outcomes
    assert "Service/airflow-web" not in {resource.id for resource in outcome.detail.resources}
    assert outcome.detail.changes is not None
    assert not outcome.detail.changes.is_empty


class TestLayers:
    """What ``:extends:`` puts beneath an example."""

    def replicas_and_tag(self, outcome: Outcome) -> tuple[Any, Any]:
        (web,) = [r for r in outcome.detail.resources if r.id == "Deployment/airflow-web"]
        spec = web.data["spec"]
        return spec["replicas"], spec["template"]["spec"]["containers"][0]["image"]

    def test_layers_are_merged_as_helm_merges_files(self, check: Check) -> None:
        *_, outcome = check(
            page(
                ("replicas: 2\nimage: {tag: a}\n", {"name": "x"}),
                ("image: {tag: b}\n", {"extends": "x"}),
            )
        ).outcomes
        assert self.replicas_and_tag(outcome) == (2, "shop:b")

    def test_the_last_named_wins(self, check: Check) -> None:
        *_, outcome = check(
            page(
                ("replicas: 2\nimage: {tag: a}\n", {"name": "x"}),
                ("replicas: 3\n", {"name": "y"}),
                ("motd: hi\n", {"extends": "x, y"}),
            )
        ).outcomes
        assert self.replicas_and_tag(outcome) == (3, "shop:a")

    def test_layers_reach_through_layers(self, check: Check) -> None:
        *_, outcome = check(
            page(
                ("replicas: 2\n", {"name": "x"}),
                ("image: {tag: b}\n", {"name": "y", "extends": "x"}),
                ("motd: hi\n", {"extends": "y"}),
            )
        ).outcomes
        assert self.replicas_and_tag(outcome) == (2, "shop:b")

    def test_null_takes_away_what_lies_beneath_and_the_default(self, check: Check) -> None:
        *_, outcome = check(
            page(
                ("image: {pullPolicy: Always}\n", {"name": "x"}),
                ("image: {pullPolicy: null}\n", {"extends": "x"}),
            )
        ).outcomes
        (web,) = [r for r in outcome.detail.resources if r.id == "Deployment/airflow-web"]
        (container,) = web.data["spec"]["template"]["spec"]["containers"]
        assert container["imagePullPolicy"] is None

    def test_the_effect_is_measured_against_what_lies_beneath(self, check: Check) -> None:
        *_, outcome = check(
            page(("replicas: 2\n", {"name": "x"}), ("replicas: 2\n", {"extends": "x"}))
        ).outcomes
        (complaint,) = said(outcome.diagnostics)
        assert complaint.startswith("20:1: the example changes nothing")
        assert "over the examples it extends" in complaint

    def test_going_back_to_the_default_is_an_effect(self, check: Check) -> None:
        *_, outcome = check(
            page(("replicas: 2\n", {"name": "x"}), ("replicas: 1\n", {"extends": "x"}))
        ).outcomes
        assert outcome.diagnostics == ()

    def test_one_that_cannot_be_read_is_told_at_both(self, check: Check) -> None:
        first, second = check(
            page(("a: [\n", {"name": "x"}), ("replicas: 2\n", {"extends": "x"}))
        ).outcomes
        assert first.status is Status.FAILED
        assert said(second.diagnostics) == [
            "21:4: cannot be checked: example 'x', which it extends, is not readable [helm.name]"
        ]

    def test_mistakes_of_what_lies_beneath_are_told_there_only(self, check: Check) -> None:
        first, second = check(
            page(
                ("replicsa: 2\nreplicas: 2\n", {"name": "x"}),
                ("motd: hi\n", {"extends": "x"}),
            )
        ).outcomes
        assert "helm.unknown-key" in said(first.diagnostics)[0]
        assert second.diagnostics == ()

    def test_the_values_of_the_settings_lie_beneath_all(self, check: Check) -> None:
        (outcome,) = check([values("motd: hi\n")], values={"replicas": 5}).outcomes
        assert self.replicas_and_tag(outcome) == (5, "shop:1.0")


class TestNoEffect:
    """An example changes something, or says that it does not."""

    def test_restating_defaults_is_an_error(self, one: Any) -> None:
        (complaint,) = one("replicas: 1\n")
        assert complaint.startswith("1:1: the example changes nothing in what the chart renders")
        assert complaint.endswith("say :no-effect: [helm.no-effect]")

    def test_restating_defaults_on_purpose_is_not(self, one: Any) -> None:
        assert one("replicas: 1\n", {"no-effect": ""}) == []

    def test_saying_so_where_it_is_not_true_is_an_error_at_the_option(self, one: Any) -> None:
        assert one("replicas: 2\n", {"no-effect": ""}) == [
            "2:4: the example has an effect, and option 'no-effect' says that it has none "
            "[helm.no-effect]"
        ]

    def test_it_is_not_said_beside_another_mistake(self, one: Any) -> None:
        (complaint,) = one("replicsa: 2\n")
        assert "helm.unknown-key" in complaint

    def test_restating_a_value_of_the_settings_is_no_effect(self, one: Any) -> None:
        (complaint,) = one("replicas: 5\n", values={"replicas": 5})
        assert "helm.no-effect" in complaint

    def test_notes_are_an_effect(self, tmp_path: Path, one: Any) -> None:
        made = chart(
            tmp_path, {"values.yaml": "a: x\n", "templates/NOTES.txt": "Note {{ .Values.a }}\n"}
        )
        assert [line for line in one("a: y\n", chart=made) if "no-effect" in line] == []


class TestFails:
    """``:fails:``: the chart must refuse the values, and for the reason given."""

    def test_a_refusal_of_a_template_that_matches_passes(self, one: Any) -> None:
        assert one("replicas: 10\n", {"fails": "at most \\d"}) == []

    def test_a_refusal_by_the_schema_that_matches_passes(self, one: Any) -> None:
        assert one("replicas: two\n", {"fails": "integer"}) == []

    def test_values_that_are_accepted_are_an_error_at_the_option(self, one: Any) -> None:
        (complaint,) = one("replicas: 2\n", {"fails": "at most"})
        assert complaint.startswith("2:4: the chart accepts these values")
        assert complaint.endswith("[helm.fails]")

    def test_another_refusal_is_an_error_that_shows_it(self, one: Any) -> None:
        (complaint,) = one("replicas: 10\n", {"fails": "at least"})
        assert complaint.startswith("2:4: the chart refuses these values otherwise")
        assert "replicas must be at most 9" in complaint

    def test_yaml_that_cannot_be_read_is_no_refusal_of_the_chart(self, one: Any) -> None:
        (complaint,) = one("a: [\n", {"fails": "."})
        assert complaint.endswith("[helm.yaml]")

    def test_the_refusal_is_there_to_be_shown(self, check: Check) -> None:
        (outcome,) = check([values("replicas: 10\n", {"fails": "at most"})]).outcomes
        assert outcome.detail.refusal is not None
        assert "replicas must be at most 9" in outcome.detail.refusal.message


class TestShow:
    """``:show:``: every selector finds something."""

    @pytest.mark.parametrize(
        "selector",
        ["Deployment/airflow-web", "*/airflow-*", "Deployment/airflow-web#spec.replicas"],
    )
    def test_one_that_finds_something_passes(self, one: Any, selector: str) -> None:
        assert one("replicas: 2\n", {"show": selector}) == []

    def test_one_that_finds_nothing_is_told_with_the_nearest(self, one: Any) -> None:
        (complaint,) = one("replicas: 2\n", {"show": "Deployment/airflow-wbe"})
        assert complaint.startswith(
            "2:4: option 'show': Deployment/airflow-wbe matches nothing that is rendered; "
            "nearest are Deployment/airflow-web"
        )
        assert complaint.endswith("[helm.show]")

    def test_a_path_that_is_not_there_is_told(self, one: Any) -> None:
        (complaint,) = one("replicas: 2\n", {"show": "Deployment/airflow-web#spec.gone"})
        assert "spec.gone" in complaint
        assert complaint.endswith("[helm.show]")

    def test_each_of_several_is_judged(self, one: Any) -> None:
        found = one("replicas: 2\n", {"show": "Job/a, Deployment/airflow-web, Job/b"})
        assert len(found) == 2

    def test_a_resource_that_the_example_takes_away_is_not_there(self, one: Any) -> None:
        (complaint,) = one("service: {enabled: false}\n", {"show": "Service/airflow-web"})
        assert complaint.endswith("[helm.show]")


class TestRenderFailures:
    """Helm refuses: told at the directive, with Helm's words and the template's place."""

    def test_fail_in_a_template(self, one: Any) -> None:
        (complaint,) = one("replicas: 10\n")
        assert complaint.startswith("1:1: replicas must be at most 9 [helm.render]"[:30])
        assert "deployment.yaml:2" in complaint

    @pytest.mark.parametrize(
        ("fault", "words"),
        [
            ("fail", "choose: one\nor the other"),
            ("required", "a password is needed"),
            ("nil", "nil pointer"),
            ("missing-template", "nowhere"),
        ],
    )
    def test_other_faults(self, one: Any, fault: str, words: str) -> None:
        (complaint,) = one(f"fault: {fault}\n", chart=FAULTS)
        assert complaint.startswith("1:1: ")
        assert words in complaint
        assert complaint.endswith("[helm.render]")

    def test_no_render_does_not_find_them(self, one: Any) -> None:
        assert one("replicas: 10\n", {"no-render": ""}) == []

    def test_no_render_still_validates(self, one: Any) -> None:
        (complaint,) = one("replicas: two\n", {"no-render": ""})
        assert complaint.endswith("[helm.schema]")

    def test_what_the_schema_refuses_is_not_rendered(self, check: Check, tmp_path: Path) -> None:
        settings = Settings(chart=SHOP)
        report = evaluate([values("replicas: two\n")], settings, cache_dir=tmp_path)
        assert report.statistics.renders == 0


class TestSubchart:
    """A subchart's own schema."""

    @pytest.fixture
    def made(self, tmp_path: Path) -> str:
        return chart(
            tmp_path / "parent",
            {
                "values.yaml": "child:\n  port: 80\n",
                "values.schema.json": '{"properties": {"child": {"type": "object"}}}',
                "templates/a.yaml": CONFIG_MAP % ".Values.child.port",
                "charts/child/Chart.yaml": "apiVersion: v2\nname: child\nversion: 1.0.0\n",
                "charts/child/values.yaml": "port: 80\n",
                "charts/child/values.schema.json": (
                    '{"type": "object", "properties": {"port": {"type": "integer"}}}'
                ),
            },
        )

    def test_what_it_refuses_is_told_at_the_key(self, one: Any, made: str) -> None:
        (complaint,) = one("child:\n  port: eighty\n", chart=made)
        assert complaint.startswith("3:6: child.port: ")
        assert complaint.endswith("[helm.schema]")

    def test_what_it_takes_passes(self, one: Any, made: str) -> None:
        assert one("child:\n  port: 81\n", chart=made) == []


class TestBaseline:
    """What the chart renders without the example."""

    @pytest.fixture
    def made(self, tmp_path: Path) -> str:
        return chart(
            tmp_path / "made",
            {"values.yaml": "", "templates/a.yaml": CONFIG_MAP % 'required "say it" .Values.word'},
        )

    def test_a_chart_that_needs_values_can_have_examples(self, one: Any, made: str) -> None:
        found = one("word: yes it is\n", chart=made)
        told = [line for line in found if "unknown-key" not in line]
        assert len(told) == 1
        assert told[0].startswith("1:1: the chart does not render without this example")
        assert told[0].endswith("[helm.baseline]")

    def test_an_example_that_lacks_them_is_told(self, one: Any, made: str) -> None:
        found = one("other: 1\n", chart=made, unknown_keys="ignore")
        assert len(found) == 1
        assert "say it" in found[0]

    def test_the_values_of_the_settings_make_it_render(self, check: Check, made: str) -> None:
        report = check(
            [values("other: 1\n")], chart=made, values={"word": "x"}, unknown_keys="ignore"
        )
        (complaint,) = said(report.outcomes[0].diagnostics)
        assert complaint.endswith("[helm.no-effect]")


class TestChart:
    """The chart itself is not there, or has no schema."""

    def test_without_a_chart_nothing_is_verified(self, check: Check) -> None:
        report = check(page("a: 1\n", "b: 1\n"), chart=None)
        assert [outcome.status for outcome in report.outcomes] == [Status.UNVERIFIED] * 2
        assert [d.code for d in report.diagnostics] == [Code.CHART]

    def test_a_chart_that_is_not_there_is_told_once(self, check: Check) -> None:
        report = check(page("a: 1\n", "b: 1\n"), chart="/none/such")
        assert [outcome.status for outcome in report.outcomes] == [Status.UNVERIFIED] * 2
        (problem,) = report.diagnostics
        assert "/none/such" in problem.message

    def test_an_unknown_key_of_a_chart_is_told_at_the_option(self, one: Any) -> None:
        assert one("a: 1\n", {"chart": "old"}, charts={"new": SHOP}) == [
            "2:4: no chart 'old' in helm_charts (new) [helm.chart]"
        ]

    def test_another_chart_can_be_named(self, one: Any) -> None:
        assert one("greeting: x\n", {"chart": "other"}, charts={"other": MINIMAL}) == []

    def test_a_chart_without_a_schema_is_told_once(self, check: Check) -> None:
        report = check(page("message: a\n", "message: b\n"), chart=str(CHARTS / "no-schema"))
        assert [outcome.status for outcome in report.outcomes] == [Status.PASSED] * 2
        assert [d.code for d in report.diagnostics] == [Code.CHART_SCHEMA]


class TestSkip:
    """``:skip:``: shown, counted, not checked."""

    def test_nothing_is_checked(self, check: Check) -> None:
        report = check([values("a: [\n", {"skip": "a reason"})])
        assert report.outcomes[0].status is Status.SKIPPED
        assert report.outcomes[0].diagnostics == ()
        assert report.statistics.skipped == 1

    def test_mistakes_in_options_are(self, check: Check) -> None:
        (outcome,) = check([values("a: 1\n", {"skip": "a reason", "ful": ""})]).outcomes
        assert outcome.status is Status.FAILED

    def test_it_needs_no_chart(self, check: Check) -> None:
        report = check([values("a: 1\n", {"skip": "a reason"})], chart=None)
        assert report.outcomes[0].status is Status.SKIPPED
        assert report.diagnostics == ()


class TestMemory:
    """What is known is not rendered, and not judged, again."""

    def test_a_second_evaluation_renders_nothing_and_says_the_same(self, tmp_path: Path) -> None:
        settings = Settings(chart=SHOP)
        snippets = page("replicas: 2\n", "replicsa: 2\n", "replicas: 10\n")
        first = evaluate(snippets, settings, cache_dir=tmp_path)
        second = evaluate(snippets, settings, cache_dir=tmp_path)
        assert first.statistics.renders == 4
        assert second.statistics.renders == 0
        assert [o.diagnostics for o in second.outcomes] == [o.diagnostics for o in first.outcomes]

    def test_the_same_example_twice_is_rendered_once(self, tmp_path: Path) -> None:
        report = evaluate(page(*["replicas: 2\n"] * 5), Settings(chart=SHOP), cache_dir=tmp_path)
        assert report.statistics.renders == 2

    def test_the_detail_of_what_is_known_is_made_from_the_cache(self, tmp_path: Path) -> None:
        settings = Settings(chart=SHOP)
        (first,) = evaluate([values("replicas: 2\n")], settings, cache_dir=tmp_path).outcomes
        (second,) = evaluate([values("replicas: 2\n")], settings, cache_dir=tmp_path).outcomes
        assert second.detail == first.detail

    @pytest.mark.parametrize(
        ("fault", "timeout", "code"),
        [("busy", 2.0, Code.TIMEOUT), ("memory", 60.0, Code.CRASH)],
    )
    def test_a_timeout_or_crash_is_told_and_not_remembered(
        self, tmp_path: Path, fault: str, timeout: float, code: Code
    ) -> None:
        settings = Settings(chart=FAULTS, timeout=timeout)
        snippets = [values(f"fault: {fault}\n")]
        for _ in range(2):
            report = evaluate(snippets, settings, cache_dir=tmp_path)
            assert [d.code for d in report.outcomes[0].diagnostics] == [code]
            # at the second time the baseline alone is known
            assert report.statistics.renders >= 1

    def test_only_what_is_asked_for_is_evaluated(self, tmp_path: Path) -> None:
        snippets = page(("replicas: 2\n", {"name": "x"}), ("motd: hi\n", {"extends": "x"}), "a: [")
        with Evaluator(Settings(chart=SHOP), tmp_path) as evaluator:
            report = evaluator.evaluate(snippets, only={snippets[1].key})
        assert [outcome.snippet for outcome in report.outcomes] == [snippets[1]]
        assert report.outcomes[0].status is Status.PASSED
        assert report.statistics.examples == 1


def test_release_options_reach_the_templates(check: Check) -> None:
    (outcome,) = check(
        [
            values(
                "replicas: 2\n",
                {
                    "release": "prod",
                    "namespace": "data",
                    "kube-version": "1.29.3",
                    "api-versions": "monitoring.coreos.com/v1",
                },
            )
        ]
    ).outcomes
    (web,) = [r for r in outcome.detail.resources if r.id == "Deployment/prod-web"]
    assert web.data["metadata"]["namespace"] == "data"
    assert web.data["metadata"]["labels"]["kubernetes"] == "v1.29.3"
    assert web.data["metadata"]["labels"]["monitored"] == "true"


@pytest.mark.parametrize(
    ("level", "count"), [("error", (1, 0)), ("warning", (0, 1)), ("ignore", (0, 0))]
)
def test_unknown_keys_are_what_the_setting_says(
    check: Check, level: str, count: tuple[int, int]
) -> None:
    (outcome,) = check([values("replicsa: 2\nreplicas: 2\n")], unknown_keys=level).outcomes
    errors = len(outcome.errors)
    assert (errors, len(outcome.diagnostics) - errors) == count


def test_the_report_gives_every_diagnostic_once_in_order(check: Check) -> None:
    report = check(page("replicsa: 2\n", "replicas: two\nreplicsa: 2\n"))
    spans = [diagnostic.span for diagnostic in report.all_diagnostics()]
    assert spans == sorted(spans)
    assert len(spans) == 3


def test_progress_is_told_up_to_the_end(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    evaluate(
        page("replicas: 2\n", "replicas: 3\n"),
        Settings(chart=SHOP),
        cache_dir=tmp_path,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told[-1] == (3, 3)
    assert [done for done, _ in told] == [1, 2, 3]
