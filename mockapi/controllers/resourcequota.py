"""Fills in what a ResourceQuota allows and how much of it is used; admission adds to that, and here it becomes less."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from mockapi.machinery.meta import Key, Object, key_of, namespace_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch
from mockapi.registry.quota.quotas import IGNORED, QUOTAS, evaluator_of, measured, resources_of, usage_of

# What was created while nothing was charged, since the limit was not yet in the status, is counted soon after.
_SOON = 1.0
# Time alone lets pods on lost nodes count no longer; the default of --resource-quota-sync-period.
_PERIOD = 300.0


class ResourceQuotaController(Controller):
    """Takes up new limits at once, and counts again when something goes or begins to count for less."""

    name = "resourcequota"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._catalogue = toolbox.client.resources.catalogue

    def watches(self) -> Mapping[str, Watch]:
        counted = [kind.resource for kind in self._catalogue.stored if kind.namespaced and kind.resource not in IGNORED]
        return {resource: partial(self._concerned, resource) for resource in counted}

    def watching(self) -> int:
        return self._catalogue.revision

    def reconcile(self, key: Key) -> float | None:
        quota = self.client.get(QUOTAS, *key)
        if quota is None:
            return None
        status = quota.get("status") or {}
        hard = quota["spec"].get("hard") or {}
        # What nothing here counts stays as it is.
        known = (status.get("used") or {}) | self._count(quota)
        used = {name: known[name] for name in hard if name in known}
        if status.get("hard") != hard or status.get("used") != used:
            self.client.update_status(QUOTAS, {**quota, "status": {"hard": hard, "used": used}})
        return _PERIOD if status.get("hard") == hard else _SOON

    def _count(self, quota: Object) -> dict[str, str]:
        """What is used now. Objects are read after the quota: who is charged later makes the writing of the status fail."""
        counted: dict[str, str] = {}
        for resource in resources_of(quota["spec"].get("hard") or {}, self._catalogue.serves):
            objects = self.client.list(resource, namespace_of(quota))
            usage = usage_of(quota, evaluator_of(resource), objects, self.clock.now())
            counted |= {name: str(amount) for name, amount in usage.items()}
        return counted

    def _concerned(self, resource: str, obj: Object, previous: Object | None) -> Iterable[Key]:
        if resource == QUOTAS and _has_new_limits(obj, previous):
            yield key_of(obj)
        quotas = self.informers.of(QUOTAS).list(namespace_of(obj))
        if quotas and self._frees(resource, obj, previous):
            yield from (key_of(quota) for quota in quotas if measured(evaluator_of(resource), quota["spec"].get("hard") or {}))

    def _frees(self, resource: str, obj: Object, previous: Object | None) -> bool:
        """Whether an object has gone, or does not count as it did. What comes is charged by admission."""
        if previous is None:
            return self.informers.of(resource).get(key_of(obj)) is None
        return evaluator_of(resource).counts_otherwise(previous, obj, self.clock.now())


def _has_new_limits(quota: Object, previous: Object | None) -> bool:
    if previous is None:
        return True
    return bool(quota["spec"].get("hard") != previous["spec"].get("hard"))
