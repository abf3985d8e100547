"""The hard rules of placing once more, in the plainest way: every pod and node is looked at anew for each question."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.machinery.meta import Object, Objects, is_terminating, labels_of, name_of, uid_of
from mockapi.machinery.selectors import selector_from_object
from tests.world import World

ENDED = ("Succeeded", "Failed")
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def cpu(pod: Object) -> int:
    requests = (pod["spec"]["containers"][0].get("resources") or {}).get("requests") or {}
    return int(requests.get("cpu", 0))


def port(pod: Object) -> int:
    return int((pod["spec"]["containers"][0].get("ports") or [{}])[0].get("hostPort", 0))


def priority(pod: Object) -> int:
    return int(pod["spec"].get("priority") or 0)


def terms(pod: Object, field: str) -> Objects:
    found: Objects = ((pod["spec"].get("affinity") or {}).get(field) or {}).get(REQUIRED) or []
    return found


def selects(holder: Object, pod: Object) -> bool:
    return selector_from_object(holder["labelSelector"]).matches(labels_of(pod))


class Reference:
    """The cluster as it is; `kept` are pods that count as if they were on their nominated nodes."""

    def __init__(self, world: World, kept: int | None = None) -> None:
        self.nodes = {name_of(node): node for node in world.client.list("nodes")}
        self.pods = [pod for pod in world.list("pods") if pod["status"].get("phase") not in ENDED]
        self.where = {uid_of(pod): pod["spec"]["nodeName"] for pod in self.pods if pod["spec"].get("nodeName")}
        for pod in self.waiting():
            nominated = pod["status"].get("nominatedNodeName")
            if nominated and kept is not None and priority(pod) >= kept:
                self.where[uid_of(pod)] = nominated

    def waiting(self) -> Objects:
        return [pod for pod in self.pods if uid_of(pod) not in self.where and not is_terminating(pod)]

    def allows(self, pod: Object, name: str) -> bool:
        """Whether all hard rules let the pod go to the node."""
        if name not in self.nodes or self.nodes[name]["spec"].get("unschedulable"):
            return False
        selector = pod["spec"].get("nodeSelector") or {}
        if any(self.label(name, key) != value for key, value in selector.items()):
            return False
        there = [other for other in self.placed(pod) if self.where[uid_of(other)] == name]
        if cpu(pod) and sum(map(cpu, [*there, pod])) > int(self.nodes[name]["status"]["allocatable"]["cpu"]):
            return False
        if port(pod) and port(pod) in map(port, there):
            return False
        return self.away(pod, name) and self.near(pod, name) and self.even(pod, name)

    def placed(self, pod: Object) -> Iterator[Object]:
        return (other for other in self.pods if uid_of(other) in self.where and uid_of(other) != uid_of(pod))

    def label(self, node: str, key: str) -> str | None:
        return labels_of(self.nodes[node]).get(key) if node in self.nodes else None

    def domain(self, pod: Object, key: str) -> str | None:
        return self.label(self.where[uid_of(pod)], key)

    def away(self, pod: Object, name: str) -> bool:
        for one, other in ((pod, other) for other in self.placed(pod)):
            for term in terms(one, "podAntiAffinity"):
                if selects(term, other) and self.domain(other, term["topologyKey"]) == self.label(name, term["topologyKey"]):
                    return False
            for term in terms(other, "podAntiAffinity"):
                if selects(term, one) and self.domain(other, term["topologyKey"]) == self.label(name, term["topologyKey"]):
                    return False
        return True

    def near(self, pod: Object, name: str) -> bool:
        for term in terms(pod, "podAffinity"):
            meant = [other for other in self.placed(pod) if selects(term, other) and self.where[uid_of(other)] in self.nodes]
            if not meant and selects(term, pod):
                continue
            if self.label(name, term["topologyKey"]) not in {self.domain(other, term["topologyKey"]) for other in meant}:
                return False
        return True

    def even(self, pod: Object, name: str) -> bool:
        for constraint in pod["spec"].get("topologySpreadConstraints") or ():
            key = constraint["topologyKey"]
            counts = {str(self.label(node, key)): 0 for node in self.nodes if self.fits_selector(pod, node)}
            for other in self.placed(pod):
                value = self.domain(other, key)
                if value in counts and selects(constraint, other) and not is_terminating(other):
                    counts[value] += self.fits_selector(pod, self.where[uid_of(other)])
            itself = int(selects(constraint, pod))
            if counts[str(self.label(name, key))] + itself - min(counts.values()) > constraint["maxSkew"]:
                return False
        return True

    def fits_selector(self, pod: Object, node: str) -> bool:
        return all(self.label(node, key) == value for key, value in (pod["spec"].get("nodeSelector") or {}).items())


def allowed(world: World, pod: Object) -> list[str]:
    """The nodes where the pod may go, whether or not those for whom room is kept come there: it may not rely on them."""
    views = (Reference(world), Reference(world, kept=priority(pod)))
    for view in views:
        view.where.pop(uid_of(pod), None)
    return [name for name in views[0].nodes if all(view.allows(pod, name) for view in views)]
