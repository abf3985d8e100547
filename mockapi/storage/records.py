"""What storage hands out: the current value of an object, and a change to one."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final, Literal

import orjson

from mockapi.machinery.meta import Key, Object

ADDED: Final = "ADDED"
MODIFIED: Final = "MODIFIED"
DELETED: Final = "DELETED"
ChangeType = Literal["ADDED", "MODIFIED", "DELETED"]

# Values are stored with this placeholder first in their metadata, for a row's revision is known only once it is written.
_UNVERSIONED = b'"resourceVersion":""'


def encode(obj: Object) -> bytes:
    """The value to be stored for an object: JSON with the place of its resourceVersion left open."""
    head = {name: obj[name] for name in ("kind", "apiVersion") if name in obj}
    meta = {"resourceVersion": "", **{name: value for name, value in obj["metadata"].items() if name != "resourceVersion"}}
    return orjson.dumps({**head, "metadata": meta, **{name: value for name, value in obj.items() if name not in {*head, "metadata"}}})


def versioned(value: bytes, revision: int) -> bytes:
    """A stored value with its revision as metadata.resourceVersion: what clients get."""
    return value.replace(_UNVERSIONED, b'"resourceVersion":"%d"' % revision, 1)


# Parsed objects that are kept. They take eight times the memory of their JSON, and most of a big cluster's are never looked at again.
_PARSED = 1024
_kept: deque[list[Object]] = deque()


def _remember(parsed: list[Object]) -> None:
    _kept.append(parsed)
    if len(_kept) > _PARSED:
        _kept.popleft().clear()


@dataclass(frozen=True, slots=True)
class Record:
    """One object at one revision; `body` is its JSON, resourceVersion included."""

    revision: int
    resource: str
    key: Key
    body: bytes
    _parsed: list[Object] = field(default_factory=list, repr=False, compare=False)

    @property
    def object(self) -> Object:
        """The object, parsed. Shared by all who ask: it must not be changed."""
        for parsed in self._parsed:
            return parsed
        parsed = self.copy()
        self._parsed.append(parsed)
        _remember(self._parsed)
        return parsed

    def copy(self) -> Object:
        """A fresh copy that the caller may change."""
        parsed: Object = orjson.loads(self.body)
        return parsed


def versioned_as(record: Record, revision: int) -> Record:
    """The record's object as if it had been written at another revision."""
    body = record.body.replace(b'"resourceVersion":"%d"' % record.revision, b'"resourceVersion":"%d"' % revision, 1)
    return Record(revision, record.resource, record.key, body)


@dataclass(frozen=True, slots=True)
class Change:
    """One write. For DELETED the record is the last value, under the deletion's revision; `previous` is None for ADDED."""

    type: ChangeType
    record: Record
    previous: Record | None

    @property
    def revision(self) -> int:
        """The change's place in the log."""
        return self.record.revision


# For signatures in classes that have a method named list.
Records = list[Record]
Changes = list[Change]
