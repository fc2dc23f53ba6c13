"""Jobs as requests to a worker of the embedded engine, and its replies as answers."""

from __future__ import annotations

from typing import Any

from sphinx_airflow_prod.core.chart import Chart
from sphinx_airflow_prod.core.render.base import (
    Answer,
    Failure,
    Inspect,
    Inspected,
    Job,
    ReadValues,
    Render,
    Rendered,
    ValuesRead,
)
from sphinx_airflow_prod.core.render.errors import (
    crash_failure,
    failure,
    timeout_failure,
    values_failure,
)
from sphinx_airflow_prod.core.render.pool import Reply, Task
from sphinx_airflow_prod.core.render.prepare import INSPECTION, Prepared, prepare


class Translator:
    """Remembers the charts that it has prepared."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._prepared: dict[str, Prepared] = {}

    def task(self, job: Job, *, slim: bool = True) -> Task:
        """Return the request for *job*, with all of the chart's files unless *slim*.

        Raises :class:`~sphinx_airflow_prod.core.chart.ChartError`.
        """
        if isinstance(job, ReadValues):
            return Task({"op": "read", "texts": [job.text]})
        prepared = self._prepare(job.chart)
        if isinstance(job, Inspect):
            texts = [text for _, text in prepared.value_files]
            key = f"{job.chart.digest}/inspection"
            request = {"op": "render", "key": key, "values": "{}", "options": {}, "texts": texts}
            return Task(request, key, lambda: prepared.inspection)
        options: dict[str, Any] = {"name": job.release.name, "namespace": job.release.namespace}
        if job.release.kube_version:
            options["kube_version"] = job.release.kube_version
        if job.release.api_versions:
            options["api_versions"] = list(job.release.api_versions)
        slim = slim and prepared.suits_slim(job.values)
        key = f"{job.chart.digest}/{'slim' if slim else 'whole'}"
        request = {"op": "render", "key": key, "values": job.values, "options": options}
        return Task(request, key, lambda: prepared.slim if slim else prepared.whole)

    def _prepare(self, chart: Chart) -> Prepared:
        if chart.digest not in self._prepared:
            self._prepared[chart.digest] = prepare(chart)
        return self._prepared[chart.digest]

    def answer(self, job: Job, reply: Reply) -> Answer:
        """Return what *reply* says of *job*."""
        if reply.code == "timeout":
            return timeout_failure(self._timeout)
        if reply.code == "crash":
            return crash_failure(reply.error)
        if reply.code == "library":
            return Failure("engine", reply.error)
        if isinstance(job, ReadValues):
            if reply.code:
                return values_failure(reply.error, job.text)
            return ValuesRead(reply.ok[0])
        prepared = self._prepare(job.chart)
        if reply.code:
            return prepared.relocate(failure(reply.error))
        if isinstance(job, Inspect):
            text = reply.ok["templates"][f"{job.chart.name}/{INSPECTION}"]
            return Inspected(prepared.inspected(text, reply.ok["read"]))
        return _rendered(job, reply.ok)


def _rendered(job: Render, ok: dict[str, Any]) -> Rendered:
    notes_path = f"{job.chart.name}/templates/NOTES.txt"
    texts: dict[str, str] = ok["templates"]
    return Rendered(
        templates={
            path: texts[path]
            for path in sorted(texts)
            if texts[path].strip() and not path.endswith("NOTES.txt")
        },
        crds={crd["filename"]: crd["data"] for crd in _by_filename(ok["crds"])},
        notes=texts.get(notes_path, ""),
    )


def _by_filename(crds: list[dict[str, str]] | None) -> list[dict[str, str]]:
    return sorted(crds or [], key=lambda crd: crd["filename"])
