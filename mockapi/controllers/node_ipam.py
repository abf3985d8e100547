"""Each node gets a range of pod addresses (Node.spec.podCIDR), and what else the control plane adds to a new node."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from functools import cached_property

from mockapi.machinery.meta import Key, Object, key_of
from mockapi.reconcile.controller import Controller, Watch, own_key

_log = logging.getLogger(__name__)

# kube-controller-manager: nodeCIDRMaskSize.
_PREFIX = 24


class NodeAddresses(Controller):
    """Gives every node the lowest free range."""

    name = "node-ipam"

    def watches(self) -> Mapping[str, Watch]:
        return {"nodes": self._of_node}

    def reconcile(self, key: Key) -> float | None:
        node = self.client.get("nodes", "", key.name)
        if node is None:
            return None
        spec = dict(node["spec"])
        if not spec.get("podCIDR"):
            spec.update(self._range())
        meta = _completed(node["metadata"])
        if spec != node["spec"] or meta != node["metadata"]:
            self.client.update("nodes", {**node, "metadata": meta, "spec": spec})
        return None

    def _of_node(self, obj: Object, previous: Object | None) -> Iterable[Key]:
        """The node, and when one has gone, those that wait for a range."""
        yield from own_key(obj, previous)
        if previous is None and self.informers.of("nodes").get(key_of(obj)) is None:
            yield from (key_of(node) for node in self.informers.of("nodes").list() if not node["spec"].get("podCIDR"))

    def _range(self) -> Object:
        taken = {node["spec"].get("podCIDR") for node in self.client.list("nodes")}
        free = next((text for text in self._ranges if text not in taken), None)
        if free is None:
            _log.warning("no range of pod addresses is left in %s", self.toolbox.cluster.pod_cidr)
            return {}
        return {"podCIDR": free, "podCIDRs": [free]}

    @cached_property
    def _ranges(self) -> tuple[str, ...]:
        return tuple(map(str, self.toolbox.cluster.pod_cidr.subnets(new_prefix=_PREFIX)))


def _completed(meta: Object) -> Object:
    """Metadata with the ttl annotation (kubelet's cache of secrets) and the old label of the operating system."""
    labels, annotations = dict(meta.get("labels") or {}), dict(meta.get("annotations") or {})
    annotations.setdefault("node.alpha.kubernetes.io/ttl", "0")
    if "kubernetes.io/os" in labels:
        labels["beta.kubernetes.io/os"] = labels["kubernetes.io/os"]
    return {**meta, "annotations": annotations, **({"labels": labels} if labels else {})}
