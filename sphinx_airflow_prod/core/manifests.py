"""Rendered text becomes resources: what Helm would hand to Kubernetes, one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sphinx_airflow_prod.core.manifest_yaml import ManifestYamlError
from sphinx_airflow_prod.core.render.base import Rendered
from sphinx_airflow_prod.core.resource import Resource, read_resource
from sphinx_airflow_prod.core.selectors import Selector, nearest, parse_selectors

__all__ = [
    "ManifestProblem",
    "Manifests",
    "Resource",
    "Selector",
    "documents",
    "nearest",
    "parse_selectors",
    "split",
]


@dataclass(frozen=True)
class ManifestProblem:
    """A document that is no Kubernetes resource.

    ``document`` counts the non-empty documents of the template from 1,
    ``line`` the lines of the template's output from 1 (0 where unknown).
    """

    template: str
    document: int
    line: int
    message: str

    def __str__(self) -> str:
        """Say what is wrong and where in the chart's output."""
        line = f", line {self.line} of its output" if self.line else ""
        return f"{self.template}: document {self.document}{line}: {self.message}"


@dataclass(frozen=True)
class Manifests:
    """The resources of a rendered chart, by template path and then as they stand in it."""

    resources: tuple[Resource, ...] = ()
    problems: tuple[ManifestProblem, ...] = ()

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources)

    def __len__(self) -> int:
        return len(self.resources)


def split(rendered: Rendered, known: Iterable[Resource] = ()) -> Manifests:
    """Return the resources that *rendered* holds, hooks and CRDs among them.

    Documents end at ``---`` in column 0 and nowhere else (a ConfigMap may hold
    indented ones).  Documents with nothing but comments are dropped.  What
    cannot be read, or has no kind, is a :class:`ManifestProblem`, never an
    exception.  Documents that stand with the same text among *known* (the
    resources of the baseline) are those very objects and are not parsed again.
    """
    seen = {(resource.template, resource.raw): resource for resource in known}
    resources: list[Resource] = []
    problems: list[ManifestProblem] = []
    outputs = [*rendered.templates.items(), *rendered.crds.items()]
    for template, text in sorted(outputs):
        if template.endswith("/NOTES.txt"):
            continue
        for number, (line, raw) in enumerate(documents(text), start=1):
            resource = seen.get((template, raw))
            if resource is None:
                try:
                    resource = read_resource(template, raw)
                except ManifestYamlError as error:
                    place = line + error.line - 1 if error.line else 0
                    problems.append(ManifestProblem(template, number, place, str(error)))
                    continue
            if resource is not None:
                resources.append(resource)
    return Manifests(tuple(resources), tuple(problems))


_SEPARATOR = re.compile(r"^---(?=\s|\Z)[ \t]*(?:#.*)?\n?", re.MULTILINE)


def documents(text: str) -> Iterator[tuple[int, str]]:
    """Give each YAML document of *text* that holds more than comments, and its first line.

    Lines count from 1.  The text of a document starts at the first line that is
    neither blank nor a comment and ends likewise, with one newline.
    """
    text = text.replace("\r\n", "\n").removeprefix("\ufeff")
    line = 1
    for document in _split(text):
        lines = document.split("\n")
        start, end = 0, len(lines)
        while start < end and _is_empty(lines[start]):
            start += 1
        while end > start and _is_trailer(lines[end - 1]):
            end -= 1
        if start < end:
            yield line + start, "\n".join(lines[start:end]) + "\n"
        line += len(lines) - 1


def _split(text: str) -> Iterator[str]:
    """Give the parts between separators; each begins with the line break of its separator."""
    start = 0
    for match in _SEPARATOR.finditer(text):
        yield text[start : match.start()]
        start = match.end() - match[0].endswith("\n")
    yield text[start:]


def _is_trailer(line: str) -> bool:
    """Whether a line may end a document without being part of it."""
    return not line.strip() or line.startswith("#") or line.rstrip() == "..."


def _is_empty(line: str) -> bool:
    stripped = line.strip()
    return not stripped or stripped.startswith("#")
