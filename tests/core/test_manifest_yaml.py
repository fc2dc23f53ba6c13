"""Kubernetes' reading of YAML is the one that Helm has, too: the same library."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sphinx_airflow_prod.core.manifest_yaml import ManifestYamlError, compose, construct
from tests.core.helm_oracle import HelmRefusedError, Oracle


def as_numbers(value: Any) -> Any:
    """Helm gives every number as a float; those without a fraction are integers here."""
    if isinstance(value, dict):
        return {key: as_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_numbers(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


@settings(deadline=None, max_examples=300, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text("0123456789abxoeEyYnN+-._~:TZ<", min_size=1, max_size=5), max_size=40))
def test_plain_scalars_mean_what_helm_takes_them_for(oracle: Oracle, scalars: list[str]) -> None:
    readable = []
    for text in scalars:
        try:
            construct(compose(f"k: {text}\n"))
        except ManifestYamlError:
            continue
        readable.append(text)
    document = "".join(f"k{n}: {text}\n" for n, text in enumerate(readable))
    try:
        expected = oracle.read(document)
    except HelmRefusedError:  # infinity is no JSON
        return
    assert repr(as_numbers(construct(compose(document)) or {})) == repr(
        {key: as_numbers(expected[key]) for key in sorted(expected, key=lambda k: int(k[1:]))}
    )


def test_merged_keys_count_as_helm_counts_them(oracle: Oracle) -> None:
    text = "a: &a {x: 1, z: 2}\nb: {x: 9, <<: *a}\nc: {<<: *a, x: 9}\nd: {<<: [*a, {x: 5, w: 6}]}\n"
    assert construct(compose(text)) == as_numbers(oracle.read(text))
