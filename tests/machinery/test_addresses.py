"""IP addresses and CIDR blocks."""

import pytest

from mockapi.machinery import addresses


@pytest.mark.parametrize("text", ["10.9.8.7", "010.1.2.3", "::1", "2001:db8::ffff", "::ffff:1.2.3.4", "FE80::01"])
def test_addresses(text):
    assert addresses.ip(text) == []


@pytest.mark.parametrize("text", ["", "10.96.300.1", "none", "1.2.3", "fe80::1%eth0", "1.2.3.4/32", "::ffff:1.2.3"])
def test_no_addresses(text):
    assert addresses.ip(text) == ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"]


def test_mapped_addresses_are_ipv4():
    assert str(addresses.parse_ip("::ffff:010.0.0.1")) == "10.0.0.1"


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("10.0.0.0/8", True),
        ("10.0.0.1/08", True),
        ("2001:db8::/64", True),
        ("::ffff:1.2.3.0/120", True),
        ("10.0.0.0", False),
        ("10.0.0.0/33", False),
        ("10.0.0.0/-1", False),
        ("::/129", False),
    ],
)
def test_blocks(text, valid):
    assert addresses.cidr(text) == ([] if valid else ["must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"])


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("203.0.113.9", []),
        ("127.0.0.1", ["may not be in the loopback range (127.0.0.0/8, ::1/128)"]),
        ("169.254.1.1", ["may not be in the link-local range (169.254.0.0/16, fe80::/10)"]),
        ("0.0.0.0", ["may not be unspecified (0.0.0.0)"]),
        ("::", ["may not be unspecified (::)"]),
        ("224.0.0.5", ["may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"]),
        ("ff02::1", ["may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"]),
        ("225.0.0.5", []),
        ("myhost", ["must be a valid IP address"]),
    ],
)
def test_addresses_for_traffic(text, messages):
    assert addresses.non_special_ip(text) == messages


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        ("10.1.2.3", []),
        ("2001:db8::1", []),
        ("010.1.2.3", ['f: non-standard IP address "010.1.2.3" will be considered invalid in a future Kubernetes release: use "10.1.2.3"']),
        ("2001:DB8::1", ['f: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")']),
    ],
)
def test_warnings_of_addresses(text, warnings):
    assert addresses.ip_warnings("f", text) == warnings


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        ("10.0.0.0/8", []),
        ("10.0.0.1/8", ['f: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)']),
        (
            "10.0.0.0/08",
            ['f: non-standard CIDR value "10.0.0.0/08" will be considered invalid in a future Kubernetes release: use "10.0.0.0/8"'],
        ),
        ("2001:DB8::/64", ['f: IPv6 CIDR value "2001:DB8::/64" should be in RFC 5952 canonical format ("2001:db8::/64")']),
    ],
)
def test_warnings_of_blocks(text, warnings):
    assert addresses.cidr_warnings("f", text) == warnings


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("10.9.8.7", []),
        ("2001:DB8:0::1", []),
        ("010.9.8.7", ["must not have leading 0s"]),
        ("::ffff:1.2.3.4", ["must not be an IPv4-mapped IPv6 address"]),
        ("", ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"]),
    ],
)
def test_strict_addresses(text, messages):
    assert addresses.strict_ip(text) == messages


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("192.0.2.0/24", []),
        ("2001:db8::/48", []),
        ("010.0.0.0/8", ["must not have leading 0s in IP or prefix length"]),
        ("10.0.0.0/08", ["must not have leading 0s in IP or prefix length"]),
        ("::ffff:1.2.3.0/120", ["must not have an IPv4-mapped IPv6 address"]),
        ("192.0.2.9/24", ["must not have bits set beyond the prefix length"]),
        ("all", ["must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"]),
    ],
)
def test_strict_blocks(text, messages):
    assert addresses.strict_cidr(text) == messages
