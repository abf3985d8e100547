"""New nodes take no pods before they are said to be ready (KEP-382)."""

from __future__ import annotations

from mockapi.registry.admission import CREATE, Admission, Attributes

_NOT_READY = ("node.kubernetes.io/not-ready", "NoSchedule")


class TaintNodesByCondition(Admission):
    """Adds the taint of a node that is not ready to every new one; the node lifecycle controller takes it off."""

    def mutate(self, attributes: Attributes) -> None:
        if attributes.kind.resource != "nodes" or attributes.operation != CREATE or attributes.subresource or attributes.obj is None:
            return
        spec = attributes.obj["spec"]
        taints = spec.get("taints") or []
        if not any((taint["key"], taint["effect"]) == _NOT_READY for taint in taints):
            key, effect = _NOT_READY
            spec["taints"] = [*taints, {"key": key, "effect": effect}]
