"""A value in one line of YAML, as prose shows it: ``null``, ``""``, ``[a, b]``, ``{cpu: 100m}``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from sphinx_airflow_prod.core.values.keys import is_text

_INDICATORS = "-?:,[]{}#&*!|>'\"%@`"
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_UNSAFE = re.compile(rf"{_UNPRINTABLE.pattern}|: |:$| #|^\s|\s$")
_UNSAFE_IN_FLOW = re.compile(r"[,\[\]{}?]")


def flow(value: Any, *, nested: bool = False) -> str:
    """Return *value*, of JSON types, in YAML's flow style; Helm reads it as the same value.

    Texts stand without quotes where they can; *nested* tells that brackets or
    braces are around, where fewer can.
    """
    if isinstance(value, Mapping):
        # Helm gives keys in no order of the author's
        pairs = sorted(((str(key), value[key]) for key in value), key=itemgetter(0))
        items = (f"{_text(key, nested=True)}: {flow(below, nested=True)}" for key, below in pairs)
        return "{" + ", ".join(items) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item, nested=True) for item in value) + "]"
    if isinstance(value, str):
        return _text(value, nested=nested)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False, default=str)


def _text(text: str, *, nested: bool) -> str:
    starts_plain = text[:1] not in _INDICATORS or (text[:1] in "-?:" and text[1:2].strip() != "")
    plain = (
        text not in ("", "<<")
        and (starts_plain and is_text(text))
        and not _UNSAFE.search(text)
        and not (nested and (_UNSAFE_IN_FLOW.search(text) or text[0] in "-?:"))
    )
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    """Return *text* in double quotes; what JSON leaves and YAML does not take is escaped."""
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
