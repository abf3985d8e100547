"""The claims of pods: whether a pod must wait for them, which nodes their volumes allow, and binding those that wait for a consumer.

A pod with claims that wait for their first consumer (StorageClass.volumeBindingMode) is placed in two steps. Once a node is chosen,
free volumes are reserved for the claims, and the others are marked with the node, for a driver to make volumes there. When all are
bound, that wakes the pod, and it is placed where its volumes are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mockapi.controllers.persistentvolume import facts, matching
from mockapi.controllers.persistentvolume.binding import Bindings
from mockapi.controllers.persistentvolume.facts import CLAIMS, CLASSES, LOST, SELECTED_NODE, VOLUMES, PodClaim
from mockapi.controllers.persistentvolume.store import Store
from mockapi.controllers.scheduler.plugins.base import Check, Refusal
from mockapi.controllers.scheduler.snapshot import NodeInfo
from mockapi.controllers.workload.podfacts import is_finished
from mockapi.machinery.meta import Key, Object, Objects, annotations_of, is_terminating, key_of, labels_of, name_of, uid_of
from mockapi.machinery.nodeselectors import node_matches
from mockapi.reconcile.controller import Toolbox, Watch

_NO_PROVISIONER = "kubernetes.io/no-provisioner"
_ONE_POD = "ReadWriteOncePod"
_GA, _BETA = "topology.kubernetes.io", "failure-domain.beta.kubernetes.io"
_ZONES = (f"{_GA}/zone", f"{_GA}/region", f"{_BETA}/zone", f"{_BETA}/region")

RESTRICTIONS, BINDING, ZONE = "VolumeRestrictions", "VolumeBinding", "VolumeZone"
_EXCLUSIVE = "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"
_TAKEN = Refusal(RESTRICTIONS, (_EXCLUSIVE,), final=False)
_LOST_VOLUME = Refusal(BINDING, ("node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",), final=True)
_OTHER_ZONE = Refusal(ZONE, ("node(s) had no available volume zone",), final=True)
_OTHER_NODE = "node(s) didn't match PersistentVolume's node affinity"
_NOTHING_TO_BIND = "node(s) didn't find available persistent volumes to bind"


class _Plan(NamedTuple):
    """What is to be bound on a node, and what is to be made there."""

    reserved: list[tuple[Object, Object]]  # volumes and their claims
    made: Objects


class Volumes:
    """Looks at the claims of pods. May be asked from any thread."""

    def __init__(self, toolbox: Toolbox) -> None:
        self.store = Store(toolbox.informers)
        self.client = toolbox.client
        self.bindings = Bindings(toolbox.client, toolbox.recorder("default-scheduler"))

    def watches(self) -> Mapping[str, Watch]:
        """The changes of storage that may let pods be placed, and the keys of those pods."""
        return {
            CLAIMS: lambda claim, previous: self._users([key_of(claim)]),
            VOLUMES: lambda volume, previous: self._users(self._concerned(volume)),
            CLASSES: lambda found, previous: self._users(map(key_of, self.store.waiting_of_class(name_of(found)))),
        }

    def of(self, pod: Object) -> PodVolumes:
        """The claims of the pod as they are now."""
        return PodVolumes(self, pod)

    def _concerned(self, volume: Object) -> Iterable[Key]:
        """The claim that a volume is for; if it is for none, those that wait for one of its class."""
        claim = facts.claim_of(volume)
        return [claim] if claim else map(key_of, self.store.waiting_of_class(facts.class_of(volume)))

    def _users(self, claims: Iterable[Key]) -> set[Key]:
        return {key_of(pod) for claim in claims for pod in self.store.pods_using(claim) if not pod["spec"].get("nodeName")}


class PodVolumes:
    """The claims of one pod. `obstacle` is why it can go nowhere yet, in the words of kube-scheduler; "" when it can."""

    def __init__(self, volumes: Volumes, pod: Object) -> None:
        self._volumes = volumes
        self._store = volumes.store
        self._pod = pod
        used = list(facts.claims_of(pod))
        found = [self._store.claim(claim.key) for claim in used]
        self._claims = [claim for claim in found if claim is not None]
        self._unbound = [claim for claim in self._claims if not facts.is_fully_bound(claim)]
        problems = (self._problem(claim, there) for claim, there in zip(used, found, strict=True))
        self.obstacle = next(filter(None, problems), "") or self._waits_for_binder()

    @property
    def check(self) -> Check | None:
        """Tells why the claims keep the pod off a node; None when there are no claims."""
        return self._why_not if self._claims else None

    def _why_not(self, info: NodeInfo) -> Refusal | None:
        node = info.node
        if self._is_taken():
            return _TAKEN
        bound = [self._store.volume(claim["spec"]["volumeName"]) for claim in self._claims if facts.is_fully_bound(claim)]
        there = [volume for volume in bound if volume is not None]
        if len(there) < len(bound):
            return _LOST_VOLUME
        reasons = [] if all(_allows(volume, node) for volume in there) else [_OTHER_NODE]
        reasons += [_NOTHING_TO_BIND] if self._plan(node) is None else []
        if reasons:
            return Refusal(BINDING, tuple(reasons), final=True)
        return None if all(_is_in_zone(volume, node) for volume in there) else _OTHER_ZONE

    def bind(self, node: Object) -> bool:
        """Begins to bind on the node what is not bound yet, and tells whether all is bound already. StatusError when it is refused."""
        plan = self._plan(node)
        if plan is not None:
            for volume, claim in plan.reserved:
                self._volumes.bindings.reserve(volume, claim)
            for claim in plan.made:
                self._select(claim, node)
        return not self._unbound

    def _problem(self, used: PodClaim, claim: Object | None) -> str:
        name = used.key.name
        if claim is None and used.ephemeral:
            return f'waiting for ephemeral volume controller to create the persistentvolumeclaim "{name}"'
        if claim is None:
            return f'persistentvolumeclaim "{name}" not found'
        if facts.phase_of(claim) == LOST:
            return f'persistentvolumeclaim "{name}" bound to non-existent persistentvolume "{claim["spec"].get("volumeName", "")}"'
        if is_terminating(claim):
            return f'persistentvolumeclaim "{name}" is being deleted'
        owners = [reference.get("uid") for reference in claim["metadata"].get("ownerReferences") or ()]
        if used.ephemeral and uid_of(self._pod) not in owners:
            return f"PVC {used.key} was not created for pod {key_of(self._pod)} (pod is not owner)"
        return ""

    def _waits_for_binder(self) -> str:
        immediate = any(claim["spec"].get("volumeName") or not self._is_delayed(claim) for claim in self._unbound)
        return "pod has unbound immediate PersistentVolumeClaims" if immediate else ""

    def _is_delayed(self, claim: Object) -> bool:
        return facts.waits_for_consumer(self._store.storage_class(facts.class_of(claim)))

    def _is_taken(self) -> bool:
        """Whether another pod has a claim that only one may have."""
        exclusive = [claim for claim in self._claims if _ONE_POD in (claim["spec"].get("accessModes") or ())]
        users = [pod for claim in exclusive for pod in self._store.pods_using(key_of(claim))]
        return any(pod["spec"].get("nodeName") and not is_finished(pod) for pod in users)

    def _plan(self, node: Object) -> _Plan | None:
        """A volume, there or to be made, for each claim that waits for a consumer. None when one of them gets none on the node."""
        plan = _Plan([], [])
        for claim in sorted(self._unbound, key=facts.requested):
            volume = self._match(claim, node, [name_of(chosen) for chosen, _ in plan.reserved])
            if volume is not None:
                plan.reserved.append((volume, claim))
            elif self._can_be_made(claim, node):
                plan.made.append(claim)
            else:
                return None
        return plan

    def _match(self, claim: Object, node: Object, reserved: list[str]) -> Object | None:
        """The volume that the claim would get on the node, if no other is to be made for it already."""
        if SELECTED_NODE in annotations_of(claim):
            return None
        candidates = [volume for volume in self._store.volumes_for(claim) if name_of(volume) not in reserved]
        kept = [volume for volume in candidates if facts.is_for(volume, claim) and matching.could_hold(volume, claim)]
        if not kept:
            kept = [volume for volume in candidates if matching.would_serve(volume, claim)]
        return matching.smallest(volume for volume in kept if _allows(volume, node))

    def _can_be_made(self, claim: Object, node: Object) -> bool:
        """Whether a driver makes volumes for the claim on that node; one that it is to make already has its node."""
        selected = annotations_of(claim).get(SELECTED_NODE)
        if selected:
            return selected == name_of(node)
        storage_class = self._store.storage_class(facts.class_of(claim)) or {}
        if storage_class.get("provisioner", _NO_PROVISIONER) == _NO_PROVISIONER:
            return False
        terms = storage_class.get("allowedTopologies") or ()
        return not terms or any(_has_labels(node, term) for term in terms)

    def _select(self, claim: Object, node: Object) -> None:
        if SELECTED_NODE in annotations_of(claim):
            return
        meta = {**claim["metadata"], "annotations": {**annotations_of(claim), SELECTED_NODE: name_of(node)}}
        self._volumes.client.update(CLAIMS, {**claim, "metadata": meta})


def _allows(volume: Object, node: Object) -> bool:
    """Whether the volume can be had on the node (PersistentVolume.spec.nodeAffinity)."""
    required = (volume["spec"].get("nodeAffinity") or {}).get("required")
    return required is None or node_matches(required, node)


def _is_in_zone(volume: Object, node: Object) -> bool:
    """Whether a node that is in some zone or region is in one of those that the volume's labels list, `__` between them."""
    labels, zones = labels_of(node), {key: value for key, value in labels_of(volume).items() if key in _ZONES}
    if not any(key in labels for key in _ZONES):
        return True
    current = {key: labels.get(key, labels.get(key.replace(_BETA, _GA))) for key in zones}
    return all(current[key] in value.split("__") for key, value in zones.items())


def _has_labels(node: Object, term: Object) -> bool:
    """Whether a TopologySelectorTerm holds for the node."""
    return all(labels_of(node).get(each["key"]) in each["values"] for each in term.get("matchLabelExpressions") or ())
