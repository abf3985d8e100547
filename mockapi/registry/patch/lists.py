"""Lists in strategic merge patches: items found by key, directives within lists, and the order of what was merged."""

from __future__ import annotations

from typing import Any, Final

from mockapi.machinery.errors import unexplained
from mockapi.machinery.gotext import type_name, value_text
from mockapi.machinery.meta import Object
from mockapi.registry.patch.failures import rejected

DIRECTIVE = "$patch"
DELETE = "delete"
REPLACE = "replace"
_MERGE = "merge"


class _Absent:
    pass


ABSENT: Final = _Absent()


def element_type(*several: list[Any]) -> type:
    """The JSON type of the items of all lists. StatusError when they differ, when they are lists, or when there are none."""
    items = [item for items in several for item in items]
    if not items:
        raise unexplained("no elements in any of the given slices")
    if isinstance(items[0], list):
        raise rejected()
    if len({type_name(item) for item in items}) > 1:
        raise unexplained(f"list element types are not identical: {value_text(list(several))}")
    return type(items[0])


def key_of(item: Any, key: str) -> Any:
    """What identifies an item: its merge key, or the item itself in a list of scalars (`key` is "")."""
    if not key:
        return item
    if not isinstance(item, dict):
        raise unexplained(f"expected a {type_name({})}, but received a {type_name(item)}")
    if key not in item:
        raise unexplained(f"map: {value_text(item)} does not contain declared merge key: {key}")
    return item[key]


def find(items: list[Object], key: str, value: Any) -> int | None:
    """The position of the first item with that merge key."""
    return next((position for position, item in enumerate(items) if key in item and _same(item[key], value)), None)


def _same(left: Any, right: Any) -> bool:
    return type(left) is type(right) and bool(left == right)


def directed(original: list[Object], patch: list[Object], key: str) -> tuple[list[Object], list[Object]]:
    """The two lists after the `$patch` items of the patch have had their effect; they are gone from it."""
    plain = [item for item in patch if DIRECTIVE not in item]
    replaces = False
    for item in patch:
        directive = item.get(DIRECTIVE)
        if directive == DELETE:
            value = key_of(item, key)
            original = [each for each in original if not _same(each.get(key), value)]
        elif directive == REPLACE:
            replaces = True
        elif directive == _MERGE:
            raise unexplained("merging lists cannot yet be specified in the patch")
        elif DIRECTIVE in item:
            raise unexplained(f"unknown patch type: {value_text(directive)} in map: {value_text(item)}")
    return (plain, []) if replaces else (original, plain)


def ordered(merged: list[Any], wanted: list[Any], live: list[Any], key: str) -> list[Any]:
    """The merged items in their final order.

    Those that `wanted` holds follow its order, the others that of the live list. Each of the others comes before the first wanted
    item that the live list has later; items that are new to the live list come as early as they can.
    """
    order, rank = _ranks(wanted, key), _ranks(live, key)
    chosen = sorted((item for item in merged if _hashable(item, key) in order), key=lambda item: order[_hashable(item, key)])
    others = [item for item in merged if _hashable(item, key) not in order]
    others.sort(key=lambda item: rank.get(_hashable(item, key), len(rank)))
    result: list[Any] = []
    for item in others:
        while chosen and not _stands_before(item, chosen[0], rank, key):
            result.append(chosen.pop(0))
        result.append(item)
    return result + chosen


def _stands_before(item: Any, other: Any, rank: dict[Any, int], key: str) -> bool:
    first, second = rank.get(_hashable(item, key)), rank.get(_hashable(other, key))
    return first is not None and second is not None and first < second


def _ranks(items: list[Any], key: str) -> dict[Any, int]:
    ranks: dict[Any, int] = {}
    for position, item in enumerate(items):
        ranks.setdefault(_hashable(item, key), position)
    return ranks


def _hashable(item: Any, key: str) -> tuple[str, str]:
    """An item's identity for look-ups; values of different types differ."""
    value = key_of(item, key)
    return type_name(value), value_text(value)


def check_order(sent: list[Any], order: list[Any], key: str) -> None:
    """Items that a patch sends must stand in `$setElementOrder`, in the same order. StatusError otherwise."""
    if not sent or not order:
        return
    pending = [item for item in sent if not (isinstance(item, dict) and DIRECTIVE in item)]
    position = 0
    for place in order:
        if position < len(pending) and _same(key_of(pending[position], key), key_of(place, key)):
            position += 1
    if position < len(pending):
        raise unexplained(f"The order in patch list:\n{value_text(sent)}\n doesn't match $setElementOrder list:\n{value_text(order)}\n")
