"""A text as a scalar of YAML that every reader, Helm's too, takes for that text."""

from __future__ import annotations

import json
import re

_PLAIN = re.compile(r"[A-Za-z_/][\w./@+-]*(?::[\w./@+-]+)*")
_OTHER_TYPES = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan"})
_PRINTABLE = re.compile(r"[\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")


def scalar(text: str) -> str:
    """Return *text* plain where that is safe, else in single quotes, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _OTHER_TYPES:
        return text
    if _PRINTABLE.fullmatch(text) and "\ufeff" not in text:
        return "'" + text.replace("'", "''") + "'"
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub(
        r"[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]",
        lambda match: f"\\u{ord(match[0]):04x}",
        quoted,
    )
