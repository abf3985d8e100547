"""Type checking: every expression has a type before it is evaluated, or is refused with the texts of cel-go."""

from __future__ import annotations

from collections.abc import Mapping

from mockapi.registry.cel.library import FUNCTIONS
from mockapi.registry.cel.overloads import Overload, type_of
from mockapi.registry.cel.syntax import Bound, Call, ExpressionError, Fold, Ident, ListOf, Literal, MapOf, Message, Node, Select
from mockapi.registry.cel.types import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    NULL,
    STRING,
    TIMESTAMP,
    UINT,
    Bindings,
    Messages,
    ObjectType,
    Type,
    fits,
    list_of,
    map_of,
    no_messages,
    optional,
    resolved,
    type_type,
    without_variables,
)

Scope = Mapping[str, Type]

_TYPE_NAMES = {
    **{kind.name: kind for kind in (BOOL, INT, UINT, DOUBLE, STRING, BYTES)},
    "null_type": NULL,
    "list": list_of(DYN),
    "map": map_of(DYN, DYN),
    "google.protobuf.Timestamp": TIMESTAMP,
    "google.protobuf.Duration": DURATION,
}
_LOGICAL = frozenset({"_&&_", "_||_"})
_PREFIXES = frozenset({"optional", "sets", "strings", "ip", "format", "jsonpatch"})


def check(text: str, tree: Node, variables: Scope, messages: Messages = no_messages) -> Type:
    """The type of an expression with these variables; notes in the tree what evaluating needs. ExpressionError."""
    checker = _Checker(messages)
    found = without_variables(checker.type_of(tree, variables))
    if checker.problems:
        raise ExpressionError(text, sorted(checker.problems, key=lambda problem: problem[0]))
    return found


class _Checker:
    def __init__(self, messages: Messages) -> None:
        self._messages = messages
        self.problems: list[tuple[int, str]] = []
        self._fresh = 0

    def type_of(self, node: Node, scope: Scope) -> Type:
        match node:
            case Literal():
                return type_of(node.value)
            case Ident():
                return self._ident(node, scope)
            case Select():
                return self._select(node, scope)
            case Call():
                return self._call(node, scope)
            case ListOf():
                return self._list(node, scope)
            case MapOf():
                return self._map(node, scope)
            case Message():
                return self._message(node, scope)
            case Fold():
                return self._fold(node, scope)
            case Bound():
                return self._bound(node, scope)
        raise TypeError(node)

    def _problem(self, at: int, message: str) -> Type:
        self.problems.append((at, message))
        return DYN

    def _ident(self, node: Ident, scope: Scope) -> Type:
        if node.name in scope:
            return scope[node.name]
        if node.name in _TYPE_NAMES:
            return type_type(_TYPE_NAMES[node.name])
        return self._problem(node.at, f"undeclared reference to '{node.name}' (in container '')")

    def _select(self, node: Select, scope: Scope) -> Type:
        node.key = node.field
        operand = self.type_of(node.operand, scope)
        through = operand.name == "optional_type"
        field = self._field(node, operand.params[0] if through else operand)
        if node.test:
            return BOOL
        return optional(field) if (node.optional or through) and field.name != "optional_type" else field

    def _field(self, node: Select, operand: Type) -> Type:
        if isinstance(operand, ObjectType):
            if node.field in operand.fields:
                node.key, declared = operand.fields[node.field]
                return declared
            return self._problem(node.at, f"undefined field '{node.field}'")
        if operand.name == "map":
            return operand.params[1]
        if operand == DYN or operand.name.startswith("<"):
            return DYN
        return self._problem(node.at, f"type '{operand}' does not support field selection")

    def _call(self, node: Call, scope: Scope) -> Type:
        if node.function in _LOGICAL:
            return self._logical(node, scope)
        if node.function == "_?_:_":
            return self._conditional(node, scope)
        target = node.target
        if isinstance(target, Ident) and target.name in _PREFIXES and target.name not in scope:
            node.function, node.target, target = f"{target.name}.{node.function}", None, None
        operands = node.args if target is None else [target, *node.args]
        given = [self.type_of(operand, scope) for operand in operands]
        declared = FUNCTIONS.get((node.function, target is not None))
        if declared is None:
            return self._problem(node.at, f"undeclared reference to '{node.function}' (in container '')")
        return self._resolve(node, declared, given, target is not None)

    def _resolve(self, node: Call, declared: list[Overload], given: list[Type], method: bool) -> Type:
        result: Type | None = None
        for overload in declared:
            bindings: Bindings = {}
            if len(overload.params) == len(given) and all(fits(w, g, bindings) for w, g in zip(overload.params, given, strict=True)):
                node.overloads.append(overload)
                found = without_variables(resolved(overload.result, bindings))
                result = found if result is None or result == found else DYN
        node.certain = len(node.overloads) == 1 and not any(map(_may_differ, given))
        if result is not None:
            return result
        shown = f"{given[0]}.({', '.join(map(str, given[1:]))})" if method else f"({', '.join(map(str, given))})"
        return self._problem(node.at, f"found no matching overload for '{node.function}' applied to '{shown}'")

    def _logical(self, node: Call, scope: Scope) -> Type:
        given = [self.type_of(arg, scope) for arg in node.args]
        if all(kind in {BOOL, DYN} for kind in given):
            return BOOL
        return self._problem(node.at, f"found no matching overload for '{node.function}' applied to '({', '.join(map(str, given))})'")

    def _conditional(self, node: Call, scope: Scope) -> Type:
        condition, then, otherwise = (self.type_of(arg, scope) for arg in node.args)
        bindings: Bindings = {}
        if condition in {BOOL, DYN} and fits(then, otherwise, bindings):
            return resolved(otherwise if then in {DYN, NULL} else then, bindings)
        shown = f"({condition}, {then}, {otherwise})"
        return self._problem(node.at, f"found no matching overload for '_?_:_' applied to '{shown}'")

    def _list(self, node: ListOf, scope: Scope) -> Type:
        item: Type | None = None
        for position, part in enumerate(node.items):
            kind = self.type_of(part, scope)
            if position in node.optional and kind.name == "optional_type":
                kind = kind.params[0]
            item = self._alike(part, item, kind)
        return list_of(self._open() if item is None else item)

    def _map(self, node: MapOf, scope: Scope) -> Type:
        key: Type | None = None
        value: Type | None = None
        for left, right, maybe in node.entries:
            key = self._alike(left, key, self.type_of(left, scope))
            kind = self.type_of(right, scope)
            value = self._alike(right, value, kind.params[0] if maybe and kind.name == "optional_type" else kind)
        return map_of(key or self._open(), value or self._open())

    def _message(self, node: Message, scope: Scope) -> Type:
        declared = self._messages(node.name)
        given = [(name, value, maybe, self.type_of(value, scope)) for name, value, maybe in node.entries]
        if declared is None:
            return self._problem(node.at, f"undeclared reference to '{node.name}' (in container '')")
        for name, value, maybe, kind in given:
            if name not in declared.fields:
                self._problem(value.at, f"undefined field '{name}'")
                continue
            wanted, found = declared.fields[name][1], kind.params[0] if maybe and kind.name == "optional_type" else kind
            if not fits(wanted, found, {}):
                self._problem(value.at, f"expected type of field '{name}' is '{wanted}' but provided type is '{found}'")
        return declared

    def _alike(self, node: Node, before: Type | None, kind: Type) -> Type:
        """The type of items (keys, values) that must all be of one type."""
        if before is None or fits(before, kind, {}):
            return kind if before in {None, DYN, NULL} else before or kind
        return self._problem(node.at, f"expected type '{before}' but found '{kind}'")

    def _open(self) -> Type:
        """A type that nothing is known of yet."""
        self._fresh += 1
        return Type(f"<{self._fresh}>")

    def _fold(self, node: Fold, scope: Scope) -> Type:
        over = self.type_of(node.over, scope)
        inner = {**scope, **dict(zip(node.names, self._variables(node, over), strict=True))}
        parts = [self.type_of(part, inner) for part in node.parts]
        match node.macro:
            case "all" | "exists" | "exists_one" | "existsOne":
                return self._condition(node, 0, parts[0], BOOL)
            case "filter":
                return self._condition(node, 0, parts[0], list_of(_item(over)))
        if len(parts) == 2:
            self._condition(node, 0, parts[0], BOOL)
        if node.macro in {"map", "transformList"}:
            return list_of(parts[-1])
        if node.macro == "transformMapEntry":
            return parts[-1]
        return map_of(over.params[0] if over.name == "map" else INT if over.name == "list" else DYN, parts[-1])

    def _variables(self, node: Fold, over: Type) -> list[Type]:
        if over.name == "list":
            return [over.params[0]] if len(node.names) == 1 else [INT, over.params[0]]
        if over.name == "map":
            return list(over.params[: len(node.names)])
        if over != DYN:
            message = f"expression of type '{over}' cannot be range of a comprehension (must be list, map, or dynamic)"
            self._problem(node.over.at, message)
        return [DYN] * len(node.names)

    def _condition(self, node: Fold, position: int, given: Type, result: Type) -> Type:
        if given in {BOOL, DYN}:
            return result
        operator = "_||_" if node.macro == "exists" else "_&&_" if node.macro == "all" else "_?_:_"
        return self._problem(node.parts[position].at, f"found no matching overload for '{operator}' applied to '(bool, {given})'")

    def _bound(self, node: Bound, scope: Scope) -> Type:
        target = self.type_of(node.target, scope)
        if target.name != "optional_type" and target != DYN:
            return self._problem(node.at, f"found no matching overload for 'hasValue' applied to '{target}.()'")
        body = self.type_of(node.body, {**scope, node.name: target.params[0] if target.params else DYN})
        return body if node.macro == "optFlatMap" else optional(body)


def _may_differ(kind: Type) -> bool:
    """Whether values of the type may turn out to be of several types."""
    return kind == DYN or kind.name.startswith("<") or any(map(_may_differ, kind.params))


def _item(over: Type) -> Type:
    return over.params[0] if over.params else DYN
