"""Structs and maps whose fields are owned one by one (x-kubernetes-map-type: granular)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockapi.registry.apply.elements import FIELD
from mockapi.registry.apply.fieldsets import MEMBER, SELF, FieldSet, Node, children_of, is_member, node_of
from mockapi.registry.apply.types import CHANGED, SAME, Comparison, Type, unexpected


class Granular:
    """A struct with known `fields`, a map whose values are of type `element`, or both.

    Values that have neither a field nor an element type do not count. `fields` and `element` may be set later: types refer to themselves.
    """

    def __init__(self, fields: Mapping[str, Type] | None = None, element: Type | None = None) -> None:
        self.fields: dict[str, Type] = dict(fields or {})
        self.element = element

    def added(self, value: Any) -> Node:
        if not value:
            return MEMBER
        node = {SELF: MEMBER}
        for name, item in value.items():
            inner = self.fields.get(name) or self.element
            if inner is not None:
                node[FIELD + name] = inner.added(item)
        return node

    def compare(self, old: Any, new: Any) -> Comparison:
        if old == new:
            return SAME
        if not old and not new:
            return CHANGED
        old, new = old or {}, new or {}
        changed, removed = {}, {}
        for name, item in new.items():
            inner = self.fields.get(name) or self.element
            if inner is None:
                continue
            if name not in old:
                changed[FIELD + name] = inner.added(item)
            elif item != old[name]:
                more, less = inner.compare(old[name], item)
                if more is not None:
                    changed[FIELD + name] = more
                if less is not None:
                    removed[FIELD + name] = less
        for name in old.keys() - new.keys():
            inner = self.fields.get(name) or self.element
            if inner is not None:
                removed[FIELD + name] = inner.added(old[name])
        return Comparison(changed or None, removed or None)

    def owned(self, value: Any) -> Node | None:
        node = {}
        for name, item in (value or {}).items():
            inner = self.fields.get(name) or self.element
            if inner is None:
                continue
            below = inner.owned(item)
            if item is None or item == {} or name not in self.fields:
                below = node_of(True, children_of(below or {}))
            if below is not None:
                node[FIELD + name] = below
        return node or None

    def merge(self, live: Any, applied: Any) -> Any:
        if not live and not applied:
            return applied
        out = dict(live or {})
        for name, item in (applied or {}).items():
            inner = self.fields.get(name) or self.element
            out[name] = item if name not in out or inner is None else inner.merge(out[name], item)
        return out

    def remove(self, value: Any, fields: FieldSet) -> Any:
        out = {}
        for name, item in (value or {}).items():
            node = fields.get(FIELD + name)
            if node is None:
                out[name] = item
            elif not is_member(node):
                inner = self.fields.get(name) or self.element
                out[name] = item if inner is None else inner.remove(item, node)
        return out or None

    def with_named(self, fields: FieldSet) -> FieldSet:
        out = {}
        for key, node in fields.items():
            name = key[len(FIELD) :]
            inner = self.fields.get(name) or self.element
            children = children_of(node)
            below = inner.with_named(children) if inner is not None else children
            kept = node_of(is_member(node) or name in self.fields, below)
            if kept is not None:
                out[key] = kept
        return out

    def check(self, value: Any) -> Iterator[str]:
        if value is not None and not isinstance(value, dict):
            yield f": {unexpected('map', value)}"
            return
        for name, item in sorted((value or {}).items()):
            inner = self.fields.get(name) or self.element
            if inner is None:
                yield f".{name}: field not declared in schema"
                return
            for problem in inner.check(item):
                yield f".{name}{problem}"

    def atomics(self, value: Any) -> Iterator[str]:
        for name, item in (value or {}).items():
            if name in self.fields:
                yield from (f".{name}{place}" for place in self.fields[name].atomics(item))


class Deduced:
    """A value of any type: an object is a map of such values, everything else a leaf."""

    def __init__(self) -> None:
        self._map = Granular(element=self)

    def added(self, value: Any) -> Node:
        return self._map.added(value) if isinstance(value, dict) else MEMBER

    def compare(self, old: Any, new: Any) -> Comparison:
        if isinstance(old, dict) and isinstance(new, dict):
            return self._map.compare(old, new)
        return SAME if old == new else CHANGED

    def owned(self, value: Any) -> Node | None:
        return self._map.owned(value) if isinstance(value, dict) else MEMBER

    def merge(self, live: Any, applied: Any) -> Any:
        return self._map.merge(live, applied) if isinstance(live, dict) and isinstance(applied, dict) else applied

    def remove(self, value: Any, fields: FieldSet) -> Any:
        return self._map.remove(value, fields) if isinstance(value, dict) else value

    def with_named(self, fields: FieldSet) -> FieldSet:
        return fields

    def check(self, value: Any) -> Iterator[str]:
        yield from ()

    def atomics(self, value: Any) -> Iterator[str]:
        if isinstance(value, list):
            yield ""
