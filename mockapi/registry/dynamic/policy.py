"""One ValidatingAdmissionPolicy: what its expressions say to a write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockapi.machinery.meta import Object, Objects, name_of
from mockapi.registry.dynamic.conditions import Conditions
from mockapi.registry.dynamic.expressions import Expression, Failed, Scope, Unusable, Variable, Variables

_LONGEST_MESSAGE = 5 * 1024
_INVALID = "Invalid"


@dataclass(frozen=True)
class Denial:
    """Why a policy refuses a write. One that comes `always` does not depend on the binding's actions."""

    message: str
    reason: str = _INVALID
    always: bool = False


class Policy:
    """A policy, made once from its object; may be used by many threads."""

    def __init__(self, policy: Object) -> None:
        spec = policy["spec"]
        self.name = name_of(policy)
        self.fail_closed = spec["failurePolicy"] != "Ignore"
        self.param_kind: Object | None = spec.get("paramKind")
        scope = Scope(params=self.param_kind is not None)
        self._conditions = Conditions(spec.get("matchConditions") or [], scope, fail_closed=self.fail_closed)
        variables = tuple(Variable(each["name"], each["expression"]) for each in spec.get("variables") or ())
        self._scope = Scope(params=scope.params, variables=variables)
        self._validations: Objects = spec.get("validations") or []
        self._annotations: Objects = spec.get("auditAnnotations") or []

    def evaluate(self, bindings: Mapping[str, Any]) -> list[Denial]:
        """All that the policy has against a write."""
        try:
            if not self._conditions.hold(bindings):
                return []
        except Failed as failure:
            return [Denial(str(failure))]
        variables = {**bindings, "variables": Variables(self._scope, bindings)}
        found = [denial for validation in self._validations for denial in self._violations(validation, variables)]
        return found + [denial for annotation in self._annotations for denial in self._annotation_failures(annotation, variables)]

    def _violations(self, validation: Object, bindings: Mapping[str, Any]) -> Iterator[Denial]:
        try:
            if Expression(validation["expression"], self._scope).value(bindings) is True:
                return
        except (Failed, Unusable) as failure:
            if self.fail_closed:
                yield Denial(str(failure))
            return
        yield Denial(self._message(validation, bindings), validation.get("reason") or _INVALID)

    def _message(self, validation: Object, bindings: Mapping[str, Any]) -> str:
        """What the message expression says; the message where it says nothing that fits on a line; or else the expression."""
        said = self._said(validation.get("messageExpression", ""), bindings)
        return said or validation.get("message", "").strip() or f"failed expression: {validation['expression'].strip()}"

    def _said(self, expression: str, bindings: Mapping[str, Any]) -> str:
        if not expression:
            return ""
        try:
            value = Expression(expression, self._scope.without_authorizer()).value(bindings)
        except (Failed, Unusable):
            return ""
        said = value.strip() if isinstance(value, str) else ""
        return "" if "\n" in said or len(said.encode()) > _LONGEST_MESSAGE else said

    def _annotation_failures(self, annotation: Object, bindings: Mapping[str, Any]) -> Iterator[Denial]:
        """There is no audit log here to be annotated, but annotations that fail count."""
        try:
            Expression(annotation["valueExpression"].strip(), self._scope).value(bindings)
        except (Failed, Unusable) as failure:
            if self.fail_closed:
                yield Denial(str(failure), always=True)
