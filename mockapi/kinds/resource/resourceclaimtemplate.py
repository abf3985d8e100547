"""resource.k8s.io/v1 ResourceClaimTemplate."""

from __future__ import annotations

from mockapi.kinds.podspec.checks import under
from mockapi.kinds.resource.claims import GROUP, claim_spec_errors, default_claim_spec
from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import IMMUTABLE
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy


class ResourceClaimTemplateStrategy(Strategy):
    """From which claims for pods are made; it never changes."""

    revalidates_metadata = True

    def default(self, obj: Object) -> None:
        default_claim_spec(obj.setdefault("spec", {}).setdefault("spec", {}))

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(under("spec.spec", claim_spec_errors(obj["spec"]["spec"])))

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        changed = obj["spec"] != old["spec"]
        return [*self.validate(obj, request), *([fielderrors.invalid("spec", obj["spec"], IMMUTABLE)] if changed else [])]


KIND = Kind(
    group=GROUP,
    version="v1",
    kind="ResourceClaimTemplate",
    plural="resourceclaimtemplates",
    strategy=ResourceClaimTemplateStrategy(),
    columns=(NAME, AGE),
)
