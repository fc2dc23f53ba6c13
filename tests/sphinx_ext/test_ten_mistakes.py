"""A guide with ten different mistakes is built to the end, and each is reported at its place.

What pytest says of the same guide is held against this in ``tests/parity``.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sphinx_ext.site import Build, Site

EXPECTED = {
    "A typo in a key": (
        "11:4", "unknown key 'schedular' (did you mean 'scheduler'?) [helm.unknown-key]",
    ),
    "A wrong type": (
        "20:6", 'scheduler.replicas: expected integer, got string "two" [helm.schema]',
    ),
    "A value that is not among those allowed": (
        "30:8",
        "images.airflow.pullPolicy: 'Sometimes' is not one of 'Always', 'Never', 'IfNotPresent' "
        "[helm.schema]",
    ),
    "A key that stands twice": (
        "41:4",
        "key 'scheduler' stands twice in this mapping; Helm takes the last (first at line 37) "
        "[helm.duplicate-key]",
    ),
    "No YAML": ("50:16", "the [ opened here is never closed [helm.yaml]"),
    "A tab character": (
        "58:4", "YAML does not allow tabs for indentation; use spaces [helm.yaml]",
    ),
    "What the chart itself refuses": (
        "63:1",
        "redis.passwordSecretName needs data.brokerUrlSecretName, or "
        "AIRFLOW__CELERY__BROKER_URL_CMD in env: the chart cannot read the password that belongs "
        "into the URL\n(in airflow-sample/templates/check-values.yaml:19:5) [helm.render]",
    ),
    "A file of the chart that is not there": ("74:4", "there is no chart at "),
    "An option that does not exist": (
        "83:4",
        "unknown option 'realease' of helm:values (did you mean 'release'?) [helm.option]",
    ),
    "A template that calls itself": (
        "91:1", "Helm was still rendering after 6 s and was stopped [helm.timeout]",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def build(root: Callable[[str], Site]) -> Build:
    return root("ten-mistakes").build(warnings_are_errors=True)


def test_there_are_as_many_warnings_as_mistakes(build: Build) -> None:
    assert len(build.warnings) == len(EXPECTED) == 10


@pytest.mark.parametrize("mistake", list(EXPECTED))
def test_each_is_reported_at_its_place(build: Build, mistake: str) -> None:
    place, message = EXPECTED[mistake]
    (warning,) = [w for w in build.warnings if w.startswith(f"index.rst:{place}: ")]
    text = warning.removeprefix(f"index.rst:{place}: WARNING: ")
    if mistake == "A template that calls itself" and text.endswith("[helm.crash]"):
        # it runs into the limit of memory or into that of time, by the speed of the machine
        message = "the process that rendered this died: it needed too much memory [helm.crash]"
    assert text.startswith(message) if message.endswith(" ") else text == message


def test_the_build_fails_where_warnings_are_errors(build: Build) -> None:
    assert build.exit_status == 1


def test_all_examples_are_shown_and_the_broken_ones_marked(build: Build) -> None:
    page = build.page("index.html")
    assert len(page.select(".helm-example")) == 11
    assert len(page.select(".helm-failed .helm-mark")) == 10
    assert build.summary.startswith("11 examples")
    assert build.summary.endswith("10 failed")


def test_the_example_after_the_one_that_took_a_worker_down_is_rendered(build: Build) -> None:
    *_, last = build.page("index.html").select(".helm-example")
    assert "Deployment/airflow-scheduler" in [tab.text for tab in last.select('[role="tab"]')]
