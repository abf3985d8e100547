"""The wire format: numbers, lengths, groups, and how malformed bytes are refused."""

import pytest

from mockapi.registry.schema.protobuf.wire import FIXED32, FIXED64, LENGTH, VARINT, records, signed, varint
from mockapi.registry.schema.report import DecodeError


def test_each_wire_type_gives_its_value():
    data = b"\x08\x96\x01" + b"\x12\x02hi" + b"\x19" + bytes(8) + b"\x25" + bytes(4)
    assert list(records(data, "M")) == [(1, VARINT, 150), (2, LENGTH, b"hi"), (3, FIXED64, bytes(8)), (4, FIXED32, bytes(4))]


def test_groups_are_skipped_however_deep():
    group = b"\x0b" + b"\x0b\x08\x01\x12\x01x\x0c" + b"\x0c"
    assert list(records(group + b"\x10\x07", "M")) == [(2, VARINT, 7)]


@pytest.mark.parametrize(
    ("value", "bits", "expected"),
    [(5, 32, 5), (2**64 - 1, 32, -1), (2**64 - 1, 64, -1), (2**31, 32, -(2**31)), (2**32 + 3, 32, 3), (2**63 - 1, 64, 2**63 - 1)],
)
def test_integers_wrap_as_in_go(value, bits, expected):
    assert signed(value, bits) == expected


def test_a_varint_has_at_most_64_bits():
    assert varint(b"\xff" * 9 + b"\x01", 0) == (2**64 - 1, 10)
    assert varint(b"\xff" * 9 + b"\x7f", 0) == (2**64 - 1, 10)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x08", "unexpected EOF"),
        (b"\x12\x05abc", "unexpected EOF"),
        (b"\x19\x00", "unexpected EOF"),
        (b"\x0b\x08", "unexpected EOF"),
        (b"\x08" + b"\xff" * 10 + b"\x01", "proto: integer overflow"),
        (b"\x12" + b"\xff" * 9 + b"\x01", "proto: negative length found during unmarshaling"),
        (b"\x0c", "proto: M: wiretype end group for non-group"),
        (b"\x00\x01", "proto: M: illegal tag 0 (wire type 0)"),
        (b"\x0f", "proto: illegal wireType 7"),
    ],
)
def test_malformed_bytes_are_refused_in_the_words_of_go(data, text):
    with pytest.raises(DecodeError) as refused:
        list(records(data, "M"))
    assert str(refused.value) == text
