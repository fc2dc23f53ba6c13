"""Which parts of a claimed sequence stand for which parts of a rendered one, at least cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Pair = tuple[int | None, int | None]


def align(
    gaps: Sequence[bool],
    count: int,
    cost: Callable[[int, int], float | None],
    skip: Callable[[int], float],
    *,
    extra: float,
    limit: int,
) -> list[Pair] | None:
    """Return pairs (claimed, rendered) in order; ``None`` in a pair: one side has no partner.

    *gaps* tells for each claimed part whether it is a gap, which takes up any
    number of the *count* rendered parts.  ``cost(i, j)`` is what it costs to
    take the rendered *j* for the claimed *i*, ``None`` where it cannot be;
    ``skip(i)`` to leave *i* without partner; *extra* to leave a rendered part
    without one, which is not in a gap.  Gaps and what they take up are left out
    of the result.  ``None`` where more than *limit* pairs would have to be compared.
    """
    size = len(gaps)
    if size * count > limit:
        return None
    table = [[0.0] * (count + 1) for _ in range(size + 1)]
    for j in reversed(range(count)):
        table[size][j] = table[size][j + 1] + extra
    for i in reversed(range(size)):
        row, below = table[i], table[i + 1]
        if gaps[i]:
            row[count] = below[count]
            for j in reversed(range(count)):
                row[j] = min(below[j], row[j + 1])
            continue
        alone = skip(i)
        row[count] = below[count] + alone
        for j in reversed(range(count)):
            best = min(below[j] + alone, row[j + 1] + extra)
            together = cost(i, j)
            row[j] = best if together is None else min(best, below[j + 1] + together)
    return _walk(table, gaps, cost, skip)


def _walk(
    table: list[list[float]],
    gaps: Sequence[bool],
    cost: Callable[[int, int], float | None],
    skip: Callable[[int], float],
) -> list[Pair]:
    count = len(table[0]) - 1
    pairs: list[Pair] = []
    i = j = 0
    while i < len(gaps) or j < count:
        here = table[i][j]
        if i < len(gaps) and gaps[i]:
            if here == table[i + 1][j]:
                i += 1
            else:
                j += 1
            continue
        if i < len(gaps) and j < count:
            together = cost(i, j)
            if together is not None and here == table[i + 1][j + 1] + together:
                pairs.append((i, j))
                i, j = i + 1, j + 1
                continue
        if i < len(gaps) and here == table[i + 1][j] + skip(i):
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    return pairs
