"""What is made of all objects of some resources, made anew when one of them has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from mockapi.machinery.meta import Object
from mockapi.storage.cache import Cache

Made = TypeVar("Made")


class Memo(Generic[Made]):
    """Any thread may ask: what is made is replaced as a whole, and making it twice does no harm."""

    def __init__(self, cache: Cache, resources: tuple[str, ...], make: Callable[[list[list[Object]]], Made]) -> None:
        """`make` gets the objects of each of the resources, sorted by name."""
        self._cache = cache
        self._resources = resources
        self._make = make
        self._revision = -1
        self._made: Made

    def __call__(self) -> Made:
        """What was made of the objects as the cache knows them."""
        revision = max(map(self._cache.resource_revision, self._resources))
        if revision != self._revision:
            # Set last: a thread that sees the revision finds what belongs to it.
            self._made = self._make([[record.object for record in self._cache.list(resource)] for resource in self._resources])
            self._revision = revision
        return self._made
