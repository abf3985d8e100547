"""What a type of the API is to managed fields: what of its values is owned as one, and how two values compare and merge.

The rules are those of the merge types in KEP-555: leaves are scalars and whatever is atomic; see `maps` and `lists` for the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from mockapi.machinery.gotext import quoted, type_name, value_text
from mockapi.registry.apply.fieldsets import MEMBER, FieldSet, Node


class Comparison(NamedTuple):
    """What became of the fields at and below a place: those added or changed, and those removed. None: none."""

    changed: Node | None
    removed: Node | None


SAME = Comparison(None, None)
CHANGED = Comparison(MEMBER, None)


class NoElementError(ValueError):
    """An item of a list has no identity: a key is missing, or it is no scalar. The text is the real server's."""


class Type(Protocol):
    """A type; values given to `compare` and `merge` are there on both sides, and may be null. Only `check` takes wrong values."""

    def added(self, value: Any) -> Node:
        """All that is at and below a new value (or, seen from the other side, a removed one)."""

    def compare(self, old: Any, new: Any) -> Comparison:
        """What changed from the old value to the new one."""

    def owned(self, value: Any) -> Node | None:
        """What an applied value owns. None where only the parent can tell that there is a value."""

    def merge(self, live: Any, applied: Any) -> Any:
        """The live value with what is applied laid over it."""

    def remove(self, value: Any, fields: FieldSet) -> Any:
        """The value without these fields; None when nothing is left."""

    def with_named(self, fields: FieldSet) -> FieldSet:
        """The set with every field of a struct that leads to one of its members."""

    def check(self, value: Any) -> Iterator[str]:
        """What is wrong with an applied value: `.spec.ports: expected list, got …`, from this place on."""

    def atomics(self, value: Any) -> Iterator[str]:
        """Where in a right value a struct, map or list stands that is owned as a whole: `.spec.selector`, from this place on."""


class Scalar:
    """A number, text or boolean; "untyped" for any of them."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def added(self, value: Any) -> Node:
        return MEMBER

    def compare(self, old: Any, new: Any) -> Comparison:
        return SAME if old == new else CHANGED

    def owned(self, value: Any) -> Node | None:
        return MEMBER

    def merge(self, live: Any, applied: Any) -> Any:
        return applied

    def remove(self, value: Any, fields: FieldSet) -> Any:
        return value

    def with_named(self, fields: FieldSet) -> FieldSet:
        return fields

    def check(self, value: Any) -> Iterator[str]:
        problem = _scalar_problem(self.kind, value)
        if problem:
            yield f": {problem}"

    def atomics(self, value: Any) -> Iterator[str]:
        yield from ()


class Checks(Protocol):
    """What tells wrong values from right ones."""

    def check(self, value: Any) -> Iterator[str]:
        """As `Type.check`."""

    def atomics(self, value: Any) -> Iterator[str]:
        """As `Type.atomics`."""


class Atomic:
    """A struct, map or list that is owned as a whole; `inner` says what it may hold."""

    def __init__(self, inner: Checks) -> None:
        self._inner = inner

    def added(self, value: Any) -> Node:
        return MEMBER

    def compare(self, old: Any, new: Any) -> Comparison:
        return SAME if old == new else CHANGED

    def owned(self, value: Any) -> Node | None:
        return MEMBER

    def merge(self, live: Any, applied: Any) -> Any:
        return applied

    def remove(self, value: Any, fields: FieldSet) -> Any:
        return value

    def with_named(self, fields: FieldSet) -> FieldSet:
        return fields

    def check(self, value: Any) -> Iterator[str]:
        yield from self._inner.check(value)

    def atomics(self, value: Any) -> Iterator[str]:
        if isinstance(value, dict | list):
            yield ""
        yield from self._inner.atomics(value)


def problems_text(problems: list[str]) -> str:
    """All that `check` found, as one sentence."""
    return problems[0] if len(problems) == 1 else "\n  ".join(["errors:", *problems])


def unexpected(wanted: str, value: Any) -> str:
    """`expected map, got &{7}`: the sentence about a value of another JSON type."""
    return f"expected {wanted}, got &{{{value_text(value)}}}"


def _scalar_problem(kind: str, value: Any) -> str:
    if value is None or _fits(kind, value):
        return ""
    if kind == "numeric":
        return f"expected numeric (int or float), got {type_name(value)}"
    if kind == "string":
        return f"expected string, got &value.valueUnstructured{{Value:{_go_syntax(value)}}}"
    return unexpected("boolean" if kind == "boolean" else "any scalar", value)


def _fits(kind: str, value: Any) -> bool:
    if kind == "string":
        return isinstance(value, str)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "numeric":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str | bool | int | float)


def _go_syntax(value: Any) -> str:
    """The verb %#v for a JSON value."""
    if isinstance(value, dict):
        return "map[string]interface {}{" + ", ".join(f"{quoted(key)}:{_go_syntax(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[]interface {}{" + ", ".join(map(_go_syntax, value)) + "}"
    if value is None:
        return "interface {}(nil)"
    return quoted(value) if isinstance(value, str) else value_text(value)
