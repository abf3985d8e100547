"""What a Service's author is warned of."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.core.service.rules import TOPOLOGY_HINTS, TOPOLOGY_MODE
from mockapi.kinds.core.service.spec import CLUSTER_IP, EXTERNAL_NAME, NO_ADDRESS, cluster_ips, is_headless
from mockapi.machinery import addresses
from mockapi.machinery.fielderrors import SPEC
from mockapi.machinery.meta import Object, annotations_of


def service_warnings(service: Object) -> Iterator[str]:
    """Sentences about fields that are deprecated, ignored or written in an unusual form."""
    spec = service["spec"]
    headless = spec["type"] == CLUSTER_IP and spec.get("clusterIP") == NO_ADDRESS
    if TOPOLOGY_HINTS in annotations_of(service):
        yield f"annotation {TOPOLOGY_HINTS} is deprecated, please use {TOPOLOGY_MODE} instead"
    yield from _ip_warnings("clusterIPs", [] if is_headless(spec) else cluster_ips(spec))
    if headless:
        yield from _ignored_when_headless(spec)
    yield from _ip_warnings("externalIPs", spec.get("externalIPs") or [])
    if spec.get("externalIPs") and not headless and spec["type"] != EXTERNAL_NAME:
        yield "spec.externalIPs is deprecated and may no longer be implemented in some clusters"
    yield from addresses.ip_warnings("spec.loadBalancerIP", spec.get("loadBalancerIP", ""))
    for position, block in enumerate(spec.get("loadBalancerSourceRanges") or ()):
        yield from addresses.cidr_warnings(SPEC.child("loadBalancerSourceRanges").item(position), block)
    yield from _ignored_for_type(spec)
    if spec.get("trafficDistribution") == "PreferClose":
        yield 'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'


def _ip_warnings(field: str, ips: list[str]) -> Iterator[str]:
    for position, ip in enumerate(ips):
        yield from addresses.ip_warnings(SPEC.child(field).item(position), ip)


def _ignored_when_headless(spec: Object) -> Iterator[str]:
    for field in ("loadBalancerIP", "externalIPs"):
        if spec.get(field):
            yield f"spec.{field} is ignored for headless services"
    if spec["sessionAffinity"] != "None":
        yield "spec.SessionAffinity is ignored for headless services"


def _ignored_for_type(spec: Object) -> Iterator[str]:
    if spec["type"] == EXTERNAL_NAME and spec.get("externalIPs"):
        yield f'spec.externalIPs is ignored when spec.type is "{EXTERNAL_NAME}"'
    if spec["type"] != EXTERNAL_NAME and spec.get("externalName"):
        yield f'spec.externalName is ignored when spec.type is not "{EXTERNAL_NAME}"'
