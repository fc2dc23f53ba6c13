"""pytest's collector and items for a guide."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from sphinx_airflow_prod.core.diagnostics import Severity
from sphinx_airflow_prod.core.snippet import Snippet
from sphinx_airflow_prod.sybil_ext.guide import Guide, identifier

GUIDES = pytest.StashKey[list[Guide]]()
"""The guides of a session, for its summary and its end."""

COLLECTED = pytest.StashKey[set[Path]]()
"""Documents that some guide has taken already: a conftest's, before the plugin's own."""


class HelmDiagnosticWarning(UserWarning):
    """A diagnostic that is no error, as pytest's warnings summary shows it."""


class HelmExampleError(Exception):
    """An example fell short; the message is its diagnostics."""


class HelmItem(pytest.Item):
    """The test of one example."""

    def __init__(self, *, guide: Guide, snippet: Snippet, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.guide = guide
        self.snippet = snippet

    def runtest(self) -> None:
        """Evaluate the batch if it has not been, and raise what is wrong with this example."""
        failure = self.guide.batch.failure(self.snippet, self._documents_to_evaluate())
        outcome = self.guide.batch.outcome(self.snippet, ())
        for diagnostic in outcome.diagnostics:
            if diagnostic.severity is Severity.WARNING:
                message = diagnostic.format(os.getcwd())
                warnings.warn(HelmDiagnosticWarning(message), stacklevel=1)
        if failure:
            raise HelmExampleError(failure)
        if self.snippet.options.skip:
            pytest.skip(self.snippet.options.skip)

    def _documents_to_evaluate(self) -> list[str]:
        """Return the documents whose examples belong to the same batch.

        All that are going to be tested; but with pytest-xdist each worker has
        collected everything and is given documents one by one.
        """
        if hasattr(self.config, "workerinput"):
            return [self.snippet.document]
        return [
            item.snippet.document
            for item in self.session.items
            if isinstance(item, HelmItem) and item.guide is self.guide
        ]

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show the diagnostics and nothing else."""
        if isinstance(excinfo.value, HelmExampleError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[str, int, str]:
        """Return the place of the example (lines from 0, as pytest wants them) and its name."""
        return self.snippet.span.path, self.snippet.span.line - 1, self.name


class ProblemItem(pytest.Item):
    """A test that fails because a directive, or a whole document, could not be read."""

    def __init__(self, *, message: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.message = message

    def runtest(self) -> None:
        """Fail."""
        raise HelmExampleError(self.message)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ARG002
        """Show the message and nothing else."""
        return str(excinfo.value)


class HelmFile(pytest.File):
    """A document with examples."""

    def __init__(self, *, guide: Guide, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.guide = guide

    def collect(self) -> Iterable[pytest.Item]:
        """Yield a test for each example, and for each directive that cannot be read."""
        try:
            document = self.guide.parse(self.path)
            problems = self.guide.scan(self.path).problems
        except ImportError as error:
            message = f"{self.path}: cannot read Markdown: {error}; install the extra 'myst'"
            yield ProblemItem.from_parent(self, name="markdown", message=message)
            return
        except UnicodeDecodeError:
            message = f"{self.path}: is not UTF-8"
            yield ProblemItem.from_parent(self, name="encoding", message=message)
            return
        for example in document.examples():
            snippet: Snippet = example.parsed
            name = identifier(snippet)
            yield HelmItem.from_parent(self, name=name, guide=self.guide, snippet=snippet)
        for problem in problems:
            name = f"line:{problem.span.line}"
            yield ProblemItem.from_parent(self, name=name, message=problem.format(os.getcwd()))


def collector(guide: Guide) -> Callable[[Path, pytest.Collector], pytest.Collector | None]:
    """Return the ``pytest_collect_file`` hook of a guide."""

    def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        return collect_file(guide, file_path, parent)

    return pytest_collect_file


def collect_file(
    guide: Guide, file_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    """Return a collector for a document that the guide wants and nobody has taken yet."""
    if not guide.should_parse(file_path):
        return None
    config = parent.config
    collected = config.stash.setdefault(COLLECTED, set())
    guides = config.stash.setdefault(GUIDES, [])
    if guide not in guides:
        if guide.problems:
            raise pytest.UsageError("\n".join(p.format(os.getcwd()) for p in guide.problems))
        _configure(guide, config)
        guides.append(guide)
    if file_path in collected:
        return None
    collected.add(file_path)
    return HelmFile.from_parent(parent, path=file_path, guide=guide)


def _configure(guide: Guide, config: pytest.Config) -> None:
    """Let pytest's options win, and let pytest's cache folder hold the renders."""
    from sphinx_airflow_prod.sybil_ext.plugin import settings_of

    if config.pluginmanager.hasplugin("sphinx-airflow-prod"):
        guide.settings = settings_of(config, guide.settings)
    guide.batch.settings = guide.settings
    guide.batch.cache_dir = guide.settings.cache_dir
    if guide.batch.cache_dir is None and config.pluginmanager.hasplugin("cacheprovider"):
        guide.batch.cache_dir = str(config.cache.mkdir("helm")) if config.cache else None
    config.add_cleanup(guide.batch.close)
