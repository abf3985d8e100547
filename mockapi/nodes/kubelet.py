"""Simulated kubelets: take each pod that has a node through the stages of its life.

What happens when is decided by the stages alone (`stages/`, `staging/engine.py`); here objects are read and written. Stages that
are due at the same moment are written at once. A pod for which nothing is due costs nothing, so that a status written by hand stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, key_of, uid_of
from mockapi.nodes.dependencies import Dependencies, Dependency
from mockapi.nodes.faults import Faults
from mockapi.nodes.imagerules import ImageRules
from mockapi.nodes.podaddresses import PodAddresses
from mockapi.nodes.pods.actions import ACTIONS
from mockapi.nodes.pods.conditions import summarised
from mockapi.nodes.pods.facts import CONTAINER_FACTS, POD_FACTS
from mockapi.nodes.pods.surroundings import Surroundings
from mockapi.nodes.pods.view import ENDED, LISTS, PodView
from mockapi.nodes.remembering import Memories
from mockapi.nodes.staging.engine import Change, Due, Event, carry_out, next_due
from mockapi.nodes.userstages import UserStages
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key
from mockapi.registry.simulated import FAULTS, IMAGE_RULES, SIMULATION, SIMULATIONS, STAGES, seed_of

# How long a pod waits for an address when its node's range is full.
_ADDRESS_RETRY = 1.0
# How many stages of a moment are written at once; those of users may never come to an end.
_AT_ONCE = 50
_SOON = 0.05
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class _Outcome(NamedTuple):
    """What the stages that are due make of a pod, and the seconds until the next is due."""

    change: Change
    again: float | None


class Kubelet(Controller):
    """All kubelets in one: pods do not care on which machine their simulation runs."""

    name = "kubelet"
    component = "kubelet"
    workers = 4
    row = 50

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._addresses = PodAddresses()
        self._memories = Memories(self.clock.now())
        self._dependencies = Dependencies()
        self._faults = Faults(toolbox.informers)
        self._image_rules = ImageRules(toolbox.informers)
        self._stages = UserStages(toolbox.informers)
        self._images: dict[tuple[str, str], datetime] = {}  # since when each image is on each node
        self._recorder = cache(lambda node: toolbox.recorder("kubelet", node))
        # Pods for which nothing was due after this kubelet wrote that resourceVersion, until something else than the pod changes: the
        # news of its own write then say nothing.
        self._at_rest: dict[Key, tuple[str, int]] = {}
        self._wakes = 0
        self._distrusted: set[Key] = set()  # pods whose conditions others have written while their node was lost
        for pod in self.client.list("pods"):
            self._note(pod, _LONG_AGO)

    def watches(self) -> Mapping[str, Watch]:
        return {
            "pods": self._pods,
            "nodes": self._of_node,
            "configmaps": lambda obj, _previous: self._woken(self._dependencies.waiting_for(Dependency("configmaps", key_of(obj)))),
            "secrets": lambda obj, _previous: self._woken(self._dependencies.waiting_for(Dependency("secrets", key_of(obj)))),
            **dict.fromkeys((SIMULATIONS, IMAGE_RULES, STAGES, FAULTS), self._all_pods),
        }

    def reconcile(self, key: Key) -> float | None:
        pod, rest = self.client.get("pods", *key), self._at_rest.pop(key, None)
        if pod is None or not pod["spec"].get("nodeName") or rest == (pod["metadata"]["resourceVersion"], self._wakes):
            return None
        wakes = self._wakes
        node = self.client.get("nodes", "", pod["spec"]["nodeName"])
        if node is not None and self._faults.stop(node):
            return None
        self._dependencies.forget(key)
        outcome = self._due(pod, node)
        if outcome.again is None:
            self._memories.forget(uid_of(pod))
        if outcome.change.status != pod["status"]:
            written = self._write(pod, outcome.change.status)
            if written is None:
                return None
            if outcome.again is None:
                self._at_rest[key] = (written["metadata"]["resourceVersion"], wakes)
        self._distrusted.discard(key)
        self._tell(pod, outcome.change.events)
        if outcome.change.deletes:
            self.client.delete("pods", *key, uid=uid_of(pod), grace=0)
            return None
        return outcome.again

    def _due(self, pod: Object, node: Object | None) -> _Outcome:
        """Goes through all stages that are due by now, without writing anything."""
        view, stages = self._view(pod, node), self._stages.by_kind()
        if key_of(pod) in self._distrusted:
            view = view.having(summarised(view))
        events: list[Event] = []
        for _ in range(_AT_ONCE):
            due = next_due((view, *view.containers), stages)
            if due is None or due.at > view.now:
                return _Outcome(Change(view.status, events), self._wait(view, due))
            change = carry_out(due, ACTIONS, view.status)
            self._memories.of(uid_of(pod)).tell(due.label, max(due.at, view.now))
            events += change.events
            if change.deletes:
                return _Outcome(Change(change.status, events, deletes=True), None)
            view = view.having(change.status)
        return _Outcome(Change(view.status, events), _SOON)

    def _wait(self, view: PodView, due: Due | None) -> float | None:
        if due is not None:
            return max((due.at - view.now) / timedelta(seconds=1), 0.001)
        full = view.around.host_address is not None and view.status.get("phase") == "Pending" and not view.value(("will-start",))
        return _ADDRESS_RETRY if full else None

    def _view(self, pod: Object, node: Object | None) -> PodView:
        key = key_of(pod)
        around = Surroundings(
            now=self.clock.now(),
            settings=self.toolbox.simulation,
            memory=self._memories.of(uid_of(pod)),
            host_address=_host_address(pod, node),
            address=lambda: self._addresses.take(uid_of(pod), node["spec"]["podCIDR"], self._seed()) if node else None,
            find=lambda resource, name: self._find(key, resource, name),
            image_rule=self._image_rules.of,
            fault=self._faults.of_pod(pod),
            present=lambda image: self._images.get((pod["spec"]["nodeName"], image)),
        )
        return PodView(pod, around, POD_FACTS, CONTAINER_FACTS)

    def _seed(self) -> int | None:
        return seed_of(self.informers.of(SIMULATIONS).get(SIMULATION), self.toolbox.cluster.seed)

    def _find(self, pod: Key, resource: str, name: str) -> Object | None:
        self._dependencies.add(pod, Dependency(resource, Key(pod.namespace, name)))
        return self.client.get(resource, pod.namespace, name)

    def _pods(self, obj: Object, previous: Object | None) -> Iterable[Key]:
        current = self.informers.of("pods").get(key_of(obj))
        if current is None or uid_of(current) != uid_of(obj):
            self._addresses.free(uid_of(obj))
            self._memories.forget(uid_of(obj))
        else:
            self._note(current, self.clock.now())
        return own_key(obj, previous) if obj["spec"].get("nodeName") else ()

    def _all_pods(self, _obj: Object, _previous: Object | None) -> Iterable[Key]:
        """What the simulation itself is set by concerns every pod that has a node."""
        return self._woken(key_of(pod) for pod in self.informers.of("pods").list() if pod["spec"].get("nodeName"))

    def _woken(self, keys: Iterable[Key]) -> Iterable[Key]:
        """Keys of pods that are to be looked at though they have not changed."""
        self._wakes += 1
        return keys

    def _of_node(self, obj: Object, previous: Object | None) -> Iterable[Key]:
        """Pods may wait for a node that appears or gets its range. One that is ready again looks at all that it runs."""
        name, came_back = obj["metadata"]["name"], previous is not None and _is_ready(obj) and not _is_ready(previous)
        if not came_back and previous is not None and previous["spec"].get("podCIDR") == obj["spec"].get("podCIDR"):
            return []
        pods = [pod for pod in self.informers.of("pods").list() if pod["spec"].get("nodeName") == name]
        if came_back:
            self._distrusted |= {key_of(pod) for pod in pods if pod["status"].get("phase") == "Running"}
        return self._woken([key_of(pod) for pod in pods if pod["status"].get("phase") == "Pending" or key_of(pod) in self._distrusted])

    def _note(self, pod: Object, now: datetime) -> None:
        """Takes down which address a pod has, and which images are on its node because of it."""
        status, node = pod["status"], pod["spec"].get("nodeName")
        if status.get("phase") in ENDED:
            # Its status tells the address for ever, but its network is gone: a range is never full of pods that have ended.
            self._addresses.free(uid_of(pod))
        elif status.get("podIP") and not pod["spec"].get("hostNetwork"):
            self._addresses.note(uid_of(pod), status["podIP"])
        for field, status_field in LISTS.items():
            held = {each["name"] for each in status.get(status_field) or () if each.get("imageID")}
            for each in pod["spec"].get(field) or ():
                if each["name"] in held:
                    self._images.setdefault((node, each["image"]), now)

    def _write(self, pod: Object, status: Object) -> Object | None:
        """Writes the status; None when the pod is gone."""
        written = None
        try:
            written = self.client.update_status("pods", {**pod, "status": status})
        except StatusError as failure:
            if failure.code != 404:
                raise
        finally:
            if written is None and not pod["status"].get("podIP"):
                self._addresses.free(uid_of(pod))
        return written

    def _tell(self, pod: Object, events: Iterable[Event]) -> None:
        if self.toolbox.simulation.kubelet_events:
            recorder = self._recorder(pod["spec"]["nodeName"])
            for event in events:
                recorder.event(pod, event.type, event.reason, event.message, field_path=event.field_path)


def _host_address(pod: Object, node: Object | None) -> str | None:
    """The address of a node that can run the pod; None while it cannot."""
    if node is None or not (node["spec"].get("podCIDR") or pod["spec"].get("hostNetwork")):
        return None
    addresses = (node.get("status") or {}).get("addresses") or ()
    return next((str(address["address"]) for address in addresses if address["type"] == "InternalIP"), "")


def _is_ready(node: Object) -> bool:
    conditions = (node.get("status") or {}).get("conditions") or ()
    return any(condition["type"] == "Ready" and condition["status"] == "True" for condition in conditions)
