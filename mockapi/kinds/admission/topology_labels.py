"""A pod is labelled with the zone and the region of its node (KEP-4742)."""

from __future__ import annotations

from mockapi.machinery.meta import Key, labels_of
from mockapi.machinery.versions import at_least
from mockapi.registry.admission import CREATE, Admission, Attributes

_LABELS = ("topology.kubernetes.io/zone", "topology.kubernetes.io/region")
_SINCE = "1.35"


class PodTopologyLabels(Admission):
    """Labels pods when they are bound, through the binding, or when they are made on a node."""

    hears_of_parts = True

    def mutate(self, attributes: Attributes) -> None:
        obj = attributes.obj
        if attributes.kind.resource != "pods" or attributes.operation != CREATE or obj is None:
            return
        if not at_least(attributes.request.cluster.minor, _SINCE) or attributes.called_subresource not in {"", "binding"}:
            return
        chosen = (obj.get("target") or {}).get("name") if attributes.called_subresource else obj["spec"].get("nodeName")
        node = attributes.request.read("nodes", Key("", chosen)) if chosen else None
        found = {name: value for name, value in labels_of(node or {}).items() if name in _LABELS}
        if found:
            meta = obj.setdefault("metadata", {})
            meta["labels"] = {**(meta.get("labels") or {}), **found}
