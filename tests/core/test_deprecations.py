"""Deprecated values, as schemas and notes say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from sphinx_airflow_prod.core.deprecations import (
    Deprecation,
    deprecations,
    from_notes,
    from_schema,
)
from sphinx_airflow_prod.core.schema import ChartSchema
from sphinx_airflow_prod.core.values import Path, format_path
from tests.core.helm_oracle import Files

DRAFT_7 = "http://json-schema.org/draft-07/schema#"


def schema_of(described: Mapping[str, str], **more: Any) -> ChartSchema:
    """Return a schema with a description for each key."""
    properties = {key: {"description": text} for key, text in described.items()}
    return ChartSchema({"$schema": DRAFT_7, "properties": {**properties, **more}}, {})


def told(found: tuple[Deprecation, ...]) -> dict[str, str]:
    """Return replacements by path."""
    return {format_path(one.path): one.replacement for one in found}


class TestSchema:
    @pytest.mark.parametrize(
        ("text", "replacement"),
        [
            ("Deprecated.", ""),
            ("DEPRECATED: goes away in 2.0", ""),
            ("How many (deprecated, use `other` instead).", "other"),
            ("How many (Deprecated - renamed to `other`)", "other"),
            ("How many [deprecated].", ""),
            ("Deprecated, use other: how many.", "other"),
            ("Deprecated in favour of ``deep.x``.", "deep.x"),
            ("Deprecated in favor of deep.x.", "deep.x"),
            ("How many. Deprecated since 1.4, replaced by `deep.x`", "deep.x"),
            ("This value is deprecated. Please use `other`.", "other"),
            ("`old` has been deprecated; set `other` and/or ``deep.x``.", "other and/or deep.x"),
            ("How many (deprecated - use other and deep.x).", "other and/or deep.x"),
            ("Optional information (deprecated, use other section instead)", "other"),
            ("Deprecated: use another tool.", ""),
            ("Deprecated: see https://example.com/deprecated.html", ""),
        ],
    )
    def test_a_description_that_says_so_of_the_key(self, text: str, replacement: str) -> None:
        schema = schema_of(
            {"old": text, "other": ""}, deep={"properties": {"x": {"type": "string"}}}
        )
        (found,) = from_schema(schema, {"old": 1, "other": 2, "deep": {"x": "y"}})
        assert (found.path, found.replacement) == (("old",), replacement)
        assert found.message.startswith("`old` is deprecated")

    @pytest.mark.parametrize(
        "text",
        [
            "How many.",
            "Replaces the deprecated `old`.",
            "If not set, `old` (deprecated) is used.",
            "If not set, `old` (deprecated, will go) is used.",
            "Wins over `old`, which is deprecated.",
            "`old` is deprecated; this is what to use.",
            "The value `old` is deprecated.",
            "Warn of deprecated values.",
            "Whether deprecated APIs are served",
            "Deprecated APIs to serve.",
        ],
    )
    def test_a_description_that_says_so_of_something_else(self, text: str) -> None:
        assert from_schema(schema_of({"new": text, "old": ""}), {"new": 1}) == ()

    def test_the_keyword_of_later_drafts(self) -> None:
        schema = ChartSchema({"properties": {"old": {"deprecated": True}, "new": {}}}, {})
        assert told(from_schema(schema, {"old": 1, "new": 2})) == {"old": ""}

    def test_a_sibling_is_named_by_its_full_path(self) -> None:
        inner = {"old": {"description": "(deprecated, use `new` instead)"}, "new": {}}
        schema = schema_of({}, scheduler={"properties": inner})
        (found,) = from_schema(schema, {"scheduler": {"old": 1}})
        assert found.message == ("`scheduler.old` is deprecated; use `scheduler.new` instead")

    def test_a_description_beside_a_reference_counts(self) -> None:
        schema = ChartSchema(
            {
                "$schema": DRAFT_7,
                "definitions": {"context": {"type": "object", "description": "A context."}},
                "properties": {
                    "old": {"description": "deprecated", "$ref": "#/definitions/context"}
                },
            },
            {},
        )
        assert told(from_schema(schema, {"old": {"x": 1}})) == {"old": ""}

    def test_the_lower_of_two_is_told(self) -> None:
        size = {"description": "Deprecated, use `new.size`."}
        old = {"description": "Deprecated, use `new`.", "properties": {"size": size, "x": {}}}
        schema = schema_of({"new": ""}, old=old)
        assert list(told(from_schema(schema, {"old": {"size": 1}}))) == ["old.size"]
        assert list(told(from_schema(schema, {"old": {"x": 1}}))) == ["old"]

    def test_keys_inside_lists_are_found(self) -> None:
        item = {"properties": {"old": {"description": "deprecated"}}}
        schema = schema_of({}, volumes={"items": item})
        found = from_schema(schema, {"volumes": [{"x": 1}, {"old": 2}]})
        assert told(found) == {"volumes[1].old": ""}

    def test_without_a_schema_nothing_is(self) -> None:
        assert from_schema(ChartSchema(None, {"old": 1}), {"old": 1}) == ()


NOTES = """
Thank you for installing it.

DEPRECATION WARNING:
   `workers.replicas` has been renamed to `workers.celery.replicas`.
   Please change your values.

 DEPRECATION WARNING:
    The default for `links` will become False in chart 2.0.
"""


class TestNotes:
    def test_what_the_baseline_has_as_well_is_not_news(self) -> None:
        base = "Thank you.\n\n DEPRECATION WARNING:\n    The default for `links` will become False"
        (found,) = from_notes(base + " in chart 2.0.\n", NOTES)
        assert found == Deprecation(
            "`workers.replicas` has been renamed to `workers.celery.replicas`. "
            "Please change your values.",
            ("workers", "replicas"),
            "workers.celery.replicas",
        )

    def test_a_warning_that_comes_twice_is_news_once(self) -> None:
        assert len(from_notes(NOTES, NOTES + NOTES)) == 2
        assert from_notes(NOTES, NOTES) == ()

    @pytest.mark.parametrize(
        ("notes", "path", "replacement"),
        [
            ("The value `a.b` is deprecated, use `a.c`.", ("a", "b"), "a.c"),
            ("a.b is deprecated in favour of a.c", ("a", "b"), "a.c"),
            ("WARNING: 'old' is deprecated", (), ""),
            ("Deprecated: `a.b` will go.", ("a", "b"), ""),
            ("`a.b` moved to `x`/`y.z`; the old name is deprecated", ("a", "b"), "x and/or y.z"),
            ("Deprecation notice\n`a.tls` is now `a.hosts[*].tls`", ("a", "tls"), ""),
            (
                "`a.on` has been deprecated. There are now separate flags,\n"
                "``a.web.on`` and ``a.flower.on``.",
                ("a", "on"),
                "a.web.on and/or a.flower.on",
            ),
            ("Charts deprecated by https://a.b/c are listed there.", (), ""),
        ],
    )
    def test_other_ways_to_say_so(self, notes: str, path: Path, replacement: str) -> None:
        (found,) = from_notes("", f"Hello.\n\n{notes}\n\nBye.\n")
        assert (found.path, found.replacement) == (path, replacement)

    def test_lines_that_are_not_indented_below_the_heading_do_not_belong_to_it(self) -> None:
        notes = "DEPRECATION WARNING:\n   `a.b` goes.\n   Change it.\nWebserver:\n  http://x\n"
        (found,) = from_notes("", notes)
        assert found.message == "`a.b` goes. Change it."

    def test_a_heading_right_below_a_warning_starts_another(self) -> None:
        notes = "DEPRECATION WARNING:\n   `a.b` goes.\nDEPRECATION WARNING:\n   `a.c` goes.\n"
        assert [found.path for found in from_notes("", notes)] == [("a", "b"), ("a", "c")]

    def test_with_a_schema_only_values_of_the_chart_are_paths(self) -> None:
        schema = schema_of({}, a={"properties": {"b": {}}})
        (found,) = from_notes("", "Deprecated with kubectl.kubernetes.io: `a.b`, `c.d`.\n", schema)
        assert found.path == ("a", "b")

    def test_notes_without_warnings_give_none(self) -> None:
        assert from_notes("", "Thank you.\n\nWARNING: set a key.\n") == ()


class TestTogether:
    schema = schema_of(
        {},
        workers={
            "properties": {
                "replicas": {"description": "(deprecated, use `workers.celery.replicas` instead)"},
                "old": {"description": "deprecated"},
                "celery": {"properties": {"replicas": {}}},
            }
        },
        links={},
    )

    def test_what_both_say_is_told_once(self) -> None:
        found = deprecations(self.schema, {"workers": {"replicas": 3}}, "", NOTES)
        assert told(found) == {"workers.replicas": "workers.celery.replicas", "links": ""}
        assert found[0].message == (
            "`workers.replicas` is deprecated; use `workers.celery.replicas` instead"
        )

    def test_the_one_that_names_a_replacement_is_kept(self) -> None:
        notes = "DEPRECATION WARNING:\n  `workers.old` has been renamed to `links`.\n"
        (found,) = deprecations(self.schema, {"workers": {"old": 3}}, "", notes)
        assert found.replacement == "links"


@pytest.fixture(scope="module")
def official_schema(official: Files) -> ChartSchema:
    """The official chart's schema and defaults."""
    import yaml

    return ChartSchema(official["values.schema.json"], yaml.safe_load(official["values.yaml"]))


class TestOfficialChart:
    @pytest.mark.parametrize(
        ("path", "replacement"),
        [
            ("securityContext", "securityContexts"),
            ("scheduler.securityContext", "scheduler.securityContexts"),
            ("dags.gitSync.securityContext", "dags.gitSync.securityContexts"),
            ("workers.replicas", "workers.celery.replicas"),
            ("workers.command", "workers.celery.command and/or workers.kubernetes.command"),
            ("workers.persistence.size", "workers.celery.persistence.size"),
            ("ingress.enabled", "ingress.web.enabled and/or ingress.flower.enabled"),
            ("ingress.web.tls", "ingress.web.hosts[*].tls"),
            ("webserver.defaultUser", "createUserJob"),
            ("registry.secretName", "registry.secretNames"),
        ],
    )
    def test_deprecated_values(
        self, path: str, replacement: str, official_schema: ChartSchema
    ) -> None:
        assert told(from_schema(official_schema, nested(path, 1))) == {path: replacement}

    def test_nothing_else_among_the_defaults_is_flagged(self, official_schema: ChartSchema) -> None:
        found = from_schema(official_schema, official_schema.defaults)
        outside = {format_path(one.path) for one in found if one.path[0] != "workers"}
        of_old_contexts = {path for path in outside if path.endswith("securityContext")}
        assert outside - of_old_contexts == {
            *("flower.extraNetworkPolicies", "webserver.extraNetworkPolicies"),
            *("ingress.apiServer.host", "ingress.apiServer.tls", "ingress.enabled"),
            *("ingress.flower.host", "ingress.flower.tls", "ingress.pgbouncer.host"),
            *("ingress.statsd.host", "ingress.web.host", "ingress.web.tls"),
            "registry.secretName",
        }
        assert len(of_old_contexts) == 12
        assert all(one.replacement for one in found)
        assert not {one.path[:2] for one in found} & {
            ("workers", "celery"),
            ("workers", "kubernetes"),
        }


def nested(path: str, value: Any) -> dict[str, Any]:
    for step in reversed(path.split(".")):
        value = {step: value}
    assert isinstance(value, dict)
    return value
