"""The other versions in which a resource is served, and objects in them (matchPolicy Equivalent)."""

from __future__ import annotations

from mockapi.machinery.meta import Object
from mockapi.registry.catalogue import Catalogue
from mockapi.registry.kind import Kind


class Versions:
    """Knows which kinds are the same resource."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def others(self, kind: Kind) -> list[Kind]:
        """The kinds that serve the objects of a kind in other groups or versions."""
        same = (other for other in self._catalogue.kinds if other.resource == kind.resource)
        return [other for other in same if other.api_version != kind.api_version]

    @staticmethod
    def converted(obj: Object | None, kind: Kind, wanted: Kind) -> Object | None:
        """An object of a kind in another version."""
        if obj is None or wanted is kind:
            return obj
        if kind.conversion is not None:
            obj = kind.conversion.to_hub(obj)
        if wanted.conversion is not None:
            return wanted.conversion.from_hub(obj)
        return {**obj, "apiVersion": wanted.api_version}
