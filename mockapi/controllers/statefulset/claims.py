"""The PersistentVolumeClaims of a StatefulSet's members (StatefulSet.spec.volumeClaimTemplates), and whom they go with.

The retention policy (KEP-1847) is carried out by owner references: a claim that goes with the set is owned by the set, one that goes
with a member beyond the set's size by that pod, and the garbage collector does the rest.
"""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.controllers.statefulset import identity
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, Objects, is_terminating, name_of, namespace_of, owner_reference, uid_of
from mockapi.reconcile.informer import Informer
from mockapi.reconcile.recorder import NORMAL, WARNING, Recorder
from mockapi.registry.client import Client

CLAIMS = "persistentvolumeclaims"


class MemberClaims:
    """Makes the claims of members, and keeps their owners right. All methods raise StatusError when they are refused."""

    def __init__(self, client: Client, claims: Informer, recorder: Recorder) -> None:
        self._client = client
        self._claims = claims
        self._recorder = recorder

    def create_missing(self, statefulset: Object, pod: Object) -> None:
        """Makes the claims that a member has not got. StatusError 409 while one of them is to go first."""
        for claim in _wanted(statefulset, pod):
            present = self._claims.get(Key(namespace_of(claim), name_of(claim)))
            if present is None:
                self._create(statefulset, pod, claim)
            elif is_terminating(present) or _is_stale(statefulset, present, pod):
                raise StatusError(409, "Conflict", f"pvc {name_of(claim)} is being deleted")

    def set_owners(self, statefulset: Object, pod: Object) -> None:
        """Has the claims of a member go with whom the set's retention policy says."""
        for claim in self._present(statefulset, pod):
            wanted = _owners(statefulset, pod)
            references = claim["metadata"].get("ownerReferences") or []
            others = [each for each in references if each["uid"] not in {uid_of(statefulset), uid_of(pod)}]
            if any(each.get("controller") for each in others):
                self._tell_of_conflict(statefulset, claim)
                wanted = []
            if [*others, *wanted] != references:
                self._client.update(CLAIMS, {**claim, "metadata": {**claim["metadata"], "ownerReferences": [*others, *wanted]}})

    def _present(self, statefulset: Object, pod: Object) -> Objects:
        found = [self._claims.get(Key(namespace_of(claim), name_of(claim))) for claim in _wanted(statefulset, pod)]
        return [claim for claim in found if claim is not None]

    def _create(self, statefulset: Object, pod: Object, claim: Object) -> None:
        ends = f"Pod {name_of(pod)} in StatefulSet {name_of(statefulset)}"
        try:
            self._client.create(CLAIMS, claim)
        except StatusError as failure:
            message = f"Create Claim {name_of(claim)} for {ends} failed error: {failure.message}"
            self._recorder.event(statefulset, WARNING, "FailedCreate", message)
            raise
        self._recorder.event(statefulset, NORMAL, "SuccessfulCreate", f"Create Claim {name_of(claim)} {ends} success")

    def _tell_of_conflict(self, statefulset: Object, claim: Object) -> None:
        """In the words of the real controller, spelling included."""
        sentence = (
            f"PersistentVolumeClaim {name_of(claim)} has a conflicting OwnerReference that acts as a manging controller, "
            "the retention policy is ignored for this claim"
        )
        self._recorder.event(statefulset, WARNING, "ConflictingController", sentence)


def _wanted(statefulset: Object, pod: Object) -> Iterator[Object]:
    """The claims of a member as the templates describe them, with the labels that the set selects by."""
    ordinal = identity.ordinal_of(pod)
    selected = statefulset["spec"]["selector"].get("matchLabels") or {}
    for template in statefulset["spec"].get("volumeClaimTemplates") or ():
        given = template["metadata"]
        meta = {**given, "namespace": namespace_of(statefulset), "name": identity.claim_name(statefulset, template, ordinal)}
        labels = {**(given.get("labels") or {}), **selected}
        yield {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {**meta, "labels": labels}, "spec": template["spec"]}


def _owners(statefulset: Object, pod: Object) -> Objects:
    """Whom the claims of a member go with."""
    if _goes(statefulset, "whenScaled") and identity.ordinal_of(pod) not in identity.ordinals(statefulset):
        return [owner_reference(pod)]
    return [owner_reference(statefulset)] if _goes(statefulset, "whenDeleted") else []


def _is_stale(statefulset: Object, claim: Object, pod: Object) -> bool:
    """Whether the claim still goes with an earlier pod of the name."""
    owners = claim["metadata"].get("ownerReferences") or ()
    earlier = any(owner["kind"] == "Pod" and owner["name"] == name_of(pod) and owner["uid"] != uid_of(pod) for owner in owners)
    return earlier and _goes(statefulset, "whenScaled")


def _goes(statefulset: Object, when: str) -> bool:
    return (statefulset["spec"].get("persistentVolumeClaimRetentionPolicy") or {}).get(when) == "Delete"
