"""Nodes, a DaemonSet, and who puts its pods where they are meant to be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from mockapi.controllers.daemonset.controller import DaemonSetController
from mockapi.controllers.daemonset.pods import target_of
from mockapi.controllers.garbage_collector import GarbageCollector
from mockapi.machinery.meta import Key, Object, Objects, is_terminating
from mockapi.reconcile.controller import Controller, Watch, own_key
from tests.controllers.standin import SlowKubelet, StandInKubelet
from tests.world import World

SETS, REVISIONS = "daemonsets.apps", "controllerrevisions.apps"


class StandInScheduler(Controller):
    """Binds each pod to the node that it is meant for, once the node is there, whatever else would keep it off."""

    name: ClassVar[str] = "stand-in-scheduler"

    def watches(self) -> Mapping[str, Watch]:
        return {"pods": own_key}

    def reconcile(self, key: Key) -> float | None:
        pod = self.client.get("pods", *key)
        if pod is None or is_terminating(pod) or pod["spec"].get("nodeName"):
            return None
        node = target_of(pod)
        if self.client.get("nodes", "", node):
            self.client.act("pods", key, "binding", {"metadata": {"name": key.name}, "target": {"kind": "Node", "name": node}})
        return None


CONTROLLERS = (DaemonSetController, StandInScheduler, StandInKubelet, GarbageCollector)
SLOW = (DaemonSetController, StandInScheduler, SlowKubelet, GarbageCollector)


def pod_template(image: str = "agent:1", **spec: Any) -> Object:
    return {"metadata": {"labels": {"app": "agent"}}, "spec": {"containers": [{"name": "main", "image": image}], **spec}}


def daemonset(world: World, name: str = "agent", **spec: Any) -> Object:
    """Creates a DaemonSet and lets the controllers do what follows."""
    wanted = {"selector": {"matchLabels": {"app": "agent"}}, "template": pod_template(), **spec}
    created = world.create(SETS, {"metadata": {"name": name}, "spec": wanted})
    world.settle()
    return created


def rolling(unavailable: int | str = 0, surge: int | str = 0) -> Object:
    return {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": unavailable, "maxSurge": surge}}


def change(world: World, name: str = "agent", **spec: Any) -> None:
    """Changes the spec and lets the controllers do what follows."""
    world.patch(SETS, name, {"spec": spec})
    world.settle()


def add_nodes(world: World, *names: str, taints: Objects | None = None, **labels: str) -> None:
    for name in names:
        world.create("nodes", {"metadata": {"name": name, "labels": labels}, "spec": {"taints": taints or []}})


def taint(world: World, node: str, key: str, effect: str) -> None:
    world.client.patch("nodes", "", node, {"spec": {"taints": [{"key": key, "effect": effect}]}})
    world.settle()


def staying(world: World) -> Objects:
    return [pod for pod in world.list("pods") if not is_terminating(pod)]


def places(world: World) -> list[str]:
    """The nodes of the pods that are not going, sorted."""
    return sorted(target_of(pod) for pod in staying(world))


def images(world: World) -> dict[str, str]:
    """By node, the images of the pods that are not going."""
    return {target_of(pod): pod["spec"]["containers"][0]["image"] for pod in staying(world)}


def on(world: World, node: str) -> Object:
    """The pod on a node that is not going."""
    return next(pod for pod in staying(world) if target_of(pod) == node)


def status(world: World, name: str = "agent") -> Object:
    found = world.get(SETS, name)
    assert found is not None
    return dict(found["status"])


def revisions(world: World) -> list[tuple[int, str]]:
    """Number and image of the recorded templates, in order."""
    found = [(each["revision"], each["data"]["spec"]["template"]["spec"]["containers"][0]["image"]) for each in world.list(REVISIONS)]
    return sorted(found)


def undo(world: World, number: int, name: str = "agent") -> None:
    """Brings back the template of a revision, as kubectl does."""
    revision = next(each for each in world.list(REVISIONS) if each["revision"] == number)
    template = {field: value for field, value in revision["data"]["spec"]["template"].items() if field != "$patch"}
    change(world, name, template=template)
