"""Answers are kept on disk, and a broken disk only makes a build slow."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from sphinx_airflow_prod.core.render.base import (
    Answer,
    Failure,
    Inspect,
    Inspected,
    Job,
    ReadValues,
    Rendered,
    SchemaViolation,
    ValuesRead,
)
from sphinx_airflow_prod.core.render.batch import BatchEngine, Done
from sphinx_airflow_prod.core.render.cache import Cache, job_key
from tests.core.render.tools import chart, chart_of, render_job

ANSWERS: list[Answer] = [
    ValuesRead({"a": [1, 2.5, None, "ü"]}),
    Inspected({"a": {"b": True}}),
    Rendered({"c/templates/a.yaml": "a: 1\n"}, {"c/crds/b.yaml": "b"}, "notes\n"),
    Failure("template", "message", "c/templates/a.yaml", 3, 4),
    Failure("schema", "m", violations=(SchemaViolation("c", ("a", 0), "words"),)),
    Failure("values", "message", line=3),
]


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def entries(tmp_path: Path) -> list[Path]:
    return sorted(path for path in (tmp_path / "cache").rglob("*") if path.is_file())


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: type(answer).__name__)
def test_what_is_put_in_comes_out(answer: Answer, cache: Cache) -> None:
    cache.put("ab" * 32, answer)
    assert cache.get("ab" * 32) == answer
    assert cache.get("cd" * 32) is None


@pytest.mark.parametrize("kind", ["timeout", "crash", "engine"])
def test_what_may_go_well_next_time_is_not_kept(kind: str, cache: Cache) -> None:
    cache.put("ab" * 32, Failure(kind, "message"))  # type: ignore[arg-type]
    assert cache.get("ab" * 32) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: b"x" + data[1:],
        lambda data: data[:-5] + b"\0\0\0\0\0",
    ],
    ids=["truncated", "empty", "no gzip", "wrong sum"],
)
def test_a_damaged_entry_is_a_miss_and_is_replaced(
    damage: object, cache: Cache, tmp_path: Path
) -> None:
    cache.put("ab" * 32, ANSWERS[2])
    (entry,) = entries(tmp_path)
    entry.write_bytes(damage(entry.read_bytes()))  # type: ignore[operator]
    assert cache.get("ab" * 32) is None
    cache.put("ab" * 32, ANSWERS[2])
    assert cache.get("ab" * 32) == ANSWERS[2]


def test_an_entry_under_another_name_is_a_miss(cache: Cache, tmp_path: Path) -> None:
    cache.put("ab" * 32, ANSWERS[0])
    (entry,) = entries(tmp_path)
    other = entry.with_name(entry.name.replace("ab", "cd"))
    entry.rename(other)
    assert cache.get("ab" + "cd" * 31) is None


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "cache")
    cache.put("ab" * 32, ANSWERS[0])
    assert cache.get("ab" * 32) is None
    cache.prune()


def test_two_writers_at_once_leave_one_whole_entry(cache: Cache, tmp_path: Path) -> None:
    wrong: list[Answer | None] = []

    def work() -> None:
        for _ in range(50):
            cache.put("ab" * 32, ANSWERS[2])
            found = cache.get("ab" * 32)
            if found != ANSWERS[2]:
                wrong.append(found)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(entries(tmp_path)) == 1


def test_pruning_takes_the_oldest_and_leftovers(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", max_bytes=400)
    for number in range(10):
        cache.put(f"{number:02d}" * 32, ANSWERS[0])
    found = entries(tmp_path)
    for age, path in enumerate(reversed(found)):
        os.utime(path, (time.time() - age - 10,) * 2)
    leftover = found[0].with_suffix(".tmp")
    leftover.write_text("half")
    os.utime(leftover, (1, 1))
    cache.prune()
    kept = entries(tmp_path)
    assert 0 < len(kept) < 10
    assert kept == found[-len(kept) :]


JOB = render_job(chart("minimal"), {"a": 1}, kube_version="1.30.0", api_versions=("a/v1",))
OTHERS: list[Job] = [
    replace(JOB, chart=chart_of({})),
    replace(JOB, values='{"a": 2}'),
    replace(JOB, release=replace(JOB.release, name="other")),
    replace(JOB, release=replace(JOB.release, namespace="other")),
    replace(JOB, release=replace(JOB.release, kube_version=None)),
    replace(JOB, release=replace(JOB.release, api_versions=())),
    replace(JOB, release=replace(JOB.release, api_versions=("a/v1", "b/v1"))),
    Inspect(JOB.chart),
    ReadValues(JOB.values),
]


def test_everything_that_matters_makes_another_key() -> None:
    keys = {job_key(job, "engine") for job in (JOB, *OTHERS)} | {job_key(JOB, "other engine")}
    assert len(keys) == len(OTHERS) + 2
    assert job_key(JOB, "engine") == job_key(replace(JOB), "engine")


class Counting(BatchEngine):
    """An engine that answers with what it was asked."""

    name = "counting"
    identity = "counting"

    def _execute(self, jobs: Sequence[Job], done: Done) -> None:
        for index in reversed(range(len(jobs))):
            job = jobs[index]
            done(index, ValuesRead({"text": getattr(job, "text", "")}))


def test_equal_jobs_are_done_once_and_order_is_kept(cache: Cache) -> None:
    engine = Counting(cache)
    calls: list[tuple[int, int]] = []
    texts = ["a", "b", "a", "c", "b"]
    jobs = [ReadValues(text) for text in texts]
    answers = engine.run(jobs, lambda done, total: calls.append((done, total)))
    assert answers == [ValuesRead({"text": text}) for text in texts]
    assert calls == [(number, 5) for number in range(1, 6)]
    assert (engine.stats.reads, engine.stats.cached) == (3, 0)


def test_the_next_build_does_nothing(cache: Cache) -> None:
    jobs = [ReadValues("a"), ReadValues("b"), ReadValues("a")]
    first = Counting(cache).run(jobs)
    engine = Counting(cache)
    calls: list[tuple[int, int]] = []
    assert engine.run(jobs, lambda done, total: calls.append((done, total))) == first
    assert (engine.stats.reads, engine.stats.cached) == (0, 2)
    assert calls == [(1, 3), (2, 3), (3, 3)] or calls[-1] == (3, 3)


def test_nothing_is_asked_of_an_engine_without_jobs(cache: Cache) -> None:
    assert Counting(cache).run([]) == []
