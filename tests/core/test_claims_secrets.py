"""Claims about what a rendered Secret holds: base64 as ``data``, plain text as ``stringData``."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.options import RawDirective
from sphinx_airflow_prod.core.pipeline import evaluate
from sphinx_airflow_prod.core.render import open_engine
from sphinx_airflow_prod.core.render.base import EngineUnavailable
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import read_snippet
from sphinx_airflow_prod.core.source import SourceText

SECRET = """\
apiVersion: v1
kind: Secret
metadata:
  name: login
data:
  user: {{ .Values.user | b64enc }}
  config: {{ printf "[a]\\nuser = %s\\nport = 1\\n" .Values.user | b64enc }}
  bytes: /w==
"""


@pytest.fixture
def chart(tmp_path: Path) -> str:
    try:
        open_engine("auto", timeout=60).close()
    except EngineUnavailable as problem:
        pytest.skip(str(problem))
    files = {
        "Chart.yaml": "apiVersion: v2\nname: login\nversion: 1.0.0\n",
        "values.yaml": "user: nobody\n",
        "values.schema.json": "{}",
        "templates/secret.yaml": SECRET,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return str(tmp_path)


def _directive(name: str, line: int, body: str, argument: str = "", **options: str) -> RawDirective:
    text = textwrap.dedent(body).strip("\n")
    origins = tuple(Span("guide.rst", line + 2 + n, 4) for n in range(text.count("\n") + 1))
    span = Span("guide.rst", line, 1)
    return RawDirective(name, "guide.rst", span, argument, options, {}, SourceText(text, origins))


def judged(chart: str, claim: str, **options: str) -> list[str]:
    directives = [
        _directive("helm:values", 1, "user: p@ss"),
        _directive("helm:manifest", 10, claim, "Secret/login", **options),
    ]
    report = evaluate([read_snippet(raw) for raw in directives], Settings(chart=chart))
    return [problem.format() for problem in report.all_diagnostics()]


HOLDS = """
stringData:
  user: p@ss
  config: |
    ...
    user = p@ss
    port = 1
"""


def test_plain_text_holds(chart: str) -> None:
    assert judged(chart, HOLDS) == []


def test_base64_still_holds_and_beside_plain_text_too(chart: str) -> None:
    assert judged(chart, "data: {user: cEBzcw==}") == []
    assert judged(chart, "data: {user: cEBzcw==}\nstringData: {user: p@ss}") == []


def test_wrong_text_is_told_at_its_line(chart: str) -> None:
    (problem,) = judged(chart, HOLDS.replace("user = p@ss", "user = pass"))
    assert problem.startswith("guide.rst:16:8: error: Secret/login: stringData.config: ")
    (problem,) = judged(chart, "stringData:\n  user: somebody")
    assert problem.startswith("guide.rst:13:6: error: Secret/login: stringData.user: ")
    assert "somebody" in problem
    assert "p@ss" in problem


def test_what_holds_by_default_is_refused(chart: str) -> None:
    (problem,) = judged(chart, "stringData:\n  config: |\n    ...\n    port = 1")
    assert problem.endswith("[helm.contrast]")


def test_exact_claims_name_every_text(chart: str) -> None:
    all_of_it = "stringData:\n  user: p@ss\n  config: |\n    [a]\n    ...\n"
    assert judged(chart, all_of_it, exact="") == []
    (problem,) = judged(chart, "stringData:\n  user: p@ss", exact="")
    assert "config" in problem


def test_bytes_are_no_text(chart: str) -> None:
    (problem,) = judged(chart, "stringData:\n  user: p@ss\n  bytes: ...")
    assert problem.startswith("guide.rst:14:6: error: Secret/login: stringData.bytes")
