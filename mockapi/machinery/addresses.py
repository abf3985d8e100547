"""IP addresses and CIDR blocks as the API reads them: the lenient reading of old fields, the sentences and the warnings."""

from __future__ import annotations

import ipaddress
import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_LEADING_ZEROS = re.compile(r"\b0+(?=[0-9a-fA-F])")
_INVALID_IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
_INVALID_CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"


def parse_ip(text: str) -> Address | None:
    """The address, or None when it is none. Leading zeros are allowed; an IPv4-mapped IPv6 address is the IPv4 address."""
    if "%" in text:
        return None
    try:
        address = ipaddress.ip_address(_LEADING_ZEROS.sub("", text))
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def parse_cidr(text: str) -> tuple[Address, Network] | None:
    """The address as written and the block it lies in, or None when it is no CIDR block."""
    host, slash, length = text.partition("/")
    address = parse_ip(host)
    if address is None or not slash or not re.fullmatch("[0-9]+", length):
        return None
    bits = int(length) - (96 if address.version == 4 and ":" in host else 0)
    if not 0 <= bits <= address.max_prefixlen:
        return None
    return address, ipaddress.ip_network(f"{address}/{bits}", strict=False)


def ip(value: str) -> list[str]:
    """An address of either family."""
    return [] if parse_ip(value) else [_INVALID_IP]


def cidr(value: str) -> list[str]:
    """A block of either family."""
    return [] if parse_cidr(value) else [_INVALID_CIDR]


def strict_ip(value: str) -> list[str]:
    """An address that every reader takes for the same (KEP-4858): no leading zeros, not IPv4-mapped."""
    if parse_ip(value) is None:
        return [_INVALID_IP]
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return ["must not have leading 0s"]
    return ["must not be an IPv4-mapped IPv6 address"] if isinstance(address, IPv6Address) and address.ipv4_mapped else []


def strict_cidr(value: str) -> list[str]:
    """A block that every reader takes for the same (KEP-4858): no leading zeros, not IPv4-mapped, no bits beyond the length."""
    parsed = parse_cidr(value)
    if parsed is None:
        return [_INVALID_CIDR]
    host, _, length = value.partition("/")
    if len(length) > 1 and length.startswith("0"):
        return ["must not have leading 0s in IP or prefix length"]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return ["must not have leading 0s in IP or prefix length"]
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return ["must not have an IPv4-mapped IPv6 address"]
    return ["must not have bits set beyond the prefix length"] if parsed[0] != parsed[1].network_address else []


def non_special_ip(value: str) -> list[str]:
    """An address that traffic can be sent to from elsewhere: what endpoints and external IPs must be."""
    address = parse_ip(value)
    if address is None:
        return ["must be a valid IP address"]
    ranges = {
        f"may not be unspecified ({value})": address.is_unspecified,
        "may not be in the loopback range (127.0.0.0/8, ::1/128)": address.is_loopback,
        "may not be in the link-local range (169.254.0.0/16, fe80::/10)": address.is_link_local,
        "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)": _is_link_local_multicast(address),
    }
    return [sentence for sentence, applies in ranges.items() if applies]


def _is_link_local_multicast(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return address in IPv4Network("224.0.0.0/24")
    return address.packed[0] == 0xFF and address.packed[1] & 0x0F == 0x02


def ip_warnings(field: str, value: str) -> list[str]:
    """What the server warns of a valid address that is not in its usual form."""
    address = parse_ip(value)
    if address is None or value == str(address):
        return []
    if _is_standard(value):
        return [f'{field}: IPv6 address "{value}" should be in RFC 5952 canonical format ("{address}")']
    return [f'{field}: non-standard IP address "{value}" will be considered invalid in a future Kubernetes release: use "{address}"']


def cidr_warnings(field: str, value: str) -> list[str]:
    """What the server warns of a valid block that is not in its usual form."""
    parsed = parse_cidr(value)
    if parsed is None or value == str(parsed[1]):
        return []
    address, network = parsed
    warnings = []
    if address != network.network_address:
        one = f"{address}/{address.max_prefixlen}"
        warnings.append(f'{field}: CIDR value "{value}" is ambiguous in this context (should be "{network}" or "{one}"?)')
    if not _is_standard(value):
        use = f'use "{network}"'
        warnings.append(f'{field}: non-standard CIDR value "{value}" will be considered invalid in a future Kubernetes release: {use}')
    if not warnings:
        warnings.append(f'{field}: IPv6 CIDR value "{value}" should be in RFC 5952 canonical format ("{network}")')
    return warnings


def _is_standard(value: str) -> bool:
    """Whether strict readers take it too: no leading zeros in IPv4 or in the length, not IPv4-mapped."""
    host, _, length = value.partition("/")
    if len(length) > 1 and length.startswith("0"):
        return False
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return not (isinstance(address, IPv6Address) and address.ipv4_mapped)
