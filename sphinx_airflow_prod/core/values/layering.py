"""How Helm composes layers of values, and a chart's defaults with them.

The rules are those of Helm 4.2 (``pkg/chart/v2/loader`` ``MergeMaps``,
``pkg/chart/common/util/coalesce.go``); a property test holds this port and
real Helm together.  All functions give new mappings and leave theirs alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, Any]

GLOBAL = "global"
"""The key whose content Helm hands down to every subchart."""


@dataclass(frozen=True)
class ChartValues:
    """A chart's own ``values.yaml``, and those of its subcharts by the key they hang below."""

    defaults: Values
    subcharts: Mapping[str, ChartValues] = field(default_factory=dict)


def merge(lower: Values, *uppers: Values) -> dict[str, Any]:
    """Return the layers as ``helm -f lower -f upper …`` does.

    Mappings merge key by key; everything else, null included, replaces what
    is beneath it.  Null stays in the result: it takes a default away only when
    the layers meet the chart (:func:`coalesce`).
    """
    result = dict(lower)
    for upper in uppers:
        for key, value in upper.items():
            below = result.get(key)
            if isinstance(value, Mapping) and isinstance(below, Mapping):
                result[key] = merge(below, value)
            else:
                result[key] = value
    return result


def coalesce(chart: ChartValues | Values, overrides: Values) -> dict[str, Any]:
    """Return what templates see as ``.Values``: the chart's defaults under *overrides*.

    *chart* is a chart with its subcharts, or simply a mapping of defaults.
    Mappings merge; a null override takes the default away, also nested; a
    mapping replaces a scalar default and a scalar a mapping (Helm warns and
    goes on); null defaults disappear, while a null override of a key without
    default stays.
    """
    if not isinstance(chart, ChartValues):
        chart = ChartValues(chart)
    return _coalesce(chart, _copy(overrides), keep_null=False)


def _coalesce(chart: ChartValues, values: dict[str, Any], *, keep_null: bool) -> dict[str, Any]:
    for key, default in chart.defaults.items():
        if key in values:
            value = values[key]
            if value is None and not keep_null:
                del values[key]
            elif isinstance(value, dict) and isinstance(default, Mapping):
                # Below a subchart's key nulls survive until that chart's own turn.
                keep = keep_null or key in chart.subcharts
                _tables(value, _copy(default) if keep else _without_nulls(default), keep_null=keep)
        elif keep_null:
            values[key] = _copy(default)
        elif default is not None:
            values[key] = _without_nulls(default)
    for name, subchart in chart.subcharts.items():
        below = values.setdefault(name, {})
        if isinstance(below, dict):
            _hand_down_globals(values, below)
            values[name] = _coalesce(subchart, below, keep_null=keep_null)
    return values


def _tables(values: dict[str, Any], defaults: dict[str, Any], *, keep_null: bool) -> None:
    for key, default in defaults.items():
        if key not in values:
            values[key] = default
        elif values[key] is None and not keep_null and default is not None:
            del values[key]
        elif isinstance(default, dict) and isinstance(values[key], dict):
            _tables(values[key], default, keep_null=keep_null)


def _hand_down_globals(parent: dict[str, Any], child: dict[str, Any]) -> None:
    source = parent.get(GLOBAL, {})
    target = child.get(GLOBAL, {})
    if not isinstance(source, dict) or not isinstance(target, dict):
        return
    for key, value in source.items():
        if isinstance(value, dict):
            if key not in target:
                target[key] = _copy(value)
            elif isinstance(target[key], dict):
                copy = _copy(value)
                _tables(copy, target[key], keep_null=True)
                target[key] = copy
        elif not isinstance(target.get(key), dict):
            target[key] = value
    child[GLOBAL] = target


def _copy(value: Any) -> Any:
    """Return a copy whose mappings are new dicts; scalars and lists are shared, never changed."""
    if isinstance(value, Mapping):
        return {key: _copy(item) for key, item in value.items()}
    return value


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return value
