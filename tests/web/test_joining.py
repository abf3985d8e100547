"""Lists as bytes."""

from __future__ import annotations

from mockapi.machinery.meta import Key
from mockapi.storage.records import Record
from mockapi.web.joining import Joiner


def records(count: int, first: int = 0) -> list[Record]:
    return [Record(number, "configmaps", Key("default", str(number)), b"{%d}" % number) for number in range(first, first + count)]


def test_items_are_joined_without_their_beginnings() -> None:
    assert Joiner().items(records(3), 1) == b"0},{1},{2}"


def test_a_list_is_known_by_itself_and_not_by_its_place_in_memory() -> None:
    joiner = Joiner()
    for first in range(0, 400, 40):
        some = records(40, first)
        expected = b",{".join(record.body[1:] for record in some)
        assert joiner.items(some, 1) == expected
        assert joiner.items(some, 1) is joiner.items(some, 1)
