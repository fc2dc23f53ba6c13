"""A documentation site to build, and what came of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

TESTS = Path(__file__).parents[1]
CHARTS = TESTS / "charts"
ROOTS = TESTS / "roots"
SHOP = CHARTS / "shop"
SAMPLE = TESTS.parent / "docs" / "charts" / "airflow-sample"

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Build:
    """One finished build: where it wrote, and what it said."""

    source: Path
    out: Path
    builder: str
    exit_status: int
    log: str
    stderr: str

    @property
    def warnings(self) -> list[str]:
        """The warnings, one string each, with paths relative to the site."""
        text = self.stderr.replace(f"{self.source}{os.sep}", "")
        starts = re.split(r"^(?=\S*(?::\d+)*:? ?(?:WARNING|ERROR|CRITICAL): )", text, flags=re.M)
        return [start.rstrip("\n") for start in starts if start.strip()]

    @property
    def first_lines(self) -> list[str]:
        """The first line of each warning."""
        return [warning.splitlines()[0] for warning in self.warnings]

    def text(self, name: str) -> str:
        """Return the text of an output file."""
        return (self.out / name).read_text("utf-8")

    def page(self, name: str) -> BeautifulSoup:
        """Return an output page, parsed."""
        return BeautifulSoup(self.text(name), "html.parser")

    @property
    def written(self) -> set[str]:
        """The documents that this build wrote (verbose log: one line for each)."""
        found = re.findall(r"writing output\.\.\. \[ *\d+%\] (\S+)", self.log)
        return set(found)

    @property
    def read(self) -> set[str]:
        """The documents that this build read."""
        return set(re.findall(r"reading sources\.\.\. \[ *\d+%\] (\S+)", self.log))

    @property
    def summary(self) -> str:
        """What the build said of its examples: ``2 examples, 3 renders``."""
        found = re.findall(r"checking Helm examples\.\.\. (.*)", self.log)
        return found[-1] if found else ""

    @property
    def renders(self) -> int:
        """How often this build had a chart rendered."""
        match = re.search(r"(\d+) renders?", self.summary)
        assert match, f"no summary in {self.log!r}"
        return int(match[1])


class Site:
    """The sources of a site; *work* is the folder for what is built."""

    def __init__(self, source: Path, work: Path, conf: Mapping[str, Any]) -> None:
        self.source = source
        self.work = work
        self.conf = dict(conf)

    def write(self, name: str, text: str) -> Path:
        """Write a source file."""
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def remove(self, name: str) -> None:
        """Delete a source file."""
        (self.source / name).unlink()

    def build(
        self,
        builder: str = "html",
        *,
        out: str = "",
        warnings_are_errors: bool = False,
        files: Sequence[str] = (),
        **conf: Any,
    ) -> Build:
        """Build the site in this process; *conf* overrides its configuration as ``-D`` does."""
        log, warning = StringIO(), StringIO()
        folder = self.work / (out or builder)
        path = sys.path.copy()
        try:
            with patch_docutils(self.source), docutils_namespace():
                app = Sphinx(
                    self.source,
                    self.source,
                    folder,
                    self.work / "doctrees",
                    builder,
                    confoverrides={**self.conf, **conf},
                    status=log,
                    warning=warning,
                    warningiserror=warnings_are_errors,
                    verbosity=1,
                )
                app.build(filenames=[self.source / name for name in files])
        finally:
            sys.path[:] = path
        return Build(
            self.source,
            folder,
            builder,
            app.statuscode,
            _COLOUR.sub("", log.getvalue()).replace("\r", "\n"),
            _COLOUR.sub("", warning.getvalue()),
        )

    def command(self, *arguments: str, builder: str = "html", out: str = "") -> list[str]:
        """Return the command that builds the site in a process of its own."""
        conf = [f"-D{name}={value}" for name, value in self.conf.items() if value is not None]
        return [
            sys.executable, "-m", "sphinx", "-v", "-b", builder,
            "-d", str(self.work / "doctrees"), *conf, *arguments,
            str(self.source), str(self.work / (out or builder)),
        ]  # fmt: skip

    def run(
        self,
        *arguments: str,
        builder: str = "html",
        out: str = "",
        env: Mapping[str, str] | None = None,
        timeout: float = 120,
    ) -> Build:
        """Build the site in a process of its own, with command line *arguments*."""
        done = subprocess.run(
            self.command(*arguments, builder=builder, out=out),
            env={**os.environ, "PYTHONUTF8": "1", **(env or {})},
            capture_output=True, encoding="utf-8", timeout=timeout, check=False,
        )  # fmt: skip
        return Build(
            self.source,
            self.work / (out or builder),
            builder,
            done.returncode,
            _COLOUR.sub("", done.stdout).replace("\r", "\n"),
            _COLOUR.sub("", done.stderr),
        )


def values(body: str, *options: str) -> str:
    """Return a ``helm:values`` directive in reStructuredText."""
    lines = [".. helm:values::", *(f"   :{option}" for option in options), ""]
    lines += [f"   {line}" if line else "" for line in body.strip("\n").splitlines()]
    return "\n".join(lines) + "\n"


def page(*parts: str, title: str = "Page") -> str:
    """Return a document with a title."""
    return "\n".join([title, "=" * len(title), "", *parts]) + "\n"
