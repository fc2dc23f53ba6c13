"""A chart made ready for many renders: fast, and the same every time.

Subcharts that are archives are unpacked, files that no template reads are left
out (:mod:`.slim`), random functions are given fixed results
(:mod:`.randomness`).  Tests prove each step equal to the plain render.
"""

from __future__ import annotations

import base64
import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from sphinx_airflow_prod.core.archive import ArchiveError, pack, unpack
from sphinx_airflow_prod.core.chart import Chart, ChartError
from sphinx_airflow_prod.core.render import slim
from sphinx_airflow_prod.core.render.base import Answer, Failure, Rendered
from sphinx_airflow_prod.core.render.gotemplate import TemplateError
from sphinx_airflow_prod.core.render.randomness import HELPERS, Edit, original_column, rewrite

KUBE_CHECK = "templates/" + "z/" * 20 + "kube-version.yaml"
"""Helm runs the templates that lie deepest first."""
INSPECTION = "templates/values.yaml"
CARRIER = "templates/0-notes.yaml"
"""Carries the notes out of a binary, which prints manifests only; Helm runs it after NOTES.txt."""

_CARRY_NOTES = (
    b'carried: {{ include (print .Chart.Name "/templates/NOTES.txt") . | b64enc | quote }}\n'
)
_BUNDLED_ARCHIVE = re.compile(r"((?:charts/[^/]+/)*charts/)([^/._][^/]*)\.tgz")


class Prepared:
    """The archives of one chart that engines render, and the way back from their answers."""

    def __init__(self, chart: Chart, *, carry_notes: bool = False) -> None:
        self.chart = chart
        self._carry_notes = carry_notes
        self._edits: dict[str, tuple[Edit, ...]] = {}

    @cached_property
    def files(self) -> dict[str, bytes]:
        """The chart's files, subcharts unpacked."""
        return dict(_unpacked(self.chart.files))

    @cached_property
    def whole(self) -> bytes:
        """The archive with all files, random functions replaced."""
        return pack(self._fixed, self.chart.name)

    @cached_property
    def slim(self) -> bytes:
        """The archive without the files that no template reads."""
        left_out = slim.unread(self.files)
        if not left_out:
            return self.whole
        kept = {path: data for path, data in self._fixed.items() if path not in left_out}
        kept[slim.CANARY] = b""
        return pack(kept, self.chart.name)

    @cached_property
    def inspection(self) -> bytes:
        """An archive that renders to the chart's default values alone, every subchart enabled."""
        missing = self.chart.missing_dependencies
        kept = {
            path: _always_enabled(data, missing) if _is_metadata(path) else data
            for path, data in self.files.items()
            if _is_metadata(path) or posixpath.basename(path) == "values.yaml"
        }
        kept[INSPECTION] = b"carried: {{ toJson .Values | b64enc | quote }}\n"
        return pack(kept, self.chart.name)

    @cached_property
    def value_files(self) -> list[tuple[tuple[str, ...], str]]:
        """The text of every ``values.yaml``, and the path of its values in the parent's."""
        return [
            (path, self.files[f"{folder}values.yaml"].decode("utf-8", "replace"))
            for folder, path in self._folders()
            if f"{folder}values.yaml" in self.files
        ]

    def suits_slim(self, values: str) -> bool:
        """Whether rendering :attr:`slim` with *values* (JSON text) gives what the chart gives."""
        return not slim.values_read_files(values)

    def inspected(self, rendered: str, raw: list[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the default values: what :attr:`inspection` rendered to, with the keys whose
        default is null, which Helm drops; *raw* is what :attr:`value_files` mean.
        """
        encoded = rendered.partition('"')[2].partition('"')[0]
        defaults: dict[str, Any] = json.loads(base64.b64decode(encoded))
        for (path, _), values in zip(self.value_files, raw, strict=True):
            below: Any = defaults
            for key in path:
                below = below.get(key) if isinstance(below, dict) else None
            _restore_nulls(below, values)
        return defaults

    @staticmethod
    def shows_canary(answer: Answer) -> bool:
        """Whether a template printed the names of all files: then they must all be there."""
        return isinstance(answer, Rendered) and any(
            slim.CANARY in text for text in (*answer.templates.values(), answer.notes)
        )

    def relocate(self, failure: Failure) -> Failure:
        """Return *failure* with its place as it is in the chart's own files."""
        if failure.template.endswith(KUBE_CHECK):
            return replace(failure, template="Chart.yaml", line=0, column=0)
        if failure.template.endswith(CARRIER):
            notes = failure.template.removesuffix(CARRIER) + "templates/NOTES.txt"
            return replace(failure, template=notes, line=0, column=0)
        path = self._below_chart(failure.template)
        if not failure.column or path not in self.files:
            return failure
        column = original_column(self._edits.get(path, ()), failure.line, failure.column - 1)
        lines = self.files[path].split(b"\n")
        if failure.line > len(lines):
            return failure
        before = lines[failure.line - 1][:column].decode("utf-8", "replace")
        return replace(failure, column=len(before) + 1)

    def _below_chart(self, template: str) -> str:
        """Return the path in :attr:`files` of a template as Helm names it."""
        for folder, path in self._folders():
            prefix = "".join(f"charts/{name}/" for name in path)
            full = f"{self.chart.name}/{prefix}templates/"
            if template.startswith(full):
                return folder + template.removeprefix(full.removesuffix("templates/"))
        return ""

    @cached_property
    def _fixed(self) -> dict[str, bytes]:
        fixed = dict(self.files)
        helpers: list[str] = []
        for path, data in self.files.items():
            if "templates/" not in path:
                continue
            try:
                rewritten = rewrite(path, data)
            except (TemplateError, UnicodeDecodeError):
                continue  # Helm will say what is wrong with it
            if rewritten is not None:
                fixed[path] = rewritten.text
                helpers.append(rewritten.helpers)
                self._edits[path] = rewritten.edits
        fixed[HELPERS] = "".join(helpers).encode()
        if self._carry_notes and "templates/NOTES.txt" in fixed:
            fixed[CARRIER] = _CARRY_NOTES
        if kube_version := self.chart.metadata.get("kubeVersion"):
            fixed[KUBE_CHECK] = _kube_check(str(kube_version))
        return fixed

    def _folders(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield every chart's folder and the path of its values: names, or their aliases."""
        yield from _charts(self.files, "", self.chart.metadata, ())


def prepare(chart: Chart, *, carry_notes: bool = False) -> Prepared:
    """Return *chart* ready for rendering; the work is done as its archives are asked for.

    With *carry_notes*, one more manifest holds the notes.
    """
    return Prepared(chart, carry_notes=carry_notes)


def _unpacked(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    for path, data in files.items():
        match = _BUNDLED_ARCHIVE.fullmatch(path)
        if match is None:
            yield path, data
            continue
        stem = match[2]
        while any(other.startswith(f"{match[1]}{stem}/") for other in files):
            stem += "-archive"
        try:
            content = unpack(data)
        except ArchiveError as error:
            raise ChartError(f"{path} is no usable chart archive: {error}") from error
        for below, inner in _unpacked(content):
            yield f"{match[1]}{stem}/{below}", inner


def _charts(
    files: Mapping[str, bytes], folder: str, metadata: Mapping[str, Any], path: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield folder, path
    aliases: dict[str, list[str]] = {}
    for entry in _dependencies(files, folder, metadata):
        aliases.setdefault(str(entry.get("name")), []).append(
            str(entry.get("alias") or entry.get("name"))
        )
    below = re.compile(re.escape(folder) + r"charts/[^/._][^/]*/(?=Chart\.yaml$)")
    for file in sorted(files):
        if match := below.match(file):
            child = _mapping(files[file])
            name = str(child.get("name"))
            for alias in aliases.get(name, [name]):
                yield from _charts(files, match[0], child, (*path, alias))


def _dependencies(
    files: Mapping[str, bytes], folder: str, metadata: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    listed = metadata.get("dependencies")
    if listed is None and f"{folder}requirements.yaml" in files:
        listed = _mapping(files[f"{folder}requirements.yaml"]).get("dependencies")
    return [entry for entry in listed or [] if isinstance(entry, dict)]


def _is_metadata(path: str) -> bool:
    return posixpath.basename(path) in {"Chart.yaml", "requirements.yaml"}


def _always_enabled(metadata: bytes, missing: tuple[str, ...]) -> bytes:
    """Take conditions and tags off the dependencies in a ``Chart.yaml``, and those not there."""
    content = dict(_mapping(metadata))
    if isinstance(content.get("dependencies"), list):
        content["dependencies"] = [
            {key: value for key, value in entry.items() if key not in {"condition", "tags"}}
            for entry in content["dependencies"]
            if isinstance(entry, dict) and entry.get("name") not in missing
        ]
    return json.dumps(content, default=str).encode()


def _mapping(data: bytes) -> Mapping[str, Any]:
    import yaml

    content = yaml.safe_load(data)
    return content if isinstance(content, dict) else {}


def _restore_nulls(defaults: Any, raw: Any) -> None:
    if not isinstance(defaults, dict) or not isinstance(raw, dict):
        return
    for key, value in raw.items():
        if value is None:
            defaults.setdefault(key, None)
        else:
            _restore_nulls(defaults.get(key), value)


def _kube_check(constraint: str) -> bytes:
    """Return a template that refuses what ``helm template`` refuses before it renders.

    The words are those of Helm's ``pkg/action/action.go``.
    """
    quoted = json.dumps(constraint)
    return (
        f"{{{{- if not (semverCompare {quoted} .Capabilities.KubeVersion.Version) }}}}"
        f'{{{{- fail (printf "chart requires kubeVersion: %s which is incompatible with '
        f'Kubernetes %s" {quoted} .Capabilities.KubeVersion.Version) }}}}{{{{- end }}}}'
    ).encode()
