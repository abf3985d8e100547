"""networking.k8s.io/v1 NetworkPolicy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mockapi.kinds.podspec.checks import label_selector, part, port
from mockapi.machinery import addresses, fielderrors, names
from mockapi.machinery.addresses import Network
from mockapi.machinery.fielderrors import SPEC, FieldError, Path
from mockapi.machinery.meta import Object
from mockapi.registry.columns import AGE, NAME
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import selector
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy
from mockapi.registry.validation import WHOLE, Each, Leaf, Part, Rules, rule

_INGRESS, _EGRESS = "Ingress", "Egress"
_PROTOCOLS = ("TCP", "UDP", "SCTP")
# The two directions: the list of rules, and the list of peers in each of them.
_DIRECTIONS = (("ingress", "from"), ("egress", "to"))


def _cidr(value: str) -> Iterator[FieldError]:
    if not value:
        yield fielderrors.required("")
        return
    yield from (fielderrors.invalid("", value, sentence) for sentence in addresses.strict_cidr(value))


def _is_within(inner: Network, outer: Network) -> bool:
    """Whether a block is a part of another, and not all of it."""
    return inner.version == outer.version and inner.prefixlen > outer.prefixlen and inner.network_address in outer


def _protocol(value: str) -> Iterator[FieldError]:
    if value not in _PROTOCOLS:
        yield fielderrors.not_supported("", value, _PROTOCOLS)


def _policy_types(values: list[str]) -> Iterator[FieldError]:
    if len(values) > len(_DIRECTIONS):
        yield fielderrors.invalid("", values, "may not specify more than two policyTypes")
        return
    for position, value in enumerate(values):
        if value not in {_INGRESS, _EGRESS}:
            yield fielderrors.not_supported(f"[{position}]", value, (_INGRESS, _EGRESS))


class PortRules(Rules):
    """NetworkPolicyPort."""

    protocol = Leaf(_protocol)

    @rule(WHOLE)
    def is_range(self, chosen: Object) -> Iterator[FieldError]:
        """A port by number may be the first of a range (KEP-2079)."""
        first, last = chosen.get("port"), chosen.get("endPort")
        found = list(part(chosen, "port", port))
        if last is not None:
            ending = list(_end_port(first, last))
            found = ending + found if isinstance(first, str) else found + ending
        yield from found


def _end_port(first: int | str | None, last: int) -> Iterator[FieldError]:
    if first is None:
        yield fielderrors.invalid("endPort", last, "may not be specified when `port` is not specified")
    elif isinstance(first, str):
        yield fielderrors.invalid("endPort", last, "may not be specified when `port` is non-numeric")
    else:
        if last < first:
            yield fielderrors.invalid("endPort", last, "must be greater than or equal to `port`")
        yield from (fielderrors.invalid("endPort", last, sentence) for sentence in names.port_number(last))


class BlockRules(Rules):
    """IPBlock: addresses of a block but for those of smaller blocks within."""

    cidr = Leaf(_cidr)

    @rule("except")
    def lies_within(self, block: Object) -> Iterator[FieldError]:
        """Nothing is said of exceptions to what is no block."""
        outer = addresses.parse_cidr(block["cidr"])
        for position, value in enumerate(block.get("except") or () if outer else ()):
            place = f"[{position}]"
            yield from (fielderrors.invalid(place, value, sentence) for sentence in addresses.strict_cidr(value))
            inner = addresses.parse_cidr(value)
            if inner and outer and not _is_within(inner[1], outer[1]):
                yield fielderrors.invalid(place, value, "must be a strict subset of `cidr`")


class PeerRules(Rules):
    """NetworkPolicyPeer: pods by their labels and those of their namespaces, or else addresses."""

    podSelector = Leaf(label_selector)  # noqa: N815
    namespaceSelector = Leaf(label_selector)  # noqa: N815
    ipBlock = Part(BlockRules)  # noqa: N815

    @rule(WHOLE)
    def is_one_kind(self, peer: Object) -> Iterator[FieldError]:
        """Labels and addresses do not go together."""
        given = [field for field in self.fields if peer.get(field) is not None]
        if not given:
            yield fielderrors.required("", "must specify a peer")
        elif len(given) > 1 and "ipBlock" in given:
            yield fielderrors.forbidden("", "may not specify both ipBlock and another peer")


class IngressRules(Rules):
    """NetworkPolicyIngressRule."""

    class Meta(Rules.Meta):
        """A field whose name is a keyword of Python."""

        include = {"from": Each(PeerRules)}  # noqa: RUF012 (so marshmallow wants it)

    ports = Each(PortRules)


class EgressRules(Rules):
    """NetworkPolicyEgressRule."""

    ports = Each(PortRules)
    to = Each(PeerRules)


class SpecRules(Rules):
    """NetworkPolicySpec."""

    podSelector = Leaf(label_selector)  # noqa: N815
    ingress = Each(IngressRules)
    egress = Each(EgressRules)
    policyTypes = Leaf(_policy_types)  # noqa: N815


_SPEC = SpecRules()


class NetworkPolicyStrategy(Strategy):
    """Which traffic reaches and leaves the pods that it selects; there is no status."""

    keeps_generation = True

    def default(self, obj: Object) -> None:
        spec = obj["spec"]
        for rules, _ in _DIRECTIONS:
            for each in spec.get(rules) or ():
                for chosen in each.get("ports") or ():
                    if chosen.get("protocol") is None:
                        chosen["protocol"] = "TCP"
        if not spec.get("policyTypes"):
            spec["policyTypes"] = [_INGRESS, _EGRESS] if spec.get("egress") else [_INGRESS]

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        return _SPEC.errors(obj["spec"], SPEC)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        found = []
        for place, block in _blocks(obj["spec"]):
            found += addresses.cidr_warnings(place.child("cidr"), block["cidr"])
            for position, value in enumerate(block.get("except") or ()):
                found += addresses.cidr_warnings(place.child("except").item(position), value)
        return found


def _blocks(spec: Object) -> Iterator[tuple[Path, Object]]:
    for rules, peers in _DIRECTIONS:
        for position, each in enumerate(spec.get(rules) or ()):
            for number, peer in enumerate(each.get(peers) or ()):
                if peer.get("ipBlock") is not None:
                    yield SPEC.child(rules).item(position).child(peers).item(number).child("ipBlock"), peer["ipBlock"]


def _pod_selector(obj: Object, _now: datetime) -> str:
    return selector(obj["spec"]["podSelector"])


KIND = Kind(
    group="networking.k8s.io",
    version="v1",
    kind="NetworkPolicy",
    plural="networkpolicies",
    short_names=("netpol",),
    strategy=NetworkPolicyStrategy(),
    columns=(
        NAME,
        Column("Pod-Selector", _pod_selector, documented_by="spec.podSelector"),
        AGE,
    ),
)
