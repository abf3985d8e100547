"""resource.k8s.io/v1 ResourceClaim."""

from __future__ import annotations

from datetime import datetime

from mockapi.kinds.podspec.checks import under
from mockapi.kinds.resource.claims import GROUP, claim_spec_errors, default_claim_spec
from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object, is_terminating
from mockapi.machinery.objectmeta import IMMUTABLE
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import joined
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import STATUS


class ResourceClaimStrategy(Strategy):
    """A wish for devices, which never changes (KEP-4381)."""

    has_status = True
    status_keeps_metadata = True
    revalidates_metadata = True

    def default(self, obj: Object) -> None:
        default_claim_spec(obj.setdefault("spec", {}))

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(under(SPEC, claim_spec_errors(obj["spec"])))

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        changed = obj["spec"] != old["spec"]
        return [*self.validate(obj, request), *([fielderrors.invalid("spec", obj["spec"], IMMUTABLE)] if changed else [])]


def _state(obj: Object, _now: datetime) -> str:
    status = obj.get("status") or {}
    states = ["deleted"] if is_terminating(obj) else []
    if status.get("allocation") is not None:
        states += ["allocated", *(["reserved"] if status.get("reservedFor") else [])]
    return joined(states) or "pending"


KIND = Kind(
    group=GROUP,
    version="v1",
    kind="ResourceClaim",
    plural="resourceclaims",
    strategy=ResourceClaimStrategy(),
    subresources=(STATUS,),
    columns=(NAME, Column("State", _state, description="What became of the wish."), AGE),
)
