"""Roles on pages: what they show, where they lead, and what is said where they are wrong."""

from __future__ import annotations

from tests.sphinx_ext.site import Site, page, values


def test_defaults_are_inserted_as_they_are_in_the_chart(site: Site) -> None:
    site.write("index.rst", page(":helm:default:`replicas` :helm:default:`image`"))
    build = site.build()
    assert build.warnings == []
    shown = [code.text for code in build.page("index.html").select("code.helm-default")]
    assert shown == ["1", '{pullPolicy: IfNotPresent, tag: "1.0"}']
    assert build.summary == "0 examples, 2 roles, 0 renders"


def test_what_does_not_exist_is_a_warning_at_its_place(site: Site) -> None:
    site.write("index.rst", page("See :helm:value:`service.prot`.\n", "* :helm:value:`a`"))
    build = site.build()
    assert build.first_lines == [
        "index.rst:4:26: WARNING: unknown key 'prot' in service (did you mean 'port'?) "
        "[helm.unknown-key]",
        "index.rst:6:16: WARNING: unknown key 'a'; the keys known there are 'replicas', 'image', "
        "'service', 'workers', 'config', 'motd' [helm.unknown-key]",
    ]
    (mark, _) = build.page("index.html").select(".helm-role-mark")
    assert mark.text == " (not verified)"


def test_a_resource_is_looked_for_where_it_is_to_be_rendered(site: Site) -> None:
    text = ":helm:resource:`Deployment/shop-{0}` :helm:resource:`Deployment/shop-{0} <more>`"
    site.write("index.rst", page(values("workers: [one]", "name: more"), "", text.format("one")))
    build = site.build(helm_release="shop")
    (warning,) = build.first_lines
    assert warning.startswith("index.rst:10:17: WARNING: no Deployment/shop-one is rendered by the")
