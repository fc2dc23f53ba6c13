"""Roles as tests: one for each line that has some."""

from __future__ import annotations

from tests.sybil_ext.conftest import SHOP, Project, body_of_failure, helm_line

pytest_plugins = ["pytester"]

PAGE = (
    ":helm:value:`replicas`, :helm:value:`service.prot`, :helm:default:`a..b`\n"
    "and :helm:default:`replicas`\n\n"
    ".. helm:values::\n   :name: more\n\n   workers: [one]\n\n"
    ":helm:resource:`Deployment/shop-one <more>`, :helm:resource:`Deployment/shop-one`\n"
)


def test_each_line_with_roles_is_a_test(project: Project) -> None:
    project.write("page.rst", PAGE)
    project.guide(f"chart={str(SHOP)!r}, release='shop'")
    result = project.run("-v")
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines_random(
        ["page.rst::more@line:4 PASSED*", "page.rst::roles@line:2 PASSED*"]
    )
    assert body_of_failure(result, "roles@line:1") == [
        "page.rst:1:46: error: unknown key 'prot' in service (did you mean 'port'?) "
        "[helm.unknown-key]",
        "page.rst:1:68: error: helm:default: 'a..b' is no path of a value: write keys with dots "
        "between them, as in workers.replicas or env[].name; a key that holds a dot goes in "
        'quotes, as in annotations."example.org/name" [helm.role]',
    ]
    (line,) = body_of_failure(result, "roles@line:9")
    assert line.startswith("page.rst:9:62: error: no Deployment/shop-one is rendered by the")
    assert helm_line(result).startswith("helm: 1 example, 6 roles, ")


def test_one_line_may_be_run_alone(project: Project) -> None:
    project.write("page.rst", PAGE)
    project.guide(f"chart={str(SHOP)!r}, release='shop'")
    result = project.run("-k", "roles and line:2")
    result.assert_outcomes(passed=1, deselected=3)
    assert helm_line(result) == "helm: 0 examples, 1 role, 0 renders"


def test_all_are_rendered_at_once_and_nothing_twice(project: Project) -> None:
    project.write("page.rst", PAGE)
    project.guide(f"chart={str(SHOP)!r}, release='shop'")
    assert helm_line(project.run(counting=True)) == "helm: 1 example, 6 roles, 2 renders"


def test_a_role_that_does_not_exist_fails(project: Project) -> None:
    project.write("page.rst", "* :helm:valeu:`replicas`\n")
    project.guide()
    result = project.run()
    result.assert_outcomes(failed=1)
    assert body_of_failure(result, "line:1") == [
        "page.rst:1:3: error: unknown role 'helm:valeu' (did you mean 'helm:value'?) [helm.role]"
    ]


def test_roles_of_an_included_file_are_named_after_it(project: Project) -> None:
    project.write("page.rst", "Text.\n\n.. include:: part.txt\n")
    project.write("part.txt", "Text.\n\n:helm:value:`replicsa`\n")
    project.guide()
    assert body_of_failure(project.run(), "roles@part.txt:line:3") == [
        "part.txt:3:14: error: unknown key 'replicsa' (did you mean 'replicas'?) [helm.unknown-key]"
    ]


def test_without_a_chart_or_airflow_they_fail_and_say_why(project: Project) -> None:
    project.write("page.rst", ":helm:value:`a`\n:airflow:option:`core.executor`\n")
    project.guide("airflow_config_source='gone.whl'")
    result = project.run()
    result.assert_outcomes(failed=2)
    (line,) = body_of_failure(result, "roles@line:1")
    assert "no chart is configured" in line
    (line,) = body_of_failure(result, "roles@line:2")
    assert "gone.whl" in line


def test_those_of_a_skipped_example_are_skipped(project: Project) -> None:
    example = ".. helm:values::\n   :name: x\n   :skip: later\n\n   a: 1\n"
    project.write("page.rst", f":helm:resource:`A/b <x>`\n\n{example}")
    project.guide()
    project.run().assert_outcomes(skipped=2)


def test_what_is_only_doubtful_is_a_warning(project: Project) -> None:
    project.write("page.rst", ":helm:value:`gone`\n")
    project.guide(f"chart={str(SHOP.parent / 'no-schema')!r}")
    project.run("-W", "ignore").assert_outcomes(passed=1)
    project.run("-W", "error").assert_outcomes(failed=1)


def test_markdown_works_alike(project: Project) -> None:
    project.write("page.md", "# Page\n\n{helm:value}`service.prot`\n")
    project.guide()
    assert body_of_failure(project.run(), "roles@line:3") == [
        "page.md:3:22: error: unknown key 'prot' in service (did you mean 'port'?) "
        "[helm.unknown-key]"
    ]
