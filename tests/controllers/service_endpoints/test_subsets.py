"""Subsets: one form for what can be written in many ways, and an end to their growth."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mockapi.controllers.service_endpoints.subsets import MAX_ADDRESSES, repacked, truncated
from mockapi.machinery.meta import Object, Objects

_IPS = [f"10.0.0.{number}" for number in range(1, 5)]
_ADDRESSES = st.lists(st.sampled_from(_IPS), max_size=3).map(lambda ips: [{"ip": ip} for ip in ips])
_PORTS = st.lists(st.sampled_from([{"port": 80}, {"port": 81, "name": "b"}]), min_size=1, max_size=2)
_SUBSETS = st.lists(st.fixed_dictionaries({"addresses": _ADDRESSES, "notReadyAddresses": _ADDRESSES, "ports": _PORTS}), max_size=4)


def pairs(subsets: Objects) -> dict[tuple[str, int], bool]:
    """Whether each address is ready for each port; not ready wins."""
    found: dict[tuple[str, int], bool] = {}
    for subset in subsets:
        for port in subset["ports"]:
            for field, ready in (("addresses", True), ("notReadyAddresses", False)):
                for address in subset.get(field, ()):
                    key = (address["ip"], port["port"])
                    found[key] = ready and found.get(key, True)
    return found


@given(_SUBSETS)
def test_repacking_says_the_same_in_one_form(subsets: Objects) -> None:
    packed = repacked(subsets)
    assert pairs(packed) == pairs(subsets)
    assert repacked(packed) == packed
    assert repacked(reversed(subsets)) == packed


def test_ports_of_the_same_addresses_come_together() -> None:
    subsets = [{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": port, "name": str(port)}]} for port in (80, 81)]
    (packed,) = repacked(subsets)
    assert {port["port"] for port in packed["ports"]} == {80, 81}


def test_addresses_without_ports_stay_but_do_not_repeat_those_with_ports() -> None:
    bare = {"addresses": [{"ip": "10.0.0.1"}]}
    assert repacked([bare]) == [bare]
    assert repacked([bare, {**bare, "ports": [{"port": 80}]}]) == [{**bare, "ports": [{"port": 80}]}]


def many(ready: int, not_ready: int) -> Object:
    def addresses(count: int, net: int) -> Objects:
        return [{"ip": f"10.{net}.{number // 250}.{number % 250}"} for number in range(count)]

    return {"addresses": addresses(ready, 1), "notReadyAddresses": addresses(not_ready, 2), "ports": [{"port": 80}]}


def sizes(subsets: Objects) -> list[tuple[int, int]]:
    return [(len(subset.get("addresses", ())), len(subset.get("notReadyAddresses", ()))) for subset in subsets]


def test_up_to_the_limit_nothing_is_cut() -> None:
    subsets = [many(600, 400)]
    assert truncated(subsets) is subsets
    assert MAX_ADDRESSES == 1000


def test_addresses_that_are_not_ready_are_cut_first() -> None:
    assert sizes(truncated([many(900, 200), many(50, 100)])) == [(900, 34), (50, 16)]


def test_ready_addresses_are_cut_in_proportion() -> None:
    assert sizes(truncated([many(1500, 10), many(500, 10)])) == [(750, 0), (250, 0)]
