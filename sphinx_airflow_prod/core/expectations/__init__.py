"""Partial manifests: what a document claims about a rendered resource, and whether it holds.

:func:`parse_claim` reads the text that readers see, ``...`` and all;
:func:`find` tells which resource it is about; :func:`match` compares the two,
and :func:`contrast` tells whether the claim says more than the chart's defaults do.
"""

from sphinx_airflow_prod.core.expectations.claim import Claim, Problem
from sphinx_airflow_prod.core.expectations.finding import candidates, find
from sphinx_airflow_prod.core.expectations.matching import contrast, match
from sphinx_airflow_prod.core.expectations.mismatch import Mismatch
from sphinx_airflow_prod.core.expectations.reading import parse_claim

__all__ = [
    "Claim",
    "Mismatch",
    "Problem",
    "candidates",
    "contrast",
    "find",
    "match",
    "parse_claim",
]
