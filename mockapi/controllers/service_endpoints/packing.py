"""Spreading endpoints over slices with as few writes as possible: the algorithm of KEP-752.

Slices that change anyway are filled up first; what is left goes into one slice with just enough room, or into new ones.
"""

from __future__ import annotations

from collections.abc import Hashable

from mockapi.controllers.service_endpoints.plan import Plan
from mockapi.controllers.service_endpoints.slices import endpoint_key, endpoints_of, same_own_labels, same_state, with_metadata
from mockapi.machinery.meta import Object, Objects, labels_of, name_of

MAX_ENDPOINTS = 100

Desired = dict[Hashable, Object]


def packed(service: Object, empty: Object, existing: Objects, desired: Desired) -> Plan:
    """How the slices of one set of ports come to hold the desired endpoints, given by `endpoint_key`.

    `existing` are the slices that have these ports now, `empty` is what a new one looks like.
    """
    left = dict(desired)
    plan = Plan()
    for slice_ in existing:
        _retain(slice_, service, labels_of(empty), left, plan)
    _fill_updated(plan, left)
    while left:
        slice_ = _with_room(plan, len(left)) or empty
        filled = _filled(slice_, left)
        (plan.update if name_of(slice_) else plan.create).append(filled)
    return plan


def _retain(slice_: Object, service: Object, labels: dict[str, str], left: Desired, plan: Plan) -> None:
    """Keeps those endpoints of a slice that are desired, takes them from `left`, and files the slice under what becomes of it."""
    kept: Objects = []
    changed = False
    for endpoint in endpoints_of(slice_):
        wanted = left.pop(endpoint_key(endpoint), None)
        if wanted is not None:
            changed = changed or not same_state(wanted, endpoint)
            kept.append(wanted)
    changed = changed or len(kept) != len(endpoints_of(slice_))
    if changed and not kept:
        plan.delete.append(slice_)
    elif changed:
        plan.update.append({**with_metadata(slice_, labels=labels), "endpoints": kept})
    elif not same_own_labels(slice_, service):
        plan.update.append(with_metadata(slice_, labels=labels))
    else:
        plan.keep.append(slice_)


def _fill_updated(plan: Plan, left: Desired) -> None:
    """Slices that are written anyway take more, the fullest first."""
    if left:
        plan.update = [_filled(slice_, left) for slice_ in sorted(plan.update, key=lambda slice_: -len(endpoints_of(slice_)))]


def _with_room(plan: Plan, count: int) -> Object | None:
    """Takes from the kept slices the one that is fullest once it has `count` more endpoints; None when none has the room."""
    if count >= MAX_ENDPOINTS:
        return None
    fitting = [slice_ for slice_ in plan.keep if len(endpoints_of(slice_)) <= MAX_ENDPOINTS - count]
    if not fitting:
        return None
    chosen = max(fitting, key=lambda slice_: len(endpoints_of(slice_)))
    plan.keep.remove(chosen)
    return chosen


def _filled(slice_: Object, left: Desired) -> Object:
    taken = list(left)[: max(0, MAX_ENDPOINTS - len(endpoints_of(slice_)))]
    return {**slice_, "endpoints": [*endpoints_of(slice_), *(left.pop(key) for key in taken)]}
