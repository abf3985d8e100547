"""What controllers share that keep one object of a fixed name in every namespace. Their keys are names of namespaces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockapi.machinery.meta import Key, Object, is_terminating, name_of, namespace_of
from mockapi.reconcile.controller import Watch, own_key
from mockapi.registry.client import Client


def in_every_namespace(resource: str, name: str) -> Mapping[str, Watch]:
    """Watches namespaces, and the objects of that name."""

    def of_fixture(obj: Object, previous: Object | None) -> Iterable[Key]:
        return [Key("", namespace_of(obj))] if name_of(obj) == name else []

    return {"namespaces": own_key, resource: of_fixture}


def is_live(client: Client, namespace: str) -> bool:
    """Whether the namespace is there to stay."""
    found = client.get("namespaces", "", namespace)
    return found is not None and not is_terminating(found)
