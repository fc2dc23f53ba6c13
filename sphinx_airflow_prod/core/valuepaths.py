"""Paths of values as authors write them in prose: ``workers.celery.env[].name``.

The notation is that of messages (:func:`.values.format_path`), and a little
more: a key that holds a dot, a bracket, a quote or a space stands in quotes,
``annotations."example.org/name"`` or ``annotations['example.org/name']``; the
items of a list are ``[]``, or ``[0]`` where one of them is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Path = tuple[str | int, ...]

_BARE = re.compile(r"[^\s.\[\]'\"]+")
_KEY = re.compile(
    rf"(?P<bare>{_BARE.pattern})|(?P<quote>['\"])(?P<quoted>(?:(?!(?P=quote)).)+)(?P=quote)"
)
_BRACKETS = re.compile(
    r"\[(?:(?P<quote>['\"])(?P<quoted>(?:(?!(?P=quote)).)+)(?P=quote)|(?P<index>\d{0,6}))\]"
)
_CHART = re.compile(r"(?P<key>[A-Za-z0-9][\w.-]*):")


@dataclass(frozen=True)
class ValuePath:
    """A path as it was written.

    ``chart`` is the key in ``helm_charts`` that stood before it, ``None``
    without one; ``steps`` are keys and indices, ``[]`` counts as the first
    item; ``offsets`` tell where in the text each step begins.
    """

    chart: str | None
    steps: Path
    offsets: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """The one way to write it, which names targets: see :func:`object_name`."""
        return object_name(self.chart, self.steps)


def parse_value_path(text: str) -> ValuePath:
    """Read ``workers.replicas`` or ``key:workers.replicas``.

    Raises :class:`ValueError` with what is wrong, and what a path looks like.
    """
    chart, at = split_chart(text)
    steps: list[str | int] = []
    offsets: list[int] = []
    while at < len(text) or not steps:
        step = _BRACKETS.match(text, at)
        if step is None:
            at += bool(steps) and text.startswith(".", at)
            step = _KEY.match(text, at) if at == 0 or text[at - 1] in ".:" else None
        if step is None:
            raise ValueError(
                f"'{text}' is no path of a value: write keys with dots between them, as in "
                "workers.replicas or env[].name; a key that holds a dot goes in quotes, as in "
                'annotations."example.org/name"'
            )
        offsets.append(at)
        found = step.groupdict()
        key = found.get("bare") or found.get("quoted")
        steps.append(key if key else int(found.get("index") or 0))
        at = step.end()
    return ValuePath(chart, tuple(steps), tuple(offsets))


def split_chart(text: str) -> tuple[str | None, int]:
    """Return the key of a chart that *text* begins with, and where the rest begins."""
    found = _CHART.match(text)
    return (found["key"], found.end()) if found else (None, 0)


def object_name(chart: str | None, path: Path) -> str:
    """Return how the target of a value is called: in ``objects.inv``, and in the domain's data.

    Items of a list are ``[]`` whatever their index; the key of a chart other
    than the default goes before, with a colon.
    """
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append("[]")
        elif _BARE.fullmatch(step) and ":" not in step:  # a colon ends the key of a chart
            parts.append(f".{step}" if parts else step)
        else:
            parts.append(f"['{step}']")
    name = "".join(parts)
    return name if chart is None else f"{chart}:{name}"
