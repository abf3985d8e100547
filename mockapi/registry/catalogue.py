"""All kinds that the server serves, and how to find one: those that are built in, and those that definitions add while it runs."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from typing import NamedTuple

from mockapi.registry.kind import Kind


class Custom(NamedTuple):
    """Kinds that were added at run time. `revision` grows whenever they change.

    `served` holds one kind for each served version of a resource; `stored` one for each resource, in its storage version.
    """

    revision: int = 0
    served: tuple[Kind, ...] = ()
    stored: tuple[Kind, ...] = ()


class Catalogue:
    """The served kinds by path, by resource name and by apiVersion and kind. Safe for many threads, without locks: indexes are replaced."""

    def __init__(self, kinds: Iterable[Kind], custom: Callable[[], Custom] = Custom, unlisted: Container[str] = frozenset()) -> None:
        """`custom` tells the present custom kinds; it is asked only about what is not built in, and cheap while nothing changes.

        `unlisted` groups are served to those who know of them, and stand in no list of kinds.
        """
        self._custom = custom
        served = tuple(kinds)
        self._listed = tuple(kind for kind in served if kind.group not in unlisted)
        self._stored = tuple(kind for kind in served if kind.is_stored)
        self._built_in = _Index(served, self._stored)
        self._added = _Index(())

    @property
    def revision(self) -> int:
        """Grows whenever the served kinds change."""
        return self._custom().revision

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """All kinds that clients are told of, one for each served version."""
        return self._listed + self._custom().served

    @property
    def stored(self) -> tuple[Kind, ...]:
        """One kind for each resource: what those go through who deal with all objects."""
        return self._stored + self._custom().stored

    def by_path(self, group: str, version: str, plural: str) -> Kind | None:
        """The kind served at /apis/{group}/{version}/{plural}, or /api/{version}/{plural} for the group ""."""
        path = (group, version, plural)
        return self._built_in.by_path.get(path) or self._index().by_path.get(path)

    def by_resource(self, resource: str) -> Kind:
        """The kind of a resource name such as `services` or `deployments.apps`. KeyError when there is none."""
        return self._built_in.by_resource.get(resource) or self._index().by_resource[resource]

    def serves(self, resource: str) -> bool:
        """Whether there is a kind of that resource name."""
        return resource in self._built_in.by_resource or resource in self._index().by_resource

    def by_type(self, api_version: str, kind: str) -> Kind | None:
        """The kind that an object's apiVersion and kind name."""
        named = (api_version, kind)
        return self._built_in.by_type.get(named) or self._index().by_type.get(named)

    def is_built_in(self, group: str) -> bool:
        """Whether kinds of the group are built in."""
        return group in self._built_in.groups

    def group_versions(self) -> list[tuple[str, str]]:
        """Each served (group, version) once, in the order of the kinds."""
        return list(dict.fromkeys((kind.group, kind.version) for kind in self.kinds))

    def in_group_version(self, group: str, version: str) -> list[Kind]:
        """The kinds of one group version, by plural name as discovery lists them."""
        return sorted((kind for kind in self.kinds if (kind.group, kind.version) == (group, version)), key=lambda kind: kind.plural)

    def _index(self) -> _Index:
        """The custom kinds as they are now."""
        custom = self._custom()
        index = self._added
        if index.kinds is not custom.served:
            index = self._added = _Index(custom.served, custom.stored)
        return index


class _Index:
    """Kinds by what they are looked up by."""

    def __init__(self, kinds: tuple[Kind, ...], stored: tuple[Kind, ...] | None = None) -> None:
        self.kinds = kinds
        self.by_path = {(kind.group, kind.version, kind.plural): kind for kind in kinds}
        self.by_resource = {kind.resource: kind for kind in (kinds if stored is None else stored)}
        self.by_type = {(kind.api_version, kind.kind): kind for kind in kinds}
        self.groups = frozenset(kind.group for kind in kinds)
