"""ControllerRevisions: the history of a workload's pod template (apps/v1 ControllerRevision)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from mockapi.controllers.workload.claims import Claims
from mockapi.controllers.workload.podfacts import created
from mockapi.machinery.errors import StatusError
from mockapi.machinery.hashing import name_hash
from mockapi.machinery.meta import Object, Objects, annotations_of, name_of, namespace_of, owner_reference, uid_of
from mockapi.reconcile.controller import Toolbox, Watch

REVISION_LABEL = "controller-revision-hash"

_RESOURCE = "controllerrevisions.apps"
_HASH_LABEL = "controller.kubernetes.io/hash"
# So much of the owner's name goes into a revision's, which has room for the hash then.
_NAME_LENGTH = 223


class Known(NamedTuple):
    """The revisions of an owner in their order, the one of its present template, and how many hashes have collided so far."""

    revisions: Objects
    update: Object
    collisions: int


class History:
    """The revisions of the objects of one resource.

    `hash_label` is the label that holds a revision's hash; `limits_all` is whether spec.revisionHistoryLimit counts all revisions
    but the present one, and not only those that no pod is of.
    """

    def __init__(self, toolbox: Toolbox, owners: str, *, hash_label: str = _HASH_LABEL, limits_all: bool = False) -> None:
        self._client = toolbox.client
        self._hash_label, self._limits_all = hash_label, limits_all
        self._claims = Claims(toolbox, owners, _RESOURCE)

    def watches(self) -> Mapping[str, Watch]:
        """The changes of revisions, and the keys of their owners."""
        return {_RESOURCE: self._claims.keys}

    def look(self, owner: Object) -> Known:
        """What is known of the owner, its present template included: recorded now if it is new, renumbered if it is an older one."""
        known = sorted(self._claims.claim(owner), key=_order)
        data = _data(owner["spec"]["template"])
        same = [revision for revision in known if revision["data"] == data]
        collisions = int(owner["status"].get("collisionCount") or 0)
        if not same:
            update, collisions = self._record(owner, data, _next(known), collisions)
        elif uid_of(same[-1]) == uid_of(known[-1]):
            update = same[-1]
        else:
            update = self._client.patch(_RESOURCE, namespace_of(owner), name_of(same[-1]), {"revision": _next(known)})
        return Known(known, update, collisions)

    def forget(self, owner: Object, known: Known, live: set[str]) -> None:
        """Deletes the oldest revisions beyond spec.revisionHistoryLimit, of those whose names are not `live`."""
        past = [revision for revision in known.revisions if name_of(revision) not in live]
        others = [revision for revision in known.revisions if uid_of(revision) != uid_of(known.update)]
        counted = len(others) if self._limits_all else len(past)
        for revision in past[: max(0, counted - owner["spec"]["revisionHistoryLimit"])]:
            self._client.delete(_RESOURCE, namespace_of(owner), name_of(revision), uid=uid_of(revision))

    def _record(self, owner: Object, data: Object, number: int, collisions: int) -> tuple[Object, int]:
        while True:
            revision = _revision(owner, data, number, collisions, self._hash_label)
            try:
                return self._client.create(_RESOURCE, revision), collisions
            except StatusError as failure:
                present = self._client.get(_RESOURCE, namespace_of(owner), name_of(revision))
                if failure.reason != "AlreadyExists" or present is None:
                    raise
                if present["data"] == data:
                    return present, collisions
                collisions += 1


def template_of(revision: Object) -> Object:
    """The pod template that a revision recorded."""
    return {name: value for name, value in revision["data"]["spec"]["template"].items() if name != "$patch"}


def _data(template: Object) -> Object:
    """A strategic merge patch that brings the template back."""
    return {"spec": {"template": {**template, "$patch": "replace"}}}


def _revision(owner: Object, data: Object, number: int, collisions: int, hash_label: str) -> Object:
    code = name_hash(f"{json.dumps(data, sort_keys=True)}{collisions}")
    labels = (owner["spec"]["template"].get("metadata") or {}).get("labels") or {}
    meta = {
        "name": f"{name_of(owner)[:_NAME_LENGTH]}-{code}",
        "namespace": namespace_of(owner),
        "labels": {**labels, hash_label: code},
        "annotations": annotations_of(owner),
        "ownerReferences": [owner_reference(owner)],
    }
    return {"apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": meta, "data": data, "revision": number}


def _next(known: Objects) -> int:
    return int(known[-1]["revision"]) + 1 if known else 1


def _order(revision: Object) -> tuple[int, float, str]:
    return int(revision["revision"]), created(revision).timestamp(), name_of(revision)
