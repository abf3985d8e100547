"""What updates and applies make of ownership, for objects of one type (KEP-555, "merge and conflict rules")."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import Any, NamedTuple

from mockapi.machinery.meta import Object
from mockapi.registry.apply.conflicts import ConflictError
from mockapi.registry.apply.fieldsets import FieldSet, arranged, difference, intersection, union
from mockapi.registry.apply.managed import Managed, Manager, Owned
from mockapi.registry.apply.types import Type


class Applied(NamedTuple):
    """What an apply comes to; `object` is None when it changes nothing but ownership."""

    object: Any
    managed: Managed


class Updating:
    """Updates and applies in terms of one version; `tracked` is the part of the type whose fields can be owned by the writer."""

    def __init__(self, whole: Type, tracked: Type, api_version: str) -> None:
        self._type = whole
        self._tracked = tracked
        self._api_version = api_version
        self._group = api_version.rpartition("/")[0]

    def update(self, old: Object, new: Object, managed: Managed, manager: Manager, time: str) -> Managed:
        """Gives the manager what the new object adds and changes, and takes from all what it changes or lacks."""
        changed, removed = self._tracked.compare(old, new)
        if changed is None and removed is None:
            return managed
        gone = union(changed or {}, removed or {})
        out = {}
        for each, owned in self._present(managed).items():
            left = difference(owned.fields, removed or {} if each == manager else gone)
            if left:
                out[each] = replace(owned, fields=left) if left != owned.fields else owned
        if changed:
            before = out[manager].fields if manager in out else {}
            after = union(before, changed)
            out[manager] = Owned(before if after == before else arranged(after), self._api_version, time)
        return out

    def apply(self, live: Object, applied: Object, managed: Managed, manager: Manager, force: bool, time: str) -> Applied:
        """Merges what is applied into the live object and makes it the manager's. Raises ConflictError."""
        managed = self._present(managed)
        last = managed.get(manager)
        mine = Owned(arranged(self._tracked.owned(applied) or {}), self._api_version, last.time if last else None)
        others = {each: owned for each, owned in managed.items() if each != manager}
        merged = self._type.merge(live, applied)
        if last is not None:
            kept = [self._type.owned(applied) or {}, *(owned.fields for owned in others.values())]
            merged = self._pruned(merged, last.fields, reduce(union, kept))
        changed, removed = self._tracked.compare(live, merged)
        conflicts = {each: intersection(owned.fields, changed or {}) for each, owned in others.items()}
        conflicts = {each: fields for each, fields in conflicts.items() if fields}
        if conflicts and not force:
            raise ConflictError(conflicts)
        gone = union(changed or {}, removed or {})
        out = {each: replace(owned, fields=difference(owned.fields, gone)) for each, owned in others.items()}
        same = merged == live
        out[manager] = mine if same else replace(mine, time=time)
        return Applied(None if same else merged, {each: owned for each, owned in out.items() if owned.fields})

    def unchanged(self, fields: Object, live: Object) -> FieldSet:
        """What of the fields of one object stands in the other with the same value."""
        changed, removed = self._type.compare(fields, live)
        return difference(difference(self._type.owned(fields) or {}, changed or {}), removed or {})

    def _present(self, managed: Managed) -> Managed:
        """The owners without those of a version that is not there any more."""
        return {each: owned for each, owned in managed.items() if owned.api_version.rpartition("/")[0] == self._group}

    def _pruned(self, merged: Object, last: FieldSet, kept: FieldSet) -> Object:
        """The merged object without what the manager applied last time, unless it is among what is kept."""
        before = self._type.with_named(last)
        everything = self._named(merged)
        pruned = self._type.remove(merged, before)
        pruned = self._type.remove(merged, difference(everything, union(self._named(pruned), self._type.with_named(kept))))
        # Of what both would take away, only what the manager itself applied may go.
        left: Object = self._type.remove(merged, intersection(difference(everything, self._named(pruned)), before))
        return left

    def _named(self, obj: Any) -> FieldSet:
        return self._type.with_named(self._type.owned(obj) or {})
