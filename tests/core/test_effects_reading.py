"""Verdicts over leaves that a chart reads in every way that charts read values."""

from __future__ import annotations

import pytest

from sphinx_airflow_prod.core.chart import Chart
from tests.core.effects_tools import effects, verdicts
from tests.core.render.tools import chart


@pytest.fixture(scope="module")
def reading() -> Chart:
    """A chart that reads each of its values in another way."""
    return chart("effects-reading")


# A second leaf keeps each case from being settled by the example as a whole.
CASES = {
    "printed": ("plain: two", "effective"),
    "a word of its own": ("plain: zanzibar", "effective"),
    "inside an encoded URL": ("plain: zan/zi bar", "effective"),
    "by tpl": ('templated: "{{ .Values.plain }}"', "effective"),
    "by tpl, a word of its own": ('templated: "{{ .Release.Name }}-zanzibar"', "effective"),
    "by toYaml of its parent": ("parent: {size: 7}", "effective"),
    "by toYaml of its parent, a new key": ("parent: {wheels: 4}", "effective"),
    "by a condition only": ("flag: true", "effective"),
    "compared with a constant": ("mode: slow", "effective"),
    "compared, neither matches": ("mode: walk", "effective"),
    "compared as a number": ("limit: 16", "effective"),
    "compared, on the same side": ("limit: 11", "default"),
    "formatted as digits": ("number: 42", "effective"),
    "computed with": ("ratio: 0.25", "effective"),
    "quantity cut apart": ("memory: 512Mi", "effective"),
    "duration": ("timeout: 45s", "effective"),
    "port inside a text": ("port: 9090", "effective"),
    "enum, upper case": ("level: debug", "effective"),
    "split, the half that is read": ("image: registry.example/app:2.0", "effective"),
    "split, the half that is not": ("image: zanzibar.example/app:1.0", "default"),
    "item of a list": ("drop: [ALL, ZANZIBAR]", "effective"),
    "range over a map": ("settings: {speed: 3}", "effective"),
    "range over a map, a word": ("settings: {zanzibar: 3}", "effective"),
    "hasKey": ("looked: {there: ''}", "effective"),
    "get": ("looked: {got: 5}", "effective"),
    "pluck": ("looked: {plucked: 5}", "effective"),
    "looked up by nothing": ("looked: {zanzibar: 5}", "ignored"),
    "mustMergeOverwrite": ("overrides: {b: 3}", "effective"),
    "mustMergeOverwrite, the same": ("overrides: {b: '2'}", "default"),
    "NOTES.txt only": ("greeting: hello", "effective"),
    "a checksum annotation only": ("digested: zanzibar", "ignored"),
    "an annotation": ("annotations: {checksum/zanzibar: hello}", "effective"),
    "global, in a subchart": ("global: {region: south}", "effective"),
    "a subchart's own key": ("child: {size: 3}", "effective"),
    "a subchart's key that it does not read": ("child: {zanzibar: 3}", "ignored"),
    "not read": ("unread: somebody", "ignored"),
    "not known": ("zanzibar: 1", "unknown"),
    "not known, below a known key": ("parent: {size: 1}\nfeature: {zanzibar: 1}", "unknown"),
    "the default": ("plain: one", "default"),
    "the default, a number": ("number: 1.0", "default"),
    "the template's own default": ('builtIn: "8080"', "default"),
    "the template's own default, another type": ("builtIn: 8080", "default"),
    "null, a default": ("removable: {left: null}", "effective"),
    "null, an unread default": ("unread: null", "ignored"),
    "null, no default": ("settings: {speed: null}", "effective"),
    "null, no default and not read": ("looked: {zanzibar: null}", "default"),
    "empty map": ("settings: {}", "default"),
    "empty map inside a map": ("parent: {extra: {}}", "effective"),
    "empty list": ("drop: []", "effective"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_leaf_is_judged_by_what_its_removal_changes(case: str, reading: Chart) -> None:
    text, expected = CASES[case]
    found = verdicts(
        reading, f"flag: true\n{text}\n" if "flag" not in text else f"number: 3\n{text}\n"
    )
    assert list(found.values())[-1] == expected, effects(reading, text)


@pytest.mark.parametrize("case", CASES)
def test_a_leaf_alone_in_its_example_is_judged_alike(case: str, reading: Chart) -> None:
    text, expected = CASES[case]
    assert list(verdicts(reading, text + "\n").values())[-1] == expected
