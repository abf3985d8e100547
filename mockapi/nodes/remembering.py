"""What a process remembers of objects beyond what they say: when exactly something was, and what has been told."""

from __future__ import annotations

from datetime import datetime


class ObjectMemory:
    """Of one object. Only one thread at a time may use it."""

    __slots__ = ("_seen", "_told", "began")

    def __init__(self, began: datetime) -> None:
        self.began = began
        self._seen: dict[str, tuple[str, datetime]] = {}
        self._told: dict[str, datetime] = {}

    def seen(self, label: str, token: str, at: datetime) -> datetime:
        """When `token` was first seen under the label; `at` when it was not the last that was seen there."""
        known = self._seen.get(label)
        if known is None or known[0] != token:
            known = self._seen[label] = (token, at)
        return known[1]

    def told(self, label: str) -> datetime | None:
        """When the stage of that label last happened."""
        return self._told.get(label)

    def tell(self, label: str, at: datetime) -> None:
        """Takes down that a stage happened."""
        self._told[label] = at


class Memories:
    """Of all objects, by uid. Safe for threads that are about different objects."""

    def __init__(self, began: datetime) -> None:
        self._began = began
        self._of: dict[str, ObjectMemory] = {}

    def of(self, uid: str) -> ObjectMemory:
        """What is remembered of an object."""
        found = self._of.get(uid)
        if found is None:
            found = self._of[uid] = ObjectMemory(self._began)
        return found

    def forget(self, uid: str) -> None:
        """Forgets an object that is gone, or for which nothing is due."""
        self._of.pop(uid, None)
