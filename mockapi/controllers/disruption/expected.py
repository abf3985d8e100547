"""How many pods a budget expects, and how many of them are to be healthy (policy/v1 PodDisruptionBudgetSpec).

Shares are of the replicas that the controllers of the pods want, whatever kind they are of, as long as it can be scaled.
"""

from __future__ import annotations

from typing import NamedTuple

from mockapi.controllers.workload.shares import rounded_up
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, Objects, controller_of, name_of, namespace_of
from mockapi.registry.client import Client
from mockapi.registry.kind import Kind

_REPLICASETS, _DEPLOYMENTS = "replicasets.apps", "deployments.apps"


class UncountedError(Exception):
    """The expected pods cannot be counted; the text says why."""


class Expectation(NamedTuple):
    """`healthy` is the least that there are to be; `unmanaged` is whether pods were left out that nobody controls."""

    pods: int
    healthy: int
    unmanaged: bool = False


def expectation(client: Client, budget: Object, pods: Objects) -> Expectation:
    """What the budget expects of the pods that it selects. UncountedError."""
    most, least = budget["spec"].get("maxUnavailable"), budget["spec"].get("minAvailable")
    if most is not None:
        total, unmanaged = _total(client, pods)
        return Expectation(total, max(0, total - rounded_up(most, total)), unmanaged)
    if isinstance(least, str):
        total, unmanaged = _total(client, pods)
        return Expectation(total, rounded_up(least, total), unmanaged)
    return Expectation(len(pods), least) if least is not None else Expectation(0, 0)


def _total(client: Client, pods: Objects) -> tuple[int, bool]:
    """The replicas of all controllers of the pods, and whether a pod has none."""
    known: dict[str, int] = {}
    unmanaged = False
    for pod in pods:
        reference = controller_of(pod)
        if reference is None:
            unmanaged = True
        elif reference["uid"] not in known:
            uid, replicas = _scale(client, pod, reference)
            known[uid] = replicas
    return sum(known.values()), unmanaged


def _scale(client: Client, pod: Object, reference: Object) -> tuple[str, int]:
    """The uid and replicas of a pod's controller, or of what controls that."""
    kind, namespace = _kind(client, reference), namespace_of(pod)
    if kind.resource == _REPLICASETS and (deployment := _deployment(client, namespace, reference)):
        return deployment["metadata"]["uid"], deployment["spec"]["replicas"]
    if kind.subresource("scale") is None:
        raise UncountedError(f"{kind.resource} does not implement the scale subresource")
    scale = _view(client, kind, Key(namespace, reference["name"]))
    if scale is None or scale["metadata"]["uid"] != reference["uid"]:
        raise UncountedError(f'found no controllers for pod "{name_of(pod)}"')
    return scale["metadata"]["uid"], scale["spec"].get("replicas", 0)


def _kind(client: Client, reference: Object) -> Kind:
    kind = client.resources.catalogue.by_type(reference["apiVersion"], reference["kind"])
    if kind is None:
        raise UncountedError(f'no matches for kind "{reference["kind"]}" in version "{reference["apiVersion"]}"')
    return kind


def _deployment(client: Client, namespace: str, reference: Object) -> Object | None:
    """The Deployment behind a ReplicaSet."""
    replicaset = client.get(_REPLICASETS, namespace, reference["name"])
    owner = controller_of(replicaset) if replicaset and replicaset["metadata"]["uid"] == reference["uid"] else None
    if owner is None or owner["kind"] != "Deployment":
        return None
    found = client.get(_DEPLOYMENTS, namespace, owner["name"])
    return found if found and found["metadata"]["uid"] == owner["uid"] else None


def _view(client: Client, kind: Kind, key: Key) -> Object | None:
    try:
        return client.resources.scales.get(kind, key)
    except StatusError as failure:
        if failure.code != 404:
            raise
        return None
