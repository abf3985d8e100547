"""Many Services over many pods that come, go and change: every Service has its own ready pods, and nobody else's."""

from __future__ import annotations

import random
from collections import defaultdict

from mockapi.controllers.endpoints import EndpointsController
from mockapi.controllers.endpointslice import EndpointSliceController
from mockapi.controllers.workload import podfacts
from mockapi.machinery.meta import labels_of
from tests.world import World

SERVICES, PODS, ROUNDS, CHANGES = 100, 500, 4, 60

Addresses = dict[str, set[str]]


class Crowd:
    """Pods that each have the label of one Service."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.random = random.Random(1)
        self.made = 0

    def add(self) -> None:
        number = self.made = self.made + 1
        address = f"10.244.{number // 250}.{number % 250 + 2}"
        self.world.pod(f"pod-{number}", address, labels={"app": self.somebody()}, ready=self.random.random() > 0.1)

    def remove(self) -> None:
        self.world.delete("pods", self.one())

    def move(self) -> None:
        """Another Service gets the pod."""
        self.world.patch("pods", self.one(), {"metadata": {"labels": {"app": self.somebody()}}})

    def turn(self) -> None:
        """A pod that was ready is no longer, or the other way round."""
        pod = self.world.get("pods", self.one())
        assert pod is not None
        self.world.set_pod(pod["metadata"]["name"], pod["status"]["podIP"], ready=not podfacts.is_ready(pod))

    def churn(self, changes: int) -> None:
        for _ in range(changes):
            self.random.choice((self.add, self.remove, self.move, self.turn))()

    def one(self) -> str:
        return str(self.random.choice(self.world.list("pods"))["metadata"]["name"])

    def somebody(self) -> str:
        return f"app-{self.random.randrange(SERVICES)}"


def wanted(world: World) -> Addresses:
    found: Addresses = defaultdict(set)
    for pod in world.list("pods"):
        if podfacts.is_ready(pod):
            found[labels_of(pod)["app"]].add(pod["status"]["podIP"])
    return found


def in_slices(world: World) -> Addresses:
    found: Addresses = defaultdict(set)
    for slice_ in world.list("endpointslices.discovery.k8s.io"):
        for endpoint in slice_["endpoints"] or ():
            if endpoint["conditions"]["ready"]:
                found[labels_of(slice_)["kubernetes.io/service-name"]] |= set(endpoint["addresses"])
    return found


def in_endpoints(world: World) -> Addresses:
    found: Addresses = defaultdict(set)
    for endpoints in world.list("endpoints"):
        for subset in endpoints.get("subsets") or ():
            found[endpoints["metadata"]["name"]] |= {each["ip"] for each in subset.get("addresses") or ()}
    return found


def test_every_service_has_its_own_pods_while_they_churn(world: World) -> None:
    world.node("node-1")
    world.run(EndpointSliceController, EndpointsController)
    for number in range(SERVICES):
        world.service(f"app-{number}", selector={"app": f"app-{number}"})
    crowd = Crowd(world)
    for _ in range(PODS):
        crowd.add()
    for _ in range(ROUNDS):
        world.advance(5)
        assert {name: addresses for name, addresses in in_slices(world).items() if addresses} == wanted(world)
        assert {name: addresses for name, addresses in in_endpoints(world).items() if addresses} == wanted(world)
        crowd.churn(CHANGES)
