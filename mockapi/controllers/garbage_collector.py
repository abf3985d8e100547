"""Dependents follow their owners, go before them, or are let go (ObjectMeta.ownerReferences, DeleteOptions.propagationPolicy).

Keys are (resource, uid): of a dependent to be checked for its owners, of an owner whose deletion waits for its dependents, or of one that
is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, auto
from functools import partial
from typing import NamedTuple

from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, is_terminating, key_of, namespace_of, uid_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch

_ORPHAN = "orphan"
_FOREGROUND = "foregroundDeletion"


class _Node(NamedTuple):
    """An object with the resource it is one of."""

    resource: str
    obj: Object


class _Standing(Enum):
    """Whether an owner keeps its dependent, is gone, or is going and waits for it."""

    KEEPS = auto()
    GONE = auto()
    WAITS = auto()


class GarbageCollector(Controller):
    """Deletes objects whose owners are all gone, and carries out the Orphan and Foreground policies."""

    name = "garbage-collector"
    workers = 2
    row = 50

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._catalogue = toolbox.client.resources.catalogue

    def watches(self) -> Mapping[str, Watch]:
        return {resource: partial(self._concerned, resource) for resource in self._resources}

    def watching(self) -> int:
        return self._catalogue.revision

    @property
    def _resources(self) -> list[str]:
        return [kind.resource for kind in self._catalogue.stored if kind.resource != "events"]

    def reconcile(self, key: Key) -> float | None:
        resource, uid = key
        obj = self.informers.of(resource).by_uid(uid)
        if obj is None:
            # An owner that is gone: whoever names it must be looked at.
            for dependent in self._dependents(uid):
                self._check_owners(dependent)
            return None
        node = _Node(resource, obj)
        finalizers = node.obj["metadata"].get("finalizers") or ()
        if is_terminating(node.obj) and _ORPHAN in finalizers:
            self._orphan(node)
        elif is_terminating(node.obj) and _FOREGROUND in finalizers:
            self._delete_dependents(node)
        else:
            self._check_owners(node)
        return None

    def _concerned(self, resource: str, obj: Object, previous: Object | None) -> Iterable[Key]:
        references = obj["metadata"].get("ownerReferences") or []
        if self._is_news(resource, obj, previous):
            yield Key(resource, uid_of(obj))
        before = previous["metadata"].get("ownerReferences") or [] if previous else []
        for reference in [*references, *before]:
            owner = self._owner(reference, namespace_of(obj))
            if owner is not None and is_terminating(owner.obj):
                yield Key(owner.resource, reference["uid"])

    def _is_news(self, resource: str, obj: Object, previous: Object | None) -> bool:
        """Whether a change says anything of owners or of the end: most changes of most objects do not."""
        meta = obj["metadata"]
        if previous is None:
            return bool(meta.get("ownerReferences") or meta.get("finalizers")) or self._is_gone(resource, obj)
        before = previous["metadata"]
        return any(meta.get(field) != before.get(field) for field in ("ownerReferences", "finalizers", "deletionTimestamp"))

    def _is_gone(self, resource: str, obj: Object) -> bool:
        return self.informers.of(resource).by_uid(uid_of(obj)) is None

    def _has_dependents(self, obj: Object) -> bool:
        return any(True for _ in self._dependents(uid_of(obj)))

    def _dependents(self, uid: str) -> Iterator[_Node]:
        for resource in self._resources:
            for obj in self.informers.of(resource).owned_by(uid):
                yield _Node(resource, obj)

    def _owner(self, reference: Object, namespace: str) -> _Node | None:
        """The owner that a reference names, if it is that very object."""
        kind = self._catalogue.by_type(reference["apiVersion"], reference["kind"])
        if kind is None:
            return None
        found = self.client.get(kind.resource, namespace if kind.namespaced else "", reference["name"])
        return _Node(kind.resource, found) if found is not None and uid_of(found) == reference["uid"] else None

    def _standing(self, reference: Object, namespace: str) -> _Standing:
        """What the owner does for its dependent; one that cannot be looked up keeps it (ObjectMeta.ownerReferences)."""
        kind = self._catalogue.by_type(reference["apiVersion"], reference["kind"])
        if kind is None or (kind.namespaced and not namespace):
            return _Standing.KEEPS
        owner = self._owner(reference, namespace)
        if owner is None:
            return _Standing.GONE
        waits = is_terminating(owner.obj) and _FOREGROUND in (owner.obj["metadata"].get("finalizers") or ())
        return _Standing.WAITS if waits else _Standing.KEEPS

    def _check_owners(self, node: _Node) -> None:
        """Lets the object go with the last of its owners, and forget those that are going before."""
        references = node.obj["metadata"].get("ownerReferences") or ()
        if not references or is_terminating(node.obj):
            return
        standings = {reference["uid"]: self._standing(reference, namespace_of(node.obj)) for reference in references}
        lost = {uid for uid, standing in standings.items() if standing is not _Standing.KEEPS}
        if not lost:
            return
        if len(lost) < len(standings):
            self._drop_references(node, lost)
        else:
            waited_for = _Standing.WAITS in standings.values() and self._has_dependents(node.obj)
            self._delete(node, "Foreground" if waited_for else self._own_policy(node.obj))

    @staticmethod
    def _own_policy(obj: Object) -> str:
        finalizers = obj["metadata"].get("finalizers") or ()
        return "Orphan" if _ORPHAN in finalizers else "Foreground" if _FOREGROUND in finalizers else "Background"

    def _orphan(self, owner: _Node) -> None:
        for dependent in self._dependents(uid_of(owner.obj)):
            self._drop_references(dependent, {uid_of(owner.obj)})
        self._drop_finalizer(owner, _ORPHAN)

    def _delete_dependents(self, owner: _Node) -> None:
        """Has those go that block their owner's deletion; the others follow once it is gone."""
        uid = uid_of(owner.obj)
        blocking = [dependent for dependent in self._dependents(uid) if _blocks(dependent.obj, uid)]
        for dependent in blocking:
            self._check_owners(dependent)
        if not blocking:
            self._drop_finalizer(owner, _FOREGROUND)

    def _delete(self, node: _Node, propagation: str) -> None:
        key = key_of(node.obj)
        self.client.delete(node.resource, key.namespace, key.name, uid=uid_of(node.obj), propagation=propagation)

    def _drop_references(self, node: _Node, uids: set[str]) -> None:
        meta = node.obj["metadata"]
        kept = [reference for reference in meta["ownerReferences"] if reference["uid"] not in uids]
        self._change_metadata(node, {"ownerReferences": kept or None})

    def _drop_finalizer(self, node: _Node, finalizer: str) -> None:
        kept = [name for name in node.obj["metadata"]["finalizers"] if name != finalizer]
        self._change_metadata(node, {"finalizers": kept or None})

    def _change_metadata(self, node: _Node, change: Object) -> None:
        """Writes only to the object as it was seen; one that is gone is fine."""
        meta, key = node.obj["metadata"], key_of(node.obj)
        seen = {"uid": meta["uid"], "resourceVersion": meta["resourceVersion"]}
        try:
            self.client.patch(node.resource, key.namespace, key.name, {"metadata": {**seen, **change}})
        except StatusError as failure:
            if failure.code != 404:
                raise


def _blocks(obj: Object, owner: str) -> bool:
    return any(reference["uid"] == owner and reference.get("blockOwnerDeletion") for reference in obj["metadata"]["ownerReferences"])
