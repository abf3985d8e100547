"""Evaluation: a checked tree is turned into Python functions once, which then compute its value for given variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from mockapi.registry.cel.overloads import Overload, holds
from mockapi.registry.cel.syntax import Bound, Call, Fold, Ident, ListOf, Literal, MapOf, Message, Node, Select
from mockapi.registry.cel.types import Type
from mockapi.registry.cel.values import NONE, EvaluationError, Made, Maybe

Variables = dict[str, Any]
Evaluate = Callable[[Variables], Any]


def evaluator(node: Node) -> Evaluate:
    """The function that computes the value of a checked expression; it raises EvaluationError."""
    match node:
        case Literal():
            value = node.value
            return lambda _variables: value
        case Ident():
            return _ident(node.name)
        case Select():
            return _select(node)
        case Call():
            return _call(node)
        case ListOf():
            return _list(node)
        case MapOf():
            return _map(node)
        case Message():
            return _message(node)
        case Fold():
            return _fold(node)
        case Bound():
            return _bound(node)
    raise TypeError(node)


def _ident(name: str) -> Evaluate:
    declared = Type(name)
    return lambda variables: variables.get(name, declared)


def _select(node: Select) -> Evaluate:
    operand, key, test, optional = evaluator(node.operand), node.key, node.test, node.optional

    def select(variables: Variables) -> Any:
        holder = operand(variables)
        through = isinstance(holder, Maybe)
        if through:
            if not holder.present:
                return False if test else NONE
            holder = holder.value
        present = isinstance(holder, dict) and key in holder
        if test:
            return present
        if optional or through:
            found = holder[key] if present else NONE
            return found if isinstance(found, Maybe) else Maybe(True, found)
        if not isinstance(holder, dict):
            raise EvaluationError("no such overload")
        if not present:
            raise EvaluationError(f"no such key: {key}")
        return holder[key]

    return select


def _call(node: Call) -> Evaluate:
    args = [evaluator(arg) for arg in ([node.target] if node.target is not None else []) + node.args]
    match node.function:
        case "_&&_":
            return lambda variables: _verdict(((arg, variables) for arg in args), decisive=False)
        case "_||_":
            return lambda variables: _verdict(((arg, variables) for arg in args), decisive=True)
        case "_?_:_":
            return lambda variables: args[1](variables) if _truth(args[0](variables)) else args[2](variables)
    if node.certain:
        compute = node.overloads[0].compute
        if len(args) == 1:
            only = args[0]
            return lambda variables: compute(only(variables))
        return lambda variables: compute(*[arg(variables) for arg in args])
    return lambda variables: _dispatched(node.overloads, [arg(variables) for arg in args])


def _dispatched(overloads: list[Overload], values: list[Any]) -> Any:
    """What is only known when it runs: the first signature that the values fit."""
    for overload in overloads:
        if all(map(holds, overload.params, values)):
            return overload.compute(*values)
    raise EvaluationError("no such overload")


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise EvaluationError("no such overload")
    return value


def _verdict(attempts: Iterable[tuple[Evaluate, Variables]], *, decisive: bool) -> bool:
    """Looks for the condition that decides; one that fails counts only where none does."""
    failure: EvaluationError | None = None
    for condition, variables in attempts:
        try:
            if _truth(condition(variables)) is decisive:
                return decisive
        except EvaluationError as error:
            failure = error
    if failure is not None:
        raise failure
    return not decisive


def _list(node: ListOf) -> Evaluate:
    parts = [(evaluator(item), position in node.optional) for position, item in enumerate(node.items)]

    def build(variables: Variables) -> list[Any]:
        built = []
        for part, optional in parts:
            value = part(variables)
            if not optional:
                built.append(value)
            elif value.present:
                built.append(value.value)
        return built

    return build


def _map(node: MapOf) -> Evaluate:
    parts = [(evaluator(key), evaluator(value), optional) for key, value, optional in node.entries]

    def build(variables: Variables) -> dict[Any, Any]:
        built = {}
        for key, part, optional in parts:
            value = part(variables)
            if not optional:
                built[key(variables)] = value
            elif value.present:
                built[key(variables)] = value.value
        return built

    return build


def _message(node: Message) -> Evaluate:
    parts = [(name, evaluator(value), optional) for name, value, optional in node.entries]

    def build(variables: Variables) -> Made:
        built = Made(node.name)
        for name, part, optional in parts:
            value = part(variables)
            if not optional:
                built[name] = value
            elif value.present:
                built[name] = value.value
        return built

    return build


def _bound(node: Bound) -> Evaluate:
    target, body, name, flat = evaluator(node.target), evaluator(node.body), node.name, node.macro == "optFlatMap"

    def bind(variables: Variables) -> Any:
        maybe = target(variables)
        if not maybe.present:
            return NONE
        found = body({**variables, name: maybe.value})
        return found if flat else Maybe(True, found)

    return bind


def _fold(node: Fold) -> Evaluate:
    over, names = evaluator(node.over), node.names
    parts = [evaluator(part) for part in node.parts]

    def scopes(variables: Variables) -> Iterable[tuple[Any, Variables]]:
        """Each key or index (with one variable: the item itself) and the variables with it bound."""
        found = over(variables)
        if not isinstance(found, list | dict):
            raise EvaluationError("no such overload")
        if len(names) == 1:
            return ((item, {**variables, names[0]: item}) for item in found)
        pairs = found.items() if isinstance(found, dict) else enumerate(found)
        return ((key, {**variables, names[0]: key, names[1]: value}) for key, value in pairs)

    return lambda variables: _FOLDS[node.macro](scopes(variables), parts)


_Scopes = Iterable[tuple[Any, Variables]]


def _all(scopes: _Scopes, parts: list[Evaluate]) -> bool:
    return _verdict(((parts[0], scope) for _, scope in scopes), decisive=False)


def _exists(scopes: _Scopes, parts: list[Evaluate]) -> bool:
    return _verdict(((parts[0], scope) for _, scope in scopes), decisive=True)


def _exactly_one(scopes: _Scopes, parts: list[Evaluate]) -> bool:
    return sum(_truth(parts[0](scope)) for _, scope in scopes) == 1


def _kept(scopes: _Scopes, parts: list[Evaluate]) -> Iterable[tuple[Any, Variables]]:
    """The scopes that satisfy the condition, where there is one before the last part."""
    return scopes if len(parts) == 1 else ((key, scope) for key, scope in scopes if _truth(parts[0](scope)))


def _mapped(scopes: _Scopes, parts: list[Evaluate]) -> list[Any]:
    return [parts[-1](scope) for _, scope in _kept(scopes, parts)]


def _filtered(scopes: _Scopes, parts: list[Evaluate]) -> list[Any]:
    return [item for item, scope in scopes if _truth(parts[0](scope))]


def _values_mapped(scopes: _Scopes, parts: list[Evaluate]) -> dict[Any, Any]:
    return {key: parts[-1](scope) for key, scope in _kept(scopes, parts)}


def _entries_mapped(scopes: _Scopes, parts: list[Evaluate]) -> dict[Any, Any]:
    built: dict[Any, Any] = {}
    for _, scope in _kept(scopes, parts):
        built.update(parts[-1](scope))
    return built


_FOLDS: dict[str, Callable[[_Scopes, list[Evaluate]], Any]] = {
    "all": _all,
    "exists": _exists,
    "exists_one": _exactly_one,
    "existsOne": _exactly_one,
    "map": _mapped,
    "filter": _filtered,
    "transformList": _mapped,
    "transformMap": _values_mapped,
    "transformMapEntry": _entries_mapped,
}
