"""Rendered text becomes resources, whatever stands in it."""

from __future__ import annotations

import pickle
from textwrap import dedent

import pytest

from sphinx_airflow_prod.core import manifest_yaml
from sphinx_airflow_prod.core.manifests import Manifests, Resource, documents, split
from sphinx_airflow_prod.core.render.base import Rendered

CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"


def manifests(text: str, template: str = "chart/templates/a.yaml") -> Manifests:
    return split(Rendered({template: dedent(text)}))


def only(text: str) -> Resource:
    found = manifests(text)
    assert found.problems == ()
    [resource] = found
    return resource


def data(value: str) -> object:
    """What Kubernetes reads where *value* stands in a manifest."""
    return only(f"{CONFIG_MAP}data: {value}").data["data"]


def test_a_resource_knows_what_it_is_and_where_it_came_from() -> None:
    resource = only(
        """\
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          namespace: prod
        """
    )
    assert resource.id == "Deployment/web"
    assert resource.key == ("apps", "Deployment", "prod", "web")
    assert resource.template == "chart/templates/a.yaml"
    assert resource.hook == ""
    assert resource.data["metadata"] == {"name": "web", "namespace": "prod"}


def test_raw_is_the_text_as_helm_gave_it_without_what_stands_around_it() -> None:
    inner = "apiVersion: v1\nkind: Secret\n# a comment of the chart\nmetadata:\n\n  name:   'a'"
    text = (
        f"---\n# Source: chart/templates/a.yaml\n#####\n## Licence\n\n  \n{inner}\n\n...\n# end\n\n"
    )
    assert only(text).raw == inner + "\n"


def test_documents_end_at_a_separator_in_column_0_only() -> None:
    found = manifests(
        """\
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: first
        data:
          pod.yaml: |
            kind: Pod
            ---
            kind: Pod
        --- # a comment
        # nothing but a comment
        ---
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: second}}
        """
    )
    assert [resource.name for resource in found] == ["first", "second"]
    assert found.resources[0].data["data"]["pod.yaml"] == "kind: Pod\n---\nkind: Pod\n"


def test_windows_line_ends_and_a_byte_order_mark_make_no_difference() -> None:
    crlf = "\ufeff---\n# x\n" + CONFIG_MAP
    assert only(crlf.replace("\n", "\r\n")).raw == CONFIG_MAP


def test_hooks_crds_and_lists_are_resources_and_notes_are_not() -> None:
    hook = CONFIG_MAP + '  annotations:\n    "helm.sh/hook": pre-install,pre-upgrade\n'
    crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: c}"
    rendered = Rendered(
        {
            "chart/templates/NOTES.txt": "Thank you!",
            "chart/templates/hook.yaml": hook,
            "chart/templates/list.yaml": "apiVersion: v1\nkind: List\nitems: []\n",
        },
        crds={"chart/crds/c.yaml": crd},
    )
    found = split(rendered)
    assert [r.id for r in found] == ["CustomResourceDefinition/c", "ConfigMap/a", "List"]
    assert [r.hook for r in found] == ["", "pre-install,pre-upgrade", ""]


def test_order_is_by_template_and_then_as_they_stand_in_it() -> None:
    two = CONFIG_MAP.replace("name: a", "name: z") + "---\n" + CONFIG_MAP
    found = split(Rendered({"chart/b.yaml": two, "chart/a.yaml": CONFIG_MAP}))
    assert [(r.template, r.name) for r in found] == [
        ("chart/a.yaml", "a"),
        ("chart/b.yaml", "z"),
        ("chart/b.yaml", "a"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("kind: Pod\nmetadata:\n\tname: x\n", 6, "cannot start any token"),
        ("a: [1\n", 5, "expected"),
        ("apiVersion: v1\nmetadata: {}\n", 4, "no kind"),
        ("kind: Pod\n", 4, "Pod without apiVersion"),
        ("- a\n", 4, "not a mapping"),
        ("just words\n", 4, "not a mapping"),
        ("a: *nowhere\n", 4, "undefined alias"),
        ("a: &a [*a]\n", 4, "refers to itself"),
        ("a: " + "[" * 100_000, 4, "nested more than"),
        ("- " * 100_000, 4, "nested more than"),
        ("a: \x00", 0, "characters are not allowed"),
    ],
)
def test_what_is_no_resource_is_a_problem_at_its_line(text: str, line: int, words: str) -> None:
    # The first document is sound, and the second starts on line 4 of the output.
    first = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n---\n# banner\n"
    found = manifests(first + text)
    assert [resource.name for resource in found] == ["a"]
    [problem] = found.problems
    assert (problem.template, problem.document) == ("chart/templates/a.yaml", 2)
    assert words in problem.message
    assert problem.line in (line, line + 1)
    assert str(problem).startswith("chart/templates/a.yaml: document 2")


def test_aliases_that_expand_without_end_are_refused() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
    )
    [problem] = manifests(CONFIG_MAP + bomb).problems
    assert "aliases" in problem.message


def test_documents_that_hold_nothing_are_dropped() -> None:
    found = manifests("---\n\n# comment\n---\nnull\n---\n")
    assert (found.resources, found.problems) == ((), ())
    assert list(documents("")) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("Off", False),
        ("y", True),
        ('"yes"', "yes"),
        ("~", None),
        ("0644", 420),
        ("0o14", 12),
        ("0xB0", 176),
        ("0b11", 3),
        ("-7", -7),
        ("1_000", 1000),
        ("08", 8),
        ("1e3", 1000),
        ("1.0", 1),
        ("1.5", 1.5),
        ("1:30", "1:30"),
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        ("1.2.3", "1.2.3"),
        (".inf", ".inf"),
        ("12345678901234567890123", 1.2345678901234568e22),
        ("9" * 5000, "9" * 5000),
        ("!!str 5", "5"),
        ("!custom x", "x"),
        ("{1: a, yes: b, a: 1, a: 2}", {"1": "a", "true": "b", "a": 2}),
    ],
)
def test_scalars_mean_what_they_mean_to_kubernetes(text: str, value: object) -> None:
    found = data(text)
    assert found == value
    assert type(found) is type(value)


def test_what_the_baseline_holds_too_is_the_same_object_and_not_parsed_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    template = "chart/templates/a.yaml"
    baseline = split(Rendered({template: CONFIG_MAP + "---\n" + CONFIG_MAP.replace("a\n", "b\n")}))
    parsed: list[str] = []

    def compose(text: str) -> object:
        parsed.append(text)
        return manifest_yaml.compose(text)

    monkeypatch.setattr("sphinx_airflow_prod.core.resource.compose", compose)
    changed = CONFIG_MAP.replace("a\n", "c\n")
    found = split(Rendered({template: f"# x\n{CONFIG_MAP}---\n{changed}"}), baseline.resources)
    assert found.resources[0] is baseline.resources[0]
    assert [resource.name for resource in found] == ["a", "c"]
    assert parsed == [changed]


def test_the_same_text_from_another_template_is_another_resource() -> None:
    baseline = split(Rendered({"chart/a.yaml": CONFIG_MAP}))
    [found] = split(Rendered({"chart/b.yaml": CONFIG_MAP}), baseline.resources)
    assert found.template == "chart/b.yaml"


def test_a_pickled_resource_carries_its_text_alone() -> None:
    resource = only(CONFIG_MAP)
    assert resource.data
    assert resource.outline
    copy = pickle.loads(pickle.dumps(resource))
    assert copy == resource
    assert set(vars(copy)) == {
        "template", "raw", "api_version", "kind", "namespace", "name", "hook",
    }  # fmt: skip
    assert copy.data == resource.data
