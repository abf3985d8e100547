"""Requests for certificates that are over, or that nobody decides, go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from mockapi.controllers.certificates.verdicts import REQUESTS, conditions_of, has, is_issued
from mockapi.machinery.clock import parse_timestamp
from mockapi.machinery.meta import Key, Object, uid_of
from mockapi.reconcile.controller import Controller, Watch, own_key

# kube-controller-manager: how long decided requests stay, and undecided ones.
_DECIDED = timedelta(hours=1)
_UNDECIDED = timedelta(hours=24)
_DECISIONS = ("Approved", "Denied", "Failed")


class CertificateCleaner(Controller):
    """Deletes each request when its time is over."""

    name = "certificatesigningrequest-cleaner-controller"

    def watches(self) -> Mapping[str, Watch]:
        return {REQUESTS: own_key}

    def reconcile(self, key: Key) -> float | None:
        request = self.client.get(REQUESTS, "", key.name)
        ends = _ends(request) if request else None
        if request is None or ends is None:
            return None
        left = (ends - self.clock.now()) / timedelta(seconds=1)
        if left > 0:
            return left
        self.client.delete(REQUESTS, "", key.name, uid=uid_of(request))
        return None


def _ends(request: Object) -> datetime | None:
    """When the request goes; None when it is approved and waits for a certificate."""
    decided = [parse_timestamp(each["lastUpdateTime"]) for each in conditions_of(request) if each["type"] in _DECISIONS]
    if not decided:
        return parse_timestamp(request["metadata"]["creationTimestamp"]) + _UNDECIDED
    is_over = is_issued(request) or has(request, "Denied") or has(request, "Failed")
    return max(decided) + _DECIDED if is_over else None
