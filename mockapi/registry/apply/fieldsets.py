"""Sets of fields in the form of FieldsV1: a tree of path elements, in which `{}` and `{".": {}, …}` are members and `{"f:a": {}}` is
only the way to one.

Sets are never changed once they are made: they share their branches.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockapi.registry.apply.elements import canonical, order, printed

FieldSet = dict[str, Any]
"""The root of a tree: it is no member itself, so {} is the empty set."""

Node = dict[str, Any]
"""What stands below a path element: {} for a member without children."""

SELF = "."
MEMBER: Node = {}
"""A member without children."""


def is_member(node: Node) -> bool:
    """Whether the path that leads to the node is in the set."""
    return not node or SELF in node


def children_of(node: Node) -> FieldSet:
    """What the set holds below the node."""
    return {key: child for key, child in node.items() if key != SELF} if SELF in node else node


def node_of(member: bool, children: FieldSet) -> Node | None:
    """The node with these children; None when nothing is left of it."""
    if not children:
        return MEMBER if member else None
    return {SELF: MEMBER, **children} if member else children


def union(one: FieldSet, other: FieldSet) -> FieldSet:
    """What is in either set."""
    if not one or not other:
        return one or other
    out = dict(one)
    for key, node in other.items():
        out[key] = _united(out[key], node) if key in out else node
    return out


def _united(one: Node, other: Node) -> Node:
    if one == other:
        return one
    node = node_of(is_member(one) or is_member(other), union(children_of(one), children_of(other)))
    return MEMBER if node is None else node


def difference(one: FieldSet, other: FieldSet) -> FieldSet:
    """What is in the one set and not in the other."""
    out = {}
    for key, node in one.items():
        left = _without(node, other[key]) if key in other else node
        if left is not None:
            out[key] = left
    return out


def _without(one: Node, other: Node) -> Node | None:
    member = is_member(one) and not is_member(other)
    return node_of(member, difference(children_of(one), children_of(other)))


def intersection(one: FieldSet, other: FieldSet) -> FieldSet:
    """What is in both sets."""
    out = {}
    for key in one.keys() & other.keys():
        member = is_member(one[key]) and is_member(other[key])
        common = node_of(member, intersection(children_of(one[key]), children_of(other[key])))
        if common is not None:
            out[key] = common
    return out


def has(fields: FieldSet, path: tuple[str, ...]) -> bool:
    """Whether the path is in the set."""
    node: Node | None = fields
    for element in path:
        node = node.get(element) if node else None
        if node is None:
            return False
    return node is not None and is_member(node)


def single(path: tuple[str, ...]) -> FieldSet:
    """The set of one path."""
    node: Node = MEMBER
    for element in reversed(path):
        node = {element: node}
    return node


def paths(fields: FieldSet) -> Iterator[str]:
    """The members as sentences show them, `.spec.ports[port=80,protocol="TCP"].name`; of one level first, then below it."""
    ordered = sorted(fields, key=order)
    yield from (printed(key) for key in ordered if is_member(fields[key]))
    for key in ordered:
        for path in paths(children_of(fields[key])):
            yield printed(key) + path


def arranged(fields: FieldSet) -> FieldSet:
    """The same set with its elements in the order in which the real server writes them."""
    if len(fields) < 2:
        return {key: arranged(node) if node else node for key, node in fields.items()}
    return {key: arranged(fields[key]) if fields[key] else fields[key] for key in sorted(fields, key=_written)}


def _written(key: str) -> tuple[Any, ...]:
    return (-1,) if key == SELF else order(key)


def read(value: Any) -> FieldSet:
    """A set that a client wrote, in this server's spelling; elements of unknown kinds are left out. ValueError when it is none."""
    if not isinstance(value, dict):
        raise ValueError("a set of fields must be an object")
    out = {}
    for key, child in value.items():
        element = SELF if key == SELF else canonical(key)
        if element is not None:
            out[element] = read(child)
    return out
