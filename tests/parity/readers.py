"""The readers that are held against each other: Sphinx and Sybil."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from sphinx_airflow_prod.core.roles import Role, RoleLine
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import Snippet
from sphinx_airflow_prod.sybil_ext import Guide

SUFFIXES = (".rst", ".md")

EXTENSIONS = ("sphinx_airflow_prod", "myst_parser", "sphinx.ext.ifconfig", "tests.parity.boxes")

Examples = tuple[Snippet, ...]
Roles = tuple[Role, ...]

_T = TypeVar("_T")


def documents(folder: Path) -> list[Path]:
    """Return the documents below *folder*, in order."""
    return sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES)


def read_with_sphinx(
    folder: Path, work: Path, **config: object
) -> tuple[dict[Path, Examples], list[str]]:
    """Build *folder* and return the examples of each document, and the warnings.

    *config* is what ``conf.py`` would hold; without ``helm_chart`` in it,
    nothing is rendered.
    """
    app, said = build_with_sphinx(folder, work, **config)
    return _by_document(app, app.env.get_domain("helm").snippets), said  # type: ignore[attr-defined]


def read_roles_with_sphinx(folder: Path, work: Path) -> dict[Path, Roles]:
    """Build *folder* and return the roles of each document."""
    app, _ = build_with_sphinx(folder, work)
    return _by_document(app, app.env.get_domain("helm").named)  # type: ignore[attr-defined]


def _by_document(app: Sphinx, found: Mapping[str, Mapping[Any, _T]]) -> dict[Path, tuple[_T, ...]]:
    return {
        Path(app.env.doc2path(docname)): tuple(found.get(docname, {}).values())
        for docname in app.env.found_docs
    }


def build_with_sphinx(folder: Path, work: Path, **config: object) -> tuple[Sphinx, list[str]]:
    """Build *folder* and return the application, and the warnings."""
    stream = StringIO()
    root = documents(folder)[0].relative_to(folder).with_suffix("").as_posix()
    with patch_docutils(), docutils_namespace(), warnings.catch_warnings():
        # MyST-Parser and sphinx-tabs use what Sphinx deprecates
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        app = Sphinx(
            str(folder),
            None,
            str(work / "out"),
            str(work / "doctrees"),
            "dummy",
            confoverrides={
                "extensions": list(EXTENSIONS),
                "source_suffix": {".rst": "restructuredtext", ".md": "markdown"},
                "myst_enable_extensions": ["colon_fence"],
                "root_doc": root,
                **config,
            },
            status=None,
            warning=stream,
        )
        app.build(force_all=True)
    said = re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue())
    return app, said.splitlines()


def read_with_sybil(folder: Path) -> dict[Path, Examples]:
    """Return the examples that a guide finds in each document of *folder*."""
    guide = Guide(folder, Settings())
    return {
        path: tuple(found for found in guide.read(path) if isinstance(found, Snippet))
        for path in documents(folder)
    }


def read_roles_with_sybil(folder: Path) -> dict[Path, Roles]:
    """Return the roles that a guide finds in each document of *folder*."""
    guide = Guide(folder, Settings())
    return {
        path: tuple(
            role
            for found in guide.read(path)
            if isinstance(found, RoleLine)
            for role in found.roles
        )
        for path in documents(folder)
    }
