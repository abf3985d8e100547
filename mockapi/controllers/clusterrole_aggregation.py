"""A ClusterRole may be the sum of others, chosen by their labels (ClusterRole.aggregationRule)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockapi.machinery.meta import Key, Object, Objects, key_of, labels_of, name_of
from mockapi.machinery.selectors import selector_from_object
from mockapi.reconcile.controller import Controller, Watch, own_key

_ROLES = "clusterroles.rbac.authorization.k8s.io"


class ClusterRoleAggregation(Controller):
    """Keeps the rules of every role that has an aggregationRule."""

    name = "clusterrole-aggregation-controller"
    component = name

    def watches(self) -> Mapping[str, Watch]:
        return {_ROLES: self._sums}

    def reconcile(self, key: Key) -> float | None:
        role = self.client.get(_ROLES, "", key.name)
        if role is None or not role.get("aggregationRule"):
            return None
        rules = self._rules(role)
        if rules != (role.get("rules") or []):
            head = {"apiVersion": role["apiVersion"], "kind": role["kind"], "metadata": {"name": key.name}}
            # Rules written by hand stay as long as there are no others: whoever applies no rules takes away only its own.
            self.client.apply(_ROLES, {**head, **({"rules": rules} if rules else {})})
        return None

    def _sums(self, obj: Object, previous: Object | None) -> Iterable[Key]:
        """Every role that is a sum: any role's labels may make it a part of each."""
        yield from own_key(obj, previous)
        yield from (key_of(role) for role in self.informers.of(_ROLES).list() if role.get("aggregationRule"))

    def _rules(self, role: Object) -> Objects:
        """The rules of all parts in the order of their selectors and names, each once."""
        rules: Objects = []
        for selector in map(selector_from_object, role["aggregationRule"].get("clusterRoleSelectors") or ()):
            for part in sorted(self.client.list(_ROLES), key=name_of):
                if part["metadata"]["name"] != name_of(role) and selector.matches(labels_of(part)):
                    rules += [rule for rule in part.get("rules") or () if rule not in rules]
        return rules
