"""What has been decided about a CertificateSigningRequest (certificates.k8s.io/v1, status.conditions)."""

from __future__ import annotations

from datetime import datetime

from mockapi.machinery.clock import timestamp
from mockapi.machinery.meta import Object, Objects

REQUESTS = "certificatesigningrequests.certificates.k8s.io"


def conditions_of(request: Object) -> Objects:
    """Its conditions."""
    return (request.get("status") or {}).get("conditions") or []


def has(request: Object, kind: str) -> bool:
    """Whether it has a condition of that type."""
    return any(condition["type"] == kind for condition in conditions_of(request))


def is_issued(request: Object) -> bool:
    """Whether a certificate has been made."""
    return bool((request.get("status") or {}).get("certificate"))


def with_verdict(request: Object, kind: str, reason: str, message: str, now: datetime) -> Object:
    """The request with one more condition."""
    moment = timestamp(now)
    condition = {"type": kind, "status": "True", "reason": reason, "message": message, "lastUpdateTime": moment}
    conditions = [*conditions_of(request), {**condition, "lastTransitionTime": moment}]
    return {**request, "status": {**(request.get("status") or {}), "conditions": conditions}}
