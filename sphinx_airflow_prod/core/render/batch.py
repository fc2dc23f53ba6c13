"""What both engines share: equal jobs are done once, known answers come from the cache."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sphinx_airflow_prod.core.render.base import (
    Answer,
    EngineStats,
    EngineUnavailable,
    Failure,
    Inspect,
    Job,
    Progress,
    Render,
)
from sphinx_airflow_prod.core.render.cache import Cache, job_key

PREPARATION = "prepared 1"
"""To be changed with everything in :mod:`.prepare` that changes answers: caches go by it."""

Done = Callable[[int, Answer], None]
"""Called with the index of a job and its answer, as answers come in."""


class BatchEngine:
    """The skeleton of an engine; subclasses say how new jobs are done."""

    name: str

    def __init__(self, cache: Cache) -> None:
        self.stats = EngineStats()
        self._cache = cache

    @property
    def identity(self) -> str:
        """Everything about the engine that its answers depend on, for cache keys."""
        raise NotImplementedError

    def _execute(self, jobs: Sequence[Job], done: Done) -> None:
        """Do *jobs*, all different, and call *done* for each exactly once, from this thread."""
        raise NotImplementedError

    def run(self, jobs: Sequence[Job], progress: Progress | None = None) -> list[Answer]:
        """Answer every job, in the order asked; never raises for a job's own fault.

        *progress* is called for every job asked for, cached and repeated ones included.
        """
        if not jobs:
            return []
        try:
            identity = self.identity
        except EngineUnavailable as error:
            return [Failure("engine", str(error))] * len(jobs)
        keys = [job_key(job, identity) for job in jobs]
        places: dict[str, list[int]] = {}
        for place, key in enumerate(keys):
            places.setdefault(key, []).append(place)
        answers: dict[str, Answer] = {}
        count = 0

        def note(key: str, answer: Answer) -> None:
            nonlocal count
            answers[key] = answer
            for _ in places[key]:
                count += 1
                if progress is not None:
                    progress(count, len(jobs))

        new: list[str] = []
        for key in places:
            known = self._cache.get(key)
            if known is None:
                new.append(key)
            else:
                self.stats.cached += 1
                note(key, known)

        def done(index: int, answer: Answer) -> None:
            self._count(new_jobs[index])
            self._cache.put(new[index], answer)
            note(new[index], answer)

        new_jobs = [jobs[places[key][0]] for key in new]
        if new_jobs:
            self._execute(new_jobs, done)
            self._cache.prune()
        return [answers[key] for key in keys]

    def _count(self, job: Job) -> None:
        if isinstance(job, Render):
            self.stats.renders += 1
        elif isinstance(job, Inspect):
            self.stats.inspections += 1
        else:
            self.stats.reads += 1
