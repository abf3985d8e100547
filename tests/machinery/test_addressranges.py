from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.machinery.addressranges import AddressRange, parse_range

ADDRESSES = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("192.0.2.0/30", "192.0.2.1", "192.0.2.2"),
        ("192.0.2.0/31", "192.0.2.0", "192.0.2.1"),
        ("192.0.2.7/32", "192.0.2.7", "192.0.2.7"),
        ("192.0.2.1-192.0.2.3", "192.0.2.1", "192.0.2.3"),
        ("192.0.2.1 - 192.0.2.1", "192.0.2.1", "192.0.2.1"),
    ],
)
def test_what_is_a_range(text: str, first: str, last: str) -> None:
    found = parse_range(text)
    assert str(found) == f"{first}-{last}"
    addresses = list(found)
    assert (addresses[0], addresses[-1], len(addresses)) == (first, last, found.size)


@pytest.mark.parametrize("text", ["", "192.0.2.1", "192.0.2.1/24", "192.0.2.2-192.0.2.1", "192.0.2.1-", "2001:db8::/64", "a-b", "1-2"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_range(text)


@given(ADDRESSES, st.integers(0, 30))
def test_a_block_has_its_hosts(address: int, length: int) -> None:
    block = IPv4Network((address, length), strict=False)
    found = parse_range(str(block))
    assert found.size == block.num_addresses - 2
    assert block.network_address not in found
    assert block.broadcast_address not in found
    assert block.network_address + 1 in found


@given(ADDRESSES, ADDRESSES, ADDRESSES, ADDRESSES)
def test_ranges_overlap_when_an_address_is_in_both(a: int, b: int, c: int, d: int) -> None:
    one, other = AddressRange(min(a, b), max(a, b)), AddressRange(min(c, d), max(c, d))
    shares = any(IPv4Address(edge) in other for edge in (one.first, one.last)) or any(IPv4Address(edge) in one for edge in (c, d))
    assert one.overlaps(other) == other.overlaps(one) == shares
