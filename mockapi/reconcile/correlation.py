"""Which events are new, which repeat one, and which are too many: the rules of client-go's event correlator.

Ten similar events (all alike but the message) within ten minutes are from then on counted as one; a source that keeps talking about
one object is cut short after 25 events, and gets one more every five minutes.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from mockapi.machinery.meta import Object

_MOST_SIMILAR = 10
_SIMILAR_WITHIN = 600.0
_BURST = 25.0
_REFILL = 1 / 300
_REMEMBERED = 4096
_COMBINED = "(combined from similar events): "

Value = TypeVar("Value")


class Memory(OrderedDict[tuple[str, ...], Value], Generic[Value]):
    """A mapping that forgets what was least recently set."""

    def remember(self, key: tuple[str, ...], value: Value) -> None:
        """Sets a value as the most recent."""
        self[key] = value
        self.move_to_end(key)
        if len(self) > _REMEMBERED:
            self.popitem(last=False)


@dataclass
class _Similar:
    last: float
    messages: set[str] = field(default_factory=set)


@dataclass
class _Bucket:
    filled: float
    tokens: float = _BURST


@dataclass(frozen=True)
class Correlated:
    """How to record an event: under `key`, with this message, as a repetition of `name` when that is given. `count` includes it."""

    key: tuple[str, ...]
    message: str
    name: str = ""
    count: int = 1


class Correlator:
    """Remembers the events of one recorder. Times are seconds of any monotonic scale."""

    def __init__(self) -> None:
        self._similar: Memory[_Similar] = Memory()
        self._seen: Memory[tuple[str, int]] = Memory()
        self._buckets: Memory[_Bucket] = Memory()

    def correlate(self, event: Object, now: float) -> Correlated | None:
        """How a core/v1 event is to be recorded; None when it is one too many."""
        key, message = self._aggregated(event, now)
        name, count = self._seen.get(key, ("", 0))
        self._seen.remember(key, (name or event["metadata"]["name"], count + 1))
        if not self._allowed(event, now):
            return None
        return Correlated(key, message, name, count + 1)

    def recorded(self, correlated: Correlated, name: str, count: int) -> None:
        """The event now stands under that name with that count."""
        self._seen.remember(correlated.key, (name, count))

    def _aggregated(self, event: Object, now: float) -> tuple[tuple[str, ...], str]:
        message = event["message"]
        similar_key = (*_about(event), event["type"], event["reason"], event["reportingComponent"], event["reportingInstance"])
        similar = self._similar.get(similar_key)
        if similar is None or now - similar.last > _SIMILAR_WITHIN:
            similar = _Similar(now)
        similar.last = now
        similar.messages.add(message)
        self._similar.remember(similar_key, similar)
        if len(similar.messages) < _MOST_SIMILAR:
            field_path = event["involvedObject"].get("fieldPath", "")
            return (*_about(event), field_path, event["type"], event["reason"], message), message
        similar.messages.pop()
        return similar_key, _COMBINED + message

    def _allowed(self, event: Object, now: float) -> bool:
        key = _about(event)
        bucket = self._buckets.get(key) or _Bucket(now)
        bucket.tokens = min(_BURST, bucket.tokens + (now - bucket.filled) * _REFILL)
        bucket.filled = now
        self._buckets.remember(key, bucket)
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True


def _about(event: Object) -> tuple[str, ...]:
    source, involved = event["source"], event["involvedObject"]
    return (
        source.get("component", ""),
        source.get("host", ""),
        *(involved.get(name, "") for name in ("kind", "namespace", "name", "uid", "apiVersion")),
    )
