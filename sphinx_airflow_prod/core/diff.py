"""The changes of an example as one text in the manner of ``diff -u``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from sphinx_airflow_prod.core.alignment import Line
from sphinx_airflow_prod.core.changes import Changes, ResourceChange
from sphinx_airflow_prod.core.manifest_paths import Path, format_path
from sphinx_airflow_prod.core.outline import Outline


def unified_diff(changes: Changes, context: int = 3) -> str:
    """Return *changes* as one text, empty where there are none.

    Resources that appear or vanish are named first, on lines such as ``+ added
    Secret/x`` and ``- removed Service/y``.  Then comes a part for each changed
    resource: ``--- a/Kind/name (defaults)``, ``+++ b/Kind/name``, and hunks,
    each under the path of what it changes (``@@ spec.replicas @@``) and with up
    to *context* lines around it that belong to the same thing.  Where a
    resource changes by the very lines that an earlier one showed, only its
    paths are given, and which one that was.

    Pygments' lexer ``diff`` reads it.  Checksums, comments, blank lines and the
    order of keys never show up as changed; blank lines and comments are left
    out.
    """
    head = [f"+ added {change.id}" for change in changes.added]
    head += [f"- removed {change.id}" for change in changes.removed]
    parts = ["\n".join(head)] if head else []
    shown: list[tuple[str, frozenset[Changed]]] = []
    for change in changes.changed:
        hunks = list(_hunks(change, context))
        what = frozenset(hunk.changed for hunk in hunks)
        same_as = next((name for name, earlier in shown if what <= earlier), "")
        if not same_as:
            shown.append((change.id, what))
        parts.append("\n".join(_part(change, hunks, same_as)))
    return "\n\n".join(parts) + "\n" if parts else ""


Changed = tuple[tuple[str, str], ...]
"""The changed lines of a hunk: tag and text, without indentation."""


@dataclass(frozen=True)
class _Hunk:
    """A run of changed lines with what stands around them."""

    lines: Sequence[Line]
    outline: Outline

    @cached_property
    def changed(self) -> Changed:
        return tuple((line.tag, line.text.strip()) for line in self.lines if line.tag != " ")

    @property
    def title(self) -> str:
        """The path that all changes have in common, and the ``[section]`` in a text."""
        first, *others = [line for line in self.lines if line.tag != " "]
        common: Path = first.path
        for line in others:
            same = [a == b for a, b in zip(common, line.path, strict=False)]
            common = common[: same.index(False) if False in same else len(same)]
        return " ".join(filter(None, (format_path(common), self._section(common, first))))

    def _section(self, path: Path, line: Line) -> str:
        entry, depth = self.outline.find(path)
        if depth < len(path) or not entry.text:
            return ""
        number = self.outline.section(entry, line.number - (line.tag == "-"))
        return "" if number is None else self.outline.lines[number].strip()


def _part(change: ResourceChange, hunks: Sequence[_Hunk], same_as: str) -> Iterator[str]:
    yield f"--- a/{change.id} (defaults)"
    yield f"+++ b/{change.id}"
    for hunk in hunks:
        yield f"@@ {hunk.title or '(top)'} @@"
        if not same_as:
            for line in hunk.lines:
                text = f"{line.tag}{line.text}"
                yield text.rstrip() if line.tag == " " else text
    if same_as:
        yield f" (the same lines as in {same_as})"


def _hunks(change: ResourceChange, context: int) -> Iterator[_Hunk]:
    """Give runs of changed lines; runs whose surroundings touch are one."""
    outline = change.resource.outline
    lines = [line for line in change.lines if line.tag != " " or line.number not in outline.skip]
    runs: list[tuple[int, int]] = []
    marked = [n for n, line in enumerate(lines) if line.tag != " "]
    for number in marked:
        start, end = _above(lines, number, context), _below(lines, number, context) + 1
        if runs and start <= runs[-1][1]:
            start, end = min(runs[-1][0], start), max(runs[-1][1], end)
            runs.pop()
        runs.append((start, end))
    for start, end in runs:
        yield _Hunk(lines[start:end], outline)


def _above(lines: Sequence[Line], number: int, context: int) -> int:
    """Return the first line to show with line *number*: siblings, then what they belong to."""
    first, depth, climbing = number, _indent(lines[number].text), False
    for above in range(number - 1, max(number - context, 0) - 1, -1):
        indent = _indent(lines[above].text)
        if not lines[above].text.strip():
            continue
        if climbing and indent >= depth:
            break
        climbing = climbing or indent < depth
        depth = min(depth, indent)
        first = above
    return first


def _below(lines: Sequence[Line], number: int, context: int) -> int:
    """Return the last line to show with line *number*: siblings and what belongs to them."""
    last, depth = number, _indent(lines[number].text)
    for below in range(number + 1, min(number + context + 1, len(lines))):
        if not lines[below].text.strip():
            continue
        if _indent(lines[below].text) < depth:
            break
        last = below
    return last


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
