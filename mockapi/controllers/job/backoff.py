"""How long a Job waits before it makes another pod: ten seconds after a failure, twice as long after each, at most ten minutes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mockapi.controllers.workload import podfacts
from mockapi.machinery.clock import parse_timestamp
from mockapi.machinery.meta import Object, Objects

_FIRST, _LONGEST = 10.0, 600.0


@dataclass(frozen=True)
class Failures:
    """The failures in a row, and when the last of them was; of the Job with that uid."""

    uid: str
    count: int = 0
    last: datetime | None = None

    def after(self, succeeded: Objects, failed: Objects) -> Failures:
        """With more pods that ended: a success ends the row."""
        success = max(map(finish_time, succeeded), default=None)
        moments = [moment for moment in map(finish_time, failed) if success is None or moment > success]
        before = 0 if success else self.count
        if not moments:
            return self if success is None else Failures(self.uid)
        return Failures(self.uid, before + len(moments), max(moments))

    def wait(self, now: datetime) -> float:
        """The seconds until another pod may be made; 0 for now."""
        if not self.count or self.last is None:
            return 0.0
        # More doublings than this are beyond the longest wait.
        pause = min(_FIRST * float(2 ** min(self.count - 1, 10)), _LONGEST)
        return max(0.0, pause - (now - self.last).total_seconds())


def finish_time(pod: Object) -> datetime:
    """When a pod ended: as its containers say, else since when it is not ready, else when it was deleted, else when it was made."""
    return _containers_finished(pod) or _not_ready_since(pod) or _deleted(pod) or podfacts.created(pod)


def _containers_finished(pod: Object) -> datetime | None:
    status = pod.get("status") or {}
    sidecars = {container["name"] for container in pod["spec"].get("initContainers") or () if container.get("restartPolicy") == "Always"}
    beside = [state for state in status.get("initContainerStatuses") or () if state["name"] in sidecars]
    moments = list(_finished(status.get("containerStatuses") or ())) + list(_finished(beside))
    return None if None in moments else max((moment for moment in moments if moment), default=None)


def _finished(states: Iterable[Object]) -> Iterable[datetime | None]:
    for state in states:
        moment = ((state.get("state") or {}).get("terminated") or {}).get("finishedAt")
        yield parse_timestamp(moment) if moment else None


def _not_ready_since(pod: Object) -> datetime | None:
    for condition in (pod.get("status") or {}).get("conditions") or ():
        if condition["type"] == podfacts.READY and condition["status"] == "False" and condition.get("lastTransitionTime"):
            return parse_timestamp(condition["lastTransitionTime"])
    return None


def _deleted(pod: Object) -> datetime | None:
    meta = pod["metadata"]
    if not meta.get("deletionTimestamp"):
        return None
    return parse_timestamp(meta["deletionTimestamp"]) - timedelta(seconds=meta.get("deletionGracePeriodSeconds") or 0)
