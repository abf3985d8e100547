"""Request bodies in the Kubernetes protobuf encoding; answers stay JSON, which clients that send it accept too."""

import pytest

PROTOBUF = "application/vnd.kubernetes.protobuf"
HEADERS = {"Content-Type": PROTOBUF, "Accept": f"{PROTOBUF},application/json"}
MAPS = "/api/v1/namespaces/demo/configmaps"


def part(field, value):
    """A field of a message that is shorter than 128 bytes: a bool, a small number, a text or bytes."""
    if isinstance(value, int):
        return bytes([field << 3, value])
    data = value.encode() if isinstance(value, str) else value
    return bytes([field << 3 | 2, len(data)]) + data


def body(api_version, kind, raw):
    return b"k8s\x00" + part(1, part(1, api_version) + part(2, kind)) + part(2, raw)


def config_map(name, value):
    metadata = part(1, name) + part(2, "") + part(3, "") + part(8, b"")
    return body("v1", "ConfigMap", part(1, metadata) + part(2, part(1, "k") + part(2, value)))


def test_objects_are_created_and_replaced(client):
    made = client.post(MAPS, data=config_map("a", "x"), headers=HEADERS)
    assert (made.status_code, made.mimetype) == (201, "application/json")
    assert made.json == client.get(f"{MAPS}/a").json
    assert made.json["data"] == {"k": "x"}
    replaced = client.put(f"{MAPS}/a", data=config_map("a", "y"), headers=HEADERS)
    assert (replaced.status_code, replaced.json["data"]) == (200, {"k": "y"})


def test_delete_options(client):
    client.post(MAPS, json={"metadata": {"name": "a"}})
    other = body("v1", "DeleteOptions", part(2, part(1, "other")))
    assert client.delete(f"{MAPS}/a", data=other, headers=HEADERS).status_code == 409
    assert client.delete(f"{MAPS}/a", data=body("v1", "DeleteOptions", part(1, 0)), headers=HEADERS).status_code == 200
    assert client.delete(f"{MAPS}/a", data=b"k8s\x00\xff", headers=HEADERS).status_code == 500


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the object provided is unrecognized (must be of type ConfigMap): empty data (<empty>)"),
        (
            b"\x01\x02",
            "the object provided is unrecognized (must be of type ConfigMap): "
            "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] (0102)",
        ),
        (
            body("v1", "ConfigMap", b"\x0a\x05a"),
            'ConfigMap in version "v1" cannot be handled as a ConfigMap: unexpected EOF',
        ),
        (
            body("v1", "Widget", b""),
            'Widget in version "v1" cannot be handled as a ConfigMap: '
            'no kind "Widget" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"',
        ),
        (
            body("v1", "Service", b""),
            'Service in version "v1" cannot be handled as a ConfigMap: converting (v1.Service) to (core.ConfigMap): unknown conversion',
        ),
    ],
)
def test_what_cannot_be_read_is_refused(client, data, message):
    refused = client.post(MAPS, data=data, headers=HEADERS)
    assert (refused.status_code, refused.json["reason"], refused.json["message"]) == (400, "BadRequest", message)


def test_kinds_without_messages_refuse_the_encoding(client):
    refused = client.post("/apis/simulation.mockapi.dev/v1alpha1/knobs", data=body("v1", "Knob", b""), headers=HEADERS)
    assert (refused.status_code, refused.json["reason"]) == (415, "UnsupportedMediaType")


def test_patches_are_never_in_protobuf(client):
    assert client.patch(f"{MAPS}/a", data=config_map("a", "x"), headers=HEADERS).status_code == 415
