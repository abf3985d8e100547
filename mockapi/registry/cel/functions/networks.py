"""The functions of URLs, addresses and networks that Kubernetes adds (KEP-2876, KEP-4358)."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_interface
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

from mockapi.registry.cel.overloads import Overload, methods
from mockapi.registry.cel.types import BOOL, CIDR, INT, IP, STRING, URL, list_of, map_of
from mockapi.registry.cel.values import EvaluationError

_Address = IPv4Address | IPv6Address
_Network = IPv4Network | IPv6Network


def _url(text: str) -> SplitResult:
    """An absolute URI or an absolute path."""
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError as failure:
        raise EvaluationError(f'URL parse error during conversion from string: parse "{text}": {failure}') from failure
    if not (url.scheme or text.startswith("/")) or any(letter <= " " or letter == "\x7f" for letter in text):
        raise EvaluationError(f'URL parse error during conversion from string: parse "{text}": invalid URI for request')
    return url


def _ip(text: str) -> _Address:
    """An address without zone, and not an IPv4 address written as an IPv6 one."""
    try:
        address = ip_address(text)
    except ValueError as failure:
        raise EvaluationError(f'IP Address "{text}" parse error during conversion from string: unable to parse IP') from failure
    if isinstance(address, IPv6Address) and (address.scope_id or (address.ipv4_mapped is not None)):
        what = "with zone value" if address.scope_id else "IPv4-mapped IPv6 address"
        raise EvaluationError(f'{what} "{text}" is not allowed')
    return address


def _cidr(text: str) -> _Network:
    if "/" not in text:
        raise EvaluationError(f"network address parse error during conversion from string: netip.ParsePrefix(\"{text}\"): no '/'")
    try:
        interface = ip_interface(text)
    except ValueError as failure:
        raise EvaluationError(f'network address parse error during conversion from string: netip.ParsePrefix("{text}")') from failure
    return _Cidr4(interface) if isinstance(interface, IPv4Address) else _Cidr6(interface)


class _Cidr4(IPv4Network):
    """A network that remembers the address by which it was given."""

    def __init__(self, interface: Any) -> None:
        super().__init__(interface.with_prefixlen, strict=False)
        self.given = interface.ip


class _Cidr6(IPv6Network):
    """The same for IPv6."""

    def __init__(self, interface: Any) -> None:
        super().__init__(interface.with_prefixlen, strict=False)
        self.given = interface.ip


def _succeeds(convert: Callable[[str], Any]) -> Callable[[str], bool]:
    def test(text: str) -> bool:
        try:
            convert(text)
        except EvaluationError:
            return False
        return True

    return test


def _host(url: SplitResult) -> str:
    return url.netloc.rpartition("@")[2]


def _hostname(url: SplitResult) -> str:
    host = _host(url)
    if host.startswith("["):
        return host[1 : host.index("]")]
    return host.partition(":")[0]


def _unicast_global(address: _Address) -> bool:
    broadcast = isinstance(address, IPv4Address) and int(address) == 2**32 - 1
    return not (address.is_unspecified or address.is_loopback or address.is_multicast or address.is_link_local or broadcast)


def _local_multicast(address: _Address) -> bool:
    if isinstance(address, IPv4Address):
        return address in IPv4Network("224.0.0.0/24")
    return address.is_multicast and address.packed[1] & 0x0F == 2


def _contains_ip(network: _Network, address: Any) -> bool:
    return (_ip(address) if isinstance(address, str) else address) in network


def _contains_cidr(network: _Network, other: Any) -> bool:
    inner = _cidr(other) if isinstance(other, str) else other
    return inner.version == network.version and inner.prefixlen >= network.prefixlen and inner.network_address in network


def _family(value: Any) -> int:
    return int(value.version)


OVERLOADS = [
    Overload("url", (STRING,), URL, _url),
    Overload("isURL", (STRING,), BOOL, _succeeds(_url)),
    *methods("getScheme", URL, STRING, lambda url: url.scheme),
    *methods("getHost", URL, STRING, _host),
    *methods("getHostname", URL, STRING, _hostname),
    *methods("getPort", URL, STRING, lambda url: "" if url.port is None else str(url.port)),
    *methods("getEscapedPath", URL, STRING, lambda url: url.path),
    *methods("getQuery", URL, map_of(STRING, list_of(STRING)), lambda url: parse_qs(url.query, keep_blank_values=True)),
    Overload("ip", (STRING,), IP, _ip),
    Overload("isIP", (STRING,), BOOL, _succeeds(_ip)),
    Overload("ip.isCanonical", (STRING,), BOOL, lambda text: str(_ip(text)) == text),
    *methods("family", IP, INT, _family),
    *methods("isUnspecified", IP, BOOL, lambda address: address.is_unspecified),
    *methods("isLoopback", IP, BOOL, lambda address: address.is_loopback),
    *methods("isLinkLocalMulticast", IP, BOOL, _local_multicast),
    *methods("isLinkLocalUnicast", IP, BOOL, lambda address: address.is_link_local),
    *methods("isGlobalUnicast", IP, BOOL, _unicast_global),
    Overload("string", (IP,), STRING, str),
    Overload("cidr", (STRING,), CIDR, _cidr),
    Overload("isCIDR", (STRING,), BOOL, _succeeds(_cidr)),
    *methods("containsIP", CIDR, BOOL, _contains_ip, STRING, IP),
    *methods("containsCIDR", CIDR, BOOL, _contains_cidr, STRING, CIDR),
    *methods("ip", CIDR, IP, lambda network: network.given),
    *methods("masked", CIDR, CIDR, lambda network: _cidr(str(network))),
    *methods("prefixLength", CIDR, INT, lambda network: network.prefixlen),
    Overload("string", (CIDR,), STRING, lambda network: f"{network.given}/{network.prefixlen}"),
]
