"""Jobs, and what becomes of their pods."""

from __future__ import annotations

from typing import Any, ClassVar

from mockapi.controllers.garbage_collector import GarbageCollector
from mockapi.controllers.job.controller import JobController
from mockapi.controllers.job.facts import index_of
from mockapi.controllers.job.orphans import JobOrphans
from mockapi.machinery.clock import timestamp
from mockapi.machinery.meta import Key, Object, Objects, is_terminating, name_of
from tests.controllers.standin import StandInKubelet
from tests.world import World

JOBS = "jobs.batch"


class Kubelet(StandInKubelet):
    """Tells of pods that it has stopped that they failed, as they are still there for their finalizers."""

    def _stop(self, pod: Object, key: Key) -> float | None:
        left = super()._stop(pod, key)
        stopped = self.client.get("pods", *key)
        if left is None and stopped and stopped["status"]["phase"] in ("Pending", "Running"):
            self.client.patch("pods", *key, {"status": {"phase": "Failed"}}, "status")
        return left


class LateKubelet(Kubelet):
    """Takes ten seconds to stop a pod."""

    stop_delay: ClassVar[float] = 10.0


CONTROLLERS = (JobController, JobOrphans, Kubelet, GarbageCollector)
SLOW = (JobController, JobOrphans, LateKubelet, GarbageCollector)


def job(world: World, name: str = "work", **spec: Any) -> Object:
    """Creates a Job, whose pods need no scheduler, and lets it begin."""
    pods = {"nodeName": "node-1", "restartPolicy": "Never", "containers": [{"name": "main", "image": "busybox"}]}
    metadata = spec.pop("metadata", {})
    template = {"metadata": spec.pop("pod_metadata", {}), "spec": {**pods, **spec.pop("pods", {})}}
    made = world.create(JOBS, {"metadata": {"name": name, **metadata}, "spec": {"template": template, **spec}})
    if world.manager:
        world.settle()
    return made


def status(world: World, name: str = "work") -> Object:
    """The status of a Job."""
    return (world.get(JOBS, name) or {})["status"]


def counts(world: World) -> tuple[int, int, int]:
    """Active, succeeded, failed."""
    found = status(world)
    return found.get("active", 0), found.get("succeeded", 0), found.get("failed", 0)


def conditions(world: World, name: str = "work") -> list[tuple[str, str, str, str]]:
    """Type, status, reason and message of the conditions."""
    found = status(world, name).get("conditions") or []
    return [(each["type"], each["status"], each["reason"], each["message"]) for each in found]


def types(world: World) -> list[str]:
    """The types of the conditions that are True."""
    return [type for type, held, _, _ in conditions(world) if held == "True"]


def running(world: World) -> Objects:
    """The pods that have neither ended nor are going."""
    return [pod for pod in world.list("pods") if pod["status"]["phase"] in ("Pending", "Running") and not is_terminating(pod)]


def at(world: World, index: int) -> Object:
    """The running pod of an index."""
    return next(pod for pod in running(world) if index_of(pod) == index)


def indexes(world: World) -> list[int | None]:
    """The indexes of the running pods."""
    return sorted((index_of(pod) for pod in running(world)), key=str)


def end(world: World, pod: Object, exit_code: int = 0, *conditions: str) -> None:
    """Has the program of a pod end."""
    moment = timestamp(world.clock.now())
    state = {"terminated": {"exitCode": exit_code, "reason": "Error" if exit_code else "Completed", "finishedAt": moment}}
    container = {"name": "main", "image": "busybox", "imageID": "", "ready": False, "restartCount": 0, "state": state}
    held = [{"type": each, "status": "True", "lastTransitionTime": moment} for each in conditions]
    held.append({"type": "Ready", "status": "False", "lastTransitionTime": moment})
    changed = {"phase": "Failed" if exit_code else "Succeeded", "containerStatuses": [container], "conditions": held}
    world.patch("pods", name_of(pod), {"status": changed}, "status")
    world.settle()


def end_first(world: World, exit_code: int = 0) -> None:
    """Has the program of some running pod end."""
    end(world, running(world)[0], exit_code)
