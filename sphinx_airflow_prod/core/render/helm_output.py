"""What ``helm template`` prints, and the YAML that it is given."""

from __future__ import annotations

import json
import re

_CRD = re.compile(r"[^/]+/(?:charts/[^/]+/)*crds/")
_SOURCE = "# Source: "


def by_source(output: str) -> dict[str, str]:
    """Return the documents of ``helm template`` by the template they came from.

    Helm sorts documents by kind and names the file above each; documents of
    one file are put together again, in Helm's order.
    """
    texts: dict[str, list[str]] = {}
    lines = output.split("\n")
    current: list[str] = []
    skip = False
    for number, line in enumerate(lines):
        if skip:
            skip = False
            continue
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if line == "---" and following.startswith(_SOURCE):
            known = texts.setdefault(following.removeprefix(_SOURCE), [])
            if known:
                _drop_last_break(known)
                known.append("---")
            current = known
            skip = True
        else:
            current.append(line)
    for known in texts.values():
        _drop_last_break(known)
    return {path: "\n".join((*known, "")) for path, known in texts.items()}


def _drop_last_break(lines: list[str]) -> None:
    """Take off the line break that Helm adds to each document."""
    if lines and not lines[-1]:
        lines.pop()


def is_crd(path: str) -> bool:
    """Whether a source path is below the ``crds/`` folder of a chart or subchart."""
    return _CRD.match(path) is not None


def yaml_text(values: str) -> str:
    """Return JSON text as YAML that Helm's reader takes for the same values.

    JSON may write one character as a pair of escapes, which are none to YAML,
    and leave others unescaped that YAML refuses.
    """
    text = json.dumps(json.loads(values), ensure_ascii=False)
    return re.sub(r"[\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]", _escape, text)


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04X}"
