"""Whether a change may help a pod that was refused: what need not be tried again is not, nor is it told of again (KEP-4247)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from mockapi.controllers.scheduler.plugins.base import Incoming
from mockapi.controllers.scheduler.plugins.interpod_affinity import INTERPOD
from mockapi.controllers.scheduler.plugins.nodes import NODE_AFFINITY, TAINTS, UNSCHEDULABLE_NODE, tainted, unschedulable, unwanted
from mockapi.controllers.scheduler.plugins.resources import FIT, PORTS
from mockapi.controllers.scheduler.plugins.topology_spread import MUST, SPREAD, constraints_of
from mockapi.controllers.scheduler.plugins.volumes import RESTRICTIONS
from mockapi.controllers.scheduler.podinfo import PodInfo
from mockapi.controllers.scheduler.snapshot import NodeInfo
from mockapi.controllers.scheduler.terms import NamespaceLabels, Term


def _too_small(incoming: Incoming, info: NodeInfo) -> bool:
    return any(amount > info.allocatable.get(name, 0) for name, amount in incoming.info.request.amounts)


# Whether the plugin is still against the node. Of the others, a change of any node may make them think otherwise.
_STILL_AGAINST: dict[str, Callable[[Incoming, NodeInfo], object]] = {
    UNSCHEDULABLE_NODE: unschedulable,
    TAINTS: tainted,
    NODE_AFFINITY: unwanted,
    FIT: _too_small,
}


def node_may_help(incoming: Incoming, plugins: Collection[str], info: NodeInfo) -> bool:
    """Whether one of the plugins that refused the pod may think otherwise, now that the node has changed."""
    return any(plugin not in _STILL_AGAINST or not _STILL_AGAINST[plugin](incoming, info) for plugin in plugins)


@dataclass(frozen=True, slots=True)
class PodChange:
    """What a change of a pod means to others: as it was on its node (`gone`), and as it is there now (`come`)."""

    gone: PodInfo | None
    come: PodInfo | None
    namespace_labels: NamespaceLabels

    def may_help(self, incoming: Incoming, plugins: Collection[str]) -> bool:
        """Whether one of the plugins that refused a pod may think otherwise now."""
        return any(_HELPS[plugin](self, incoming) for plugin in plugins if plugin in _HELPS)

    def frees(self, incoming: Incoming) -> bool:
        """Whether less may be taken of a node."""
        return self.gone is not None

    def frees_ports(self, incoming: Incoming) -> bool:
        """Whether a port that the pod wants may be free now."""
        taken = self.gone.request.ports if self.gone else ()
        return any(port.collides(other) for port in incoming.info.request.ports for other in taken)

    def changes_spread(self, incoming: Incoming) -> bool:
        """Whether it is one of the pods that a constraint counts."""
        known = [pod for pod in (self.gone, self.come) if pod and pod.key.namespace == incoming.info.key.namespace]
        constraints = constraints_of(incoming.pod, MUST) if known else ()
        return any(constraint.selector.matches(pod.labels) for constraint in constraints for pod in known)

    def changes_neighbours(self, incoming: Incoming) -> bool:
        """Whether the pod wants to be near what has come, or wants away from what is gone, or that from it."""
        affinity = incoming.info.affinity
        if self.come and affinity.required and all(self._means(term, self.come) for term in affinity.required):
            return True
        if self.gone is None:
            return False
        return any(self._means(term, self.gone) for term in affinity.refused) or any(
            self._means(term, incoming.info) for term in self.gone.affinity.refused
        )

    def _means(self, term: Term, pod: PodInfo) -> bool:
        return term.means(pod.key.namespace, pod.labels, self.namespace_labels)


_HELPS: dict[str, Callable[[PodChange, Incoming], bool]] = {
    FIT: PodChange.frees,
    PORTS: PodChange.frees_ports,
    RESTRICTIONS: PodChange.frees,
    SPREAD: PodChange.changes_spread,
    INTERPOD: PodChange.changes_neighbours,
}
