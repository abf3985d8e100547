"""A cloud's service controller: gives Services of type LoadBalancer an address of a pool, some time after they ask for one.

Services that name a loadBalancerClass, or whose address somebody else has written, are left alone. That no address is given twice is
seen to where the status of a Service is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from mockapi.controllers.load_balancer_pools import AddressPools, NoAddressError, ingress_of
from mockapi.controllers.workload.podfacts import created
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, Objects, is_terminating, key_of, uid_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch
from mockapi.reconcile.recorder import NORMAL, WARNING
from mockapi.registry.simulated import LOAD_BALANCER_POOLS, SIMULATIONS

_SERVICES = "services"
_FINALIZER = "service.kubernetes.io/load-balancer-cleanup"
# How soon a load balancer that could not be had is tried again.
_RETRY = 5.0
# The code with which an address is refused that another Service has.
_TAKEN = 422
# creationTimestamp tells no more than the second.
_RESOLUTION = timedelta(seconds=1)


class LoadBalancerController(Controller):
    """One worker: each choice of an address sees the one before."""

    name = "service-controller"
    component = "cloud-controller-manager"

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._services = toolbox.informers.of(_SERVICES)
        self._pools = AddressPools(toolbox.informers)
        self._recorder = toolbox.recorder(self.name)
        # Since when a Service, known by its uid, has asked for a load balancer.
        self._asked: dict[Key, tuple[str, datetime]] = {}

    def watches(self) -> Mapping[str, Watch]:
        return {_SERVICES: self._concerned, LOAD_BALANCER_POOLS: self._waiting, SIMULATIONS: self._waiting}

    def reconcile(self, key: Key) -> float | None:
        service = self._services.get(key)
        if service is None:
            self._asked.pop(key, None)
            return None
        if _wants_one(service):
            return self._provide(service) if _is_ours(service) else self._notice(service)
        self._asked.pop(key, None)
        if not _is_ours(service):
            return None
        # Who is not noticed yet cannot have a load balancer of ours: somebody else wrote the finalizer, and may take it away.
        left = self._seconds_left(service, self._notice_delay(service))
        if left > 0:
            return left
        self._take_back(service)
        return None

    def _concerned(self, service: Object, previous: Object | None) -> Iterable[Key]:
        """The Watch for Services: those that want a load balancer, or have one of ours."""
        key = key_of(service)
        if _wants_one(service):
            anew = previous is not None and not _wants_one(previous)
            self._remember(key, service, self.clock.now() if anew else self._first_seen(service))
        return [key] if _wants_one(service) or _is_ours(service) else []

    def _waiting(self, _obj: Object, _previous: Object | None) -> Iterable[Key]:
        """The Watch for what decides how soon Services get which address: those that have none."""
        return [key_of(service) for service in self._services.list() if _wants_one(service) and not ingress_of(service)]

    def _remember(self, key: Key, service: Object, moment: datetime) -> None:
        known = self._asked.get(key)
        if known is None or known[0] != uid_of(service):
            self._asked[key] = uid_of(service), moment

    def _first_seen(self, service: Object) -> datetime:
        """When the Service was created, which is now if it may be."""
        now = self.clock.now()
        return now if now - created(service) < _RESOLUTION else created(service)

    def _seconds_left(self, service: Object, delay: float) -> float:
        _, since = self._asked.get(key_of(service), ("", created(service)))
        return delay - (self.clock.now() - since).total_seconds()

    def _notice_delay(self, service: Object) -> float:
        settings = self.toolbox.simulation
        return settings.jittered(settings.load_balancer_notice_delay, uid_of(service), "notice")

    def _provision_delay(self, service: Object) -> float:
        settings = self.toolbox.simulation
        return settings.jittered(settings.load_balancer_provision_delay, uid_of(service), "provision")

    def _notice(self, service: Object) -> float | None:
        """Begins to provide a load balancer, when it is time."""
        if ingress_of(service):
            return None
        left = self._seconds_left(service, self._notice_delay(service))
        if left > 0:
            return left
        self._set_finalizers(service, [*(service["metadata"].get("finalizers") or ()), _FINALIZER])
        self._recorder.event(service, NORMAL, "EnsuringLoadBalancer", "Ensuring load balancer")
        return None

    def _provide(self, service: Object) -> float | None:
        wanted = service["spec"].get("loadBalancerIP")
        present = [entry.get("ip") for entry in ingress_of(service)]
        if present and (not wanted or wanted in present):
            return None
        left = self._seconds_left(service, self._notice_delay(service) + self._provision_delay(service))
        if left > 0:
            return left
        try:
            self._give_address(service)
        except NoAddressError as failure:
            message = f"Error syncing load balancer: failed to ensure load balancer: {failure}"
            self._recorder.event(service, WARNING, "SyncLoadBalancerFailed", message)
            return _RETRY
        self._recorder.event(service, NORMAL, "EnsuredLoadBalancer", "Ensured load balancer")
        return None

    def _take_back(self, service: Object) -> None:
        self._recorder.event(service, NORMAL, "DeletingLoadBalancer", "Deleting load balancer")
        if ingress_of(service):
            service = self._set_ingress(service, None)
        self._set_finalizers(service, [name for name in service["metadata"]["finalizers"] if name != _FINALIZER])
        self._recorder.event(service, NORMAL, "DeletedLoadBalancer", "Deleted load balancer")

    def _give_address(self, service: Object) -> None:
        """Writes the first address of the pools that can be had. NoAddressError when there is none."""
        for address in self._candidates(service):
            try:
                self._set_ingress(service, [{"ip": address, "ipMode": "VIP"}])
            except StatusError as failure:
                if failure.code != _TAKEN:
                    raise
            else:
                return
        raise NoAddressError(f"no address is free in the {self._pools}")

    def _candidates(self, service: Object) -> Iterator[str]:
        """The addresses that the Service may have; the one that it asks for alone, if it does."""
        wanted = service["spec"].get("loadBalancerIP")
        if not wanted:
            return self._pools.free()
        self._pools.check(wanted, service)
        return iter([wanted])

    def _set_finalizers(self, service: Object, finalizers: list[str]) -> None:
        meta = service["metadata"]
        change = {"uid": meta["uid"], "resourceVersion": meta["resourceVersion"], "finalizers": finalizers or None}
        self.client.patch(_SERVICES, *key_of(service), {"metadata": change})

    def _set_ingress(self, service: Object, ingress: Objects | None) -> Object:
        change = {"metadata": {"uid": uid_of(service)}, "status": {"loadBalancer": {"ingress": ingress}}}
        return self.client.patch(_SERVICES, *key_of(service), change, "status")


def _wants_one(service: Object) -> bool:
    spec = service["spec"]
    return spec.get("type") == "LoadBalancer" and not spec.get("loadBalancerClass") and not is_terminating(service)


def _is_ours(service: Object) -> bool:
    return _FINALIZER in (service["metadata"].get("finalizers") or ())
