"""Every option of ``helm:values``, by what a page shows or a build says."""

from __future__ import annotations

import re

import pytest

from tests.sphinx_ext.site import Build, Site, page, values


def build_text(site: Site, *parts: str) -> str:
    """Build the parts as one page, which must be without a warning; return it as text."""
    site.write("index.rst", page(*parts))
    build = site.build("text", nitpicky=True)
    assert build.warnings == []
    return build.text("index.txt")


def build_broken(site: Site, *parts: str) -> list[str]:
    """Build the parts as one page; return the first lines of what is said."""
    site.write("index.rst", page(*parts))
    return site.build("text").first_lines


def titles(site: Site, *options: str, body: str = "replicas: 3") -> list[str]:
    """Build an example as HTML and return the titles of its tabs."""
    site.write("index.rst", page(values(body, *options)))
    build = site.build()
    assert build.warnings == []
    return [tab.text for tab in build.page("index.html").select('[role="tab"]')]


def test_name_is_a_target_with_a_title_given(site: Site) -> None:
    site.write("index.rst", page(values("replicas: 3", "name: three"), "\n.. toctree::\n\n   b\n"))
    site.write("b.rst", page("See :ref:`the three <three>`.", title="B"))
    build = site.build(nitpicky=True)
    assert build.warnings == []
    (link,) = build.page("b.html").select('a[href="index.html#three"]')
    assert link.text == "the three"
    assert build.page("index.html").select("#three.helm-example")


def test_a_name_taken_twice_is_an_error(site: Site) -> None:
    said = build_broken(
        site, values("replicas: 3", "name: three"), values("replicas: 4", "name: three")
    )
    assert "index.rst:10:4: WARNING: name 'three' is taken already, at line 4 [helm.name]" in said


def test_caption_replaces_the_title_of_the_values(site: Site) -> None:
    assert titles(site, "caption: override.yaml")[0] == "override.yaml"


def test_without_a_caption_the_values_are_called_values_yaml(site: Site) -> None:
    assert titles(site)[0] == "values.yaml"


@pytest.mark.parametrize("caption", ["- no paragraph", "*not markup", ".. comment", "a_b"])
def test_a_caption_is_text(site: Site, caption: str) -> None:
    assert titles(site, f"caption: {caption}")[0] == caption
    assert f"\n{caption}\n\n   replicas" in site.build("text").text("index.txt")


def test_file_takes_the_values_from_beside_the_document(site: Site) -> None:
    site.write("deep/prod.yaml", "replicas: 7\n")
    site.write("all.yaml", "replicas: 8\n")
    site.write("index.rst", page(".. toctree::\n\n   deep/page\n"))
    site.write(
        "deep/page.rst",
        page(".. helm:values::\n   :file: prod.yaml\n\n.. helm:values::\n   :file: ../all.yaml\n"),
    )
    build = site.build("text")
    assert build.warnings == []
    assert "prod.yaml\n\n   replicas: 7\n" in build.text("deep/page.txt")
    assert "../all.yaml\n\n   replicas: 8\n" in build.text("deep/page.txt")
    assert site.build("text").read == set()


def test_a_page_is_read_again_when_the_file_changes(site: Site) -> None:
    site.write("prod.yaml", "replicas: 7\n")
    site.write("index.rst", page(".. helm:values::\n   :file: prod.yaml\n"))
    site.build("text")
    assert site.build("text").read == set()
    site.write("prod.yaml", "replicas: 88\n")
    build = site.build("text")
    assert build.read == {"index"}
    assert build.first_lines[0].startswith("index.rst:4:1: WARNING: replicas must be at most 9")


def test_a_file_that_is_missing_is_an_error_at_the_option(site: Site) -> None:
    said = build_broken(site, ".. helm:values::\n   :file: prod.yaml\n")
    assert said == [
        "index.rst:5:4: WARNING: cannot read 'prod.yaml': No such file or directory [helm.file]"
    ]


def test_a_page_whose_file_is_missing_is_read_again_only_when_it_is_there(site: Site) -> None:
    site.write("index.rst", page(".. helm:values::\n   :file: prod.yaml\n"))
    site.build("text")
    again = site.build("text")
    assert again.read == set()
    assert len(again.warnings) == 1
    site.write("prod.yaml", "replicas: 7\n")
    found = site.build("text")
    assert found.read == {"index"}
    assert found.warnings == []


def test_a_file_and_a_body_exclude_each_other(site: Site) -> None:
    site.write("prod.yaml", "replicas: 7\n")
    said = build_broken(site, values("replicas: 3", "file: prod.yaml"))
    assert said == [
        "index.rst:5:4: WARNING: option 'file' and a body exclude each other; the body is not "
        "looked at [helm.option]"
    ]


def test_extends_layers_examples_in_order(site: Site) -> None:
    text = build_text(
        site,
        values("replicas: 2\nimage: {tag: '2'}", "name: a", "tabs: values"),
        values("replicas: 3", "name: b", "tabs: values"),
        values("config: {x: z}", "extends: a, b", "show: Deployment/*", "tabs: manifests", "full:"),
    )
    assert "replicas: 3" in text.split("Deployment/airflow-web")[-1]
    assert "image: shop:2" in text


def test_an_example_must_change_something_over_what_it_extends(site: Site) -> None:
    said = build_broken(
        site,
        values("replicas: 2", "name: a"),
        values("replicas: 2", "extends: a"),
        values("config: {x: z}", "extends: aa"),
    )
    assert said == [
        "index.rst:9:1: WARNING: the example changes nothing in what the chart renders over the "
        "examples it extends; if it restates defaults on purpose, say :no-effect: "
        "[helm.no-effect]",
        "index.rst:15:4: WARNING: option 'extends': no example above in this document is named "
        "'aa' (did you mean 'a'?) [helm.name]",
    ]


def test_release_namespace_and_versions_reach_the_templates(site: Site) -> None:
    text = build_text(
        site,
        values(
            "replicas: 3",
            "release: blue",
            "namespace: shops",
            "kube-version: 1.29.3",
            "api-versions: a.example/v1, monitoring.coreos.com/v1",
            "show: Deployment/*",
            "full:",
        ),
    )
    assert "name: blue-web" in text
    assert "namespace: shops" in text
    assert "kubernetes: v1.29.3" in text
    assert 'monitored: "true"' in text


def test_release_options_are_no_change_of_the_example(site: Site) -> None:
    text = build_text(site, values("replicas: 3", "release: blue", "kube-version: 1.29.3"))
    changes = text.split("Changes")[1]
    assert re.findall(r"^ *([-+] .*)$", changes, re.M) == ["-  replicas: 1", "+  replicas: 3"]


def test_show_names_resources_with_a_star(site: Site) -> None:
    assert titles(site, "show: Deployment/*-web, Config*/*")[2:] == [
        "Deployment/airflow-web", "ConfigMap/airflow-config",
    ]  # fmt: skip


def test_show_narrows_to_a_path(site: Site) -> None:
    text = build_text(site, values("replicas: 3", "show: Deployment/*#metadata.labels"))
    manifest = text.split("Deployment/airflow-web")[-1]
    assert "monitored" in manifest
    assert "containers" not in manifest


def test_show_that_matches_nothing_is_an_error_at_the_option(site: Site) -> None:
    said = build_broken(site, values("replicas: 3", "show: Deployment/airflow-wob"))
    assert said == [
        "index.rst:5:4: WARNING: option 'show': Deployment/airflow-wob matches nothing that is "
        "rendered; nearest are Deployment/airflow-web, Service/airflow-web, "
        "ConfigMap/airflow-config [helm.show]"
    ]


def test_tabs_are_shown_in_the_order_given(site: Site) -> None:
    assert titles(site, "tabs: notes, manifests, values") == [
        "Notes", "Deployment/airflow-web", "values.yaml",
    ]  # fmt: skip


def test_tabs_may_leave_the_values_out(site: Site) -> None:
    assert titles(site, "tabs: changes, manifests") == ["Changes", "Deployment/airflow-web"]


def test_full_shows_whole_manifests(site: Site) -> None:
    text = build_text(site, values("replicas: 3", "full:"))
    assert "..." not in text
    assert "namespace: airflow" in text


def test_fails_shows_why_the_chart_refuses(site: Site) -> None:
    text = build_text(site, values("replicas: 10", "fails: at most 9"))
    assert "The chart refuses these values:" in text
    assert "Refused\n\n   replicas must be at most 9" in text


def test_fails_is_an_error_where_the_chart_accepts(site: Site) -> None:
    said = build_broken(site, values("replicas: 3", "fails: at most 9"))
    assert said == [
        "index.rst:5:4: WARNING: the chart accepts these values, and option 'fails' says that it "
        "refuses them [helm.fails]"
    ]


def test_fails_is_an_error_where_the_message_is_another(site: Site) -> None:
    site.write("index.rst", page(values("replicas: 10", "fails: at least 2")))
    assert site.build("text").warnings == [
        "index.rst:5:4: WARNING: the chart refuses these values otherwise than option 'fails' "
        "says: 'at least 2'\nHelm says: replicas must be at most 9 [helm.fails]"
    ]


def test_no_render_validates_only(site: Site) -> None:
    assert titles(site, "no-render:", body="replicas: 10") == []
    said = build_broken(site, values("replicas: ten", "no-render:"))
    assert said == [
        'index.rst:7:4: WARNING: replicas: expected integer, got string "ten" [helm.schema]'
    ]


def test_no_effect_lets_an_example_restate_defaults(site: Site) -> None:
    text = build_text(site, values("replicas: 1", "no-effect:"))
    assert "Nothing that the chart renders changes." in text


def test_no_effect_is_an_error_where_there_is_one(site: Site) -> None:
    assert build_broken(site, values("replicas: 3", "no-effect:")) == [
        "index.rst:5:4: WARNING: the example has an effect, and option 'no-effect' says that it "
        "has none [helm.no-effect]"
    ]


def test_a_skipped_example_is_marked_and_counted(site: Site) -> None:
    site.write("index.rst", page(values("replcas: 1", "skip: waits for chart 2")))
    build = site.build()
    assert build.warnings == []
    assert build.summary == "1 example, 0 renders, 1 skipped"
    assert "skipped " in build.log
    assert "index.rst:4:1: waits for chart 2" in build.log
    page_ = build.page("index.html")
    (mark,) = page_.select(".helm-skipped .helm-mark")
    assert mark.text.strip() == "Not verified: skipped, waits for chart 2"
    assert "replcas: 1" in page_.text


def test_lines_are_emphasized_and_numbered_without_tabs_too(site: Site) -> None:
    site.write(
        "index.rst",
        page(values("replicas: 3\nconfig:\n  x: z", "emphasize-lines: 1,3", "linenos:", "skip: x")),
    )
    example = site.build().page("index.html").select(".helm-example")[0]
    assert [line.text.strip() for line in example.select(".hll")] == ["1replicas: 3", "3  x: z"]


def test_class_names_the_outermost_element(site: Site) -> None:
    site.write("index.rst", page(values("replicas: 3", "class: wide important")))
    assert site.build().page("index.html").select(".helm-example.wide.important .sphinx-tabs")


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("shwo: x", "unknown option 'shwo' of helm:values (did you mean 'show'?)"),
        ("full: yes", "option 'full' takes no value, got 'yes'"),
        ("tabs: values, chagnes", "option 'tabs' 'chagnes' is no tab; tabs are values, changes, "
         "manifests, notes (did you mean 'changes'?)"),
        ("kube-version: newest", "option 'kube-version' 'newest' is no Kubernetes version such "
         "as 1.30.0"),
        ("release: My_Release", "option 'release' 'My_Release' is no name of lower-case letters, "
         "digits and '-', of at most 53 characters"),
        ("fails: (", "option 'fails' '(' is no regular expression: missing ), unterminated "
         "subpattern at position 0"),
        ("emphasize-lines: 2-1", "option 'emphasize-lines' '2-1' is no line or range of lines "
         "such as 3 or 3-5"),
        ("emphasize-lines: 2", "option 'emphasize-lines' names a line past the last, 1"),
        ("chart:", "option 'chart' needs a value"),
    ],
)  # fmt: skip
def test_an_option_that_cannot_be_used_is_an_error_at_its_place(
    site: Site, option: str, message: str
) -> None:
    assert build_broken(site, values("replicas: 3", "caption: x", option)) == [
        f"index.rst:6:4: WARNING: {message} [helm.option]"
    ]


def failed(build: Build) -> str:
    (mark,) = build.page("index.html").select(".helm-failed .helm-mark")
    return mark.text.strip()


def test_a_broken_example_is_shown_as_written_and_marked(site: Site) -> None:
    site.write("index.rst", page(values("replcas: 3 # sic")))
    build = site.build()
    assert failed(build) == "Not verified: this example did not pass its checks."
    assert "replcas: 3 # sic" in build.page("index.html").text


def test_an_example_without_a_body_is_an_error(site: Site) -> None:
    (said,) = build_broken(site, ".. helm:values::\n")
    assert said.startswith("index.rst:4:1: WARNING: ")


def test_an_argument_is_an_error(site: Site) -> None:
    said = build_broken(site, ".. helm:values:: replicas\n\n   replicas: 3\n")
    assert said == [
        "index.rst:4:1: WARNING: helm:values takes no argument, got 'replicas'; values stand in "
        "the body, after an empty line [helm.option]"
    ]
