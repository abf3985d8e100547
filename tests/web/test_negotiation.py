"""Accept and Content-Type."""

import pytest
import yaml

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
PARTIAL = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
PARTIALS = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
PROTOBUF = "application/vnd.kubernetes.protobuf"


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "application/json",
        f"{PROTOBUF};q=0.9,application/json",
        f"{PROTOBUF};as=Table;v=v1;g=meta.k8s.io,*/*",
        "application/json;as=Nonsense, application/json",
        "application/yaml;q=0.1, */*",
    ],
)
def test_json_is_what_most_ask_for(client, maps, accept):
    answer = client.get(f"{maps}/a", headers={"Accept": accept})
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert answer.json["kind"] == "ConfigMap"
    assert answer.text.endswith("}\n")


def test_yaml_is_written_for_those_who_prefer_it(client, maps):
    answer = client.get(f"{maps}/a", headers={"Accept": "application/json;q=0.5,application/yaml"})
    assert answer.content_type == "application/yaml"
    assert yaml.safe_load(answer.text)["data"] == {"k": "a"}
    missing = client.get(f"{maps}/none", headers={"Accept": "application/yaml"})
    assert yaml.safe_load(missing.text)["reason"] == "NotFound"
    assert [item["data"] for item in yaml.safe_load(client.get(maps, headers={"Accept": "application/yaml"}).text)["items"]] == [
        {"k": "a"},
        {"k": "b"},
    ]


@pytest.mark.parametrize("accept", ["text/html", "application/*", "text/html, application/*;q=0.8"])
def test_the_router_refuses_unknown_media_types(client, maps, accept):
    one = client.get(f"{maps}/a", headers={"Accept": accept})
    assert (one.status_code, one.json["details"]) == (406, {})
    assert one.json["message"] == f"406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, {PROTOBUF}"
    listed = client.get(maps, headers={"Accept": accept})
    assert listed.json["message"].endswith(f"{PROTOBUF}, application/json;stream=watch, {PROTOBUF};stream=watch")


@pytest.mark.parametrize("accept", ["application/json;as=Table;v=v9;g=meta.k8s.io", "application/json;as=Nonsense;v=v1;g=meta.k8s.io"])
def test_the_serializer_refuses_unknown_conversions(client, maps, accept):
    answer = client.get(maps, headers={"Accept": accept})
    assert answer.status_code == 406
    assert answer.json["message"] == f"only the following media types are accepted: application/json, application/yaml, {PROTOBUF}"
    assert "details" not in answer.json


def test_tables_are_not_written_in_protobuf(client, maps):
    answer = client.get(maps, headers={"Accept": f"{PROTOBUF};as=Table;v=v1;g=meta.k8s.io"})
    assert answer.json["message"] == f"only the following media types are accepted: application/json, application/yaml, {PROTOBUF}"


def test_indented_json_has_no_newline_at_its_end(client, maps):
    for headers, query in (({"User-Agent": "curl/8"}, ""), ({}, "?pretty=true"), ({"Accept": "application/json;pretty=1"}, "")):
        assert client.get(f"{maps}/a{query}", headers=headers).text.startswith('{\n  "kind"')
    assert client.get(f"{maps}/a?pretty=0", headers={"User-Agent": "curl/8"}).text.startswith('{"kind"')
    assert not client.get(f"{maps}/a?pretty=1").text.endswith("\n")


def test_tables_of_lists_objects_and_writes(client, maps):
    headers = {"Accept": TABLE}
    listed = client.get(f"{maps}?limit=1", headers=headers).json
    assert (listed["kind"], listed["metadata"]["remainingItemCount"], listed["rows"][0]["cells"]) == ("Table", 1, ["a"])
    one = client.get(f"{maps}/a?includeObject=Object", headers=headers).json
    assert one["metadata"] == {"resourceVersion": one["rows"][0]["object"]["metadata"]["resourceVersion"]}
    assert one["rows"][0]["object"]["kind"] == "ConfigMap"
    created = client.post(f"{maps}?includeObject=None", json={"metadata": {"name": "c"}}, headers=headers)
    assert (created.status_code, created.json["rows"]) == (201, [{"cells": ["c"], "object": None}])
    assert client.delete(f"{maps}/c", headers=headers).json["kind"] == "Status"
    assert client.delete(maps, headers=headers).json["kind"] == "Table"
    assert client.get("/api/v1/limitranges", headers=headers).json["rows"] is None
    assert client.get(f"{maps}?includeObject=Everything", headers=headers).status_code == 400


def test_metadata_alone(client, maps):
    one = client.get(f"{maps}/a", headers={"Accept": PARTIAL}).json
    assert set(one) == {"kind", "apiVersion", "metadata"}
    assert one["apiVersion"] == "meta.k8s.io/v1"
    listed = client.get(maps, headers={"Accept": PARTIALS}).json
    assert (listed["kind"], listed["items"][0]["kind"]) == ("PartialObjectMetadataList", "PartialObjectMetadata")
    assert client.get("/api/v1/limitranges", headers={"Accept": PARTIALS}).json["items"] is None


def test_metadata_of_the_wrong_shape_is_refused(client, maps):
    listed = client.get(maps, headers={"Accept": PARTIAL})
    assert (listed.status_code, "is a list (*core.ConfigMapList)" in listed.json["message"]) == (406, True)
    one = client.get(f"{maps}/a", headers={"Accept": PARTIALS})
    assert (one.status_code, "is not a list (*core.ConfigMap)" in one.json["message"]) == (406, True)


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "application/yaml", ""])
def test_bodies_in_json_yaml_and_untyped(client, maps, media_type):
    answer = client.post(maps, data='{"metadata": {"name": "c"}}', headers={"Content-Type": media_type})
    assert answer.status_code == 201


@pytest.mark.parametrize("media_type", ["text/plain", "application/merge-patch+json"])
def test_other_bodies_are_unsupported(client, maps, media_type):
    for answer in (client.post(maps, data="{}", content_type=media_type), client.delete(f"{maps}/a", data="{}", content_type=media_type)):
        assert answer.status_code == 415
        assert answer.json["message"].startswith("the body of the request was in an unknown format - accepted media types include: ")
        assert "details" not in answer.json


@pytest.mark.parametrize("media_type", ["application/json", "", "application/merge-patch+yaml"])
def test_patches_need_a_patch_type(client, maps, media_type):
    answer = client.patch(f"{maps}/a", data="{}", headers={"Content-Type": media_type})
    assert (answer.status_code, answer.json["message"], answer.json["details"]) == (415, "415: Unsupported Media Type", {})


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)"),
        (b"hello", "couldn't get version/kind; json parse error: invalid character 'h' looking for beginning of value (68656c6c6f)"),
        (b'{"a": ', 'couldn\'t get version/kind; json parse error: unexpected end of JSON input ({"a": )'),
        (
            b'{"kind": 5}',
            "couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string",
        ),
    ],
)
def test_unreadable_bodies_are_shown_in_the_answer(client, maps, body, reason):
    answer = client.post(maps, data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json["message"].startswith(f"the object provided is unrecognized (must be of type ConfigMap): {reason}")


def test_of_a_long_unreadable_body_the_start_is_shown(client, maps):
    assert client.post(maps, data=b"x" * 31, content_type="application/json").json["message"].endswith(f"({'78' * 30} ...)")
