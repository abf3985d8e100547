from __future__ import annotations

from mockapi.nodes.podaddresses import PodAddresses
from tests.registry.calls import at_once

RANGE = "10.244.1.0/29"


def test_addresses_are_handed_out_in_turn() -> None:
    addresses = PodAddresses()
    assert [addresses.take(uid, RANGE) for uid in "abc"] == ["10.244.1.2", "10.244.1.3", "10.244.1.4"]
    addresses.free("b")
    assert addresses.take("d", RANGE) == "10.244.1.5"


def test_a_freed_address_comes_again_when_the_others_are_gone() -> None:
    addresses = PodAddresses()
    taken = [addresses.take(uid, RANGE) for uid in "abcde"]
    assert len(set(taken)) == 5
    assert addresses.take("f", RANGE) is None
    addresses.free("c")
    assert addresses.take("f", RANGE) == taken[2]


def test_a_pod_keeps_its_address() -> None:
    addresses = PodAddresses()
    assert addresses.take("a", RANGE) == addresses.take("a", RANGE)


def test_a_noted_address_is_not_given_to_another() -> None:
    addresses = PodAddresses()
    addresses.note("a", "10.244.1.2")
    assert addresses.take("b", RANGE) == "10.244.1.3"
    addresses.note("a", "10.244.1.4")
    assert addresses.take("c", RANGE) == "10.244.1.5"
    assert addresses.take("a", RANGE) == "10.244.1.4"


def test_freeing_what_another_holds_does_nothing() -> None:
    addresses = PodAddresses()
    addresses.take("a", RANGE)
    addresses.note("b", "10.244.1.2")
    addresses.free("b")
    assert addresses.take("c", RANGE) == "10.244.1.3"


def test_four_threads_get_different_addresses() -> None:
    addresses = PodAddresses()

    def take(thread: int) -> list[str | None]:
        return [addresses.take(f"{thread}-{number}", "10.244.0.0/22") for number in range(200)]

    results = at_once(*[lambda thread=thread: take(thread) for thread in range(4)])  # type: ignore[misc]
    taken = [address for found in results for address in found]  # type: ignore[attr-defined]
    assert len(set(taken)) == 800
