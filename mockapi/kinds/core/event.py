"""core/v1 Event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from mockapi.kinds.podspec.checks import present, under
from mockapi.machinery import names
from mockapi.machinery.fielderrors import FieldError, invalid
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import validate_object_meta, validate_object_meta_update
from mockapi.registry.kind import Column, Kind
from mockapi.registry.printing import name, since
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy, zero_filled
from mockapi.registry.validation import Check, Leaf, Rules

# Field selectors on the object that an event is about.
INVOLVED = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")

_ELSEWHERE = "does not match event.namespace"
_TEXT_LIMIT = 128
_MESSAGE_LIMIT = 1024
# Where events about what has no namespace are kept: those with a precise time may be in the system's namespace too.
_AT_HOME = ("default", "kube-system")


def _at_most(limit: int) -> Check:
    def check(value: str) -> Iterator[FieldError]:
        if names.size(value) > limit:
            yield invalid("", "", f"can have at most {limit} characters")

    return check


def _reporter(value: str) -> Iterator[FieldError]:
    yield from present(value)
    yield from (invalid("", value, message) for message in names.qualified_name(value))


class EventRules(Rules):
    """What holds for an event with a precise time (KEP-383)."""

    reportingInstance = Leaf(present, _at_most(_TEXT_LIMIT))  # noqa: N815 (fields of the API keep their names)
    action = Leaf(present, _at_most(_TEXT_LIMIT), must=True)
    reason = Leaf(present, _at_most(_TEXT_LIMIT), must=True)
    message = Leaf(_at_most(_MESSAGE_LIMIT))


_RULES = EventRules()


def _namespace_errors(event: Object, homes: tuple[str, ...]) -> Iterator[FieldError]:
    """What has no namespace is reported in one of the homes."""
    if not event["involvedObject"].get("namespace") and event["metadata"].get("namespace") not in homes:
        yield invalid("involvedObject.namespace", "", _ELSEWHERE)


def _old_errors(event: Object) -> Iterator[FieldError]:
    """What holds for an event without a precise time: it is where its object is."""
    involved = event["involvedObject"].get("namespace", "")
    if involved and involved != event["metadata"].get("namespace"):
        yield invalid("involvedObject.namespace", involved, _ELSEWHERE)
    yield from _namespace_errors(event, _AT_HOME[:1])


class EventStrategy(Strategy):
    """A note about something that happened to an object of the same namespace."""

    create_on_update = True
    # The garbage collector leaves events alone.
    default_propagation = "Unsupported"
    # The rules of events of this version say nothing of their metadata, so any name will do that a path can hold.
    name_rule = staticmethod(names.path_segment_name)

    def validate_metadata(self, obj: Object, namespaced: bool) -> list[FieldError]:
        return validate_object_meta(obj["metadata"], namespaced=namespaced, name_rule=self.name_rule)

    def validate_metadata_update(self, obj: Object, old: Object, namespaced: bool) -> list[FieldError]:
        return self.validate_metadata(obj, namespaced) + validate_object_meta_update(obj["metadata"], old["metadata"])

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        """Errors name the reporter as events.k8s.io does."""
        if obj.get("eventTime") is None:
            return list(_old_errors(obj))
        reporter = under("reportingController", _reporter(obj["reportingComponent"]))
        return [*_namespace_errors(obj, _AT_HOME), *reporter, *_RULES.errors(obj)]

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        involved, source = obj.get("involvedObject") or {}, obj.get("source") or {}
        fields = {f"involvedObject.{field}": involved.get(field) for field in INVOLVED}
        fields |= {"reason": obj.get("reason"), "type": obj.get("type")}
        component = source.get("component") or obj.get("reportingComponent")
        return zero_filled({**fields, "reportingComponent": obj.get("reportingComponent"), "source": component})


def _first_seen(obj: Object) -> str | None:
    return obj.get("firstTimestamp") or obj.get("eventTime")


def _last_seen(obj: Object, now: datetime) -> str:
    if obj.get("series") is not None:
        return since(obj["series"].get("lastObservedTime"), now)
    return since(obj.get("lastTimestamp") or _first_seen(obj), now)


def _since_first(obj: Object, now: datetime) -> str:
    return since(_first_seen(obj), now)


def _object(obj: Object, _now: datetime) -> str:
    involved = obj["involvedObject"]
    kind, called = involved.get("kind", "").lower(), involved.get("name", "")
    return f"{kind}/{called}" if called else str(kind)


def _subobject(obj: Object, _now: datetime) -> str:
    return str(obj["involvedObject"].get("fieldPath", ""))


def _source(obj: Object, _now: datetime) -> str:
    component = obj["source"].get("component") or obj["reportingComponent"]
    instance = obj["source"].get("host") or obj["reportingInstance"]
    return f"{component}, {instance}" if instance else str(component)


def _count(obj: Object, _now: datetime) -> Any:
    if obj.get("series") is not None:
        return obj["series"].get("count", 0)
    return obj.get("count") or 1


def _type(obj: Object, _now: datetime) -> str:
    return str(obj.get("type", ""))


def _reason(obj: Object, _now: datetime) -> str:
    return str(obj.get("reason", ""))


def _message(obj: Object, _now: datetime) -> str:
    return str(obj.get("message", "")).strip()


KIND = Kind(
    group="",
    version="v1",
    kind="Event",
    plural="events",
    short_names=("ev",),
    strategy=EventStrategy(),
    columns=(
        Column("Last Seen", _last_seen, documented_by="lastTimestamp"),
        Column("Type", _type, documented_by="type"),
        Column("Reason", _reason, documented_by="reason"),
        Column("Object", _object, documented_by="involvedObject"),
        Column("Subobject", _subobject, priority=1, documented_by="involvedObject.fieldPath"),
        Column("Source", _source, priority=1, documented_by="source"),
        Column("Message", _message, documented_by="message"),
        Column("First Seen", _since_first, priority=1, documented_by="firstTimestamp"),
        Column("Count", _count, priority=1, documented_by="count"),
        Column("Name", name, format="name", priority=1, documented_by="metadata.name"),
    ),
)
