"""One store of events in two forms: what each shows of the other, and the stricter rules of events.k8s.io."""

from __future__ import annotations

from typing import Any

import pytest

from mockapi.machinery.meta import Key, Object
from mockapi.registry.options import ListOptions
from tests.kinds.pipeline import NAMESPACE, Api, causes

EVENTS = "events"
MOMENT = "2025-12-31T23:59:00.000000Z"
POD = {"kind": "Pod", "name": "web", "namespace": NAMESPACE}
UNSET = 'Invalid value: "": needs to be unset'


def event(name: str = "e", **fields: Any) -> Object:
    told = {
        "eventTime": MOMENT,
        "reportingController": "example.com/robot",
        "reportingInstance": "robot-1",
        "action": "Move",
        "reason": "Moved",
        "regarding": POD,
        "type": "Normal",
    }
    return {"metadata": {"name": name}, **told, **fields}


class New:
    """Calls under events.k8s.io."""

    def __init__(self, api: Api) -> None:
        kind = api.resources.catalogue.by_path("events.k8s.io", "v1", EVENTS)
        assert kind is not None
        self._api, self._kind = api, kind

    def create(self, obj: Object) -> Object:
        return self._api.create_of(self._kind, obj)

    def patch(self, name: str, patch: Object) -> Object:
        return self._api.patch_of(self._kind, name, patch)

    def get(self, name: str) -> Object:
        return self._api.resources.get(self._kind, Key(NAMESPACE, name)).object

    def selected(self, selector: str) -> list[str]:
        page = self._api.resources.list(self._kind, NAMESPACE, ListOptions(field_selector=selector))
        return [record.key.name for record in page.records]


@pytest.fixture
def new(api: Api) -> New:
    return New(api)


def without_metadata(obj: Object) -> Object:
    return {name: value for name, value in obj.items() if name != "metadata"}


def test_what_is_new_shows_in_the_older_form(api: Api, new: New) -> None:
    series = {"count": 2, "lastObservedTime": MOMENT}
    made = new.create(event(note="it moved", related={"kind": "Node", "name": "n"}, series=series))
    assert (made["deprecatedSource"], made["deprecatedFirstTimestamp"]) == ({}, None)
    assert without_metadata(api.get(EVENTS, "e")) == {
        "kind": "Event",
        "apiVersion": "v1",
        "involvedObject": POD,
        "reason": "Moved",
        "message": "it moved",
        "source": {},
        "firstTimestamp": None,
        "lastTimestamp": None,
        "type": "Normal",
        "eventTime": MOMENT,
        "series": series,
        "action": "Move",
        "related": {"kind": "Node", "name": "n"},
        "reportingComponent": "example.com/robot",
        "reportingInstance": "robot-1",
    }


def test_what_is_older_shows_in_the_new_form(api: Api, new: New) -> None:
    seen = {"firstTimestamp": "2026-01-02T03:04:05Z", "lastTimestamp": "2026-01-02T03:05:05Z", "count": 3}
    source = {"component": "kubelet", "host": "node-1"}
    api.create(EVENTS, {"metadata": {"name": "e"}, "involvedObject": POD, "message": "m", "source": source, "reason": "R", **seen})
    assert without_metadata(new.get("e")) == {
        "kind": "Event",
        "apiVersion": "events.k8s.io/v1",
        "eventTime": None,
        "regarding": POD,
        "note": "m",
        "reason": "R",
        "deprecatedSource": source,
        "deprecatedFirstTimestamp": seen["firstTimestamp"],
        "deprecatedLastTimestamp": seen["lastTimestamp"],
        "deprecatedCount": 3,
    }


STRICT: list[tuple[Object, list[str]]] = [
    ({"eventTime": None}, ["eventTime: Required value"]),
    ({"type": ""}, ['type: Invalid value: "": has invalid value: ']),
    ({"type": "Loud"}, ['type: Invalid value: "": has invalid value: Loud']),
    ({"series": {"count": 1, "lastObservedTime": None}}, [
        'series.count: Invalid value: "": should be at least 2',
        "series.lastObservedTime: Required value",
    ]),
    ({"deprecatedCount": 1, "deprecatedSource": {"host": "h"}}, [f"count: {UNSET}", f"source: {UNSET}"]),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "found"), STRICT)
def test_the_new_form_is_strict(new: New, fields: Object, found: list[str]) -> None:
    assert causes(new.create, event(**fields)) == found


def test_in_the_new_form_only_the_series_changes(api: Api, new: New) -> None:
    new.create(event())
    new.patch("e", {"series": {"count": 2, "lastObservedTime": MOMENT}})
    assert causes(new.patch, "e", {"series": {"count": 1}}) == ['series.count: Invalid value: "": should be at least 2']
    immutable = 'reason: Invalid value: "Other": field is immutable'
    assert causes(new.patch, "e", {"reason": "Other"}) == [immutable, immutable]
    reference = '{"Kind":"Pod","Namespace":"default","Name":"db","UID":"","APIVersion":"","ResourceVersion":"","FieldPath":""}'
    assert causes(new.patch, "e", {"regarding": {"name": "db"}}) == [f"involvedObject: Invalid value: {reference}: field is immutable"]
    api.patch(EVENTS, "e", {"reason": "Other"})
    assert new.get("e")["reason"] == "Other"


def test_selectors_of_the_new_form(new: New) -> None:
    new.create(event("a"))
    new.create(event("b", regarding={**POD, "name": "db"}, type="Warning", reason="Lost"))
    for selector, names in {
        "regarding.name=db": ["b"],
        "type=Normal,reason=Moved": ["a"],
        "reportingController=example.com/robot": ["a", "b"],
    }.items():
        assert new.selected(selector) == names, selector
