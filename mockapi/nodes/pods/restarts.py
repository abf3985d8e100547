"""Whether an ended container runs again, and after which back-off: ten seconds, doubling up to five minutes."""

from __future__ import annotations

from mockapi.machinery.clock import parse_timestamp
from mockapi.machinery.meta import Object
from mockapi.nodes.pods.view import ContainerView

_FIRST, _LONGEST = 10.0, 300.0
# A container that ran for so long starts over with its back-off.
_FORGIVEN = 600.0


def doubled(times: int) -> float:
    """The back-off after so many doublings, in seconds."""
    return min(_LONGEST, _FIRST * 2.0 ** min(times, 32))


def next_attempt(waited: float) -> float:
    """When something that failed at second 0 is tried next, as seconds; attempts follow each other by the back-off."""
    attempt, times = 0.0, 0
    while attempt <= waited:
        attempt += doubled(times)
        times += 1
    return attempt


def backoff(container: ContainerView, ended: Object) -> float:
    """Seconds from its end until a container may start again; the first restart is at once."""
    restarts = int(container.status.get("restartCount") or 0)
    if restarts == 0 or _ran(ended) >= _FORGIVEN:
        return 0.0
    return doubled(restarts - 1)


def ended_last(container: ContainerView) -> Object | None:
    """How the container ended last, if it does not run now."""
    return container.terminated or (container.last if container.waiting else None)


def restarts(container: ContainerView) -> bool:
    """Whether an ended container is to run again."""
    ended = ended_last(container)
    if ended is None or container.pod.terminating or container.pod.ended or container.role == "ephemeral":
        return False
    if container.role == "sidecar":
        return any(not done(each) for each in container.pod.of("containers"))
    return _policy_restarts(container, int(ended.get("exitCode") or 0))


def done(container: ContainerView) -> bool:
    """Whether a container has ended for good."""
    return container.terminated is not None and not restarts(container)


def _policy_restarts(container: ContainerView, code: int) -> bool:
    """The pod's restartPolicy, unless the container has one of its own or a rule for the exit code (KEP-5307)."""
    for rule in container.spec.get("restartPolicyRules") or ():
        codes = rule.get("exitCodes") or {}
        if (code in (codes.get("values") or ())) == (codes.get("operator") == "In"):
            return bool(rule.get("action") == "Restart")
    policy = container.spec.get("restartPolicy") or container.pod.spec.get("restartPolicy") or "Always"
    if container.role == "init" and policy == "Always":
        policy = "OnFailure"
    return bool(policy == "Always" or (policy == "OnFailure" and code != 0))


def _ran(ended: Object) -> float:
    if not ended.get("startedAt") or not ended.get("finishedAt"):
        return 0.0
    return (parse_timestamp(ended["finishedAt"]) - parse_timestamp(ended["startedAt"])).total_seconds()
