"""How few renders a measurement needs, and what it may conclude from a word."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sphinx_airflow_prod.core.chart import Chart
from sphinx_airflow_prod.core.effects import EffectInput, LeafEffect, measure
from sphinx_airflow_prod.core.effects.words import proves, words
from sphinx_airflow_prod.core.render.base import Render
from tests.core.effects_tools import given, helm
from tests.core.render.tools import chart


@pytest.fixture(scope="module")
def reading() -> Chart:
    """A chart that reads each of its values in another way."""
    return chart("effects-reading")


def known(example: EffectInput) -> EffectInput:
    """Return an example whose own renders are known, as the pipeline gives it."""
    jobs = [
        Render(example.chart, json.dumps(example.layered(own), sort_keys=True), example.release)
        for own in (example.own, {})
    ]
    rendered, lower = helm().run(jobs)
    return replace(example, rendered=rendered, lower=lower)


def renders(*examples: EffectInput) -> tuple[int, list[tuple[LeafEffect, ...]]]:
    """Return how many renders a measurement took beyond the examples' own, and its result."""
    examples = tuple(known(example) for example in examples)
    before = helm().stats.renders
    found = measure(examples, helm())
    return helm().stats.renders - before, found


def test_words_of_their_own_cost_nothing(reading: Chart) -> None:
    text = """
        plain: zanzibar
        greeting: quokka
        image: example.org/app:xylophone
        annotations: {wombat: 1}
        settings: {numbat: 2}
        extraEnv: [{name: BILBY, value: kookaburra}]
        """
    count, (found,) = renders(given(reading, text))
    assert {str(one.verdict) for one in found} == {"effective"}
    assert (len(found), count) == (7, 0)


def test_a_leaf_alone_costs_nothing(reading: Chart) -> None:
    assert renders(given(reading, "number: 3\n"))[0] == 0


def test_restated_defaults_cost_nothing(reading: Chart) -> None:
    count, (found,) = renders(given(reading, "number: 1\nplain: one\nflag: false\ndrop: [ALL]\n"))
    assert {str(one.verdict) for one in found} == {"default"}
    assert count == 0


def test_switches_numbers_and_common_words_cost_one_render_each(reading: Chart) -> None:
    text = "flag: true\nnumber: 3\nlevel: debug\nplain: zanzibar\ngreeting: quokka\n"
    assert renders(given(reading, text))[0] == 3


def test_what_several_examples_ask_is_rendered_once(reading: Chart) -> None:
    one = given(reading, "flag: true\nnumber: 3\n")
    assert renders(one, one)[0] == 2


def test_what_is_not_known_is_asked_for(reading: Chart) -> None:
    before = helm().stats.renders
    (found,) = measure([given(reading, "plain: zanzibar\n")], helm())
    assert (str(found[0].verdict), helm().stats.renders - before) == ("effective", 2)


def test_no_examples_ask_nothing() -> None:
    assert measure([], helm()) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mySecret-name2", {"mysecret", "my", "secret", "name"}),
        ("HTTPServer 8080", {"httpserver", "http", "server"}),
        ("a b1c ü Straße", {"straße"}),
        ("%s-db", {"db"}),
    ],
)
def test_words_are_letters_in_lower_case(text: str, expected: set[str]) -> None:
    assert words(text) >= expected
    assert not any(character.isdigit() for word in words(text) for character in word)


@pytest.mark.parametrize(
    ("chunk", "proof"),
    [
        ("zanzibar", True),
        ("airflow-zanzibar", True),
        ("airflow", False),
        ("airflow-config", False),
        ("airflowConfig", False),
        ("airflowconfig", False),
        ("AIRFLOW_CONFIG", False),
        ("config-8080", False),
        ("8080", False),
        ("zan", False),
    ],
)
def test_only_a_word_that_nothing_else_has_is_a_proof(chunk: str, proof: bool) -> None:
    assert proves(chunk, frozenset({"airflow"}), frozenset({"config", "db"})) is proof
