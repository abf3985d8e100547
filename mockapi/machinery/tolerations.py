"""core/v1 Taint and Toleration: which nodes keep a pod off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mockapi.machinery.meta import Object

NO_SCHEDULE, PREFER_NO_SCHEDULE, NO_EXECUTE = "NoSchedule", "PreferNoSchedule", "NoExecute"
# The effects that keep pods off a node.
HARD = frozenset({NO_SCHEDULE, NO_EXECUTE})

# What cordoning amounts to, for pods that tolerate it (Node.spec.unschedulable).
UNSCHEDULABLE: Object = {"key": "node.kubernetes.io/unschedulable", "effect": NO_SCHEDULE}


def tolerates(toleration: Object, taint: Object) -> bool:
    """Whether one toleration covers a taint; what it leaves out, key, effect or both, covers all of them."""
    if toleration.get("effect") and toleration["effect"] != taint.get("effect"):
        return False
    if toleration.get("key") and toleration["key"] != taint["key"]:
        return False
    if toleration.get("operator") == "Exists":
        return True
    return bool(toleration.get("key")) and toleration.get("value", "") == taint.get("value", "")


def tolerated(tolerations: Iterable[Object], taint: Object) -> bool:
    """Whether one of the tolerations covers the taint."""
    return any(tolerates(toleration, taint) for toleration in tolerations)


def untolerated(pod: Object, node: Object, effects: Iterable[str] = HARD) -> Object | None:
    """The first taint of a node, of those effects, that the pod does not tolerate; None when there is none."""
    tolerations: Sequence[Object] = pod["spec"].get("tolerations") or ()
    taints = node["spec"].get("taints") or ()
    return next((taint for taint in taints if taint.get("effect") in effects and not tolerated(tolerations, taint)), None)
