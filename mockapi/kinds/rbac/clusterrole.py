"""rbac.authorization.k8s.io/v1 ClusterRole."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.podspec.checks import each, label_selector, part, under
from mockapi.kinds.rbac.rules import GROUP, policy_rules
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object
from mockapi.registry.kind import Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy


def _aggregation(rule: Object) -> Iterator[FieldError]:
    selectors = rule.get("clusterRoleSelectors") or []
    if not selectors:
        sentence = "at least one clusterRoleSelector required if aggregationRule is non-nil"
        yield fielderrors.required("clusterRoleSelectors", sentence)
    yield from under("clusterRoleSelectors", each(label_selector)(selectors))


class ClusterRoleStrategy(Strategy):
    """Permissions in the whole cluster, or those that other cluster roles add up to."""

    create_on_update = True
    revalidates_metadata = True
    name_rule = staticmethod(names.path_segment_name)

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        rules = under("rules", policy_rules(obj.get("rules"), namespaced=False))
        return [*rules, *part(obj, "aggregationRule", _aggregation)]


KIND = Kind(group=GROUP, version="v1", kind="ClusterRole", plural="clusterroles", namespaced=False, strategy=ClusterRoleStrategy())
