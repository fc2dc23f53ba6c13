"""The changes of an example as one text in the manner of ``diff -u``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sphinx_airflow_prod.core.alignment import Line
from sphinx_airflow_prod.core.changes import Changes, ResourceChange
from sphinx_airflow_prod.core.manifest_paths import Path, format_path


def unified_diff(changes: Changes, context: int = 3) -> str:
    """Return *changes* as one text, empty where there are none.

    Resources that appear or vanish are named first, on lines such as ``+ added
    Secret/x`` and ``- removed Service/y``.  Then comes a part for each changed
    resource: ``--- a/Kind/name (defaults)``, ``+++ b/Kind/name``, and hunks with
    *context* lines around them, each under the path of what it changes (``@@
    spec.replicas @@``).  Pygments' lexer ``diff`` reads it.  Checksums,
    comments, blank lines and the order of keys never show up as changed; blank
    lines and comments are left out.
    """
    head = [f"+ added {change.id}" for change in changes.added]
    head += [f"- removed {change.id}" for change in changes.removed]
    parts = ["\n".join(head)] if head else []
    parts += ["\n".join(_part(change, context)) for change in changes.changed]
    return "\n\n".join(parts) + "\n" if parts else ""


def _part(change: ResourceChange, context: int) -> Iterator[str]:
    yield f"--- a/{change.id} (defaults)"
    yield f"+++ b/{change.id}"
    for hunk in _hunks(change, context):
        yield f"@@ {_title(hunk)} @@".replace("@@  @@", "@@ @@")
        for line in hunk:
            yield f"{line.tag}{line.text}".rstrip()


def _hunks(change: ResourceChange, context: int) -> Iterator[Sequence[Line]]:
    """Give runs of changed lines with *context* lines on both sides."""
    outline = change.resource.outline
    lines = [line for line in change.lines if line.tag != " " or line.number not in outline.skip]
    marked = [n for n, line in enumerate(lines) if line.tag != " "]
    start = 0
    while start < len(marked):
        end = start
        while end + 1 < len(marked) and marked[end + 1] - marked[end] <= 2 * context + 1:
            end += 1
        yield lines[max(marked[start] - context, 0) : marked[end] + context + 1]
        start = end + 1


def _title(hunk: Sequence[Line]) -> str:
    """Return the path that all changes of a hunk have in common."""
    paths = [line.path for line in hunk if line.tag != " "]
    common: Path = paths[0]
    for path in paths[1:]:
        same = [a == b for a, b in zip(common, path, strict=False)]
        common = common[: same.index(False) if False in same else len(same)]
    return format_path(common)
