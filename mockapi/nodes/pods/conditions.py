"""What the states of the containers come to: the phase of the pod and its conditions, as kubelets report them."""

from __future__ import annotations

from mockapi.machinery.meta import Object, Objects
from mockapi.nodes.pods.restarts import restarts
from mockapi.nodes.pods.view import ContainerView, PodView

READY_TO_START = "PodReadyToStartContainers"
_INITIALIZED, _READY, _CONTAINERS_READY, _SCHEDULED = ("Initialized", "Ready", "ContainersReady", "PodScheduled")
_TERMINAL_REASONS = {"Succeeded": "PodCompleted", "Failed": "PodFailed"}

# Status of a condition, and its reason and message where it has them.
State = tuple[str, Object]


def summarised(pod: PodView) -> Object:
    """The pod's status with phase and conditions that fit its containers."""
    phase = pod.status["phase"] if pod.ended else phase_of(pod)
    summary = pod.having({**pod.status, "phase": phase})
    status = {**summary.status, "conditions": _conditions(summary, _states(summary))}
    if pod.around.settings.full_status:
        status["observedGeneration"] = pod.pod["metadata"].get("generation", 1)
    return status


def phase_of(pod: PodView) -> str:
    """The phase that follows from the containers' states."""
    inits = [each for each in pod.of("initContainers") if each.role == "init"]
    apps, sidecars = pod.of("containers"), [each for each in pod.containers if each.role == "sidecar"]
    if any(_failed(each) and not restarts(each) for each in inits):
        return "Failed"
    if any(not _succeeded(each) for each in inits) or any(each.waiting and not each.last for each in apps) or not apps:
        return "Pending"
    if any(each.running for each in (*apps, *sidecars)):
        return "Running"
    if not all(each.terminated or each.last for each in apps):
        return "Pending"
    if any(restarts(each) for each in apps):
        return "Running"
    return "Succeeded" if all(_succeeded(each) for each in apps) else "Failed"


def _ended(container: ContainerView) -> Object | None:
    return container.terminated or (container.last if container.waiting else None)


def _succeeded(container: ContainerView) -> bool:
    ended = _ended(container)
    return ended is not None and not ended.get("exitCode")


def _failed(container: ContainerView) -> bool:
    ended = _ended(container)
    return ended is not None and bool(ended.get("exitCode"))


def _states(pod: PodView) -> dict[str, State]:
    """The conditions in the order in which kubelets report them."""
    containers_ready = _containers_ready(pod)
    return {
        READY_TO_START: ("True" if _has_sandbox(pod) else "False", {}),
        _INITIALIZED: _initialized(pod),
        _READY: ready_state(pod, containers_ready),
        _CONTAINERS_READY: containers_ready,
        _SCHEDULED: ("True", {}),
    }


def _has_sandbox(pod: PodView) -> bool:
    return bool(pod.status.get("podIP")) and not pod.ended


def _initialized(pod: PodView) -> State:
    if pod.status["phase"] == "Succeeded":
        return "True", {"reason": "PodCompleted"}
    if any(each.running or each.terminated or each.last for each in pod.of("containers")):
        return "True", {}
    waiting = [each.name for each in pod.of("initContainers") if not initialized(each)]
    if waiting:
        return "False", {"reason": "ContainersNotInitialized", "message": _named("incomplete", waiting)}
    return "True", {}


def initialized(container: ContainerView) -> bool:
    """Whether what comes after an init container may begin: it has succeeded, or started if it is a sidecar."""
    if container.role == "sidecar":
        return bool(container.status.get("started"))
    return container.terminated is not None and not container.terminated.get("exitCode")


def _containers_ready(pod: PodView) -> State:
    reason = _TERMINAL_REASONS.get(pod.status["phase"])
    if reason:
        return "False", {"reason": reason}
    unready = [each.name for each in pod.containers if each.role in ("sidecar", "app") and not each.status.get("ready")]
    if unready:
        return "False", {"reason": "ContainersNotReady", "message": _named("unready", unready)}
    return "True", {}


def ready_state(pod: PodView, containers_ready: State | None = None) -> State:
    """The condition Ready: the containers', and then the readiness gates (KEP-580)."""
    state = containers_ready or _containers_ready(pod)
    if state[0] != "True":
        return state
    held = {each["type"]: each["status"] for each in pod.status.get("conditions") or ()}
    complaints = []
    for gate in pod.spec.get("readinessGates") or ():
        kind = gate["conditionType"]
        if kind not in held:
            complaints.append(f'corresponding condition of pod readiness gate "{kind}" does not exist.')
        elif held[kind] != "True":
            complaints.append(f'the status of pod readiness gate "{kind}" is not "True", but {held[kind]}')
    return ("False", {"reason": "ReadinessGatesNotReady", "message": ", ".join(complaints)}) if complaints else ("True", {})


def _named(what: str, names: list[str]) -> str:
    return f"containers with {what} status: [{' '.join(names)}]"


def _conditions(pod: PodView, states: dict[str, State]) -> Objects:
    present = {each["type"]: each for each in pod.status.get("conditions") or ()}
    own = [condition(pod, kind, state, present.get(kind, {})) for kind, state in states.items()]
    return [each for kind, each in present.items() if kind not in states] + own


def condition(pod: PodView, kind: str, state: State, before: Object) -> Object:
    """A condition of a pod; the time of its last transition stays while its status does."""
    status, why = state
    kept = before.get("lastTransitionTime") if before.get("status") == status else None
    observed = {"observedGeneration": pod.pod["metadata"].get("generation", 1)} if pod.around.settings.full_status else {}
    return {
        "type": kind,
        **observed,
        "status": status,
        "lastProbeTime": None,
        "lastTransitionTime": kept or pod.around.timestamp,
        **why,
    }
