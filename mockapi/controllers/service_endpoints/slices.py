"""EndpointSlices as objects: new ones, their labels, and how to tell the endpoints in them apart."""

from __future__ import annotations

from collections.abc import Hashable

from mockapi.machinery import names
from mockapi.machinery.meta import Object, Objects, labels_of, name_of, namespace_of, owner_reference

SERVICE_NAME = "kubernetes.io/service-name"
MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
HEADLESS = "service.kubernetes.io/headless"

_RESERVED = frozenset({SERVICE_NAME, MANAGED_BY, HEADLESS})
# What does not make an endpoint another one: hints are worked out for whole slices, the old topology is dropped.
_DERIVED = frozenset({"hints", "deprecatedTopology"})


def new_slice(owner: Object, address_type: str, ports: Objects, labels: dict[str, str]) -> Object:
    """A slice without endpoints that a Service or Endpoints owns, to be given a name by the server."""
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "generateName": name_prefix(name_of(owner)),
            "namespace": namespace_of(owner),
            "labels": labels,
            "ownerReferences": [owner_reference(owner)],
        },
        "addressType": address_type,
        "endpoints": [],
        "ports": ports,
    }


def name_prefix(owner: str) -> str:
    """What slices of an owner are called before the random part: `<owner>-`, unless that could not be part of a name."""
    prefix = f"{owner}-"
    return owner if names.dns1123_subdomain(names.completed(prefix)) else prefix


def service_labels(service: Object, manager: str) -> dict[str, str]:
    """The labels of a service's slices: its own, and those that say whose slices they are."""
    labels = {name: value for name, value in labels_of(service).items() if name not in _RESERVED}
    if service["spec"].get("clusterIP", "") in {"", "None"}:
        labels[HEADLESS] = ""
    return {**labels, SERVICE_NAME: name_of(service), MANAGED_BY: manager}


def same_own_labels(slice_: Object, service: Object) -> bool:
    """Whether a slice has the service's labels; the reserved ones are not looked at."""
    return _unreserved(labels_of(slice_)) == _unreserved(labels_of(service))


def endpoints_of(slice_: Object) -> Objects:
    """The endpoints of a slice. Not to be changed."""
    return slice_.get("endpoints") or []


def endpoint_key(endpoint: Object) -> Hashable:
    """Tells whether two endpoints stand for the same thing, whatever their state is."""
    target = endpoint.get("targetRef") or {}
    return (
        tuple(sorted(endpoint.get("addresses") or ())),
        endpoint.get("hostname"),
        target.get("namespace"),
        target.get("name"),
    )


def same_state(one: Object, other: Object) -> bool:
    """Whether two endpoints with the same key need no update."""
    return {k: v for k, v in one.items() if k not in _DERIVED} == {k: v for k, v in other.items() if k not in _DERIVED}


def with_metadata(slice_: Object, **fields: object) -> Object:
    """A copy of a slice with other metadata fields."""
    return {**slice_, "metadata": {**slice_["metadata"], **fields}}


def _unreserved(labels: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in labels.items() if name not in _RESERVED}
