"""What a Job's podFailurePolicy says about a pod that failed (KEP-3329; FailIndex: KEP-3850)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mockapi.machinery.meta import Object, Objects, key_of


class Judgement(NamedTuple):
    """The action of the rule that matches, "" without one; `sentence` is why the Job fails, for FailJob."""

    action: str = ""
    sentence: str = ""

    @property
    def counts(self) -> bool:
        """Whether the failure counts towards the limits of failures."""
        return self.action != "Ignore"


def judge(job: Object, pod: Object) -> Judgement:
    """What the first rule that matches says about a failed pod."""
    rules = (job["spec"].get("podFailurePolicy") or {}).get("rules") or ()
    for position, rule in enumerate(rules):
        cause = _cause(rule, pod)
        if cause:
            return Judgement(rule["action"], f"{cause} matching {rule['action']} rule at index {position}")
    return Judgement()


def job_failure(job: Object, failed: Iterable[Object]) -> str | None:
    """Why the Job fails because of one of the failed pods; None when it does not."""
    judgements = (judge(job, pod) for pod in failed)
    return next((judgement.sentence for judgement in judgements if judgement.action == "FailJob"), None)


def _cause(rule: Object, pod: Object) -> str:
    """What of the pod fits the rule; "" for nothing."""
    status, subject = pod.get("status") or {}, str(key_of(pod))
    if rule.get("onExitCodes"):
        states = [*(status.get("containerStatuses") or ()), *(status.get("initContainerStatuses") or ())]
        ended = _container(states, rule["onExitCodes"])
        return f"Container {ended['name']} for pod {subject} failed with exit code {_exit_code(ended)}" if ended else ""
    patterns = {(pattern["type"], pattern["status"]) for pattern in rule.get("onPodConditions") or ()}
    for condition in status.get("conditions") or ():
        if (condition["type"], condition["status"]) in patterns:
            return f"Pod {subject} has condition {condition['type']}"
    return ""


def _container(states: Objects, wanted: Object) -> Object | None:
    """The first container that ended with one of the exit codes; 0 never is one."""
    name, values = wanted.get("containerName"), wanted["values"]
    for state in states:
        code = _exit_code(state)
        if code and name in (None, state["name"]) and (code in values) == (wanted["operator"] == "In"):
            return state
    return None


def _exit_code(state: Object) -> int:
    return int(((state.get("state") or {}).get("terminated") or {}).get("exitCode") or 0)
