"""admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy."""

from __future__ import annotations

from datetime import datetime

from mockapi.kinds.admissionregistration.matching import default_match_resources, default_rules
from mockapi.kinds.admissionregistration.policyspec import spec_errors
from mockapi.kinds.admissionregistration.strategy import RegistrationStrategy
from mockapi.machinery.fielderrors import SPEC, FieldError, Path, required
from mockapi.machinery.meta import Object, name_of
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import UNSET
from mockapi.registry.request import Request
from mockapi.registry.subresource import STATUS


class PolicyStrategy(RegistrationStrategy):
    """Says in CEL what may be written; bindings put it to use."""

    has_status = True

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        spec.setdefault("failurePolicy", "Fail")
        if spec.get("matchConstraints") is not None:
            default_match_resources(spec["matchConstraints"])
            for field in ("resourceRules", "excludeResourceRules"):
                default_rules(spec["matchConstraints"].get(field))

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


def _param_kind(obj: Object, _now: datetime) -> str:
    param = (obj.get("spec") or {}).get("paramKind")
    return UNSET if param is None else f"{param.get('apiVersion', '')}/{param.get('kind', '')}"


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
        Column("ParamKind", _param_kind, documented_by="spec.paramKind"),
        AGE,
    ),
    subresources=(STATUS,),
)
