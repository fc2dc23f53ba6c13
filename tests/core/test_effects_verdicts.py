"""What is said of a leaf that changes nothing, and when nothing is said."""

from __future__ import annotations

import pytest

from sphinx_airflow_prod.core.chart import Chart
from sphinx_airflow_prod.core.effects import Verdict, measure
from sphinx_airflow_prod.core.effects import schema_holes as holes_of
from sphinx_airflow_prod.core.render import open_engine
from sphinx_airflow_prod.core.values import format_path
from tests.core.effects_tools import effects, given, helm, verdicts
from tests.core.render.tools import chart, chart_of


@pytest.fixture(scope="module")
def reading() -> Chart:
    """A chart that reads each of its values in another way."""
    return chart("effects-reading")


def config_map(*lines: str) -> dict[str, str]:
    """Return the template of a ConfigMap whose data are *lines*."""
    head = ["apiVersion: v1", "kind: ConfigMap", "metadata: {name: c}", "data:"]
    return {"c.yaml": "\n".join([*head, *(f"  {line}" for line in lines), ""])}


def schema_holes(of: Chart, text: str, *unknown: tuple[str, ...]) -> set[str]:
    """Return which of the keys *unknown* the chart reads after all."""
    (found,) = holes_of([(given(of, text), unknown)], helm())
    return {format_path(path) for path in found}


class TestIncomplete:
    def test_a_switch_beside_the_leaf_is_named(self, reading: Chart) -> None:
        found = effects(reading, "flag: true\nfeature:\n  size: 3\n")["feature.size"]
        assert found.verdict is Verdict.INCOMPLETE
        assert found.companion == ("feature", "enabled")
        assert found.message == "`feature.size` changes nothing without `feature.enabled: true`"
        assert (found.span.line, found.span.column) == (3, 3)

    def test_a_switch_beside_an_ancestor_is_named(self, reading: Chart) -> None:
        found = effects(reading, "flag: true\nfeature: {labels: {tier: {x: 3}}}\n")
        assert found["feature.labels.tier.x"].companion == ("feature", "enabled")

    def test_with_its_companion_the_leaf_is_effective(self, reading: Chart) -> None:
        found = verdicts(reading, "feature: {enabled: true, size: 3}\n")
        assert found == {"feature.enabled": "effective", "feature.size": "effective"}

    def test_a_companion_beneath_the_example_is_there(self, reading: Chart) -> None:
        found = verdicts(reading, "feature: {size: 3}\n", "feature: {enabled: true}\n")
        assert found == {"feature.size": "effective"}

    def test_a_choice_of_the_schema_may_be_the_companion(self, reading: Chart) -> None:
        found = effects(reading, "flag: true\nservice: {nodePort: 30080}\n")["service.nodePort"]
        assert found.message.endswith("changes nothing without `service.type: NodePort`")

    def test_two_switches_that_only_work_together_are_both_named(self, reading: Chart) -> None:
        found = effects(reading, "flag: true\ningress: {web: {host: a.example}}\n")
        found_host = found["ingress.web.host"]
        assert found_host.verdict is Verdict.INCOMPLETE
        assert set(found_host.companions) == {("ingress", "enabled"), ("ingress", "web", "enabled")}

    def test_the_switch_of_another_section_is_found(self) -> None:
        broker = (
            "url: {{ if .Values.redis.enabled }}built-in{{ else }}{{ .Values.data.url }}{{ end }}"
        )
        of = chart_of(
            config_map(broker), **{"values.yaml": "redis: {enabled: true}\ndata: {url: x}"}
        )
        found = effects(of, "data: {url: mine}\n")["data.url"]
        assert found.companion == ("redis", "enabled")
        assert "`redis.enabled: false`" in found.message

    def test_a_switch_whose_default_is_null_is_tried(self) -> None:
        schema = '{"properties": {"a": {"properties": {"run": {"type": ["boolean", "null"]}}}}}'
        of = chart_of(
            config_map("x: {{ if .Values.a.run }}{{ .Values.a.x }}{{ end }}"),
            **{"values.yaml": "a: {run: ~, x: 1}", "values.schema.json": schema},
        )
        assert effects(of, "a: {x: 2}\n")["a.x"].companion == ("a", "run")


class TestOverruled:
    def test_the_leaf_that_wins_is_named(self, reading: Chart) -> None:
        found = effects(reading, "primary: a\nfallback: b\n")
        assert found["primary"].verdict is Verdict.EFFECTIVE
        assert found["fallback"].verdict is Verdict.OVERRULED
        assert found["fallback"].message == "`fallback` changes nothing beside `primary`"

    def test_a_switch_that_the_example_turns_off_is_named(self, reading: Chart) -> None:
        found = effects(reading, "child: {enabled: false, size: 4}\n")
        assert found["child.enabled"].verdict is Verdict.EFFECTIVE
        assert found["child.size"].companion == ("child", "enabled")
        assert found["child.size"].message == (
            "`child.size` changes nothing beside `child.enabled: false`"
        )

    def test_two_that_each_suffice_overrule_each_other(self, reading: Chart) -> None:
        found = effects(reading, "one: true\nother: true\n")
        assert found["one"].companion == ("other",)
        assert found["other"].companion == ("one",)

    def test_an_example_whose_leaves_are_all_needed_together_is_left_alone(self) -> None:
        both = "x: {{ if and .Values.one .Values.other }}both{{ end }}"
        of = chart_of(config_map(both), **{"values.yaml": "one: false\nother: false"})
        found = verdicts(of, "one: true\nother: true\n")
        assert set(found.values()) == {"effective"}

    def test_two_that_cancel_each_other_out_are_both_effective(self) -> None:
        same = "x: {{ eq .Values.one .Values.other }}"
        of = chart_of(config_map(same), **{"values.yaml": "one: false\nother: false"})
        assert set(verdicts(of, "one: true\nother: true\n").values()) == {"effective"}


class TestDefaults:
    def test_a_chart_default_and_a_lower_layer_are_told_apart(self, reading: Chart) -> None:
        assert "the chart's default" in effects(reading, "plain: one\n")["plain"].message
        restated = effects(reading, "plain: two\n", "plain: two\n")["plain"]
        assert restated.message == "`plain` restates what lies beneath the example sets already"

    def test_going_back_to_the_chart_default_is_an_effect(self, reading: Chart) -> None:
        assert verdicts(reading, "plain: one\n", "plain: two\n") == {"plain": "effective"}

    def test_a_list_that_restates_its_default_does_so_in_all_its_items(self) -> None:
        of = chart_of(
            config_map("x: {{ toJson .Values.drop | quote }}"),
            **{"values.yaml": "drop: [A, B]\ny: 1"},
        )
        assert verdicts(of, "drop: [A, B]\n") == {"drop[0]": "default", "drop[1]": "default"}

    def test_an_item_equal_to_one_of_a_replaced_list_is_effective(self, reading: Chart) -> None:
        found = verdicts(reading, "drop: [ALL, CHOWN]\n")
        assert found == {"drop[0]": "effective", "drop[1]": "effective"}

    def test_a_subchart_default_of_the_parent_counts(self, reading: Chart) -> None:
        assert verdicts(reading, "child: {size: 1}\n") == {"child.size": "default"}
        assert verdicts(reading, "child: {size: 0}\n") == {"child.size": "effective"}

    def test_a_joined_name_that_the_template_makes_as_well_is_seen(self) -> None:
        of = chart_of(
            config_map(
                "name: {{ if .Values.run }}"
                '{{ .Values.name | default (printf "%s-config" .Release.Name) }}{{ end }}',
                'db: {{ if .Values.run }}{{ .Values.db | default (printf "%sdb" .Release.Name) }}'
                "{{ end }}",
            ),
            **{"values.yaml": 'run: false\nname: ""\ndb: ""'},
        )
        found = verdicts(of, "run: true\nname: airflow-config\ndb: airflowdb\n")
        assert found == {"run": "effective", "name": "default", "db": "default"}

    def test_a_port_that_the_template_has_as_well_is_seen(self) -> None:
        port = "port: {{ if .Values.run }}{{ .Values.port | default 5432 | quote }}{{ end }}"
        of = chart_of(config_map(port), **{"values.yaml": "run: false\nport: ~"})
        assert verdicts(of, "run: true\nport: 5432\n")["port"] == "default"
        assert verdicts(of, "run: true\nport: 6432\n")["port"] == "effective"


class TestUnknown:
    def test_the_message_names_the_nearest_key(self, reading: Chart) -> None:
        found = effects(reading, "flag: true\nplian: two\n")["plian"]
        assert found.verdict is Verdict.UNKNOWN
        assert found.message == (
            "`plian` changes nothing: unknown key 'plian' (did you mean 'plain'?)"
        )

    def test_without_a_schema_the_defaults_decide(self) -> None:
        of = chart_of(config_map("x: {{ .Values.a.x }}"), **{"values.yaml": "a: {x: 1}\nopen: {}"})
        found = verdicts(of, "a: {x: 2, w: 2}\nb: 1\nopen: {c: 1}\n")
        assert found == {
            "a.x": "effective",
            "a.w": "unknown",
            "b": "unknown",
            "open.c": "ignored",
        }


class TestIgnored:
    def test_a_key_in_no_template_is_said_to_be_read_by_none(self, reading: Chart) -> None:
        found = effects(reading, "flag: true\nunread: somebody\n")["unread"]
        assert found.message == (
            "`unread` changes nothing in what the chart renders: no template reads it"
        )

    def test_what_the_schema_requires_of_an_ignored_item_is_ignored_with_it(self) -> None:
        reading = chart("effects-reading")
        found = verdicts(reading, "flag: true\nunreadEnv:\n  - name: A\n    value: b\n")
        assert found["unreadEnv[0].name"] == "ignored"
        assert found["unreadEnv[0].value"] == "ignored"

    def test_an_item_that_is_read_is_effective_in_all_it_needs(self, reading: Chart) -> None:
        found = verdicts(reading, "flag: true\nextraEnv:\n  - name: A\n    value: b\n")
        assert found["extraEnv[0].name"] == "effective"
        assert found["extraEnv[0].value"] == "effective"


class TestRefusals:
    def test_what_the_chart_refuses_to_do_without_is_effective(self, reading: Chart) -> None:
        found = verdicts(reading, "plain: demanding\nneeded: it\n")
        assert found == {"plain": "effective", "needed": "effective"}

    def test_an_example_that_does_not_render_is_unproven(self, reading: Chart) -> None:
        found = effects(reading, "plain: demanding\n")["plain"]
        assert found.verdict is Verdict.UNPROVEN
        assert "needed must be set" in found.message

    def test_a_render_that_hangs_is_unproven(self) -> None:
        endless = (
            "x: {{ if .Values.quiet }}1{{ else }}{{ range until 2000000000 }}{{ end }}{{ end }}"
        )
        of = chart_of(config_map(endless), **{"values.yaml": "quiet: false\ncount: 1"})
        hasty = open_engine("embedded", jobs=1, timeout=2)
        try:
            (found,) = measure([given(of, "quiet: true\ncount: 2\n")], hasty)
        finally:
            hasty.close()
        assert found[0].verdict is Verdict.UNPROVEN
        assert "could not be observed" in found[0].message

    def test_an_example_without_values_has_no_leaves(self, reading: Chart) -> None:
        assert verdicts(reading, "{}\n") == {}


class TestPlaceholders:
    def test_one_that_the_chart_prints_is_effective(self, reading: Chart) -> None:
        assert verdicts(reading, "plain: <what you like>\n") == {"plain": "effective"}

    def test_one_that_stands_for_a_number_is_tried_with_a_number(self, reading: Chart) -> None:
        assert verdicts(reading, "number: <how many>\n") == {"number": "effective"}

    def test_one_without_a_companion_is_incomplete(self, reading: Chart) -> None:
        found = effects(reading, "feature: {size: <how many>}\n")["feature.size"]
        assert found.companion == ("feature", "enabled")

    def test_one_that_nothing_reads_is_ignored(self, reading: Chart) -> None:
        assert verdicts(reading, "flag: true\nunread: <a name>\n")["unread"] == "ignored"


class TestPlaces:
    def test_effects_come_in_the_order_of_the_lines(self, reading: Chart) -> None:
        found = effects(reading, "plain: two\nflag: true\ndrop:\n  - X\n  - Y\nmode: slow\n")
        assert list(found) == ["plain", "flag", "drop[0]", "drop[1]", "mode"]
        assert [one.span.line for one in found.values()] == [1, 2, 4, 5, 6]

    def test_a_line_used_twice_by_an_anchor_matters_if_it_matters_once(
        self, reading: Chart
    ) -> None:
        text = "settings: &same\n  speed: 7\nlooked: *same\n"
        assert set(verdicts(reading, text).values()) == {"effective"}


class TestHoles:
    def test_a_key_that_only_templates_know_is_a_hole(self) -> None:
        schema = '{"properties": {"a": {"type": "object", "properties": {"x": {}}}}}'
        of = chart_of(
            config_map("p: {{ .Values.a.p | default 1 | quote }}", "z: {{ .Values.z | quote }}"),
            **{"values.yaml": "a: {x: 1}", "values.schema.json": schema},
        )
        text = "a: {p: 2, w: 3}\nz: {deep: [4]}\nv: 5\n"
        unknown = [("a", "p"), ("a", "w"), ("z",), ("v",)]
        assert schema_holes(of, text, *unknown) == {"a.p", "z"}

    def test_one_render_per_key_is_enough(self) -> None:
        of = chart_of(config_map("p: {{ .Values.p | quote }}"), **{"values.yaml": "x: 1"})
        before = helm().stats.renders
        assert schema_holes(of, "p: 2\nw: 3\n", ("p",), ("w",)) == {"p"}
        assert helm().stats.renders - before == 3

    def test_a_key_that_is_not_there_is_no_hole(self, reading: Chart) -> None:
        assert schema_holes(reading, "flag: true\n", ("plain", "x")) == set()
