"""JSON values, types and rules in the words of somebody who writes YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

_TYPES = {"object": "mapping", "array": "list"}
_MAX_OPTIONS = 12
_KEY_WITHOUT_SPACE = re.compile(r"[A-Za-z_][\w.-]*:[^\s:/].*")


def type_name(json_type: str) -> str:
    """Return how authors of YAML call a JSON type: a mapping, a list, else its own name."""
    return _TYPES.get(json_type, json_type)


def listed(parts: Sequence[str], conjunction: str) -> str:
    """Return ``a, b or c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {conjunction} {parts[-1]}"


def shown(value: Any) -> str:
    """Return a value with its type: ``string "yes"``, ``integer 3``, ``a mapping``."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return f"boolean {json.dumps(value)}"
    if isinstance(value, str):
        return f"string {json.dumps(_short(value), ensure_ascii=False)}"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return f"integer {_short(literal(value))}"
    if isinstance(value, Mapping):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return f"number {_short(literal(value))}"


def literal(value: Any) -> str:
    """Return a value as messages quote it: texts in single quotes, the rest as JSON."""
    if isinstance(value, str):
        return f"'{_short(value)}'"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return _short(json.dumps(value, ensure_ascii=False, default=str))


def wrong_type(expected: Sequence[str], value: Any) -> str:
    """Say what type was wanted, and what is there instead."""
    ordered = sorted(expected, key=lambda name: name == "null")
    wanted = listed([type_name(name) for name in ordered], "or")
    message = f"expected {wanted}, got {shown(value)}"
    if (
        isinstance(value, str)
        and ("object" in expected or "array" in expected)
        and _KEY_WITHOUT_SPACE.fullmatch(value)
    ):
        message += " (is the space after the colon missing?)"
    return message


def not_one_of(value: Any, options: Sequence[Any]) -> str:
    """Say which values are allowed, and which of them was probably meant."""
    named = [literal(option) for option in options[:_MAX_OPTIONS]]
    if len(options) > _MAX_OPTIONS:
        named.append("…")
    message = f"{literal(value)} is not one of {', '.join(named)}"
    near = nearest(value, [option for option in options if isinstance(option, str)])
    return f"{message} (did you mean '{near}'?)" if near else message


def nearest(written: Any, known: Sequence[str]) -> str | None:
    """Return the one of *known* that *written* was probably meant to be, if any.

    Case, underscores and hyphens do not count: ``dag_processor`` is near ``dagProcessor``.
    """
    if not isinstance(written, str):
        return None
    by_shape: dict[str, str] = {}
    for name in known:
        by_shape.setdefault(_folded(name), name)
    folded = _folded(written)
    if folded in by_shape:
        return by_shape[folded]
    close = get_close_matches(folded, by_shape, n=1, cutoff=0.75)
    return by_shape[close[0]] if close else None


_COMPARISONS = {
    "Minimum": "at least",
    "Maximum": "at most",
    "ExclusiveMinimum": "more than",
    "ExclusiveMaximum": "less than",
}
_COUNTS = {
    "MinItems": ("at least", "items"),
    "MaxItems": ("at most", "items"),
    "MinProperties": ("at least", "keys"),
    "MaxProperties": ("at most", "keys"),
    "MinLength": ("at least", "characters"),
    "MaxLength": ("at most", "characters"),
}


def broken_rule(name: str, facts: Mapping[str, Any], value: Any, otherwise: str) -> str:
    """Say in words which rule *value* breaks.

    *name* and *facts* are the validator's; *otherwise* is its own message, for
    rules that have no words here.
    """
    if name in _COMPARISONS:
        return f"must be {_COMPARISONS[name]} {literal(facts['limit'])}, is {literal(value)}"
    if name in _COUNTS:
        degree, unit = _COUNTS[name]
        return f"must have {degree} {facts['limit']} {unit}, has {len(value)}"
    match name:
        case "Enum":
            return not_one_of(value, facts["options"])
        case "Constant":
            return f"must be {literal(facts['expected_value'])}, is {literal(value)}"
        case "Pattern":
            return f"{literal(value)} does not match the pattern {facts['pattern']}"
        case "Format":
            return f"{literal(value)} is no valid {facts['format']}"
        case "MultipleOf":
            return f"must be a multiple of {literal(facts['multiple_of'])}, is {literal(value)}"
        case "UniqueItems":
            return "the items of this list must differ from each other"
        case "Contains":
            return "no item of this list is of the kind that the chart asks for"
        case "OneOfMultipleValid":
            return (
                "fits several of the forms that the chart allows, of which exactly one must "
                "fit; leave out what belongs to the others"
            )
        case "Not":
            return _forbidden(facts.get("schema"), value)
        case "FalseSchema":
            return "the chart allows no value here; take the key away"
    return otherwise if len(otherwise) <= 200 else f"breaks the rule '{name}' of the chart's schema"


def _forbidden(schema: Any, value: Any) -> str:
    if isinstance(schema, Mapping):
        if isinstance(schema.get("required"), list):
            keys = listed([f"'{key}'" for key in schema["required"]], "and")
            return f"{keys} cannot be set here{' together' if len(schema['required']) > 1 else ''}"
        if isinstance(schema.get("enum"), list) or "const" in schema:
            return f"{literal(value)} is not allowed here"
        if isinstance(schema.get("type"), str):
            return f"a value of type {type_name(schema['type'])} is not allowed here"
    return "the chart's schema rules out such a value here"


def _folded(name: str) -> str:
    return re.sub(r"[-_]", "", name).lower()


def _short(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
