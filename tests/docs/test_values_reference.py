"""The reference of the sample chart's values: none is left out, none is there twice."""

from __future__ import annotations

import yaml

from sphinx_airflow_prod.markup.scan import scan
from tests.charts_contract import contract

PAGES = [
    contract.ROOT / "docs" / "reference" / name for name in ("values.rst", "values-services.rst")
]


def test_every_value_of_the_sample_chart_is_in_one_table() -> None:
    listed = [
        root
        for page in PAGES
        for raw in scan(page).directives
        if raw.name == "helm:parameters"
        for root in raw.argument.split()
    ]
    values = yaml.safe_load((contract.SAMPLE / "values.yaml").read_text("utf-8"))
    assert sorted(listed) == sorted(values)
