"""Lists whose items are owned one by one: keyed lists (x-kubernetes-list-type: map) and sets. See `types.Atomic` for all others."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from mockapi.registry.apply.elements import INDEX, key_element, printed, value_element
from mockapi.registry.apply.fieldsets import MEMBER, SELF, FieldSet, Node, children_of, is_member, node_of
from mockapi.registry.apply.types import CHANGED, SAME, Comparison, NoElementError, Type, unexpected

_MISSING = object()


class Associative:
    """A list of items that have an identity: the value of their `keys`, or without keys the item itself.

    `defaults` are the values of keys that an item may leave out. An item that stands twice is owned as a whole.
    """

    def __init__(self, item: Type, keys: Sequence[str] = (), defaults: Mapping[str, Any] | None = None) -> None:
        self._item = item
        self._keys = sorted(keys)
        self._defaults = dict(defaults or {})

    def with_items(self, change: Callable[[Type], Type]) -> Associative:
        """The list with another type of items, of the same identity."""
        return Associative(change(self._item), self._keys, self._defaults)

    def added(self, value: Any) -> Node:
        if not value:
            return MEMBER
        node = {SELF: MEMBER}
        for element, items in self._grouped(value).items():
            node[element] = self._item.added(items[0]) if len(items) == 1 else MEMBER
        return node

    def compare(self, old: Any, new: Any) -> Comparison:
        if old == new:
            return SAME
        if not old and not new:
            return CHANGED
        before, after = self._grouped(old or ()), self._grouped(new or ())
        changed, removed = {}, {}
        for element, items in after.items():
            more, less = self._compare_items(before.get(element, []), items)
            if more is not None:
                changed[element] = more
            if less is not None:
                removed[element] = less
        for element in before.keys() - after.keys():
            items = before[element]
            removed[element] = self._item.added(items[0]) if len(items) == 1 else MEMBER
        return Comparison(changed or None, removed or None)

    def _compare_items(self, old: list[Any], new: list[Any]) -> Comparison:
        if not old:
            return Comparison(self._item.added(new[0]) if len(new) == 1 else MEMBER, None)
        if len(old) == len(new) == 1:
            return self._item.compare(old[0], new[0])
        if len(old) > 1 and len(new) > 1:
            return SAME if old == new else CHANGED
        if len(old) > 1:
            return Comparison(self._item.added(new[0]), MEMBER)
        return Comparison(MEMBER, self._item.added(old[0]))

    def owned(self, value: Any) -> Node | None:
        node = {}
        for element, items in self._grouped(value or ()).items():
            below = self._item.owned(items[0]) if len(items) == 1 else None
            node[element] = node_of(True, children_of(below or {}))
        return node or None

    def merge(self, live: Any, applied: Any) -> Any:
        if not live and not applied:
            return applied
        return _Merge(self._item, self._elements(live or ()), self._elements(applied or ())).items()

    def remove(self, value: Any, fields: FieldSet) -> Any:
        out = []
        for element, item in self._elements(value or ()):
            node = fields.get(element)
            if node is None:
                out.append(item)
            elif not is_member(node):
                out.append(self._item.remove(item, node))
        return out or None

    def with_named(self, fields: FieldSet) -> FieldSet:
        out = {}
        for key, node in fields.items():
            kept = node_of(is_member(node), self._item.with_named(children_of(node)))
            if kept is not None:
                out[key] = kept
        return out

    def check(self, value: Any) -> Iterator[str]:
        if value is not None and not isinstance(value, list):
            yield f": {unexpected('list', value)}"
            return
        seen = set()
        for index, item in enumerate(value or ()):
            try:
                element = self._element(item)
            except NoElementError as failure:
                yield f": element {index}: {failure}"
                return
            if element in seen:
                yield f": duplicate entries for key {printed(element)}"
            seen.add(element)
            for problem in self._item.check(item):
                yield printed(element) + problem

    def atomics(self, value: Any) -> Iterator[str]:
        for index, item in enumerate(value or ()):
            yield from (f"[{index}]{place}" for place in self._item.atomics(item))

    def _elements(self, value: Sequence[Any]) -> list[tuple[str, Any]]:
        return [(self._element(item), item) for item in value]

    def _grouped(self, value: Sequence[Any]) -> dict[str, list[Any]]:
        out: dict[str, list[Any]] = {}
        for item in value:
            out.setdefault(self._element(item), []).append(item)
        return out

    def _element(self, item: Any) -> str:
        if self._keys:
            return self._key_element(item)
        if isinstance(item, dict):
            raise NoElementError("associative list without keys has an element that's a map type")
        if isinstance(item, list):
            raise NoElementError("not supported: associative list with lists as elements")
        if item is None:
            raise NoElementError("associative list without keys has an element that's an explicit null")
        return value_element(item)

    def _key_element(self, item: Any) -> str:
        if item is None:
            raise NoElementError("associative list with keys may not have a null element")
        if not isinstance(item, dict):
            raise NoElementError("associative list with keys may not have non-map elements")
        pairs = []
        for key in self._keys:
            value = item.get(key, _MISSING)
            if value is _MISSING:
                value = self._defaults.get(key, _MISSING)
            if value is _MISSING:
                raise NoElementError(
                    f'associative list with keys has an element that omits key field "{key}" (and doesn\'t have default value)'
                )
            pairs.append((key, value))
        return key_element(pairs)


class PlainList:
    """What an atomic list holds; only for checking it."""

    def __init__(self, item: Type) -> None:
        self._item = item

    def check(self, value: Any) -> Iterator[str]:
        if value is not None and not isinstance(value, list):
            yield f": {unexpected('list', value)}"
            return
        for index, item in enumerate(value or ()):
            for problem in self._item.check(item):
                yield printed(f"{INDEX}{index}") + problem

    def atomics(self, value: Any) -> Iterator[str]:
        for index, item in enumerate(value or ()):
            yield from (f"[{index}]{place}" for place in self._item.atomics(item))


class _Merge:
    """Merges an applied list into a live one: the applied order holds, and items only the live list has stay before what followed them."""

    def __init__(self, item: Type, live: list[tuple[str, Any]], applied: list[tuple[str, Any]]) -> None:
        self._item = item
        self._live = live
        self._applied = applied
        self._live_items = _unique(live)
        self._wanted = {element for element, _ in applied}
        self._shared = deque(element for element, _ in applied if element in self._live_items)
        self._done: set[str] = set()
        self._out: list[Any] = []

    def items(self) -> list[Any]:
        """The merged list."""
        left = right = 0
        while left < len(self._live) or right < len(self._applied):
            element = self._live[left][0] if left < len(self._live) else None
            wanted = self._applied[right][0] if right < len(self._applied) else None
            if element is not None and element not in self._wanted:
                self._out.append(self._live[left][1])
                left += 1
            elif element is not None and wanted is not None and self._comes_later(element, wanted):
                left += 1
            else:
                left += element is not None and (element == wanted or element in self._done)
                right += wanted is not None and self._take(right)
        return self._out

    def _comes_later(self, element: str, wanted: str) -> bool:
        """Whether a live item that is applied too is not the next of those."""
        return element != wanted and bool(self._shared) and self._shared[0] != element

    def _take(self, index: int) -> bool:
        element, item = self._applied[index]
        live = self._live_items.get(element)
        self._out.append(item if live is None else self._item.merge(live, item))
        self._done.add(element)
        if self._shared and self._shared[0] == element:
            self._shared.popleft()
        return True


def _unique(items: list[tuple[str, Any]]) -> dict[str, Any]:
    """Items by element; what stands twice cannot be merged and is None."""
    out: dict[str, Any] = {}
    for element, item in items:
        out[element] = None if element in out else item
    return out
