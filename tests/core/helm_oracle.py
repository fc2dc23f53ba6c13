"""Real Helm as an oracle for tests, in a process of its own.

The Go runtime inside ``helm_python`` hangs after a fork, so it never runs in
the pytest process.  ``Oracle`` starts this very file as a plain subprocess and
talks JSON lines with it; the engine's own test is whether it can be imported
there.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Files = Mapping[str, str]
"""A chart's files: path below the chart's folder -> text."""

CHART_YAML = "apiVersion: v2\nname: oracle\nversion: 0.1.0\n"


class HelmRefusedError(Exception):
    """Helm refused; the text is its message."""


class Oracle:
    """A Helm that answers questions about values; close it when done."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            # Go reads its settings at exec; compiling schemas is mostly garbage collection.
            env={**os.environ, "GOGC": "400"},
        )

    @staticmethod
    def available() -> bool:
        """Say whether the embedded engine is installed."""
        return importlib.util.find_spec("helm_python") is not None

    def _ask(self, **question: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the oracle died")
        answer = json.loads(line)
        if "error" in answer:
            raise HelmRefusedError(answer["error"])
        return answer["answer"]

    def read(self, text: str) -> dict[str, Any]:
        """Return what Helm takes a values file to mean; raises HelmRefusedError where it cannot."""
        answer = self._ask(op="values", files={"Chart.yaml": CHART_YAML, "values.yaml": text})
        assert isinstance(answer, dict)
        return answer

    def layer(self, lower: str, upper: str) -> dict[str, Any]:
        """Return ``helm -f lower -f upper``: Helm layers the documents of a file likewise."""
        return self.read(f"{lower}\n---\n{upper}")

    def coalesce(self, files: Files, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a chart's defaults composed with *values*."""
        answer = self._ask(op="coalesce", files=dict(files), values=values)
        assert isinstance(answer, dict)
        return answer

    def validate(self, files: Files, values: Mapping[str, Any]) -> str | None:
        """Return Helm's complaint about *values*, which it composes with the defaults, or None."""
        try:
            self._ask(op="validate", files=dict(files), values=values)
        except HelmRefusedError as complaint:
            return str(complaint)
        return None

    def render(self, files: Files, values: Mapping[str, Any]) -> str | None:
        """Return Helm's complaint when rendering a chart with *values*, or None."""
        try:
            self._ask(op="render", files=dict(files), values=values)
        except HelmRefusedError as complaint:
            return str(complaint)
        return None

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()


def _archive(files: Files) -> bytes:
    import io
    import tarfile

    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as archive:
        for name, text in files.items():
            data = text.encode()
            member = tarfile.TarInfo(f"oracle/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def _serve() -> None:
    from functools import lru_cache

    import helm_python

    @lru_cache(maxsize=4)
    def archive(key: str) -> bytes:
        return _archive(json.loads(key))

    @lru_cache(maxsize=4)
    def chart(key: str) -> Any:
        return helm_python.Chart.load_archive(archive(key))

    for line in sys.stdin:
        question = json.loads(line)
        key = json.dumps(question["files"], sort_keys=True)
        answer: Any = None
        try:
            if question["op"] == "values":
                with helm_python.Chart.load_archive(_archive(question["files"])) as thrown_away:
                    answer = thrown_away.values
            elif question["op"] == "coalesce":
                with helm_python.Chart.load_archive(archive(key)) as fresh:
                    answer = fresh.merge_values(question["values"])
            elif question["op"] == "validate":
                chart(key).validate_schema(question["values"])
            elif question["op"] == "render":
                with helm_python.Chart.load_archive(archive(key)) as fresh:
                    fresh.render(question["values"])
        except helm_python.HelmError as complaint:
            reply = {"error": str(complaint)}
        else:
            reply = {"answer": answer}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    # The folder of this file would otherwise shadow installed packages.
    sys.path[:] = [
        entry for entry in sys.path if Path(entry or ".").resolve() != Path(__file__).parent
    ]
    _serve()
