"""The sessions of the project: ``python -m nox -s docs`` and ``python -m nox -s tests`` first.

Every session makes an environment of its own and installs what it needs.
"""

from __future__ import annotations

import os
from pathlib import Path

import nox

nox.options.sessions = ["tests", "lint", "types", "docs"]
nox.options.reuse_existing_virtualenvs = True
nox.needs_version = ">=2024.4.15"

EVERYTHING = ".[embedded,kubernetes,test,myst]"
TEST_TOOLS = ("pytest-xdist>=3.6", "hypothesis>=6.100", "beautifulsoup4>=4.13")
DOCS_TOOLS = ("furo>=2024.8",)
OTHER_THEMES = ("pydata-sphinx-theme>=0.16", "sphinx-rtd-theme>=3")
"""Besides our own Furo, those that many sites have: examples must be readable in them."""
AIRFLOW = (
    "apache-airflow-core==3.3.2",
    # the providers that Airflow's chart runs: their options, commands and executors
    "apache-airflow-providers-celery==3.26.0",
    "apache-airflow-providers-cncf-kubernetes==10.25.0",
    # not the chart's, but the guide says what of it cannot come from a command
    "apache-airflow-providers-elasticsearch==6.10.0",
    "apache-airflow-providers-fab==3.10.2",
)
"""The Airflow that the documentation is held against: read, never run, so without dependencies."""
WHEELS = (*AIRFLOW, "apache-airflow==2.11.0")
"""What tests read as wheels: the guide tells where Airflow 2 and 3 differ."""


OFFICIAL = "official"
"""The word for Airflow's own chart, from its repository; ``docs/conf.py`` knows the version."""


DOCTREES = "docs/_build/doctrees"
"""Read and rendered once for all builders."""


def _chart_of_the_caller() -> dict[str, str]:
    """Return ``AIRFLOW_CHART`` as an absolute path: sessions work in other folders."""
    chart = os.environ.get("AIRFLOW_CHART")
    if not chart or chart == OFFICIAL:
        return {}
    return {"AIRFLOW_CHART": str(Path(chart).resolve())}


def _wheels(session: nox.Session) -> dict[str, str]:
    """Return ``AIRFLOW_WHEELS``: the caller's folder, or one filled at first use."""
    given = os.environ.get("AIRFLOW_WHEELS")
    if given:
        return {"AIRFLOW_WHEELS": str(Path(given).resolve())}
    folder = session.cache_dir / "airflow-wheels"
    names = [requirement.replace("-", "_").replace("==", "-") for requirement in WHEELS]
    if not all(list(folder.glob(f"{name}-*.whl")) for name in names):
        session.run(
            "python", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
            "--dest", str(folder), *WHEELS,
        )  # fmt: skip
    return {"AIRFLOW_WHEELS": str(folder)}


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests; arguments go to pytest."""
    session.install(EVERYTHING, *TEST_TOOLS, *DOCS_TOOLS)
    session.install("--no-deps", *AIRFLOW)
    session.run("pytest", "-n", "auto", "--dist", "loadfile", *session.posargs,
                env=_chart_of_the_caller() | _wheels(session))  # fmt: skip


@nox.session
def core(session: nox.Session) -> None:
    """Run the core's tests where Sphinx, docutils and Sybil are not installed."""
    session.install("--no-deps", ".")
    session.install(
        "ruamel.yaml>=0.18", "pyyaml>=6", "jsonschema-rs>=0.30", "helm-python-sdk>=0.2.2,<0.3",
        "kubernetes-validate>=1.31",
        "pytest>=8.3", *TEST_TOOLS,
    )  # fmt: skip
    session.run("pytest", "-n", "auto", "tests/core", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting and spelling."""
    session.install("ruff>=0.9", "codespell>=2.4")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run(
        "codespell", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs", "sphinx_airflow_prod"
    )


@nox.session
def types(session: nox.Session) -> None:
    """Check types."""
    session.install(
        EVERYTHING,
        *TEST_TOOLS,
        "mypy>=1.13",
        "nox>=2024.4.15",
        "types-docutils",
        "types-PyYAML",
        "types-Pygments",
    )
    session.run("mypy")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation; arguments go to sphinx-build.

    With the sample chart, or the one that ``AIRFLOW_CHART`` names; with the
    argument ``official``, with Airflow's own, downloaded from its repository.
    """
    arguments = [word for word in session.posargs if word != OFFICIAL]
    official = len(arguments) < len(session.posargs)
    session.install(EVERYTHING, *DOCS_TOOLS)
    session.install("--no-deps", *AIRFLOW)
    session.run(
        "sphinx-build", "-b", "html", "-d", DOCTREES, *arguments, "docs", "docs/_build/html",
        env={"AIRFLOW_CHART": OFFICIAL} if official else _chart_of_the_caller(),
    )  # fmt: skip
    session.log(f"open {Path('docs/_build/html/index.html').resolve().as_uri()}")


@nox.session
def builders(session: nox.Session) -> None:
    """Build the documentation for all that is not a browser; arguments go to sphinx-build."""
    session.install(EVERYTHING, *DOCS_TOOLS)
    session.install("--no-deps", *AIRFLOW)
    for builder in ("latex", "text", "man", "epub"):
        session.run(
            "sphinx-build", "-b", builder, "-d", DOCTREES, *session.posargs,
            "docs", f"docs/_build/{builder}", env=_chart_of_the_caller(),
        )  # fmt: skip


@nox.session
def e2e(session: nox.Session) -> None:
    """Try built pages in a real browser: Debian's chromium and chromium-driver."""
    session.install(EVERYTHING, *DOCS_TOOLS, *OTHER_THEMES, "pytest>=8.3", "selenium>=4.25")
    session.install("--no-deps", *AIRFLOW)
    session.run("pytest", "tests/e2e", *session.posargs, env=_chart_of_the_caller())


@nox.session
def bench(session: nox.Session) -> None:
    """Measure builds against plain renders, as ratios within one run."""
    session.install(EVERYTHING, *DOCS_TOOLS)
    session.run("python", "-m", "tests.bench", *session.posargs, env=_chart_of_the_caller())
