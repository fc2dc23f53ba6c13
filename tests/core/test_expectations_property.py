"""What holds of every claim that is made out of a manifest, whatever the manifest."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sphinx_airflow_prod.core.expectations import Claim, contrast, match, parse_claim
from sphinx_airflow_prod.core.manifest_paths import Item, Path
from sphinx_airflow_prod.core.resource import Resource, read_resource
from sphinx_airflow_prod.core.source import SourceText

words = st.text("abcXYZ0-./ é'\"#:{[", max_size=8)
rows = st.sampled_from(["[core]", "a = 1", "b =", "", "  x: y", "# c"])
texts = st.lists(rows, min_size=2, max_size=6).map(
    lambda found: "\n".join(["head", *found, "tail"]) + "\n"
)
scalars = st.one_of(
    st.booleans(), st.integers(-3, 70000), words, texts, st.floats(-9, 9, width=16), st.none()
)
keys = st.sampled_from(["a", "b.c", "image", "value", "env", "args", "key", "type", "on", "1"])


def named(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Lists of mappings that have a name each."""
    names = st.sampled_from(["scheduler", "worker", "web", "x"])
    return st.dictionaries(names, st.dictionaries(keys, values, max_size=3), max_size=4).map(
        lambda items: [{"name": name, **item} for name, item in items.items()]
    )


trees = st.recursive(
    scalars,
    lambda values: st.one_of(
        st.lists(values, max_size=4), named(values), st.dictionaries(keys, values, max_size=4)
    ),
    max_leaves=16,
)
bodies = st.dictionaries(st.sampled_from(["data", "spec", "x"]), trees, min_size=1, max_size=3)
chances = st.integers(0, 2**32).map(random.Random)
HEAD = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
relaxed = settings(deadline=None, max_examples=120, suppress_health_check=list(HealthCheck))


@dataclass
class Author:
    """Writes a manifest down as a claim, in a style and with parts left out by chance."""

    chance: random.Random
    thin: bool = False

    def dots(self, least: int = 0) -> str:
        return " " * self.chance.randint(least, least + 9) + "..."

    def leaves_out(self) -> bool:
        return self.thin and self.chance.randint(0, 3) == 0

    def mapping(self, value: dict[str, Any], indent: int) -> list[str]:
        written: list[str] = []
        kept = False
        for key, below in value.items():
            if self.leaves_out():
                # Dots before the first key must not be taken for the value of the key above.
                written.append(self.dots(0 if kept else indent))
            else:
                written += self.entry(" " * indent + json.dumps(key) + ":", below, indent)
                kept = True
        return written

    def entry(self, head: str, value: Any, indent: int) -> list[str]:
        if isinstance(value, dict) and value:
            return [head, *self.mapping(value, indent + self.chance.randint(1, 4))]
        if isinstance(value, list) and value:
            return [head, *self.items(value, indent + self.chance.randint(0, 3))]
        return self.leaf(head, value, indent)

    def leaf(self, head: str, value: Any, indent: int) -> list[str]:
        if isinstance(value, str) and value.count("\n") > 1:
            inner = " " * (indent + 2)
            text = [f"{inner}{line}" if line else "" for line in value.split("\n")[:-1]]
            if self.thin:
                text = self.rows(text, inner)
            return [f"{head} |", *text]
        return [f"{head} {json.dumps(value, ensure_ascii=False)}"]

    def rows(self, text: list[str], inner: str) -> list[str]:
        written: list[str] = []
        begun = False  # until then, dots tell where the lines of the text begin
        for line in text:
            if self.leaves_out():
                written.append(self.dots(len(inner)) if begun else f"{inner}...")
            else:
                written.append(line)
                begun = begun or line[len(inner) : len(inner) + 1].strip() != ""
        return written

    def items(self, value: list[Any], indent: int) -> list[str]:
        written: list[str] = []
        dash = " " * indent + "-"
        for item in value:
            if self.leaves_out():
                written.append(
                    dash + " ..." if self.chance.random() < 0.5 else self.dots(indent + 1)
                )
            elif isinstance(item, dict) and item:
                column = indent + self.chance.randint(2, 4)
                below = self.mapping(item, column)
                first = below[0][column:] if below[0].startswith(" " * column) else ""
                if first and first[0] == '"':
                    below[0] = dash.ljust(column) + first
                else:
                    below.insert(0, dash)
                written += below
            elif isinstance(item, list) and item:
                written += [dash, *self.items(item, indent + 2)]
            else:
                written += self.leaf(dash, item, indent)
        return written


def read(text: str) -> Claim:
    found = parse_claim(SourceText.whole_file(text, "guide.rst"))
    assert not found.problems, (text, found.problems)
    return found


def resource(text: str) -> Resource:
    found = read_resource("a.yaml", text)
    assert found is not None
    return found


def messages(text: str, of: Resource, *, exact: bool = False) -> list[str]:
    return [found.message for found in match(read(text), of, exact=exact)]


@st.composite
def manifests(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    """A manifest, and its text."""
    body = {**HEAD, **draw(bodies)}
    return body, "\n".join(Author(draw(chances)).mapping(body, 0)) + "\n"


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


@relaxed
@given(manifests(), styles)
def test_a_manifest_matches_itself_in_whatever_style_and_has_no_contrast_to_itself(
    manifest: tuple[dict[str, Any], str], style: dict[str, Any]
) -> None:
    body, text = manifest
    one = resource(text)
    assert one.data == body
    other = resource(yaml.safe_dump(body, **style))
    assume(other.data == body)  # a style may not be able to hold every text
    for claimed in (text, other.raw):
        for rendered in (one, other):
            assert messages(claimed, rendered) == []
            assert messages(claimed, rendered, exact=True) == []
            assert not contrast(read(claimed), rendered)


@relaxed
@given(manifests(), chances)
def test_a_manifest_matches_every_copy_thinned_with_dots_at_any_indent(
    manifest: tuple[dict[str, Any], str], chance: random.Random
) -> None:
    body, text = manifest
    author = Author(chance, thin=True)
    body = {key: value for key, value in body.items() if key not in HEAD}
    thinned = "apiVersion: v1\n" + "\n".join(author.mapping(body, 0)) + "\n"
    assert messages(thinned, resource(text)) == [], thinned


Steps = tuple[str | int, ...]


def leaves(value: Any, path: Steps = ()) -> Iterator[Steps]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    else:
        yield path


def at(value: Any, path: Steps) -> Any:
    for step in path:
        value = value[step]
    return value


def edited(value: Any, path: Steps, new: Any) -> Any:
    value = copy.deepcopy(value)
    at(value, path[:-1])[path[-1]] = new
    return value


def plain(path: Path, within: Any) -> Steps:
    """The path as it would be without merge keys."""
    found: list[str | int] = []
    for token in path:
        step = token
        if isinstance(token, Item):
            step = [item[token.key] for item in within].index(token.value)
        assert not isinstance(step, Item)
        found.append(step)
        within = within[step]
    return tuple(found)


@relaxed
@given(manifests(), st.data())
def test_one_changed_leaf_is_found_at_its_path_and_its_line(
    manifest: tuple[dict[str, Any], str], data: st.DataObject
) -> None:
    body, text = manifest
    path = data.draw(st.sampled_from([path for path in leaves(body) if path[0] not in HEAD]))
    old = at(body, path)
    changed = resource(json.dumps(edited(body, path, "another leaf")))
    found = match(read(text), changed)
    assert contrast(read(text), changed)
    assert found
    lines = text.split("\n")
    for mismatch in found:
        line = lines[mismatch.span.line - 1]
        where = plain(mismatch.path, changed.data)
        # At the leaf itself; where it told an item of a list apart, at that list or in it.
        listed = [n for n, step in enumerate(path) if isinstance(step, int)]
        if where != path:
            assert any(where[:n] == path[:n] for n in listed), (where, path)
        elif isinstance(path[-1], str):
            assert line.lstrip(" -").startswith(json.dumps(path[-1])) or "\n" in str(old)
        assert mismatch.message.split(":")[0]
    if any(isinstance(step, int) for step in path):
        return
    assert {plain(mismatch.path, changed.data) for mismatch in found} == {path}
    if "\n" not in str(old):  # of a text, each of its sections is missed at its own line
        [mismatch] = found
        number = mismatch.span.line - 1
        assert lines[number].lstrip(" -").startswith(json.dumps(path[-1]))


@relaxed
@given(texts, st.data())
def test_one_changed_line_of_a_text_is_found_at_that_line(text: str, data: st.DataObject) -> None:
    rows = text.split("\n")[:-1]
    number = data.draw(st.integers(0, len(rows) - 1))
    claimed = ["data:", "  cfg: |", *("    " + row for row in rows)]
    of = resource(json.dumps({**HEAD, "data": {"cfg": text}}))
    assert messages("\n".join(claimed), of) == []
    claimed[2 + number] = "    quite another"
    [found] = match(read("\n".join(claimed)), of)
    assert found.path == ("data", "cfg")
    assert found.span.line == 3 + number


@relaxed
@given(manifests(), st.data())
def test_a_key_more_in_what_an_exact_claim_names_is_found(
    manifest: tuple[dict[str, Any], str], data: st.DataObject
) -> None:
    body, text = manifest
    assume(len(body) > 4)  # else the way of the claim leads further down
    places = [path[:n] for path in leaves(body) for n in range(len(path) + 1)]
    mappings = [place for place in places if isinstance(at(body, place), dict)]
    path = data.draw(st.sampled_from([place for place in mappings if place[:1] != ("metadata",)]))
    more = resource(json.dumps(edited(body, (*path, "one more"), 5)))
    assert len(match(read(text), more, exact=True)) > 0
    found = match(read(text), more)
    assert not found or at(body, path) == {}


@settings(deadline=None, max_examples=200)
@given(st.text(" \t\n.-:|>'\"[]{},#ab?&*!%", max_size=60))
def test_no_text_is_beyond_reading(text: str) -> None:
    found = parse_claim(SourceText.whole_file(text, "guide.rst"))
    assert found.root is not None or found.problems


SNIPPETS = [
    *("...", "- ...", "a:", "a: |", "b: 1", "- a: 1", "- x", "text", "'q", "# c", "", "- |"),
    *("c: [", "]", "---", "c: >", "a: &a", "<<: *a", "{...}"),
]


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.sampled_from(
SNIPPETS
        ).flatmap(lambda line: st.integers(0, 5).map(lambda n: " " * n + line)),
        max_size=10,
    )
)  # fmt: skip
def test_no_mixture_of_dots_and_lines_is_beyond_reading(rows: list[str]) -> None:
    found = parse_claim(SourceText.whole_file("\n".join(rows), "guide.rst"))
    assert found.root is not None or found.problems
    if found.root is not None and not found.problems:
        of = resource(json.dumps({**HEAD, "a": {"b": 1}}))
        match(found, of)
        match(found, of, exact=True)


@pytest.mark.parametrize(
    ("claimed", "missed"),
    [(["head", "", "tail"], ["head", "tail"]), (["same", "", "same"], [""])],
    ids=["among others", "alone"],
)
def test_an_empty_line_is_missed_only_where_it_is_all_that_is_missing(
    claimed: list[str], missed: list[str]
) -> None:
    rendered = "another\n" if "head" in claimed else "same\nsame\n"
    of = resource(json.dumps({**HEAD, "data": {"cfg": rendered}}))
    text = "\n".join(["data:", "  cfg: |", *(f"    {line}".rstrip() for line in claimed)])
    said = [re.search(r"the line (\"\w*\")", message) for message in messages(text, of)]
    assert [json.loads(found[1]) for found in said if found] == missed
