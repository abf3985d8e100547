"""Which nodes get a pod of a DaemonSet: its template is held against a node as the scheduler would hold a pod against it."""

from __future__ import annotations

from typing import NamedTuple

from mockapi.machinery.meta import Object, Objects, name_of
from mockapi.machinery.nodeselectors import pod_allows
from mockapi.machinery.tolerations import NO_EXECUTE, NO_SCHEDULE, untolerated

_PREFIX = "node.kubernetes.io/"
# What the pods of every DaemonSet tolerate, in the order in which it is added to them.
_TOLERATED = (
    ("not-ready", NO_EXECUTE),
    ("unreachable", NO_EXECUTE),
    ("disk-pressure", NO_SCHEDULE),
    ("memory-pressure", NO_SCHEDULE),
    ("pid-pressure", NO_SCHEDULE),
    ("unschedulable", NO_SCHEDULE),
)
_ON_HOST_NETWORK = ("network-unavailable", NO_SCHEDULE)
_IDENTITY = ("key", "operator", "value", "effect")


class Fit(NamedTuple):
    """Whether a node gets a pod, and whether one that is there already may stay."""

    runs: bool
    stays: bool


_NOT_AT_ALL = Fit(runs=False, stays=False)


class Placement:
    """Where one DaemonSet's pods belong."""

    def __init__(self, daemonset: Object) -> None:
        spec = daemonset["spec"]["template"]["spec"]
        self._node_name = spec.get("nodeName") or ""
        self._pod: Object = {"spec": {**spec, "tolerations": tolerations(spec)}}

    def fit(self, node: Object) -> Fit:
        """What its name, labels and taints mean for a node. A pod stays in spite of taints that only keep new pods away."""
        if self._node_name not in {"", name_of(node)} or not pod_allows(self._pod, node):
            return _NOT_AT_ALL
        if untolerated(self._pod, node) is None:
            return Fit(runs=True, stays=True)
        return Fit(runs=False, stays=untolerated(self._pod, node, (NO_EXECUTE,)) is None)


def tolerations(spec: Object) -> Objects:
    """What the pods tolerate: what the template says, and what all pods of DaemonSets do."""
    found = list(spec.get("tolerations") or ())
    added = (*_TOLERATED, _ON_HOST_NETWORK) if spec.get("hostNetwork") else _TOLERATED
    for name, effect in added:
        found = _with(found, {"key": f"{_PREFIX}{name}", "operator": "Exists", "effect": effect})
    return found


def _with(present: Objects, toleration: Object) -> Objects:
    """One that is there already, but for a limited time, is replaced where it stands."""
    same = [_identity(each) == _identity(toleration) for each in present]
    if not any(same):
        return [*present, toleration]
    return [toleration if replaced else each for each, replaced in zip(present, same, strict=True)]


def _identity(toleration: Object) -> tuple[str, ...]:
    return tuple(toleration.get(field) or "" for field in _IDENTITY)
