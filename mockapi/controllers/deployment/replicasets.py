"""Reading the ReplicaSets of a Deployment: sizes, ages, which one is new, and the sizes that were noted on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from mockapi.controllers.workload.podfacts import created
from mockapi.machinery.meta import Object, Objects, annotations_of, name_of

HASH_LABEL = "pod-template-hash"
DESIRED = "deployment.kubernetes.io/desired-replicas"
MAXIMUM = "deployment.kubernetes.io/max-replicas"


def size(replica_set: Object) -> int:
    """How many pods it is to have."""
    return int(replica_set["spec"]["replicas"])


def available(replica_set: Object) -> int:
    """How many of its pods are available."""
    return int(replica_set["status"].get("availableReplicas") or 0)


def total_size(sets: Iterable[Object]) -> int:
    """How many pods they are to have together."""
    return sum(map(size, sets))


def total_available(sets: Iterable[Object]) -> int:
    """How many of their pods are available."""
    return sum(map(available, sets))


def total(sets: Iterable[Object], field: str) -> int:
    """The sum of a count in their statuses."""
    return sum(int(one["status"].get(field) or 0) for one in sets)


def active(sets: Iterable[Object]) -> Objects:
    """Those that are to have pods."""
    return [one for one in sets if size(one) > 0]


def age_key(replica_set: Object) -> tuple[datetime, str]:
    """Sorts the oldest first, those of one second by name."""
    return created(replica_set), name_of(replica_set)


def largest_first(sets: Sequence[Object], *, newer_first: bool) -> Objects:
    """Sorted by size; among equals by age."""
    by_age = sorted(sets, key=age_key, reverse=newer_first)
    return sorted(by_age, key=size, reverse=True)


def find_new(deployment: Object, sets: Iterable[Object]) -> Object | None:
    """The ReplicaSet of the Deployment's present template; of several the oldest."""
    wanted = _unlabelled(deployment["spec"]["template"])
    return next((one for one in sorted(sets, key=age_key) if _unlabelled(one["spec"]["template"]) == wanted), None)


def same_template(one: Object, other: Object) -> bool:
    """Whether two pod templates differ in nothing but the hash label."""
    return _unlabelled(one) == _unlabelled(other)


def active_or_latest(new: Object | None, old: Sequence[Object]) -> Object | None:
    """The only active ReplicaSet; without any the new or else the youngest one. None when several are active, or there are none."""
    everything = [*old, new] if new else list(old)
    candidates = active(everything)
    if len(candidates) > 1 or not everything:
        return None
    return candidates[0] if candidates else new or max(old, key=age_key)


def is_saturated(new: Object | None, replicas: int) -> bool:
    """Whether the new ReplicaSet has all the pods that the Deployment wants, and all are available."""
    if new is None:
        return False
    return size(new) == replicas and annotations_of(new).get(DESIRED) == str(replicas) and available(new) == replicas


def desired_replicas(replica_set: Object) -> int | None:
    """The Deployment's size when it last sized this ReplicaSet."""
    return _noted(replica_set, DESIRED)


def max_replicas(replica_set: Object) -> int | None:
    """The Deployment's size and surge when it last sized this ReplicaSet."""
    return _noted(replica_set, MAXIMUM)


def _noted(replica_set: Object, annotation: str) -> int | None:
    try:
        return int(annotations_of(replica_set).get(annotation, ""))
    except ValueError:
        return None


def _unlabelled(template: Object) -> Object:
    """A pod template without the hash label."""
    meta = template.get("metadata") or {}
    labels = {name: value for name, value in (meta.get("labels") or {}).items() if name != HASH_LABEL}
    return {**template, "metadata": {**meta, "labels": labels}}
