"""Revisions: annotations on Deployments and ReplicaSets that count the rollouts, and the ReplicaSet that a new template makes."""

from __future__ import annotations

import json
from collections.abc import Iterable

from mockapi.controllers.deployment.replicasets import DESIRED, HASH_LABEL, MAXIMUM
from mockapi.controllers.deployment.rollout import Limits
from mockapi.machinery.hashing import name_hash
from mockapi.machinery.meta import Object, annotations_of, name_of, namespace_of, owner_reference

REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"
_ROLLBACK_TO = "deprecated.deployment.rollback.to"
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_NOT_COPIED = frozenset({_LAST_APPLIED, REVISION, HISTORY, DESIRED, MAXIMUM, _ROLLBACK_TO})
# As many characters of former revisions as are remembered.
_HISTORY_LENGTH = 2000


def revision_of(obj: Object) -> int:
    """The revision of a Deployment or ReplicaSet, 0 when it has none."""
    try:
        return int(annotations_of(obj).get(REVISION) or "0")
    except ValueError:
        return 0


def next_revision(old: Iterable[Object]) -> int:
    """The revision of the new ReplicaSet, given the old ones."""
    return max(map(revision_of, old), default=0) + 1


def size_annotations(limits: Limits) -> dict[str, str]:
    """What a ReplicaSet notes of the Deployment's size whenever it is given its own."""
    return {DESIRED: str(limits.replicas), MAXIMUM: str(limits.most)}


def new_set_annotations(deployment: Object, new: Object, revision: int) -> dict[str, str]:
    """The annotations that the new ReplicaSet should have: the Deployment's, and a revision that only grows."""
    present = annotations_of(new)
    wanted = present | {name: text for name, text in annotations_of(deployment).items() if name not in _NOT_COPIED}
    former = present.get(REVISION)
    if former is not None and former and not former.isdigit():
        return wanted
    if revision_of(new) < revision:
        wanted[REVISION] = str(revision)
        if former is not None:
            # It is rolled back to: the revision under which it was known before is kept.
            wanted[HISTORY] = _remembered(present.get(HISTORY, ""), former)
    return wanted


def new_set(deployment: Object, limits: Limits, revision: int) -> Object:
    """The ReplicaSet of the Deployment's present template, without its size."""
    spec = deployment["spec"]
    template, selector = spec["template"], spec["selector"]
    label = {HASH_LABEL: template_hash(template, deployment["status"].get("collisionCount"))}
    meta = template.get("metadata") or {}
    labels = {**(meta.get("labels") or {}), **label}
    made: Object = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{name_of(deployment)}-{label[HASH_LABEL]}",
            "namespace": namespace_of(deployment),
            "labels": labels,
            "ownerReferences": [owner_reference(deployment)],
        },
        "spec": {
            **({"minReadySeconds": spec["minReadySeconds"]} if spec.get("minReadySeconds") else {}),
            "selector": {**selector, "matchLabels": {**(selector.get("matchLabels") or {}), **label}},
            "template": {**template, "metadata": {**meta, "labels": labels}},
        },
    }
    made["metadata"]["annotations"] = new_set_annotations(deployment, made, revision) | size_annotations(limits)
    return made


def template_hash(template: Object, collisions: int | None) -> str:
    """The value of the label pod-template-hash; another one for each collision that was met."""
    text = json.dumps(template, sort_keys=True)
    return name_hash(text if collisions is None else f"{text}{collisions}")


def _remembered(history: str, former: str) -> str:
    """The comma-separated history with one revision more; the oldest ones go when it gets too long."""
    revisions = [*history.split(","), former] if history else [former]
    while len(revisions) > 1 and len(",".join(revisions)) > _HISTORY_LENGTH:
        revisions.pop(0)
    return ",".join(revisions)
