"""core/v1 ServiceAccount."""

from __future__ import annotations

from mockapi.kinds.core.token_request import request_token
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object, annotations_of
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import Subresource

_ENFORCE = "kubernetes.io/enforce-mountable-secrets"


class ServiceAccountStrategy(Strategy):
    """An identity for pods."""

    returns_deleted = True

    def prepare_for_create(self, obj: Object, request: Request) -> None:
        _keep_names(obj)

    def prepare_for_update(self, obj: Object, old: Object, request: Request) -> None:
        _keep_names(obj)

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return self.validate_metadata(obj, True)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        if _ENFORCE not in annotations_of(obj) or (old is not None and _ENFORCE in annotations_of(old)):
            return []
        return [f"metadata.annotations[{_ENFORCE}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"]


def _keep_names(account: Object) -> None:
    """Of the references to secrets only the names are kept."""
    if account.get("secrets"):
        account["secrets"] = [{"name": secret["name"]} if secret.get("name") else {} for secret in account["secrets"]]


KIND = Kind(
    group="",
    version="v1",
    kind="ServiceAccount",
    plural="serviceaccounts",
    short_names=("sa",),
    strategy=ServiceAccountStrategy(),
    subresources=(Subresource("token", ("create",), "TokenRequest", "authentication.k8s.io", "v1", handlers=(("create", request_token),)),),
    columns=(NAME, AGE),
)
