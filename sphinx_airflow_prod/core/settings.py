"""The configuration, declared once for Sphinx, pytest and the command line.

Every field of :class:`Settings` carries what the adapters and the reference
page need to know of it.  ``conf.py`` spells a setting ``helm_timeout``,
``[tool.sphinx-airflow-prod]`` in ``pyproject.toml`` spells it ``timeout``;
those that are about Airflow itself, as ``airflow_config_source``, are spelt
alike everywhere (:func:`spelt`).
"""

from __future__ import annotations

import difflib
import json
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from sphinx_airflow_prod.core import chartsource
from sphinx_airflow_prod.core.chartsource import ChartSource
from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Severity, Span

PLACEHOLDERS = r"<[^<>\n]+>|\.\.\."
"""A scalar that is nothing but ``<like this>`` or ``...``."""

TABLE = "sphinx-airflow-prod"
"""The name of the table below ``[tool]`` in ``pyproject.toml``."""

AIRFLOW = "airflow_"
"""How the names of settings begin that are about Airflow itself, not about charts."""

UNKNOWN_KEY_LEVELS = ("error", "warning", "ignore")
CODE_BLOCK_MODES = ("off", "check", "tabs")


def _setting(summary: str, *types: type, default: Any, choices: tuple[str, ...] = ()) -> Any:
    """Declare a field of :class:`Settings` with what its reference says."""
    metadata = {"summary": summary, "types": types, "choices": choices}
    if isinstance(default, dict):
        return field(default_factory=dict, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Settings:
    """How examples are checked and rendered.

    Paths are absolute once :func:`from_mapping` has resolved them.  An instance
    holds only valid values; what was wrong with a given one is a diagnostic of
    :func:`from_mapping`, and the default stands in its place.
    """

    chart: str | ChartSource | None = _setting(  # noqa: RUF009  (it makes a field)
        "Path of the chart that examples are rendered with (a directory or a .tgz), or the table "
        "of repo, name, version and sha256 of one in a chart repository.",
        str, Path, dict, default=None,
    )  # fmt: skip
    charts: Mapping[str, str | ChartSource] = _setting(
        "More charts by key, for the option :chart:.", dict, default={}
    )
    release: str = _setting("Name of the release.", str, default="airflow")
    namespace: str = _setting("Namespace of the release.", str, default="airflow")
    kube_version: str | None = _setting(
        "Kubernetes version that templates see, such as 1.30.0; the engine's own by default.",
        str, default=None,
    )  # fmt: skip
    api_versions: tuple[str, ...] = _setting(
        "API versions that templates see besides those the engine knows.",
        list, tuple, default=(),
    )  # fmt: skip
    values: Mapping[str, Any] = _setting(
        "Values beneath every example, and beneath the baseline that it is compared with.",
        dict, default={},
    )  # fmt: skip
    engine: str = _setting(
        "'auto', 'embedded', 'helm', or the path of a helm binary.", str, default="auto"
    )
    unknown_keys: str = _setting(
        "What a key is that the chart's schema does not know.",
        str, default="error", choices=UNKNOWN_KEY_LEVELS,
    )  # fmt: skip
    code_blocks: str = _setting(
        "Whether ordinary code-blocks of YAML are treated as examples.",
        str, default="off", choices=CODE_BLOCK_MODES,
    )  # fmt: skip
    max_manifest_tabs: int = _setting(
        "How many resources of an example get a tab of their own; the others are listed.",
        int, default=6,
    )  # fmt: skip
    placeholders: str = _setting(
        "Regular expression of a scalar that stands for what the reader fills in.",
        str, default=PLACEHOLDERS,
    )  # fmt: skip
    jobs: int | None = _setting(
        "How many worker processes render; as many as there are cores by default.",
        int, default=None,
    )  # fmt: skip
    timeout: float = _setting(
        "Seconds after which a render, or the download of a chart, is stopped.",
        int, float, default=60.0,
    )  # fmt: skip
    cache_dir: str | None = _setting(
        "Folder of the cache; by default, renders are kept below the doctree folder or in pytest's "
        "cache, and downloaded charts among the user's caches.",
        str, Path, default=None,
    )  # fmt: skip
    airflow_config_source: str | tuple[str, ...] = _setting(
        "Where Airflow's options are read from: 'auto' (what is installed), a wheel, a config.yml, "
        "or a list of one of these and of wheels of providers.",
        str, Path, list, tuple, default="auto",
    )  # fmt: skip
    airflow_config_allow: tuple[str, ...] = _setting(
        "Sections, and options as section.option, of Airflow's configuration that are right "
        "though the source does not know them.",
        list, tuple, default=(),
    )  # fmt: skip


LISTS = frozenset({"api_versions", "airflow_config_allow"})


def declared() -> tuple[Field[Any], ...]:
    """Return the declaration of every setting, in the order of the reference page."""
    return fields(Settings)


def spelt(name: str, prefix: str) -> str:
    """Return how an adapter spells a setting: with its *prefix*, but for Airflow's own."""
    return name if name.startswith((AIRFLOW, prefix)) else f"{prefix}{name}"


def default_of(declaration: Field[Any]) -> Any:
    """Return the default of a setting as plain data, fit for Sphinx' configuration."""
    if declaration.default is MISSING:
        return {}
    return list(declaration.default) if declaration.default == () else declaration.default


def is_text(declaration: Field[Any]) -> bool:
    """Whether text can give a setting: all but those that are tables and nothing else."""
    return bool(declaration.metadata["types"] != (dict,))


def from_text(declaration: Field[Any], value: Any) -> Any:
    """Turn the text that a command line or an ini file gives into what the setting takes.

    Text that is no number where one is wanted, and whatever is no text, comes
    back as it is, for :func:`from_mapping` to complain about.
    """
    types = declaration.metadata["types"]
    if isinstance(value, str) and declaration.name == "chart":
        return chartsource.from_text(value)
    if not isinstance(value, str) or str in types:
        return value
    if list in types:
        return [item.strip() for item in value.split(",") if item.strip()]
    try:
        return float(value) if float in types else int(value)
    except (TypeError, ValueError):
        return value


def from_mapping(
    given: Mapping[str, Any],
    *,
    base: Settings | None = None,
    directory: str | os.PathLike[str],
    span: Span,
    prefix: str = "",
) -> tuple[Settings, tuple[Diagnostic, ...]]:
    """Return *base* with the *given* settings on top, and what was wrong with them.

    *directory* is what relative paths are relative to; *span* is where the
    settings stand; *prefix* (``helm_``) is how messages spell their names (:func:`spelt`).
    Names with dashes are taken as with underscores.
    """
    known = {declaration.name: declaration for declaration in declared()}
    settings = base or Settings()
    problems: list[Diagnostic] = []
    accepted: dict[str, Any] = {}
    for key, value in given.items():
        name = key.replace("-", "_")
        if name not in known:
            near = difflib.get_close_matches(name.removeprefix(prefix), known, 1)
            hint = f" (did you mean '{spelt(near[0], prefix)}'?)" if near else ""
            message = f"unknown setting '{spelt(key, prefix)}'{hint}"
            problems.append(Diagnostic.of(Code.CONFIG, message, span))
            continue
        wrong = _complaint(known[name], value)
        if wrong:
            problems.append(Diagnostic.of(Code.CONFIG, f"{spelt(name, prefix)}: {wrong}", span))
            continue
        accepted[name] = _resolved(name, value, Path(directory))
    return replace(settings, **accepted), tuple(problems)


def from_pyproject(path: str | os.PathLike[str]) -> tuple[Settings, tuple[Diagnostic, ...]]:
    """Return the settings of ``[tool.sphinx-airflow-prod]`` in the file *path*.

    A file without the table, or no file, gives the defaults; a file that is no
    TOML gives them with a diagnostic.
    """
    path = Path(path)
    try:
        table = _table(path.read_text("utf-8")) or {}
    except FileNotFoundError:
        return Settings(), ()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"cannot read the settings: {error}"
        return Settings(), (Diagnostic.of(Code.CONFIG, message, Span(str(path))),)
    if not isinstance(table, dict):
        message = f"[tool.{TABLE}] must be a table"
        return Settings(), (Diagnostic.of(Code.CONFIG, message, Span(str(path))),)
    return from_mapping(table, directory=path.parent, span=Span(str(path)))


def find_pyproject(start: str | os.PathLike[str]) -> Path | None:
    """Return the nearest ``pyproject.toml`` in *start* or above it that has our table.

    A file without the table does not stop the search: a documentation folder
    may have a project file of its own.  One that names us and cannot be parsed
    does, so that its error is told.
    """
    start = Path(start).resolve()
    for folder in (start, *start.parents):
        candidate = folder / "pyproject.toml"
        try:
            if _table(candidate.read_text("utf-8")) is not None:
                return candidate
        except tomllib.TOMLDecodeError:
            return candidate
        except (OSError, UnicodeDecodeError):
            continue
    return None


def _table(text: str) -> Any:
    """Return our table of a project file, ``None`` where it has none."""
    tool = tomllib.loads(text).get("tool") if TABLE in text else None
    return tool.get(TABLE) if isinstance(tool, dict) else None


def _complaint(declaration: Field[Any], value: Any) -> str:
    """Say what is wrong with the value of a setting, or return the empty string."""
    if value is None and declaration.default is None:
        return ""
    types = declaration.metadata["types"]
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        names = " or ".join(kind.__name__ for kind in types if kind is not Path)
        return f"expected {names}, got {type(value).__name__} {value!r}"
    choices = declaration.metadata["choices"]
    if choices and value not in choices:
        return f"{value!r} is not one of {', '.join(repr(choice) for choice in choices)}"
    return _complaint_of_content(declaration.name, value)


def _complaint_of_content(name: str, value: Any) -> str:
    if name in ("jobs", "max_manifest_tabs", "timeout") and not value > 0:
        return f"must be greater than 0, got {value!r}"
    if name == "placeholders":
        from sphinx_airflow_prod.core.options import compile_pattern

        try:
            compile_pattern(value)
        except re.error as error:
            return f"is no regular expression: {error}"
    if name in ("release", "namespace", "kube_version"):
        # imported here, since pytest's plugin must be light where there is nothing to read
        from sphinx_airflow_prod.core import options

        try:
            (options.kube_version if name == "kube_version" else options.release)(value)
        except ValueError as error:
            return str(error)
    if name == "values":
        try:
            json.dumps(value, sort_keys=True, allow_nan=False)
        except (TypeError, ValueError) as error:
            return f"cannot be written as YAML values: {error}"
    if name == "chart":
        return _complaint_of_chart(value)
    if name == "charts":
        for key, chart in value.items():
            wrong = _complaint_of_chart(chart)
            if wrong:
                return f"{key!r}: {wrong}"
    if name in LISTS and not all(isinstance(item, str) for item in value):
        return f"expected strings, got {value!r}"
    if name == "airflow_config_source":
        items = value if isinstance(value, (list, tuple)) else [value]
        if not items or not all(isinstance(item, (str, Path)) and str(item) for item in items):
            return f"expected 'auto', a path, or a list of these, got {value!r}"
    if name == "engine" and not value:
        return "must be 'auto', 'embedded', 'helm' or the path of a helm binary"
    return ""


def _complaint_of_chart(value: Any) -> str:
    if isinstance(value, Mapping):
        return chartsource.form_complaint(value)
    if isinstance(value, str):
        return chartsource.text_complaint(value)
    return "" if isinstance(value, Path) else f"expected the path of a chart, got {value!r}"


def _resolved(name: str, value: Any, directory: Path) -> Any:
    """Make paths absolute and collections immutable."""
    if value is None:
        return None
    if name == "chart":
        return _chart(value, directory)
    if name == "charts":
        return {key: _chart(chart, directory) for key, chart in value.items()}
    if name == "cache_dir":
        return os.path.normpath(directory / value)
    if name == "engine" and (os.sep in value or "/" in value):
        return os.path.normpath(directory / value)
    if name in LISTS:
        return tuple(value)
    if name == "airflow_config_source":
        if isinstance(value, (list, tuple)):
            return tuple(_source(item, directory) for item in value)
        return _source(value, directory)
    return float(value) if name == "timeout" else value


def _chart(value: Any, directory: Path) -> str | ChartSource:
    """Return one chart: an absolute path, or a source in a repository."""
    if isinstance(value, Mapping):
        return ChartSource.from_mapping(value)
    path: str = os.path.normpath(directory / value)
    return path


def _source(item: str | Path, directory: Path) -> str:
    """Return one source of Airflow's options: ``auto``, or an absolute path."""
    return "auto" if item == "auto" else os.path.normpath(directory / item)


def severity_of_unknown_keys(settings: Settings) -> Severity | None:
    """Return the severity that unknown keys have, ``None`` where they are ignored."""
    return None if settings.unknown_keys == "ignore" else Severity(settings.unknown_keys)
