"""Local views of resources: every object of a resource, kept up to date with the cache, with indexes for cheap lookups.

A view catches up with the cache whenever it is read, so a reader sees every write that the cache has seen. For the manager it
also keeps what has changed, to work out which keys are to be looked at.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable

from mockapi.machinery.meta import Key, Object, Objects, labels_of, namespace_of, uid_of
from mockapi.machinery.selectors import LabelSelector, Operator
from mockapi.storage.cache import Cache
from mockapi.storage.errors import Compacted
from mockapi.storage.records import ADDED, DELETED, MODIFIED, Change, Changes, Record

# The values under which an object is found in an index; it may have none.
IndexFunction = Callable[[Object], Iterable[Hashable]]
# What somebody needs of an object, in the object's own shape.
OutlineFunction = Callable[[Object], Object]

_NAMESPACE, _OWNER, _LABEL, _UID = "namespace", "owner", "label", "uid"
_EQUALITIES = frozenset({Operator.IN, Operator.EQUALS, Operator.DOUBLE_EQUALS})


class _Index:
    """The keys of objects by the values that a function gives; keys come out in the order in which they came under a value."""

    def __init__(self, function: IndexFunction) -> None:
        self._function = function
        self._keys: dict[Hashable, dict[Key, None]] = {}

    def replace(self, key: Key, old: Record | None, new: Record | None) -> None:
        """Follows one object's change."""
        before = set(self._function(old.object)) if old else set()
        after = dict.fromkeys(self._function(new.object)) if new else {}
        for value in before.difference(after):
            keys = self._keys[value]
            keys.pop(key, None)
            if not keys:
                del self._keys[value]
        for value in after:
            self._keys.setdefault(value, {}).setdefault(key)

    def keys(self, value: Hashable) -> Iterable[Key]:
        """The keys of the objects under a value."""
        return self._keys.get(value, {})

    def count(self, value: Hashable) -> int:
        """How many objects are under a value."""
        return len(self._keys.get(value, {}))


class _Outlines:
    """What a function makes of every object."""

    def __init__(self, function: OutlineFunction) -> None:
        self._function = function
        self.by_key: dict[Key, Object] = {}

    def replace(self, key: Key, new: Record | None) -> None:
        """Follows one object's change."""
        if new:
            self.by_key[key] = self._function(new.object)
        else:
            self.by_key.pop(key, None)


class Informer:
    """A view of one resource. The objects that it hands out are shared and must not be changed; it may be read from any thread."""

    def __init__(self, resource: str, cache: Cache) -> None:
        self._resource = resource
        self._cache = cache
        self._lock = threading.RLock()
        self._revision = -1
        self._records: dict[Key, Record] = {}
        self._indexes: dict[str, _Index] = {}
        self._outlines: dict[OutlineFunction, _Outlines] = {}
        self._followed = False
        self._collected: Changes = []
        self.add_index(_NAMESPACE, lambda obj: [namespace_of(obj)])

    @property
    def revision(self) -> int:
        """The revision up to which all changes of the resource are known; it grows only when there were some."""
        with self._synced():
            return self._revision

    def get(self, key: Key) -> Object | None:
        """The object of that key, or None."""
        with self._synced():
            record = self._records.get(key)
        return record.object if record else None

    def list(self, namespace: str = "") -> Objects:
        """All objects of a namespace, or with "" all there are."""
        if namespace:
            return self.indexed(_NAMESPACE, namespace)
        with self._synced():
            return [record.object for record in self._records.values()]

    def by_uid(self, uid: str) -> Object | None:
        """The object with that metadata.uid, or None."""
        self._ensure_index(_UID, lambda obj: [uid_of(obj)])
        return next(iter(self.indexed(_UID, uid)), None)

    def owned_by(self, uid: str) -> Objects:
        """The objects that have an owner reference, controlling or not, to the object of that uid."""
        self._ensure_index(_OWNER, _owner_uids)
        return self.indexed(_OWNER, uid)

    def matching(self, namespace: str, selector: LabelSelector) -> Objects:
        """The objects of a namespace that a selector selects."""
        self._ensure_index(_LABEL, _label_values)
        with self._synced():
            candidates = [self._records[key].object for key in self._candidates(namespace, selector)]
        return [obj for obj in candidates if selector.matches(labels_of(obj))]

    def add_index(self, name: str, function: IndexFunction) -> None:
        """Keeps an index from now on; the function must be pure."""
        with self._lock:
            index = _Index(function)
            for key, record in self._records.items():
                index.replace(key, None, record)
            self._indexes[name] = index

    def indexed(self, name: str, value: Hashable) -> Objects:
        """The objects for which the index function gave the value."""
        with self._synced():
            return [self._records[key].object for key in self._indexes[name].keys(value)]

    def outlines(self, function: OutlineFunction, index: str = "", value: Hashable = None) -> Objects:
        """What the function, which must be pure, makes of each object; with an index, of those under a value.

        Worked out when an object changes, and kept: to go through many objects costs less than if each had to be parsed.
        """
        with self._synced():
            kept = self._outlines.get(function) or self._begin_outlines(function)
            keys = self._indexes[index].keys(value) if index else kept.by_key
            return [kept.by_key[key] for key in keys]

    def follow(self) -> None:
        """Keeps changes for `collect`, beginning with the objects that are there."""
        with self._lock:
            self._followed = True
            self._collected = [Change(ADDED, record, None) for record in self._records.values()]

    def collect(self) -> Changes:
        """What has changed since the last call, in order."""
        if not self._collected and self._is_current():
            return []
        with self._synced():
            collected, self._collected = self._collected, []
            return collected

    def _synced(self) -> threading.RLock:
        """The lock, to be entered by the caller, after catching up with the cache."""
        if not self._is_current():
            with self._lock:
                self._catch_up()
        return self._lock

    def _is_current(self) -> bool:
        return 0 <= self._revision >= self._cache.resource_revision(self._resource)

    def _catch_up(self) -> None:
        if self._revision < 0:
            self._list_anew()
            return
        try:
            changes = self._cache.changes(self._resource, self._revision)
        except Compacted:
            self._list_anew()
            return
        for change in changes:
            self._apply(change)
            self._revision = change.revision

    def _list_anew(self) -> None:
        """Compares all there is with what was known, as when history has been forgotten."""
        records, revision = self._cache.snapshot(self._resource)
        current = {record.key: record for record in records}
        for key, known in list(self._records.items()):
            if key not in current:
                self._apply(Change(DELETED, known, known))
        for key, record in current.items():
            previous = self._records.get(key)
            if previous is None or previous.revision != record.revision:
                self._apply(Change(MODIFIED if previous else ADDED, record, previous))
        self._revision = revision

    def _apply(self, change: Change) -> None:
        key = change.record.key
        old = self._records.get(key)
        new = None if change.type == DELETED else change.record
        for index in self._indexes.values():
            index.replace(key, old, new)
        for outlines in self._outlines.values():
            outlines.replace(key, new)
        if new:
            self._records[key] = new
        else:
            self._records.pop(key, None)
        if self._followed:
            self._collected.append(change)

    def _begin_outlines(self, function: OutlineFunction) -> _Outlines:
        kept = self._outlines[function] = _Outlines(function)
        for key, record in self._records.items():
            kept.replace(key, record)
        return kept

    def _ensure_index(self, name: str, function: IndexFunction) -> None:
        if name not in self._indexes:
            self.add_index(name, function)

    def _candidates(self, namespace: str, selector: LabelSelector) -> Iterable[Key]:
        """The fewest keys that some part of the selector narrows the namespace to."""
        labels = self._indexes[_LABEL]
        best = None
        for requirement in selector.requirements:
            if requirement.operator in _EQUALITIES:
                values = [(namespace, requirement.key, value) for value in requirement.values]
                if best is None or sum(map(labels.count, values)) < sum(map(labels.count, best)):
                    best = values
        if best is None:
            return self._indexes[_NAMESPACE].keys(namespace)
        return [key for value in best for key in labels.keys(value)]


class Informers:
    """The views of a process, one for each resource, made when first asked for."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._lock = threading.Lock()
        self._informers: dict[str, Informer] = {}

    def of(self, resource: str) -> Informer:
        """The view of a resource such as `pods` or `endpointslices.discovery.k8s.io`."""
        with self._lock:
            if resource not in self._informers:
                self._informers[resource] = Informer(resource, self._cache)
            return self._informers[resource]


def _owner_uids(obj: Object) -> list[Hashable]:
    return [reference.get("uid", "") for reference in obj.get("metadata", {}).get("ownerReferences") or ()]


def _label_values(obj: Object) -> list[Hashable]:
    namespace = namespace_of(obj)
    return [(namespace, name, value) for name, value in labels_of(obj).items()]
