"""One round of a StatefulSet: first its members in order, then those beyond its size, then the update.

With the pod management policy OrderedReady a round does one thing and ends, and goes no further than the first pod that is not
available; with Parallel it does all at once (StatefulSet.spec.podManagementPolicy).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from mockapi.controllers.statefulset import identity, status
from mockapi.controllers.statefulset.podcontrol import StatefulPodControl
from mockapi.controllers.workload import podfacts
from mockapi.controllers.workload.shares import rounded_down
from mockapi.machinery.meta import Object, Objects, is_terminating, name_of, uid_of


class Round:
    """`current` and `update` are the revisions that pods are moved from and to; `deleted` counts the pods that this round updates."""

    def __init__(
        self, control: StatefulPodControl, statefulset: Object, current: Object, update: Object, pods: Objects, now: datetime
    ) -> None:
        self._control = control
        self._set = statefulset
        self._current, self._update = current, update
        self._min_ready, self._now = status.min_ready_seconds(statefulset), now
        self._ordered = statefulset["spec"]["podManagementPolicy"] != "Parallel"
        wanted = identity.ordinals(statefulset)
        present = {identity.ordinal_of(pod): pod for pod in pods}
        self.replicas = [present.get(ordinal) or self._planned(ordinal) for ordinal in wanted]
        self.condemned = [present[ordinal] for ordinal in sorted(present, reverse=True) if ordinal not in wanted]
        self.deleted = 0

    def run(self) -> None:
        """Does what is to be done now. StatusError when something is refused; what was done before stays."""
        if not self._goes_through(self.replicas, self._keep):
            return
        for pod in self.condemned:
            self._control.prepare_removal(self._set, pod)
        if self._goes_through(self.condemned, self._remove):
            self._roll()

    def _goes_through(self, pods: Objects, step: Callable[[Object], bool]) -> bool:
        """Takes each pod a step further. False when, in order, one of them must be waited for."""
        return all(step(pod) or not self._ordered for pod in pods)

    def _keep(self, pod: Object) -> bool:
        """Replaces a finished pod, makes a missing one. Whether the next one may be looked at."""
        if podfacts.is_finished(pod):
            if not is_terminating(pod):
                self._control.delete(self._set, pod)
            return False
        if not status.exists(pod):
            self._control.create(self._set, pod)
            return False
        self._control.complete(self._set, pod)
        if self._ordered and not self._is_usable(pod):
            return False
        self._control.mend(self._set, pod)
        return True

    def _remove(self, pod: Object) -> bool:
        """Deletes a pod beyond the size, in order only the last one that all others are available behind."""
        if is_terminating(pod):
            return False
        if not self._ordered or self._is_usable(pod) or self._is_first_unusable(pod):
            self._control.delete(self._set, pod)
        return False

    def _is_first_unusable(self, pod: Object) -> bool:
        """Whether all others are available: then it may go although it is not itself."""
        unusable = [one for one in (*self.replicas, *reversed(self.condemned)) if not self._is_usable(one)]
        return bool(unusable) and unusable[0] is pod

    def _roll(self) -> None:
        """Deletes pods of other revisions, from the highest ordinal down to the partition, as many as may be unavailable."""
        strategy = self._set["spec"]["updateStrategy"]
        if strategy["type"] == "OnDelete":
            return
        rolling = strategy.get("rollingUpdate") or {}
        most = max(1, rounded_down(rolling.get("maxUnavailable", 1), len(self.replicas)))
        room = most - sum(not self._is_usable(pod) for pod in self.replicas)
        outdated = [pod for pod in self.replicas[rolling.get("partition", 0) :] if self._is_outdated(pod)]
        broken = [pod for pod in outdated if not self._is_usable(pod)]
        sound = [pod for pod in outdated if self._is_usable(pod)]
        for pod in [*reversed(broken), *list(reversed(sound))[: max(0, room)]]:
            self._control.delete(self._set, pod)
            self.deleted += identity.revision_name(pod) == name_of(self._current)

    def _is_outdated(self, pod: Object) -> bool:
        return uid_of(pod) != "" and not is_terminating(pod) and identity.revision_name(pod) != name_of(self._update)

    def _is_usable(self, pod: Object) -> bool:
        return status.is_usable(pod, self._min_ready, self._now)

    def _planned(self, ordinal: int) -> Object:
        """A member that is not there yet; below the partition it is of the current revision."""
        strategy = self._set["spec"]["updateStrategy"]
        rolling = strategy.get("rollingUpdate")
        kept = self._set["status"].get("currentReplicas", 0) if rolling is None else rolling.get("partition", 0)
        is_current = strategy["type"] == "RollingUpdate" and ordinal < identity.ordinals(self._set).start + kept
        return identity.new_pod(self._set, self._current if is_current else self._update, ordinal)
