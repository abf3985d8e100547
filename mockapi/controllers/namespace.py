"""A namespace that was deleted goes when everything in it has gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mockapi.machinery.clock import timestamp
from mockapi.machinery.meta import Key, Object, Objects, is_terminating, key_of, namespace_of, uid_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key
from mockapi.registry.kind import Kind

_FINALIZER = "kubernetes"
# What is waiting (a pod's grace period, say) wakes the controller when it goes; this is for what was missed.
_LOOK_AGAIN = 5.0


class NamespaceLifecycle(Controller):
    """Deletes a terminating namespace's content, tells in its status what is left, and lets it go when nothing is.

    It begins a while after the deletion, when clients and other controllers have had the time to notice.
    """

    name = "namespace"
    workers = 2

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._seen: dict[Key, float] = {}

    def watches(self) -> Mapping[str, Watch]:
        content = {kind.resource: self._of_terminating for kind in self._kinds()}
        return {**content, "namespaces": lambda obj, previous: own_key(obj, previous) if is_terminating(obj) else ()}

    def watching(self) -> int:
        return self.client.resources.catalogue.revision

    def reconcile(self, key: Key) -> float | None:
        namespace = self.client.get("namespaces", "", key.name)
        if namespace is None or not is_terminating(namespace) or _FINALIZER not in (namespace["spec"].get("finalizers") or ()):
            self._seen.pop(key, None)
            return None
        wait = self._seen.setdefault(key, self.clock.monotonic()) + self.toolbox.simulation.namespace_delay - self.clock.monotonic()
        if wait > 0:
            return wait
        for kind in self._kinds():
            for obj in self.client.list(kind.resource, key.name):
                if not is_terminating(obj):
                    self.client.delete(kind.resource, key.name, key_of(obj).name, uid=uid_of(obj), propagation="Background")
        left = {kind: objects for kind in self._kinds() if (objects := self.client.list(kind.resource, key.name))}
        if left:
            self._report(namespace, left)
            return _LOOK_AGAIN
        finalizers = [name for name in namespace["spec"]["finalizers"] if name != _FINALIZER]
        finalized = {**namespace, "spec": {**namespace["spec"], "finalizers": finalizers}}
        self.client.act("namespaces", key, "finalize", finalized, "update")
        self.client.delete("namespaces", "", key.name, uid=uid_of(namespace))
        return None

    def _kinds(self) -> Iterator[Kind]:
        return (kind for kind in self.client.resources.catalogue.stored if kind.namespaced)

    def _of_terminating(self, obj: Object, _previous: Object | None) -> Iterable[Key]:
        name = namespace_of(obj)
        namespace = self.informers.of("namespaces").get(Key("", name))
        return [Key("", name)] if namespace and is_terminating(namespace) else []

    def _report(self, namespace: Object, left: Mapping[Kind, Objects]) -> None:
        present = {condition["type"]: condition for condition in namespace["status"].get("conditions") or ()}
        now = timestamp(self.clock.now())
        conditions = [_condition(present, now, *fields) for fields in _conditions(left)]
        if conditions != namespace["status"].get("conditions"):
            status = {**namespace["status"], "conditions": conditions}
            self.client.update_status("namespaces", {**namespace, "status": status})


def _conditions(left: Mapping[Kind, Objects]) -> Iterator[tuple[str, str, str, str]]:
    """Type, status, reason and message of each condition (core/v1 NamespaceCondition)."""
    yield "NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered", "All resources successfully discovered"
    yield "NamespaceDeletionGroupVersionParsingFailure", "False", "ParsedGroupVersions", "All legacy kube types successfully parsed"
    sentence = "All content successfully deleted, may be waiting on finalization"
    yield "NamespaceDeletionContentFailure", "False", "ContentDeleted", sentence
    counts = ", ".join(sorted(f"{kind.plural}.{kind.group} has {len(objects)} resource instances" for kind, objects in left.items()))
    yield "NamespaceContentRemaining", "True", "SomeResourcesRemain", f"Some resources are remaining: {counts}"
    yield _finalizers_condition(left)


def _finalizers_condition(left: Mapping[Kind, Objects]) -> tuple[str, str, str, str]:
    counts: dict[str, int] = {}
    for objects in left.values():
        for obj in objects:
            for name in obj["metadata"].get("finalizers") or ():
                counts[name] = counts.get(name, 0) + 1
    if not counts:
        return "NamespaceFinalizersRemaining", "False", "ContentHasNoFinalizers", "All content-preserving finalizers finished"
    held = ", ".join(f"{name} in {count} resource instances" for name, count in sorted(counts.items()))
    sentence = f"Some content in the namespace has finalizers remaining: {held}"
    return "NamespaceFinalizersRemaining", "True", "SomeFinalizersRemain", sentence


def _condition(present: Mapping[str, Object], now: str, kind: str, status: str, reason: str, message: str) -> Object:
    before = present.get(kind, {})
    moment = before["lastTransitionTime"] if before.get("status") == status else now
    return {"type": kind, "status": status, "lastTransitionTime": moment, "reason": reason, "message": message}
