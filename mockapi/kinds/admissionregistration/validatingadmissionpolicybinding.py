"""admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.admissionregistration.bindingspec import binding_errors
from mockapi.kinds.admissionregistration.cells import param_ref_cell, policy_name_cell
from mockapi.kinds.admissionregistration.matching import default_matching
from mockapi.kinds.admissionregistration.strategy import RegistrationStrategy
from mockapi.kinds.podspec.checks import under
from mockapi.machinery.fielderrors import ROOT, SPEC, FieldError, duplicate, invalid, not_supported, required
from mockapi.machinery.meta import Object
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request

_ACTIONS = ("Audit", "Deny", "Warn")
_REPEATED = (
    "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers "
    "serves no purpose)"
)


class BindingStrategy(RegistrationStrategy):
    """Puts a policy to use, for some resources and with parameters."""

    def default(self, obj: Object) -> None:
        resources = (obj.get("spec") or {}).get("matchResources")
        if resources is not None:
            default_matching(resources)

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(under(SPEC, _errors(obj.get("spec") or {})))


def _errors(spec: Object) -> Iterator[FieldError]:
    yield from binding_errors(spec)
    yield from under("validationActions", _action_errors(spec.get("validationActions") or []))


def _action_errors(actions: list[str]) -> Iterator[FieldError]:
    for position, action in enumerate(actions):
        if action not in _ACTIONS:
            yield not_supported(ROOT.item(position), action, _ACTIONS)
        if action in actions[:position]:
            yield duplicate(ROOT.item(position), action)
    if {"Deny", "Warn"} <= set(actions):
        yield invalid("", actions, _REPEATED)
    if not actions:
        yield required("", "at least one validation action is required")


KIND = Kind(
    group="admissionregistration.k8s.io",
    version="v1",
    kind="ValidatingAdmissionPolicyBinding",
    plural="validatingadmissionpolicybindings",
    namespaced=False,
    categories=("api-extensions",),
    strategy=BindingStrategy(),
    columns=(
        NAME,
        Column("PolicyName", policy_name_cell, documented_by="spec.policyName"),
        Column("ParamRef", param_ref_cell, documented_by="spec.paramRef"),
        AGE,
    ),
)
