"""The EndpointSlices that a service should have, and what is to be done to get there."""

from __future__ import annotations

from collections.abc import Callable

from mockapi.controllers.service_endpoints import pods
from mockapi.controllers.service_endpoints.hints import give_hints
from mockapi.controllers.service_endpoints.packing import Desired, packed
from mockapi.controllers.service_endpoints.plan import Plan
from mockapi.controllers.service_endpoints.ports import PortKey, port_key, slice_ports
from mockapi.controllers.service_endpoints.slices import endpoint_key, endpoints_of, new_slice, service_labels
from mockapi.machinery.meta import Object, Objects, is_terminating, labels_of, uid_of

MANAGER = "endpointslice-controller.k8s.io"

_ZONE = "topology.kubernetes.io/zone"
_TOPOLOGY_MODE = "service.kubernetes.io/topology-mode"

# A node by its name, or None.
NodeLookup = Callable[[str], Object | None]


def plan_slices(service: Object, selected: Objects, existing: Objects, node: NodeLookup) -> tuple[Plan, list[str]]:
    """What is to be done with a service's slices, and the complaints about pods whose node does not exist.

    `selected` are the pods that the service selects, `existing` its slices that this controller manages.
    """
    families = service["spec"].get("ipFamilies") or ["IPv4"]
    whole, complaints = Plan(), []
    for family in families:
        of_family = [slice_ for slice_ in existing if slice_["addressType"] == family]
        plan, missing = _plan_family(service, family, selected, of_family, node)
        whole += plan
        complaints += missing
    whole.delete += [slice_ for slice_ in existing if slice_["addressType"] not in families]
    return whole, complaints


def _plan_family(service: Object, family: str, selected: Objects, existing: Objects, node: NodeLookup) -> tuple[Plan, list[str]]:
    labels = service_labels(service, MANAGER)
    desired, ports, complaints = _desired(service, family, selected, node)
    owned: dict[PortKey, Objects] = {}
    plan = Plan()
    for slice_ in existing:
        if _owned_by(slice_, service):
            owned.setdefault(port_key(slice_.get("ports")), []).append(slice_)
        else:
            plan.delete.append(slice_)
    for key, endpoints in desired.items():
        empty = new_slice(service, family, ports[key], labels)
        plan += packed(service, empty, owned.pop(key, []), endpoints)
    for slices in owned.values():
        plan.delete += slices
    _keep_one(plan, existing, new_slice(service, family, [], labels))
    give_hints(plan, _distribution(service))
    plan.recycle(lambda slice_: _owned_by(slice_, service))
    return plan, complaints


def _desired(
    service: Object, family: str, selected: Objects, node: NodeLookup
) -> tuple[dict[PortKey, Desired], dict[PortKey, Objects], list[str]]:
    """The endpoints by the ports that they have, those ports, and the complaints."""
    publish = bool(service["spec"].get("publishNotReadyAddresses"))
    desired: dict[PortKey, Desired] = {}
    ports: dict[PortKey, Objects] = {}
    complaints: list[str] = []
    for pod in selected:
        if not pods.may_be_endpoint(pod, terminating=True):
            continue
        pod_ports = slice_ports(service, pod)
        key = port_key(pod_ports)
        ports[key] = pod_ports
        group = desired.setdefault(key, {})
        host = node(pod["spec"].get("nodeName", ""))
        if host is None and not publish:
            complaints.append(_complaint(pod, service))
        elif found := pods.addresses(pod, family):
            endpoint = _endpoint(pod, service, found, host)
            group[endpoint_key(endpoint)] = endpoint
    return desired, ports, complaints


def _endpoint(pod: Object, service: Object, found: list[str], node: Object | None) -> Object:
    serving, terminating = pods.is_ready(pod), is_terminating(pod)
    ready = bool(service["spec"].get("publishNotReadyAddresses")) or (serving and not terminating)
    endpoint: Object = {
        "addresses": found,
        "conditions": {"ready": ready, "serving": serving, "terminating": terminating},
        "targetRef": pods.reference(pod),
    }
    if hostname := pods.hostname(pod, service):
        endpoint["hostname"] = hostname
    if name := pod["spec"].get("nodeName"):
        endpoint["nodeName"] = name
    if node and (zone := labels_of(node).get(_ZONE)):
        endpoint["zone"] = zone
    return endpoint


def _keep_one(plan: Plan, existing: Objects, placeholder: Object) -> None:
    """A service without endpoints still has a slice, an empty one."""
    if plan.create or len(plan.delete) < len(existing):
        return
    if len(plan.delete) == 1 and _is_placeholder(plan.delete[0], placeholder):
        plan.delete.clear()
    else:
        plan.create.append(placeholder)


def _is_placeholder(slice_: Object, placeholder: Object) -> bool:
    return labels_of(slice_) == labels_of(placeholder) and not endpoints_of(slice_) and not slice_.get("ports")


def _owned_by(slice_: Object, service: Object) -> bool:
    references = slice_["metadata"].get("ownerReferences") or ()
    return any(reference["uid"] == uid_of(service) and reference["kind"] == "Service" for reference in references)


def _distribution(service: Object) -> str | None:
    """spec.trafficDistribution, which the older annotation for topology-aware routing overrides."""
    mode = service["metadata"].get("annotations", {}).get(_TOPOLOGY_MODE, "")
    return None if mode in {"Auto", "auto"} else service["spec"].get("trafficDistribution")


def _complaint(pod: Object, service: Object) -> str:
    pod_meta, meta = pod["metadata"], service["metadata"]
    where = f"{meta['namespace']}/{meta['name']}"
    return f"skipping Pod {pod_meta['name']} for Service {where}: Node {pod['spec'].get('nodeName', '')} Not Found"
