"""The HorizontalPodAutoscaler controller: every 15 seconds each autoscaler measures its pods and scales its target."""

from __future__ import annotations

from collections.abc import Mapping

from mockapi.controllers.horizontalpodautoscaler.history import History
from mockapi.controllers.horizontalpodautoscaler.round import AUTOSCALERS, Round
from mockapi.controllers.horizontalpodautoscaler.selecting import Selecting
from mockapi.machinery.meta import Key
from mockapi.reconcile.controller import Controller, Toolbox, Watch, own_key

# The default of kube-controller-manager's --horizontal-pod-autoscaler-sync-period.
_PERIOD = 15.0


class HorizontalPodAutoscalers(Controller):
    """Looks at each autoscaler once a period, the first time a period after it was first seen, whatever changes meanwhile."""

    name = "horizontal-pod-autoscaler"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._recorder = toolbox.recorder(self.name)
        self._due: dict[Key, float] = {}
        self._histories: dict[Key, History] = {}
        self._selecting = Selecting()

    def watches(self) -> Mapping[str, Watch]:
        return {AUTOSCALERS: own_key}

    def reconcile(self, key: Key) -> float | None:
        autoscaler = self.client.get(AUTOSCALERS, *key)
        if autoscaler is None:
            self._forget(key)
            return None
        now = self.clock.monotonic()
        due = self._due.setdefault(key, now + _PERIOD)
        if now < due:
            return due - now
        self._due[key] = now + _PERIOD
        history = self._histories.setdefault(key, History())
        Round(self.client, self._recorder, self.clock.now(), autoscaler, history, self._selecting).run()
        return _PERIOD

    def _forget(self, key: Key) -> None:
        self._due.pop(key, None)
        self._histories.pop(key, None)
        self._selecting.forget(key)
