"""What a simulated node looks like."""

from __future__ import annotations

import uuid
from ipaddress import IPv4Address

from mockapi.machinery.meta import Object

_FIRST_ADDRESS = IPv4Address("192.168.49.1")
_CAPACITY = {"cpu": "8", "ephemeral-storage": "100Gi", "hugepages-1Gi": "0", "hugepages-2Mi": "0", "memory": "16Gi", "pods": "110"}
_RUNTIME = "containerd://2.1.4"

# Condition type: status, reason and message of a healthy node, in kubelet's order.
_CONDITIONS = {
    "MemoryPressure": ("False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    "DiskPressure": ("False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    "PIDPressure": ("False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    "Ready": ("True", "KubeletReady", "kubelet is posting ready status"),
}


def node_object(name: str) -> Object:
    """A node as its kubelet registers it."""
    labels = {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
    }
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}}


def node_address(number: int) -> str:
    """The InternalIP of the pool's node of that number, counted from 1."""
    return str(_FIRST_ADDRESS + number)


def node_status(name: str, number: int, minor: str, now: str, before: Object) -> Object:
    """The status of a healthy node; conditions keep the times of their last transitions."""
    known = {condition["type"]: condition for condition in before.get("conditions") or ()}
    return {
        "addresses": [{"type": "InternalIP", "address": node_address(number)}, {"type": "Hostname", "address": name}],
        "allocatable": _CAPACITY,
        "capacity": _CAPACITY,
        "conditions": [_condition(kind, now, known.get(kind, {})) for kind in _CONDITIONS],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "nodeInfo": _node_info(name, minor),
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
