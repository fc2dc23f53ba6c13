"""What holds of changes, excerpts and diffs, whatever a chart renders and in whatever style."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any

import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sphinx_airflow_prod.core.changes import MISSING, ResourceChange, compare
from sphinx_airflow_prod.core.diff import unified_diff
from sphinx_airflow_prod.core.excerpts import excerpt, summary, whole
from sphinx_airflow_prod.core.manifest_paths import Item, Token, lookup, merge_key
from sphinx_airflow_prod.core.manifests import Resource, split
from sphinx_airflow_prod.core.render.base import Rendered

words = st.text("abcXYZ0-./ é\u2028'\"#:{[", min_size=0, max_size=8)
texts = st.lists(words, min_size=1, max_size=5).map("\n".join)
# 1.0 is 1 to Kubernetes, whatever the text says.
fractions = st.floats(-9, 9, width=16).filter(lambda number: not number.is_integer())
scalars = st.one_of(st.none(), st.booleans(), st.integers(-3, 70000), words, texts, fractions)
keys = st.sampled_from(["a", "b.c", "name", "value", "env", "annotations", "checksum/x", "on", "1"])


def named(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Lists of mappings that have a name each."""
    return st.dictionaries(words, st.dictionaries(keys, values, max_size=3), max_size=4).map(
        lambda items: [{**item, "name": name} for name, item in items.items()]
    )


trees = st.recursive(
    scalars,
    lambda values: st.one_of(
        st.lists(values, max_size=4), named(values), st.dictionaries(keys, values, max_size=4)
    ),
    max_leaves=14,
)
bodies = st.dictionaries(st.sampled_from(["data", "spec", "x"]), trees, min_size=1, max_size=3)
styles = st.fixed_dictionaries(
    {
        "default_flow_style": st.sampled_from([False, False, None, True]),
        "default_style": st.sampled_from([None, None, '"', "|"]),
        "indent": st.sampled_from([2, 4]),
        "width": st.sampled_from([20, 1000]),
        "sort_keys": st.booleans(),
        "allow_unicode": st.booleans(),
    }
)
HEAD = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
relaxed = settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))


def resource(body: dict[str, Any], style: dict[str, Any]) -> Resource:
    text = yaml.safe_dump({**HEAD, **body}, **style)
    found = split(Rendered({"a.yaml": text}))
    assume(not found.problems)  # such as U+2028, which libyaml does not write in every style
    return found.resources[0]


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    else:
        yield path


def edited(value: Any, path: Sequence[str | int], new: Any) -> Any:
    value = copy.deepcopy(value)
    target = value
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = new
    return value


def tokens(before: Any, after: Any, path: Sequence[str | int]) -> tuple[Token, ...]:
    """The path as the comparison names it: list items by their merge key."""
    found: list[Token] = []
    for step in path:
        key = merge_key(before, after) if isinstance(before, list) else None
        found.append(Item(key, after[step][key]) if key and isinstance(step, int) else step)
        before, after = before[step], after[step]
    return tuple(found)


def is_subsequence(part: Sequence[str], whole_: Sequence[str]) -> bool:
    lines = iter(whole_)
    return all(line in lines for line in part)


@relaxed
@given(bodies, styles, styles)
def test_a_resource_does_not_differ_from_itself_in_whatever_style(
    body: dict[str, Any], style: dict[str, Any], other: dict[str, Any]
) -> None:
    one, two = resource(body, style), resource(body, other)
    assume(one.data == two.data)  # a style may not be able to hold every text
    assert compare([one], [one]).is_empty
    assert compare([one], [two]).is_empty


@relaxed
@given(bodies, styles, styles, st.data())
def test_the_edit_of_a_leaf_is_found_at_its_path_and_nowhere_else(
    body: dict[str, Any], style: dict[str, Any], other: dict[str, Any], data: st.DataObject
) -> None:
    before = resource(body, style)
    places = [path for path in leaves(before.data) if path[0] not in HEAD]
    assume(places)
    path = data.draw(st.sampled_from(places))
    assume(path[-1] != "name")
    after = resource(
        {k: v for k, v in edited(before.data, path, "an edited leaf").items() if k not in HEAD},
        other,
    )
    assume(after.data == edited(before.data, path, "an edited leaf"))
    [change] = compare([before], [after]).changed
    [found] = change.paths
    assert found.path == tokens(before.data, after.data, path)
    assert lookup(after.data, found.path) == "an edited leaf"
    assert found.before == lookup(before.data, path) or found.before is MISSING


@relaxed
@given(bodies, bodies, styles, styles)
def test_an_excerpt_shows_every_changed_line_and_highlights_no_other(
    body: dict[str, Any], new: dict[str, Any], style: dict[str, Any], other: dict[str, Any]
) -> None:
    changes = compare([resource(body, style)], [resource(new, other)])
    assume(changes.changed)
    [change] = changes.changed
    check_excerpt(change)
    for path in change.paths:
        if path.after is not MISSING:
            narrowed = excerpt(change, path.path)
            assert is_subsequence(kept(narrowed.text), raw_lines(change.resource))


def raw_lines(of: Resource) -> list[str]:
    return of.raw.removesuffix("\n").split("\n")


def kept(text: str) -> list[str]:
    return [line for line in text.removesuffix("\n").split("\n") if line.lstrip(" ") != "..."]


def check_excerpt(change: ResourceChange) -> None:
    found = excerpt(change)
    lines, raw = found.text.removesuffix("\n").split("\n"), raw_lines(change.resource)
    assert is_subsequence(kept(found.text), raw)
    changed = [line.text for line in change.lines if line.tag == "+"]
    assert [lines[number - 1] for number in found.highlight] == changed
    assert [raw[number - 1] for number in whole(change.resource, change).highlight] == changed
    # Whatever was not only taken away shows up as a changed line.
    assert changed or all(path.kind == "removed" for path in change.paths)


@relaxed
@given(bodies, bodies, styles, styles)
def test_a_diff_takes_lines_of_both_texts_and_nothing_else(
    body: dict[str, Any], new: dict[str, Any], style: dict[str, Any], other: dict[str, Any]
) -> None:
    one, two = resource(body, style), resource(new, other)
    changes = compare([one], [two])
    assume(changes.changed)
    [change] = changes.changed
    assert [line.text for line in change.lines if line.tag != "-"] == raw_lines(two)
    gone = [line.text for line in change.lines if line.tag == "-"]
    assert sorted(gone) == sorted(set(gone)) or not set(gone) - set(raw_lines(one))
    assert set(gone) <= set(raw_lines(one))
    text = unified_diff(changes)
    assert text.startswith("--- a/ConfigMap/a (defaults)\n+++ b/ConfigMap/a\n@@ ")
    assert "\n+" in text.split("@@", 2)[2] or "\n-" in text.split("@@", 2)[2]


block = st.fixed_dictionaries(
    {"default_flow_style": st.just(False), "indent": st.sampled_from([2, 4]), "width": st.just(999)}
)


@relaxed
@given(bodies, bodies, block)
def test_a_diff_of_one_style_gives_both_texts_line_by_line(
    body: dict[str, Any], new: dict[str, Any], style: dict[str, Any]
) -> None:
    one, two = resource(body, style), resource(new, style)
    changes = compare([one], [two])
    assume(changes.changed)
    [change] = changes.changed
    assume(not any(path.kind == "moved" for path in change.paths))

    def bare(line: str) -> str:
        """The line without dashes, which go from the first key of an item to the next."""
        return line.lstrip(" -") or line.strip()

    old_lines = [bare(line.text) for line in change.lines if line.tag != "+"]
    assert old_lines == list(map(bare, raw_lines(one)))


@relaxed
@given(bodies, styles, st.integers(5, 30))
def test_the_summary_of_a_resource_is_cut_from_its_text(
    body: dict[str, Any], style: dict[str, Any], limit: int
) -> None:
    one = resource(body, style)
    found = summary(one, limit=limit)
    assert is_subsequence(kept(found.text), raw_lines(one))
    if found.complete:
        assert list(filter(str.strip, kept(found.text))) == list(filter(str.strip, kept(one.raw)))
    else:
        assert "...\n" in found.text
