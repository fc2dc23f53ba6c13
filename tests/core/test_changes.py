"""What counts as a change, and where it is."""

from __future__ import annotations

import pickle
from textwrap import dedent, indent

import pytest

from sphinx_airflow_prod.core.changes import MISSING, Changes, PathChange, compare
from sphinx_airflow_prod.core.manifest_paths import Item, format_path
from sphinx_airflow_prod.core.manifests import Resource, split
from sphinx_airflow_prod.core.render.base import Rendered

DIGEST = "900000d36b325c0eb02d30a5daebc0d0208c90d0175a1d163f2f1b8be79987f1"
OTHER = "b2fe937560e9635aeb01fce9100c2f836c5880f81c802565ce95fbcc8a56da4c"


def resource(body: str, kind: str = "ConfigMap", name: str = "a", api: str = "v1") -> Resource:
    head = f"apiVersion: {api}\nkind: {kind}\nmetadata:\n  name: {name}\n"
    [found] = split(Rendered({f"{kind}-{name}.yaml": head + dedent(body)})).resources
    return found


def paths(before: str, after: str) -> list[tuple[str, str, object, object]]:
    changes = compare([resource(before)], [resource(after)])
    return [
        (path.kind, format_path(path.path), path.before, path.after)
        for change in changes.changed
        for path in change.paths
    ]


def ids(changes: Changes) -> tuple[list[str], list[str], list[str]]:
    return (
        [change.id for change in changes.added],
        [change.id for change in changes.removed],
        [change.id for change in changes.changed],
    )


def test_resources_appear_vanish_and_change() -> None:
    same, old, new = resource("x: 1", name="s"), resource("x: 1", name="c"), resource("x: 2")
    gone, come = resource("", name="gone"), resource("", name="come")
    changes = compare(
        [same, old, gone], [come, resource("x: 2", name="c"), resource("x: 1", name="s")]
    )
    assert ids(changes) == (["ConfigMap/come"], ["ConfigMap/gone"], ["ConfigMap/c"])
    assert [change.kind for change in changes] == ["changed", "added", "removed"]
    assert len(changes) == 3
    assert not changes.is_empty
    assert compare([new], [new]).is_empty


def test_what_runs_comes_first_and_then_the_alphabet() -> None:
    kinds = ["ConfigMap", "Job", "Secret", "CronJob", "DaemonSet", "Deployment", "StatefulSet"]
    before = [resource("x: 1", kind, name) for kind in kinds for name in ("b", "a")]
    after = [resource("x: 2", kind, name) for kind in kinds for name in ("b", "a")]
    _, _, changed = ids(compare(before, after))
    assert changed[:4] == ["Deployment/a", "Deployment/b", "StatefulSet/a", "StatefulSet/b"]
    assert [name for name in changed if name.endswith("/a")] == [
        "Deployment/a", "StatefulSet/a", "DaemonSet/a", "CronJob/a", "Job/a",
        "ConfigMap/a", "Secret/a",
    ]  # fmt: skip


def test_another_api_version_is_a_change_and_another_group_another_resource() -> None:
    old = resource("", "HorizontalPodAutoscaler", api="autoscaling/v1")
    new = resource("", "HorizontalPodAutoscaler", api="autoscaling/v2")
    [change] = compare([old], [new]).changed
    assert [(p.path, p.before, p.after) for p in change.paths] == [
        (("apiVersion",), "autoscaling/v1", "autoscaling/v2")
    ]
    other = resource("", "HorizontalPodAutoscaler", api="example.org/v1")
    changes = compare([old], [other])
    assert (len(changes.added), len(changes.removed)) == (1, 1)


def test_repeated_resources_are_told_apart_by_their_order() -> None:
    one, two, changed = resource("x: 1"), resource("x: 2"), resource("x: 3")
    assert compare([one, two], [one, two]).is_empty
    [change] = compare([one, two], [one, changed]).changed
    assert change.before == two


def test_formatting_comments_and_the_order_of_keys_are_no_change() -> None:
    before = "data:\n  a: 1\n  b: [p, 'q']\n  c: {}\n"
    after = "# new\ndata:\n\n    b:\n    - p\n    - q\n    c:\n      {}\n    a: 0x1  # one\n"
    assert paths(before, after) == []


@pytest.mark.parametrize(
    ("before", "after", "kind", "path"),
    [
        ("data: {a: 1}", "data: {a: 2}", "changed", "data.a"),
        ("data: {a: 1}", "data: {a: '1'}", "changed", "data.a"),
        ("data: {a: true}", "data: {a: 1}", "changed", "data.a"),
        ("data: {a: 1}", "data: {a: 1, b: {c: 2}}", "added", "data.b"),
        ("data: {a: 1, b: {c: 2}}", "data: {a: 1}", "removed", "data.b"),
        ("data: {}", "data: {a: 1}", "added", "data.a"),
        ("data: {a: 1}", "data:", "changed", "data"),
        ("data: {a: [1]}", "data: {a: {b: 1}}", "changed", "data.a"),
        ("args: [a, b, c]", "args: [a, x, c]", "changed", "args.1"),
        ("args: [a, b]", "args: [x, a, b]", "added", "args.0"),
        ("args: [a, b, c]", "args: [b, c]", "removed", "args.0"),
        ("args: [1, 2, 1]", "args: [1, 1, 1]", "changed", "args.1"),
        ("rules: [{verbs: [get]}, {verbs: [a]}]", "rules: [{verbs: [get]}, {verbs: [b]}]",
         "changed", "rules.1.verbs.0"),
    ],
)  # fmt: skip
def test_a_difference_is_found_at_its_path(before: str, after: str, kind: str, path: str) -> None:
    [(found_kind, found_path, _, _)] = paths(before, after)
    assert (found_kind, found_path) == (kind, path)


def test_what_was_not_there_is_missing_which_is_not_null() -> None:
    assert paths("data: {}", "data: {a: null}") == [("added", "data.a", MISSING, None)]
    assert pickle.loads(pickle.dumps(MISSING)) is MISSING


def test_items_of_a_list_keep_their_identity_when_others_come_before_them() -> None:
    before = """
        env:
          - {name: A, value: "1"}
          - {name: B, value: "2"}
        """
    after = """
        env:
          - {name: NEW, value: "0"}
          - {name: A, value: "1"}
          - {name: B, value: "3"}
        """
    assert paths(before, after) == [
        ("added", "env.NEW", MISSING, {"name": "NEW", "value": "0"}),
        ("changed", "env.B.value", "2", "3"),
    ]


@pytest.mark.parametrize(
    ("key", "items"),
    [
        ("name", ["name: a, x: 1", "name: b, x: 1"]),
        ("mountPath", ["name: v, mountPath: /a, x: 1", "name: v, mountPath: /b, x: 1"]),
        ("containerPort", ["containerPort: 80, x: 1", "containerPort: 81, x: 1"]),
        ("key", ["key: a, x: 1", "key: b, x: 1"]),
    ],
)
def test_items_are_matched_by_the_first_merge_key_that_is_unique(
    key: str, items: list[str]
) -> None:
    first, second = (f"{{{item}}}" for item in items)
    before = resource(f"list: [{first}, {second}]")
    after = resource(f"list: [{{{key}: 99, x: 1}}, {second.replace('x: 1', 'x: 2')}, {first}]")
    [change] = compare([before], [after]).changed
    kinds = {path.kind for path in change.paths}
    assert kinds == {"added", "changed", "moved"} or key == "mountPath"
    [changed] = [path for path in change.paths if path.kind == "changed"]
    assert isinstance(changed.path[1], Item)
    assert (changed.path[1].key, changed.path[2]) == (key, "x")


def test_another_order_of_items_is_a_change() -> None:
    found = paths(
        "env: [{name: A}, {name: B}, {name: C}]", "env: [{name: B}, {name: C}, {name: A}]"
    )
    assert [(kind, path) for kind, path, _, _ in found] == [("moved", "env.A")]


@pytest.mark.parametrize("key", ["checksum/config", "example.org/configChecksum", "checksum-x"])
def test_checksum_annotations_never_count(key: str) -> None:
    def pod(annotations: str) -> str:
        return f"spec: {{template: {{metadata: {{annotations: {annotations}}}}}}}"

    assert paths(pod(f"{{{key}: {DIGEST}}}"), pod(f"{{{key}: {OTHER}}}")) == []
    assert paths(pod("{a: b}"), pod(f"{{{key}: {DIGEST}, a: b}}")) == []
    assert paths(pod(f"{{{key}: {DIGEST}, a: b}}"), pod("{a: b}")) == []
    assert paths("spec: {template: {metadata: {}}}", pod(f"{{{key}: {DIGEST}}}")) == []
    assert paths(pod("{}"), pod(f"{{{key}: {DIGEST}}}")) == []
    assert paths(pod("null"), pod(f"{{{key}: {DIGEST}}}")) == []


@pytest.mark.parametrize(
    "body",
    [
        "data: {checksum/x: VALUE}",  # no annotation
        "metadata: {annotations: {build: VALUE}}",  # no checksum
        "spec: {annotations: {checksum/x: [VALUE]}}",  # no digest
        "spec: {annotations: {checksum: always-VALUE}}",
    ],
)
def test_what_only_looks_like_a_checksum_counts(body: str) -> None:
    def with_(value: str) -> Resource:
        text = f"apiVersion: v1\nkind: X\n{body.replace('VALUE', value)}\n"
        return split(Rendered({"a.yaml": text})).resources[0]

    assert len(compare([with_(DIGEST)], [with_(OTHER)]).changed) == 1


def test_a_random_value_that_the_example_fixes_is_a_change() -> None:
    # The engine renders random functions with one fixed text on both sides.
    assert paths('data: {key: "cmFuZG9t"}', 'data: {key: "bXkta2V5"}') == [
        ("changed", "data.key", "cmFuZG9t", "bXkta2V5")
    ]


def test_removals_are_named_since_no_new_text_can_show_them() -> None:
    [change] = compare([resource("a: {x: 1, y: 2}")], [resource("a: {y: 3}")]).changed
    assert change.removals == (("a", "x"),)


def test_the_change_of_a_resource_can_be_asked_for() -> None:
    old, new, same = resource("a: 1"), resource("a: 2"), resource("", name="s")
    changes = compare([old, same], [new, same])
    assert changes.of(new) is changes.of(old) is changes.changed[0]
    assert changes.of(same) is None


def test_a_pickled_change_is_the_same_change() -> None:
    changes = compare([resource("a: 1")], [resource("a: 2")])
    assert changes.changed[0].lines
    copy = pickle.loads(pickle.dumps(changes))
    assert copy == changes
    assert isinstance(copy.changed[0].paths[0], PathChange)


def test_a_change_deep_in_a_text_is_one_of_the_whole_text() -> None:
    text = indent("[core]\nparallelism = 1\n", "    ")
    before = f"data:\n  airflow.cfg: |\n{text}"
    [(kind, path, _, after)] = paths(before, before.replace("= 1", "= 2"))
    assert (kind, path, after) == ("changed", "data.airflow.cfg", "[core]\nparallelism = 2\n")


def test_aliases_and_merged_keys_are_compared_by_what_they_mean() -> None:
    before = "base: &base {x: 1, z: {w: 2}}\none: *base\ntwo:\n  <<: *base\n  x: 3\n"
    found = paths(before, before.replace("w: 2", "w: 4"))
    assert [(kind, path) for kind, path, _, _ in found] == [
        ("changed", "base.z.w"),
        ("changed", "one.z.w"),
        ("changed", "two.z.w"),
    ]
    [change] = compare([resource(before)], [resource(before.replace("w: 2", "w: 4"))]).changed
    assert [line.text for line in change.lines if line.tag == "+"] == [
        "base: &base {x: 1, z: {w: 4}}"
    ]


def test_what_is_nested_as_deep_as_is_read_can_be_compared() -> None:
    before = "".join(f"{'  ' * depth}a:\n" for depth in range(140)) + "  " * 140 + "a: 1\n"
    [(kind, path, _, _)] = paths(before, before.replace("a: 1", "a: 2"))
    assert (kind, path.count("a")) == ("changed", 141)
