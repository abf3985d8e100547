"""What claims of devices and templates of claims share (resource.k8s.io/v1 ResourceClaimSpec): defaults and rules."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.podspec.checks import grammar, under
from mockapi.machinery import fielderrors, names
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object, Objects

GROUP = "resource.k8s.io"
_EXACT, _ALL = "ExactCount", "All"
_MODES = (_ALL, _EXACT)
_MOST_REQUESTS = 32


def default_claim_spec(spec: Object) -> None:
    """How many devices each request is for, in place."""
    for request in (spec.get("devices") or {}).get("requests") or ():
        for each in _alternatives(request):
            if not each.get("allocationMode"):
                each["allocationMode"] = _EXACT
            if each["allocationMode"] == _EXACT and not each.get("count"):
                each["count"] = 1


def claim_spec_errors(spec: Object) -> Iterator[FieldError]:
    """The errors of a ResourceClaimSpec, relative to it."""
    requests = (spec.get("devices") or {}).get("requests") or []
    if len(requests) > _MOST_REQUESTS:
        yield fielderrors.too_many("devices.requests", len(requests), _MOST_REQUESTS)
    for position, request in enumerate(requests):
        yield from under(f"devices.requests[{position}]", _request(request))
        if request.get("name") in [other.get("name") for other in requests[:position]]:
            yield fielderrors.duplicate(f"devices.requests[{position}].name", request.get("name", ""))


def _alternatives(request: Object) -> Objects:
    exactly = request.get("exactly")
    return [*([exactly] if exactly is not None else []), *(request.get("firstAvailable") or ())]


def _request(request: Object) -> Iterator[FieldError]:
    yield from under("name", grammar(names.dns1123_label, must=True)(request.get("name", "")))
    exactly, alternatives = request.get("exactly"), request.get("firstAvailable") or []
    if exactly is not None and alternatives:
        yield fielderrors.invalid("", None, "exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set")
    elif exactly is not None:
        yield from under("exactly", _exact(exactly))
    elif not alternatives:
        yield fielderrors.required("", "exactly one of `exactly` or `firstAvailable` is required")
    for position, alternative in enumerate(alternatives):
        place = f"firstAvailable[{position}]"
        yield from under(f"{place}.name", grammar(names.dns1123_label, must=True)(alternative.get("name", "")))
        yield from under(place, _exact(alternative))


def _exact(request: Object) -> Iterator[FieldError]:
    yield from under("deviceClassName", grammar(names.dns1123_subdomain, must=True)(request.get("deviceClassName", "")))
    mode, count = request.get("allocationMode", ""), request.get("count", 0)
    if mode not in _MODES:
        yield fielderrors.not_supported("allocationMode", mode, _MODES)
    elif mode == _ALL and count:
        yield fielderrors.invalid("count", count, f"must not be specified when allocationMode is '{mode}'")
    elif mode == _EXACT and count <= 0:
        yield fielderrors.invalid("count", count, "must be greater than zero")
