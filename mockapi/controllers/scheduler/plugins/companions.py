"""Which pods belong together when nobody says so: those behind the same Services and of the same controller."""

from __future__ import annotations

from mockapi.machinery.meta import Key, Object, controller_of, labels_of, namespace_of
from mockapi.machinery.selectors import LabelSelector, selector_from_map, selector_from_object
from mockapi.reconcile.informer import Informers

_SERVICES = "services"
_OWNERS = {
    "ReplicaSet": "replicasets.apps",
    "StatefulSet": "statefulsets.apps",
    "ReplicationController": "replicationcontrollers",
}
_KEPT = 1024


class Companions:
    """Finds the selector of the pods that a pod is to be spread with. What it has found is kept until some Service changes."""

    def __init__(self, informers: Informers) -> None:
        self._services = informers.of(_SERVICES)
        self._owners = {kind: informers.of(resource) for kind, resource in _OWNERS.items()}
        self._known: dict[tuple[str, str, tuple[tuple[str, str], ...]], LabelSelector | None] = {}
        self._revision = -1

    def selector_of(self, pod: Object) -> LabelSelector | None:
        """The selector for the pod; None when neither Services nor a controller tell of any other pods."""
        if self._services.revision != self._revision or len(self._known) > _KEPT:
            self._revision = self._services.revision
            self._known.clear()
        owner = controller_of(pod) or {}
        key = (namespace_of(pod), owner.get("uid", ""), tuple(labels_of(pod).items()))
        if key not in self._known:
            self._known[key] = self._found(pod, owner)
        return self._known[key]

    def _found(self, pod: Object, owner: Object) -> LabelSelector | None:
        namespace, equal = namespace_of(pod), {}
        for service in self._services.list(namespace):
            selector = service["spec"].get("selector")
            if selector and selector_from_map(selector).matches(labels_of(pod)):
                equal.update(selector)
        requirements = (*selector_from_map(equal).requirements, *self._of_owner(namespace, owner).requirements)
        return LabelSelector(requirements) if requirements else None

    def _of_owner(self, namespace: str, reference: Object) -> LabelSelector:
        owners = self._owners.get(reference.get("kind", ""))
        owner = owners.get(Key(namespace, reference["name"])) if owners else None
        if owner is None:
            return LabelSelector()
        selector = owner["spec"].get("selector")
        return selector_from_map(selector) if reference["kind"] == "ReplicationController" else selector_from_object(selector)
