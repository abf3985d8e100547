"""Watches: lines, conversions, bookmarks, errors and ends."""

import json

import pytest

from mockapi.storage.compaction import compact

TABLE = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
PARTIAL = {"Accept": "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"}


def events(answer):
    return [json.loads(line) for line in answer.data.splitlines()]


def watch(client, path, headers=None):
    return client.get(f"{path}{'&' if '?' in path else '?'}watch=1&timeoutSeconds=1", headers=headers)


def revision(client, path):
    return client.get(path).json["metadata"]["resourceVersion"]


def test_a_watch_begins_with_what_is_there(client, maps):
    answer = watch(client, maps)
    assert answer.content_type == "application/json"
    assert [(event["type"], event["object"]["kind"], event["object"]["metadata"]["name"]) for event in events(answer)] == [
        ("ADDED", "ConfigMap", "a"),
        ("ADDED", "ConfigMap", "b"),
    ]


def test_a_watch_from_a_revision_shows_what_came_after(client, maps):
    start = revision(client, maps)
    client.delete(f"{maps}/a")
    client.put(f"{maps}/b", json={"metadata": {"name": "b"}})
    assert [event["type"] for event in events(watch(client, f"{maps}?resourceVersion={start}"))] == ["DELETED", "MODIFIED"]


def test_headers_are_sent_before_the_first_event(client, maps, stop):
    answer = client.get(f"{maps}?watch=1&resourceVersion={revision(client, maps)}", buffered=False)
    assert answer.status_code == 200
    stop.set()
    assert answer.data == b""


def test_tables_repeat_no_columns(client, maps):
    first, second = events(watch(client, maps, TABLE))
    assert (first["object"]["kind"], first["object"]["rows"][0]["cells"]) == ("Table", ["a"])
    assert first["object"]["columnDefinitions"]
    assert second["object"]["columnDefinitions"] is None
    assert watch(client, f"{maps}?includeObject=Everything", TABLE).status_code == 400


def test_metadata_alone(client, maps):
    assert {event["object"]["kind"] for event in events(watch(client, maps, PARTIAL))} == {"PartialObjectMetadata"}


def test_bookmarks_are_empty_objects_of_the_kind(client):
    path = "/api/v1/namespaces/demo/limitranges?allowWatchBookmarks=true"
    (bookmark,) = events(watch(client, path))
    assert bookmark["type"] == "BOOKMARK"
    assert bookmark["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}
    assert bookmark["object"]["spec"] == {"limits": None}
    (table,) = events(watch(client, path, TABLE))
    assert table["object"]["rows"][0]["cells"] == ["", "0001-01-01T00:00:00Z"]


def test_a_compacted_revision_is_an_error_event(client, maps, resources):
    compact(resources.database, keep_changes=0, keep_seconds=0)
    path = f"{maps}?resourceVersion=1"
    found = events(watch(client, path))
    assert [(event["type"], event["object"]["code"], event["object"]["reason"]) for event in found] == [("ERROR", 410, "Expired")]


@pytest.mark.parametrize("path", ["/api/v1/watch/namespaces/demo/configmaps", "/api/v1/watch/configmaps"])
def test_the_old_paths_watch_collections(client, maps, path):
    assert len(events(client.get(f"{path}?timeoutSeconds=1"))) == 2
    assert client.post(path).status_code == 405


def test_the_old_paths_watch_one_object(client, maps):
    (event,) = events(client.get("/api/v1/watch/namespaces/demo/configmaps/a?timeoutSeconds=1"))
    assert event["object"]["metadata"]["name"] == "a"


def test_the_old_paths_take_no_selector_of_another_object(client, maps):
    path = "/api/v1/watch/namespaces/demo/configmaps/a?timeoutSeconds=1&fieldSelector="
    assert len(events(client.get(f"{path}metadata.name%3Da,metadata.namespace%3Ddemo"))) == 1
    for selector in ("metadata.name%3Db", "metadata.namespace%3Ddemo", "metadata.name!%3Da"):
        answer = client.get(path + selector)
        assert (answer.status_code, answer.json["message"]) == (400, "fieldSelector metadata.name doesn't match requested name")


def test_watches_are_json_only(client, maps):
    answer = watch(client, maps, {"Accept": "application/yaml"})
    assert answer.status_code == 406
    assert "application/json;stream=watch" in answer.text


def test_asking_one_objects_path_to_watch_answers_the_object(client, maps):
    assert client.get(f"{maps}/a?watch=1").json["kind"] == "ConfigMap"
