"""Expressions in CEL about a write: what they may name, and what they come to. The language is loaded with the first of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mockapi.machinery.clock import parse_timestamp
from mockapi.machinery.meta import Object

if TYPE_CHECKING:
    from mockapi.registry.cel.program import Program
    from mockapi.registry.cel.types import Type

# Programs of this process, by text and scope.
_REMEMBERED = 1024
_TIMES = ("creationTimestamp", "deletionTimestamp")


class Unusable(Exception):  # noqa: N818 (the text is what matters)
    """An expression cannot be compiled; the text is the real server's."""


class Failed(Exception):  # noqa: N818
    """An expression has no value; the text is the real server's."""


@dataclass(frozen=True)
class Variable:
    """A named expression of a policy (Variable)."""

    name: str
    expression: str


@dataclass(frozen=True)
class Scope:
    """What an expression may name beside object, oldObject, request and namespaceObject. A variable sees those before it.

    `patches` lets it make objects and patches, as mutations do.
    """

    params: bool = False
    authorizer: bool = True
    patches: bool = False
    variables: tuple[Variable, ...] = ()

    def with_variable(self, variable: Variable) -> Scope:
        """The scope of what follows a variable."""
        return replace(self, variables=(*self.variables, variable))

    def without_authorizer(self) -> Scope:
        """The scope of messages."""
        return replace(self, authorizer=False)


class Expression:
    """An expression in its scope."""

    def __init__(self, text: str, scope: Scope) -> None:
        """Raises Unusable."""
        self.text = text
        self._program = _program(text, scope)

    def value(self, bindings: Mapping[str, Any]) -> Any:
        """What the expression comes to for a write. Raises Failed."""
        try:
            return evaluated(self._program, bindings)
        except Failed as failure:
            raise Failed(f"expression '{self.text}' resulted in error: {failure}") from failure


def problem_of(text: str, scope: Scope, *results: str) -> str:
    """Why an expression cannot be used, or not where a value of one of these types is wanted (none: any); "" where it can."""
    try:
        program = _program(text, scope)
    except Unusable as failure:
        return str(failure)
    found = {"null": "null_type"}.get(str(program.type), str(program.type))
    if not results or found in results:
        return ""
    wanted = results[0] if len(results) == 1 else f"one of [{' '.join(results)}]"
    return f"must evaluate to {wanted} but got {found}"


def evaluated(program: Program, bindings: Mapping[str, Any]) -> Any:
    """The value of a program. Raises Failed."""
    from mockapi.registry.cel.values import EvaluationError  # noqa: PLC0415

    try:
        return program.evaluate(bindings)
    except EvaluationError as failure:
        raise Failed(str(failure)) from failure


def bindings_of(request: Object, obj: Object | None, old: Object | None, params: Object | None, namespace: Object | None) -> dict[str, Any]:
    """What expressions see of a write; `request` is an AdmissionRequest without its objects."""
    from mockapi.registry.dynamic.authorizer import authorizer_of  # noqa: PLC0415

    shown = _namespace_shown(namespace) if namespace is not None else None
    return {
        "request": request,
        "object": obj,
        "oldObject": old,
        "params": params,
        "namespaceObject": shown,
        "authorizer": authorizer_of(request),
    }


class Variables(dict[str, Any]):
    """The variables of a policy for one write: each is computed when it is first asked for."""

    def __init__(self, scope: Scope, bindings: Mapping[str, Any]) -> None:
        super().__init__()
        self._expressions = {variable.name: variable.expression for variable in scope.variables}
        self._scopes = {variable.name: replace(scope, variables=scope.variables[:i]) for i, variable in enumerate(scope.variables)}
        self._bindings = {**bindings, "variables": self}

    def __contains__(self, name: object) -> bool:
        return name in self._expressions

    def __missing__(self, name: str) -> Any:
        from mockapi.registry.cel.values import EvaluationError  # noqa: PLC0415

        try:
            self[name] = evaluated(_program(self._expressions[name], self._scopes[name]), self._bindings)
        except (Failed, Unusable) as failure:
            raise EvaluationError(f'composited variable "{name}" fails to evaluate: {failure}') from failure
        return self[name]


def _namespace_shown(namespace: Object) -> Object:
    """Of a namespace its metadata with real times, spec and status."""
    meta = namespace["metadata"]
    times = {field: parse_timestamp(meta[field]) for field in _TIMES if meta.get(field)}
    return {**namespace, "metadata": {**meta, **times}}


@lru_cache(_REMEMBERED)
def _program(text: str, scope: Scope) -> Program:
    """Compiles an expression. Unusable carries all that is wrong."""
    from mockapi.registry.cel.functions.patches import patch_messages  # noqa: PLC0415
    from mockapi.registry.cel.program import compile_expression  # noqa: PLC0415
    from mockapi.registry.cel.syntax import ExpressionError  # noqa: PLC0415
    from mockapi.registry.cel.types import no_messages  # noqa: PLC0415

    try:
        return compile_expression(text, _declared(scope), patch_messages if scope.patches else no_messages)
    except ExpressionError as failure:
        raise Unusable(f"compilation failed: {failure}") from failure


def _declared(scope: Scope) -> dict[str, Type]:
    from mockapi.registry.cel.functions.authorization import AUTHORIZER  # noqa: PLC0415
    from mockapi.registry.cel.types import DYN  # noqa: PLC0415
    from mockapi.registry.dynamic.variables import NAMESPACE, REQUEST, variables_type  # noqa: PLC0415

    declared: dict[str, Type] = {"object": DYN, "oldObject": DYN, "request": REQUEST, "namespaceObject": NAMESPACE}
    if scope.params:
        declared["params"] = DYN
    if scope.authorizer:
        declared["authorizer"] = AUTHORIZER
    if scope.variables:
        declared["variables"] = variables_type(_variable_types(scope))
    return declared


def _variable_types(scope: Scope) -> dict[str, Type]:
    from mockapi.registry.cel.types import DYN  # noqa: PLC0415

    found = {}
    for position, variable in enumerate(scope.variables):
        before = replace(scope, variables=scope.variables[:position])
        try:
            found[variable.name] = _program(variable.expression, before).type
        except Unusable:
            found[variable.name] = DYN
    return found
