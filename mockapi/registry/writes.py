"""Creating and changing objects: the pipeline outside the transaction, the check that nothing moved and the stored row inside."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mockapi.machinery import errors
from mockapi.machinery.fielderrors import invalid
from mockapi.machinery.meta import Key, Object, is_terminating, key_of, namespace_of
from mockapi.registry.apply.fieldmanager import keep_times
from mockapi.registry.applying import Applier
from mockapi.registry.body import Body, Patch
from mockapi.registry.codec import as_answered, as_found, as_served, as_stored
from mockapi.registry.conversion import to_hub
from mockapi.registry.copying import copy_of
from mockapi.registry.deletion import may_be_removed
from mockapi.registry.kind import Kind
from mockapi.registry.ledger import Booking, Ledger
from mockapi.registry.namespaces import NAMESPACES, require_namespace
from mockapi.registry.ownership import Ownership
from mockapi.registry.patching import Patcher
from mockapi.registry.pipeline import Pipeline
from mockapi.registry.request import Request
from mockapi.registry.seeding import Identities
from mockapi.storage.database import Database
from mockapi.storage.records import Record, encode
from mockapi.storage.transaction import Transaction

# Where etcd holds what it does not hold under the resource's plural: the error about a wrong uid shows it.
_STORED_AS = {
    "endpoints": "services/endpoints",
    "ingresses.networking.k8s.io": "ingress",
    "nodes": "minions",
    "replicationcontrollers": "controllers",
    "services": "services/specs",
}

# How many generated names are tried before a client is told that all were taken (KEP-4420).
_NAMES_TO_TRY = 8


class Written(NamedTuple):
    """What a PUT came to: the object as stored, and whether it was created."""

    object: Object
    created: bool


class Writes:
    """POST, PUT and PATCH of every kind."""

    def __init__(
        self, database: Database, pipeline: Pipeline, patcher: Patcher, ownership: Ownership, applier: Applier, identities: Identities
    ) -> None:
        self._database = database
        self._pipeline = pipeline
        self._patcher = patcher
        self._ownership = ownership
        self._applier = applier
        self._identities = identities

    def create(self, kind: Kind, namespace: str, body: Body, request: Request, name: str = "") -> Object:
        """Creates an object; `name` is what the URL names, if it does. Raises StatusError."""
        obj = self._pipeline.decoded(kind, body, request)
        place(kind, obj, namespace)
        if name:
            obj["metadata"]["name"] = name
        return self._create_owned(kind, obj, request)

    def update(self, kind: Kind, key: Key, body: Body, request: Request, subresource: str = "") -> Written:
        """Replaces an object, or creates it where the kind allows that. Raises StatusError."""
        sent = self._pipeline.decoded(kind, body, request)
        _check_name(sent, key)
        place(kind, sent, key.namespace)

        def replacing(current: Record) -> Object:
            obj = copy_of(sent)
            self._ownership.updated(kind, obj, current.object, request, subresource)
            return obj

        if subresource or not kind.strategy.create_on_update:
            return Written(self._change(kind, key, replacing, request, subresource), created=False)
        while True:  # until nobody creates or deletes the object in between
            changed = self._change_if_there(kind, key, replacing, request, "")
            if changed is not None:
                return Written(changed, created=False)
            obj = copy_of(sent)
            self._ownership.created(kind, obj, request, "")
            created = self._create_if_absent(kind, obj, request)
            if created is not None:
                return Written(created, created=True)

    def patch(self, kind: Kind, key: Key, patch: Patch, request: Request, subresource: str = "") -> Object:
        """Changes an object as the patch says. Raises StatusError."""

        def patched(current: Record) -> Object:
            obj = self._patcher.apply(kind, current.copy(), patch, request)
            _check_name(obj, key)
            place(kind, obj, key.namespace)
            self._ownership.updated(kind, obj, current.object, request, subresource)
            return obj

        return self._change(kind, key, patched, request, subresource)

    def apply(self, kind: Kind, key: Key, patch: Patch, request: Request, subresource: str = "") -> Written:
        """Applies a configuration to an object, which is created if there is none. Raises StatusError."""

        def applied(current: Record | None) -> Object:
            obj = self._applier.apply(kind, current.object if current else None, patch, request, subresource)
            place(kind, obj, key.namespace)
            _check_name(obj, key)
            return obj

        if self._current(kind, key) is None and (not subresource or kind.strategy.create_on_update):
            obj = applied(None)
            _check_new(kind, obj, key)
            return Written(self._create(kind, obj, request), created=True)
        return Written(self._change(kind, key, applied, request, subresource), created=False)

    def change(self, kind: Kind, key: Key, change: Callable[[Object], Object], request: Request, subresource: str = "") -> Object:
        """Changes an object by a function that gets a copy of it; for subresources with rules of their own. Raises StatusError."""
        return self._change(kind, key, lambda current: change(current.copy()), request, subresource)

    def amend(self, kind: Kind, key: Key, change: Callable[[Object], Object], request: Request) -> Object:
        """Changes an object as the server itself does: nobody is asked, and nobody owns what it writes. Raises StatusError."""
        while (stored := self._current(kind, key)) is not None:
            obj = change(stored.copy())
            if self._replace(kind, obj, stored, request, []):
                return obj
        raise errors.not_found(kind.plural, kind.group, key.name)

    def _current(self, kind: Kind, key: Key) -> Record | None:
        self._database.cache.catch_up()
        return self._database.cache.get(kind.resource, key)

    def _create_owned(self, kind: Kind, obj: Object, request: Request, subresource: str = "") -> Object:
        self._ownership.created(kind, obj, request, subresource)
        return self._create(kind, obj, request)

    def _create(self, kind: Kind, obj: Object, request: Request) -> Object:
        if obj["metadata"].get("resourceVersion"):
            raise errors.unexplained("resourceVersion should not be set on objects to be created")
        attempts = _NAMES_TO_TRY if _needs_name(obj["metadata"]) else 1
        for _ in range(attempts - 1):
            created = self._create_if_absent(kind, copy_of(obj), request)
            if created is not None:
                return created
        return self._create_once(kind, obj, request)

    def _create_if_absent(self, kind: Kind, obj: Object, request: Request) -> Object | None:
        """Creates the object; None when there is one of that name."""
        try:
            return self._create_once(kind, obj, request)
        except errors.StatusError as failure:
            if failure.reason != "AlreadyExists":
                raise
        return None

    def _create_once(self, kind: Kind, obj: Object, request: Request) -> Object:
        served, (kind, obj) = kind, to_hub(kind, obj)
        meta = obj["metadata"]
        generated = bool(meta.get("generateName"))
        request.identity = self._identities.of_new(kind, obj)
        bookings = self._pipeline.create(kind, obj, request)
        # Asks the webhook of a custom resource, if it has one, for which no other write is to wait.
        converted = as_stored(kind, obj)
        with self._database.transaction() as transaction:
            self._book(bookings, transaction, request)
            kind.strategy.allocate(obj, None, transaction, request)
            key = key_of(obj)
            _check_absence(kind, transaction.read(kind.resource, key), generated)
            if kind.namespaced:
                namespace = transaction.read(NAMESPACES, Key("", key.namespace))
                require_namespace(namespace.object if namespace else None, kind, key)
            revision = transaction.create(kind.resource, key, encode(converted))
            self._identities.count(kind, obj, transaction)
            if request.dry_run:
                transaction.roll_back_only()
        if not request.dry_run:
            meta["resourceVersion"] = str(revision)
        return as_answered(served, obj)

    def _change(self, kind: Kind, key: Key, make: Callable[[Record], Object], request: Request, subresource: str) -> Object:
        changed = self._change_if_there(kind, key, make, request, subresource)
        if changed is None:
            raise errors.not_found(kind.plural, kind.group, key.name)
        return changed

    def _change_if_there(self, kind: Kind, key: Key, make: Callable[[Record], Object], request: Request, subresource: str) -> Object | None:
        """Tries until no other write came between reading and storing; each failed try means that another write succeeded."""
        while (stored := self._current(kind, key)) is not None:
            hub, obj = to_hub(kind, make(as_served(kind, stored)))
            _check_identity(hub, obj, stored)
            request.identity = self._identities.of_changed(stored.object)
            bookings = self._pipeline.update(hub, obj, as_found(kind, stored), request, subresource)
            if self._replace(hub, obj, stored, request, bookings):
                return as_answered(kind, obj)
        return None

    def _replace(self, kind: Kind, obj: Object, current: Record, request: Request, bookings: list[Booking]) -> bool:
        """Stores the object unless the stored one is no longer `current`, which is told by False."""
        old = current.object
        # As on creation: what is allocated is of no custom resource.
        converted = None if kind.codec is None else _settled(kind, obj, old)
        with self._database.transaction() as transaction:
            if transaction.revision_of(kind.resource, current.key) != current.revision:
                return False
            self._book(bookings, transaction, request)
            kind.strategy.allocate(obj, old, transaction, request)
            to_store = converted or _settled(kind, obj, old)
            if to_store == old:
                return True
            revision = self._store(kind, to_store, current, transaction)
            if request.dry_run:
                transaction.roll_back_only()
        if not request.dry_run:
            obj["metadata"]["resourceVersion"] = str(revision)
        return True

    def _book(self, bookings: list[Booking], transaction: Transaction, request: Request) -> None:
        for booking in bookings:
            booking(Ledger(transaction, self._ownership, request))

    @staticmethod
    def _store(kind: Kind, obj: Object, current: Record, transaction: Transaction) -> int:
        """The revision that the answer shows: that of the object as it was, when the update lets it go."""
        if not may_be_removed(kind, obj):
            return transaction.update(kind.resource, current.key, encode(obj))
        # Watchers see the object as it stood before the last finalizer went, as on a real server.
        kind.strategy.release(current.object, transaction)
        transaction.delete(kind.resource, current.key, encode(current.object))
        return current.revision


def _settled(kind: Kind, obj: Object, old: Object) -> Object:
    """The changed object as it is stored, if it is: the same as the old one where nothing has changed."""
    obj["metadata"]["resourceVersion"] = old["metadata"]["resourceVersion"]
    keep_times(obj, old)
    return as_stored(kind, obj)


def place(kind: Kind, obj: Object, namespace: str) -> None:
    """Puts the object into the request's namespace. StatusError 400 when it says that it belongs to another."""
    meta = obj["metadata"]
    if not kind.namespaced:
        meta.pop("namespace", None)
        return
    if namespace_of(obj) not in {"", namespace}:
        raise errors.bad_request("the namespace of the provided object does not match the namespace sent on the request")
    meta["namespace"] = namespace


def _check_name(obj: Object, key: Key) -> None:
    name = obj["metadata"].get("name")
    if not name:
        raise errors.bad_request(f"the name of the object ({key.name} based on URL) was undeterminable: name must be provided")
    if name != key.name:
        raise errors.bad_request(f"the name of the object ({name}) does not match the name on the URL ({key.name})")


def _check_new(kind: Kind, obj: Object, key: Key) -> None:
    """An apply that would create an object cannot mean one that was there before; a resourceVersion does not count."""
    if uid := obj["metadata"].get("uid"):
        sentence = f"uid mismatch: the provided object specified uid {uid}, and no existing object was found"
        raise errors.conflict(kind.plural, kind.group, key.name, sentence)
    obj["metadata"].pop("resourceVersion", None)


def _needs_name(meta: Object) -> bool:
    return bool(meta.get("generateName")) and not meta.get("name")


def _check_absence(kind: Kind, existing: Record | None, generated: bool) -> None:
    if existing is None:
        return
    refusal = errors.already_exists(kind.plural, kind.group, existing.key.name)
    if generated:
        refusal.message += ", the server was not able to generate a unique name for the object"
        refusal.details = {**(refusal.details or {}), "retryAfterSeconds": 1}
    if is_terminating(existing.object):
        refusal.message = f"object is being deleted: {refusal.message}"
    raise refusal


def _check_identity(kind: Kind, obj: Object, current: Record) -> None:
    """The uid and resourceVersion that a client sends must be the stored ones."""
    meta, stored = obj["metadata"], current.object["metadata"]
    uid, version = meta.get("uid"), meta.get("resourceVersion")
    if uid and uid != stored["uid"]:
        place = "/".join(part for part in ("/registry", _STORED_AS.get(kind.resource, kind.plural), *current.key) if part)
        precondition = f"Precondition failed: UID in precondition: {uid}, UID in object meta: {stored['uid']}"
        raise errors.conflict(
            kind.plural, kind.group, current.key.name,
            f"StorageError: invalid object, Code: 4, Key: {place}, ResourceVersion: 0, AdditionalErrorMsg: {precondition}",
        )  # fmt: skip
    if not version:
        if not kind.strategy.unconditional_update:
            missing = invalid("metadata.resourceVersion", 0, "must be specified for an update")
            raise errors.invalid(kind.kind, kind.group, current.key.name, [missing])
        return
    if not (version.isascii() and version.isdigit()):
        raise errors.unexplained(_not_a_number(version))
    if int(version) != current.revision:
        raise errors.modified(kind.plural, kind.group, current.key.name)


def _not_a_number(version: str) -> str:
    return f'resourceVersion: Invalid value: "{version}": strconv.ParseUint: parsing "{version}": invalid syntax'
