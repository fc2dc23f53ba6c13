"""The other engine: a helm binary, one process for each job.

Helm 3 and 4 are driven through ``helm template`` alone, which needs no
cluster.  What it does not print, the notes and values, is carried out of it by
templates of our own, as base64 in a field of a made-up manifest.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sphinx_airflow_prod.core.archive import pack
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
from sphinx_airflow_prod.core.render.batch import PREPARATION, BatchEngine, Done
from sphinx_airflow_prod.core.render.cache import Cache
from sphinx_airflow_prod.core.render.errors import (
    crash_failure,
    failure,
    timeout_failure,
    values_failure,
)
from sphinx_airflow_prod.core.render.helm_output import by_source, is_crd, yaml_text
from sphinx_airflow_prod.core.render.limits import MEMORY, SETTINGS
from sphinx_airflow_prod.core.render.prepare import CARRIER, INSPECTION, Prepared, prepare
from sphinx_airflow_prod.core.render.refusal import refusal

_READER = {
    "Chart.yaml": b"apiVersion: v2\nname: values\nversion: 0.0.0\n",
    "templates/values.yaml": b"carried: {{ toJson .Values | b64enc | quote }}\n",
}
_LIMITED = (
    ()
    if sys.platform == "win32"  # memory is limited as in the workers of the other engine
    else ("/bin/sh", "-c", f'ulimit -d {MEMORY >> 10}; ulimit -c 0; exec "$@"', "helm")
)
_ERROR = re.compile(r"^Error: ", re.MULTILINE)
_VERSION_TIMEOUT = 30.0


class _Failed(Exception):  # noqa: N818
    """Helm gave no output; carries the answer."""

    def __init__(self, answer: Failure) -> None:
        super().__init__(answer.message)
        self.answer = answer


class HelmEngine(BatchEngine):
    """Real Helm from a binary; see :class:`~.base.Engine`."""

    name = "helm"

    def __init__(self, binary: str, jobs: int, timeout: float, cache: Cache) -> None:
        super().__init__(cache)
        self._binary = binary
        self._jobs = jobs
        self._timeout = timeout
        self._prepared: dict[str, Prepared] = {}
        self._version = ""
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopping = False

    @property
    def version(self) -> str:
        """What ``helm version`` says; raises :class:`EngineUnavailable` where it says nothing."""
        if not self._version:
            try:
                text = self._helm(["version", "--template", "{{.Version}}"], _VERSION_TIMEOUT)
            except _Failed as failed:
                raise EngineUnavailable(
                    f"{self._binary} is no helm binary that works: {failed.answer.message}"
                ) from failed
            self._version = text.strip()
        return self._version

    @property
    def identity(self) -> str:
        """The binary's version, and what :mod:`prepare` does to charts."""
        return f"helm {self.version} {PREPARATION}"

    def close(self) -> None:
        """Stop what runs and remove the temporary folder; both come back when needed."""
        with self._lock:
            running = list(self._running)
        for process in running:
            _kill(process)
        if self._folder is not None and self._owner == os.getpid():
            self._folder.cleanup()
        self._folder = None

    def _execute(self, jobs: Sequence[Job], done: Done) -> None:
        self._workspace()
        self._stopping = False
        waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
        for index in range(len(jobs)):
            waiting.put(index)
        results: queue.SimpleQueue[tuple[int, Answer]] = queue.SimpleQueue()

        def serve() -> None:
            while not self._stopping:
                try:
                    index = waiting.get_nowait()
                except queue.Empty:
                    return
                results.put((index, self._answer(jobs[index])))

        threads = [
            threading.Thread(target=serve, daemon=True) for _ in range(min(self._jobs, len(jobs)))
        ]
        try:
            for thread in threads:
                thread.start()
            for _ in jobs:
                done(*_next(results))
        except BaseException:
            self._stopping = True
            self.close()
            raise
        for thread in threads:
            thread.join()

    def _answer(self, job: Job) -> Answer:
        try:
            refused = refusal(job)
            if refused is not None:
                return refused
            if isinstance(job, ReadValues):
                return ValuesRead(self._read(job.text))
            prepared = self._prepare(job.chart)
            return self._inspect(prepared) if isinstance(job, Inspect) else self._render(job)
        except _Failed as failed:
            return failed.answer
        except ChartError as error:
            return Failure("template", str(error))
        except Exception as error:  # a thread must always answer, or the batch never ends
            return Failure("engine", f"{self._binary} could not be used: {error}")

    def _render(self, job: Render) -> Answer:
        prepared = self._prepare(job.chart)
        slim = prepared.suits_slim(job.values)
        rendered = self._rendered(job, prepared, slim=slim)
        if slim and prepared.shows_canary(rendered):
            rendered = self._rendered(job, prepared, slim=False)
        return rendered

    def _rendered(self, job: Render, prepared: Prepared, *, slim: bool) -> Rendered:
        archive = self._archive(prepared, "slim" if slim else "whole")
        release = job.release
        arguments = [release.name, archive, f"--namespace={release.namespace}", "--include-crds"]
        if release.kube_version:
            arguments.append(f"--kube-version={release.kube_version}")
        arguments += [f"--api-versions={version}" for version in release.api_versions]
        with self._values_file(yaml_text(job.values)) as values:
            try:
                output = self._template([*arguments, "--values", values])
            except _Failed as failed:
                raise _Failed(prepared.relocate(failed.answer)) from failed
        texts = by_source(output)
        carried = texts.pop(f"{job.chart.name}/{CARRIER}", "")
        return Rendered(
            templates={
                path: texts[path]
                for path in sorted(texts)
                if texts[path].strip() and not is_crd(path)
            },
            crds={path: texts[path] for path in sorted(texts) if is_crd(path)},
            notes=base64.b64decode(_carried(carried)).decode().replace("<no value>", ""),
        )

    def _inspect(self, prepared: Prepared) -> Inspected:
        output = self._template(["inspection", self._archive(prepared, "inspection")])
        text = by_source(output)[f"{prepared.chart.name}/{INSPECTION}"]
        return Inspected(
            prepared.inspected(text, [self._read(text) for _, text in prepared.value_files])
        )

    def _read(self, text: str) -> dict[str, Any]:
        reader = self._workspace() / "reader.tgz"
        with self._lock:
            if not reader.exists():
                reader.write_bytes(pack(_READER, "values"))
        with self._values_file(text) as values:
            try:
                output = self._template(["values", str(reader), "--values", values])
            except _Failed as failed:
                if failed.answer.kind in {"timeout", "crash", "engine"}:
                    raise
                message = str(failed.__cause__).replace(values, "the values")
                raise _Failed(values_failure(message, text)) from failed
        read: dict[str, Any] = json.loads(base64.b64decode(_carried(output)))
        return read

    def _prepare(self, chart: Chart) -> Prepared:
        with self._lock:
            if chart.digest not in self._prepared:
                self._prepared[chart.digest] = prepare(chart, carry_notes=True)
            return self._prepared[chart.digest]

    def _archive(self, prepared: Prepared, kind: str) -> str:
        path = self._workspace() / f"{prepared.chart.digest[:20]}-{kind}.tgz"
        with self._lock:
            if not path.exists():
                path.write_bytes(getattr(prepared, kind))
        return str(path)

    def _workspace(self) -> Path:
        with self._lock:
            if self._folder is None or self._owner != os.getpid():
                self._folder = tempfile.TemporaryDirectory(
                    prefix="sphinx-airflow-prod-", ignore_cleanup_errors=True
                )
                self._owner = os.getpid()
            return Path(self._folder.name)

    @contextlib.contextmanager
    def _values_file(self, text: str) -> Iterator[str]:
        handle, name = tempfile.mkstemp(suffix=".yaml", dir=self._workspace())
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode())
        try:
            yield name
        finally:
            with contextlib.suppress(OSError):
                Path(name).unlink()

    def _template(self, arguments: list[str]) -> str:
        return self._helm(["template", *arguments], self._timeout)

    def _helm(self, arguments: list[str], timeout: float) -> str:
        """Run helm and return its output; raises :class:`_Failed`."""
        isolation: dict[str, Any] = (
            {"creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0)}
            if sys.platform == "win32"
            else {"start_new_session": True}
        )
        try:
            process = subprocess.Popen(  # noqa: S603
                [*_LIMITED, self._binary, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._environment(),
                **isolation,
            )
        except OSError as error:
            raise _Failed(Failure("engine", f"{self._binary}: {error.strerror}")) from error
        with self._lock:
            self._running.add(process)
        try:
            output, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired as error:
            raise _Failed(timeout_failure(timeout)) from error
        finally:
            _kill(process)
            with self._lock:
                self._running.discard(process)
        message = errors.decode("utf-8", "replace")
        found = _ERROR.search(message)
        if process.returncode == 0:
            return str(output, "utf-8", "replace")
        if process.returncode < 0 or not found:
            raise _Failed(crash_failure(message.strip()[:2000]))
        raw = message[found.end() :].partition("\n\nUse --debug flag")[0].strip()
        raise _Failed(failure(raw)) from RuntimeError(raw)

    def _environment(self) -> dict[str, str]:
        """Helm's environment, without the user's plugins, repositories and cluster."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("HELM_", "KUBE"))
        }
        folder = str(self._workspace())
        homes = ("HELM_CONFIG_HOME", "HELM_CACHE_HOME", "HELM_DATA_HOME")
        return {**kept, **SETTINGS, **dict.fromkeys(homes, folder), "KUBECONFIG": ""}


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and its session where it still runs, and close its pipes."""
    if process.poll() is None:
        with contextlib.suppress(OSError):
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()


def _next(results: queue.SimpleQueue[tuple[int, Answer]]) -> tuple[int, Answer]:
    while True:
        with contextlib.suppress(queue.Empty):
            return results.get(timeout=0.5)  # Windows cannot interrupt a wait without end


def _carried(manifest: str) -> str:
    match = re.search(r'^carried: "([A-Za-z0-9+/=]*)"$', manifest, re.MULTILINE)
    return match[1] if match else ""
