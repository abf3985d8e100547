"""What a node's own description says: NodeUnschedulable, TaintToleration and NodeAffinity."""

from __future__ import annotations

from mockapi.controllers.scheduler.plugins.base import Incoming, Refusal
from mockapi.controllers.scheduler.snapshot import NodeInfo
from mockapi.machinery.meta import Object
from mockapi.machinery.nodeselectors import pod_allows, term_matches
from mockapi.machinery.tolerations import PREFER_NO_SCHEDULE, UNSCHEDULABLE, tolerated, untolerated

UNSCHEDULABLE_NODE, TAINTS, NODE_AFFINITY = "NodeUnschedulable", "TaintToleration", "NodeAffinity"
_REQUIRED, _PREFERRED = "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"
_NAME = "metadata.name"

_CORDONED = Refusal(UNSCHEDULABLE_NODE, ("node(s) were unschedulable",), final=True)
_TAINTED = Refusal(TAINTS, ("node(s) had untolerated taint(s)",), final=True)
_UNWANTED = Refusal(NODE_AFFINITY, ("node(s) didn't match Pod's node affinity/selector",), final=True)


def unschedulable(incoming: Incoming, info: NodeInfo) -> Refusal | None:
    """A cordoned node takes only pods that tolerate it."""
    if info.node["spec"].get("unschedulable") and not tolerated(incoming.pod["spec"].get("tolerations") or (), UNSCHEDULABLE):
        return _CORDONED
    return None


def tainted(incoming: Incoming, info: NodeInfo) -> Refusal | None:
    """Every taint that keeps pods off must be tolerated."""
    return _TAINTED if info.node["spec"].get("taints") and untolerated(incoming.pod, info.node) else None


def unwanted(incoming: Incoming, info: NodeInfo) -> Refusal | None:
    """The pod's nodeSelector and required node affinity hold."""
    return None if pod_allows(incoming.pod, info.node) else _UNWANTED


def soft_taints(incoming: Incoming, info: NodeInfo) -> int:
    """How many taints would rather have the pod elsewhere."""
    taints, tolerations = info.node["spec"].get("taints") or (), incoming.pod["spec"].get("tolerations") or ()
    return sum(taint.get("effect") == PREFER_NO_SCHEDULE and not tolerated(tolerations, taint) for taint in taints)


def preference(incoming: Incoming, info: NodeInfo) -> int:
    """The weights of the preferred terms that hold; an empty term is none."""
    preferred = _node_affinity(incoming.pod).get(_PREFERRED) or ()
    return sum(int(term["weight"]) for term in preferred if term_matches(term["preference"], info.node))


def named_nodes(pod: Object) -> frozenset[str] | None:
    """The nodes that the pod's affinity names, as that of a DaemonSet's pod does; None when it leaves others open."""
    terms = (_node_affinity(pod).get(_REQUIRED) or {}).get("nodeSelectorTerms") or ()
    named = [_named_by(term) for term in terms]
    known = [names for names in named if names is not None]
    return frozenset().union(*known) if known and len(known) == len(named) else None


def _named_by(term: Object) -> frozenset[str] | None:
    fields = [each for each in term.get("matchFields") or () if each["key"] == _NAME and each["operator"] == "In"]
    if not fields:
        return None
    return frozenset.intersection(*(frozenset(each["values"]) for each in fields))


def _node_affinity(pod: Object) -> Object:
    affinity: Object = (pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
    return affinity
