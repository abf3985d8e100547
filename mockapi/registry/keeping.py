"""What a cluster makes once and keeps to itself, such as keys: no kind has this resource, so that no client sees it."""

from __future__ import annotations

from collections.abc import Callable

from mockapi.machinery.meta import Key, Object
from mockapi.storage.database import Database
from mockapi.storage.records import encode

_RESOURCE = "signing-keys"


def kept(database: Database, name: str, make: Callable[[], Object]) -> Object:
    """What is kept under that name: in all processes the same, and after a restart; made when it is first asked for."""
    key = Key("", name)
    database.cache.catch_up()
    record = database.cache.get(_RESOURCE, key)
    return record.object if record else _keep(database, key, make())


def _keep(database: Database, key: Key, made: Object) -> Object:
    """Stores what was made, unless another process has come first: then that counts."""
    with database.transaction() as transaction:
        record = transaction.read(_RESOURCE, key)
        if record is not None:
            return record.object
        transaction.create(_RESOURCE, key, encode({"metadata": {}, **made}))
    return made
