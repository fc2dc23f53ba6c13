"""The embedded engine: Helm's Go SDK, in worker processes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from sphinx_airflow_prod.core.chart import ChartError
from sphinx_airflow_prod.core.render.base import (
    EngineUnavailable,
    Failure,
    Job,
)
from sphinx_airflow_prod.core.render.batch import PREPARATION, BatchEngine, Done
from sphinx_airflow_prod.core.render.cache import Cache

if TYPE_CHECKING:  # making an engine must cost nothing: a build may find all answers cached
    from sphinx_airflow_prod.core.render.embedded_jobs import Translator
    from sphinx_airflow_prod.core.render.pool import Pool, Reply

DISTRIBUTION = "helm-python-sdk"
_HELM_OF_SDK = {"0.2.2": "v4.2.3"}
"""Helm's version in releases of the SDK, to know it without starting a worker."""


class EmbeddedEngine(BatchEngine):
    """Real Helm from the extra ``[embedded]``; see :class:`~.base.Engine`."""

    name = "embedded"

    def __init__(self, jobs: int, timeout: float, cache: Cache) -> None:
        super().__init__(cache)
        self._size = jobs
        self._timeout = timeout
        self._started: tuple[Pool, Translator] | None = None
        self._version = ""

    @property
    def version(self) -> str:
        """Helm's version; raises :class:`EngineUnavailable` where no worker can tell it."""
        self._version = self._version or _HELM_OF_SDK.get(_sdk_version(), "")
        if not self._version:
            reply = self._parts()[0].version()
            if reply.code:
                raise EngineUnavailable(reply.error)
            self._version = str(reply.ok)
        return self._version

    @property
    def identity(self) -> str:
        """The SDK's version, and what :mod:`prepare` does to charts."""
        library = os.environ.get("HELM_C_LIB", "")
        return f"embedded {_sdk_version()} {library} {PREPARATION}"

    def close(self) -> None:
        """Stop the workers; they are started again when needed."""
        if self._started is not None:
            self._started[0].close()

    def _parts(self) -> tuple[Pool, Translator]:
        if self._started is None:
            from sphinx_airflow_prod.core.render.embedded_jobs import Translator
            from sphinx_airflow_prod.core.render.pool import Pool

            self._started = Pool(self._size, self._timeout), Translator(self._timeout)
        return self._started

    def _execute(self, jobs: Sequence[Job], done: Done) -> None:
        from sphinx_airflow_prod.core.render.prepare import Prepared
        from sphinx_airflow_prod.core.render.refusal import refusal

        pool, translator = self._parts()
        tasks = []
        asked: list[int] = []
        for index, job in enumerate(jobs):
            try:
                refused = refusal(job)
                task = translator.task(job)
            except ChartError as error:
                refused = Failure("template", str(error))
            if refused is not None:
                done(index, refused)
                continue
            tasks.append(task)
            asked.append(index)
        again: list[int] = []

        def answered(number: int, reply: Reply) -> None:
            answer = translator.answer(jobs[asked[number]], reply)
            if Prepared.shows_canary(answer):
                again.append(number)
            else:
                done(asked[number], answer)

        pool.run(tasks, answered)
        if again:
            whole = [translator.task(jobs[asked[number]], slim=False) for number in again]
            places = [asked[number] for number in again]
            pool.run(
                whole, lambda n, reply: done(places[n], translator.answer(jobs[places[n]], reply))
            )


@cache
def _sdk_version() -> str:
    import importlib.metadata

    try:
        return importlib.metadata.version(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
