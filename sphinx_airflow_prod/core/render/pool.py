"""Worker processes: started when needed, killed when they hang, replaced when they die."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from sphinx_airflow_prod.core.render import frames
from sphinx_airflow_prod.core.render.limits import SETTINGS

_START_TIMEOUT = 60.0
_JOBS_PER_WORKER = 500
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    "from sphinx_airflow_prod.core.render.worker import main; main()"
)

_other_process: list[object] = []
"""Workers of the parent as seen from a fork: kept, so that nothing is closed or reaped here."""


@dataclass(frozen=True)
class Task:
    """A request to a worker, and the archive it refers to (``key`` and bytes), if any."""

    request: dict[str, Any]
    key: str = ""
    archive: Callable[[], bytes] = field(default=bytes, compare=False)


@dataclass(frozen=True)
class Reply:
    """What came of a task: ``ok``, or an ``error`` and its ``code``.

    Codes made here are ``timeout``, ``crash`` and ``library`` (no worker could
    be started); all others are Helm's error classes.
    """

    ok: Any = None
    error: str = ""
    code: str = ""


class Worker:
    """One worker process.  Not for use by two threads at once, except :meth:`kill`."""

    def __init__(self) -> None:
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115
        isolation: dict[str, Any] = (
            {"creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0)}
            if sys.platform == "win32"
            else {"start_new_session": True}
        )
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-c", _BOOT, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env={**os.environ, **SETTINGS},
            **isolation,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to: BinaryIO = self._process.stdin  # type: ignore[assignment]
        self._from: BinaryIO = self._process.stdout  # type: ignore[assignment]
        self._known: set[str] = set()
        self._started = False
        self.tasks = 0
        self.version = ""

    @property
    def pid(self) -> int:
        """The process id, which is also the id of its session."""
        return self._process.pid

    def start(self) -> Reply | None:
        """Wait until Helm is loaded; returns what went wrong, or ``None``."""
        if self._started:
            return None
        reply = self._exchange([], _START_TIMEOUT)
        if reply.code:
            detail = reply.error.strip() or f"it exited with {self._process.poll()}"
            return Reply(error=f"the worker process could not start: {detail}", code="library")
        self._started = True
        self.version = str(reply.ok["version"])
        return None

    def perform(self, task: Task, timeout: float) -> Reply:
        """Do *task*; after a reply with code ``timeout`` or ``crash`` the worker is dead."""
        messages: list[tuple[dict[str, Any], bytes]] = []
        if task.key and task.key not in self._known:
            messages.append(({"op": "chart", "key": task.key}, task.archive()))
            self._known.add(task.key)
        messages.append(({**task.request, "seconds": timeout}, b""))
        self.tasks += 1
        return self._exchange(messages, timeout)

    def _exchange(self, messages: list[tuple[dict[str, Any], bytes]], timeout: float) -> Reply:
        late = threading.Event()

        def stop() -> None:
            late.set()
            self.kill()

        timer = threading.Timer(timeout, stop)
        timer.daemon = True
        timer.start()
        try:
            for message, blob in messages:
                frames.send(self._to, message, blob)
            answer, _ = frames.receive(self._from)
        except (OSError, ValueError, frames.Closed):
            self.kill()
            if late.is_set():
                return Reply(code="timeout", error=f"no answer within {timeout:g} s")
            return Reply(code="crash", error=self._last_words())
        finally:
            timer.cancel()
        return Reply(answer.get("ok"), answer.get("error", ""), answer.get("code", ""))

    def _last_words(self) -> str:
        """What the process printed before it died, shortened; Go puts the reason first."""
        with contextlib.suppress(OSError, ValueError):
            self._stderr.seek(0)
            text = self._stderr.read(200_000).decode("utf-8", "replace")
            for line in text.splitlines():
                if line.startswith(("fatal error:", "panic:", "runtime:", "SIG")):
                    return line
            return text[-2000:]
        return ""

    def kill(self) -> None:
        """Kill the process and its whole session, and wait for it."""
        if self._process.poll() is None:
            with contextlib.suppress(OSError):
                if sys.platform == "win32":
                    self._process.kill()
                else:
                    os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """Kill the process and close the pipes."""
        self.kill()
        for stream in (self._to, self._from, self._stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.close()


class Pool:
    """Up to *size* workers, started as tasks need them and kept for the next batch."""

    def __init__(self, size: int, timeout: float) -> None:
        self.size = size
        self.timeout = timeout
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._alive: set[Worker] = set()
        self._stopping = False
        self._finalizer = weakref.finalize(self, _close_all, self._alive, self._owner)

    def run(
        self, tasks: Sequence[Task], done: Callable[[int, Reply], None] = lambda *_: None
    ) -> None:
        """Do all *tasks*; *done* is called with index and reply, from this thread.

        Whatever is raised here or by *done*, Ctrl-C included, kills the workers.
        """
        self._check_owner()
        self._stopping = False
        waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
        for index in range(len(tasks)):
            waiting.put(index)
        results: queue.SimpleQueue[tuple[int, Reply]] = queue.SimpleQueue()
        threads = [
            threading.Thread(
                target=self._serve, args=(tasks, waiting, results), daemon=True, name=f"helm-{n}"
            )
            for n in range(min(self.size, len(tasks)))
        ]
        try:
            for thread in threads:
                thread.start()
            for _ in tasks:
                done(*self._next(results))
        except BaseException:
            self._stopping = True
            self.close()
            raise
        for thread in threads:
            thread.join()

    @staticmethod
    def _next(results: queue.SimpleQueue[tuple[int, Reply]]) -> tuple[int, Reply]:
        while True:
            with contextlib.suppress(queue.Empty):
                return results.get(
                    timeout=0.5
                )  # a wait without end cannot be interrupted on Windows

    def _serve(
        self,
        tasks: Sequence[Task],
        waiting: queue.SimpleQueue[int],
        results: queue.SimpleQueue[tuple[int, Reply]],
    ) -> None:
        while not self._stopping:
            try:
                index = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                reply = self._perform(tasks[index])
            except Exception as error:  # a thread must always answer, or the batch never ends
                reply = Reply(code="library", error=f"{type(error).__name__}: {error}")
            results.put((index, reply))

    def _perform(self, task: Task) -> Reply:
        while True:
            worker = self._take()
            fresh = worker.tasks == 0
            reply = worker.start()
            if reply is None:
                reply = worker.perform(task, self.timeout)
            if reply.code in {"timeout", "crash", "library"}:
                self._drop(worker)
                # The death of a worker that has done other tasks may be their fault: once more.
                if reply.code == "crash" and not fresh and not self._stopping:
                    continue
            elif worker.tasks >= _JOBS_PER_WORKER or self._stopping:
                self._drop(worker)
            else:
                with self._lock:
                    self._idle.append(worker)
            return reply

    def _take(self) -> Worker:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        worker = Worker()
        with self._lock:
            self._alive.add(worker)
        return worker

    def _drop(self, worker: Worker) -> None:
        with self._lock:
            self._alive.discard(worker)
        worker.close()

    def close(self) -> None:
        """Kill all workers; the pool can be used again."""
        self._check_owner()
        with self._lock:
            workers = list(self._alive)
            self._alive.clear()
            self._idle.clear()
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.close()

    def version(self) -> Reply:
        """Helm's version as a worker reports it, in ``ok``."""
        self._check_owner()
        worker = self._take()
        reply = worker.start()
        if reply is not None:
            self._drop(worker)
            return reply
        with self._lock:
            self._idle.append(worker)
        return Reply(ok=worker.version)

    def _check_owner(self) -> None:
        """In a fork, forget the parent's workers: their pipes must have one user only."""
        if os.getpid() == self._owner:
            return
        _other_process.extend((self._alive, self._idle, self._finalizer))
        self._finalizer.detach()
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._idle = []
        self._alive = set()
        self._finalizer = weakref.finalize(self, _close_all, self._alive, self._owner)


def _close_all(workers: set[Worker], owner: int) -> None:
    if os.getpid() == owner:
        for worker in list(workers):
            worker.close()
