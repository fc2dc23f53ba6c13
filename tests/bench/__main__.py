"""``python -m tests.bench``: what a build costs, against plain Helm and against plain Sphinx.

Two ratios, each of wall times taken in one run, the least of several rounds:

* a cold build of a site with 24 different examples, against as many plain
  renders of the same chart one after the other in one process;
* a build with nothing changed, against the same for a site whose examples are
  plain ``code-block``s.

The chart is the sample, or the one that ``AIRFLOW_CHART`` names.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.examples import EXAMPLES

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "docs" / "charts" / "airflow-sample"

CONF = """\
project = "bench"
extensions = ["sphinx_airflow_prod"]
helm_chart = {chart!r}
html_theme = "furo"
"""

PLAIN_CONF = """\
project = "bench"
html_theme = "furo"
"""


def main() -> None:
    """Measure and print; ``--rounds`` says how often."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    chart = Path(os.environ.get("AIRFLOW_CHART") or SAMPLE).resolve()
    with tempfile.TemporaryDirectory() as folder:
        site = _site(Path(folder, "site"), CONF.format(chart=str(chart)), ".. helm:values::")
        plain = _site(Path(folder, "plain"), PLAIN_CONF, ".. code-block:: yaml")
        renders = _best(rounds, lambda: _plain_renders(chart))
        cold = _best(rounds, lambda: _cold_build(site))
        _build(plain)
        # in turns, so that both see the same moods of the machine
        turns = [(_build(site), _build(plain)) for _ in range(rounds * 4)]
        warm, plain_warm = (min(seconds) for seconds in zip(*turns, strict=True))
    print(f"chart: {chart.name}, {len(EXAMPLES)} examples, {os.cpu_count()} processors")  # noqa: T201
    _report("cold build / plain renders", cold, renders, 0.25)
    _report("no-change build / plain Sphinx", warm, plain_warm, 1.15)


def _report(title: str, ours: float, theirs: float, goal: float) -> None:
    ratio = ours / theirs
    print(f"{title}: {ours:.2f} s / {theirs:.2f} s = {ratio:.2f} (goal {goal})")  # noqa: T201


def _site(folder: Path, conf: str, directive: str) -> Path:
    """Write a site of four pages with all examples."""
    folder.mkdir(parents=True)
    (folder / "conf.py").write_text(conf)
    pages = [EXAMPLES[start::4] for start in range(4)]
    toctree = "\n".join(f"   page{number}" for number in range(len(pages)))
    (folder / "index.rst").write_text(f"Bench\n=====\n\n.. toctree::\n\n{toctree}\n")
    for number, examples in enumerate(pages):
        blocks = [f"Page {number}\n======\n"]
        for values in examples:
            body = "\n".join(f"   {line}" for line in values.splitlines())
            blocks.append(f"{directive}\n\n{body}\n")
        (folder / f"page{number}.rst").write_text("\n".join(blocks))
    return folder


def _plain_renders(chart: Path) -> float:
    """Return the seconds that one process takes for all renders, its start not counted."""
    script = Path(__file__).with_name("plain_renders.py")
    done = subprocess.run(
        [sys.executable, str(script), str(chart)], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def _cold_build(site: Path) -> float:
    shutil.rmtree(site / "_build", ignore_errors=True)
    return _build(site)


def _build(site: Path) -> float:
    """Return the seconds of one ``sphinx-build``, from the command to its end."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-b", "html", ".", "_build"], check=True, cwd=site
    )
    return time.perf_counter() - start


def _best(rounds: int, measure: Callable[[], float]) -> float:
    return min(measure() for _ in range(rounds))


if __name__ == "__main__":
    main()
