"""Actions on containers that run or have run, and on the pod as a whole."""

from __future__ import annotations

import json

from mockapi.machinery.meta import Object
from mockapi.nodes.pods import probes, resources, runs, timing
from mockapi.nodes.pods.conditions import condition, summarised
from mockapi.nodes.pods.restarts import backoff, ended_last
from mockapi.nodes.pods.view import ContainerView, PodView
from mockapi.nodes.staging.engine import Change, Event
from mockapi.reconcile.recorder import NORMAL, WARNING

_KILLED = 137


def end(container: ContainerView, _arguments: Object) -> Change:
    """The container's program ends by itself."""
    program = timing.program(container)
    reason = "OOMKilled" if program.code == _KILLED else ""
    return _changed(container, runs.terminated(container, program.code, reason))


def stop(container: ContainerView, _arguments: Object) -> Change:
    """The container of a pod that is being deleted has ended, or was killed when its grace period was over."""
    grace = float(container.pod.pod["metadata"].get("deletionGracePeriodSeconds") or 0)
    return _changed(container, runs.terminated(container, timing.stop_time(container, grace)[1]))


def kill(container: ContainerView, arguments: Object) -> Change:
    """The container is killed because its `probe` fails; it starts again if it may."""
    probe = arguments["probe"]
    grace = float(container.pod.spec.get("terminationGracePeriodSeconds") or 0)
    code = timing.stop_time(container, grace)[1]
    word = {probes.STARTUP: "startup", probes.LIVENESS: "liveness"}[probe]
    found = f"{word.capitalize()} probe failed: {probes.complaint(container, probe)}"
    sentence = f"Container {container.name} failed {word} probe, will be restarted"
    events = [container.event(WARNING, "Unhealthy", found), container.event(NORMAL, "Killing", sentence)]
    return _changed(container, runs.terminated(container, code), events)


def back_off(container: ContainerView, _arguments: Object) -> Change:
    """The container has ended, and waits before it starts again."""
    ended = ended_last(container) or {}
    wait = _go_duration(backoff(container, ended))
    pod = container.pod.identity
    message = f"back-off {wait} restarting failed container={container.name} pod={pod}"
    event = container.event(WARNING, "BackOff", f"Back-off restarting failed container {container.name} in pod {pod}")
    return _changed(container, runs.waiting(container, "CrashLoopBackOff", message), [event])


def mark(container: ContainerView, arguments: Object) -> Change:
    """Sets `started` or `ready`; a container that has started is ready unless a readiness probe has to say so first."""
    status = {**container.status, **arguments}
    if arguments.get("started") and probes.succeeds_after(container, probes.READINESS) == 0:
        status["ready"] = not probes.unready_by_annotation(container)
    return _changed(container, status)


def fail(pod: PodView, arguments: Object) -> Change:
    """The kubelet ends the pod for a reason: every container is killed."""
    status = pod.status
    for each in pod.containers:
        if each.running:
            status = _written(pod.having(status), each, runs.terminated(each, _KILLED))
    reason, message = arguments["reason"], arguments["message"]
    failed = pod.having({**status, "phase": "Failed", "reason": reason, "message": message})
    status = summarised(failed)
    if arguments.get("disrupts"):
        why = {"reason": "TerminationByKubelet", "message": message}
        status["conditions"] = [*status["conditions"], condition(pod, "DisruptionTarget", ("True", why), {})]
    events = [each.event(NORMAL, "Killing", f"Stopping container {each.name}") for each in pod.containers if each.running]
    return Change(status, events)


def finish(pod: PodView, _arguments: Object) -> Change:
    """All containers of a pod that is being deleted have ended: its phase is final, and it goes."""
    if not any(map(ended_last, pod.containers)):
        return Change(pod.status, deletes=True)
    over = pod.having(_without_waiting(pod))
    failed = any((each.terminated or {}).get("exitCode") for each in over.of("containers"))
    status = over.status if pod.ended else {**over.status, "phase": "Failed" if failed else "Succeeded"}
    return Change(summarised(over.having(status)), deletes=True)


def _without_waiting(pod: PodView) -> Object:
    """The status with no container waiting to run again: it stays as it ended last."""
    status = pod.status
    for container in pod.containers:
        if container.waiting and container.last:
            state = {"state": {"terminated": container.last}, "lastState": {}}
            status = _written(pod.having(status), container, {**container.status, **state})
    return status


def summarise(pod: PodView, _arguments: Object) -> Change:
    """Phase and conditions follow from the containers and readiness gates."""
    return Change(summarised(pod))


def observe(pod: PodView, _arguments: Object) -> Change:
    """The status and its conditions are those of the present generation of the spec."""
    generation = pod.pod["metadata"].get("generation")
    conditions = [each | {"observedGeneration": generation} if "observedGeneration" in each else each for each in pod.status["conditions"]]
    return Change({**pod.status, "observedGeneration": generation, "conditions": conditions})


def resize(pod: PodView, _arguments: Object) -> Change:
    """Running containers get the resources that the spec has by now (KEP-1287)."""
    containers = [{"name": each.name, "resources": each.spec.get("resources") or {}} for each in pod.of("containers")]
    generation = pod.pod["metadata"].get("generation", 1)
    what = json.dumps({"containers": containers, "generation": generation}, separators=(",", ":"))
    events = [pod.event(NORMAL, f"Resize{word.capitalize()}", f"Pod resize {word}: {what}") for word in ("started", "completed")]
    return Change(summarised(pod.having(resources.resized(pod))), events)


def _written(pod: PodView, container: ContainerView, status: Object) -> Object:
    """The status of a pod, which may have changed since, with a container's replaced."""
    return next(each for each in pod.containers if each.id == container.id).written(status)


def _changed(container: ContainerView, status: Object, events: list[Event] | None = None) -> Change:
    return Change(summarised(container.pod.having(container.written(status))), events or [])


def _go_duration(seconds: float) -> str:
    """A duration of whole seconds as Go writes it: 10s, 1m20s, 5m0s."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
