"""A chart made ready for many renders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from sphinx_airflow_prod.core.archive import pack
from sphinx_airflow_prod.core.chart import Chart
from sphinx_airflow_prod.core.render.base import Failure


class Prepared:
    IDENTITY: ClassVar[str] = "prepare-0"

    def __init__(self, chart: Chart) -> None:
        self.chart = chart

    @cached_property
    def slim(self) -> bytes:
        return self.chart.archive

    @cached_property
    def whole(self) -> bytes:
        return self.chart.archive

    @cached_property
    def inspection(self) -> bytes:
        files = {
            p: d
            for p, d in self.chart.files.items()
            if not p.startswith("templates/") and p != "values.schema.json"
        }
        files["templates/v.yaml"] = b"{{ toJson .Values }}"
        return pack(files, self.chart.name)

    def inspected(self, templates: Mapping[str, str]) -> dict[str, Any]:
        return json.loads(templates[f"{self.chart.name}/templates/v.yaml"])

    def slim_suits(self, values: str) -> bool:
        return "Files" not in values

    def restored(self, text: str) -> str:
        return text

    def relocate(self, failure: Failure) -> Failure:
        return failure


def prepare(chart: Chart) -> Prepared:
    return Prepared(chart)
