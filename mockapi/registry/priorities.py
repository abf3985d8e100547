"""The rank of groups and versions in discovery, as the real API server registers them (apiregistration.k8s.io/v1 APIService)."""

from __future__ import annotations

from typing import NamedTuple


class Priority(NamedTuple):
    """spec.groupPriorityMinimum and spec.versionPriority of an APIService: what is higher comes first."""

    group: int
    version: int


OF_CUSTOM = Priority(1000, 100)
OWN_GROUP = "apiregistration.k8s.io"
"""The group of the registrations themselves: it comes before all others, and is not registered."""
_FIRST = Priority(20000, 0)
_GROUPS = {
    "apps": 17800,
    "events.k8s.io": 17750,
    "authentication.k8s.io": 17700,
    "authorization.k8s.io": 17600,
    "autoscaling": 17500,
    "batch": 17400,
    "certificates.k8s.io": 17300,
    "networking.k8s.io": 17200,
    "policy": 17100,
    "rbac.authorization.k8s.io": 17000,
    "storage.k8s.io": 16800,
    "admissionregistration.k8s.io": 16700,
    "apiextensions.k8s.io": 16700,
    "scheduling.k8s.io": 16600,
    "coordination.k8s.io": 16500,
    "node.k8s.io": 16300,
    "discovery.k8s.io": 16200,
    "resource.k8s.io": 16200,
    "flowcontrol.apiserver.k8s.io": 16100,
    "metrics.k8s.io": 100,
}
_VERSIONS = {("", "v1"): 1, ("autoscaling", "v2"): 30, ("flowcontrol.apiserver.k8s.io", "v1"): 21, ("metrics.k8s.io", "v1beta1"): 100}
_STABLE = 15
_CORE = 18000


def priority(group: str, version: str) -> Priority:
    """The priority of a group's version; the core group is ""."""
    if group == OWN_GROUP:
        return _FIRST
    if group and group not in _GROUPS:
        return OF_CUSTOM
    return Priority(_GROUPS.get(group, _CORE), _VERSIONS.get((group, version), _STABLE))
