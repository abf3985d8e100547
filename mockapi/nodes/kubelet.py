"""Simulated kubelets: take each pod that has a node from ContainerCreating to Running, and through its graceful deletion.

A pod that runs is left alone, so that a status written by hand stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache

from mockapi.machinery.clock import parse_timestamp, timestamp
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, is_terminating, key_of, uid_of
from mockapi.nodes import podstatus
from mockapi.nodes.podaddresses import PodAddresses
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key
from mockapi.reconcile.recorder import NORMAL

# How long a pod waits for an address when its node's range is full.
_ADDRESS_RETRY = 1.0
# Timestamps of objects are cut off to whole seconds.
_CUT_OFF = 1.0
_STARTING, _STOPPING = "starting", "stopping"


class Kubelet(Controller):
    """All kubelets in one: pods do not care on which machine their simulation runs."""

    name = "kubelet"
    component = "kubelet"
    workers = 4

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._addresses = PodAddresses()
        # When each pod was first seen to start or stop, by its uid, on the monotonic clock.
        self._begun: dict[str, tuple[str, float]] = {}
        self._delays = toolbox.simulation
        self._recorder = cache(lambda node: toolbox.recorder("kubelet", node))
        for pod in self.client.list("pods"):
            self._note(pod)

    def watches(self) -> Mapping[str, Watch]:
        return {"pods": self._pods, "nodes": self._waiting_pods}

    def reconcile(self, key: Key) -> float | None:
        pod = self.client.get("pods", *key)
        if pod is None or not pod["spec"].get("nodeName"):
            return None
        if is_terminating(pod):
            return self._stop(pod)
        if pod["status"].get("phase") != "Pending":
            return None
        return self._start(pod)

    def _pods(self, obj: Object, previous: Object | None) -> Iterable[Key]:
        current = self.informers.of("pods").get(key_of(obj))
        if current is None or uid_of(current) != uid_of(obj):
            self._addresses.free(uid_of(obj))
            self._begun.pop(uid_of(obj), None)
        else:
            self._note(current)
        return own_key(obj, previous) if obj["spec"].get("nodeName") else ()

    def _waiting_pods(self, obj: Object, previous: Object | None) -> Iterable[Key]:
        """A node that appears or gets its range may have pods that wait for it."""
        if previous is not None and previous["spec"].get("podCIDR") == obj["spec"].get("podCIDR"):
            return []
        name = obj["metadata"]["name"]
        pods = self.informers.of("pods").list()
        return [key_of(pod) for pod in pods if pod["spec"].get("nodeName") == name and pod["status"].get("phase") == "Pending"]

    def _note(self, pod: Object) -> None:
        if pod["status"].get("podIP") and not pod["spec"].get("hostNetwork"):
            self._addresses.note(uid_of(pod), pod["status"]["podIP"])

    def _start(self, pod: Object) -> float | None:
        node = self.client.get("nodes", "", pod["spec"]["nodeName"])
        if node is None or not (node["spec"].get("podCIDR") or pod["spec"].get("hostNetwork")):
            return None  # the node's change is watched
        left = self._creation_left(pod)
        if left > 0:
            if not pod["status"].get("containerStatuses") and self._write(pod, podstatus.creating(pod, self._now(), _host_address(node))):
                self._tell(pod, "Pulling", 'Pulling image "{image}"')
            return left
        address = self._address(pod, node)
        if address is None:
            return _ADDRESS_RETRY
        self._run(pod, node, address)
        return None

    def _run(self, pod: Object, node: Object, address: str) -> None:
        status = podstatus.running(pod, self._now(), _host_address(node), address, self._delays.container_runtime)
        written = False
        try:
            written = self._write(pod, status)
        finally:
            if not written:
                self._addresses.free(uid_of(pod))
        if written:
            self._tell(pod, "Pulled", 'Successfully pulled image "{image}" in {seconds}s ({seconds}s including waiting)')
            self._tell(pod, "Created", "Container created")
            self._tell(pod, "Started", "Container started")

    def _creation_left(self, pod: Object) -> float:
        """Seconds until the containers run; a start that an earlier process began goes on."""
        delay = self._delays.image_pull_delay + self._delays.container_start_delay
        started = pod["status"].get("startTime")
        return delay - self._passed(pod, _STARTING, parse_timestamp(started) if started else None)

    def _passed(self, pod: Object, stage: str, since: datetime | None) -> float:
        """Seconds since the pod was first seen at a stage, at which the object says that it is since that moment."""
        known = self._begun.get(uid_of(pod))
        if known is None or known[0] != stage:
            before = (self.clock.now() - since).total_seconds() - _CUT_OFF if since else 0.0
            known = self._begun[uid_of(pod)] = (stage, self.clock.monotonic() - max(before, 0.0))
        return self.clock.monotonic() - known[1]

    def _address(self, pod: Object, node: Object) -> str | None:
        if pod["spec"].get("hostNetwork"):
            return _host_address(node)
        return self._addresses.take(uid_of(pod), node["spec"]["podCIDR"])

    def _stop(self, pod: Object) -> float | None:
        meta = pod["metadata"]
        grace = meta.get("deletionGracePeriodSeconds") or 0
        if grace == 0:
            return None
        if self._delays.container_stop_delay > 0:
            new = self._begun.get(uid_of(pod), ("",))[0] != _STOPPING
            asked = parse_timestamp(meta["deletionTimestamp"]) - timedelta(seconds=grace)
            left = min(self._delays.container_stop_delay, grace) - self._passed(pod, _STOPPING, asked)
            if new:
                self._tell(pod, "Killing", "Stopping container {name}")
            if left > 0:
                return left
            self._write(pod, podstatus.stopped(pod, self._now()))
        self.client.delete("pods", *key_of(pod), uid=uid_of(pod), grace=0)
        return None

    def _write(self, pod: Object, status: Object) -> bool:
        """Writes the status; False when the pod is gone."""
        try:
            self.client.update_status("pods", {**pod, "status": status})
        except StatusError as failure:
            if failure.code != 404:
                raise
            return False
        return True

    def _tell(self, pod: Object, reason: str, message: str) -> None:
        if not self._delays.kubelet_events:
            return
        recorder = self._recorder(pod["spec"]["nodeName"])
        for path, container in podstatus.containers(pod):
            text = message.format(image=container["image"], name=container["name"], seconds=self._delays.image_pull_delay)
            recorder.event(pod, NORMAL, reason, text, field_path=path)

    def _now(self) -> str:
        return timestamp(self.clock.now())


def _host_address(node: Object) -> str:
    addresses = (node.get("status") or {}).get("addresses") or ()
    return next((str(address["address"]) for address in addresses if address["type"] == "InternalIP"), "")
