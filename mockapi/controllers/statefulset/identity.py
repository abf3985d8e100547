"""Who a pod of a StatefulSet is: its ordinal, name, labels, host name, and the claims that its volumes stand for."""

from __future__ import annotations

import re

from mockapi.controllers.workload.history import REVISION_LABEL, template_of
from mockapi.controllers.workload.podcontrol import pod_from_template
from mockapi.machinery.meta import Object, Objects, labels_of, name_of

_POD_NAME = "statefulset.kubernetes.io/pod-name"
_POD_INDEX = "apps.kubernetes.io/pod-index"
_NAME = re.compile(r"(?P<parent>.*)-(?P<ordinal>[0-9]+)", re.DOTALL)


def is_member(statefulset: Object, pod: Object) -> bool:
    """Whether the pod's name says that it belongs to the set."""
    found = _NAME.fullmatch(name_of(pod))
    return found is not None and found["parent"] == name_of(statefulset)


def ordinal_of(pod: Object) -> int:
    """The number at the end of a member's name."""
    found = _NAME.fullmatch(name_of(pod))
    return int(found["ordinal"]) if found else -1


def ordinals(statefulset: Object) -> range:
    """The ordinals that the set should have (StatefulSet.spec.ordinals, KEP-3335)."""
    start = int((statefulset["spec"].get("ordinals") or {}).get("start") or 0)
    return range(start, start + int(statefulset["spec"]["replicas"]))


def revision_name(pod: Object) -> str:
    """The name of the ControllerRevision that the pod was made from."""
    return labels_of(pod).get(REVISION_LABEL, "")


def new_pod(statefulset: Object, revision: Object, ordinal: int) -> Object:
    """The pod of that ordinal, as a revision's template describes it."""
    pod = pod_from_template(template_of(revision), statefulset)
    name = f"{name_of(statefulset)}-{ordinal}"
    meta = pod["metadata"]
    labels = {**(meta.get("labels") or {}), **identity_labels(name), REVISION_LABEL: name_of(revision)}
    service = statefulset["spec"].get("serviceName")
    spec = {**pod["spec"], "hostname": name, **({"subdomain": service} if service else {})}
    volumes = _volumes(statefulset, spec.get("volumes") or [], ordinal)
    return {**pod, "metadata": {**meta, "name": name, "labels": labels}, "spec": {**spec, **({"volumes": volumes} if volumes else {})}}


def identity_labels(name: str) -> dict[str, str]:
    """The labels by which a member is known (KEP-4017)."""
    return {_POD_NAME: name, _POD_INDEX: name.rpartition("-")[2]}


def claim_name(statefulset: Object, claim: Object, ordinal: int) -> str:
    """The name of the PersistentVolumeClaim that a claim template makes for a member."""
    return f"{name_of(claim)}-{name_of(statefulset)}-{ordinal}"


def _volumes(statefulset: Object, given: Objects, ordinal: int) -> Objects:
    """The template's volumes, with those that are named like a claim template standing for the member's own claim."""
    templates = statefulset["spec"].get("volumeClaimTemplates") or ()
    claims = {name_of(claim): claim_name(statefulset, claim, ordinal) for claim in templates}
    own = [{"name": name, "persistentVolumeClaim": {"claimName": claim}} for name, claim in claims.items()]
    return own + [volume for volume in given if volume["name"] not in claims]
