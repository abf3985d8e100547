"""What wants a number of equal pods has them: what is missing is made, what is too much deleted, what there is counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from mockapi.controllers.workload import conditions, podfacts
from mockapi.controllers.workload.claims import Claims
from mockapi.controllers.workload.deletion_order import first_to_go
from mockapi.controllers.workload.gone import unless_gone
from mockapi.controllers.workload.pacing import Pace
from mockapi.controllers.workload.podcontrol import PodControl, namespace_goes, pod_from_template
from mockapi.machinery.clock import timestamp
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, Objects, controller_of, is_terminating, labels_of, uid_of
from mockapi.machinery.selectors import LabelSelector
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key

_FAILURE = "ReplicaFailure"
# How many pods one look makes or deletes at most, so that the status tells of the progress and other controllers have their turn:
# pods that are placed and started soon after they were made are cheaper than thousands that wait.
_BURST = 50


class ReplicasController(Controller):
    """Base of the controllers of ReplicaSets and ReplicationControllers: keeps the number of pods, and the status, of each.

    `resource` is theirs; `counts_terminating` is whether their status tells how many pods are going.
    """

    resource: ClassVar[str]
    counts_terminating: ClassVar[bool] = True
    workers = 2

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._sets = toolbox.informers.of(self.resource)
        self._claims = Claims(toolbox, self.resource, "pods", selector=self.selector, outline=podfacts.outline)
        self._pods = PodControl(toolbox.client, toolbox.recorder(self.name))
        self._pace = Pace(toolbox.clock)

    @staticmethod
    def selector(owner: Object) -> LabelSelector:
        """Which pods are the owner's, if nobody else controls them."""
        raise NotImplementedError

    def watches(self) -> Mapping[str, Watch]:
        return {self.resource: own_key, "pods": self._claims.keys}

    def reconcile(self, key: Key) -> float | None:
        owner = self._sets.get(key)
        if owner is None:
            return None
        if wait := self._pace.wait(key):
            return wait
        with unless_gone():
            return self._bring_further(key, owner)
        return None

    def _bring_further(self, key: Key, owner: Object) -> float | None:
        controlled = self._claims.claim(owner, podfacts.is_active)
        pods = [pod for pod in controlled if podfacts.is_active(pod)]
        failure = None
        try:
            if not is_terminating(owner):
                self._manage(owner, pods)
        except StatusError as caught:
            failure = None if namespace_goes(caught) else caught
        going = sum(is_terminating(pod) and not podfacts.is_finished(pod) for pod in controlled)
        self._write_status(owner, pods, going, failure)
        if failure:
            raise failure
        if abs(len(pods) - owner["spec"]["replicas"]) > _BURST and not is_terminating(owner):
            return 0
        self._pace.looked(key, len(controlled))
        return podfacts.next_availability(pods, _min_ready(owner), self.clock.now()) if _min_ready(owner) else None

    def _manage(self, owner: Object, pods: Objects) -> None:
        excess = len(pods) - owner["spec"]["replicas"]
        for _ in range(min(-excess, _BURST)):
            self._pods.create(pod_from_template(owner["spec"]["template"], owner), owner)
        if excess > 0:
            related = self._pods_of_siblings(owner)
            for pod in first_to_go(pods, related, min(excess, _BURST), self.clock.now()):
                self._pods.delete(pod, owner)

    def _pods_of_siblings(self, owner: Object) -> Iterable[Object]:
        """The pods of all ReplicaSets of the same controller, such as a Deployment."""
        controller = controller_of(owner)
        siblings = self._sets.owned_by(controller["uid"]) if controller else ()
        return (pod for sibling in siblings for pod in self.informers.of("pods").owned_by(uid_of(sibling)))

    def _write_status(self, owner: Object, pods: Objects, going: int, failure: StatusError | None) -> None:
        status = {
            **self._counts(owner, pods),
            **({"terminatingReplicas": going} if self.counts_terminating else {}),
            "observedGeneration": owner["metadata"]["generation"],
            **self._conditions(owner, pods, failure),
        }
        if status != owner["status"]:
            self.client.update_status(self.resource, {**owner, "status": status})

    def _counts(self, owner: Object, pods: Objects) -> Object:
        """What ReplicaSetStatus and ReplicationControllerStatus count; counts of zero but `replicas` are left out."""
        labels = ((owner["spec"]["template"].get("metadata") or {}).get("labels") or {}).items()
        now, min_ready = self.clock.now(), _min_ready(owner)
        ready = [pod for pod in pods if podfacts.is_ready(pod)]
        counts = {
            "fullyLabeledReplicas": sum(labels <= labels_of(pod).items() for pod in pods),
            "readyReplicas": len(ready),
            "availableReplicas": sum(podfacts.is_available(pod, min_ready, now) for pod in ready),
        }
        return {"replicas": len(pods), **{name: count for name, count in counts.items() if count}}

    def _conditions(self, owner: Object, pods: Objects, failure: StatusError | None) -> Object:
        present = owner["status"].get("conditions") or []
        if failure is None:
            present = conditions.without(present, _FAILURE)
        elif conditions.find(present, _FAILURE) is None:
            reason = "FailedCreate" if len(pods) < owner["spec"]["replicas"] else "FailedDelete"
            moment = timestamp(self.clock.now())
            condition = {"type": _FAILURE, "status": "True", "lastTransitionTime": moment, "reason": reason, "message": failure.message}
            present = [*present, condition]
        return {"conditions": present} if present else {}


def _min_ready(owner: Object) -> int:
    return int(owner["spec"].get("minReadySeconds") or 0)
