"""Conditions of a CertificateSigningRequest: who may add which, and what never changes (certificates.k8s.io/v1)."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from copy import deepcopy

from mockapi.kinds.podspec.checks import under
from mockapi.machinery import fielderrors
from mockapi.machinery.clock import timestamp
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object, Objects
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy

_VERDICTS = ("Approved", "Denied")
_LASTING = (*_VERDICTS, "Failed")
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----\s+[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----")


def _conditions(obj: Object) -> Objects:
    return (obj.get("status") or {}).get("conditions") or []


def set_times(obj: Object, old: Object, request: Request) -> None:
    """Fills in when conditions were updated and when they last changed, in place."""
    now, before = timestamp(request.clock.now()), {each["type"]: each for each in _conditions(old)}
    for condition in _conditions(obj):
        known = before.get(condition.get("type", ""), {})
        if not condition.get("lastUpdateTime"):
            condition["lastUpdateTime"] = now
        if not condition.get("lastTransitionTime"):
            same = known.get("status") == condition.get("status")
            condition["lastTransitionTime"] = known["lastTransitionTime"] if same else now


def status_errors(obj: Object, old: Object, *, approves: bool) -> Iterator[FieldError]:
    """The errors of the status that replaces another, relative to it. Only who approves may add a verdict."""
    status, conditions = obj.get("status") or {}, _conditions(obj)
    for position, condition in enumerate(conditions):
        yield from _condition(condition, f"conditions[{position}]")
    types = [each.get("type", "") for each in conditions]
    if set(_VERDICTS) <= set(types):
        second = max(_VERDICTS, key=types.index)
        yield fielderrors.invalid("conditions", second, "Approved and Denied conditions are mutually exclusive")
    yield from _changes(conditions, _conditions(old), approves=approves)
    if status.get("certificate") and not approves and not _CERTIFICATE.search(base64.b64decode(status["certificate"])):
        yield fielderrors.invalid("certificate", "<certificate data>", "must contain at least one CERTIFICATE PEM block")


def _condition(condition: Object, place: str) -> Iterator[FieldError]:
    kind, status = condition.get("type", ""), condition.get("status", "")
    if not kind:
        yield fielderrors.required(f"{place}.type")
    choices = ("True",) if kind in _LASTING else ("False", "True", "Unknown")
    if not status:
        yield fielderrors.required(f"{place}.status")
    elif status not in choices:
        yield fielderrors.not_supported(f"{place}.status", status, choices)


def _changes(conditions: Objects, before: Objects, *, approves: bool) -> Iterator[FieldError]:
    for kind in _LASTING:
        now, then = ([each for each in listed if each.get("type") == kind] for listed in (conditions, before))
        if len(now) < len(then):
            yield fielderrors.forbidden("conditions", f'updates may not remove a condition of type "{kind}"')
        elif not approves and kind in _VERDICTS and len(now) > len(then):
            yield fielderrors.forbidden("conditions", f'updates may not add a condition of type "{kind}"')


class ApprovalStrategy(Strategy):
    """The rules of /approval: only the conditions change."""

    revalidates_metadata = False
    subresource = "approval"

    def reset_fields(self, subresource: str) -> tuple[str, ...]:
        return ("spec", "status.certificate")

    def prepare_for_update(self, obj: Object, old: Object, request: Request) -> None:
        conditions, meta = _conditions(obj), obj["metadata"]
        obj.clear()
        obj.update(deepcopy(old))
        obj["metadata"] = meta
        obj["status"] = {**(old.get("status") or {}), "conditions": conditions}
        if not conditions:
            del obj["status"]["conditions"]
        set_times(obj, old, request)

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return list(under("status", status_errors(obj, old, approves=True)))
