"""What endpoints need to know of a pod."""

from __future__ import annotations

from mockapi.machinery.meta import Object, is_terminating, labels_of, name_of, namespace_of, uid_of

_TERMINAL = frozenset({"Failed", "Succeeded"})


def ready_condition(pod: Object) -> Object:
    """The pod's condition Ready; empty when it has none yet."""
    conditions = pod.get("status", {}).get("conditions") or ()
    return next((condition for condition in conditions if condition.get("type") == "Ready"), {})


def is_ready(pod: Object) -> bool:
    """Whether the pod passes its readiness checks."""
    return ready_condition(pod).get("status") == "True"


def addresses(pod: Object, family: str) -> list[str]:
    """The pod's addresses of a family, `IPv4` or `IPv6`."""
    found = [entry["ip"] for entry in pod.get("status", {}).get("podIPs") or ()]
    return [address for address in found if (":" in address) == (family == "IPv6")]


def may_be_endpoint(pod: Object, *, terminating: bool) -> bool:
    """Whether the pod has an address and is not finished; `terminating` admits pods that are being deleted."""
    status = pod.get("status", {})
    if status.get("phase") in _TERMINAL or not (status.get("podIP") or status.get("podIPs")):
        return False
    return terminating or not is_terminating(pod)


def hostname(pod: Object, service: Object) -> str:
    """The name that the pod has below the service's name (Pod spec.hostname and spec.subdomain), or ""."""
    spec = pod["spec"]
    return str(spec.get("hostname") or "") if spec.get("subdomain") == name_of(service) else ""


def reference(pod: Object) -> Object:
    """The targetRef of the pod's endpoint."""
    return {"kind": "Pod", "namespace": namespace_of(pod), "name": name_of(pod), "uid": uid_of(pod)}


def endpoint_changed(pod: Object, previous: Object) -> bool:
    """Whether an update of a pod changes its endpoints, its labels aside. A change of phase alone does not."""
    # The real controllers compare pointers to the two timestamps, so every update of a terminating pod counts as a change.
    if is_terminating(pod) or is_terminating(previous):
        return True
    return (
        is_ready(pod) != is_ready(previous)
        or pod.get("status", {}).get("podIPs") != previous.get("status", {}).get("podIPs")
        or pod["spec"].get("nodeName") != previous["spec"].get("nodeName")
    )


def selection_changed(pod: Object, previous: Object) -> bool:
    """Whether other services may select the pod now, or name it differently."""
    before, after = previous["spec"], pod["spec"]
    return (
        labels_of(pod) != labels_of(previous)
        or before.get("hostname") != after.get("hostname")
        or before.get("subdomain") != after.get("subdomain")
    )
