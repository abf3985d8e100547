"""Rules of a pod's own resolver (core/v1 PodDNSConfig, HostAlias)."""

from __future__ import annotations

from collections.abc import Iterator

from mockapi.kinds.podspec.checks import each, grammar, under
from mockapi.machinery import addresses, fielderrors, names
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object

POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_MAX_SERVERS = 3
_MAX_SEARCHES = 32
_MAX_SEARCH_TEXT = 2048


def dns_config(config: Object | None, policy: str) -> Iterator[FieldError]:
    """Pod.spec.dnsConfig under a dnsPolicy, relative to it."""
    config = config or {}
    servers, searches = config.get("nameservers") or [], config.get("searches") or []
    if policy == "None":
        if not config:
            yield fielderrors.required("", "must provide `dnsConfig` when `dnsPolicy` is None")
        elif not servers:
            yield fielderrors.required("nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None")
    if len(servers) > _MAX_SERVERS:
        yield fielderrors.invalid("nameservers", servers, f"must not have more than {_MAX_SERVERS} nameservers")
    yield from under("nameservers", each(grammar(addresses.ip, must=True))(servers))
    yield from under("searches", _searches(searches))
    for position, option in enumerate(config.get("options") or ()):
        if not option.get("name"):
            yield fielderrors.required(f"options[{position}]", "must not be empty")


def _searches(searches: list[str]) -> Iterator[FieldError]:
    if len(searches) > _MAX_SEARCHES:
        yield fielderrors.invalid("", searches, f"must not have more than {_MAX_SEARCHES} search paths")
    if len(" ".join(searches)) > _MAX_SEARCH_TEXT:
        sentence = f"must not have more than {_MAX_SEARCH_TEXT} characters (including spaces) in the search list"
        yield fielderrors.invalid("", searches, sentence)
    for position, search in enumerate(searches):
        if search != ".":
            stem = search.removesuffix(".")
            messages = names.dns1123_subdomain_with_underscore(stem)
            yield from (fielderrors.invalid(f"[{position}]", stem, message) for message in messages)


def host_alias(alias: Object) -> Iterator[FieldError]:
    """One of Pod.spec.hostAliases."""
    address = alias.get("ip", "")
    yield from (fielderrors.invalid("ip", address, message) for message in addresses.ip(address))
    for position, host in enumerate(alias.get("hostnames") or ()):
        yield from (fielderrors.invalid(f"hostnames[{position}]", host, message) for message in names.dns1123_subdomain(host))
