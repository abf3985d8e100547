"""All kinds that the server serves, and how to find one."""

from __future__ import annotations

from collections.abc import Iterable

from mockapi.registry.kind import Kind


class Catalogue:
    """The served kinds by path, by resource name and by apiVersion and kind."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self.kinds = tuple(kinds)
        self._by_path = {(kind.group, kind.version, kind.plural): kind for kind in self.kinds}
        self._by_resource = {kind.resource: kind for kind in self.kinds}
        self._by_type = {(kind.api_version, kind.kind): kind for kind in self.kinds}

    def by_path(self, group: str, version: str, plural: str) -> Kind | None:
        """The kind served at /apis/{group}/{version}/{plural}, or /api/{version}/{plural} for the group ""."""
        return self._by_path.get((group, version, plural))

    def by_resource(self, resource: str) -> Kind:
        """The kind of a resource name such as `services` or `deployments.apps`. KeyError when there is none."""
        return self._by_resource[resource]

    def by_type(self, api_version: str, kind: str) -> Kind | None:
        """The kind that an object's apiVersion and kind name."""
        return self._by_type.get((api_version, kind))

    def group_versions(self) -> list[tuple[str, str]]:
        """Each served (group, version) once, in the order of the kinds."""
        return list(dict.fromkeys((kind.group, kind.version) for kind in self.kinds))

    def in_group_version(self, group: str, version: str) -> list[Kind]:
        """The kinds of one group version, by plural name as discovery lists them."""
        return sorted((kind for kind in self.kinds if (kind.group, kind.version) == (group, version)), key=lambda kind: kind.plural)
