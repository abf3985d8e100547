"""Pods stay for five minutes on a node that is lost, unless they say otherwise (Pod.spec.tolerations)."""

from __future__ import annotations

from mockapi.machinery.meta import Object
from mockapi.registry.admission import Admission, Attributes

_SECONDS = 300
_LOST = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


class DefaultTolerationSeconds(Admission):
    """Adds the tolerations of a lost node where the pod has none that covers them."""

    def mutate(self, attributes: Attributes) -> None:
        if attributes.kind.resource != "pods" or attributes.subresource or attributes.obj is None:
            return
        spec = attributes.obj["spec"]
        present = spec.get("tolerations") or []
        missing = [_toleration(key) for key in _LOST if not any(_covers(toleration, key) for toleration in present)]
        if missing:
            spec["tolerations"] = [*present, *missing]


def _covers(toleration: Object, key: str) -> bool:
    return toleration.get("key", "") in {key, ""} and toleration.get("effect", "") in {"NoExecute", ""}


def _toleration(key: str) -> Object:
    return {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": _SECONDS}
