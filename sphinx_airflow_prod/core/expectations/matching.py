"""Does a rendered resource have what is claimed of it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sphinx_airflow_prod.core.expectations.alignment import align
from sphinx_airflow_prod.core.expectations.claim import (
    Absence,
    Claim,
    Generated,
    LeftOut,
    ListClaim,
    MappingClaim,
    Node,
    ScalarClaim,
    TextClaim,
    plain,
    size,
)
from sphinx_airflow_prod.core.expectations.mismatch import (
    Mismatch,
    differs,
    missing,
    no_item,
    show,
    show_claim,
    unclaimed,
)
from sphinx_airflow_prod.core.expectations.texts import match_text
from sphinx_airflow_prod.core.manifest_paths import (
    MERGE_KEYS,
    Item,
    Path,
    Token,
    format_path,
    merge_key,
)
from sphinx_airflow_prod.core.resource import Resource
from sphinx_airflow_prod.core.schema.words import nearest
from sphinx_airflow_prod.core.structure import MISSING, same

_IDENTITY = frozenset(("apiVersion", "kind"))
_MAX_PAIRS = 40_000
"""Claimed times rendered items that are compared to tell which were meant for which."""

_NAMES = frozenset(("name", "generateName"))


def match(claim: Claim, resource: Resource, *, exact: bool = False) -> tuple[Mismatch, ...]:
    """Return every place where *resource* is not as claimed; none: the claim holds.

    - A mapping holds if each claimed key does; it may have others.  ``{}``
      claims an empty mapping, ``[]`` an empty list.
    - Items of a list of mappings are found by their merge key
      (:data:`~sphinx_airflow_prod.core.manifest_paths.MERGE_KEYS`), in whatever
      order.  Items without one, and those of other lists, must be among the
      rendered items in the claimed order, with any others in between.
    - Scalars are equal as in JSON: ``"1"`` is not ``1``, ``1.0`` is.
    - ``null`` or nothing: no such key, or null.  What it stands in must be there.
    - ``key: ...``, or a line of ``...`` below a key: some value that is not null.
    - ``<generated>``: not null, nor an empty text, list or mapping.
    - Block texts: see :func:`~sphinx_airflow_prod.core.expectations.texts.match_text`.

    An *exact* claim must also name all that is rendered below its path.  The
    path goes down from the root as long as there is one way only: through
    mappings with one claimed key, and through lists with one claimed item that
    has a merge key and one more key, as long as that key holds a mapping or
    list.  Where it ends, everything must be equal: no other keys, no other
    items, the same order of items; but for mappings and lists that have a
    ``...`` of their own.  ``apiVersion``, ``kind`` and the resource's name are
    no part of the way and need not be claimed.

    Raises ``ValueError`` for a claim that could not be read.
    """
    if claim.root is None:
        raise ValueError("a claim without content can be held against nothing")
    matcher = _Matcher(_end_of_path(claim.root) if exact else None)
    return tuple(matcher.mapping(claim.root, resource.data, (), closed=False))


def contrast(claim: Claim, baseline: Resource | None, *, exact: bool = False) -> bool:
    """Whether *claim* says something that is not so in *baseline*, the chart's defaults.

    It does if it would not hold there: a leaf differs, something claimed is
    missing, something is there that is claimed absent (or that an *exact* claim
    rules out), or there is no such resource.  ``apiVersion``, ``kind`` and the
    resource's name do not count.  Raises ``ValueError`` as :func:`match` does.
    """
    if baseline is None:
        return True
    return any(not _is_identity(found.path) for found in match(claim, baseline, exact=exact))


def _is_identity(path: Path) -> bool:
    return (len(path) == 1 and path[0] in _IDENTITY) or (
        len(path) == 2 and path[0] == "metadata" and path[1] in _NAMES
    )


def _hidden(path: Path) -> frozenset[str]:
    """Return the keys at *path* that make up a resource's identity."""
    if not path:
        return _IDENTITY
    return _NAMES if path == ("metadata",) else frozenset()


def _end_of_path(root: MappingClaim) -> Node:
    """Return where the path of an exact claim ends (see :func:`match`)."""
    below = {key: node for key, node in root.fields.items() if key not in _IDENTITY}
    metadata = below.get("metadata")
    if isinstance(metadata, MappingClaim) and metadata.fields.keys() <= _NAMES:
        del below["metadata"]
    node: Node = root
    while len(below) == 1:
        [(key, child)] = below.items()
        if isinstance(child, MappingClaim):
            hidden = _hidden((key,) if node is root else ("", ""))
        elif isinstance(child, ListClaim) and (item := _way_through(child)) is not None:
            child, hidden = item
        else:
            return child if isinstance(child, ListClaim) else node
        node = child
        below = {key: value for key, value in child.fields.items() if key not in hidden}
    return node


def _way_through(node: ListClaim) -> tuple[MappingClaim, frozenset[str]] | None:
    """Return the only item of a list, and its merge key, if it leads on to something below."""
    if len(node.items) != 1 or not isinstance(item := node.items[0], MappingClaim):
        return None
    key = next((key for key in MERGE_KEYS if key in item.fields), None)
    others = [value for name, value in item.fields.items() if name != key]
    if key is None or len(others) != 1 or not isinstance(others[0], MappingClaim | ListClaim):
        return None
    return item, frozenset((key,))


class _Matcher:
    """Holds claims against values; from the node *end* on, they must be equal."""

    def __init__(self, end: Node | None) -> None:
        self.end = end

    def node(self, claimed: Node, value: Any, path: Path, *, closed: bool) -> Iterator[Mismatch]:
        """Give the mismatches of what is claimed at *path*, where *value* is rendered."""
        match claimed:
            case MappingClaim():
                yield from self.mapping(claimed, value, path, closed=closed)
            case ListClaim():
                yield from self.sequence(claimed, value, path, closed=closed)
            case TextClaim() if isinstance(value, str):
                yield from match_text(claimed, value, path)
            case _ if not _holds(claimed, value):
                yield differs(path, claimed, value)

    def mapping(
        self, claimed: MappingClaim, value: Any, path: Path, *, closed: bool
    ) -> Iterator[Mismatch]:
        closed = closed or claimed is self.end
        empty = not claimed.fields and not claimed.gap
        if not isinstance(value, Mapping) or (empty and value and path):
            yield differs(path, claimed, value)
            return
        for key, child in claimed.fields.items():
            below = value.get(key, MISSING)
            if below is MISSING and not isinstance(child, Absence):
                spare = [name for name in value if name not in claimed.fields]
                yield missing((*path, key), child, value, spare)
            else:
                yield from self.node(child, below, (*path, key), closed=closed)
        if closed and not claimed.gap:
            yield from self.others(claimed, value, path)

    def others(
        self, claimed: MappingClaim, value: Mapping[str, Any], path: Path
    ) -> Iterator[Mismatch]:
        """Give what is rendered in an exact mapping and not claimed."""
        for key, below in value.items():
            if key in claimed.fields or key in _hidden(path) or below is None:
                continue
            if not path and key == "metadata" and isinstance(below, Mapping):
                for name, part in below.items():
                    if name not in _NAMES and part is not None:
                        yield unclaimed((key, name), part, claimed.place.span)
            else:
                yield unclaimed((*path, key), below, claimed.place.span)

    def sequence(
        self, claimed: ListClaim, value: Any, path: Path, *, closed: bool
    ) -> Iterator[Mismatch]:
        closed = closed or claimed is self.end
        empty = not claimed.items and not claimed.gap
        if not isinstance(value, list) or (empty and value):
            yield differs(path, claimed, value)
            return
        strict = closed and not claimed.gap
        key = merge_key([_known(item) for item in claimed.items], value)
        if key is None:
            yield from self.ordered(claimed, value, path, closed=closed, strict=strict)
        else:
            yield from self.named(claimed, value, path, key, closed=closed, strict=strict)

    def named(
        self, claimed: ListClaim, value: list[Any], path: Path, key: str, *, closed: bool,
        strict: bool,
    ) -> Iterator[Mismatch]:  # fmt: skip
        """Give the mismatches of items that are told apart by the merge key *key*."""
        rendered = {item[key]: item for item in value}
        named = key == "name"
        names = [str(name) if named else show(name) for name in rendered]
        wanted = [(_known(item)[key], item) for item in claimed.items]
        claims = [name for name, _ in wanted]
        spare = [str(name) for name in rendered if name not in claims]
        for name, item in wanted:
            if name in rendered:
                token = Item(key, name)
                yield from self.node(item, rendered[name], (*path, token), closed=closed)
            else:
                shown = f"'{name}'" if named else f"with {key} {show(name)}"
                near = nearest(str(name), spare) if named else None
                hint = near and f"'{near}'"
                yield no_item(path, item, value, names, called=shown, near=hint)
        if strict:
            for name, item in rendered.items():
                if name not in claims:
                    yield unclaimed((*path, Item(key, name)), item, claimed.place.span)
            order = [name for name in rendered if name in claims]
            if order != (claims := [name for name in claims if name in rendered]):
                yield _order(path, claimed, value, claims, order)

    def ordered(
        self, claimed: ListClaim, value: list[Any], path: Path, *, closed: bool, strict: bool
    ) -> Iterator[Mismatch]:
        """Give the mismatches of items that are told apart by what they hold, and their order."""
        items = claimed.items
        names = merge_key(value)
        tokens: list[Token] = [
            index if names is None else Item(names, item[names]) for index, item in enumerate(value)
        ]
        cache: dict[tuple[int, int], tuple[Mismatch, ...]] = {}

        def found(i: int, j: int) -> tuple[Mismatch, ...]:
            if (i, j) not in cache:
                place = (*path, tokens[j])
                cache[i, j] = tuple(self.node(items[i], value[j], place, closed=closed))
            return cache[i, j]

        if _in_order(len(items), len(value), lambda i, j: not found(i, j)) and not (
            strict and len(items) != len(value)
        ):
            return
        sizes = [size(item) for item in items]

        def cost(i: int, j: int) -> float | None:
            weight = sum(mismatch.weight for mismatch in found(i, j))
            return weight if weight == 0 or weight < sizes[i] else None

        pairs = align(
            [False] * len(items),
            len(value),
            cost,
            lambda i: sizes[i],
            extra=0.4 if strict else 0.0,
            limit=_MAX_PAIRS,
        )
        if pairs is None:
            yield differs(path, claimed, value)
            return
        shown = [show(item, 40) for item in value]
        for i, j in pairs:
            if i is not None and j is not None:
                yield from found(i, j)
            elif i is not None and any(not found(i, at) for at in range(len(value))):
                yield _order(path, items[i], value, [show_claim(items[i])], shown)
            elif i is not None:
                near = nearest(plain(items[i]), [text for text in value if isinstance(text, str)])
                hint = near and show(near)
                yield no_item(path, items[i], value, shown, called=show_claim(items[i]), near=hint)
            elif j is not None and strict:
                yield unclaimed((*path, tokens[j]), value[j], claimed.place.span)


def _in_order(size: int, count: int, agree: Any) -> bool:
    """Whether each of *size* items has a partner of its own among *count*, in order."""
    j = 0
    for i in range(size):
        while j < count and not agree(i, j):
            j += 1
        if j == count:
            return False
        j += 1
    return True


def _order(path: Path, node: Node, value: Any, claimed: list[Any], there: list[Any]) -> Mismatch:
    message = (
        f"{format_path(path)}: {', '.join(map(str, claimed))} rendered in another order or "
        f"less often; the items are: {', '.join(map(str, there))}"
    )
    return Mismatch(path, node, value, node.place.span, message)


def _known(node: Node) -> Any:
    """Return the scalars of a claimed item, as a mapping for ``merge_key``."""
    if not isinstance(node, MappingClaim):
        return None
    return {
        key: below.value for key, below in node.fields.items() if isinstance(below, ScalarClaim)
    }


def _holds(claimed: Node, value: Any) -> bool:
    match claimed:
        case ScalarClaim():
            return same(claimed.value, value)
        case Absence():
            return value is MISSING or value is None
        case Generated():
            return value is not None and (
                not isinstance(value, str | Mapping | list) or bool(value)
            )
        case LeftOut():
            return value is not None
    return False
