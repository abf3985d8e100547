"""Small objects to store."""

from __future__ import annotations

from mockapi.machinery.meta import Key
from mockapi.storage.database import Database
from mockapi.storage.records import encode

MAPS = "configmaps"


def key(name: str, namespace: str = "default") -> Key:
    return Key(namespace, name)


def value(name: str = "a", **data: str) -> bytes:
    return encode({"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": name}, "data": data})


def put(database: Database, where: Key, resource: str = MAPS, **data: str) -> int:
    """Creates or updates."""
    with database.transaction() as transaction:
        write = transaction.create if transaction.revision_of(resource, where) is None else transaction.update
        return write(resource, where, value(where.name, **data))


def remove(database: Database, where: Key, resource: str = MAPS) -> int:
    with database.transaction() as transaction:
        return transaction.delete(resource, where, value(where.name))
