"""Charts in memory, jobs in short, and Helm with nothing of ours around it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from sphinx_airflow_prod.core.chart import Chart, load_chart
from sphinx_airflow_prod.core.render.base import Answer, Engine, ReleaseOptions, Render, Rendered
from sphinx_airflow_prod.core.render.pool import Pool, Reply, Task

CHARTS = Path(__file__).parents[2] / "charts"


def chart(name: str) -> Chart:
    """Return one of the charts kept for tests."""
    return load_chart(CHARTS / name)


def chart_of(templates: dict[str, str], **more: str) -> Chart:
    """Return a chart named ``c`` with *templates* by name, and more files by path."""
    files = {"Chart.yaml": b"apiVersion: v2\nname: c\nversion: 0.1.0\n"}
    files |= {f"templates/{name}": text.encode() for name, text in templates.items()}
    files |= {path: text.encode() for path, text in more.items()}
    return Chart.from_files(files, "c")


def render_job(of: Chart, /, values: Any = None, **release: Any) -> Render:
    """Return a job that renders a chart."""
    return Render(of, json.dumps(values or {}, sort_keys=True), ReleaseOptions(**release))


def answer(engine: Engine, of: Chart, /, values: Any = None, **release: Any) -> Answer:
    """Return what the engine makes of one chart and one set of values."""
    return engine.run([render_job(of, values, **release)])[0]


def rendered(engine: Engine, of: Chart, /, values: Any = None, **release: Any) -> Rendered:
    """Return the same, which must have worked."""
    found = answer(engine, of, values, **release)
    assert isinstance(found, Rendered), found
    return found


def documents(found: Rendered) -> list[Any]:
    """Return the resources of an answer in an order that does not depend on the engine."""
    loaded = (
        document
        for text in (*found.templates.values(), *found.crds.values())
        for document in yaml.load_all(text, yaml.CSafeLoader)
        if document is not None
    )
    return sorted(loaded, key=repr)


class PlainHelm:
    """The embedded Helm, given a chart's own archive as it is."""

    def __init__(self) -> None:
        self._pool = Pool(1, 60.0)

    def ask(self, of: Chart, values: Any = None) -> Reply:
        """Return Helm's reply: templates by path, or its message."""
        replies: list[Reply] = []
        request = {
            "op": "render",
            "key": of.digest,
            "values": json.dumps(values or {}),
            "options": {"name": "airflow", "namespace": "airflow"},
        }
        self._pool.run(
            [Task(request, of.digest, lambda: of.archive)], lambda _, reply: replies.append(reply)
        )
        return replies[0]

    def templates(self, of: Chart, values: Any = None) -> dict[str, str]:
        """Return what the chart renders to, notes among it, empty templates left out."""
        reply = self.ask(of, values)
        assert not reply.code, reply
        texts: dict[str, str] = reply.ok["templates"]
        return {path: texts[path] for path in sorted(texts) if texts[path].strip()}

    def close(self) -> None:
        """Stop the process."""
        self._pool.close()
