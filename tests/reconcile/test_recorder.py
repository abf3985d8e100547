"""Events: their fields, what counts as a repetition, and what is too much."""

from __future__ import annotations

from typing import Any

import pytest

from mockapi.machinery import errors
from mockapi.machinery.clock import FakeClock
from mockapi.machinery.meta import Object
from mockapi.reconcile.recorder import NORMAL, WARNING, Recorder

POD: Object = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "namespace": "ns", "uid": "u-1", "resourceVersion": "7"},
}
NODE: Object = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1", "uid": "u-2"}}
INVOLVED = {"kind": "Pod", "namespace": "ns", "name": "web", "uid": "u-1", "apiVersion": "v1", "resourceVersion": "7"}


class Client:
    """Keeps what is created, by resource and name, and applies flat patches."""

    def __init__(self) -> None:
        self.events: dict[str, Object] = {}
        self.refusal: errors.StatusError | None = None

    def create(self, resource: str, obj: Object) -> Object:
        if self.refusal:
            raise self.refusal
        if obj["metadata"]["name"] in self.events:
            raise errors.already_exists("events", "", obj["metadata"]["name"])
        self.events[obj["metadata"]["name"]] = {"resource": resource, **obj}
        return obj

    def patch(self, resource: str, namespace: str, name: str, patch: Object) -> Object:
        if name not in self.events:
            raise errors.not_found("events", "", name)
        self.events[name] |= patch
        return self.events[name]

    @property
    def all(self) -> list[Any]:
        return list(self.events.values())


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def recorder(client: Client, clock: FakeClock) -> Recorder:
    return Recorder(client, clock, "endpoint-controller")  # type: ignore[arg-type]


def test_an_event_says_what_happened_to_whom(recorder: Recorder, client: Client) -> None:
    recorder.event(POD, NORMAL, "Seen", "it was seen")
    (event,) = client.all
    assert event == {
        "resource": "events",
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"web.{1767225600 * 10**9:x}", "namespace": "ns"},
        "involvedObject": INVOLVED,
        "reason": "Seen",
        "message": "it was seen",
        "source": {"component": "endpoint-controller"},
        "firstTimestamp": "2026-01-01T00:00:00Z",
        "lastTimestamp": "2026-01-01T00:00:00Z",
        "count": 1,
        "type": "Normal",
        "reportingComponent": "endpoint-controller",
        "reportingInstance": "",
    }


def test_a_node_speaks_for_itself_about_a_part(client: Client, clock: FakeClock) -> None:
    kubelet = Recorder(client, clock, "kubelet", "node-1")  # type: ignore[arg-type]
    kubelet.event(POD, NORMAL, "Started", "Started container main", field_path="spec.containers{main}")
    (event,) = client.all
    assert event["source"] == {"component": "kubelet", "host": "node-1"}
    assert event["reportingInstance"] == "node-1"
    assert event["involvedObject"]["fieldPath"] == "spec.containers{main}"


def test_events_of_cluster_scoped_objects_are_in_the_default_namespace(recorder: Recorder, client: Client) -> None:
    recorder.event(NODE, NORMAL, "Starting", "")
    (event,) = client.all
    assert event["metadata"]["namespace"] == "default"
    assert "namespace" not in event["involvedObject"]


def test_a_repeated_event_is_counted(recorder: Recorder, client: Client, clock: FakeClock) -> None:
    recorder.event(POD, WARNING, "BackOff", "again")
    clock.advance(30)
    recorder.event(POD, WARNING, "BackOff", "again")
    recorder.event(POD, WARNING, "BackOff", "otherwise")
    first, other = client.all
    assert (first["count"], first["firstTimestamp"], first["lastTimestamp"]) == (2, "2026-01-01T00:00:00Z", "2026-01-01T00:00:30Z")
    assert other["count"] == 1


def test_a_repeated_event_that_was_deleted_is_created_anew_with_its_count(recorder: Recorder, client: Client) -> None:
    recorder.event(POD, WARNING, "BackOff", "again")
    client.events.clear()
    recorder.event(POD, WARNING, "BackOff", "again")
    assert [event["count"] for event in client.all] == [2]
    recorder.event(POD, WARNING, "BackOff", "again")
    assert [event["count"] for event in client.all] == [3]


def test_from_the_tenth_on_similar_events_are_combined(recorder: Recorder, client: Client) -> None:
    for number in range(12):
        recorder.event(POD, NORMAL, "SuccessfulCreate", f"Created pod: web-{number}")
    assert len(client.all) == 10
    assert client.all[-1]["message"] == "(combined from similar events): Created pod: web-11"
    assert client.all[-1]["count"] == 3


def test_similar_events_long_after_each_other_stand_alone(recorder: Recorder, client: Client, clock: FakeClock) -> None:
    for number in range(12):
        clock.advance(601)
        recorder.event(POD, NORMAL, "SuccessfulCreate", f"Created pod: web-{number}")
    assert len(client.all) == 12


def test_a_source_that_keeps_talking_is_cut_short(recorder: Recorder, client: Client, clock: FakeClock) -> None:
    for _ in range(40):
        recorder.event(POD, WARNING, "BackOff", "again")
    assert client.all[0]["count"] == 25
    clock.advance(300)
    recorder.event(POD, WARNING, "BackOff", "again")
    assert client.all[0]["count"] == 41


def test_two_components_may_speak_at_the_same_time(client: Client, clock: FakeClock) -> None:
    Recorder(client, clock, "one").event(POD, NORMAL, "Seen", "by one")  # type: ignore[arg-type]
    Recorder(client, clock, "other").event(POD, NORMAL, "Seen", "by the other")  # type: ignore[arg-type]
    assert [event["message"] for event in client.all] == ["by one", "by the other"]


def test_an_event_that_is_refused_is_dropped(recorder: Recorder, client: Client) -> None:
    client.refusal = errors.forbidden("events", "", "x", "no")
    recorder.event(POD, NORMAL, "Seen", "")
    recorder.new_event(POD, NORMAL, "Scheduled", "Binding", "")
    assert client.all == []


def test_the_newer_style_of_event(client: Client, clock: FakeClock) -> None:
    scheduler = Recorder(client, clock, "default-scheduler", "node-0")  # type: ignore[arg-type]
    scheduler.new_event(POD, NORMAL, "Scheduled", "Binding", "assigned", related=NODE)
    (event,) = client.all
    assert event["resource"] == "events"
    assert event["eventTime"] == "2026-01-01T00:00:00.000000Z"
    assert (event["firstTimestamp"], event["lastTimestamp"]) == (None, None)
    assert (event["reportingComponent"], event["reportingInstance"]) == ("default-scheduler", "default-scheduler-node-0")
    assert (event["action"], event["reason"], event["message"]) == ("Binding", "Scheduled", "assigned")
    assert event["involvedObject"] == INVOLVED
    assert event["related"]["name"] == "node-1"
    assert "series" not in event


def test_repetitions_of_the_newer_style_become_a_series(client: Client, clock: FakeClock) -> None:
    scheduler = Recorder(client, clock, "default-scheduler")  # type: ignore[arg-type]
    counts = []
    for wait in (0, 60, 60, 1800):
        clock.advance(wait)
        scheduler.new_event(POD, WARNING, "FailedScheduling", "Scheduling", "no nodes")
        counts.append([event.get("series", {}).get("count") for event in client.all])
    assert counts == [[None], [2], [2], [2, None]]


def test_a_long_series_is_written_every_half_an_hour(client: Client, clock: FakeClock) -> None:
    scheduler = Recorder(client, clock, "default-scheduler")  # type: ignore[arg-type]
    for _ in range(12):
        scheduler.new_event(POD, WARNING, "FailedScheduling", "Scheduling", "no nodes")
        clock.advance(180)
    (event,) = client.all
    assert event["series"]["count"] == 12
    assert event["series"]["lastObservedTime"] == "2026-01-01T00:33:00.000000Z"
