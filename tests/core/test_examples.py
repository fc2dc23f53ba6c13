"""From snippets to examples: layers, names, release options, and fingerprints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from sphinx_airflow_prod.core.examples import Claim, Example, fingerprint, resolve
from sphinx_airflow_prod.core.render.base import ReleaseOptions
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import Snippet, read_snippet
from tests.core.directives import page, raw, said, values

SETTINGS = Settings()


def examples(snippets: list[Snippet], settings: Settings = SETTINGS) -> list[Example]:
    return [found for found in resolve(snippets, settings) if isinstance(found, Example)]


def layers(example: Example) -> list[str]:
    return [snippet.body.text for snippet in (*example.beneath, example.snippet)]


class TestExtends:
    """``:extends:`` layers examples as ``helm -f a -f b`` layers files."""

    def test_an_example_alone_has_nothing_beneath(self) -> None:
        (example,) = examples(page("a"))
        assert example.beneath == ()

    def test_the_example_that_is_extended_lies_beneath(self) -> None:
        _, example = examples(page(("a", {"name": "x"}), ("b", {"extends": "x"})))
        assert layers(example) == ["a", "b"]

    def test_several_lie_in_the_order_in_which_they_are_named(self) -> None:
        *_, example = examples(
            page(("a", {"name": "x"}), ("b", {"name": "y"}), ("c", {"extends": "y x"}))
        )
        assert layers(example) == ["b", "a", "c"]

    def test_what_lies_beneath_those_comes_with_them(self) -> None:
        *_, example = examples(
            page(
                ("a", {"name": "x"}),
                ("b", {"name": "y", "extends": "x"}),
                ("c", {"name": "z", "extends": "y"}),
                ("d", {"extends": "z"}),
            )
        )
        assert layers(example) == ["a", "b", "c", "d"]

    @pytest.mark.parametrize("name", ["y", "late"])
    def test_only_examples_above_can_be_extended(self, name: str) -> None:
        _, example, _ = examples(
            page(
                ("a", {"name": "x"}), ("b", {"name": "y", "extends": name}), ("c", {"name": "late"})
            )
        )
        (complaint,) = said(example.problems)
        assert complaint.startswith(
            f"22:4: option 'extends': no example above in this document is named '{name}'"
        )
        assert layers(example) == ["b"]

    def test_a_name_that_is_not_there_is_told_with_the_nearest(self) -> None:
        _, example = examples(page(("a", {"name": "database"}), ("b", {"extends": "databse"})))
        assert said(example.problems) == [
            "21:4: option 'extends': no example above in this document is named 'databse' "
            "(did you mean 'database'?) [helm.name]"
        ]

    def test_names_of_another_document_do_not_count(self) -> None:
        *_, example = examples(
            [
                *page(("a", {"name": "x"}), document="/guide/one.rst"),
                *page(("b", {"extends": "x"}), document="/guide/two.rst"),
            ]
        )
        assert len(example.problems) == 1


class TestNames:
    """Each name is given once in a document."""

    def test_a_name_given_twice_is_told_with_the_line_of_the_first(self) -> None:
        _, example = examples(page(("a", {"name": "x"}), ("b", {"name": "x"})))
        assert said(example.problems) == ["21:4: name 'x' is taken already, at line 10 [helm.name]"]

    def test_the_first_of_the_name_is_the_one_that_is_meant(self) -> None:
        *_, example = examples(
            page(("a", {"name": "x"}), ("b", {"name": "x"}), ("c", {"extends": "x"}))
        )
        assert layers(example) == ["a", "c"]

    def test_two_documents_may_give_the_same_name(self) -> None:
        found = examples(
            [
                *page(("a", {"name": "x"}), document="/guide/one.rst"),
                *page(("b", {"name": "x"}), document="/guide/two.rst"),
            ]
        )
        assert [example.problems for example in found] == [(), ()]


class TestRelease:
    """Release options: the example's over the settings'."""

    SETTINGS = Settings(
        release="r", namespace="n", kube_version="1.30", api_versions=("a/v1", "b/v1")
    )

    def test_the_settings_hold_where_the_example_says_nothing(self) -> None:
        (example,) = examples(page("a"), self.SETTINGS)
        assert example.release == ReleaseOptions("r", "n", "1.30", ("a/v1", "b/v1"))

    def test_the_example_wins(self) -> None:
        options = {"release": "s", "namespace": "m", "kube-version": "1.31"}
        (example,) = examples(page(("a", options)), self.SETTINGS)
        assert example.release == ReleaseOptions("s", "m", "1.31", ("a/v1", "b/v1"))

    def test_api_versions_add_up_each_once(self) -> None:
        (example,) = examples(page(("a", {"api-versions": "b/v1 c/v1"})), self.SETTINGS)
        assert example.release.api_versions == ("a/v1", "b/v1", "c/v1")


class TestClaims:
    """Which example a claim is about."""

    def claim(self, snippets: list[Snippet], **options: str) -> Claim:
        snippet = read_snippet(raw("a: 1\n", options, name="helm:manifest", line=99))
        (*_, claim) = resolve([*snippets, snippet], SETTINGS)
        assert isinstance(claim, Claim)
        return claim

    def test_it_is_the_nearest_above(self) -> None:
        (example,) = self.claim(page("a", "b")).examples
        assert example.snippet.body.text == "b"

    def test_it_is_the_one_that_is_named(self) -> None:
        (example,) = self.claim(page(("a", {"name": "x"}), "b"), of="x").examples
        assert example.snippet.body.text == "a"

    def test_there_must_be_one(self) -> None:
        claim = self.claim([])
        assert said(claim.problems) == [
            "99:1: no helm:values example stands above this claim; name one with option 'of' "
            "[helm.name]"
        ]

    def test_the_order_of_the_document_is_kept(self) -> None:
        snippets: list[Snippet] = [
            *page("a"),
            read_snippet(raw("x: 1\n", name="helm:manifest", line=15)),
            values("b", line=20),
        ]
        assert [found.snippet for found in resolve(snippets, SETTINGS)] == snippets


class TestFingerprint:
    """Equal fingerprints, equal outcomes: everything that counts is in it."""

    def of(
        self,
        example: Example,
        charts: Mapping[str | None, str] = {None: "digest"},
        engine: str = "engine",
        settings: Settings = SETTINGS,
    ) -> str:
        return fingerprint(example, charts, engine, settings)

    @pytest.fixture
    def example(self) -> Example:
        (example,) = examples(page(("a: 1\n", {"name": "x"})))
        return example

    def test_it_is_the_same_for_the_same(self, example: Example) -> None:
        (again,) = examples(page(("a: 1\n", {"name": "x"})))
        assert self.of(example) == self.of(again)

    @pytest.mark.parametrize(
        "changed",
        [
            page(("a: 2\n", {"name": "x"})),
            page(("a: 1\n", {"name": "x", "full": ""})),
            page(("a: 1\n", {"name": "x", "release": "other"})),
            page(("a: 1\n", {"name": "x"}), document="/guide/other.rst"),
            [values("a: 1\n", {"name": "x"}, line=11)],
        ],
        ids=["values", "option", "release", "document", "line"],
    )
    def test_the_snippet_counts(self, example: Example, changed: list[Snippet]) -> None:
        (other,) = examples(changed)
        assert self.of(other) != self.of(example)

    def test_what_lies_beneath_counts(self) -> None:
        _, one = examples(page(("a: 1\n", {"name": "x"}), ("b: 1\n", {"extends": "x"})))
        _, two = examples(page(("a: 2\n", {"name": "x"}), ("b: 1\n", {"extends": "x"})))
        assert self.of(one) != self.of(two)

    def test_chart_and_engine_count(self, example: Example) -> None:
        assert self.of(example, charts={None: "other"}) != self.of(example)
        assert self.of(example, engine="other") != self.of(example)

    @pytest.mark.parametrize(
        "change",
        [{"values": {"a": 1}}, {"unknown_keys": "ignore"}, {"placeholders": "x"}],
        ids=str,
    )
    def test_settings_that_matter_count(self, example: Example, change: dict[str, Any]) -> None:
        assert self.of(example, settings=replace(SETTINGS, **change)) != self.of(example)

    @pytest.mark.parametrize(
        "change", [{"jobs": 3}, {"cache_dir": "/x"}, {"max_manifest_tabs": 9}], ids=str
    )
    def test_settings_of_the_mechanics_do_not(
        self, example: Example, change: dict[str, Any]
    ) -> None:
        assert self.of(example, settings=replace(SETTINGS, **change)) == self.of(example)

    def test_text_that_is_no_unicode_does_no_harm(self) -> None:
        (example,) = examples(page("a: '\ud800'\n"))
        assert self.of(example)
