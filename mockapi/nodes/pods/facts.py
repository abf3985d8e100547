"""The facts that stages may ask for by name, beside `metadata`, `spec`, `status` and `settings`. What is not so is None.

They are listed in docs/simulation.md; a test holds the list to these tables.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from mockapi.machinery.clock import parse_timestamp
from mockapi.nodes.pods import probes, problems, timing
from mockapi.nodes.pods.conditions import ready_state
from mockapi.nodes.pods.resources import is_resized
from mockapi.nodes.pods.restarts import backoff, done, ended_last, restarts
from mockapi.nodes.pods.view import ContainerView, PodView
from mockapi.nodes.staging.engine import moment


def asked_to_stop(pod: PodView) -> datetime | None:
    """When the deletion was asked for."""
    text = pod.pod["metadata"].get("deletionTimestamp")
    if not text:
        return None
    asked = parse_timestamp(text) - timedelta(seconds=_grace(pod))
    return pod.memory.seen("/deletion", text, min(pod.now, asked + timedelta(seconds=1)))


def _grace(pod: PodView) -> float:
    return float(pod.pod["metadata"].get("deletionGracePeriodSeconds") or 0)


def _stopping(pod: PodView) -> bool:
    return pod.terminating and _grace(pod) > 0


def _gates_differ(pod: PodView) -> bool:
    """Whether the condition Ready does not follow from the readiness gates."""
    if not pod.spec.get("readinessGates") or pod.status.get("phase") != "Running":
        return False
    return bool(ready_state(pod)[0] != (pod.value(("status", "conditions", "Ready", "status")) or "False"))


def _unobserved(pod: PodView) -> bool:
    """Whether the status was written for an earlier generation of the spec."""
    seen = pod.status.get("observedGeneration")
    return pod.around.settings.full_status and seen is not None and bool(seen != pod.pod["metadata"].get("generation"))


def _will_start(pod: PodView) -> bool | None:
    return True if pod.around.host_address is not None and (pod.spec.get("hostNetwork") or pod.around.address()) else None


def _ready_after(container: ContainerView) -> float | None:
    return None if probes.unready_by_annotation(container) else probes.succeeds_after(container, probes.READINESS)


def _started_since(container: ContainerView) -> datetime | None:
    running = container.running
    return moment(container, "startedAt", running["startedAt"]) if running and running.get("startedAt") else None


def _probing_since(container: ContainerView) -> datetime | None:
    """When readiness and liveness probes begin: the startup probe comes first."""
    started = _started_since(container)
    first = probes.succeeds_after(container, probes.STARTUP)
    return None if started is None or first is None else started + timedelta(seconds=first)


def _finished_since(container: ContainerView) -> datetime | None:
    ended = ended_last(container)
    return moment(container, "finishedAt", ended["finishedAt"]) if ended and ended.get("finishedAt") else None


def _stop_time(container: ContainerView) -> float | None:
    pod = container.pod
    if container.role == "sidecar" and any(each.running for each in pod.of("containers")):
        return None  # KEP-753: sidecars stop after the others
    return timing.stop_time(container, _grace(pod))[0] if _stopping(pod) else None


def _useless(container: ContainerView) -> bool:
    """Whether a sidecar runs beside containers that have all ended for good."""
    return container.role == "sidecar" and all(done(each) for each in container.pod.of("containers"))


def _backoff(container: ContainerView) -> float | None:
    ended = ended_last(container)
    return backoff(container, ended) or None if ended else None


def _condition(value: bool) -> bool | None:
    return True if value else None


POD_FACTS: dict[str, Callable[[PodView], Any]] = {
    "terminating": lambda pod: _condition(pod.terminating),
    "stopping": lambda pod: _condition(_stopping(pod)),
    "asked-to-stop": asked_to_stop,
    "will-start": _will_start,
    "mount-problem": problems.mount_problem,
    "failure": lambda pod: pod.annotation("fail"),
    "gates-differ": lambda pod: _condition(_gates_differ(pod)),
    "unobserved": lambda pod: _condition(_unobserved(pod)),
    "resized": lambda pod: _condition(is_resized(pod)),
    "running-containers": lambda pod: _condition(any(each.running for each in pod.containers)),
    "slow-stop": lambda pod: _condition(pod.around.settings.container_stop_delay > 0),
}

CONTAINER_FACTS: dict[str, Callable[[ContainerView], Any]] = {
    "role": lambda container: container.role,
    "name": lambda container: container.name,
    "turn": lambda container: _condition(timing.has_turn(container)),
    "turn-since": timing.turn_since,
    "pull-time": timing.pull_time,
    "start-time": timing.start_time,
    "pull-retry": timing.pull_retry,
    "image-problem": problems.image_problem,
    "config-problem": problems.config_problem,
    "new-config-problem": problems.new_config_problem,
    "lifetime": lambda container: timing.program(container).ends,
    "started-since": _started_since,
    "finished-since": _finished_since,
    "probing-since": _probing_since,
    "started-after": lambda container: probes.succeeds_after(container, probes.STARTUP),
    "ready-after": _ready_after,
    "unready": lambda container: _condition(_ready_after(container) is None),
    "stop-time": _stop_time,
    "useless": lambda container: _condition(_useless(container)),
    "restarts": lambda container: _condition(restarts(container)),
    "backoff": _backoff,
    "asked-to-stop": lambda container: asked_to_stop(container.pod),
    "probes": probes.facts,
}
