"""A worker process: real Helm inside, fed over pipes, expendable.

``python -m sphinx_airflow_prod.core.render.worker`` reads requests from its
standard input and answers on its standard output; whatever Go or Python print
goes to standard error instead.  It ends when its input is closed or its parent
is gone.  Nothing here may import more than it needs: it is started often.

Requests are ``{"op": "chart", "key": …}`` followed by the bytes of an archive,
which is kept under that key and not answered; ``{"op": "render", "key": …,
"values": …, "options": …}``; ``{"op": "read", "texts": […]}`` for what values
files mean.  Answers are ``{"ok": …}`` or ``{"error": message, "code": Helm's
error class}``.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import threading
import time
from typing import Any, BinaryIO

from sphinx_airflow_prod.core.archive import pack
from sphinx_airflow_prod.core.render import frames
from sphinx_airflow_prod.core.render.limits import MEMORY

_VALUES_CHART = b"apiVersion: v2\nname: values\nversion: 0.0.0\n"
_PARENT_CHECK = 0.5


def main() -> None:
    """Serve requests until the input ends."""
    requests, answers = _private_streams()
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    try:
        helm = _Helm()
    except Exception as error:  # whatever the wheel's loader raises, the pool must hear of it
        frames.send(answers, {"error": f"{type(error).__name__}: {error}", "code": "library"})
        return
    _limit_memory(MEMORY)
    frames.send(answers, {"ok": {"version": helm.version}})
    while True:
        try:
            request, blob = frames.receive(requests)
        except (frames.Closed, KeyboardInterrupt):
            os._exit(0)  # no Go clean-up, no handles to free one by one
        if request["op"] == "chart":
            helm.archives[request["key"]] = blob
            continue
        _limit_cpu(float(request["seconds"]))
        frames.send(answers, helm.answer(request))


class _Helm:
    """The few calls of ``helm_python`` that are needed, on its C interface."""

    def __init__(self) -> None:
        from helm_python import _native
        from helm_python.errors import HelmError

        self._native = _native
        self._error: type[Exception] = HelmError
        self.version = _native.helm_sdk_version()
        self.archives: dict[str, bytes] = {}

    def answer(self, request: dict[str, Any]) -> bytes:
        """Return the answer's JSON text; Helm's own is passed through unread."""
        try:
            if request["op"] == "render":
                text = self._render(request)
            else:
                text = f"[{','.join(map(self._read, request['texts']))}]"
        except self._error as error:
            code = type(error).__name__.removeprefix("Helm").removesuffix("Error").lower()
            return json.dumps({"error": str(error), "code": code}).encode()
        return f'{{"ok":{text}}}'.encode()

    def _render(self, request: dict[str, Any]) -> str:
        # A fresh chart for each render: rendering takes disabled subcharts away from it.
        chart = self._load(self.archives[request["key"]])
        try:
            templates = self._native.call_string(
                "helm_render", chart, request["values"], json.dumps(request["options"])
            )
            crds = self._native.call_string("helm_chart_crds", chart)
        finally:
            self._native.call_status("helm_chart_free", chart)
        read = ",".join(map(self._read, request.get("texts", ())))
        return f'{{"templates":{templates},"crds":{crds},"read":[{read}]}}'

    def _read(self, text: str) -> str:
        # Helm's reader of values files is only reachable through a chart's own values.
        archive = pack({"Chart.yaml": _VALUES_CHART, "values.yaml": text.encode()}, "values")
        chart = self._load(archive)
        try:
            return str(self._native.call_string("helm_chart_values", chart))
        finally:
            self._native.call_status("helm_chart_free", chart)

    def _load(self, archive: bytes) -> ctypes.c_uint64:
        buffer = (ctypes.c_uint8 * len(archive)).from_buffer_copy(archive)
        handle = self._native.call_handle("helm_chart_load_archive", buffer, len(archive))
        return ctypes.c_uint64(handle)


def _private_streams() -> tuple[BinaryIO, BinaryIO]:
    """Move the pipes away from descriptors 0 and 1, which libraries read and print on."""
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return os.fdopen(requests, "rb"), os.fdopen(answers, "wb")


def _end_with_parent(parent: int) -> None:
    """Leave when the parent is gone, even in the middle of a render, or with the pipe still
    held open by one of its forks.
    """
    while sys.platform != "win32":
        time.sleep(_PARENT_CHECK)
        if os.getppid() != parent:
            os._exit(1)


def _limit_memory(size: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    limit = size if hard == resource.RLIM_INFINITY else min(size, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _limit_cpu(seconds: float) -> None:
    """Allow *seconds* of processor time more: should the pool be gone, this still ends."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    limit = int(used.ru_utime + used.ru_stime + seconds * 4) + 2
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


if __name__ == "__main__":
    main()
