"""The columns of `kubectl get pods`: what a pod's status comes down to in a few words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from mockapi.machinery.clock import parse_timestamp
from mockapi.machinery.durations import human_duration
from mockapi.machinery.meta import Object, Objects, is_terminating
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column
from mockapi.registry.printing import or_none

_NODE_LOST = "NodeLost"
_ENDINGS = {"Succeeded": "The pod has completed successfully.", "Failed": "The pod failed."}


class Summary(NamedTuple):
    """What the columns Ready, Status and Restarts say; `restarted` is when a container last ended to be restarted."""

    ready: int
    total: int
    reason: str
    restarts: int
    restarted: datetime | None


def summary(pod: Object) -> Summary:
    """Condenses the states of a pod's containers as the API server does for tables."""
    status = pod.get("status") or {}
    sidecars = _sidecars(pod)
    regular = status.get("containerStatuses") or []
    seen, init_reason = _initialization(pod, sidecars)
    ready = sum(1 for each in seen if each["name"] in sidecars and each.get("started") and each.get("ready"))
    reason = init_reason or _base_reason(status)
    if not init_reason or _has_condition(status, "Initialized"):
        # Restarts of ordinary init containers no longer matter once the pod has been initialized.
        seen = [each for each in seen if each["name"] in sidecars] + regular
        ready += sum(1 for each in regular if _is_serving(each))
        reason = _regular_reason(status, regular, reason)
    total = len(pod["spec"].get("containers") or ()) + len(sidecars)
    restarts = sum(each.get("restartCount") or 0 for each in seen)
    return Summary(ready, total, _deletion_reason(pod, reason), restarts, max(_ends(seen), default=None))


def _base_reason(status: Object) -> str:
    gated = any(each.get("type") == "PodScheduled" and each.get("reason") == "SchedulingGated" for each in status.get("conditions") or ())
    return "SchedulingGated" if gated else status.get("reason") or status.get("phase") or ""


def _sidecars(pod: Object) -> set[str]:
    """Init containers that keep running beside the regular ones (restartPolicy Always, KEP-753)."""
    return {each["name"] for each in pod["spec"].get("initContainers") or () if each.get("restartPolicy") == "Always"}


def _initialization(pod: Object, sidecars: set[str]) -> tuple[list[Object], str]:
    """The init containers up to the first that is not through, and the word for that one ("" when all are)."""
    statuses = (pod.get("status") or {}).get("initContainerStatuses") or []
    for position, each in enumerate(statuses):
        ended = (each.get("state") or {}).get("terminated")
        done = ended is not None and not ended.get("exitCode")
        if not done and not (each["name"] in sidecars and each.get("started")):
            progress = f"{position}/{len(pod['spec'].get('initContainers') or ())}"
            return statuses[: position + 1], "Init:" + _init_word(each, progress)
    return statuses, ""


def _init_word(container: Object, progress: str) -> str:
    state = container.get("state") or {}
    if state.get("terminated") is not None:
        return _end_word(state["terminated"])
    waiting = (state.get("waiting") or {}).get("reason") or "PodInitializing"
    return progress if waiting == "PodInitializing" else str(waiting)


def _end_word(ended: Object) -> str:
    if ended.get("reason"):
        return str(ended["reason"])
    return f"Signal:{ended['signal']}" if ended.get("signal") else f"ExitCode:{ended.get('exitCode', 0)}"


def _has_condition(status: Object, kind: str) -> bool:
    return any(each.get("type") == kind and each.get("status") == "True" for each in status.get("conditions") or ())


def _ends(containers: list[Object]) -> Iterator[datetime]:
    for each in containers:
        finished = ((each.get("lastState") or {}).get("terminated") or {}).get("finishedAt")
        if finished:
            yield parse_timestamp(finished)


def _is_serving(container: Object) -> bool:
    state = container.get("state") or {}
    stopped = (state.get("waiting") or {}).get("reason") or state.get("terminated") is not None
    return bool(container.get("ready")) and state.get("running") is not None and not stopped


def _regular_reason(status: Object, containers: list[Object], reason: str) -> str:
    """The first container that waits or has ended gives the word; a pod whose others run on is not Completed."""
    for container in reversed(containers):
        state = container.get("state") or {}
        if (state.get("waiting") or {}).get("reason"):
            reason = state["waiting"]["reason"]
        elif state.get("terminated") is not None:
            reason = _end_word(state["terminated"])
    if reason == "Completed" and any(map(_is_serving, containers)):
        return "Running" if _has_condition(status, "Ready") else "NotReady"
    return reason


def _deletion_reason(pod: Object, reason: str) -> str:
    if not is_terminating(pod):
        return reason
    status = pod.get("status") or {}
    if status.get("reason") == _NODE_LOST:
        return "Unknown"
    return reason if status.get("phase") in _ENDINGS else "Terminating"


def _ready(pod: Object, _now: datetime) -> str:
    found = summary(pod)
    return f"{found.ready}/{found.total}"


def _status(pod: Object, _now: datetime) -> str:
    return summary(pod).reason


def _restart_count(pod: Object, now: datetime) -> str:
    found = summary(pod)
    if not found.restarts or found.restarted is None:
        return str(found.restarts)
    return f"{found.restarts} ({human_duration((now - found.restarted).total_seconds())} ago)"


def _address(pod: Object, _now: datetime) -> str:
    addresses = (pod.get("status") or {}).get("podIPs") or [{}]
    return or_none(addresses[0].get("ip"))


def _node(pod: Object, _now: datetime) -> str:
    return or_none(pod["spec"].get("nodeName"))


def _nominated_node(pod: Object, _now: datetime) -> str:
    return or_none((pod.get("status") or {}).get("nominatedNodeName"))


def _readiness_gates(pod: Object, _now: datetime) -> str:
    gates = pod["spec"].get("readinessGates") or ()
    passed = sum(1 for gate in gates if _has_condition(pod.get("status") or {}, gate.get("conditionType", "")))
    return or_none(f"{passed}/{len(gates)}" if gates else "")


def row_conditions(pod: Object) -> Objects:
    """That a pod has ended, and how (meta.k8s.io/v1 TableRowCondition of the type Completed)."""
    phase = (pod.get("status") or {}).get("phase")
    if phase not in _ENDINGS:
        return []
    return [{"type": "Completed", "status": "True", "reason": phase, "message": _ENDINGS[phase]}]


COLUMNS = (
    NAME,
    Column("Ready", _ready, description="The aggregate readiness state of this pod for accepting traffic."),
    Column("Status", _status, description="The aggregate status of the containers in this pod."),
    Column(
        "Restarts",
        _restart_count,
        description=(
            "The number of times the containers in this pod have been restarted and when the last container in this pod has restarted."
        ),
    ),
    AGE,
    Column("IP", _address, priority=1, documented_by="status.podIP"),
    Column("Node", _node, priority=1, documented_by="spec.nodeName"),
    Column("Nominated Node", _nominated_node, priority=1, documented_by="status.nominatedNodeName"),
    Column("Readiness Gates", _readiness_gates, priority=1, documented_by="spec.readinessGates"),
)
