"""A store without kinds: informers and managers are tested on bare records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockapi.machinery.meta import Object, key_of
from mockapi.storage.database import Database
from mockapi.storage.records import encode

Put = Callable[..., None]


@pytest.fixture
def put(database: Database) -> Put:
    """Creates or replaces an object of a resource: put("pods", "a", namespace="ns", labels={...}, spec={...})."""

    def write(resource: str, name: str, namespace: str = "ns", labels: dict[str, str] | None = None, **fields: Any) -> None:
        meta: Object = {"name": name, "namespace": namespace, "uid": f"uid-{name}", "labels": labels or {}}
        meta |= fields.pop("metadata", {})
        obj = {"metadata": meta, **fields}
        with database.transaction() as transaction:
            stored = transaction.read(resource, key_of(obj))
            (transaction.update if stored else transaction.create)(resource, key_of(obj), encode(obj))

    return write


@pytest.fixture
def remove(database: Database) -> Put:
    """Removes an object of a resource: remove("pods", "a")."""

    def write(resource: str, name: str, namespace: str = "ns") -> None:
        key = key_of({"metadata": {"name": name, "namespace": namespace}})
        with database.transaction() as transaction:
            stored = transaction.read(resource, key)
            assert stored is not None
            transaction.delete(resource, key, encode(stored.copy()))

    return write
