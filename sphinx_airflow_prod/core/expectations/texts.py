"""Texts of several lines: a claim shows all of them, or says ``...`` where lines are left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from sphinx_airflow_prod.core.expectations.alignment import align
from sphinx_airflow_prod.core.expectations.claim import TextClaim
from sphinx_airflow_prod.core.expectations.mismatch import Mismatch, differs, show
from sphinx_airflow_prod.core.manifest_paths import Path, format_path

_EXTRA = 0.01
"""Against 1 for a claimed line that is not there: better many lines in between than one lost."""

_MAX_PAIRS = 400_000
"""Claimed times rendered lines that are compared to tell which were meant for which."""

_MAX_GUESSES = 20_000
"""Likewise to tell which rendered line is the most like one that is not there."""


_FEW = 3
"""Up to so many claimed lines each is told by itself, even if none of them is there."""


def match_text(claimed: TextClaim, rendered: str, path: Path) -> Iterator[Mismatch]:
    """Give the lines that the rendered text has not, or has where none is claimed.

    Every line counts and each must follow the one before it, but where ``...``
    stands.  Blanks at the end of lines, blank lines at the end of the text and
    beside ``...`` do not count: no reader sees them, and markup takes them away.
    """
    lines = [line.rstrip() for line in rendered.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    if _holds(claimed.lines, lines):
        return
    known = set(lines)
    strange = [n for n, line in enumerate(claimed.lines) if line is not None and line not in known]
    near = lines if len(strange) * len(lines) < _MAX_GUESSES else []
    shown = [line for line in claimed.lines if line]
    if len(shown) > _FEW and not any(line in known for line in shown):
        yield differs(path, claimed, rendered)
        return
    head = _common(claimed.lines, lines)
    tail = _common(claimed.lines[head:][::-1], lines[head:][::-1])
    wanted = claimed.lines[head : len(claimed.lines) - tail]
    there = lines[head : len(lines) - tail]
    pairs = align(
        [line is None for line in wanted],
        len(there),
        lambda i, j: 0.0 if wanted[i] == there[j] else None,
        lambda _: 1.0,
        extra=_EXTRA,
        limit=_MAX_PAIRS,
    )
    told = False
    if pairs is not None:
        for line, lost, extra in _hunks(pairs, head):
            told = True
            instead = [there[j] for j in extra]
            if lost:
                yield from _lost(claimed, known, path, lost, instead=instead, near=near)
            else:
                yield _extra(claimed, path, line, instead)
    if not told:
        number = min(head, len(claimed.lines) - 1)
        yield from _lost(claimed, known, path, strange or [number], instead=[], near=near)


def _holds(claimed: Sequence[str | None], lines: Sequence[str]) -> bool:
    """Whether the claimed lines are those of the text, ``None`` standing for any number."""
    runs: list[list[str]] = [[]]
    for line in claimed:
        if line is None:
            runs.append([])
        else:
            runs[-1].append(line)
    first, last = runs[0], runs[-1]
    if len(runs) == 1:
        return first == list(lines)
    position, end = len(first), len(lines) - len(last)
    if position > end or list(lines[:position]) != first or list(lines[end:]) != last:
        return False
    for run in runs[1:-1]:
        while position + len(run) <= end and list(lines[position : position + len(run)]) != run:
            position += 1
        position += len(run)
    return position <= end


def _common(claimed: Sequence[str | None], lines: Sequence[str]) -> int:
    """Return how many lines at the start are claimed and there."""
    count = 0
    for wanted, line in zip(claimed, lines, strict=False):
        if wanted is None or wanted != line:
            break
        count += 1
    return count


def _hunks(
    pairs: list[tuple[int | None, int | None]], offset: int
) -> Iterator[tuple[int, list[int], list[int]]]:
    """Give each run without partners: the claimed line before it, its claimed and other lines."""
    line = offset - 1
    lost: list[int] = []
    extra: list[int] = []
    for i, j in [*pairs, (0, 0)]:
        if i is not None and j is not None:
            if lost or extra:
                yield line, lost, extra
                lost, extra = [], []
            line = offset + i
        elif i is not None:
            lost.append(offset + i)
        elif j is not None:
            extra.append(j)


def _lost(
    claimed: TextClaim,
    known: set[str],
    path: Path,
    lost: list[int],
    *,
    instead: list[str],
    near: list[str],
) -> Iterator[Mismatch]:
    """Say of each *lost* claimed line what is there; *instead* are rendered lines at its place.

    *known* are all lines of the text, *near* those that may be shown as the nearest.
    """
    shown = format_path(path)
    for count, number in enumerate(lost):
        wanted = claimed.lines[number] or ""
        if not wanted and any(claimed.lines[other] for other in lost):
            continue  # what stands around an empty line says enough
        if wanted in known:
            found = wanted
            message = (
                f"{shown}: the line {show(wanted)} is rendered, but not at this place; lines "
                "stand in the order of the text, and '...' where some are left out"
            )
        else:
            if len(instead) == len(lost):
                found = instead[count]
            else:
                found = next(iter(get_close_matches(wanted, near and (instead or near), 1)), "")
            there = f"rendered {show(found)}" if found else "rendered no such line"
            message = f"{shown}: claimed the line {show(wanted)}, {there}"
        yield Mismatch(path, claimed, found, claimed.spans[number], message)


def _extra(claimed: TextClaim, path: Path, before: int, extra: list[str]) -> Mismatch:
    """Say that lines are rendered after the claimed line *before* that are not claimed."""
    more = f" and {len(extra) - 1} more" if len(extra) > 1 else ""
    where = "after this one" if before >= 0 else "before the first"
    message = (
        f"{format_path(path)}: the line {show(extra[0])}{more} is rendered {where} and not "
        "claimed; write '...' where lines are left out"
    )
    span = claimed.spans[max(before, 0)] if claimed.spans else claimed.place.span
    return Mismatch(path, claimed, extra[0], span, message)
