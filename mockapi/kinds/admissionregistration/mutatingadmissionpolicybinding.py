"""admissionregistration.k8s.io/v1 MutatingAdmissionPolicyBinding."""

from __future__ import annotations

from mockapi.kinds.admissionregistration.bindingspec import binding_errors
from mockapi.kinds.admissionregistration.cells import param_ref_cell, policy_name_cell
from mockapi.kinds.admissionregistration.matching import default_matching
from mockapi.kinds.admissionregistration.strategy import RegistrationStrategy
from mockapi.kinds.podspec.checks import under
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request


class MutatingBindingStrategy(RegistrationStrategy):
    """Puts a mutating policy to use, for some resources and with parameters."""

    def default(self, obj: Object) -> None:
        resources = (obj.get("spec") or {}).get("matchResources")
        if resources is not None:
            default_matching(resources)

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(under(SPEC, binding_errors(obj.get("spec") or {})))


KIND = Kind(
    group="admissionregistration.k8s.io",
    version="v1",
    kind="MutatingAdmissionPolicyBinding",
    plural="mutatingadmissionpolicybindings",
    namespaced=False,
    categories=("api-extensions",),
    strategy=MutatingBindingStrategy(),
    columns=(
        NAME,
        Column("PolicyName", policy_name_cell, documented_by="spec.policyName"),
        Column("ParamRef", param_ref_cell, documented_by="spec.paramRef"),
        AGE,
    ),
)
