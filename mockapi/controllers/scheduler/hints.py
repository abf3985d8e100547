"""Whether a change of a node may help a pod that was refused: what need not be tried again is not, nor told of (KEP-4247)."""

from __future__ import annotations

from collections.abc import Callable, Collection

from mockapi.controllers.scheduler.plugins.base import Incoming
from mockapi.controllers.scheduler.plugins.nodes import NODE_AFFINITY, TAINTS, UNSCHEDULABLE_NODE, tainted, unschedulable, unwanted
from mockapi.controllers.scheduler.plugins.resources import FIT
from mockapi.controllers.scheduler.snapshot import NodeInfo


def _too_small(incoming: Incoming, info: NodeInfo) -> bool:
    return any(amount > info.allocatable.get(name, 0) for name, amount in incoming.info.request.amounts)


# Whether the plugin is still against the node. Of the others, a change of any node may make them think otherwise.
_STILL_AGAINST: dict[str, Callable[[Incoming, NodeInfo], object]] = {
    UNSCHEDULABLE_NODE: unschedulable,
    TAINTS: tainted,
    NODE_AFFINITY: unwanted,
    FIT: _too_small,
}


def may_help(incoming: Incoming, plugins: Collection[str], info: NodeInfo) -> bool:
    """Whether one of the plugins that refused the pod may think otherwise, now that the node has changed."""
    return any(plugin not in _STILL_AGAINST or not _STILL_AGAINST[plugin](incoming, info) for plugin in plugins)
