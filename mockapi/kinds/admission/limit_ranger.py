"""Pods and claims get the defaults of their namespace and stay within its bounds (core/v1 LimitRange)."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.machinery import errors
from mockapi.machinery.meta import Object, Objects, is_terminating, namespace_of
from mockapi.machinery.podresources import LIMITS, REQUESTS, Amounts, desired_total, parsed
from mockapi.machinery.quantity import ZERO, Quantity, parse_quantity
from mockapi.registry.admission import CREATE, UPDATE, Admission, Attributes

_RANGES = "limitranges"
_PODS, _CLAIMS = "pods", "persistentvolumeclaims"
_CONTAINER, _POD, _CLAIM = "Container", "Pod", "PersistentVolumeClaim"
_ANNOTATION = "kubernetes.io/limit-ranger"
_SIDES = ((REQUESTS, "defaultRequest", "request"), (LIMITS, "default", "limit"))


class LimitRanger(Admission):
    """Fills in what containers do not say when they are created or resized, and refuses what is out of bounds."""

    def mutate(self, attributes: Attributes) -> None:
        obj = attributes.obj
        if obj is None or attributes.kind.resource != _PODS or not _is_ranged(attributes):
            return
        for limit_range in _ranges(attributes):
            _fill_in(obj, limit_range)

    def validate(self, attributes: Attributes) -> None:
        obj = attributes.obj
        if obj is None or not _is_ranged(attributes):
            return
        find = _pod_errors if attributes.kind.resource == _PODS else _claim_errors
        for limit_range in _ranges(attributes):
            found = list(dict.fromkeys(error for limit in limit_range["spec"].get("limits") or () for error in find(limit, obj)))
            if found:
                sentence = found[0] if len(found) == 1 else f"[{', '.join(found)}]"
                raise errors.forbidden(attributes.kind.plural, "", attributes.key.name, sentence)


def _is_ranged(attributes: Attributes) -> bool:
    """Pods are looked at when containers may change: an update cannot change them, a resize can."""
    called, operation = attributes.called_subresource, attributes.operation
    if operation == UPDATE and attributes.old is not None and is_terminating(attributes.old):
        return False
    if attributes.kind.resource == _PODS:
        return (operation == CREATE and not called) or (operation == UPDATE and called == "resize")
    return attributes.kind.resource == _CLAIMS and operation in {CREATE, UPDATE} and not called


def _ranges(attributes: Attributes) -> Objects:
    return attributes.request.read_all(_RANGES, namespace_of(attributes.obj or {}))


def _fill_in(pod: Object, limit_range: Object) -> None:
    limits = [limit for limit in limit_range["spec"].get("limits") or () if limit["type"] == _CONTAINER]
    defaults = {side: _merged(limits, field) for side, field, _ in _SIDES}
    done: list[str] = []
    for field, called in (("containers", "container"), ("initContainers", "init container")):
        for container in pod["spec"].get(field) or ():
            done += _fill_container(container, called, defaults)
    if done:
        meta = pod["metadata"]
        meta["annotations"] = {**(meta.get("annotations") or {}), _ANNOTATION: "LimitRanger plugin set: " + "; ".join(done)}


def _fill_container(container: Object, called: str, defaults: dict[str, dict[str, str]]) -> Iterator[str]:
    """Sets defaults, and says which."""
    for side, _, word in _SIDES:
        resources = container.setdefault("resources", {})
        missing = {name: value for name, value in defaults[side].items() if name not in (resources.get(side) or {})}
        if missing:
            resources[side] = {**(resources.get(side) or {}), **missing}
            yield f"{', '.join(sorted(missing))} {word} for {called} {container['name']}"


def _merged(limits: Objects, field: str) -> dict[str, str]:
    return {name: value for limit in limits for name, value in (limit.get(field) or {}).items()}


def _pod_errors(limit: Object, pod: Object) -> Iterator[str]:
    if limit["type"] == _CONTAINER:
        spec = pod["spec"]
        for container in [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]:
            resources = container.get("resources") or {}
            yield from _bounds_errors(limit, parsed(resources.get(REQUESTS)), parsed(resources.get(LIMITS)))
    elif limit["type"] == _POD:
        yield from _bounds_errors(limit, desired_total(pod, REQUESTS), desired_total(pod, LIMITS))


def _claim_errors(limit: Object, claim: Object) -> Iterator[str]:
    """Of claims only what they request counts."""
    if limit["type"] != _CLAIM:
        return
    requests = parsed((claim["spec"].get("resources") or {}).get(REQUESTS))
    for name, bound in sorted((limit.get("min") or {}).items()):
        yield from _min_errors(f"minimum {name} usage per {_CLAIM} is {bound}", parse_quantity(bound), requests.get(name), None)
    for name, bound in sorted((limit.get("max") or {}).items()):
        text, request = f"maximum {name} usage per {_CLAIM} is {bound}", requests.get(name)
        if request is None:
            yield f"{text}.  No request is specified"
        elif request > parse_quantity(bound):
            yield f"{text}, but request is {request}"


def _bounds_errors(limit: Object, requests: Amounts, limits: Amounts) -> Iterator[str]:
    kind = limit["type"]
    for name, bound in sorted((limit.get("min") or {}).items()):
        text = f"minimum {name} usage per {kind} is {bound}"
        yield from _min_errors(text, parse_quantity(bound), requests.get(name), limits.get(name))
    for name, bound in sorted((limit.get("max") or {}).items()):
        text = f"maximum {name} usage per {kind} is {bound}"
        yield from _max_errors(text, parse_quantity(bound), requests.get(name), limits.get(name))
    for name, bound in sorted((limit.get("maxLimitRequestRatio") or {}).items()):
        text = f"{name} max limit to request ratio per {kind} is {bound}"
        yield from _ratio_errors(text, parse_quantity(bound), requests.get(name, ZERO), limits.get(name, ZERO))


def _min_errors(text: str, bound: Quantity, request: Quantity | None, limit: Quantity | None) -> Iterator[str]:
    if request is None:
        yield f"{text}.  No request is specified"
    elif request < bound:
        yield f"{text}, but request is {request}"
    elif limit is not None and limit < bound:
        yield f"{text}, but limit is {limit}"


def _max_errors(text: str, bound: Quantity, request: Quantity | None, limit: Quantity | None) -> Iterator[str]:
    if limit is None:
        yield f"{text}.  No limit is specified"
    elif limit > bound:
        yield f"{text}, but limit is {limit}"
    elif request is not None and request > bound:
        yield f"{text}, but request is {request}"


def _ratio_errors(text: str, bound: Quantity, request: Quantity, limit: Quantity) -> Iterator[str]:
    if not request:
        yield f"{text}, but no request is specified or request is 0"
    elif not limit:
        yield f"{text}, but no limit is specified or limit is 0"
    elif limit.nanos * 10**9 > bound.nanos * request.nanos:
        yield f"{text}, but provided ratio is {limit.nanos / request.nanos:f}"
