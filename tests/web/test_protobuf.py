"""The Kubernetes protobuf encoding: request bodies, answers and watches."""

import pytest

from mockapi.machinery.errors import StatusError
from mockapi.registry.schema.protobuf import messages
from mockapi.registry.schema.protobuf.decode import decode
from mockapi.storage.compaction import compact
from mockapi.web import rendering
from mockapi.web.negotiation import Output

PROTOBUF = "application/vnd.kubernetes.protobuf"
HEADERS = {"Content-Type": PROTOBUF}
ONLY = {"Accept": PROTOBUF}
BOTH = {"Accept": f"{PROTOBUF},application/json"}
METADATA = {"Accept": f"{PROTOBUF};as=PartialObjectMetadata;g=meta.k8s.io;v=v1"}
KNOBS = "/apis/simulation.mockapi.dev/v1alpha1/knobs"
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


class Messages:
    """Every type that has a message, for the decoder to read answers with."""

    def name_of(self, group, version, kind):
        return messages.of_type(f"{group}/{version}" if group else version, kind)


def opened(data):
    return decode(data, Messages(), {"apiVersion": ""})


def read(answer, status=200):
    """The object in an answer."""
    assert (answer.status_code, answer.content_type) == (status, PROTOBUF)
    return opened(answer.data)


def events(answer):
    """The types and objects of a watch's events."""
    assert answer.content_type == f"{PROTOBUF};stream=watch"
    found, data = [], answer.data
    while data:
        size = int.from_bytes(data[:4], "big")
        event, data = data[4 : 4 + size], data[4 + size :]
        head, body = event.split(b"k8s\x00", 1)
        found.append((head[2 : 2 + head[1]].decode(), opened(b"k8s\x00" + body)))
    return found


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
    refused = client.post(KNOBS, data=body("v1", "Knob", b""), headers=HEADERS)
    assert (refused.status_code, refused.json["reason"]) == (415, "UnsupportedMediaType")


def test_patches_are_never_in_protobuf(client):
    assert client.patch(f"{MAPS}/a", data=config_map("a", "x"), headers=HEADERS).status_code == 415


def test_objects_and_lists(client, maps):
    one = read(client.get(f"{maps}/a", headers=BOTH))
    assert {name: one[name] for name in ("apiVersion", "kind", "data")} == {"apiVersion": "v1", "kind": "ConfigMap", "data": {"k": "a"}}
    plain = client.get(f"{maps}/a").json
    assert one["metadata"]["managedFields"][0]["fieldsV1"] == plain["metadata"]["managedFields"][0]["fieldsV1"]
    listed = read(client.get(f"{maps}?limit=1", headers=ONLY))
    assert (listed["kind"], listed["metadata"]["remainingItemCount"]) == ("ConfigMapList", 1)
    assert [item["data"] for item in listed["items"]] == [{"k": "a"}]
    assert "items" not in read(client.get("/api/v1/limitranges", headers=ONLY))


def test_what_is_written_is_answered(client, maps):
    made = client.post(maps, data=config_map("c", "x"), headers=HEADERS | ONLY)
    assert read(made, 201)["data"] == {"k": "x"}
    patched = client.patch(f"{maps}/c", json={"data": {"k": "y"}}, headers=ONLY | {"Content-Type": "application/merge-patch+json"})
    assert read(patched)["data"] == {"k": "y"}
    assert read(client.delete(f"{maps}/c", headers=ONLY))["status"] == "Success"
    assert [item["metadata"]["name"] for item in read(client.delete(maps, headers=ONLY))["items"]] == ["a", "b"]


def test_refusals(client, maps):
    missing = read(client.get(f"{maps}/none", headers=ONLY), 404)
    assert (missing["reason"], missing["code"], missing["details"]["name"]) == ("NotFound", 404, "none")
    stale = client.put(f"{maps}/a", json={"metadata": {"name": "a", "resourceVersion": "1"}}, headers=BOTH)
    assert read(stale, 409)["reason"] == "Conflict"


def test_metadata_alone(client, maps):
    one = read(client.get(f"{maps}/a", headers=METADATA))
    assert (one["kind"], one["metadata"]["name"], "data" in one) == ("PartialObjectMetadata", "a", False)
    for version in ("v1", "v1beta1"):
        headers = {"Accept": f"{PROTOBUF};as=PartialObjectMetadataList;g=meta.k8s.io;v={version}"}
        listed = read(client.get(maps, headers=headers))
        assert (listed["apiVersion"], [item["metadata"]["name"] for item in listed["items"]]) == (f"meta.k8s.io/{version}", ["a", "b"])
    assert client.get(f"{maps}/none", headers=METADATA).json["reason"] == "NotFound"


def test_kinds_without_messages_are_answered_in_json_or_not_at_all(client):
    assert client.get(KNOBS, headers=BOTH).json["kind"] == "KnobList"
    refused = read(client.get(KNOBS, headers=ONLY), 406)
    assert refused["message"] == f"only the following media types are accepted: application/json, application/yaml, {PROTOBUF}"
    metadata = {"Accept": f"{PROTOBUF};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"}
    assert read(client.get(KNOBS, headers=metadata))["kind"] == "PartialObjectMetadataList"


def test_watches(client, maps):
    found = events(
        client.get(
            f"{maps}?watch=1&timeoutSeconds=1&allowWatchBookmarks=1&sendInitialEvents=1&resourceVersionMatch=NotOlderThan", headers=ONLY
        )
    )
    assert [(kind, obj["metadata"].get("name")) for kind, obj in found] == [("ADDED", "a"), ("ADDED", "b"), ("BOOKMARK", "")]
    assert found[0][1]["data"] == {"k": "a"}
    assert found[2][1]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


def test_watches_of_metadata(client, maps):
    found = events(client.get(f"{maps}?watch=1&timeoutSeconds=1", headers=METADATA))
    assert [(obj["kind"], obj["metadata"]["name"]) for _, obj in found] == [("PartialObjectMetadata", "a"), ("PartialObjectMetadata", "b")]


def test_a_watch_that_cannot_be_served_ends_with_a_status(client, maps, resources):
    compact(resources.database, keep_changes=0, keep_seconds=0)
    ((kind, status),) = events(client.get(f"{maps}?watch=1&timeoutSeconds=1&resourceVersion=1", headers=ONLY))
    assert (kind, status["kind"], status["code"], status["reason"]) == ("ERROR", "Status", 410, "Expired")


def test_discovery(client):
    assert read(client.get("/api", headers=ONLY))["versions"] == ["v1"]
    assert [group["name"] for group in read(client.get("/apis", headers=ONLY))["groups"]] == ["apps", "simulation.mockapi.dev"]
    assert read(client.get("/apis/apps", headers=ONLY))["preferredVersion"] == {"groupVersion": "apps/v1", "version": "v1"}
    resources = read(client.get("/api/v1", headers=ONLY))["resources"]
    assert resources[0]["verbs"] == client.get("/api/v1").json["resources"][0]["verbs"]
    assert client.get("/version", headers=BOTH).json["major"] == "1"


def test_aggregated_discovery(client):
    parameters = ";g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    answer = client.get("/apis", headers={"Accept": PROTOBUF + parameters})
    assert answer.content_type == PROTOBUF + parameters
    plain = client.get("/apis", headers={"Accept": "application/json" + parameters})
    assert answer.headers["Etag"] == plain.headers["Etag"]
    found, expected = opened(answer.data), plain.json
    assert [item["metadata"]["name"] for item in found["items"]] == [item["metadata"]["name"] for item in expected["items"]]
    assert found["items"][0]["versions"][0]["resources"][0]["verbs"] == expected["items"][0]["versions"][0]["resources"][0]["verbs"]


def test_what_has_no_message_is_refused_when_it_turns_up():
    with pytest.raises(StatusError) as refused:
        rendering.document({"apiVersion": "a/v1", "kind": "B"}, Output(PROTOBUF))
    assert (refused.value.code, refused.value.reason) == (406, "NotAcceptable")
