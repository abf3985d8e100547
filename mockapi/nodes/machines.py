"""The machines of node pools: they register, are kept alive by heartbeats (KEP-589, node leases), and go with their pool."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from mockapi.machinery.clock import micro_timestamp, parse_timestamp, timestamp
from mockapi.machinery.meta import Key, Object, is_terminating, name_of
from mockapi.nodes.faults import Faults
from mockapi.nodes.machine import Machine, address_of, addresses_from, node_object, node_status
from mockapi.nodes.poolfacts import machine_in, made, node_names, wanted
from mockapi.reconcile.controller import Controller, Toolbox, Watch
from mockapi.registry.simulated import NODE_POOLS

_LEASE_NAMESPACE = "kube-node-lease"
_LEASES = "leases.coordination.k8s.io"
# kubelet: nodeLeaseDurationSeconds and a quarter of it, nodeStatusReportFrequency.
_LEASE_SECONDS = 40
_RENEW_SECONDS = 10.0
_REPORT_SECONDS = 300.0
_SOON = 0.1
_BY_ADDRESS = "address"


class Machines(Controller):
    """Registers each node of the pools once, then renews its lease and reports its status while it exists. Keys are nodes."""

    name = "node-pool-machines"
    component = "kubelet"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._pools = toolbox.informers.of(NODE_POOLS)
        self._nodes = toolbox.informers.of("nodes")
        self._nodes.add_index(_BY_ADDRESS, lambda node: [address_of(node)])
        self._faults = Faults(toolbox.informers)
        self._registered: set[str] = set()
        self._asked: dict[str, datetime] = {}

    def watches(self) -> Mapping[str, Watch]:
        return {NODE_POOLS: _of_pool}

    def reconcile(self, key: Key) -> float | None:
        machine = machine_in(self._pools, key.name)
        if machine is None or machine.number > made(machine.pool):
            return None
        if machine.number > wanted(machine.pool):
            self._remove(key.name)
            return None
        namespace = self.client.get("namespaces", "", _LEASE_NAMESPACE)
        if namespace is None or is_terminating(namespace):
            return _SOON
        return self._live(machine)

    def _live(self, machine: Machine) -> float:
        """What the kubelet of a machine does; returns the seconds until it does it again."""
        node = self.client.get("nodes", "", machine.name)
        if node is None and machine.name in self._registered:
            return self._until_renewal()  # deleted by somebody: a kubelet registers only when it starts, but goes on when the node is back
        if node is None:
            left = self._until_registration(machine.name)
            if left > 0:
                return left
            node = self._register(machine)
        self._registered.add(machine.name)
        if not self._faults.stop(node):
            self._report(machine, node)
            self._renew(node)
        return self._until_renewal()

    def _until_renewal(self) -> float:
        """All kubelets renew at the same moments: a crowd of writes costs less than as many that wake every process one by one."""
        return _RENEW_SECONDS - self.clock.monotonic() % _RENEW_SECONDS

    def _until_registration(self, name: str) -> float:
        settings, now = self.toolbox.simulation, self.clock.now()
        asked = self._asked.setdefault(name, now)
        return settings.jittered(settings.node_registration_delay, name) - (now - asked).total_seconds()

    def _register(self, machine: Machine) -> Object:
        self._asked.pop(machine.name, None)
        self.client.create("nodes", node_object(machine))
        return self._write_status(machine)

    def _remove(self, name: str) -> None:
        self._registered.discard(name)
        self._asked.pop(name, None)
        self.client.delete("nodes", "", name)

    def _report(self, machine: Machine, node: Object) -> None:
        """Reports the status when the last report is old, somebody else says that the node is not ready, or the machine is another."""
        status = node["status"]
        conditions = {condition["type"]: condition for condition in status.get("conditions") or ()}
        ready = conditions.get("Ready")
        now = self.clock.now()
        if ready is not None and ready["status"] == "True" and status.get("capacity") == machine.capacity:
            age = (now - parse_timestamp(ready["lastHeartbeatTime"])).total_seconds()
            if age < _REPORT_SECONDS:
                return
        self._write_status(machine)

    def _write_status(self, machine: Machine) -> Object:
        current = self.client.get("nodes", "", machine.name) or {}
        address = address_of(current) or self._free_address(machine.number)
        before = current.get("status") or {}
        status = node_status(machine, address, self.toolbox.cluster.minor, timestamp(self.clock.now()), before)
        return self.client.patch("nodes", "", machine.name, {"status": status}, "status")

    def _free_address(self, number: int) -> str:
        """The address that goes with a machine's number, or the next that no other node has."""
        return next(address for address in addresses_from(number) if not self._nodes.indexed(_BY_ADDRESS, address))

    def _renew(self, node: Object) -> None:
        name = name_of(node)
        renewed = micro_timestamp(self.clock.now())
        lease = self.client.get(_LEASES, _LEASE_NAMESPACE, name)
        if lease is not None:
            self.client.update(_LEASES, {**lease, "spec": {**lease["spec"], "renewTime": renewed}})
            return
        owner = {"apiVersion": "v1", "kind": "Node", "name": name, "uid": node["metadata"]["uid"]}
        meta = {"name": name, "namespace": _LEASE_NAMESPACE, "ownerReferences": [owner]}
        spec = {"holderIdentity": name, "leaseDurationSeconds": _LEASE_SECONDS, "renewTime": renewed}
        self.client.create(_LEASES, {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": meta, "spec": spec})


def _of_pool(pool: Object, previous: Object | None) -> Iterable[Key]:
    """All nodes that a pool has or had, when more changes than what it tells of them."""
    if previous is not None and _essence(pool) == _essence(previous):
        return []
    return [Key("", name) for name in node_names(pool)]


def _essence(pool: Object) -> tuple[Object, int, int]:
    return pool["spec"], wanted(pool), made(pool)
