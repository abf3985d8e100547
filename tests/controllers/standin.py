"""A kubelet in a few lines: pods become ready, unless their image says otherwise, and go when they are told to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from mockapi.machinery.clock import timestamp
from mockapi.machinery.meta import Key, Object, is_terminating, uid_of
from mockapi.reconcile.controller import Controller, Watch, own_key
from tests.world import World

BROKEN = "broken"


class StandInKubelet(Controller):
    """`broken` images never become ready; `stop_delay` seconds pass between a deletion and its completion."""

    name: ClassVar[str] = "stand-in-kubelet"
    stop_delay: ClassVar[float] = 0.0

    def watches(self) -> Mapping[str, Watch]:
        return {"pods": own_key}

    def reconcile(self, key: Key) -> float | None:
        pod = self.client.get("pods", *key)
        if pod is None or not pod["spec"].get("nodeName"):
            return None
        if is_terminating(pod):
            return self._stop(pod, key)
        if pod["status"].get("phase") == "Pending":
            ready = pod["spec"]["containers"][0]["image"] != BROKEN
            condition = {"type": "Ready", "status": str(ready), "lastTransitionTime": timestamp(self.clock.now())}
            self.client.update_status("pods", {**pod, "status": {**pod["status"], "phase": "Running", "conditions": [condition]}})
        return None

    def _stop(self, pod: Object, key: Key) -> float | None:
        asked = self._asked.setdefault(uid_of(pod), self.clock.monotonic())
        left = asked + self.stop_delay - self.clock.monotonic()
        if left > 0:
            return left
        self.client.delete("pods", *key, uid=uid_of(pod), grace=0)
        return None

    def __init__(self, toolbox: Any) -> None:
        super().__init__(toolbox)
        self._asked: dict[str, float] = {}


class SlowKubelet(StandInKubelet):
    """Takes ten seconds to stop a pod."""

    stop_delay: ClassVar[float] = 10.0


def template(image: str = "nginx:1", **labels: str) -> Object:
    """A pod template for the label app=web, whose pods need no scheduler."""
    containers = [{"name": "main", "image": image}]
    return {"metadata": {"labels": {"app": "web", **labels}}, "spec": {"nodeName": "node-1", "containers": containers}}


def workload(resource: str, world: World, name: str = "web", **spec: Any) -> Object:
    """Creates a Deployment, ReplicaSet or StatefulSet of those pods."""
    spec = {"selector": {"matchLabels": {"app": "web"}}, "template": template(), **spec}
    return world.create(resource, {"metadata": {"name": name}, "spec": spec})


def images(world: World) -> list[str]:
    """The images of the pods that are not going, sorted."""
    return sorted(pod["spec"]["containers"][0]["image"] for pod in world.list("pods") if not is_terminating(pod))
