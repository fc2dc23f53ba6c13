"""Answers as JSON, for the disk cache and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sphinx_airflow_prod.core.render.base import (
    Answer,
    Failure,
    Inspected,
    Rendered,
    SchemaViolation,
    ValuesRead,
)

_KINDS: dict[str, type[ValuesRead | Inspected | Rendered]] = {
    "values": ValuesRead,
    "inspected": Inspected,
    "rendered": Rendered,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def encode(answer: Answer) -> dict[str, Any]:
    """Return *answer* as plain JSON types."""
    if isinstance(answer, Failure):
        return {"kind": "failure", "answer": asdict(answer)}
    fields = {name: getattr(answer, name) for name in answer.__dataclass_fields__}
    return {"kind": _NAMES[type(answer)], "answer": fields}


def decode(data: dict[str, Any]) -> Answer:
    """Return what :func:`encode` was given; raises ``LookupError`` or ``TypeError`` otherwise."""
    fields = dict(data["answer"])
    if data["kind"] != "failure":
        return _KINDS[data["kind"]](**fields)
    fields["violations"] = tuple(
        SchemaViolation(each["chart"], tuple(each["path"]), each["message"])
        for each in fields["violations"]
    )
    return Failure(**fields)
