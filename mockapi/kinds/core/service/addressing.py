"""IP families and cluster IPs of a Service: what is filled in from the cluster, and what does not fit together (KEP-563, dual stack).

A real server does this before it allocates, and so answers these errors alone, without the others of the object.
"""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.core.service.spec import NO_ADDRESS, cluster_ips, ip_families, is_headless, needs_cluster_ip
from mockapi.machinery import addresses, fielderrors
from mockapi.machinery.fielderrors import SPEC, FieldError
from mockapi.machinery.meta import Object

IPV4, IPV6 = "IPv4", "IPv6"
SINGLE, PREFER, REQUIRE = "SingleStack", "PreferDualStack", "RequireDualStack"
_IPS, _FAMILIES, _POLICY = SPEC.child("clusterIPs"), SPEC.child("ipFamilies"), SPEC.child("ipFamilyPolicy")


def complete_families(spec: Object, old: Object | None, configured: tuple[str, ...]) -> list[FieldError]:
    """Fills in ipFamilyPolicy and ipFamilies, in place; `configured` are the cluster's families, the default one first.

    Returns errors instead when what is given does not fit together or not the cluster.
    """
    if not needs_cluster_ip(spec) or (old is not None and _keeps_preferred(spec, old)):
        return []
    if spec.get("ipFamilyPolicy") is None:
        spec["ipFamilyPolicy"] = _default_policy(spec, old)
    errors = list(address_errors(spec, cluster_ips(old or {})))
    if not errors:
        errors = [*(_shrink(spec, old) if old else ()), *_policy_errors(spec), *_infer_families(spec, configured)]
    if errors:
        return errors
    if spec.get("clusterIP") == NO_ADDRESS and not spec.get("selector"):
        _complete(spec, configured, both=True)
        return []
    errors = list(_cluster_errors(spec, configured))
    if not errors:
        _complete(spec, configured, both=len(configured) > 1)
    return errors


def _keeps_preferred(spec: Object, old: Object) -> bool:
    """PreferDualStack services are left alone as long as nothing about their addresses changes."""
    if spec["type"] != old["type"] or spec.get("ipFamilyPolicy") != PREFER or old.get("ipFamilyPolicy", PREFER) != PREFER:
        return False
    return cluster_ips(spec) == cluster_ips(old) and ip_families(spec) == ip_families(old)


def _default_policy(spec: Object, old: Object | None) -> str:
    if old and old.get("ipFamilyPolicy") is not None:
        return str(old["ipFamilyPolicy"])
    # Nobody knows what endpoints a service without selector will be given.
    return REQUIRE if spec.get("clusterIP") == NO_ADDRESS and not spec.get("selector") else SINGLE


def _shrink(spec: Object, old: Object) -> Iterator[FieldError]:
    """Going back to a single stack gives up the second address; under another policy that must not happen by the way."""
    for field, what in (("clusterIPs", "cluster IP"), ("ipFamilies", "IP family")):
        now, before = spec.get(field) or [], old.get(field) or []
        if spec["ipFamilyPolicy"] == SINGLE:
            if now == before and len(now) > 1:
                spec[field] = now[:1]
        elif now and len(now) < len(before):
            yield fielderrors.invalid(_POLICY, spec["ipFamilyPolicy"], f"must be 'SingleStack' to release the secondary {what}")


def _policy_errors(spec: Object) -> Iterator[FieldError]:
    if spec["ipFamilyPolicy"] != SINGLE:
        return
    for values, what in ((cluster_ips(spec), "cluster IPs"), (ip_families(spec), "IP families")):
        if len(values) == 2:
            sentence = f"must be 'RequireDualStack' or 'PreferDualStack' when multiple {what} are specified"
            yield fielderrors.invalid(_POLICY, SINGLE, sentence)


def _infer_families(spec: Object, configured: tuple[str, ...]) -> Iterator[FieldError]:
    """Families that were not named follow from the addresses that were."""
    for position, ip in enumerate(cluster_ips(spec)):
        if ip == NO_ADDRESS:
            return
        if position < len(ip_families(spec)):
            continue
        family = family_of(ip)
        if family in configured:
            spec["ipFamilies"] = [*ip_families(spec), family]
        else:
            yield fielderrors.invalid(_IPS.item(position), cluster_ips(spec), f"{family} is not configured on this cluster")


def _cluster_errors(spec: Object, configured: tuple[str, ...]) -> Iterator[FieldError]:
    if spec["ipFamilyPolicy"] == REQUIRE and len(configured) < 2:
        yield fielderrors.invalid(_POLICY, REQUIRE, "this cluster is not configured for dual-stack services")
    for position, family in enumerate(ip_families(spec)):
        if family not in configured:
            yield fielderrors.invalid(_FAMILIES.item(position), family, "not configured on this cluster")


def _complete(spec: Object, configured: tuple[str, ...], *, both: bool) -> None:
    families = list(ip_families(spec)) or [configured[0]]
    if both and len(families) == 1 and spec["ipFamilyPolicy"] != SINGLE:
        families.append(IPV6 if families[0] == IPV4 else IPV4)
    spec["ipFamilies"] = families


def family_of(ip: str) -> str:
    """The IP family of a valid address."""
    address = addresses.parse_ip(ip)
    return IPV6 if address is not None and address.version == 6 else IPV4


def address_errors(spec: Object, existing: list[str]) -> Iterator[FieldError]:
    """How clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy disagree; addresses in `existing` pass whatever their form."""
    ips = cluster_ips(spec)
    yield from _plural_errors(spec.get("clusterIP", ""), ips)
    yield from _family_errors(ip_families(spec))
    if spec.get("ipFamilyPolicy") not in {None, SINGLE, PREFER, REQUIRE}:
        yield fielderrors.not_supported(_POLICY, spec["ipFamilyPolicy"], (PREFER, REQUIRE, SINGLE))
    malformed = list(_ip_errors(ips, existing))
    yield from malformed
    if len(ips) > 2:
        yield fielderrors.invalid(_IPS, ips, "may only hold up to 2 values")
    if malformed:
        return
    if len(ips) > 1 and len({family_of(ip) for ip in ips}) < 2:
        yield fielderrors.invalid(_IPS, ips, "may specify no more than one IP for each IP family")
    if not is_headless(spec):
        yield from _mismatches(ips, ip_families(spec))


def _plural_errors(single: str, ips: list[str]) -> Iterator[FieldError]:
    if single and not ips:
        yield fielderrors.required(_IPS)
    elif single and ips[0] != single:
        yield fielderrors.invalid(_IPS, ips, "first value must match `clusterIP`")
    elif ips and not single:
        yield fielderrors.invalid(_IPS, ips, "must be empty when `clusterIP` is not specified")


def _family_errors(families: list[str]) -> Iterator[FieldError]:
    for position, family in enumerate(families):
        if family not in {IPV4, IPV6}:
            yield fielderrors.not_supported(_FAMILIES.item(position), family, (IPV4, IPV6))
        if family in families[:position]:
            yield fielderrors.duplicate(_FAMILIES.item(position), family)


def _ip_errors(ips: list[str], existing: list[str]) -> Iterator[FieldError]:
    for position, ip in enumerate(ips):
        if position == 0 and ip == NO_ADDRESS:
            if len(ips) > 1:
                yield fielderrors.invalid(_IPS, ips, "'None' must be the first and only value")
        elif ip not in existing:
            for sentence in addresses.strict_ip(ip):
                yield fielderrors.invalid(_IPS.item(position), ip, sentence)


def _mismatches(ips: list[str], families: list[str]) -> Iterator[FieldError]:
    for position, (ip, family) in enumerate(zip(ips, families, strict=False)):
        if family in {IPV4, IPV6} and family_of(ip) != family:
            sentence = f"expected an {family} value as indicated by `ipFamilies[{position}]`"
            yield fielderrors.invalid(_IPS.item(position), ip, sentence)
