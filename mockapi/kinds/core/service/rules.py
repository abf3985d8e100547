"""Rules of a Service's spec (core/v1 ServiceSpec), in the order in which the real server states them.

What cluster IPs and families must satisfy is in `addressing`: it has been checked when these rules are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mockapi.kinds.core.service.port_rules import PortRules, sharing_errors
from mockapi.kinds.core.service.spec import (
    CLUSTER,
    CLUSTER_IP,
    EXTERNAL_NAME,
    LOAD_BALANCER,
    LOCAL,
    NO_ADDRESS,
    NODE_PORT,
    is_externally_accessible,
    is_headless,
    needs_health_check,
)
from mockapi.kinds.core.service.spec import ports as ports_of
from mockapi.machinery import addresses, fielderrors, names
from mockapi.machinery.fielderrors import METADATA, SPEC, FieldError
from mockapi.machinery.meta import Object, annotations_of
from mockapi.machinery.objectmeta import validate_labels
from mockapi.registry.validation import Check, Each, Leaf, Rules, context, rule

TOPOLOGY_HINTS = "service.kubernetes.io/topology-aware-hints"
TOPOLOGY_MODE = "service.kubernetes.io/topology-mode"
_SOURCE_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"
_TYPES = (CLUSTER_IP, EXTERNAL_NAME, LOAD_BALANCER, NODE_PORT)
_POLICIES = (CLUSTER, LOCAL)
_DISTRIBUTIONS = ("PreferClose", "PreferSameNode", "PreferSameZone")
_DAY = 86400
_BALANCERS_ONLY = "may only be used when `type` is 'LoadBalancer'"


def spec_errors(service: Object, old: Object | None) -> list[FieldError]:
    """All errors of a service beside those of its metadata; addresses that `old` has may keep a form that is refused now."""
    spec, before = service["spec"], (old or {}).get("spec", {})
    several = len(ports_of(spec)) > 1
    return [
        *_topology_errors(annotations_of(service)),
        *_SHAPE.errors(spec, SPEC),
        *_BODY.errors(spec, SPEC, several=several, seen=set()),
        *_REACH.errors(spec, SPEC, existing=before.get("externalIPs") or ()),
        *_source_range_errors(service, before.get("loadBalancerSourceRanges") or ()),
        *_POLICY.errors(spec, SPEC),
    ]


def _choice(*supported: str) -> Leaf:
    def check(value: str) -> Iterator[FieldError]:
        if value not in supported:
            yield fielderrors.not_supported("", value, supported)

    return Leaf(check)


def _external_ip(value: str) -> Iterator[FieldError]:
    sentences = [] if value in context()["existing"] else addresses.strict_ip(value)
    return (fielderrors.invalid("", value, sentence) for sentence in sentences or addresses.non_special_ip(value))


def _each(check: Check) -> Leaf:
    """A list of plain values, each of which must pass the check."""

    def run(values: list[str]) -> Iterator[FieldError]:
        for position, value in enumerate(values):
            for error in check(value):
                yield FieldError(error.reason, f"[{position}]{error.field}", error.message)

    return Leaf(run)


class _Shape(Rules):
    """What a type must have and may not have."""

    ports = Leaf()
    clusterIPs = Leaf()  # noqa: N815
    ipFamilies = Leaf()  # noqa: N815
    ipFamilyPolicy = Leaf()  # noqa: N815
    externalName = Leaf()  # noqa: N815

    @rule("ports")
    def has_ports(self, spec: Object) -> Iterator[FieldError]:
        """Ports are what a service with an address is for."""
        if not spec.get("ports") and not is_headless(spec) and spec["type"] != EXTERNAL_NAME:
            yield fielderrors.required("")

    @rule("clusterIPs")
    def has_address(self, spec: Object) -> Iterator[FieldError]:
        """What is reachable from outside has an address, an alias has none."""
        if spec["type"] in {LOAD_BALANCER, NODE_PORT} and is_headless(spec):
            yield fielderrors.invalid("[0]", NO_ADDRESS, f"may not be set to 'None' for {spec['type']} services")
        yield from _not_for_aliases(spec, "clusterIPs")

    @rule("ipFamilies")
    def no_families(self, spec: Object) -> Iterator[FieldError]:
        """An alias has no address, so no family either."""
        yield from _not_for_aliases(spec, "ipFamilies")

    @rule("ipFamilyPolicy")
    def no_policy(self, spec: Object) -> Iterator[FieldError]:
        """Nor a policy about families."""
        yield from _not_for_aliases(spec, "ipFamilyPolicy")

    @rule("externalName")
    def names_target(self, spec: Object) -> Iterator[FieldError]:
        """An alias is for a DNS name, which may end in a dot."""
        if spec["type"] != EXTERNAL_NAME:
            return
        name = spec.get("externalName", "").removesuffix(".")
        if not name:
            yield fielderrors.required("")
        else:
            yield from (fielderrors.invalid("", name, sentence) for sentence in names.dns1123_subdomain(name))


def _not_for_aliases(spec: Object, field: str) -> Iterator[FieldError]:
    # A policy counts as set even when it is the empty text: in Go it is a pointer.
    is_set = spec.get(field) is not None if field == "ipFamilyPolicy" else bool(spec.get(field))
    if spec["type"] == EXTERNAL_NAME and is_set:
        yield fielderrors.forbidden("", "may not be set for ExternalName services")


class _Body(Rules):
    """Ports, selector and affinity."""

    ports = Each(PortRules)
    selector = Leaf(lambda value: validate_labels(value, fielderrors.ROOT))
    sessionAffinity = _choice("ClientIP", "None")  # noqa: N815
    sessionAffinityConfig = Leaf()  # noqa: N815

    @rule("sessionAffinityConfig")
    def lasts(self, spec: Object) -> Iterator[FieldError]:
        """Sticky sessions end within a day."""
        if spec.get("sessionAffinity") == "ClientIP":
            seconds = spec["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"]
            if not 0 < seconds <= _DAY:
                sentence = f"must be greater than 0 and less than {_DAY}"
                yield fielderrors.invalid("clientIP.timeoutSeconds", seconds, sentence)


class _Reach(Rules):
    """Addresses from outside, the type, and ports that get in each other's way."""

    externalIPs = _each(_external_ip)  # noqa: N815
    type = _choice(*_TYPES)
    ports = Leaf()

    @rule("ports")
    def do_not_clash(self, spec: Object) -> Iterable[FieldError]:
        """No port and no node port twice with one protocol."""
        return sharing_errors(ports_of(spec), internal=spec.get("type") == CLUSTER_IP)


class _Policy(Rules):
    """Load balancers and traffic policies."""

    allocateLoadBalancerNodePorts = Leaf()  # noqa: N815
    loadBalancerClass = Leaf()  # noqa: N815
    externalTrafficPolicy = Leaf()  # noqa: N815
    healthCheckNodePort = Leaf()  # noqa: N815
    internalTrafficPolicy = _choice(*_POLICIES)  # noqa: N815
    trafficDistribution = _choice(*_DISTRIBUTIONS)  # noqa: N815

    @rule("allocateLoadBalancerNodePorts")
    def is_for_balancers(self, spec: Object) -> Iterator[FieldError]:
        """Only load balancers can do without node ports."""
        if spec.get("allocateLoadBalancerNodePorts") is not None and spec["type"] != LOAD_BALANCER:
            yield fielderrors.forbidden("", _BALANCERS_ONLY)

    @rule("loadBalancerClass")
    def names_class(self, spec: Object) -> Iterator[FieldError]:
        """A class is for load balancers and named as labels are."""
        yield from class_errors(spec)

    @rule("externalTrafficPolicy")
    def routes_external_traffic(self, spec: Object) -> Iterator[FieldError]:
        """A policy about traffic from outside needs such traffic."""
        policy = spec.get("externalTrafficPolicy", "")
        if not is_externally_accessible(spec):
            if policy:
                yield fielderrors.invalid("", policy, "may only be set for externally-accessible services")
        elif policy not in _POLICIES:
            yield fielderrors.not_supported("", policy, _POLICIES)

    @rule("healthCheckNodePort")
    def answers_balancers(self, spec: Object) -> Iterator[FieldError]:
        """Only load balancers that ask for local endpoints have a port for health checks."""
        port = spec.get("healthCheckNodePort", 0)
        if needs_health_check(spec):
            sentences = names.port_number(port) if port else []
            yield from (fielderrors.invalid("", port, sentence) for sentence in sentences)
        elif port:
            sentence = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
            yield fielderrors.invalid("", port, sentence)


_SHAPE, _BODY, _REACH, _POLICY = _Shape(), _Body(), _Reach(), _Policy()


def class_errors(spec: Object) -> Iterator[FieldError]:
    """The errors of loadBalancerClass by itself, relative to it."""
    value = spec.get("loadBalancerClass")
    if value is None:
        return
    if spec["type"] != LOAD_BALANCER:
        yield fielderrors.forbidden("", _BALANCERS_ONLY)
    else:
        yield from (fielderrors.invalid("", value, sentence) for sentence in names.qualified_name(value))


def _topology_errors(annotations: dict[str, str]) -> Iterator[FieldError]:
    hints, mode = annotations.get(TOPOLOGY_HINTS), annotations.get(TOPOLOGY_MODE)
    if hints is not None and mode is not None and hints != mode:
        path = METADATA.child("annotations").key(TOPOLOGY_MODE)
        yield fielderrors.invalid(path, mode, f"must match annotations[{TOPOLOGY_HINTS}] when both are specified")


def _source_range_errors(service: Object, existing: Iterable[str]) -> Iterator[FieldError]:
    """Blocks of loadBalancerSourceRanges, whose path really begins with a capital letter, or else of the annotation before it."""
    spec, annotation = service["spec"], annotations_of(service).get(_SOURCE_RANGES)
    if spec.get("loadBalancerSourceRanges"):
        path = SPEC.child("LoadBalancerSourceRanges")
        blocks = [(path.item(position), block) for position, block in enumerate(spec["loadBalancerSourceRanges"])]
    elif annotation is not None:
        path = METADATA.child("annotations").key(_SOURCE_RANGES)
        blocks = [(path, block) for block in annotation.split(",")] if annotation.strip() else []
    else:
        return
    if spec["type"] != LOAD_BALANCER:
        yield fielderrors.forbidden(path, _BALANCERS_ONLY)
    for place, padded in blocks:
        block = padded.strip()
        for sentence in () if padded in existing else addresses.strict_cidr(block):
            yield fielderrors.invalid(place, block, sentence)
