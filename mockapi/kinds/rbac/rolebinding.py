"""rbac.authorization.k8s.io/v1 RoleBinding."""

from __future__ import annotations

from mockapi.kinds.rbac.cells import BINDING_COLUMNS
from mockapi.kinds.rbac.rules import GROUP, BindingStrategy
from mockapi.registry.kind import Kind

KIND = Kind(
    group=GROUP,
    version="v1",
    kind="RoleBinding",
    plural="rolebindings",
    strategy=BindingStrategy(namespaced=True),
    columns=BINDING_COLUMNS,
)
