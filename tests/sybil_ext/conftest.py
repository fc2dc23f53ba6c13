"""A folder with documents and a small chart, in which pytest is run."""

from __future__ import annotations

import re
from pathlib import Path

# pytester forgets the modules that a run in this process has imported, and
# jsonschema_rs, like every extension in Rust, cannot be imported twice; nor do the
# classes of modules that are imported twice know each other
import myst_parser.parsers.docutils_  # noqa: F401
import pytest

import sphinx_airflow_prod.core.claims
import sphinx_airflow_prod.sybil_ext.collection
import sphinx_airflow_prod.sybil_ext.plugin  # noqa: F401

SHOP = Path(__file__).parents[1] / "charts" / "shop"


class Project:
    """A folder with documents, in which pytest can be run."""

    def __init__(self, pytester: pytest.Pytester, cache: Path) -> None:
        self.pytester = pytester
        self.cache = cache
        self.path = pytester.path

    def write(self, name: str, text: str) -> Path:
        """Write a file and return its path."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def document(self, name: str, *bodies: str) -> Path:
        """Write a reStructuredText document with an example for each body, and return its path.

        A body is all that stands below ``.. helm:values::``, beginning with
        options or an empty line; an empty line stands between two examples.
        """
        texts = [
            "\n".join([".. helm:values::", *(f"   {line}".rstrip() for line in body.split("\n"))])
            for body in bodies
        ]
        return self.write(name, "\n\n".join(texts) + "\n")

    def guide(self, arguments: str = f"chart={str(SHOP)!r}") -> None:
        """Write a ``conftest.py`` with a guide."""
        self.write(
            "conftest.py",
            "from sphinx_airflow_prod.sybil_ext import guide\n\n"
            f"pytest_collect_file = guide({arguments}).pytest()\n",
        )

    def run(self, *arguments: str, counting: bool = False) -> pytest.RunResult:
        """Run pytest in this process, without the plugins that only cost time.

        Unless renders are *counting*, what another test has rendered is not
        rendered again.
        """
        cache = [] if counting else ["-o", f"helm_cache_dir={self.cache}"]
        return self.pytester.runpytest_inprocess(
            "-p", "no:xdist", "-p", "no:hypothesispytest", *cache, *arguments
        )


@pytest.fixture
def project(pytester: pytest.Pytester, helm_cache: Path) -> Project:
    """An empty folder."""
    return Project(pytester, helm_cache)


def body_of_failure(result: pytest.RunResult, name: str) -> list[str]:
    """Return the lines that pytest shows of the failure of the test *name*."""
    lines = result.outlines
    title = next(
        i for i, line in enumerate(lines) if re.fullmatch(rf"_+ {re.escape(name)} _+", line)
    )
    shown = []
    for line in lines[title + 1 :]:
        if re.match(r"(_{3,}|={3,}|helm: )", line):
            break
        shown.append(line)
    return shown


def helm_line(result: pytest.RunResult) -> str:
    """Return the line of the summary that counts examples and renders."""
    return next(line for line in result.outlines if line.startswith("helm: "))
