"""The pods of DaemonSets: each is meant for one node from the start, and the scheduler puts it there (KEP-548)."""

from __future__ import annotations

from datetime import datetime

from mockapi.controllers.daemonset.placement import tolerations
from mockapi.controllers.workload.history import REVISION_LABEL
from mockapi.controllers.workload.podcontrol import pod_from_template
from mockapi.controllers.workload.podfacts import created
from mockapi.machinery.meta import Object, annotations_of, name_of

_GENERATION_LABEL = "pod-template-generation"
_GENERATION = "deprecated.daemonset.template.generation"
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_NAME = "metadata.name"


def new_pod(daemonset: Object, code: str, node: str) -> Object:
    """A pod of the present template for that node; `code` names the template's revision."""
    pod = pod_from_template(daemonset["spec"]["template"], daemonset)
    meta, spec = pod["metadata"], pod["spec"]
    generation = annotations_of(daemonset).get(_GENERATION)
    labels = {**(meta.get("labels") or {}), **({_GENERATION_LABEL: generation} if generation else {}), REVISION_LABEL: code}
    spec = {**spec, "tolerations": tolerations(spec), "affinity": _bound(spec.get("affinity") or {}, node)}
    return {**pod, "metadata": {**meta, "labels": labels}, "spec": spec}


def target_of(pod: Object) -> str:
    """The node that a pod is on or meant for; "" when nothing says so."""
    spec = pod["spec"]
    if spec.get("nodeName"):
        return str(spec["nodeName"])
    required = ((spec.get("affinity") or {}).get("nodeAffinity") or {}).get(_REQUIRED) or {}
    fields = [field for term in required.get("nodeSelectorTerms") or () for field in term.get("matchFields") or ()]
    named: list[str] = next((field["values"] for field in fields if field["key"] == _NAME and field["operator"] == "In"), [])
    return named[0] if len(named) == 1 else ""


def age_order(pod: Object) -> tuple[bool, datetime, str]:
    """Sorts the pods of one node: those that are there before those on their way, the oldest first."""
    return not pod["spec"].get("nodeName"), created(pod), name_of(pod)


def _bound(affinity: Object, node: str) -> Object:
    """The affinity whose required terms name the node alone: that the others hold is known."""
    terms = [{"matchFields": [{"key": _NAME, "operator": "In", "values": [node]}]}]
    return {**affinity, "nodeAffinity": {**(affinity.get("nodeAffinity") or {}), _REQUIRED: {"nodeSelectorTerms": terms}}}
