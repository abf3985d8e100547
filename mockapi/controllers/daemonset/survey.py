"""What one look at a DaemonSet finds: its nodes, and its pods on each of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from mockapi.controllers.daemonset.placement import Fit, Placement
from mockapi.controllers.daemonset.pods import age_order, target_of
from mockapi.controllers.workload import podfacts
from mockapi.controllers.workload.history import REVISION_LABEL
from mockapi.machinery.meta import Object, Objects, is_terminating, labels_of, name_of


class Pair(NamedTuple):
    """The pod of the present template and the one of an earlier template on one node, as far as they are there and not going."""

    new: Object | None
    old: Object | None


@dataclass(frozen=True)
class Survey:
    """`code` names the revision of the present template; `claimed` are all pods of the DaemonSet, `fits` has all nodes, `pods` those
    that have or expect some, oldest first."""

    daemonset: Object
    code: str
    claimed: Objects
    fits: dict[str, Fit]
    pods: dict[str, Objects]
    now: datetime

    @property
    def wanted(self) -> list[str]:
        """The nodes that should have a pod."""
        return [name for name, fit in self.fits.items() if fit.runs]

    def pair(self, node: str) -> Pair | None:
        """The pods of a node in the course of an update. None when there are too many of a kind."""
        staying = [pod for pod in self.pods.get(node, ()) if not is_terminating(pod)]
        new, old = [pod for pod in staying if self.is_new(pod)], [pod for pod in staying if not self.is_new(pod)]
        if len(new) > 1 or len(old) > 1:
            return None
        return Pair(next(iter(new), None), next(iter(old), None))

    def is_new(self, pod: Object) -> bool:
        """Whether it was made from the present template."""
        return labels_of(pod).get(REVISION_LABEL) == self.code

    def is_available(self, pod: Object) -> bool:
        """Whether it has been ready for long enough."""
        return podfacts.is_available(pod, min_ready_seconds(self.daemonset), self.now)


@dataclass
class Work:
    """What is to be done now: pods to make, by node, and pods to delete. `wait` is in how many seconds there will be more, or None."""

    nodes: list[str] = field(default_factory=list)
    pods: Objects = field(default_factory=list)
    wait: float | None = None


def survey(daemonset: Object, code: str, nodes: Iterable[Object], pods: Objects, now: datetime) -> Survey:
    """Sorts the pods of a DaemonSet by node. Pods that have ended and wait to be removed count no longer."""
    placement = Placement(daemonset)
    fits = {name_of(node): placement.fit(node) for node in sorted(nodes, key=name_of)}
    places: dict[str, Objects] = {}
    for pod in sorted(pods, key=age_order):
        if target_of(pod) and not (podfacts.is_finished(pod) and is_terminating(pod)):
            places.setdefault(target_of(pod), []).append(pod)
    return Survey(daemonset, code, pods, fits, places, now)


def min_ready_seconds(daemonset: Object) -> int:
    """spec.minReadySeconds."""
    return int(daemonset["spec"].get("minReadySeconds") or 0)
