"""admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy."""

from __future__ import annotations

from datetime import datetime

from mockapi.kinds.admissionregistration.cells import param_kind_cell
from mockapi.kinds.admissionregistration.matching import default_policy
from mockapi.kinds.admissionregistration.policyspec import spec_errors
from mockapi.kinds.admissionregistration.strategy import RegistrationStrategy
from mockapi.machinery.fielderrors import SPEC, FieldError, Path, required
from mockapi.machinery.meta import Object, name_of
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.request import Request
from mockapi.registry.subresource import STATUS


class PolicyStrategy(RegistrationStrategy):
    """Says in CEL what may be written; bindings put it to use."""

    has_status = True

    def default(self, obj: Object) -> None:
        default_policy(obj)

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(spec_errors(obj.get("spec") or {}, SPEC, name_of(obj)))

    def validate_status_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        warnings = ((obj.get("status") or {}).get("typeChecking") or {}).get("expressionWarnings") or ()
        where = Path("status").child("typeChecking", "expressionWarnings")
        return [
            required(where.item(position).child(field))
            for position, warning in enumerate(warnings)
            for field in ("warning", "fieldRef")
            if not warning.get(field, "").strip()
        ]

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return list(spec_errors(obj.get("spec") or {}, SPEC, name_of(obj), old.get("spec")))


def _validations(obj: Object, _now: datetime) -> int:
    return len((obj.get("spec") or {}).get("validations") or ())


KIND = Kind(
    group="admissionregistration.k8s.io",
    version="v1",
    kind="ValidatingAdmissionPolicy",
    plural="validatingadmissionpolicies",
    namespaced=False,
    categories=("api-extensions",),
    strategy=PolicyStrategy(),
    columns=(
        NAME,
        Column("Validations", _validations, type="integer", documented_by="spec.validations"),
        Column("ParamKind", param_kind_cell, documented_by="spec.paramKind"),
        AGE,
    ),
    subresources=(STATUS,),
)
