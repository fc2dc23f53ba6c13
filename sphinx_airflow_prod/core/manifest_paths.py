"""Paths into a manifest: keys, and list items named by their merge key.

The items of ``containers``, ``env`` and the like have an identity of their own;
``containers.scheduler.image`` stays the same path when a sidecar is put in front.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MERGE_KEYS = (
    "name",
    "mountPath",
    "containerPort",
    "port",
    "devicePath",
    "key",
    "ip",
    "host",
    "topologyKey",
    "type",
    "uid",
)
"""Keys that identify the items of a list of mappings, the first usable one counts.

They are the ``patchMergeKey`` values of the Kubernetes API (strategic merge
patch: containers and env by ``name``, volume mounts by ``mountPath``, container
ports by ``containerPort`` …), with ``key`` (projected items, tolerations) and
``host`` (Ingress rules) for lists that the API itself replaces as a whole.
"""


@dataclass(frozen=True)
class Item:
    """An item of a list of mappings: the one whose merge key *key* has *value*."""

    key: str
    value: str | int

    def __str__(self) -> str:
        return str(self.value)


Token = str | int | Item
Path = tuple[Token, ...]
"""Way from a manifest's root: mapping keys, list indexes from 0, and :class:`Item`."""


def merge_key(*lists: Sequence[Any]) -> str | None:
    """Return the merge key under which the items of all *lists* can be told apart.

    ``None`` where there is none, or where all lists are empty: every item must
    be a mapping with a string or integer under the key, unique in its list.
    """
    items = [item for each in lists for item in each]
    if not items or not all(isinstance(item, Mapping) for item in items):
        return None
    for key in MERGE_KEYS:
        if all(type(item.get(key)) in (str, int) for item in items) and all(
            len({str(item[key]) for item in each}) == len(each) for each in lists
        ):
            return key
    return None


def position(items: Sequence[Any], token: Token) -> int | None:
    """Return the index in *items* that *token* names, ``None`` where there is none."""
    if isinstance(token, Item):
        for index, item in enumerate(items):
            if isinstance(item, Mapping) and item.get(token.key) == token.value:
                return index
        return None
    if isinstance(token, int) and 0 <= token < len(items):
        return token
    return None


def lookup(data: Any, path: Path) -> Any:
    """Return the value at *path* in *data*; raises ``KeyError`` where there is none."""
    for token in path:
        if isinstance(data, Mapping) and isinstance(token, str) and token in data:
            data = data[token]
        elif isinstance(data, list) and (index := position(data, token)) is not None:
            data = data[index]
        else:
            raise KeyError(token)
    return data


def format_path(path: Path) -> str:
    """Return *path* as authors write it after ``#``: ``spec.containers.scheduler.image``."""
    return ".".join(map(str, path))


def parse_path(text: str, data: Any) -> Path | None:
    """Return the path that the dotted *text* names in *data*, ``None`` where there is none.

    List items are named by the value of their merge key or by their index.
    Keys that hold dots need no quotes (``data.airflow.cfg``): where a key is not
    there, the following part is taken into it.
    """
    return _parse(text.split("."), data) if text else ()


def _parse(parts: list[str], data: Any) -> Path | None:
    if not parts:
        return ()
    for count in range(1, len(parts) + 1):
        for token, value in _candidates(".".join(parts[:count]), data):
            rest = _parse(parts[count:], value)
            if rest is not None:
                return (token, *rest)
    return None


def _candidates(name: str, data: Any) -> list[tuple[Token, Any]]:
    """Return what *name* can stand for directly below *data*."""
    if isinstance(data, Mapping):
        return [(name, data[name])] if name in data else []
    if not isinstance(data, list):
        return []
    found: list[tuple[Token, Any]] = []
    if (key := merge_key(data)) is not None:
        found += [(Item(key, item[key]), item) for item in data if str(item[key]) == name]
    if name.isdecimal() and len(name) < 10 and int(name) < len(data):
        found.append((int(name), data[int(name)]))
    return found
