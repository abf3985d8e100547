"""Hints for where an endpoint is to be used from: Service spec.trafficDistribution (KEP-4444, KEP-3015)."""

from __future__ import annotations

from mockapi.controllers.service_endpoints.plan import Plan
from mockapi.controllers.service_endpoints.slices import endpoints_of
from mockapi.machinery.meta import Object, Objects

_SAME_ZONE = frozenset({"PreferClose", "PreferSameZone", "PreferSameNode"})


def give_hints(plan: Plan, distribution: str | None) -> None:
    """Sets the hints in all slices of the plan; slices that were to be kept are updated where theirs are wrong."""
    stale = [slice_ for slice_ in plan.keep if _hinted(slice_, distribution) != endpoints_of(slice_)]
    plan.keep = [slice_ for slice_ in plan.keep if slice_ not in stale]
    for slices in (plan.create, plan.update, stale):
        for position, slice_ in enumerate(slices):
            slices[position] = {**slice_, "endpoints": _hinted(slice_, distribution)}
    plan.update += stale


def _hinted(slice_: Object, distribution: str | None) -> Objects:
    return [_with_hints(endpoint, distribution) for endpoint in endpoints_of(slice_)]


def _with_hints(endpoint: Object, distribution: str | None) -> Object:
    if distribution in _SAME_ZONE and not endpoint.get("conditions", {}).get("ready"):
        return endpoint
    bare = {name: value for name, value in endpoint.items() if name != "hints"}
    hints: Object = {}
    if distribution in _SAME_ZONE and endpoint.get("zone"):
        hints["forZones"] = [{"name": endpoint["zone"]}]
    if distribution == "PreferSameNode" and endpoint.get("nodeName"):
        hints["forNodes"] = [{"name": endpoint["nodeName"]}]
    return {**bare, "hints": hints} if hints else bare
