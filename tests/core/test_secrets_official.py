"""What the official chart's renders need of Secrets, with no false alarm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sphinx_airflow_prod.core.secrets import Survey, read_secrets, survey, unconsumed, unmet
from sphinx_airflow_prod.core.source import SourceText
from tests.core.official import DEFAULTS, LARGE, SECRET_EXAMPLES, rendered


def surveyed(values: str) -> Survey:
    return survey(rendered(values), "airflow")


def test_the_defaults_need_nothing_but_what_they_bring() -> None:
    found = surveyed(DEFAULTS)
    assert len(found.references) > 50
    assert set(found.by_name) == set(found.provided)
    for reference in found.references:
        keys = found.provided[reference.secret]
        assert keys is not None
        assert reference.keys is not None
        assert set(reference.keys) <= keys, reference.where


@pytest.mark.parametrize("example", SECRET_EXAMPLES)
def test_an_example_needs_exactly_the_secrets_that_it_names(example: str) -> None:
    values, needed = SECRET_EXAMPLES[example]
    found = unmet(surveyed(values), surveyed(DEFAULTS), ())
    assert {one.name: one.keys for one in found} == needed


@pytest.mark.parametrize("example", SECRET_EXAMPLES)
def test_the_command_that_is_proposed_closes_the_example(example: str) -> None:
    values, _ = SECRET_EXAMPLES[example]
    baseline, found = surveyed(DEFAULTS), surveyed(values)
    commands = "\n".join(one.message.partition("\n")[2] for one in unmet(found, baseline, ()))
    secrets, problems = read_secrets(SourceText.whole_file(commands, "x"), Path("nowhere"))
    assert problems == () or not commands
    assert unmet(found, baseline, secrets) == ()
    assert [problem for secret in secrets for problem in unconsumed(secret, found)] == []


def naive(value: Any) -> Iterator[str]:
    """Give every name of a Secret that stands where Kubernetes' API has one."""
    if isinstance(value, dict):
        for key, below in value.items():
            if key == "secretName" and isinstance(below, str):
                yield below
            if key in {"secretKeyRef", "secretRef", "nodePublishSecretRef"}:
                yield below["name"]
            if key == "imagePullSecrets":
                yield from (item["name"] for item in below or ())
            yield from naive(below)
    elif isinstance(value, list):
        for item in value:
            yield from naive(item)


@pytest.mark.parametrize("number", range(len(LARGE)))
def test_no_reference_is_passed_over(number: int) -> None:
    manifests = rendered(LARGE[number])
    names = {name for resource in manifests for name in naive(resource.data)}
    assert names
    assert names <= set(survey(manifests).by_name)


@pytest.mark.parametrize("number", range(len(LARGE)))
def test_a_large_configuration_needs_the_secrets_that_it_names_itself(number: int) -> None:
    baseline = surveyed(DEFAULTS)
    needed = {one.name for one in unmet(surveyed(LARGE[number]), baseline, ())}
    assert needed
    assert all(name.startswith("my-") for name in needed)
    assert "my-extra" not in needed
    assert "my-optional" not in needed


def test_the_pod_template_of_the_kubernetes_executor_is_looked_into() -> None:
    found = surveyed(LARGE[1])
    [reference] = [ref for ref in found.by_name["my-init"] if ref.resource.startswith("ConfigMap/")]
    assert reference.where.startswith("ConfigMap/airflow-config#data.pod_template_file.yaml.spec.")


def test_a_renamed_key_of_pgbouncer_is_found() -> None:
    values, _ = SECRET_EXAMPLES["PgBouncer, Secrets"]
    text = (
        "kubectl create secret generic my-config --namespace airflow "
        "--from-literal=pgbouncer.ini=x --from-literal=user.txt=y"
    )
    (secret,), _ = read_secrets(SourceText.whole_file(text, "guide.rst"), Path("nowhere"))
    [problem] = unconsumed(secret, surveyed(values))
    assert problem.message == (
        "Deployment/airflow-pgbouncer reads the key 'users.txt' of the Secret 'my-config', which "
        "has 'user.txt' instead, which nothing reads; rename that to 'users.txt'"
    )
    assert problem.span.column == text.index("user.txt") + 1
