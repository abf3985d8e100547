"""When a container's turn to start comes, and how long its steps take."""

from __future__ import annotations

from datetime import datetime, timedelta

from mockapi.machinery.durations import seconds
from mockapi.machinery.meta import Object, uid_of
from mockapi.nodes.pods import images, problems
from mockapi.nodes.pods.conditions import READY_TO_START, initialized
from mockapi.nodes.pods.programs import Program, program_of
from mockapi.nodes.pods.restarts import next_attempt
from mockapi.nodes.pods.view import ContainerView, PodView
from mockapi.nodes.staging.engine import moment
from mockapi.nodes.staging.stage import as_text

CREATING = frozenset({"ContainerCreating", "PodInitializing"})
# How long a container runs that an annotation makes fail again and again.
_FAILING_LIFETIME = 1.0
_KILLED, _FAILED = 137, 1


def has_turn(container: ContainerView) -> bool:
    """Whether a container that waits is the next to start: init containers one after the other, then the others likewise."""
    pod = container.pod
    if pod.terminating or pod.ended or not pod.status.get("podIP"):
        return False
    if container.role == "ephemeral":
        return pod.status.get("phase") == "Running"
    before = pod.of("initContainers")[: container.position if container.field == "initContainers" else None]
    if not all(initialized(each) for each in before):
        return False
    if container.field == "initContainers":
        return True
    return not any(_is_creating(each) for each in pod.of("containers")[: container.position])


def turn_since(container: ContainerView) -> datetime:
    """When the container's turn came: the pod had its sandbox, and what starts before it had started or ended."""
    pod = container.pod
    moments = [_sandbox_moment(pod)]
    if container.role == "ephemeral":
        return container.memory.seen(f"{container.id}/turn", container.state(), container.now)
    before = pod.of("initContainers")
    before = before[: container.position] if container.field == "initContainers" else [*before, *pod.of("containers")[: container.position]]
    moments += [found for each in before if (found := _moment_of(each)) is not None]
    return max(moments)


def must_pull(container: ContainerView) -> bool:
    """Whether the image comes from its registry, as imagePullPolicy has it: it was not there when the container's turn came."""
    policy = container.spec.get("imagePullPolicy")
    if policy in ("Always", "Never"):
        return bool(policy == "Always" and images.is_valid(container.spec["image"]))
    if container.status.get("imageID") or (container.waiting or {}).get("reason") in problems.CREATE_REASONS:
        return False
    present = container.pod.around.present(container.spec["image"])
    return (present is None or present > turn_since(container)) and images.is_valid(container.spec["image"])


def pull_time(container: ContainerView) -> float:
    """Seconds for which the image is pulled."""
    if not must_pull(container):
        return 0.0
    rule = container.pod.around.image_rule(container.spec["image"])
    base = rule.delay if rule and rule.delay is not None else container.pod.around.settings.image_pull_delay
    return jittered(container, "pull", base)


def start_time(container: ContainerView) -> float:
    """Seconds from its turn until the container runs."""
    asked = seconds(container.pod.annotation("delay")) if problems.is_meant(container) else None
    if asked is not None:
        return asked
    return pull_time(container) + jittered(container, "start", container.pod.around.settings.container_start_delay)


def pull_retry(container: ContainerView) -> datetime:
    """When an image that could not be pulled is tried again; derived from the first try, so that a restart changes nothing."""
    first = turn_since(container) + timedelta(seconds=pull_time(container))
    seen = container.memory.seen(f"{container.id}/state", container.state(), container.now)
    return first + timedelta(seconds=next_attempt((seen - first).total_seconds()))


def jittered(container: ContainerView, label: str, delay: float) -> float:
    """A delay, longer by a share of it that belongs to this container and run."""
    run = as_text(container.status.get("restartCount"))
    return container.pod.around.settings.jittered(delay, uid_of(container.pod.pod), container.name, label, run)


def program(container: ContainerView) -> Program:
    """What the container runs, as its command or the pod's annotations say."""
    failure = problems.container_failure(container)
    if failure == "OOMKilled":
        return Program(seconds(container.pod.annotation("exit-after")) or _FAILING_LIFETIME, _KILLED)
    asked = container.pod.annotation("exit-code") if problems.is_meant(container) else None
    if asked is not None or failure in ("CrashLoopBackOff", "Error"):
        lifetime = seconds(container.pod.annotation("exit-after"))
        return Program(_FAILING_LIFETIME if lifetime is None else lifetime, int(asked) if asked and asked.isdigit() else _FAILED)
    found = program_of(container.spec, idle_shells_end=container.pod.around.settings.idle_shells_end)
    if container.role == "init" and found.ends is None:
        return Program(0.0)
    return found


def stop_time(container: ContainerView, grace: float) -> tuple[float, int]:
    """Seconds from when it is told to stop until the container ends, and its exit code; preStop hooks go first."""
    hook = (container.spec.get("lifecycle") or {}).get("preStop") or {}
    before = float((hook.get("sleep") or {}).get("seconds") or 0)
    if hook.get("exec"):
        before = program_of({"image": "", "command": hook["exec"].get("command")}, idle_shells_end=True).ends or 0.0
    term = program(container).term
    needed = before + container.pod.around.settings.container_stop_delay
    if term is None or needed > grace:
        return grace, _KILLED
    return needed, term


def _is_creating(container: ContainerView) -> bool:
    return bool(container.waiting) and (container.waiting or {}).get("reason") in CREATING


def _sandbox_moment(pod: PodView) -> datetime:
    made = next((each for each in pod.status.get("conditions") or () if each["type"] == READY_TO_START), None)
    text = (made or {}).get("lastTransitionTime") or pod.status.get("startTime")
    return moment(pod, READY_TO_START, text) if text else pod.now


def _moment_of(container: ContainerView) -> datetime | None:
    """When a container that goes first was through: ended if it is an init container, else started for the first time, or given up."""
    ended: Object | None = container.terminated if container.role == "init" else None
    if ended and ended.get("finishedAt"):
        return moment(container, "finishedAt", ended["finishedAt"])
    if container.running and not container.status.get("restartCount"):
        return moment(container, "startedAt", container.running["startedAt"])
    if container.waiting and container.waiting.get("reason") in problems.IMAGE_REASONS:
        return turn_since(container) + timedelta(seconds=pull_time(container))
    return None
