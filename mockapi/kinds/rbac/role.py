"""rbac.authorization.k8s.io/v1 Role."""

from __future__ import annotations

from mockapi.kinds.podspec.checks import under
from mockapi.kinds.rbac.rules import GROUP, policy_rules
from mockapi.machinery import names
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.registry.kind import Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy


class RoleStrategy(Strategy):
    """Permissions within a namespace."""

    create_on_update = True
    revalidates_metadata = True
    name_rule = staticmethod(names.path_segment_name)

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return list(under("rules", policy_rules(obj.get("rules"), namespaced=True)))


KIND = Kind(group=GROUP, version="v1", kind="Role", plural="roles", strategy=RoleStrategy())
