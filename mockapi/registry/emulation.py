"""What a Kubernetes minor serves of the declared kinds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mockapi.machinery.versions import at_least
from mockapi.registry.cluster import Cluster
from mockapi.registry.kind import Kind
from mockapi.registry.schema.definitions import Definitions, minors

_OLDEST = "1.30"


def emulated_minors() -> tuple[str, ...]:
    """The minors that can be emulated: of those whose definitions are installed, all whose kinds are declared."""
    return tuple(minor for minor in minors() if at_least(minor, _OLDEST))


def served(kinds: Iterable[Kind], cluster: Cluster) -> list[Kind]:
    """The kinds that the cluster's minor has, as it has them: without later subresources, and without warnings that came later.

    Kubernetes itself knows nothing of aggregated groups, nor of kinds that bring their own schema.
    """
    minor = cluster.minor
    definitions = Definitions.for_minor(minor)

    def is_served(kind: Kind) -> bool:
        if kind.group in cluster.aggregated or kind.own_codec is not None:
            return True
        return definitions.name_of(kind.group, kind.version, kind.kind) is not None

    return [_with_codec(_as_of(kind, minor), definitions) for kind in kinds if is_served(kind)]


def _with_codec(kind: Kind, definitions: Definitions) -> Kind:
    return kind if kind.own_codec is None else replace(kind, codec=kind.own_codec(definitions))


def _as_of(kind: Kind, minor: str) -> Kind:
    subresources = tuple(each for each in kind.subresources if at_least(minor, each.since))
    deprecation = kind.deprecation if at_least(minor, kind.deprecated_since) else ""
    if (subresources, deprecation) == (kind.subresources, kind.deprecation):
        return kind
    return replace(kind, subresources=subresources, deprecation=deprecation)
