"""events.k8s.io/v1 Event: another form, with stricter rules, of the core group's events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockapi.kinds.core import event as core
from mockapi.machinery import names
from mockapi.machinery.fielderrors import FieldError, invalid, required
from mockapi.machinery.meta import Object
from mockapi.machinery.objectmeta import IMMUTABLE, validate_object_meta, validate_object_meta_update
from mockapi.registry.conversion import Conversion
from mockapi.registry.kind import Kind
from mockapi.registry.request import Request
from mockapi.registry.strategy import Strategy, zero_filled
from mockapi.registry.subresource import governed

_API_VERSION = "events.k8s.io/v1"
# Fields that go by another name in the core group.
_CORE_NAMES = {
    "regarding": "involvedObject",
    "note": "message",
    "reportingController": "reportingComponent",
    "deprecatedSource": "source",
    "deprecatedFirstTimestamp": "firstTimestamp",
    "deprecatedLastTimestamp": "lastTimestamp",
    "deprecatedCount": "count",
}
_NAMES = {core_name: name for name, core_name in _CORE_NAMES.items()}
_ALWAYS_IN_CORE: dict[str, Any] = {
    "involvedObject": {},
    "source": {},
    "firstTimestamp": None,
    "lastTimestamp": None,
    "eventTime": None,
    "reportingComponent": "",
    "reportingInstance": "",
}
_ALWAYS: dict[str, Any] = {"eventTime": None, "regarding": {}}
_DROPPED_WHEN_EMPTY = ("reportingController", "reportingInstance", "note")
_TYPES = ("Normal", "Warning")
_LEAST_SERIES = 2
# What never changes, in the order in which the real server looks at it: at the reason twice.
_FIXED = (
    "involvedObject",
    "reason",
    "message",
    "source",
    "firstTimestamp",
    "lastTimestamp",
    "count",
    "reason",
    "type",
    "eventTime",
    "action",
    "related",
    "reportingComponent",
    "reportingInstance",
)
# What errors call it where that is not its name.
_FIXED_NAMES = {"reportingComponent": "reportingController"}
# The fields of objects within events, as errors show them: all, under the names of the internal types.
_REFERENCE = {
    "kind": "Kind",
    "namespace": "Namespace",
    "name": "Name",
    "uid": "UID",
    "apiVersion": "APIVersion",
    "resourceVersion": "ResourceVersion",
    "fieldPath": "FieldPath",
}
_PARTS = {"involvedObject": _REFERENCE, "related": _REFERENCE, "source": {"component": "Component", "host": "Host"}}


def _to_core(obj: Object) -> Object:
    fields = {_CORE_NAMES.get(name, name): value for name, value in obj.items() if name not in {"kind", "apiVersion", "metadata"}}
    return {"kind": "Event", "apiVersion": "v1", "metadata": obj["metadata"], **_ALWAYS_IN_CORE, **fields}


def _from_core(obj: Object) -> Object:
    fields = {_NAMES.get(name, name): value for name, value in obj.items() if name not in {"kind", "apiVersion", "metadata"}}
    kept = {name: value for name, value in fields.items() if value or name not in _DROPPED_WHEN_EMPTY}
    return {"kind": "Event", "apiVersion": _API_VERSION, "metadata": obj["metadata"], **_ALWAYS, **kept}


class _CoreStrategy(core.EventStrategy):
    """The rules of this version, on the core group's form (KEP-383)."""

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        meta = validate_object_meta(obj["metadata"], namespaced=True, name_rule=names.dns1123_subdomain)
        return [*super().validate(obj, request), *meta, *_series(obj), *_creation_errors(obj)]

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        found = super().validate(obj, request)
        if obj.get("series") != old.get("series"):
            found += _series(obj)
        found += validate_object_meta_update(obj["metadata"], old["metadata"])
        changed = [name for name in _FIXED if obj.get(name) != old.get(name)]
        return found + [invalid(_FIXED_NAMES.get(name, name), _shown(name, obj.get(name)), IMMUTABLE) for name in changed]


def _shown(name: str, value: Any) -> Any:
    """A field's value as errors show it."""
    if name not in _PARTS or value is None:
        return value
    return {go_name: value.get(part, "") for part, go_name in _PARTS[name].items()}


def _series(event: Object) -> Iterator[FieldError]:
    series = event.get("series")
    if series is None:
        return
    if series.get("count", 0) < _LEAST_SERIES:
        yield invalid("series.count", "", "should be at least 2")
    if not series.get("lastObservedTime"):
        yield required("series.lastObservedTime")


def _creation_errors(event: Object) -> Iterator[FieldError]:
    if event.get("eventTime") is None:
        yield required("eventTime")
    if event.get("type") not in _TYPES:
        yield invalid("type", "", f"has invalid value: {event.get('type') or ''}")
    for field in ("firstTimestamp", "lastTimestamp", "count", "source"):
        if event.get(field):
            yield invalid(field, "", "needs to be unset")


class EventStrategy(Strategy):
    """What this version is asked for; its rules are those of the core group's form."""

    create_on_update = True

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        regarding = obj.get("regarding") or {}
        fields = {f"regarding.{field}": regarding.get(field) for field in core.INVOLVED}
        return zero_filled({**fields, **{field: obj.get(field) for field in ("reason", "reportingController", "type")}})


KIND = Kind(
    group="events.k8s.io",
    version="v1",
    kind="Event",
    plural="events",
    short_names=("ev",),
    strategy=EventStrategy(),
    columns=tuple(column.of(_to_core) for column in core.KIND.columns),
    conversion=Conversion(governed(core.KIND, _CoreStrategy()), _to_core, _from_core),
)
