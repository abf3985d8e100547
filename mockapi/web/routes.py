"""From paths to what they name: `/apis/{group}/{version}/namespaces/{namespace}/{plural}/{name}/{subresource}` and its shorter forms."""

from __future__ import annotations

from typing import NamedTuple

from mockapi.machinery import errors
from mockapi.machinery.meta import Key
from mockapi.registry.catalogue import Catalogue
from mockapi.registry.kind import Kind
from mockapi.registry.subresource import Subresource

_COLLECTION_VERBS = {"GET": "list", "POST": "create", "DELETE": "deletecollection"}
_OBJECT_VERBS = {"GET": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_SUBRESOURCE_VERBS = {"GET": "get", "PUT": "update", "PATCH": "patch", "POST": "create", "DELETE": "delete"}


class Target(NamedTuple):
    """What a path names: a collection (`name` empty), an object, or one of its subresources. `watch` marks paths below /watch/."""

    kind: Kind
    namespace: str
    name: str = ""
    subresource: Subresource | None = None
    watch: bool = False

    @property
    def key(self) -> Key:
        """The object's key."""
        return Key(self.namespace, self.name)

    def verb(self, method: str) -> str:
        """The API verb that a method means here. StatusError 405 when there is none."""
        verb = self._verbs().get(method, "")
        if verb and self._offers(verb):
            return verb
        raise errors.method_not_allowed()

    def _verbs(self) -> dict[str, str]:
        if self.watch:
            return {"GET": "watch"}
        if self.subresource is not None:
            return _SUBRESOURCE_VERBS
        return _OBJECT_VERBS if self.name else _COLLECTION_VERBS

    def _offers(self, verb: str) -> bool:
        if self.subresource is not None:
            return verb in self.subresource.verbs
        # All namespaces together can be listed and watched, no more.
        everywhere = self.kind.namespaced and not self.namespace
        return verb in self.kind.verbs and (not everywhere or verb in {"list", "watch"})


def resolve(catalogue: Catalogue, group: str, version: str, parts: list[str]) -> Target | None:
    """What the parts of a path below a group version name; None when that is nothing served."""
    watch = bool(parts) and parts[0] == "watch"
    namespace, rest = _scope(parts[1:] if watch else parts)
    if not rest:
        return None
    kind = catalogue.by_path(group, version, rest[0])
    if kind is None or not _scope_fits(kind, namespace, rest):
        return None
    name = rest[1] if len(rest) > 1 else ""
    if len(rest) < 3:
        return Target(kind, namespace, name, watch=watch)
    subresource = kind.subresource(rest[2])
    if subresource is None or watch or (len(rest) > 3 and not subresource.connects):
        return None
    return Target(kind, namespace, name, subresource)


def _scope(parts: list[str]) -> tuple[str, list[str]]:
    """The namespace and what is named in it. A namespace itself, and its subresources, are cluster-scoped objects."""
    if len(parts) < 3 or parts[0] != "namespaces" or (len(parts) == 3 and parts[2] in {"status", "finalize"}):
        return "", parts
    return parts[1], parts[2:]


def _scope_fits(kind: Kind, namespace: str, rest: list[str]) -> bool:
    if kind.namespaced:
        return bool(namespace) or len(rest) == 1
    return not namespace
