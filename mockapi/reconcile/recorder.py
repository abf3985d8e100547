"""Recording events about objects, as components of Kubernetes do: most count repetitions, the scheduler keeps series (events.k8s.io).

Both kinds are stored as core/v1, in which those of events.k8s.io have an eventTime and no other times.

An event that cannot be recorded is dropped: no controller may fail for it.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mockapi.machinery.clock import Clock, micro_timestamp, timestamp
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object, name_of, namespace_of, uid_of
from mockapi.reconcile.correlation import Correlated, Correlator, Memory
from mockapi.registry.client import Client

NORMAL, WARNING = "Normal", "Warning"

_EVENTS = "events"
_CLUSTER_EVENTS = "default"
_NOT_FOUND = 404
_EXISTS = "AlreadyExists"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# How long events.k8s.io events count as one series, and how often a running series is written.
_SERIES_WITHIN = timedelta(minutes=6)
_SERIES_WRITTEN = timedelta(minutes=30)

_log = logging.getLogger(__name__)


@dataclass
class _Series:
    """The first event of a series, and what has been seen of it since."""

    namespace: str
    name: str
    count: int
    last: datetime
    written: datetime


class Recorder:
    """Records the events of one component. May be used from any thread."""

    def __init__(self, client: Client, clock: Clock, component: str, host: str = "") -> None:
        self._client = client
        self._clock = clock
        self._component = component
        self._host = host
        self._lock = threading.Lock()
        self._correlator = Correlator()
        self._series: Memory[_Series] = Memory()
        self._last_name = 0

    def event(self, about: Object, type: str, reason: str, message: str, *, field_path: str = "") -> None:
        """Records a core/v1 Event about an object; `field_path` names a part of it, such as `spec.containers{main}`."""
        with self._lock:
            event = self._core_event(about, type, reason, message, field_path)
            correlated = self._correlator.correlate(event, self._clock.monotonic())
            if correlated is None:
                return
            try:
                self._record(event, correlated)
            except StatusError as failure:
                _log.debug("event %s about %s not recorded: %s", reason, name_of(about), failure)

    def new_event(self, about: Object, type: str, reason: str, action: str, note: str, *, related: Object | None = None) -> None:
        """Records an event as events.k8s.io/v1 has them; repetitions of its reason and action for the object become a series."""
        with self._lock:
            key = (type, reason, action, *_reference(about).values(), *(_reference(related).values() if related else ()))
            try:
                if not self._continue_series(key):
                    self._begin_series(key, self._new_style_event(about, type, reason, action, note, related))
            except StatusError as failure:
                _log.debug("event %s about %s not recorded: %s", reason, name_of(about), failure)

    def _core_event(self, about: Object, type: str, reason: str, message: str, field_path: str) -> Object:
        now = timestamp(self._clock.now())
        involved = _reference(about) | ({"fieldPath": field_path} if field_path else {})
        source = {"component": self._component} | ({"host": self._host} if self._host else {})
        return {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": self._metadata(about),
            "involvedObject": involved,
            "reason": reason,
            "message": message,
            "source": source,
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
            "type": type,
            "reportingComponent": self._component,
            "reportingInstance": self._host,
        }

    def _new_style_event(self, about: Object, type: str, reason: str, action: str, note: str, related: Object | None) -> Object:
        event = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": self._metadata(about),
            "eventTime": micro_timestamp(self._clock.now()),
            "reportingComponent": self._component,
            "reportingInstance": f"{self._component}-{self._host}" if self._host else self._component,
            "action": action,
            "reason": reason,
            "involvedObject": _reference(about),
            "message": note,
            "firstTimestamp": None,
            "lastTimestamp": None,
            "type": type,
        }
        return event | ({"related": _reference(related)} if related else {})

    def _metadata(self, about: Object) -> Object:
        """Name and namespace of a new event: the object's name and the time in nanoseconds, in hexadecimal."""
        moment = (self._clock.now() - _EPOCH) // timedelta(microseconds=1) * 1000
        self._last_name = max(moment, self._last_name + 1)
        return {"name": f"{name_of(about)}.{self._last_name:x}", "namespace": namespace_of(about) or _CLUSTER_EVENTS}

    def _record(self, event: Object, correlated: Correlated) -> None:
        event = event | {"message": correlated.message, "count": correlated.count}
        if correlated.name and self._repeat(event, correlated):
            return
        created = self._create(event)
        self._correlator.recorded(correlated, name_of(created), correlated.count)

    def _create(self, event: Object) -> Object:
        """Creates the event, under the next name if another component had an event about the object at the very same time."""
        while True:
            try:
                return self._client.create(_EVENTS, event)
            except StatusError as failure:
                if failure.reason != _EXISTS:
                    raise
            self._last_name += 1
            name = f"{event['metadata']['name'].rpartition('.')[0]}.{self._last_name:x}"
            event = event | {"metadata": {**event["metadata"], "name": name}}

    def _repeat(self, event: Object, correlated: Correlated) -> bool:
        """Counts up the event that this one repeats. False when it is gone."""
        patch = {name: event[name] for name in ("count", "lastTimestamp", "message")}
        try:
            self._client.patch(_EVENTS, event["metadata"]["namespace"], correlated.name, patch)
        except StatusError as failure:
            if failure.code != _NOT_FOUND:
                raise
            return False
        return True

    def _begin_series(self, key: tuple[str, ...], event: Object) -> None:
        meta, now = self._create(event)["metadata"], self._clock.now()
        self._series.remember(key, _Series(meta["namespace"], meta["name"], 1, now, now))

    def _continue_series(self, key: tuple[str, ...]) -> bool:
        """Counts one more of a running series; only its second event, and one every half an hour, is written."""
        series, now = self._series.get(key), self._clock.now()
        if series is None or now - series.last > _SERIES_WITHIN:
            return False
        series.count, series.last = series.count + 1, now
        if series.count > 2 and now - series.written < _SERIES_WRITTEN:
            return True
        series.written = now
        observed = {"series": {"count": series.count, "lastObservedTime": micro_timestamp(now)}}
        self._client.patch(_EVENTS, series.namespace, series.name, observed)
        return True


def _reference(about: Object) -> dict[str, str]:
    """A core/v1 ObjectReference to an object; absent parts are left out."""
    reference = {
        "kind": about.get("kind", ""),
        "namespace": namespace_of(about),
        "name": name_of(about),
        "uid": uid_of(about),
        "apiVersion": about.get("apiVersion", ""),
        "resourceVersion": about["metadata"].get("resourceVersion", ""),
    }
    return {name: value for name, value in reference.items() if value}
