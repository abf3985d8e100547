"""Node pools: how many nodes each may make, and what has become of them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from mockapi.machinery.conditions import is_true
from mockapi.machinery.meta import Key, Object, Objects, is_terminating, name_of
from mockapi.nodes.poolfacts import made, node_names, pool_key, wanted
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key
from mockapi.registry.simulated import GROUP, NODE_POOLS

_FINALIZER = f"{GROUP}/nodes"
# How long a pool rests between two counts, for each node: a thousand nodes that come one by one are not counted a thousand times.
_REST = 0.001


class NodePools(Controller):
    """Keeps the status of pools: machines come and go with `status.replicas`, which never forgets one that is still there."""

    name = "node-pools"
    component = "mockapi"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._counted: dict[Key, float] = {}

    def watches(self) -> Mapping[str, Watch]:
        return {NODE_POOLS: own_key, "nodes": lambda node, _previous: [pool_key(name_of(node))]}

    def reconcile(self, key: Key) -> float | None:
        pool = self.informers.of(NODE_POOLS).get(key)
        if pool is None:
            self._counted.pop(key, None)
            return None
        rest = self._counted.get(key, -math.inf) + _REST * max(wanted(pool), made(pool)) - self.clock.monotonic()
        if rest > 0:
            return rest
        self._counted[key] = self.clock.monotonic()
        nodes = self._nodes(pool)
        if is_terminating(pool) and not nodes:
            self._set_finalizers(pool, [name for name in _finalizers(pool) if name != _FINALIZER])
        elif not is_terminating(pool) and _FINALIZER not in _finalizers(pool):
            self._set_finalizers(pool, [*_finalizers(pool), _FINALIZER])
        else:
            self._tell(pool, nodes)
        return None

    def _nodes(self, pool: Object) -> Objects:
        """The nodes that the pool has made and that are there."""
        nodes = self.informers.of("nodes")
        names = node_names(pool)[: made(pool)]
        return [node for name in names if (node := nodes.get(Key("", name))) is not None]

    def _tell(self, pool: Object, nodes: Objects) -> None:
        last = max((int(name_of(node).rpartition("-")[2]) for node in nodes), default=0)
        status = {"replicas": max(wanted(pool), last), "readyReplicas": sum(is_true(node, "Ready") for node in nodes)}
        if pool.get("status") != status:
            self.client.update_status(NODE_POOLS, {**pool, "status": status})

    def _set_finalizers(self, pool: Object, finalizers: list[str]) -> None:
        meta = {"resourceVersion": pool["metadata"]["resourceVersion"], "finalizers": finalizers or None}
        self.client.patch(NODE_POOLS, "", name_of(pool), {"metadata": meta})


def _finalizers(pool: Object) -> list[str]:
    return pool["metadata"].get("finalizers") or []
