"""``.helmignore``, read as Helm reads it (``pkg/ignore/rules.go``).

It looks like ``.gitignore`` and is not: the first rule that matches decides, a
negated rule ignores everything that it does *not* match, ``**`` is refused,
and patterns are those of Go's ``filepath.Match``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DEFAULTS = ("templates/.?*",)
"""What Helm ignores in every chart: dot files right below ``templates/``."""


@dataclass(frozen=True)
class Rule:
    """One line of the file: what it matches, and how that counts."""

    pattern: re.Pattern[str]
    negate: bool
    directories_only: bool
    base_name_only: bool

    def matches(self, path: str) -> bool:
        """Whether the pattern fits *path* (POSIX, relative to the chart)."""
        name = path.rpartition("/")[2] if self.base_name_only else path
        return self.pattern.fullmatch(name) is not None


@dataclass(frozen=True)
class Rules:
    """All rules of a chart, in order."""

    rules: tuple[Rule, ...]

    def ignores(self, path: str, *, directory: bool) -> bool:
        """Whether Helm leaves *path* out when it loads the chart from a directory."""
        for rule in self.rules:
            if rule.negate:
                if (rule.directories_only and not directory) or not rule.matches(path):
                    return True
            elif (directory or not rule.directories_only) and rule.matches(path):
                return True
        return False


def parse(text: str) -> Rules:
    """Return the rules of a ``.helmignore`` file, Helm's defaults included.

    Raises :class:`ValueError` for a pattern that Helm refuses.
    """
    lines = text.removeprefix("\ufeff").split("\n")
    rules = (_rule(line.strip()) for line in (*lines, *DEFAULTS))
    return Rules(tuple(rule for rule in rules if rule is not None))


def _rule(line: str) -> Rule | None:
    if not line or line.startswith("#"):
        return None
    if "**" in line:
        raise ValueError(f"{line!r}: Helm does not support '**' here")
    negate = line.startswith("!")
    body = line[1:] if negate else line
    directories_only = body.endswith("/")
    body = body.removesuffix("/")
    rooted = body.startswith("/")
    pattern = _go_match(body.removeprefix("/"), line)
    return Rule(pattern, negate, directories_only, not rooted and "/" not in body)


def _go_match(pattern: str, line: str) -> re.Pattern[str]:
    """Translate a pattern of Go's ``filepath.Match``; a class may match ``/``, ``*`` may not."""
    out: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "[":
            piece, at = _go_class(pattern, at + 1, line)
        elif char in "*?":
            piece, at = ("[^/]*" if char == "*" else "[^/]"), at + 1
        else:
            literal, at = _literal(pattern, at, line)
            piece = re.escape(literal)
        out.append(piece)
    return re.compile("".join(out), re.DOTALL)


def _literal(pattern: str, at: int, line: str) -> tuple[str, int]:
    if pattern[at] == "\\":
        at += 1
        if at == len(pattern):
            raise ValueError(f"{line!r}: a backslash at the end escapes nothing")
    return pattern[at], at + 1


def _go_class(pattern: str, at: int, line: str) -> tuple[str, int]:
    negated = pattern.startswith("^", at)
    at += negated
    ranges: list[str] = []
    while not (ranges and pattern.startswith("]", at)):
        low, at = _class_char(pattern, at, line)
        high = low
        if pattern.startswith("-", at):
            high, at = _class_char(pattern, at + 1, line)
        if low <= high:
            ranges.append(f"{re.escape(low)}-{re.escape(high)}")
        else:
            ranges.append("")  # Go takes a range the wrong way round for one that is empty
    inside = "".join(ranges)
    if not inside:
        return (r"(?s:.)" if negated else r"(?!)"), at + 1
    return f"[{'^' if negated else ''}{inside}]", at + 1


def _class_char(pattern: str, at: int, line: str) -> tuple[str, int]:
    if at >= len(pattern) or pattern[at] in "-]":
        raise ValueError(f"{line!r}: the character class is broken")
    return _literal(pattern, at, line)
