"""When the change happened that endpoints follow: the annotation endpoints.kubernetes.io/last-change-trigger-time."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from mockapi.controllers.service_endpoints.pods import ready_condition
from mockapi.machinery.meta import Key, Object, key_of, name_of

LAST_CHANGE = "endpoints.kubernetes.io/last-change-trigger-time"


@dataclass
class _Seen:
    service: str
    pods: dict[str, str] = field(default_factory=dict)


class TriggerTimes:
    """Remembers for each service which changes its endpoints have followed. Times are metav1.Time texts, which sort by time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[Key, _Seen] = {}

    def trigger(self, service: Object, pods: Iterable[Object]) -> str:
        """The first change since the last call: the service's creation or a pod's turn of readiness. "" when there was none."""
        created = service["metadata"].get("creationTimestamp") or ""
        turns = {name_of(pod): ready_condition(pod).get("lastTransitionTime") or "" for pod in pods}
        with self._lock:
            before = self._seen.get(key_of(service))
            self._seen[key_of(service)] = _Seen(created, turns)
        if before is None:
            return created
        changes = [turn for name, turn in turns.items() if turn > before.pods.get(name, "")]
        if created > before.service:
            changes.append(created)
        return min(changes, default="")

    def forget(self, service: Key) -> None:
        """The service is gone."""
        with self._lock:
            self._seen.pop(service, None)


def mark(annotations: dict[str, str], trigger: str) -> dict[str, str]:
    """Annotations that tell of the trigger, or of none."""
    others = {name: value for name, value in annotations.items() if name != LAST_CHANGE}
    return {**others, LAST_CHANGE: trigger} if trigger else others
