"""admissionregistration.k8s.io/v1 MutatingAdmissionPolicy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mockapi.kinds.admissionregistration.cells import param_kind_cell
from mockapi.kinds.admissionregistration.matching import default_policy
from mockapi.kinds.admissionregistration.policyspec import matching_errors, variables_errors, with_variables
from mockapi.kinds.admissionregistration.strategy import RegistrationStrategy
from mockapi.kinds.podspec.checks import under
from mockapi.machinery.fielderrors import ROOT, SPEC, FieldError, invalid, not_supported, required
from mockapi.machinery.meta import Object
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.dynamic.expressions import Scope, problem_of
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request

# By patchType: the field that has the patch, and the type of its expression.
_PATCHES = {"ApplyConfiguration": ("applyConfiguration", "Object"), "JSONPatch": ("jsonPatch", "list(JSONPatch)")}
_REINVOCATION_POLICIES = ("IfNeeded", "Never")


class MutatingPolicyStrategy(RegistrationStrategy):
    """Says in CEL what becomes of what is written; bindings put it to use."""

    def default(self, obj: Object) -> None:
        default_policy(obj)

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(under(SPEC, _errors(obj.get("spec") or {}, None)))

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return list(under(SPEC, _errors(obj.get("spec") or {}, old.get("spec"))))


def _errors(spec: Object, old: Object | None) -> Iterator[FieldError]:
    yield from matching_errors(spec, old, mutating=True)
    scope = Scope(params=spec.get("paramKind") is not None, patches=True)
    yield from variables_errors(spec, scope)
    scope, mutations = with_variables(spec, scope), spec.get("mutations") or ()
    if not mutations:
        yield required("mutations", "mutations must contain at least one item")
    for position, mutation in enumerate(mutations):
        yield from under(str(ROOT.child("mutations").item(position)), _mutation_errors(mutation, scope))
    policy = spec.get("reinvocationPolicy")
    if not policy:
        yield required("reinvocationPolicy")
    elif policy not in _REINVOCATION_POLICIES:
        yield not_supported("reinvocationPolicy", policy, _REINVOCATION_POLICIES)


def _mutation_errors(mutation: Object, scope: Scope) -> Iterator[FieldError]:
    kind = mutation.get("patchType")
    if not kind:
        yield required("patchType")
        return
    if kind not in _PATCHES:
        yield not_supported("patchType", kind, tuple(_PATCHES))
        return
    field, result = _PATCHES[kind]
    if mutation.get(field) is None:
        yield required(field, f"must be specified when patchType is {kind}")
    else:
        yield from under(field, _patch_errors(mutation[field].get("expression", "").strip(), scope, result))
    for other in (other for other, _ in _PATCHES.values() if other != field and mutation.get(other) is not None):
        yield invalid(other, f"{{{other}}}", f"must not be specified when patchType is {kind}")


def _patch_errors(expression: str, scope: Scope, result: str) -> Iterator[FieldError]:
    if not expression:
        yield required("expression")
    elif problem := problem_of(expression, scope, result):
        yield invalid("expression", expression, problem)


def _mutations(obj: Object, _now: datetime) -> int:
    return len((obj.get("spec") or {}).get("mutations") or ())


KIND = Kind(
    group="admissionregistration.k8s.io",
    version="v1",
    kind="MutatingAdmissionPolicy",
    plural="mutatingadmissionpolicies",
    namespaced=False,
    categories=("api-extensions",),
    strategy=MutatingPolicyStrategy(),
    columns=(
        NAME,
        Column("Mutations", _mutations, type="integer", documented_by="spec.mutations"),
        Column("ParamKind", param_kind_cell, documented_by="spec.paramKind"),
        AGE,
    ),
)
