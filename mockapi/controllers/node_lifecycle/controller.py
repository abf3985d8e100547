"""Nodes that fall silent are said to be so, lose the trust in their pods, and get the taints that have the pods leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from mockapi.controllers.node_lifecycle import health, taints
from mockapi.controllers.node_lifecycle.zones import Zones, zone_of
from mockapi.controllers.workload import podfacts
from mockapi.machinery.clock import timestamp
from mockapi.machinery.meta import Key, Object, Objects, key_of, name_of, uid_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key

_LEASES, _LEASE_NAMESPACE = "leases.coordination.k8s.io", "kube-node-lease"
_EVENTS_OF = "node-controller"
_READY = "Ready"


class NodeLifecycle(Controller):
    """Keeps conditions and taints of every node."""

    name = "node-lifecycle"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._recorder = toolbox.recorder(_EVENTS_OF)
        self._heartbeats = health.Heartbeats()
        self._zones = Zones()
        self._known: dict[str, Object] = {}
        self._next_eviction: dict[str, float] = {}

    def watches(self) -> Mapping[str, Watch]:
        return {"nodes": self._of_node}

    def reconcile(self, key: Key) -> float | None:
        node = self.client.get("nodes", "", key.name)
        self._tell_of_coming_and_going(key.name, node)
        if node is None:
            self._heartbeats.forget(key.name)
            return None
        node, silent_in = self._checked(node)
        evict_in = self._keep_taints(node)
        was, self._known[key.name] = self._known.get(key.name, node), node
        self._distrust_pods(node, was)
        return min((wait for wait in (silent_in, evict_in) if wait is not None), default=None)

    def _of_node(self, obj: Object, previous: Object | None) -> Iterable[Key]:
        """The node; and when so many have been lost or come back that evictions slow down or go on, all that are lost."""
        name = name_of(obj)
        node = self.informers.of("nodes").get(key_of(obj))
        changed = (
            self._zones.drop(name) if node is None else self._zones.note(name, zone_of(node), ready=health.ready_status(node) == "True")
        )
        yield from own_key(obj, previous)
        if changed:
            yield from (Key("", lost) for lost in self._zones.lost())

    def _tell_of_coming_and_going(self, name: str, node: Object | None) -> None:
        known = self._known.get(name)
        if known is not None and (node is None or uid_of(node) != uid_of(known)):
            self._recorder.event(known, "Normal", "RemovingNode", f"Node {name} event: Removing Node {name} from Controller")
            self._known.pop(name)
            known = None
        if known is None and node is not None:
            self._recorder.event(node, "Normal", "RegisteredNode", f"Node {name} event: Registered Node {name} in Controller")

    def _checked(self, node: Object) -> tuple[Object, float | None]:
        """The node, with the conditions of a silent one if it is silent, and the seconds after which it may be."""
        now = self.clock.now()
        if health.ready_status(node) == "Unknown":
            return node, None
        lease = self.client.get(_LEASES, _LEASE_NAMESPACE, name_of(node))
        left = (self._heartbeats.deadline(node, lease, now) - now) / timedelta(seconds=1)
        if left > 0:
            return node, left
        status = {**(node.get("status") or {}), "conditions": health.silent(node, now)}
        return self.client.update_status("nodes", {**node, "status": status}), None

    def _keep_taints(self, node: Object) -> float | None:
        """Brings the taints up to date; the seconds until the node may be given up, if it has to wait for that."""
        present: Objects = node["spec"].get("taints") or []
        now = timestamp(self.clock.now())
        wanted = taints.with_scheduling_taints(node, present, now)
        key, wait = taints.evicting_key(node), None
        if key is None or self._zones.all_lost():
            wanted = taints.with_evicting_taint(wanted, None, now)
        elif taints.is_evicting(node) or (wait := self._until_eviction(zone_of(node))) == 0:
            wanted, wait = taints.with_evicting_taint(wanted, key, now), None
        if wanted != present:
            self.client.update("nodes", {**node, "spec": {**node["spec"], "taints": wanted}})
        return wait

    def _until_eviction(self, zone: str) -> float | None:
        """0 when the zone may lose a node now, and the seconds until it may otherwise; None while it may lose none."""
        pace, now = self._zones.pace(zone), self.clock.monotonic()
        if pace == 0:
            return None
        wait = self._next_eviction.get(zone, now) - now
        if wait > 0:
            return wait
        self._next_eviction[zone] = now + 1 / pace
        return 0

    def _distrust_pods(self, node: Object, was: Object) -> None:
        """Nobody knows whether the pods of a node that is not ready still serve."""
        name = name_of(node)
        if health.ready_status(node) in {None, "True"}:
            return
        if health.ready_status(was) == "True":
            self._recorder.event(node, "Normal", "NodeNotReady", f"Node {name} status is now: NodeNotReady")
        for outline in self.informers.of("pods").outlines(podfacts.outline):
            pod = self.client.get("pods", *key_of(outline)) if outline["spec"]["nodeName"] == name and podfacts.is_ready(outline) else None
            if pod is not None and podfacts.is_ready(pod):
                self._recorder.event(pod, "Warning", "NodeNotReady", "Node is not ready")
                self._set_unready(pod)

    def _set_unready(self, pod: Object) -> None:
        now = timestamp(self.clock.now())
        changed = {"status": "False", "lastTransitionTime": now}
        conditions = [{**each, **changed} if each["type"] == _READY else each for each in pod["status"]["conditions"]]
        self.client.update_status("pods", {**pod, "status": {**pod["status"], "conditions": conditions}})
