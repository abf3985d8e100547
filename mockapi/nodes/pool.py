"""The nodes of the cluster: made at the start, and kept alive by heartbeats (KEP-589, node leases)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockapi.machinery.clock import micro_timestamp, parse_timestamp, timestamp
from mockapi.machinery.meta import Key, Object, is_terminating
from mockapi.nodes.machine import node_object, node_status
from mockapi.reconcile.controller import Controller, Watch

_LEASE_NAMESPACE = "kube-node-lease"
_LEASES = "leases.coordination.k8s.io"
# kubelet: nodeLeaseDurationSeconds and a quarter of it, nodeStatusReportFrequency.
_LEASE_SECONDS = 40
_RENEW_SECONDS = 10.0
_REPORT_SECONDS = 300.0
_SOON = 0.1


class NodePool(Controller):
    """Registers the pool's nodes once, then renews their leases and reports their status while they exist."""

    name = "node-pool"
    component = "kubelet"

    _registered: frozenset[str] = frozenset()

    def seeds(self) -> Iterable[Key]:
        return [Key("", f"node-{number}") for number in range(1, self.toolbox.cluster.nodes + 1)]

    def watches(self) -> Mapping[str, Watch]:
        return {}

    def reconcile(self, key: Key) -> float | None:
        namespace = self.client.get("namespaces", "", _LEASE_NAMESPACE)
        if namespace is None or is_terminating(namespace):
            return _SOON
        node = self.client.get("nodes", "", key.name)
        if node is None and key.name in self._registered:
            return _RENEW_SECONDS  # deleted by somebody: a kubelet registers only when it starts, but goes on when the node is back
        if node is None:
            node = self._register(key.name)
        self._registered |= {key.name}
        self._report(node)
        self._renew(node)
        return _RENEW_SECONDS

    def _register(self, name: str) -> Object:
        number = int(name.rpartition("-")[2])
        node = node_object(name)
        self.client.create("nodes", node)
        return self._write_status(name, number)

    def _report(self, node: Object) -> None:
        """Reports the status when the last report is old, or somebody else says that the node is not ready."""
        conditions = {condition["type"]: condition for condition in node["status"].get("conditions") or ()}
        ready = conditions.get("Ready")
        now = self.clock.now()
        if ready is not None and ready["status"] == "True":
            age = (now - parse_timestamp(ready["lastHeartbeatTime"])).total_seconds()
            if age < _REPORT_SECONDS:
                return
        name = node["metadata"]["name"]
        self._write_status(name, int(name.rpartition("-")[2]))

    def _write_status(self, name: str, number: int) -> Object:
        current = self.client.get("nodes", "", name) or {}
        status = node_status(name, number, self.toolbox.cluster.minor, timestamp(self.clock.now()), current.get("status") or {})
        return self.client.patch("nodes", "", name, {"status": status}, "status")

    def _renew(self, node: Object) -> None:
        name = node["metadata"]["name"]
        renewed = micro_timestamp(self.clock.now())
        lease = self.client.get(_LEASES, _LEASE_NAMESPACE, name)
        if lease is not None:
            self.client.update(_LEASES, {**lease, "spec": {**lease["spec"], "renewTime": renewed}})
            return
        owner = {"apiVersion": "v1", "kind": "Node", "name": name, "uid": node["metadata"]["uid"]}
        meta = {"name": name, "namespace": _LEASE_NAMESPACE, "ownerReferences": [owner]}
        spec = {"holderIdentity": name, "leaseDurationSeconds": _LEASE_SECONDS, "renewTime": renewed}
        self.client.create(_LEASES, {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": meta, "spec": spec})
