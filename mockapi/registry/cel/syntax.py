"""The syntax tree of expressions, and errors with their place in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


class Node:
    """A part of an expression; `at` is the offset of the token that stands for it in errors."""

    at: int


@dataclass
class Literal(Node):
    """A constant."""

    at: int
    value: Any


@dataclass
class Ident(Node):
    """A name."""

    at: int
    name: str


@dataclass
class Select(Node):
    """`operand.field`; `test` for has(), `optional` for `operand.?field`."""

    at: int
    operand: Node
    field: str
    test: bool = False
    optional: bool = False
    # What the field is called in the value: the checker undoes the escapes of names in objects.
    key: str = ""


@dataclass
class Call(Node):
    """A function, a method (with a target) or an operator such as `_+_`.

    The checker fills in the overloads that may apply, and whether that is `certain` or depends on what the operands turn out to be.
    """

    at: int
    function: str
    args: list[Node]
    target: Node | None = None
    overloads: list[Any] = field(default_factory=list)
    certain: bool = False


@dataclass
class ListOf(Node):
    """`[a, ?b]`; `optional` holds the positions of optional items."""

    at: int
    items: list[Node]
    optional: frozenset[int] = frozenset()


@dataclass
class MapOf(Node):
    """`{key: value, ?key: optional}`."""

    at: int
    entries: list[tuple[Node, Node, bool]]


@dataclass
class Message(Node):
    """`Name{field: value, ?field: optional}`; the name may have dots."""

    at: int
    name: str
    entries: list[tuple[str, Node, bool]]


@dataclass
class Fold(Node):
    """A macro over a list or map, such as `range.all(x, …)`, with one variable or two."""

    at: int
    macro: str
    over: Node
    names: list[str]
    parts: list[Node]


@dataclass
class Bound(Node):
    """`target.optMap(name, body)` and `target.optFlatMap(name, body)`."""

    at: int
    macro: str
    target: Node
    name: str
    body: Node


class ExpressionError(Exception):
    """An expression that is wrong; the text is the real server's: each problem with its line and a mark below it."""

    def __init__(self, text: str, problems: list[tuple[int, str]]) -> None:
        super().__init__("\n".join(_shown(text, at, message) for at, message in problems))


def _shown(text: str, at: int, message: str) -> str:
    before = text[:at]
    line, column = before.count("\n"), at - (before.rfind("\n") + 1)
    source = text.split("\n")[line] if text else ""
    return f"ERROR: <input>:{line + 1}:{column + 1}: {message}\n | {source}\n | {'.' * column}^"


def names_in(node: Node) -> Iterator[str]:
    """All names that an expression mentions, those that macros declare included."""
    match node:
        case Ident():
            yield node.name
        case Fold():
            yield from node.names
        case Bound():
            yield node.name
    for part in _parts(node):
        yield from names_in(part)


def qualified_name(node: Node) -> str:
    """The name that identifiers joined by dots write; "" for anything else."""
    match node:
        case Ident():
            return node.name
        case Select(test=False, optional=False):
            holder = qualified_name(node.operand)
            return f"{holder}.{node.field}" if holder else ""
    return ""


def _parts(node: Node) -> list[Node]:
    match node:
        case Select():
            return [node.operand]
        case Call():
            return node.args if node.target is None else [node.target, *node.args]
        case ListOf():
            return node.items
        case MapOf():
            return [part for key, value, _ in node.entries for part in (key, value)]
        case Message():
            return [value for _, value, _ in node.entries]
        case Fold():
            return [node.over, *node.parts]
        case Bound():
            return [node.target, node.body]
    return []
