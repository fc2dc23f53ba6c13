"""The pytest plugin: ``pytest --helm-chart=../chart docs/`` without any ``conftest.py``.

pytest imports it in every run of every project where the package is
installed: nothing heavy is imported before it is needed.
"""

from __future__ import annotations

import os
import sys
from dataclasses import astuple, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from sphinx_airflow_prod.core.diagnostics import Severity, Span
from sphinx_airflow_prod.core.settings import (
    Settings,
    declared,
    find_pyproject,
    from_mapping,
    from_pyproject,
    from_text,
    is_text,
    spelt,
)

if TYPE_CHECKING:
    from sphinx_airflow_prod.sybil_ext.guides import Guide

OWN_GUIDE = pytest.StashKey["Guide | None"]()

SUMMARIES = pytest.StashKey[list[dict[str, Any]]]()
"""What the processes of pytest-xdist have counted."""

WORKER_KEY = "sphinx-airflow-prod"

COLLECTION = "sphinx_airflow_prod.sybil_ext.collection"
"""The module that is imported where there are documents to collect."""

PREFIX = "helm_"

ON_COMMAND_LINE = (
    "chart",
    "engine",
    "kube_version",
    "jobs",
    "timeout",
    "unknown_keys",
    "code_blocks",
    "airflow_config_source",
    "airflow_config_allow",
)
"""Settings that have a command-line option; all that are no tables have an ini option."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare ``--helm-chart`` and its like, and an ini option for each setting."""
    group = parser.getgroup("helm", "executable documentation for Helm charts")
    group.addoption(
        "--helm-effects",
        action="store_true",
        dest="helm_effects",
        help="Put each line of each example to the test: does it change what is rendered?",
    )
    for declaration in declared():
        name = spelt(declaration.name, PREFIX)
        summary = declaration.metadata["summary"]
        several = list in declaration.metadata["types"]
        if declaration.name in ON_COMMAND_LINE:
            group.addoption(
                f"--{name.replace('_', '-')}",
                dest=name,
                default=None,
                action="append" if several else "store",
                help=f"{summary} May be given several times." if several else summary,
            )
        if is_text(declaration):
            kind: Literal["args", "string"] = "args" if several else "string"
            parser.addini(name, summary, type=kind, default=None)


def pytest_configure(config: pytest.Config) -> None:
    """Refuse options that cannot be used before anything is collected."""
    settings_of(config, Settings())


def settings_of(config: pytest.Config, base: Settings) -> Settings:
    """Return *base* under pytest's ini options, and these under its command line.

    Paths on the command line are relative to where pytest was called, those of
    the ini file to that file.  Raises :class:`pytest.UsageError` for values
    that cannot be used.
    """
    ini_file = config.inipath or config.rootpath / "pytest.ini"
    ini = {d.name: config.getini(spelt(d.name, PREFIX)) for d in declared() if is_text(d)}
    line = {name: config.getoption(spelt(name, PREFIX)) for name in ON_COMMAND_LINE}
    settings, problems = from_mapping(
        _given(ini), base=base, directory=ini_file.parent, span=Span(str(ini_file)), prefix=PREFIX
    )
    settings, more = from_mapping(
        _given(line),
        base=settings,
        directory=config.invocation_params.dir,
        span=Span(""),
        prefix=PREFIX,
    )
    if problems or more:
        raise pytest.UsageError("\n".join(p.format(os.getcwd()) for p in problems + more))
    return settings


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a document, where pytest's own options name what to check against."""
    guide = _own_guide(parent.config)
    if guide is None:
        return None
    from sphinx_airflow_prod.sybil_ext.collection import collect_file

    return collect_file(guide, file_path, parent)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Give what a process of pytest-xdist has counted to the one that reports."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[WORKER_KEY] = _summary_of(session.config)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a process of pytest-xdist has counted."""
    summary = getattr(node, "workeroutput", {}).get(WORKER_KEY)
    if summary:
        node.config.stash.setdefault(SUMMARIES, []).append(summary)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say how many examples were checked with how many renders, and what concerns them all."""
    summaries = [_summary_of(config), *config.stash.get(SUMMARIES, [])]
    for line in dict.fromkeys(line for summary in summaries for line in summary["general"]):
        terminalreporter.write_line(line)
    counts = [summary["counts"] for summary in summaries if summary["counts"]]
    if counts:
        from sphinx_airflow_prod.core.outcome import Statistics
        from sphinx_airflow_prod.core.versions import UNCHECKED, kubernetes_schemas

        total = Statistics(*(sum(numbers) for numbers in zip(*counts, strict=True)))
        # what failed is what pytest itself counts
        terminalreporter.write_line(f"helm: {replace(total, failed=0, unverified=0)}")
        if not kubernetes_schemas():
            terminalreporter.write_line(f"helm: {UNCHECKED}")


def _summary_of(config: pytest.Config) -> dict[str, Any]:
    """Return what this process has counted, as plain data that can go between processes."""
    summary: dict[str, Any] = {"counts": [], "general": []}
    if COLLECTION not in sys.modules:
        return summary
    from sphinx_airflow_prod.core.outcome import Statistics
    from sphinx_airflow_prod.sybil_ext.batch import written
    from sphinx_airflow_prod.sybil_ext.collection import GUIDES

    total = Statistics()
    for guide in config.stash.get(GUIDES, []):
        total += guide.batch.statistics
        # what is an error stands in the failure of each test that it concerns
        summary["general"] += [
            written(diagnostic)
            for diagnostic in guide.batch.general
            if diagnostic.severity is Severity.WARNING
        ]
    if total != Statistics():
        summary["counts"] = list(astuple(total))
    return summary


def _own_guide(config: pytest.Config) -> Guide | None:
    """Return the guide that the options ask for, made once.

    ``None`` where they name neither a chart nor a source of Airflow's options.
    """
    if OWN_GUIDE not in config.stash:
        named = (
            config.getoption("helm_chart")
            or config.getoption("airflow_config_source")
            or config.getini("helm_chart")
            or config.getini("airflow_config_source")
        )
        config.stash[OWN_GUIDE] = _make_guide(config) if named else None
    return config.stash[OWN_GUIDE]


def _make_guide(config: pytest.Config) -> Guide:
    try:
        from sphinx_airflow_prod.sybil_ext.guides import Guide
    except ImportError as error:
        raise pytest.UsageError(
            f"examples are run by Sybil, which cannot be imported ({error}); install it with\n"
            '    pip install "sphinx-airflow-prod[test]"'
        ) from None

    # pytest's rootdir is above both the documents and a chart elsewhere
    project = find_pyproject(config.invocation_params.dir) or find_pyproject(config.rootpath)
    base, problems = from_pyproject(project) if project else (Settings(), ())
    # documents may stand anywhere: the root of the file system covers them
    return Guide(Path(config.rootpath.anchor), settings_of(config, base), problems)


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """Leave out what was not given and turn the text of numbers into numbers."""
    return {
        declaration.name: from_text(declaration, options[declaration.name])
        for declaration in declared()
        if options.get(declaration.name) not in (None, "", [])
    }
