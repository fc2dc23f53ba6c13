"""What the chart's schema says against an example, at the places of its text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Severity, Span
from sphinx_airflow_prod.core.schema.unknown import unknown_key
from sphinx_airflow_prod.core.schema.validation import Violation
from sphinx_airflow_prod.core.schema.view import ChartSchema
from sphinx_airflow_prod.core.values.layout import Layout, Path

_QUOTED = re.compile(r"(['\"])(.*)\1", re.DOTALL)
_UNQUOTED_TYPES = {
    "boolean": re.compile(r"true|false|yes|no|on|off", re.IGNORECASE),
    "integer": re.compile(r"-?\d+"),
    "number": re.compile(r"-?\d+(\.\d+)?"),
}


def violations(
    schema: ChartSchema,
    layout: Layout,
    merged: Mapping[str, Any],
    fallback: Span,
    *,
    inherited: Iterable[Violation] = (),
    placeholders: Collection[Path] = (),
) -> list[Diagnostic]:
    """Return what the schema refuses in *merged*, each at its place in the example.

    *merged* is what Helm validates: the chart's defaults under all layers.  A
    violation stands at the offending key or item of *layout*, else at its
    nearest ancestor there, else (the site's values or the defaults are to
    blame) at *fallback*, the directive.  *inherited* are the violations of the
    layers beneath the example (``schema.check(...)`` of them): they are left
    out where the example does not set the path itself.  *placeholders* are
    never wrong.
    """
    beneath = frozenset(inherited)
    found: list[Diagnostic] = []
    for violation in schema.check(merged):
        own = violation.path in layout
        if violation.path in placeholders or (violation in beneath and not own):
            continue
        span = layout.span(violation.path) if violation.path[:1] in layout else fallback
        if violation.code is Code.UNKNOWN_KEY:
            message = unknown_key(schema, violation.path)
        else:
            message = f"{violation}{_remedy(violation, layout)}"
        found.append(Diagnostic.of(violation.code, message, span))
    return sorted(found, key=lambda diagnostic: diagnostic.span)


def unknown_keys(
    schema: ChartSchema,
    layout: Layout,
    values: Mapping[str, Any],
    *,
    severity: Severity = Severity.ERROR,
    reported: Iterable[Diagnostic] = (),
) -> list[Diagnostic]:
    """Return the keys of an example that the chart does not know, the topmost of each branch.

    *values* are the example's own, as Helm reads them; *layout* their places.
    Keys at which *reported* (the result of :func:`violations`) already has an
    unknown key are left out.  Without a schema nothing is unknown.
    """
    taken = {found.span for found in reported if found.code is Code.UNKNOWN_KEY}
    found = [
        Diagnostic(Code.UNKNOWN_KEY, unknown_key(schema, path), layout.span(path), severity)
        for path in schema.unknown_in(values)
    ]
    return sorted(
        (diagnostic for diagnostic in found if diagnostic.span not in taken),
        key=lambda diagnostic: diagnostic.span,
    )


def _remedy(violation: Violation, layout: Layout) -> str:
    """Return a hint on quotes, where they are what makes the type wrong."""
    raw = layout.raw(violation.path)
    if not raw or not violation.expected or "\n" in raw:
        return ""
    quoted = _QUOTED.fullmatch(raw)
    if quoted:
        for expected in violation.expected:
            pattern = _UNQUOTED_TYPES.get(expected)
            if pattern and pattern.fullmatch(quoted[2]):
                return "; remove the quotes"
        return ""
    if "string" in violation.expected and raw[0] not in "&*!|>":
        return f'; quote it: "{raw}"'
    return ""
