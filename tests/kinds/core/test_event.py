from typing import Any

import pytest

from mockapi.machinery.meta import Object
from tests.kinds.pipeline import Api, causes

MOMENT = "2025-12-31T23:59:00.000000Z"
POD = {"kind": "Pod", "name": "web", "namespace": "default"}
ELSEWHERE = "does not match event.namespace"


def event(name: str = "e", involved: Object | None = None, **fields: Any) -> Object:
    return {"metadata": {"name": name}, "involvedObject": POD if involved is None else involved, **fields}


def precise(**fields: Any) -> Object:
    told = {
        "eventTime": MOMENT,
        "reportingComponent": "example.com/robot",
        "reportingInstance": "robot-1",
        "action": "Move",
        "reason": "Moved",
    }
    return event(**{**told, **fields})


def test_an_event_is_where_its_object_is(api: Api) -> None:
    api.create("events", event())
    api.create("events", event("cluster", involved={"kind": "Node", "name": "node-1"}))
    assert causes(api.create, "events", event("x", involved={"namespace": "other"})) == [
        f'involvedObject.namespace: Invalid value: "other": {ELSEWHERE}'
    ]
    api.create("events", precise(name="y", involved={"namespace": "other"}))


@pytest.mark.parametrize(
    ("fields", "sentences"),
    [
        ({}, []),
        ({"reportingComponent": ""}, [
            "reportingController: Required value",
            'reportingController: Invalid value: "": name part must be non-empty',
            'reportingController: Invalid value: "": name part must consist of',
        ]),
        ({"reportingInstance": ""}, ["reportingInstance: Required value"]),
        ({"reportingInstance": "x" * 129}, ['reportingInstance: Invalid value: "": can have at most 128 characters']),
        ({"action": ""}, ["action: Required value"]),
        ({"action": "x" * 129}, ['action: Invalid value: "": can have at most 128 characters']),
        ({"reason": None}, ["reason: Required value"]),
        ({"reason": "x" * 129}, ['reason: Invalid value: "": can have at most 128 characters']),
        ({"message": "x" * 1025}, ['message: Invalid value: "": can have at most 1024 characters']),
    ],
)  # fmt: skip
def test_events_with_a_precise_time_tell_who_did_what(api: Api, fields: Object, sentences: list[str]) -> None:
    if not sentences:
        api.create("events", precise(**fields))
        return
    found = causes(api.create, "events", precise(**fields))
    assert len(found) == len(sentences)
    assert all(cause.startswith(text) for cause, text in zip(found, sentences, strict=True)), found


def test_any_name_that_a_path_can_hold(api: Api) -> None:
    api.create("events", event("Web.17A_f"))
    assert causes(api.create, "events", event("a/b")) == ["metadata.name: Invalid value: \"a/b\": may not contain '/'"]
    assert len(causes(api.patch, "events", "Web.17A_f", {"metadata": {"labels": {"a": "b c"}}})) == 2


def test_put_creates(api: Api) -> None:
    assert api.update("events", event(count=1))["count"] == 1
    assert api.update("events", event(count=2))["count"] == 2


def test_selection(api: Api) -> None:
    api.create("events", event("old", reason="Pulled", type="Normal", source={"component": "kubelet"}))
    api.create("events", precise(name="new", type="Warning"))
    for selector, names in {
        "involvedObject.kind=Pod,involvedObject.name=web": ["new", "old"],
        "type=Warning": ["new"],
        "reason!=Moved": ["old"],
        "source=kubelet": ["old"],
        "source=example.com/robot": ["new"],
        "reportingComponent=example.com/robot": ["new"],
    }.items():
        assert api.selected("events", selector) == names, selector


def shown(api: Api, **fields: Any) -> dict[str, Any]:
    api.create("events", event(**fields))
    row = api.row("events", "e")
    api.delete("events", "e")
    return row


def test_columns(api: Api) -> None:
    assert shown(api) == {
        "Last Seen": "<unknown>", "Type": "", "Reason": "", "Object": "pod/web", "Subobject": "", "Source": "", "Message": "",
        "First Seen": "<unknown>", "Count": 1, "Name": "e",
    }  # fmt: skip
    first, last = "2025-12-31T23:00:00Z", "2025-12-31T23:58:00Z"
    source = {"component": "kubelet", "host": "node-1"}
    row = shown(
        api, firstTimestamp=first, lastTimestamp=last, count=3, source=source, message=" Stopping\n", type="Normal", reason="Killing"
    )
    assert [row[column] for column in ("Last Seen", "First Seen", "Count", "Source", "Message")] == [
        "2m",
        "60m",
        3,
        "kubelet, node-1",
        "Stopping",
    ]
    assert (row["Type"], row["Reason"]) == ("Normal", "Killing")


def test_columns_of_odd_events(api: Api) -> None:
    assert shown(api, firstTimestamp="2025-12-31T23:58:00Z")["Last Seen"] == "2m"
    assert shown(api, involved={"kind": "Node"})["Object"] == "node"
    assert shown(api, involved={"name": "a", "fieldPath": "spec"})["Object"] == "/a"
    assert shown(api, source={"host": "node-1"})["Source"] == ", node-1"
    series = {"count": 0, "lastObservedTime": "2025-12-31T23:59:30.000000Z"}
    row = shown(api, series=series, count=7, lastTimestamp="2025-12-31T23:00:00Z")
    assert (row["Count"], row["Last Seen"]) == (0, "30s")


def test_columns_of_events_with_a_precise_time(api: Api) -> None:
    api.create("events", precise())
    row = api.row("events", "e")
    assert (row["First Seen"], row["Last Seen"], row["Count"], row["Source"]) == ("60s", "60s", 1, "example.com/robot, robot-1")
