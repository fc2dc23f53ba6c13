"""pytest's collector and items for a guide."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sphinx_airflow_prod.core.diagnostics import Diagnostic
from sphinx_airflow_prod.core.roles import RoleLine
from sphinx_airflow_prod.core.snippet import Snippet
from sphinx_airflow_prod.sybil_ext.batch import written
from sphinx_airflow_prod.sybil_ext.guides import Guide

GUIDES = pytest.StashKey[list[Guide]]()
"""The guides of a session, for its summary and its end."""

COLLECTED = pytest.StashKey[dict[Path, Guide]]()
"""Which guide has taken a document: a conftest's, before the plugin's own.

pytest asks again for all files of a folder with each file that it is given by name.
"""

TOLD = pytest.StashKey[list[Guide]]()
"""The guides whose settings somebody has been told to be wrong."""


class HelmExampleError(Exception):
    """An example fell short; the message is its diagnostics."""


class HelmTest(pytest.Item):
    """A test whose failure is shown as the diagnostics and nothing else."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the diagnostics alone; of a fault of our own, everything."""
        if isinstance(excinfo.value, HelmExampleError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


class HelmItem(HelmTest):
    """The test of one example, or of the roles on one line."""

    def __init__(self, *, guide: Guide, snippet: Snippet | RoleLine, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.guide = guide
        self.snippet = snippet

    def runtest(self) -> None:
        """Evaluate the batch if it has not been, and raise what is wrong with this example."""
        verdict = self.guide.batch.verdict(self.snippet, self._batch())
        failure = verdict.failure()
        if failure:
            raise HelmExampleError(failure)
        if verdict.skipped:
            pytest.skip(verdict.skipped)

    def _batch(self) -> list[Snippet | RoleLine]:
        """Return the examples to be evaluated together: all that are going to be tested.

        But with pytest-xdist each process has collected everything and is
        given documents one by one.
        """
        alone = hasattr(self.config, "workerinput")
        return [
            item.snippet
            for item in self.session.items
            if isinstance(item, HelmItem)
            and item.guide is self.guide
            and (not alone or item.snippet.document == self.snippet.document)
        ]

    def reportinfo(self) -> tuple[str, int, str]:
        """Return the place of the example (lines from 0, as pytest wants them) and its name."""
        return self.snippet.span.path, self.snippet.span.line - 1, self.name


class ProblemItem(HelmTest):
    """A test that fails because a directive, or a whole document, could not be read."""

    def __init__(self, *, message: str, line: int = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.message = message
        self.line = line

    def runtest(self) -> None:
        """Fail."""
        raise HelmExampleError(self.message)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the place of the problem and the name of the test."""
        return self.path, max(self.line - 1, 0), self.name


class HelmFile(pytest.File):
    """A document with examples."""

    def __init__(self, *, guide: Guide, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.guide = guide

    def collect(self) -> Iterable[pytest.Item]:
        """Yield a test for each example, and for each directive that cannot be read.

        What is wrong with the settings of the guide is said once, by its first document.
        """
        told = self.config.stash.setdefault(TOLD, [])
        if self.guide.problems and self.guide not in told:
            told.append(self.guide)
            raise self.CollectError("\n".join(map(written, self.guide.problems)))
        try:
            document = self.guide.parse(self.path)
        except ImportError as error:
            yield self._problem("markdown", f"cannot read Markdown: {error}; install {MYST}")
            return
        except UnicodeDecodeError:
            yield self._problem("encoding", "is not UTF-8")
            return
        for example in document.examples():
            found: Snippet | RoleLine | Diagnostic = example.parsed
            name = self.guide.identify(example)
            if isinstance(found, Diagnostic):
                yield ProblemItem.from_parent(
                    self, name=name, message=written(found), line=found.span.line
                )
            else:
                yield HelmItem.from_parent(self, name=name, guide=self.guide, snippet=found)

    def _problem(self, name: str, message: str) -> pytest.Item:
        place = os.path.relpath(self.path, self.config.invocation_params.dir)
        return ProblemItem.from_parent(self, name=name, message=f"{place}: {message}")


MYST = "myst-parser, for example with the extra 'myst' of sphinx-airflow-prod"


def collector(guide: Guide) -> Callable[[Path, pytest.Collector], pytest.Collector | None]:
    """Return the ``pytest_collect_file`` hook of a guide."""

    def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        return collect_file(guide, file_path, parent)

    return pytest_collect_file


def collect_file(
    guide: Guide, file_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    """Return a collector for a document that the guide wants and no other has taken."""
    if not guide.should_parse(file_path):
        return None
    config = parent.config
    if config.stash.setdefault(COLLECTED, {}).setdefault(file_path, guide) is not guide:
        return None
    guides = config.stash.setdefault(GUIDES, [])
    if guide not in guides:
        _configure(guide, config)
        guides.append(guide)
    return HelmFile.from_parent(parent, path=file_path, guide=guide)


def _configure(guide: Guide, config: pytest.Config) -> None:
    """Let pytest's options win, and let pytest's cache folder hold the renders."""
    from sphinx_airflow_prod.sybil_ext.plugin import settings_of

    if config.pluginmanager.hasplugin("sphinx-airflow-prod"):
        guide.settings = settings_of(config, guide.settings)
        guide.batch.effects = config.getoption("helm_effects")
    if guide.settings.jobs is None and hasattr(config, "workerinput"):
        # the processes of pytest-xdist share the machine
        jobs = (os.cpu_count() or 1) // int(config.workerinput["workercount"])
        guide.settings = replace(guide.settings, jobs=max(jobs, 1))
    guide.batch.settings = guide.settings
    guide.batch.cache_dir = guide.settings.cache_dir
    if guide.batch.cache_dir is None and config.pluginmanager.hasplugin("cacheprovider"):
        guide.batch.cache_dir = str(config.cache.mkdir("helm")) if config.cache else None
    config.add_cleanup(guide.batch.close)
