"""rbac.authorization.k8s.io/v1 ClusterRoleBinding."""

from __future__ import annotations

from mockapi.kinds.rbac.cells import BINDING_COLUMNS
from mockapi.kinds.rbac.rules import GROUP, BindingStrategy
from mockapi.registry.kind import Kind

KIND = Kind(
    group=GROUP,
    version="v1",
    kind="ClusterRoleBinding",
    plural="clusterrolebindings",
    namespaced=False,
    strategy=BindingStrategy(namespaced=False),
    columns=BINDING_COLUMNS,
)
