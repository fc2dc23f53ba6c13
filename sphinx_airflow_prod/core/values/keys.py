"""What Helm makes of a key: its text as a string, whatever YAML type it looks like.

Helm reads YAML with go-yaml v2 by way of ``sigs.k8s.io/yaml``, which turns
every key into a string: ``yes:`` is ``"true"``, ``0644:`` is ``"420"``,
``1e3:`` is ``"1000"``.  This is a port of ``resolve.go`` of go-yaml 2.4 and of
``convertToJSONableObject`` of sigs.k8s.io/yaml 1.6, for keys only; values are
Helm's own business.
"""

from __future__ import annotations

import re
import struct

_BOOLEANS = {
    **dict.fromkeys(
        ("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), "true"
    ),
    **dict.fromkeys(
        ("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), "false"
    ),
}
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_SPECIAL_FLOATS = {
    **dict.fromkeys((".nan", ".NaN", ".NAN"), ".nan"),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), ".inf"),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), "-.inf"),
}
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?")
_INTEGER = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))")


def plain_key(text: str) -> str | None:
    """Return the string that Helm makes of the plain (unquoted) key *text*.

    None where Helm refuses the key: null, and integers beyond 64 signed bits.
    """
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text in _NULLS:
        return None
    if text in _SPECIAL_FLOATS:
        return _SPECIAL_FLOATS[text]
    if text[0] not in ".+-0123456789" or text.startswith("._") or _DATE.fullmatch(text):
        return text
    digits = text.replace("_", "")
    integer = _INTEGER.fullmatch(digits)
    if integer:
        return _integer(integer, digits)
    return _float(digits, text) if _FLOAT.fullmatch(digits) else text


def is_text(plain: str) -> bool:
    """Whether Helm reads the plain (unquoted) scalar *plain* as text, and nothing else."""
    digits = plain.replace("_", "")
    return not (
        plain in _BOOLEANS
        or plain in _NULLS
        or plain in _SPECIAL_FLOATS
        or _INTEGER.fullmatch(digits)
        or _FLOAT.fullmatch(digits)
    )


def _integer(match: re.Match[str], digits: str) -> str | None:
    sign, sixteen, two, eight, ten = match.groups()
    for number, base in ((sixteen, 16), (two, 2), (eight, 8), (ten, 10)):
        if number is not None:
            value = int(number, base) * (-1 if sign == "-" else 1)
            break
    if -(2**63) <= value < 2**63:
        return str(value)
    if value < 2**64 and sign == "":
        return None
    return _float(digits, digits) if _FLOAT.fullmatch(digits) else digits


def _float(digits: str, text: str) -> str:
    """Return Go's ``FormatFloat(x, 'g', -1, 32)``: the shortest digits for a 32-bit float.

    A number that no 64-bit float holds stays the *text* it is.
    """
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        return text
    try:
        short = struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        return "-.inf" if value < 0 else ".inf"
    for precision in range(9):
        mantissa = f"{short:.{precision}e}"
        if struct.unpack("<f", struct.pack("<f", float(mantissa)))[0] == short:
            break
    shortest, _, exponent = mantissa.partition("e")
    power = int(exponent)
    if -4 <= power < 6:
        return _plain(shortest, power)
    return f"{shortest}e{'-' if power < 0 else '+'}{abs(power):02d}"


def _plain(digits: str, power: int) -> str:
    sign = "-" if digits.startswith("-") else ""
    figures = digits.lstrip("-").replace(".", "")
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{figures}"
    if len(figures) <= power + 1:
        return sign + figures.ljust(power + 1, "0")
    return f"{sign}{figures[: power + 1]}.{figures[power + 1 :]}"
