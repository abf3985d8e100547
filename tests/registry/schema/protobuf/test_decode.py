"""Bodies in protobuf: the envelope, the shapes and types of fields, merging, and refusals."""

import base64
import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.registry.schema.definitions import Definitions
from mockapi.registry.schema.protobuf.decode import MAGIC, UnreadableObjectError, decode, is_known
from mockapi.registry.schema.report import DecodeError

DEFINITIONS = Definitions.for_minor()
CRDS = "apiextensions.k8s.io/v1"


def number(value):
    """A varint."""
    value %= 2**64
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def part(field, value):
    """A field that holds an int, a float, a text, or bytes."""
    if isinstance(value, int):
        return number(field << 3) + number(value)
    if isinstance(value, float):
        return number(field << 3 | 1) + struct.pack("<d", value)
    data = value.encode() if isinstance(value, str) else value
    return number(field << 3 | 2) + number(len(data)) + data


def nested(value, *path):
    """The part with that value below messages of those field numbers, the outermost first."""
    for field in reversed(path):
        value = part(field, value)
    return value


def body(api_version, kind, raw):
    type_meta = part(1, api_version) + part(2, kind)
    return MAGIC + part(1, type_meta) + part(2, raw) + part(3, "") + part(4, "")


def read(raw, kind, api_version="v1"):
    return decode(body(api_version, kind, raw), DEFINITIONS, {})


def test_the_envelope_names_the_type():
    assert read(nested("x", 1, 1), "Namespace") == {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "x"}}


def test_a_type_that_is_left_out_is_the_default():
    default = {"apiVersion": "v1", "kind": "ConfigMap"}
    assert decode(MAGIC + part(2, part(4, 1)), DEFINITIONS, default) == {**default, "immutable": True}


def test_an_unknown_type_gives_its_name_alone():
    assert read(b"\xff", "Widget", "example.com/v1") == {"apiVersion": "example.com/v1", "kind": "Widget"}


def test_which_types_are_known():
    assert is_known(DEFINITIONS, "apps/v1", "Deployment")
    assert is_known(DEFINITIONS, CRDS, "CustomResourceDefinition")
    assert is_known(DEFINITIONS, "policy/v1", "DeleteOptions")
    assert not is_known(DEFINITIONS, "example.com/v1", "Widget")


def test_zeros_and_empty_messages_that_are_sent_stay():
    raw = nested(part(1, 0) + part(5, 0) + part(4, b""), 2)
    assert read(raw, "Deployment", "apps/v1")["spec"] == {"replicas": 0, "minReadySeconds": 0, "strategy": {}}


def test_delete_options_of_any_group():
    raw = part(1, 0) + part(2, part(1, "u")) + part(4, "Foreground") + part(5, "All")
    assert read(raw, "DeleteOptions", "apps/v1") == {
        "apiVersion": "apps/v1",
        "kind": "DeleteOptions",
        "gracePeriodSeconds": 0,
        "preconditions": {"uid": "u"},
        "propagationPolicy": "Foreground",
        "dryRun": ["All"],
    }


def test_maps_of_texts_and_of_bytes():
    raw = part(2, part(1, "a") + part(2, "b")) + part(2, part(2, "c") + part(1, "d")) + part(3, part(1, "x") + part(2, b"\xff\x00"))
    found = read(raw, "ConfigMap")
    assert (found["data"], found["binaryData"]) == ({"a": "b", "d": "c"}, {"x": base64.b64encode(b"\xff\x00").decode()})


def test_the_halves_of_a_map_entry_may_be_left_out():
    assert read(part(2, part(1, "a")) + part(2, b""), "ConfigMap")["data"] == {"a": "", "": ""}
    assert read(nested(part(1, "cpu"), 2, 1), "ResourceQuota")["spec"]["hard"] == {"cpu": "0"}


def test_the_fields_of_an_embedded_struct_stand_with_the_others():
    secret = nested("s", 6, 1)
    raw = nested(part(1, part(1, "v") + part(2, secret)), 2)
    assert read(raw, "Pod")["spec"]["volumes"] == [{"name": "v", "secret": {"secretName": "s"}}]


@pytest.mark.parametrize("groups", [part(4, 1) + part(4, -2), part(4, number(1) + number(-2))], ids=["apart", "packed"])
def test_lists_of_integers(groups):
    assert read(nested(groups, 2, 14), "Pod")["spec"]["securityContext"]["supplementalGroups"] == [1, -2]


def test_messages_in_parts_are_merged_and_the_last_scalar_wins():
    raw = nested("a", 1, 1) + nested(part(1, "b") + part(3, "n"), 1)
    assert read(raw, "ConfigMap")["metadata"] == {"name": "b", "namespace": "n"}


def test_unknown_fields_are_skipped():
    assert read(part(999, "x") + part(998, 1) + nested("a", 1, 1), "ConfigMap")["metadata"] == {"name": "a"}


def test_bytes_that_are_no_text_are_replaced():
    assert read(nested(b"a\xff", 1, 1), "ConfigMap")["metadata"] == {"name": "a�"}


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (b"", None),
        (part(1, 0), "1970-01-01T00:00:00Z"),
        (part(1, 1767323045) + part(2, 999999999), "2026-01-02T03:04:05Z"),
        (part(1, -62135596800), None),
        (part(1, -62135596799), "0001-01-01T00:00:01Z"),
    ],
)
def test_times(moment, text):
    assert read(nested(moment, 1, 8), "ConfigMap")["metadata"]["creationTimestamp"] == text


def test_micro_times():
    raw = nested(part(1, 1767323045) + part(2, 6999), 2, 4)
    assert read(raw, "Lease", "coordination.k8s.io/v1")["spec"] == {"renewTime": "2026-01-02T03:04:05.000006Z"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [(part(1, 0) + part(2, 80) + part(3, ""), 80), (part(1, 1) + part(2, 0) + part(3, "http"), "http"), (b"", 0), (part(1, 1), "")],
)
def test_int_or_string(value, expected):
    assert read(nested(value, 2, 1, 4), "Service")["spec"]["ports"] == [{"targetPort": expected}]


def test_lists_that_are_messages_of_their_own():
    extra = part(1, "k") + part(2, part(1, "a") + part(1, "b"))
    found = read(nested(extra, 2, 5), "SubjectAccessReview", "authorization.k8s.io/v1")
    assert found["spec"] == {"extra": {"k": ["a", "b"]}}


def test_json_within_a_message():
    assert read(part(2, part(1, b'{"a": [1]}')), "ControllerRevision", "apps/v1")["data"] == {"a": [1]}
    assert read(part(2, b""), "ControllerRevision", "apps/v1")["data"] is None
    managed = part(1, "m") + part(7, part(1, b'{"f:data": {}}'))
    assert read(nested(managed, 1, 17), "ConfigMap")["metadata"]["managedFields"] == [{"manager": "m", "fieldsV1": {"f:data": {}}}]


def test_the_schema_of_a_custom_resource():
    one_or_many = part(24, part(2, part(5, "string")) + part(2, part(5, "integer")))
    schema = (
        part(3, "r") + part(8, part(1, b"[1]")) + part(9, 1.5) + part(30, part(1, 1)) + part(33, part(2, part(5, "object"))) + one_or_many
        + part(29, part(1, "p") + part(2, part(24, part(1, part(40, 1))))) + part(32, part(1, "d") + part(2, part(2, "x") + part(2, "y")))
    )  # fmt: skip
    found = read(nested(schema, 2, 7, 4, 1), "CustomResourceDefinition", CRDS)
    assert found["spec"]["versions"][0]["schema"]["openAPIV3Schema"] == {
        "$ref": "r",
        "default": [1],
        "maximum": 1.5,
        "additionalProperties": True,
        "additionalItems": {"type": "object"},
        "items": [{"type": "string"}, {"type": "integer"}],
        "properties": {"p": {"items": {"x-kubernetes-int-or-string": True}}},
        "dependencies": {"d": ["x", "y"]},
    }


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "empty data"),
        (b"{}", "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]"),
        (b"k8s", "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]"),
        (MAGIC, "empty body"),
        (MAGIC + b"\x0a\x05a", "unexpected EOF"),
        (MAGIC + part(2, 1), "proto: wrong wireType = 0 for field Raw"),
    ],
)
def test_what_is_no_body_is_refused(data, text):
    with pytest.raises(DecodeError) as refused:
        decode(data, DEFINITIONS, {"apiVersion": "v1", "kind": "ConfigMap"})
    assert str(refused.value) == text
    assert not isinstance(refused.value, UnreadableObjectError)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"\x0a\x05a", "unexpected EOF"),
        (part(1, 1), "proto: wrong wireType = 0 for field Metadata"),
        (part(4, "x"), "proto: wrong wireType = 2 for field Immutable"),
        (part(2, 1), "proto: wrong wireType = 0 for field Data"),
        (nested(part(1, 2**60), 1, 8), "Time.MarshalJSON: year outside of range [0,9999]"),
        (nested(part(1, b"{"), 1, 17, 7), "unexpected end of data: line 1 column 2 (char 1)"),
    ],
)
def test_a_malformed_message_is_refused_with_the_type_it_was_of(raw, text):
    with pytest.raises(UnreadableObjectError) as refused:
        read(raw, "ConfigMap")
    assert str(refused.value) == text
    assert refused.value.type_meta == {"apiVersion": "v1", "kind": "ConfigMap"}


def test_a_schema_without_end_is_refused():
    schema = b""
    for _ in range(500):
        schema = part(28, schema)
    with pytest.raises(DecodeError, match="exceeded max depth"):
        read(nested(schema, 2, 7, 4, 1), "CustomResourceDefinition", CRDS)


@given(st.binary(max_size=200), st.sampled_from(["Pod", "ConfigMap", "Event", "Service"]))
def test_garbage_is_decoded_or_refused(raw, kind):
    for data in (MAGIC + raw, body("v1", kind, raw)):
        with suppress(DecodeError):
            assert isinstance(decode(data, DEFINITIONS, {"apiVersion": "v1", "kind": kind}), dict)


_POD = part(1, part(1, "p") + part(8, part(1, 5)) + part(11, part(1, "a") + part(2, "b"))) + nested(
    part(2, part(1, "c") + part(6, part(3, 80)) + part(8, part(1, part(1, "cpu") + part(2, part(1, "1"))))), 2
)


@given(st.integers(0, len(_POD)), st.integers(0, 255))
def test_a_damaged_object_is_decoded_or_refused(at, byte):
    for raw in (_POD[:at], _POD[:at] + bytes([byte]) + _POD[at + 1 :]):
        with suppress(DecodeError):
            assert read(raw, "Pod")["kind"] == "Pod"
