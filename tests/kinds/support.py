"""Driving a kind's hooks as the pipeline does, without storage: for tests of strategies."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from functools import cache

from mockapi.machinery import errors
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.identity import Identity
from mockapi.machinery.meta import Key, Object, key_of, name_of
from mockapi.registry.cluster import Cluster
from mockapi.registry.kind import Kind
from mockapi.registry.request import Request
from mockapi.registry.schema.decode import Decoder
from mockapi.registry.schema.definitions import Definitions


class StoppedClock:
    """Always the same moment."""

    def now(self) -> datetime:
        return datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0


class FakeAllocator:
    """Pools in a dictionary; `queries` counts what storage would have been asked."""

    def __init__(self) -> None:
        self.owners: dict[tuple[str, str], str] = {}
        self.queries = 0

    def claim(self, pool: str, value: str, owner: str) -> bool:
        self.queries += 1
        return self.owners.setdefault((pool, value), owner) == owner

    def owner(self, pool: str, value: str) -> str | None:
        self.queries += 1
        return self.owners.get((pool, value))

    def free(self, pool: str, value: str, owner: str) -> None:
        if self.owners.get((pool, value)) == owner:
            del self.owners[pool, value]


class Store:
    """Objects of one kind, written through its hooks in the pipeline's order. A failed write leaves everything as it was."""

    def __init__(self, kind: Kind, cluster: Cluster | None = None, seed: int = 1) -> None:
        self.kind = kind
        self.cluster = cluster or Cluster()
        self.identity = Identity(seed)
        self.objects: dict[Key, Object] = {}
        self.others: dict[tuple[str, Key], Object] = {}
        self.allocator = FakeAllocator()
        self.request = self.new_request()

    def new_request(self, *, dry_run: bool = False) -> Request:
        """A request that sees this store's objects, and `others` by resource and key."""
        return Request(self.cluster, StoppedClock(), self.identity, self._read, self._read_all, dry_run=dry_run)

    def create(self, obj: Object, *, dry_run: bool = False) -> Object:
        """POST; raises StatusError."""
        strategy, request = self.kind.strategy, self.new_request(dry_run=dry_run)
        self.request, new = request, self._decoded(obj)
        new["metadata"] = {"namespace": "default", "uid": self.identity.uid(), **new["metadata"]}
        if strategy.has_status:
            new["status"] = decoder(self.kind).decode({"metadata": {}}).object.get("status", {})
        strategy.prepare_for_create(new, request)
        self._refuse(new, strategy.validate_metadata(new, self.kind.namespaced) + strategy.validate(new, request))
        self._finish(new, None, request)
        if not dry_run:
            self.objects[key_of(new)] = new
        return new

    def update(self, obj: Object, *, dry_run: bool = False) -> Object:
        """PUT; raises StatusError."""
        strategy, request = self.kind.strategy, self.new_request(dry_run=dry_run)
        self.request, new = request, self._decoded(obj)
        old = self.get(name_of(new))
        new["metadata"] = {**old["metadata"], "resourceVersion": "1", **new["metadata"]}
        new["status"] = old["status"]
        before = deepcopy(old)
        strategy.prepare_for_update(new, old, request)
        known = {**old, "metadata": {**old["metadata"], "resourceVersion": "1"}}
        found = strategy.validate_metadata_update(new, known, self.kind.namespaced)
        self._refuse(new, found + strategy.validate_update(new, known, request))
        self._finish(new, old, request)
        assert old == before, "a hook changed the stored object"
        if not dry_run:
            self.objects[key_of(new)] = new
        return new

    def patch(self, name: str, **spec: object) -> Object:
        """A merge patch of top-level fields of the spec; None removes."""
        obj = deepcopy(self.get(name))
        obj["spec"] = {field: value for field, value in {**obj["spec"], **spec}.items() if value is not None}
        return self.update(obj)

    def delete(self, name: str) -> None:
        """DELETE."""
        self.kind.strategy.release(self.objects.pop(Key("default", name)), self.allocator)

    def get(self, name: str) -> Object:
        """The stored object."""
        return self.objects[Key("default", name)]

    def _decoded(self, obj: Object) -> Object:
        decoded: Object = decoder(self.kind).decode(deepcopy(obj)).object
        self.kind.strategy.default(decoded)
        return decoded

    def _refuse(self, obj: Object, found: list[FieldError]) -> None:
        if found:
            raise errors.invalid(self.kind.kind, self.kind.group, name_of(obj), found)

    def _finish(self, new: Object, old: Object | None, request: Request) -> None:
        held = dict(self.allocator.owners)
        try:
            self.kind.strategy.allocate(new, old, self.allocator, request)
            if old is None and key_of(new) in self.objects:
                raise errors.already_exists(self.kind.plural, self.kind.group, name_of(new))
            if request.dry_run:
                self.allocator.owners = held
        except errors.StatusError:
            self.allocator.owners = held
            raise
        for text in self.kind.strategy.warnings(new, old):
            request.warn(text)

    def _read(self, resource: str, key: Key) -> Object | None:
        return self.objects.get(key) if resource == self.kind.resource else self.others.get((resource, key))

    def _read_all(self, resource: str, namespace: str) -> list[Object]:
        if resource == self.kind.resource:
            return [obj for key, obj in self.objects.items() if namespace in {"", key.namespace}]
        return [obj for (name, key), obj in self.others.items() if name == resource and namespace in {"", key.namespace}]


@cache
def decoder(kind: Kind) -> Decoder:
    """Decodes objects of a built-in kind."""
    definitions = Definitions.for_minor("1.36")
    definition = definitions.name_of(kind.group, kind.version, kind.kind)
    assert definition is not None
    return Decoder(definitions, definition)
