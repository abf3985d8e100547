"""The managers of one kind's objects, or of one of their subresources: what is recorded when they update and when they apply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockapi.machinery import errors
from mockapi.machinery.meta import Object
from mockapi.registry.apply import lastapplied
from mockapi.registry.apply.conflicts import ConflictError
from mockapi.registry.apply.managed import (
    APPLY,
    BEFORE_FIRST_APPLY,
    UPDATE,
    Managed,
    Manager,
    cap,
    decode,
    decode_foreign,
    encode,
    manager_of,
)
from mockapi.registry.apply.types import NoElementError, Type, problems_text
from mockapi.registry.apply.updating import Applied, Updating

MANAGED_FIELDS = "managedFields"
# A list of one empty entry, and an empty list, clear managedFields; null and no list at all leave them as they are.
_CLEARING: tuple[Any, ...] = ([], [{}])


class FieldManager:
    """`whole` is the kind's type and `tracked` the part of it whose fields writers here can own; `subresource` is "" for the object itself.

    `empty` makes what the kind's object is before anything is written to it.
    """

    def __init__(self, api_version: str, kind: str, whole: Type, tracked: Type, empty: Callable[[], Object], subresource: str = "") -> None:
        self._api_version = api_version
        self._kind = kind
        self._type = whole
        self._updating = Updating(whole, tracked, api_version)
        self._empty = empty
        self._subresource = subresource

    def created(self, new: Object, manager: str, time: str) -> None:
        """Records in a new object who made it."""
        self._set(new, self._update(self._empty(), new, {}, self._manager(manager, UPDATE), time))

    def updated(self, old: Object, new: Object, manager: str, time: str) -> None:
        """Records in the new object who owns it after an update, unless nobody is recorded so far."""
        entries, sent = old["metadata"].get(MANAGED_FIELDS), new["metadata"].get(MANAGED_FIELDS)
        kept = self._subresource or sent is None or sent == entries
        managed = decode(entries) if kept else _sent(sent, entries)
        after = self._update(old, new, managed, self._manager(manager, UPDATE), time) if managed else managed
        if kept and after is managed and managed:
            new["metadata"][MANAGED_FIELDS] = entries
        else:
            self._set(new, after)

    def apply(self, live: Object | None, applied: Object, manager: str, force: bool, time: str) -> Object:
        """The object that an apply makes of the live one, not decoded yet; its managedFields are set.

        Raises StatusError: 400 for what is not of the kind, 409 for conflicts, and like the real server 500 for what has another shape.
        """
        self._check(applied)
        managed = decode(live["metadata"].get(MANAGED_FIELDS)) if live else {}
        if live is not None and not managed:
            managed = self._update(self._empty(), live, managed, self._manager(BEFORE_FIRST_APPLY, UPDATE), time)
        live = self._empty() if live is None else live
        try:
            made = self._applied(live, applied, managed, manager, force, time)
        except ConflictError as conflict:
            raise conflict.status_error() from None
        obj = live if made.object is None else made.object
        obj = {**obj, "metadata": dict(obj["metadata"])}
        self._set(obj, cap(made.managed))
        lastapplied.renew(obj, applied, manager)
        return obj

    def _applied(self, live: Object, applied: Object, managed: Managed, name: str, force: bool, time: str) -> Applied:
        manager = self._manager(name, APPLY)
        try:
            return self._updating.apply(live, applied, managed, manager, force, time)
        except ConflictError as conflict:
            allowed = lastapplied.handed_over(live, name, self._api_version, self._updating, self._type)
            if allowed is None:
                raise
            if left := conflict.without(allowed):
                raise ConflictError(left) from None
            return self._updating.apply(live, applied, managed, manager, True, time)

    def _update(self, old: Object, new: Object, managed: Managed, manager: Manager, time: str) -> Managed:
        try:
            return cap(self._updating.update(old, new, managed, manager, time))
        except NoElementError:  # the object breaks rules that are checked later
            return managed

    def _manager(self, name: str, operation: str) -> Manager:
        return manager_of(name, operation, self._api_version, self._subresource)

    def _check(self, applied: Object) -> None:
        named = _type_text(applied)
        if named != _type_text({"apiVersion": self._api_version, "kind": self._kind}):
            raise errors.bad_request(f"invalid object type: {named}")
        meta = applied.get("metadata")
        meta = meta if isinstance(meta, dict) else {}
        if meta.get(MANAGED_FIELDS) is not None:
            raise errors.bad_request("metadata.managedFields must be nil")
        problems = list(self._type.check(applied))
        if problems:
            which = f"{meta.get('namespace') or ''}/{meta.get('name') or ''}; {named}"
            raise errors.unexplained(f"failed to create typed patch object ({which}): {problems_text(problems)}")

    @staticmethod
    def _set(obj: Object, managed: Managed) -> None:
        if managed:
            obj["metadata"][MANAGED_FIELDS] = encode(managed)
        else:
            obj["metadata"].pop(MANAGED_FIELDS, None)


def keep_times(new: Object, old: Object) -> None:
    """Makes the new object the old one when they differ in nothing but the times of managedFields."""
    after, before = new["metadata"].get(MANAGED_FIELDS), old["metadata"].get(MANAGED_FIELDS)
    if not after or not before or after == before or _timeless(after) != _timeless(before):
        return
    new["metadata"][MANAGED_FIELDS] = before
    if new != old:
        new["metadata"][MANAGED_FIELDS] = after


def _timeless(entries: list[Object]) -> list[Object]:
    return [{name: value for name, value in entry.items() if name != "time"} for entry in entries]


def _sent(sent: Any, entries: Any) -> Managed:
    """The owners that a client wrote; those that there were when it wrote none that can be read."""
    if sent in _CLEARING:
        return {}
    try:
        return decode_foreign(sent) or decode(entries)
    except (ValueError, AttributeError):
        return decode(entries)


def _type_text(obj: Object) -> str:
    """An object's type as Go prints it: `apps/v1, Kind=Deployment`, `/v1, Kind=Pod`."""
    api_version, kind = (obj.get(name) if isinstance(obj.get(name), str) else "" for name in ("apiVersion", "kind"))
    if str(api_version).count("/") > 1:
        return "/, Kind="
    group, _, version = str(api_version).rpartition("/")
    return f"{group}/{version}, Kind={kind}"
