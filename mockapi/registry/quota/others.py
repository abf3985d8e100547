"""Services, claims to volumes and claims to devices count by more than their number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mockapi.machinery.meta import Object, annotations_of
from mockapi.machinery.podresources import Amounts
from mockapi.machinery.quantity import ZERO, Quantity, parse_quantity
from mockapi.registry.quota.evaluator import EXISTS, ONE, Evaluator, value_selector

_OF_STORAGE_CLASS = ".storageclass.storage.k8s.io/"
_OF_DEVICE_CLASS = ".deviceclass.resource.k8s.io/devices"
_BETA_STORAGE_CLASS = "volume.beta.kubernetes.io/storage-class"
# As many devices as a request for all of a class can get (AllocationResultsMaxSize).
_ALL_DEVICES = 32


class ServiceEvaluator(Evaluator):
    """Counts services, load balancers and node ports; those yet to be allocated too."""

    charged_updates = ""

    def __init__(self) -> None:
        super().__init__("services")
        self._names |= {"services", "services.loadbalancers", "services.nodeports"}

    def usage(self, obj: Object, now: datetime) -> Amounts:
        balancers = int(obj["spec"].get("type") == "LoadBalancer")
        one = {"services": ONE, "count/services": ONE}
        return {**one, "services.loadbalancers": _whole(balancers), "services.nodeports": _whole(_node_ports(obj["spec"]))}


class ClaimEvaluator(Evaluator):
    """Counts PersistentVolumeClaims and the storage they request, of each storage class too."""

    charged_updates = ""

    def __init__(self) -> None:
        super().__init__("persistentvolumeclaims")
        self._names |= {"persistentvolumeclaims", "requests.storage"}

    def measures(self, name: str) -> bool:
        return name in self._names or name.endswith(tuple(_OF_STORAGE_CLASS + each for each in self._names))

    def usage(self, obj: Object, now: datetime) -> Amounts:
        found: Amounts = {"persistentvolumeclaims": ONE}
        if (storage := _storage(obj)) is not None:
            found["requests.storage"] = storage
        chosen = annotations_of(obj).get(_BETA_STORAGE_CLASS) or obj["spec"].get("storageClassName")
        of_class = {f"{chosen}{_OF_STORAGE_CLASS}{name}": value for name, value in found.items()} if chosen else {}
        return {"count/persistentvolumeclaims": ONE, **found, **of_class}

    def counts_otherwise(self, before: Object, after: Object, now: datetime) -> bool:
        return set(_attributes_classes(before)) != set(_attributes_classes(after)) or super().counts_otherwise(before, after, now)

    def is_in_scope(self, requirement: Object, obj: Object) -> bool:
        """The one scope of claims; a change of class counts for the old and for the new one (KEP-3751)."""
        scope = requirement["scopeName"]
        if scope != "VolumeAttributesClass":
            return False
        names = set(_attributes_classes(obj))
        if requirement["operator"] == EXISTS:
            return bool(names)
        selector = value_selector(requirement)
        return any(selector.matches({scope: name}) for name in names) if names else selector.matches({})


class DeviceClaimEvaluator(Evaluator):
    """Counts ResourceClaims and the devices they request of each class (KEP-4381)."""

    def __init__(self) -> None:
        super().__init__("resourceclaims.resource.k8s.io")

    def measures(self, name: str) -> bool:
        return name in self._names or name.endswith(_OF_DEVICE_CLASS)

    def usage(self, obj: Object, now: datetime) -> Amounts:
        found: Amounts = super().usage(obj, now)
        for request in (obj["spec"].get("devices") or {}).get("requests") or ():
            for chosen, count in _most_devices(request).items():
                name = chosen + _OF_DEVICE_CLASS
                found[name] = found.get(name, ZERO) + _whole(count)
        return found


def _whole(number: int) -> Quantity:
    return parse_quantity(str(number))


def _node_ports(spec: Object) -> int:
    ports = spec.get("ports") or []
    if spec.get("type") == "NodePort":
        return len(ports)
    if spec.get("type") != "LoadBalancer":
        return 0
    if spec.get("allocateLoadBalancerNodePorts") is False:
        return sum(1 for port in ports if port.get("nodePort"))
    return len(ports)


def _storage(claim: Object) -> Quantity | None:
    """Whole bytes; a claim that is being enlarged may hold more than it requests (KEP-1790)."""
    request = ((claim["spec"].get("resources") or {}).get("requests") or {}).get("storage")
    if request is None:
        return None
    allocated = ((claim.get("status") or {}).get("allocatedResources") or {}).get("storage")
    most = max(parse_quantity(request), parse_quantity(allocated or "0"))
    whole = _whole(most.value)
    return most if whole == most else Quantity(whole.nanos, most.format)


def _attributes_classes(claim: Object) -> Iterator[str]:
    status = claim.get("status") or {}
    modified = (status.get("modifyVolumeStatus") or {}).get("targetVolumeAttributesClassName")
    for name in (claim["spec"].get("volumeAttributesClassName"), status.get("currentVolumeAttributesClassName"), modified):
        if name:
            yield name


def _most_devices(request: Object) -> dict[str, int]:
    """How many devices of each class a request gets at most; of alternatives it gets one."""
    exactly, alternatives = request.get("exactly"), request.get("firstAvailable") or ()
    most: dict[str, int] = {}
    for wish in [exactly] if exactly else alternatives:
        count = _ALL_DEVICES if wish.get("allocationMode") == "All" else wish.get("count") or 1
        most[wish["deviceClassName"]] = max(most.get(wish["deviceClassName"], 0), count)
    return most
