"""Dependents follow their owners, go before them, or are let go (ObjectMeta.ownerReferences, DeleteOptions.propagationPolicy).

Keys are uids: of a dependent to be checked for its owners, or of an owner whose deletion waits for its dependents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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


class GarbageCollector(Controller):
    """Deletes objects whose owners are all gone, and carries out the Orphan and Foreground policies."""

    name = "garbage-collector"
    workers = 2

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._catalogue = toolbox.client.resources.catalogue

    def watches(self) -> Mapping[str, Watch]:
        return dict.fromkeys(self._resources, self._concerned)

    def watching(self) -> int:
        return self._catalogue.revision

    @property
    def _resources(self) -> list[str]:
        return [kind.resource for kind in self._catalogue.stored if kind.resource != "events"]

    def reconcile(self, key: Key) -> float | None:
        node = self._find(key.name)
        if node is None:
            # An owner that is gone: whoever names it must be looked at.
            for dependent in self._dependents(key.name):
                self._check_owners(dependent)
            return None
        finalizers = node.obj["metadata"].get("finalizers") or ()
        if is_terminating(node.obj) and _ORPHAN in finalizers:
            self._orphan(node)
        elif is_terminating(node.obj) and _FOREGROUND in finalizers:
            self._delete_dependents(node)
        else:
            self._check_owners(node)
        return None

    def _concerned(self, obj: Object, previous: Object | None) -> Iterable[Key]:
        references = obj["metadata"].get("ownerReferences") or ()
        came_or_went = previous is None
        if references or obj["metadata"].get("finalizers") or (came_or_went and self._has_dependents(obj)):
            yield Key("", uid_of(obj))
        for reference in references:
            owner = self._owner(reference, namespace_of(obj))
            if owner is not None and is_terminating(owner):
                yield Key("", reference["uid"])

    def _find(self, uid: str) -> _Node | None:
        for resource in self._resources:
            obj = self.informers.of(resource).by_uid(uid)
            if obj is not None:
                return _Node(resource, obj)
        return None

    def _has_dependents(self, obj: Object) -> bool:
        return any(True for _ in self._dependents(uid_of(obj)))

    def _dependents(self, uid: str) -> Iterator[_Node]:
        for resource in self._resources:
            for obj in self.informers.of(resource).owned_by(uid):
                yield _Node(resource, obj)

    def _owner(self, reference: Object, namespace: str) -> Object | None:
        """The owner that a reference names, if it is that very object."""
        kind = self._catalogue.by_type(reference["apiVersion"], reference["kind"])
        if kind is None:
            return None
        found = self.client.get(kind.resource, namespace if kind.namespaced else "", reference["name"])
        return found if found is not None and uid_of(found) == reference["uid"] else None

    def _is_gone(self, reference: Object, namespace: str) -> bool:
        """Whether the owner is certainly absent; a kind that is not served tells nothing."""
        known = self._catalogue.by_type(reference["apiVersion"], reference["kind"]) is not None
        return known and self._owner(reference, namespace) is None

    def _check_owners(self, node: _Node) -> None:
        references = node.obj["metadata"].get("ownerReferences") or ()
        namespace = namespace_of(node.obj)
        gone = [reference for reference in references if self._is_gone(reference, namespace)]
        if not gone or is_terminating(node.obj):
            return
        if len(gone) < len(references):
            self._drop_references(node, {reference["uid"] for reference in gone})
        else:
            self._delete(node, "Background")

    def _orphan(self, owner: _Node) -> None:
        for dependent in self._dependents(uid_of(owner.obj)):
            self._drop_references(dependent, {uid_of(owner.obj)})
        self._drop_finalizer(owner, _ORPHAN)

    def _delete_dependents(self, owner: _Node) -> None:
        uid = uid_of(owner.obj)
        blocked = False
        for dependent in self._dependents(uid):
            references = dependent.obj["metadata"]["ownerReferences"]
            blocked |= any(reference["uid"] == uid and reference.get("blockOwnerDeletion") for reference in references)
            if not is_terminating(dependent.obj):
                self._delete(dependent, "Foreground")
        if not blocked:
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
