"""Writing down that a volume and a claim belong together, or no longer do.

A binding takes four writes: the volume's claimRef and phase, then the claim's volumeName and status. Whoever finds one half done
completes it. Every write carries the resourceVersion of what was looked at, so that of two bindings of one volume the second fails.
"""

from __future__ import annotations

from mockapi.controllers.persistentvolume import facts
from mockapi.controllers.persistentvolume.facts import (
    AVAILABLE,
    BIND_COMPLETED,
    BOUND,
    BOUND_BY_CONTROLLER,
    CLAIMS,
    FAILED,
    LOST,
    VOLUMES,
)
from mockapi.machinery.meta import Object, annotations_of, name_of, namespace_of, uid_of
from mockapi.machinery.quantity import parse_quantity
from mockapi.reconcile.recorder import WARNING, Recorder
from mockapi.registry.client import Client


class Bindings:
    """Changes volumes and claims in the binder's name. All methods raise StatusError when a write is refused."""

    def __init__(self, client: Client, recorder: Recorder) -> None:
        self._client = client
        self._recorder = recorder

    def bind(self, volume: Object, claim: Object) -> None:
        """Binds both to each other, or completes that."""
        volume = self.set_phase(self.reserve(volume, claim), BOUND)
        self.set_claim_status(self._with_volume(claim, volume), BOUND, volume)

    def reserve(self, volume: Object, claim: Object) -> Object:
        """Makes the claim the volume's claimRef; an annotation tells if the volume was not kept for it before."""
        annotations = annotations_of(volume)
        if not facts.is_for(volume, claim):
            annotations = {**annotations, BOUND_BY_CONTROLLER: "yes"}
        spec = volume["spec"]
        if (spec.get("claimRef") or {}).get("uid") != uid_of(claim):
            spec = {**spec, "claimRef": reference_to(claim)}
        return self._update(VOLUMES, volume, spec, annotations)

    def unbind(self, volume: Object) -> None:
        """Makes the volume available: to all if the binder had chosen the claim, else to the next claim of that name."""
        spec, meta = volume["spec"], volume["metadata"]
        if BOUND_BY_CONTROLLER in annotations_of(volume):
            spec = {field: value for field, value in spec.items() if field != "claimRef"}
            meta = {**meta, "annotations": {**meta["annotations"]}}
            del meta["annotations"][BOUND_BY_CONTROLLER]
        else:
            reference = {field: value for field, value in spec["claimRef"].items() if field != "uid"}
            spec = {**spec, "claimRef": reference}
        self.set_phase(self._client.update(VOLUMES, {**volume, "metadata": meta, "spec": spec}), AVAILABLE)

    def set_phase(self, volume: Object, phase: str, message: str = "") -> Object:
        """Writes a volume's phase, and why, unless it is in that phase already."""
        if facts.phase_of(volume) == phase:
            return volume
        status = {field: value for field, value in (volume.get("status") or {}).items() if field != "message"}
        status = {**status, "phase": phase, **({"message": message} if message else {})}
        return self._client.update_status(VOLUMES, {**volume, "status": status})

    def fail(self, volume: Object, reason: str, message: str) -> None:
        """Has a volume fail, and tells why."""
        if facts.phase_of(volume) != FAILED:
            self.set_phase(volume, FAILED, message)
            self._recorder.event(volume, WARNING, reason, message)

    def lose(self, claim: Object, reason: str, message: str) -> None:
        """Has a claim be lost, and tells why."""
        if facts.phase_of(claim) != LOST:
            self.set_claim_status(claim, LOST)
            self._recorder.event(claim, WARNING, reason, message)

    def set_claim_status(self, claim: Object, phase: str, volume: Object | None = None) -> None:
        """Writes a claim's phase, and what it gets of the volume; its capacity only when it changes phase, as it may lag while growing."""
        before = claim.get("status") or {}
        gained = ("accessModes", "capacity", "currentVolumeAttributesClassName")
        status = {field: value for field, value in before.items() if volume is not None or field not in gained}
        status["phase"] = phase
        if volume is not None:
            status |= _modes(volume)
            status |= _extent(volume, before) if facts.phase_of(claim) != phase else {}
        if status != before:
            self._client.update_status(CLAIMS, {**claim, "status": status})

    def _with_volume(self, claim: Object, volume: Object) -> Object:
        """The claim with the volume as its volumeName; an annotation tells if it did not ask for it."""
        annotations = {**annotations_of(claim), BIND_COMPLETED: "yes"}
        spec = claim["spec"]
        if spec.get("volumeName") != name_of(volume):
            annotations[BOUND_BY_CONTROLLER] = "yes"
            spec = {**spec, "volumeName": name_of(volume)}
        return self._update(CLAIMS, claim, spec, annotations)

    def _update(self, resource: str, obj: Object, spec: Object, annotations: dict[str, str]) -> Object:
        if spec == obj["spec"] and annotations == annotations_of(obj):
            return obj
        return self._client.update(resource, {**obj, "metadata": {**obj["metadata"], "annotations": annotations}, "spec": spec})


def reference_to(claim: Object) -> Object:
    """The claimRef of a volume of that claim (core/v1 ObjectReference)."""
    return {
        "kind": "PersistentVolumeClaim",
        "namespace": namespace_of(claim),
        "name": name_of(claim),
        "uid": uid_of(claim),
        "apiVersion": "v1",
        "resourceVersion": claim["metadata"]["resourceVersion"],
    }


def _modes(volume: Object) -> Object:
    return {"accessModes": volume["spec"]["accessModes"]}


def _extent(volume: Object, before: Object) -> Object:
    """What a claim that becomes bound says of size and attributes."""
    attributes = volume["spec"].get("volumeAttributesClassName")
    chosen = {"currentVolumeAttributesClassName": attributes} if attributes else {}
    known = (before.get("capacity") or {}).get("storage")
    if known is not None and parse_quantity(known) == facts.capacity(volume):
        return chosen
    return {"capacity": volume["spec"]["capacity"], **chosen}
