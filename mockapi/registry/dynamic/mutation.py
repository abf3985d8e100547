"""One MutatingAdmissionPolicy: what its expressions make of an object (KEP-3962)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockapi.machinery.meta import Object, name_of
from mockapi.registry.apply.types import Type, problems_text
from mockapi.registry.dynamic.conditions import Conditions
from mockapi.registry.dynamic.expressions import Expression, Failed, Scope, Unusable, Variable, Variables
from mockapi.registry.dynamic.patches import DoesNotFit, patched

APPLY_CONFIGURATION, JSON_PATCH = "ApplyConfiguration", "JSONPatch"
_FIELDS = {APPLY_CONFIGURATION: "applyConfiguration", JSON_PATCH: "jsonPatch"}
_OBJECT = "Object"


class Mutation:
    """One mutation of a policy."""

    def __init__(self, mutation: Object, scope: Scope) -> None:
        self._applies = mutation["patchType"] == APPLY_CONFIGURATION
        self._text: str = mutation[_FIELDS[mutation["patchType"]]]["expression"]
        self._scope = scope

    def mutated(self, obj: Object, of: Type, bindings: Mapping[str, Any]) -> Object:
        """A new object, not decoded. Raises Failed."""
        try:
            made = Expression(self._text, self._scope).value(bindings)
        except Unusable as failure:
            raise Failed(str(failure)) from failure
        return _applied(obj, made, of) if self._applies else _patched(obj, made)

    @property
    def is_strict(self) -> bool:
        """Whether what it makes must have no unknown fields: what is applied is checked before."""
        return not self._applies


class MutatingPolicy:
    """A policy, made once from its object; may be used by many threads."""

    def __init__(self, policy: Object) -> None:
        spec = policy["spec"]
        self.name = name_of(policy)
        self.fail_closed = spec["failurePolicy"] != "Ignore"
        self.reinvoked = spec.get("reinvocationPolicy") == "IfNeeded"
        self.param_kind: Object | None = spec.get("paramKind")
        scope = Scope(params=self.param_kind is not None)
        self._conditions = Conditions(spec.get("matchConditions") or [], scope, fail_closed=self.fail_closed)
        variables = tuple(Variable(each["name"], each["expression"]) for each in spec.get("variables") or ())
        self._scope = Scope(params=scope.params, patches=True, variables=variables)
        self.mutations = [Mutation(mutation, self._scope) for mutation in spec.get("mutations") or ()]

    def concerns(self, bindings: Mapping[str, Any]) -> bool:
        """Whether the match conditions hold. Raises Failed."""
        return self._conditions.hold(bindings)

    def with_variables(self, bindings: Mapping[str, Any]) -> dict[str, Any]:
        """What the mutations see."""
        return {**bindings, "variables": Variables(self._scope, bindings)}


def _applied(obj: Object, made: Any, of: Type) -> Object:
    """The object with an apply configuration laid over it, of which nobody comes to own anything."""
    _check_names(made)
    configuration = {**_json(made), "apiVersion": obj["apiVersion"], "kind": obj["kind"]}
    problems = list(of.check(configuration))
    if problems:
        raise Failed(f"error applying patch: failed to convert patch object to typed object: {problems_text(problems)}")
    if atomics := list(of.atomics(configuration)):
        sentence = f"may not mutate atomic arrays, maps or structs: {', '.join(atomics)}"
        raise Failed(f"error applying patch: invalid ApplyConfiguration: {sentence}")
    merged: Object = of.merge(obj, configuration)
    return merged


def _patched(obj: Object, made: Any) -> Object:
    operations = [_operation(each) for each in made]
    try:
        return patched(obj, operations)
    except DoesNotFit as failure:
        if failure.tested:  # the object is left as it is
            return obj
        raise Failed(f"JSON Patch: {failure}") from failure


def _operation(made: Any) -> Object:
    operation = {"op": made.get("op", ""), "path": made.get("path", "")}
    if made.get("from"):
        operation["from"] = made["from"]
    if "value" in made:
        _check_names(made["value"])
        operation["value"] = _json(made["value"])
    return operation


def _json(value: Any) -> Any:
    from mockapi.registry.cel.values import EvaluationError, as_json  # noqa: PLC0415

    try:
        return as_json(value)
    except EvaluationError as failure:
        raise Failed(str(failure)) from failure


def _check_names(made: Any) -> None:
    """The name of an object's type must be the path at which it stands. Raises Failed."""
    root = getattr(made, "type_name", "")
    wrong = list(_misnamed(made, root)) if root else []
    if wrong:
        raise Failed("type mismatch: " + "\n".join(wrong))


def _misnamed(value: Any, expected: str) -> Iterator[str]:
    name = getattr(value, "type_name", "")
    if name and name != expected:
        yield f'unexpected type name "{name}", expected "{expected}", which matches field name path from root Object type'
    if isinstance(value, dict):
        for field, inner in value.items():
            yield from _misnamed(inner, f"{expected}.{field}" if name else expected)
    elif isinstance(value, list):
        for inner in value:
            yield from _misnamed(inner, expected)
