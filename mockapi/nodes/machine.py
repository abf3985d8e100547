"""What a simulated machine is, and what its node looks like."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from mockapi.machinery.meta import Object, name_of
from mockapi.machinery.quantity import parse_quantity

_FIRST_ADDRESS = IPv4Address("192.168.49.1")
_CAPACITY = {"cpu": "8", "ephemeral-storage": "100Gi", "hugepages-1Gi": "0", "hugepages-2Mi": "0", "memory": "16Gi", "pods": "110"}
_RUNTIME = "containerd://2.1.4"
_ZONE = "topology.kubernetes.io/zone"

# Condition type: status, reason and message of a healthy node, in kubelet's order.
_CONDITIONS = {
    "MemoryPressure": ("False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    "DiskPressure": ("False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    "PIDPressure": ("False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    "Ready": ("True", "KubeletReady", "kubelet is posting ready status"),
}


@dataclass(frozen=True)
class Machine:
    """The machine of that number, counted from 1, of a NodePool."""

    pool: Object
    number: int

    @property
    def name(self) -> str:
        """The name of its node."""
        return f"{name_of(self.pool)}-{self.number}"

    @property
    def capacity(self) -> dict[str, str]:
        """Amounts of resources by name."""
        given = self.pool["spec"].get("capacity") or {}
        return {**_CAPACITY, **{name: str(parse_quantity(amount)) for name, amount in given.items()}}

    @property
    def labels(self) -> dict[str, str]:
        """What the pool adds to the labels of its nodes."""
        zones = self.pool["spec"].get("zones") or ()
        zone = {_ZONE: zones[(self.number - 1) % len(zones)]} if zones else {}
        return {**(self.pool["spec"].get("labels") or {}), **zone}


def node_object(machine: Machine) -> Object:
    """A node as its kubelet registers it."""
    labels = {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": machine.name,
        "kubernetes.io/os": "linux",
        **machine.labels,
    }
    node: Object = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": machine.name, "labels": labels}}
    taints = machine.pool["spec"].get("taints")
    return {**node, "spec": {"taints": taints}} if taints else node


def address_of(node: Object) -> str:
    """The InternalIP of a node; "" while it has none."""
    addresses = (node.get("status") or {}).get("addresses") or ()
    return next((str(each["address"]) for each in addresses if each["type"] == "InternalIP"), "")


def addresses_from(number: int) -> Iterator[str]:
    """The address that goes with a number, counted from 1, and those after it."""
    return (str(_FIRST_ADDRESS + each) for each in itertools.count(number))


def node_status(machine: Machine, address: str, minor: str, now: str, before: Object) -> Object:
    """The status of a healthy node; conditions keep the times of their last transitions."""
    known = {condition["type"]: condition for condition in before.get("conditions") or ()}
    return {
        "addresses": [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": machine.name}],
        "allocatable": machine.capacity,
        "capacity": machine.capacity,
        "conditions": [_condition(kind, now, known.get(kind, {})) for kind in _CONDITIONS],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "nodeInfo": _node_info(machine.name, minor),
    }


def _condition(kind: str, now: str, before: Object) -> Object:
    status, reason, message = _CONDITIONS[kind]
    changed = before["lastTransitionTime"] if before.get("status") == status else now
    times = {"lastHeartbeatTime": now, "lastTransitionTime": changed}
    return {"type": kind, "status": status, **times, "reason": reason, "message": message}


def _node_info(name: str, minor: str) -> Object:
    identity = uuid.uuid5(uuid.NAMESPACE_DNS, name)
    return {
        "architecture": "amd64",
        "bootID": str(uuid.uuid5(identity, "boot")),
        "containerRuntimeVersion": _RUNTIME,
        "kernelVersion": "6.12.0-simulated",
        "kubeProxyVersion": "",
        "kubeletVersion": f"v{minor}.2",
        "machineID": identity.hex,
        "operatingSystem": "linux",
        "osImage": "mockapi simulated node",
        "systemUUID": str(identity),
    }
