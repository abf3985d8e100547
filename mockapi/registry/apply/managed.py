"""metadata.managedFields: who owns which fields, by the identity of the manager."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from mockapi.machinery.meta import Object
from mockapi.registry.apply.fieldsets import FieldSet, arranged, read, union

APPLY, UPDATE = "Apply", "Update"

# Owners of what was there before anybody applied, and of what the oldest of too many updates wrote.
BEFORE_FIRST_APPLY = "before-first-apply"
ANCIENT_CHANGES = "ancient-changes"
MOST_UPDATE_MANAGERS = 10


class Manager(NamedTuple):
    """Who wrote, by which kind of request. One who applies is the same in all versions: its `api_version` is ""."""

    name: str
    operation: str
    api_version: str
    subresource: str = ""


@dataclass(frozen=True, slots=True)
class Owned:
    """What a manager owns, arranged and in terms of a version.

    `time` is RFC 3339 in seconds, None where no write of its own changed anything.
    """

    fields: FieldSet
    api_version: str
    time: str | None = None


Managed = dict[Manager, Owned]


def manager_of(name: str, operation: str, api_version: str, subresource: str) -> Manager:
    """The identity of one who sends a request."""
    return Manager(name or "unknown", operation, "" if operation == APPLY else api_version, subresource)


def decode(entries: Any) -> Managed:
    """The owners that a client or the storage names. ValueError for entries that the real server does not take."""
    managed: Managed = {}
    for entry in entries or ():
        operation, api_version = entry.get("operation"), entry.get("apiVersion")
        if operation not in (APPLY, UPDATE) or not api_version or entry.get("fieldsType") != "FieldsV1":
            raise ValueError("an entry needs an operation, an apiVersion and the fieldsType FieldsV1")
        identity = api_version if operation == UPDATE else ""
        manager = Manager(entry.get("manager", ""), operation, identity, entry.get("subresource", ""))
        managed[manager] = Owned(entry.get("fieldsV1") or {}, api_version, entry.get("time"))
    return managed


def decode_foreign(entries: Any) -> Managed:
    """As `decode`, for what a client wrote: the sets of fields are read and spelled as this server does."""
    return {manager: replace(owned, fields=arranged(read(owned.fields))) for manager, owned in decode(entries).items()}


def encode(managed: Managed) -> list[Object]:
    """The entries: those who apply first, then by time and name."""
    return [_entry(manager, owned) for manager, owned in sorted(managed.items(), key=_order)]


def cap(managed: Managed) -> Managed:
    """Merges the oldest managers of updates into one for each version, until there are no more than ten."""
    updaters = sorted((manager for manager in managed if manager.operation == UPDATE), key=lambda each: (managed[each].time or "", each))
    surplus = len(updaters) - MOST_UPDATE_MANAGERS
    if surplus <= 0:
        return managed
    out = dict(managed)
    first: dict[str, Manager] = {}
    for manager in updaters:
        if surplus <= 0:
            break
        owned = out[manager]
        earlier = first.setdefault(owned.api_version, manager)
        if earlier is not manager:
            bucket = Manager(ANCIENT_CHANGES, UPDATE, owned.api_version)
            if bucket not in out:
                out[bucket] = out.pop(earlier)
            out[bucket] = replace(owned, fields=arranged(union(owned.fields, out[bucket].fields)))
            del out[manager]
            surplus -= 1
    return out


def _entry(manager: Manager, owned: Owned) -> Object:
    entry: Object = {"manager": manager.name, "operation": manager.operation, "apiVersion": owned.api_version}
    if owned.time is not None:
        entry["time"] = owned.time
    entry |= {"fieldsType": "FieldsV1", "fieldsV1": owned.fields}
    if manager.subresource:
        entry["subresource"] = manager.subresource
    return entry


def _order(item: tuple[Manager, Owned]) -> tuple[str, ...]:
    manager, owned = item
    return manager.operation, owned.time or "", manager.name, owned.api_version, manager.subresource
