"""Short ways to call the API of a test's world, in its namespace."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object
from mockapi.registry.body import MERGE_PATCH, Body, Patch
from mockapi.registry.deletes import Deleted
from mockapi.registry.options import DeleteOptions, ListOptions
from mockapi.registry.reads import Page
from mockapi.registry.writes import Written
from tests.world import NAMESPACE, World

MAPS = "configmaps"


def config_map(name: str, /, labels: dict[str, str] | None = None, data: dict[str, str] | None = None, **meta: Any) -> Object:
    """A ConfigMap; `meta` goes into its metadata."""
    return {"metadata": {"name": name, **({"labels": labels} if labels else {}), **meta}, "data": data or {}}


def create(world: World, resource: str, obj: Object, *, dry_run: bool = False, namespace: str = NAMESPACE) -> Object:
    """POST."""
    kind = world.kind(resource)
    return world.resources.create(kind, namespace if kind.namespaced else "", Body(obj), world.resources.request(dry_run=dry_run))


def put(world: World, resource: str, name: str, obj: Object, *, dry_run: bool = False, subresource: str = "") -> Written:
    """PUT."""
    request = world.resources.request(dry_run=dry_run)
    return world.resources.update(world.kind(resource), key(world, resource, name), Body(obj), request, subresource)


def patch(world: World, resource: str, name: str, value: Object, *, dry_run: bool = False, media_type: str = MERGE_PATCH) -> Object:
    """PATCH."""
    request = world.resources.request(dry_run=dry_run)
    return world.resources.patch(world.kind(resource), key(world, resource, name), Patch(media_type, value), request)


def delete(world: World, resource: str, name: str, *, dry_run: bool = False, **options: Any) -> Deleted:
    """DELETE; `options` are DeleteOptions."""
    request = world.resources.request(dry_run=dry_run)
    return world.resources.delete(world.kind(resource), key(world, resource, name), DeleteOptions(**options, dry_run=dry_run), request)


def pages(world: World, resource: str = MAPS, namespace: str = NAMESPACE, **options: Any) -> Page:
    """LIST; `options` are ListOptions."""
    return world.resources.list(world.kind(resource), namespace, ListOptions(**options))


def names(page: Page) -> list[str]:
    """The names of the objects on a page."""
    return [record.key.name for record in page.records]


def key(world: World, resource: str, name: str) -> Key:
    """The key of an object in the test's namespace, or of a cluster-scoped one."""
    return Key(NAMESPACE if world.kind(resource).namespaced else "", name)


def refusal(action: Callable[..., Any], *args: Any, **options: Any) -> StatusError:
    """The error that the call ends in."""
    with pytest.raises(StatusError) as caught:
        action(*args, **options)
    return caught.value


def at_once(*actions: Callable[[], object]) -> list[object]:
    """Runs the actions in threads that begin together; their results, or the errors that they ended in, in order."""
    results: list[object] = [None] * len(actions)
    barrier = threading.Barrier(len(actions))

    def run(number: int, action: Callable[[], object]) -> None:
        barrier.wait(10)
        try:
            results[number] = action()
        except Exception as failure:
            results[number] = failure

    threads = [threading.Thread(target=run, args=item) for item in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return results
