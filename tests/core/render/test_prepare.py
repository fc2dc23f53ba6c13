"""Charts are prepared without anybody noticing, but for what Helm makes at random."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from sphinx_airflow_prod.core.archive import pack, unpack
from sphinx_airflow_prod.core.chart import Chart, ChartError
from sphinx_airflow_prod.core.render.base import Engine, Failure, Inspect, Inspected
from sphinx_airflow_prod.core.render.errors import failure
from sphinx_airflow_prod.core.render.prepare import Prepared, prepare
from sphinx_airflow_prod.core.render.randomness import rewrite
from sphinx_airflow_prod.core.render.slim import CANARY, unread
from tests.core.render.tools import PlainHelm, answer, chart, chart_of, rendered


def read(chart_: Chart) -> set[str]:
    """Return which of the files named *.txt are kept."""
    left_out = unread(prepare(chart_).files)
    return {path for path in chart_.files if path.endswith(".txt")} - left_out


def texts(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "text")


class TestSlim:
    @pytest.mark.parametrize(
        ("template", "kept"),
        [
            ("nothing", set()),
            ('{{ .Files.Get "a.txt" }}', {"a.txt"}),
            ('{{ $.Files.Lines "a.txt" }}', {"a.txt"}),
            ("{{ $root.Files.GetBytes `a.txt` }}", {"a.txt"}),
            ('{{ (.Files.Glob "x/*.txt").AsConfig }}', {"x/b.txt", "x/y/c.txt"}),
            ('{{/* .Files.Get "a.txt" */}} .Files.Get "a.txt"', set()),
            ("{{ .Values.usePasswordFiles }}", set()),
        ],
    )
    def test_only_what_templates_name_is_kept(self, template: str, kept: set[str]) -> None:
        files = texts("a.txt", "x/b.txt", "x/y/c.txt")
        assert read(chart_of({"t.yaml": template}, **files)) == kept

    @pytest.mark.parametrize(
        "template",
        [
            "{{ .Files.Get .Values.name }}",
            '{{ .Files.Get (printf "%s.txt" "a") }}',
            '{{ "a.txt" | .Files.Get }}',
            '{{ printf .Files .Get "a.txt" }}',
            "{{ range $path, $_ := .Files }}{{ end }}",
            "{{ $files := .Files }}",
            '{{ (get . "Files").Get "a.txt" }}',
            '{{ index $ "Files" }}',
            "{{ tpl `{{ .Files.Get .x }}` . }}",
            "{{ toYaml $ | sha256sum }}",
            "{{ $ | toJson | sha256sum }}",
            '{{ .Files.Get "a.txt" }}{{ "unclosed }}',
        ],
    )
    def test_anything_else_keeps_everything(self, template: str) -> None:
        assert read(chart_of({"t.yaml": template}, **texts("a.txt", "b.txt"))) == {
            "a.txt",
            "b.txt",
        }

    def test_files_that_are_templates_are_read_as_well(self) -> None:
        files = {"a.txt": '{{ .Files.Get "b.txt" }}', "b.txt": "", "c.txt": ""}
        template = '{{ tpl (.Files.Get "a.txt") . }}'
        assert read(chart_of({"t.yaml": template}, **files)) == {"a.txt", "b.txt"}

    def test_default_values_may_be_templates_too(self) -> None:
        values = {"values.yaml": "text: '{{ .Files.Get \"a.txt\" }}'\n"}
        assert read(chart_of({}, **values, **texts("a.txt"))) == {"a.txt"}

    def test_crds_and_metadata_stay(self) -> None:
        files = texts("crds/a.txt", "LICENSE")
        left_out = unread(prepare(chart_of({}, **files)).files)
        assert left_out == {"LICENSE"}

    @pytest.mark.parametrize(
        "text", ['{{ .Files.Get "README.md" }}', "{{ toYaml . }}", '{{ printf "%v" $ }}']
    )
    def test_values_that_read_files_see_them_all(
        self, text: str, engine: Engine, plain: PlainHelm
    ) -> None:
        found = rendered(engine, chart("files"), {"text": text})
        expected = plain.templates(chart("files"), {"text": text})
        path = "files/templates/configmap.yaml"
        assert CANARY not in found.templates[path]
        assert "README" not in text or found.templates[path].strip() == expected[path].strip()
        assert ("README" in found.templates[path]) == ("README" in expected[path])


class TestRandomness:
    def test_the_same_every_time(self, embedded: Engine, plain: PlainHelm) -> None:
        random = chart("random")
        found = rendered(embedded, random).templates["random/templates/random.yaml"]
        embedded.close()
        again = rendered(embedded, random).templates["random/templates/random.yaml"]
        assert found == again
        theirs = plain.templates(random)["random/templates/random.yaml"]
        others = plain.templates(random)["random/templates/random.yaml"]
        for mine, one, other in zip(*(t.split("\n") for t in (found, theirs, others)), strict=True):
            changing = one != other or "20" in one or one.startswith(("int", "keys"))
            assert mine == one or changing, mine

    def test_the_results_have_the_shape_that_was_asked_for(self, embedded: Engine) -> None:
        text = rendered(embedded, chart("random")).templates["random/templates/random.yaml"]
        fields: Mapping[str, str] = dict(
            line.split(": ", 1) for line in text.splitlines() if ": " in line
        )
        assert re.fullmatch(r"[0-9A-Za-z]{20}", fields["alphanum"])
        assert re.fullmatch(r"[0-9A-Za-z]{1000}", fields["long"])
        assert re.fullmatch(r"[A-Za-z]{7}", fields["alpha"])
        assert re.fullmatch(r'"[0-9]{7}"', fields["numeric"])
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", fields["uuid"])
        assert fields["keys"] == "a,b,c"
        assert 3 <= int(fields["int"]) < 9
        assert fields["htpasswd"].startswith('"user:$2a$10$')
        assert fields["alphanum"] != fields["another"]

    def test_a_fixed_value_stays(self, embedded: Engine) -> None:
        text = rendered(embedded, chart("random"), {"password": "mine"})
        assert 'nested: "mine"' in text.templates["random/templates/random.yaml"]

    def test_text_comments_strings_and_fields_are_left_alone(self) -> None:
        template = b'now {{/* now */}}{{ "now" }}{{ .now }}{{ $now }} uuidv4 {{ .keys.now }}'
        assert rewrite("t", template) is None

    @pytest.mark.parametrize("template", [b"{{ now", b'{{ "now }}', b"{{ now }}\xff"])
    def test_what_cannot_be_read_is_refused(self, template: bytes) -> None:
        with pytest.raises(ValueError, match=r"unclosed|codec"):
            rewrite("t", template)

    def test_lines_are_kept(self) -> None:
        template = b"a\n{{ now }}\nb {{ genCA\n  1\n 2 }}\n"
        rewritten = rewrite("t", template)
        assert rewritten is not None
        assert rewritten.text.count(b"\n") == template.count(b"\n")

    @pytest.mark.parametrize(
        "template",
        [
            "é: {{ randAlphaNum 5 }} {{ .Values.a.b.c }}",
            '{{ htpasswd "a" "b" }}{{ now }} é {{ keys (dict) }} {{ .Values.a.b.c }}',
            "\n\n  {{ .Values.a.b.c }} {{ randAlphaNum 5 }}",
            f"{'é' * 60} {{{{ .Values.a.b.c }}}} {{{{ randAlphaNum 5 }}}}",
            '{{ uuidv4 }} {{ required "é needed" .Values.x }}',
            '{{ fail "x" | default (randAlphaNum 3) }}',
        ],
    )
    def test_columns_are_those_of_the_chart(
        self, template: str, embedded: Engine, plain: PlainHelm
    ) -> None:
        one = chart_of({"t.yaml": template})
        found = answer(embedded, one)
        raw = failure(plain.ask(one).error)
        line = template.split("\n")[raw.line - 1]
        column = len(line.encode()[: raw.column - 1].decode()) + 1
        assert found == replace(raw, column=column)

    def test_a_wrong_argument_is_reported_in_the_chart(self, embedded: Engine) -> None:
        found = answer(embedded, chart_of({"t.yaml": 'a\n{{ randAlphaNum "x" }}'}))
        assert isinstance(found, Failure)
        assert (found.template, found.line, found.column) == ("c/templates/t.yaml", 2, 4)
        assert found.message == "wrong type for value; expected int; got string"


def subchart(name: str, values: str, **more: str) -> bytes:
    files = {
        "Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: 1.0.0\n",
        "values.yaml": values,
        "templates/a.yaml": "kind: A\nname: {{ .Chart.Name }}\nsecret: {{ randAlpha 3 }}\n",
        **more,
    }
    return pack({path: text.encode() for path, text in files.items()}, name)


@pytest.fixture
def nested() -> Chart:
    """A chart with an archive as subchart, which has one itself."""
    inner = subchart("inner", "deep: 1\ngone: ~\n")
    middle = {
        **unpack(subchart("middle", "mid: 2\n")),
        "charts/inner-1.0.0.tgz": inner,
        "README.txt": b"left out",
    }
    metadata = (
        b"apiVersion: v2\nname: outer\nversion: 1.0.0\n"
        b"dependencies:\n- {name: middle, version: 1.0.0, alias: nick, condition: nick.enabled}\n"
    )
    files = {
        "Chart.yaml": metadata,
        "values.yaml": b"nick: {enabled: false}\n",
        "charts/middle-1.0.0.tgz": pack(middle, "middle"),
    }
    return Chart.from_files(files, "outer")


class TestSubcharts:
    def test_archives_are_unpacked(self, nested: Chart) -> None:
        assert {path for path in prepare(nested).files if path.endswith("Chart.yaml")} == {
            "Chart.yaml",
            "charts/middle-1.0.0/Chart.yaml",
            "charts/middle-1.0.0/charts/inner-1.0.0/Chart.yaml",
        }

    def test_and_rendered_the_same(self, nested: Chart, engine: Engine, plain: PlainHelm) -> None:
        values = {"nick": {"enabled": True}}
        expected = plain.templates(nested, values)
        found = rendered(engine, nested, values)
        assert found.templates.keys() == expected.keys()
        assert len(expected) == 2

    def test_defaults_of_all_are_found_under_their_alias(
        self, nested: Chart, engine: Engine
    ) -> None:
        (found,) = engine.run([Inspect(nested)])
        assert isinstance(found, Inspected)
        nick = found.defaults["nick"]
        assert (nick["mid"], nick["inner"]["deep"], nick["enabled"]) == (2, 1, False)
        assert nick["inner"]["gone"] is None

    def test_a_broken_one_is_named(self) -> None:
        files = {"Chart.yaml": b"name: a\nversion: 1.0.0\n", "charts/b-1.tgz": b"?"}
        broken = Chart.from_files(files, "a")
        with pytest.raises(ChartError, match=r"charts/b-1\.tgz"):
            _ = prepare(broken).files


def test_a_null_default_is_a_default(engine: Engine) -> None:
    (found,) = engine.run([Inspect(chart("minimal"))])
    assert found == Inspected({"greeting": "hello", "nothing": None})


def test_nothing_is_prepared_before_it_is_needed(official_chart: Chart) -> None:
    assert isinstance(prepare(official_chart), Prepared)
    assert "files" not in vars(prepare(official_chart))
