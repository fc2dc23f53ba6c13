"""The embedded engine: Helm's Go SDK, in worker processes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from sphinx_airflow_prod.core.chart import Chart, ChartError
from sphinx_airflow_prod.core.render.base import (
    Answer,
    EngineUnavailable,
    Failure,
    Inspect,
    Inspected,
    Job,
    ReadValues,
    Render,
    Rendered,
    ValuesRead,
)
from sphinx_airflow_prod.core.render.batch import BatchEngine, Done
from sphinx_airflow_prod.core.render.cache import Cache
from sphinx_airflow_prod.core.render.errors import (
    crash_failure,
    failure,
    timeout_failure,
    values_failure,
)
from sphinx_airflow_prod.core.render.pool import Pool, Reply, Task
from sphinx_airflow_prod.core.render.prepare import INSPECTION, Prepared, prepare
from sphinx_airflow_prod.core.render.refusal import refusal

DISTRIBUTION = "helm-python-sdk"
_HELM_OF_SDK = {"0.2.2": "v4.2.3"}
"""Helm's version in releases of the SDK, to know it without starting a worker."""


class EmbeddedEngine(BatchEngine):
    """Real Helm from the extra ``[embedded]``; see :class:`~.base.Engine`."""

    name = "embedded"

    def __init__(self, jobs: int, timeout: float, cache: Cache) -> None:
        super().__init__(cache)
        self._timeout = timeout
        self._pool = Pool(jobs, timeout)
        self._prepared: dict[str, Prepared] = {}
        self._version = _HELM_OF_SDK.get(_sdk_version(), "")

    @property
    def version(self) -> str:
        """Helm's version; raises :class:`EngineUnavailable` where no worker can tell it."""
        if not self._version:
            reply = self._pool.version()
            if reply.code:
                raise EngineUnavailable(reply.error)
            self._version = str(reply.ok)
        return self._version

    @property
    def identity(self) -> str:
        """The SDK's version, and what :mod:`prepare` does to charts."""
        library = os.environ.get("HELM_C_LIB", "")
        return f"embedded {_sdk_version()} {library} {Prepared.IDENTITY}"

    def close(self) -> None:
        """Stop the workers; they are started again when needed."""
        self._pool.close()

    def _execute(self, jobs: Sequence[Job], done: Done) -> None:
        tasks: list[Task] = []
        asked: list[int] = []
        for index, job in enumerate(jobs):
            try:
                refused = refusal(job)
                task = self._task(job)
            except ChartError as error:
                refused = Failure("template", str(error))
            if refused is not None:
                done(index, refused)
                continue
            tasks.append(task)
            asked.append(index)
        again: list[int] = []

        def answered(number: int, reply: Reply) -> None:
            answer = self._answer(jobs[asked[number]], reply)
            if Prepared.shows_canary(answer):
                again.append(number)
            else:
                done(asked[number], answer)

        self._pool.run(tasks, answered)
        if again:
            whole = [self._task(jobs[asked[number]], slim=False) for number in again]
            places = [asked[number] for number in again]
            self._pool.run(
                whole, lambda n, reply: done(places[n], self._answer(jobs[places[n]], reply))
            )

    def _task(self, job: Job, *, slim: bool = True) -> Task:
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

    def _answer(self, job: Job, reply: Reply) -> Answer:
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


def _sdk_version() -> str:
    import importlib.metadata

    try:
        return importlib.metadata.version(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
