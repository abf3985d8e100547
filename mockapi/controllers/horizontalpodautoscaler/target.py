"""What an autoscaler scales: any kind that has a scale (autoscaling/v2 CrossVersionObjectReference)."""

from __future__ import annotations

from typing import NamedTuple

from mockapi.machinery import errors
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object
from mockapi.machinery.versions import version_rank
from mockapi.registry.client import Client
from mockapi.registry.kind import Kind


class NoTargetError(Exception):
    """The scale cannot be had; the message is what a client sees."""


class Target(NamedTuple):
    """A kind that can be scaled, and the autoscaling/v1 Scale of the object."""

    kind: Kind
    scale: Object

    @property
    def replicas(self) -> int:
        """How many there should be."""
        return int(self.scale["spec"].get("replicas") or 0)

    @property
    def selector(self) -> str:
        """Which pods they are, as a labelSelector parameter."""
        return str(self.scale["status"].get("selector") or "")


def find_target(client: Client, reference: Object, namespace: str) -> Target:
    """What a scaleTargetRef refers to, in whichever version has a scale. NoTargetError."""
    group, kinds = _kinds(client, reference)
    if not kinds:
        raise NoTargetError(f'no matches for kind "{reference["kind"]}" in group "{group}"')
    failures = []
    for kind in kinds:
        try:
            return Target(kind, _scale(client, kind, Key(namespace, reference["name"])))
        except StatusError as failure:
            failures.append(failure)
    raise NoTargetError(failures[0].message)


def rescale(client: Client, target: Target, replicas: int) -> None:
    """Sets the number of replicas. StatusError."""
    scale = {**target.scale, "spec": {**target.scale["spec"], "replicas": replicas}}
    client.update_scale(target.kind, scale)


def _kinds(client: Client, reference: Object) -> tuple[str, list[Kind]]:
    """The versions of the kind, as discovery prefers them; the one that the reference names plays no part, only its group."""
    group = reference.get("apiVersion", "").rpartition("/")[0]
    kinds = [kind for kind in client.resources.catalogue.kinds if (kind.group, kind.kind) == (group, reference["kind"])]
    return group, sorted(kinds, key=lambda kind: version_rank(kind.version))


def _scale(client: Client, kind: Kind, key: Key) -> Object:
    if not kind.namespaced or kind.subresource("scale") is None:
        raise errors.unknown_resource()
    return client.scale(kind, key)
