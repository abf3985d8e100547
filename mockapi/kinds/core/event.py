"""core/v1 Event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mockapi.machinery.fielderrors import FieldError, invalid
from mockapi.machinery.meta import Object
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import UNKNOWN, name, since
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy, zero_filled

# Field selectors on the object that an event is about.
_INVOLVED = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")


class EventStrategy(Strategy):
    """A note about something that happened to an object of the same namespace."""

    create_on_update = True

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        involved = (obj.get("involvedObject") or {}).get("namespace", "")
        own = obj["metadata"].get("namespace", "")
        # What has no namespace is reported in the default one.
        if involved == own or (involved == "" and own == "default"):
            return []
        return [invalid("involvedObject.namespace", involved, "does not match event.namespace")]

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        involved, source = obj.get("involvedObject") or {}, obj.get("source") or {}
        fields = {f"involvedObject.{field}": involved.get(field) for field in _INVOLVED}
        fields |= {"reason": obj.get("reason"), "type": obj.get("type")}
        component = source.get("component") or obj.get("reportingComponent")
        return zero_filled({**fields, "reportingComponent": obj.get("reportingComponent"), "source": component})


def _first_seen(obj: Object) -> str | None:
    return obj.get("firstTimestamp") or obj.get("eventTime")


def _last_seen(obj: Object, now: datetime) -> str:
    series = obj.get("series") or {}
    return since(series.get("lastObservedTime") or obj.get("lastTimestamp") or _first_seen(obj), now)


def _since_first(obj: Object, now: datetime) -> str:
    return since(_first_seen(obj), now)


def _object(obj: Object, _now: datetime) -> str:
    involved = obj.get("involvedObject") or {}
    kind, called = involved.get("kind", ""), involved.get("name", "")
    return f"{kind.lower()}/{called}" if kind else called


def _subobject(obj: Object, _now: datetime) -> str:
    return str((obj.get("involvedObject") or {}).get("fieldPath", ""))


def _source(obj: Object, _now: datetime) -> str:
    source = obj.get("source") or {}
    parts = (
        source.get("component") or obj.get("reportingComponent"),
        source.get("host") or obj.get("reportingInstance"),
    )
    return ", ".join(part for part in parts if part) or UNKNOWN


def _count(obj: Object, _now: datetime) -> Any:
    return (obj.get("series") or {}).get("count") or obj.get("count") or 1


def _text(field: str) -> Any:
    return lambda obj, _now: str(obj.get(field, "")).strip()


KIND = Kind(
    group="",
    version="v1",
    kind="Event",
    plural="events",
    short_names=("ev",),
    strategy=EventStrategy(),
    columns=(
        Column("Last Seen", _last_seen),
        Column("Type", _text("type")),
        Column("Reason", _text("reason")),
        Column("Object", _object),
        Column("Subobject", _subobject, priority=1),
        Column("Source", _source, priority=1),
        Column("Message", _text("message")),
        Column("First Seen", _since_first, priority=1),
        Column("Count", _count, priority=1),
        Column("Name", name, format="name", priority=1),
    ),
)
