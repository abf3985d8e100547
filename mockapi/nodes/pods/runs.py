"""The statuses of a container from one run to the next."""

from __future__ import annotations

from mockapi.machinery.meta import Object, uid_of
from mockapi.nodes.pods import images, probes, resources
from mockapi.nodes.pods.restarts import ended_last
from mockapi.nodes.pods.view import ContainerView

# What stays while a container waits to run again.
_KEPT = ("containerID", "allocatedResources", "resources", "user")
_ROOT = {"linux": {"gid": 0, "supplementalGroups": [0], "uid": 0}}


def waiting(container: ContainerView, reason: str, message: str = "") -> Object:
    """The status of a container that does not run, keeping how it ended last."""
    state = {"reason": reason, **({"message": message} if message else {})}
    before = container.status
    ended = ended_last(container)
    return {
        "name": container.name,
        "state": {"waiting": state},
        "lastState": {"terminated": ended} if ended else {},
        "ready": False,
        "restartCount": before.get("restartCount") or 0,
        "image": before.get("image") or container.spec["image"],
        "imageID": before.get("imageID") or "",
        **{field: before[field] for field in _KEPT if field in before},
        "started": False,
        **(_mounts(container) if container.pod.around.settings.full_status else {}),
    }


def running(container: ContainerView) -> Object:
    """The status of a container that has just started; one that ran before counts one restart more."""
    around = container.pod.around
    runtime = around.settings.container_runtime
    ended = ended_last(container)
    count = (container.status.get("restartCount") or 0) + (1 if ended else 0)
    image, image_id = images.reported(container.spec["image"], runtime)
    started = probes.succeeds_after(container, probes.STARTUP) == 0
    return {
        "name": container.name,
        "state": {"running": {"startedAt": around.timestamp}},
        "lastState": {"terminated": ended} if ended else {},
        "ready": started and _is_ready(container),
        "restartCount": count,
        "image": image,
        "imageID": image_id,
        "containerID": images.container_id(_seed(container, count), runtime),
        "started": started,
        **(resources.reported(container) if container.role != "ephemeral" else {}),
        **({"user": _user(container), **_mounts(container)} if around.settings.full_status else {}),
    }


def terminated(container: ContainerView, code: int, reason: str = "", message: str = "") -> Object:
    """The status of a container that ran and has just ended."""
    now = container.pod.around.timestamp
    ended = {
        "exitCode": code,
        "reason": reason or ("Completed" if code == 0 else "Error"),
        **({"message": message} if message else {}),
        "startedAt": (container.running or {}).get("startedAt", now),
        "finishedAt": now,
    }
    if container.status.get("containerID"):
        ended["containerID"] = container.status["containerID"]
    # An init container that has succeeded stays ready.
    ready = container.role == "init" and code == 0
    return {**container.status, "state": {"terminated": ended}, "ready": ready, "started": False}


def _is_ready(container: ContainerView) -> bool:
    """Whether a container is ready as soon as it has started: ordinary init containers are when they have succeeded."""
    if container.role in ("init", "ephemeral"):
        return False
    return probes.succeeds_after(container, probes.READINESS) == 0 and not probes.unready_by_annotation(container)


def _seed(container: ContainerView, count: int) -> str:
    seed = f"{uid_of(container.pod.pod)}/{container.name}"
    return f"{seed}/{count}" if count else seed


def _mounts(container: ContainerView) -> Object:
    """Where volumes are mounted (KEP-3857)."""
    mounts = [
        {
            "mountPath": mount["mountPath"],
            "name": mount["name"],
            **({"readOnly": True, "recursiveReadOnly": "Disabled"} if mount.get("readOnly") else {}),
        }
        for mount in container.spec.get("volumeMounts") or ()
    ]
    return {"volumeMounts": mounts} if mounts else {}


def _user(container: ContainerView) -> Object:
    """As whom the first process runs (KEP-3619)."""
    asked = {**(container.pod.spec.get("securityContext") or {}), **(container.spec.get("securityContext") or {})}
    user, group = asked.get("runAsUser", 0), asked.get("runAsGroup", 0)
    if not user and not group:
        return _ROOT
    groups = sorted({group, *asked.get("supplementalGroups", ()), *([asked["fsGroup"]] if "fsGroup" in asked else [])})
    return {"linux": {"gid": group, "supplementalGroups": groups, "uid": user}}
