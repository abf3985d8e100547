"""What a pod's status says at each stage of its life: pure, from the pod and the time."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator

from mockapi.machinery.meta import Object, uid_of

# The conditions in the order in which kubelets report them.
_READY_TO_START, _INITIALIZED, _READY, _CONTAINERS_READY, _SCHEDULED = (
    "PodReadyToStartContainers",
    "Initialized",
    "Ready",
    "ContainersReady",
    "PodScheduled",
)
CONTAINERD = "containerd"


def creating(pod: Object, now: str, host_address: str) -> Object:
    """The status while images are pulled: every container waits, for the init containers where there are some."""
    inits = pod["spec"].get("initContainers") or []
    not_ready = {"reason": "ContainersNotReady", "message": _containers_message("unready", pod["spec"]["containers"])}
    incomplete = {"reason": "ContainersNotInitialized", "message": _containers_message("incomplete", inits)}
    states: dict[str, tuple[str, Object]] = {
        _READY_TO_START: ("False", {}),
        _INITIALIZED: ("False", incomplete) if inits else ("True", {}),
        _READY: ("False", not_ready),
        _CONTAINERS_READY: ("False", not_ready),
        _SCHEDULED: ("True", {}),
    }
    reason = "PodInitializing" if inits else "ContainerCreating"
    return {
        **_kept(pod),
        "phase": "Pending",
        "conditions": _conditions(pod, states, now),
        "containerStatuses": [_waiting(container, reason) for container in pod["spec"]["containers"]],
        **({"initContainerStatuses": [_waiting(container, reason) for container in inits]} if inits else {}),
        **_host(host_address),
        "startTime": _start_time(pod, now),
    }


def running(pod: Object, now: str, host_address: str, address: str, runtime: str) -> Object:
    """The status once every container runs; ready if the readiness gates (KEP-580) agree."""
    gates = _failing_gates(pod)
    not_ready = ("False", {"reason": "ReadinessGatesNotReady", "message": _gates_message(gates)}) if gates else ("True", {})
    states: dict[str, tuple[str, Object]] = {
        _READY_TO_START: ("True", {}),
        _INITIALIZED: ("True", {}),
        _READY: not_ready,
        _CONTAINERS_READY: ("True", {}),
        _SCHEDULED: ("True", {}),
    }
    status = {
        **_kept(pod),
        "phase": "Running",
        "conditions": _conditions(pod, states, now),
        "containerStatuses": [_started(pod, container, now, runtime) for container in pod["spec"]["containers"]],
        **_host(host_address),
        "podIP": address,
        "podIPs": [{"ip": address}],
        "startTime": _start_time(pod, now),
    }
    inits = [_initialized(pod, container, now, runtime) for container in pod["spec"].get("initContainers") or ()]
    return {**status, "initContainerStatuses": inits} if inits else status


def stopped(pod: Object, now: str) -> Object:
    """The status when the containers of a deleted pod have ended."""
    status = pod["status"]
    containers = [_terminated(container, now) for container in status.get("containerStatuses") or ()]
    states = {kind: ("False", {"reason": "PodFailed"}) for kind in (_READY, _CONTAINERS_READY)}
    conditions = [
        _condition(condition["type"], *states[condition["type"]], now, condition) if condition["type"] in states else condition
        for condition in status.get("conditions") or ()
    ]
    return {**status, "conditions": conditions, "containerStatuses": containers}


def _kept(pod: Object) -> Object:
    return {field: pod["status"][field] for field in ("qosClass", "nominatedNodeName") if field in pod["status"]}


def _host(address: str) -> Object:
    return {"hostIP": address, "hostIPs": [{"ip": address}]} if address else {}


def _start_time(pod: Object, now: str) -> str:
    return str(pod["status"].get("startTime") or now)


def _conditions(pod: Object, states: dict[str, tuple[str, Object]], now: str) -> list[Object]:
    present = {condition["type"]: condition for condition in pod["status"].get("conditions") or ()}
    own = [_condition(kind, *state, now, present.get(kind, {})) for kind, state in states.items()]
    return [condition for kind, condition in present.items() if kind not in states] + own


def _condition(kind: str, status: str, why: Object, now: str, before: Object) -> Object:
    changed = before["lastTransitionTime"] if before.get("status") == status and before.get("lastTransitionTime") else now
    return {"type": kind, "status": status, "lastProbeTime": None, "lastTransitionTime": changed, **why}


def _failing_gates(pod: Object) -> list[str]:
    held = {condition["type"]: condition["status"] for condition in pod["status"].get("conditions") or ()}
    return [gate["conditionType"] for gate in pod["spec"].get("readinessGates") or () if held.get(gate["conditionType"]) != "True"]


def _gates_message(gates: list[str]) -> str:
    return "the status of pod readiness gate " + ", ".join(f'"{gate}"' for gate in gates) + ' is not "True", but False'


def _containers_message(what: str, containers: list[Object]) -> str:
    return f"containers with {what} status: [{' '.join(container['name'] for container in containers)}]"


def _waiting(container: Object, reason: str) -> Object:
    return {
        "name": container["name"],
        "state": {"waiting": {"reason": reason}},
        "lastState": {},
        "ready": False,
        "restartCount": 0,
        "image": container["image"],
        "imageID": "",
        "started": False,
    }


def _started(pod: Object, container: Object, now: str, runtime: str) -> Object:
    image, image_id = _image(container["image"], runtime)
    return {
        "name": container["name"],
        "state": {"running": {"startedAt": now}},
        "lastState": {},
        "ready": True,
        "restartCount": 0,
        "image": image,
        "imageID": image_id,
        "containerID": _container_id(pod, container, runtime),
        "started": True,
    }


def _initialized(pod: Object, container: Object, now: str, runtime: str) -> Object:
    """An init container has ended well; one that restarts always (KEP-753) goes on beside the others."""
    started = _started(pod, container, now, runtime)
    if container.get("restartPolicy") == "Always":
        return started
    ended = {"exitCode": 0, "reason": "Completed", "startedAt": now, "finishedAt": now, "containerID": started["containerID"]}
    return {**started, "state": {"terminated": ended}, "started": False}


def _terminated(status: Object, now: str) -> Object:
    started = ((status.get("state") or {}).get("running") or {}).get("startedAt", now)
    ended = {"exitCode": 0, "reason": "Completed", "startedAt": started, "finishedAt": now}
    if status.get("containerID"):
        ended["containerID"] = status["containerID"]
    return {**status, "state": {"terminated": ended}, "ready": False, "started": False}


def _image(image: str, runtime: str) -> tuple[str, str]:
    """The image and its id as the runtime reports them."""
    if runtime != CONTAINERD:
        return image, image
    full = _full_name(image)
    repository = full.partition("@")[0]
    bare = repository.rpartition(":")[0] if ":" in repository.rpartition("/")[2] else repository
    digest = full.partition("@")[2] or "sha256:" + hashlib.sha256(full.encode()).hexdigest()
    return full, f"{bare}@{digest}"


def _full_name(image: str) -> str:
    """The image's name with registry and tag, as in docker.io/library/nginx:latest."""
    host, slash, _ = image.partition("/")
    if not slash:
        image = f"docker.io/library/{image}"
    elif not ({".", ":"} & set(host)) and host != "localhost":
        image = f"docker.io/{image}"
    return image if ":" in image.rpartition("/")[2] or "@" in image else f"{image}:latest"


def _container_id(pod: Object, container: Object, runtime: str) -> str:
    seed = f"{uid_of(pod)}/{container['name']}"
    if runtime != CONTAINERD:
        return f"{runtime}://{uuid.uuid5(uuid.NAMESPACE_URL, seed)}"
    return f"{runtime}://{hashlib.sha256(seed.encode()).hexdigest()}"


def containers(pod: Object) -> Iterator[tuple[str, Object]]:
    """Each container with its field path, init containers first."""
    for kind in ("initContainers", "containers"):
        for container in pod["spec"].get(kind) or ():
            yield f"spec.{kind}{{{container['name']}}}", container
