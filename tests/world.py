"""A cluster in one thread: the real API on a throw-away database, a fake clock, and the controllers that a test names."""

from __future__ import annotations

from typing import Any

from mockapi.assembly import all_kinds
from mockapi.kinds.apiextensions.custom.kinds import CustomKinds
from mockapi.machinery.clock import FakeClock, timestamp
from mockapi.machinery.identity import Identity
from mockapi.machinery.meta import Object, Objects
from mockapi.reconcile.controller import Controller, Toolbox
from mockapi.reconcile.current import current_simulation
from mockapi.reconcile.informer import Informers
from mockapi.reconcile.manager import Manager
from mockapi.reconcile.simulation import PRESETS
from mockapi.registry.admission import Admission, Chain
from mockapi.registry.catalogue import Catalogue
from mockapi.registry.client import Client
from mockapi.registry.cluster import Cluster
from mockapi.registry.emulation import served
from mockapi.registry.kind import Kind
from mockapi.registry.resources import Resources
from mockapi.registry.schema.definitions import Definitions
from mockapi.storage.database import Database

NAMESPACE = "ns"


class World:
    """Objects are written through `client`; nothing happens until `settle` or `advance`."""

    preset = "instant"

    def __init__(self, database: Database, cluster: Cluster | None = None, admission: tuple[Admission, ...] = ()) -> None:
        self.database = database
        self.clock = FakeClock()
        self.cluster = cluster or Cluster()
        minor = self.cluster.minor
        custom = CustomKinds(database.cache, Definitions.for_minor(minor))
        catalogue = Catalogue(served(all_kinds(), self.cluster), custom, self.cluster.unlisted)
        self.resources = Resources(database, catalogue, self.cluster, self.clock, Identity(1), Chain(admission))
        self.client = Client(self.resources)
        self.informers = Informers(database.cache)
        self.manager: Manager | None = None
        self.create("namespaces", {"metadata": {"name": NAMESPACE}})

    def kind(self, resource: str) -> Kind:
        """The kind of a resource name."""
        return self.resources.catalogue.by_resource(resource)

    def toolbox(self) -> Toolbox:
        """What controllers get."""
        settings = current_simulation(self.informers, PRESETS[self.preset])
        return Toolbox(self.client, self.informers, self.clock, self.resources.identity, self.cluster, settings)

    def run(self, *controllers: type[Controller]) -> None:
        """Has these controllers, and no others, act from now on, as after a restart of the process."""
        self.informers = Informers(self.database.cache)
        self.manager = self.make_manager(*controllers)
        self.settle()

    def make_manager(self, *controllers: type[Controller]) -> Manager:
        """A manager of these controllers that is yet to run."""
        toolbox = self.toolbox()
        made = [controller(toolbox.acting_as(controller.component)) for controller in controllers]
        return Manager(made, self.informers, self.database.cache, self.clock)

    def settle(self) -> None:
        """Lets the controllers do all that is due."""
        assert self.manager is not None
        self.manager.run_until_settled()

    def advance(self, seconds: float) -> None:
        """Lets time pass."""
        assert self.manager is not None
        self.manager.advance(self.clock, seconds)

    def create(self, resource: str, obj: Object) -> Object:
        """Creates an object in the test's namespace."""
        if self.resources.catalogue.by_resource(resource).namespaced:
            obj = {**obj, "metadata": {"namespace": NAMESPACE, **obj["metadata"]}}
        return self.client.create(resource, obj)

    def simulate(self, kind: str, name: str, spec: Object | None = None) -> Object:
        """Creates an object of simulation.mockapi.dev."""
        obj = {"apiVersion": "simulation.mockapi.dev/v1alpha1", "kind": kind, "metadata": {"name": name}}
        if spec is not None:
            obj["spec"] = spec
        return self.client.create(f"{kind.lower()}s.simulation.mockapi.dev", obj)

    def get(self, resource: str, name: str) -> Object | None:
        """The object of that name in the test's namespace."""
        return self.client.get(resource, NAMESPACE, name)

    def list(self, resource: str) -> Objects:
        """The objects in the test's namespace."""
        return self.client.list(resource, NAMESPACE)

    def patch(self, resource: str, name: str, patch: Object, subresource: str = "") -> Object:
        """Merges a patch into an object in the test's namespace."""
        return self.client.patch(resource, NAMESPACE, name, patch, subresource)

    def delete(self, resource: str, name: str, grace: int | None = 0) -> None:
        """Deletes an object in the test's namespace."""
        self.client.delete(resource, NAMESPACE, name, grace=grace)

    def node(self, name: str, **labels: str) -> None:
        """Creates a node; `zone` stands for the zone's label."""
        zone = labels.pop("zone", None)
        meta = {"name": name, "labels": {**labels, **({"topology.kubernetes.io/zone": zone} if zone else {})}}
        self.create("nodes", {"metadata": meta})

    def pod(self, name: str, ip: str = "", *, labels: dict[str, str] | None = None, ready: bool = True, **spec: Any) -> Object:
        """Creates a pod on node-1; with an address it is running."""
        containers = spec.pop("containers", [{"name": "main", "image": "nginx"}])
        metadata = {"name": name, "labels": labels if labels is not None else {"app": "web"}, **spec.pop("metadata", {})}
        pod = self.create("pods", {"metadata": metadata, "spec": {"nodeName": "node-1", "containers": containers, **spec}})
        return self.set_pod(name, ip, ready=ready) if ip else pod

    def set_pod(self, name: str, ip: str, *, ready: bool = True, phase: str = "Running") -> Object:
        """Writes a pod's status."""
        condition = {"type": "Ready", "status": str(ready), "lastTransitionTime": timestamp(self.clock.now())}
        ips = [{"ip": part} for part in ip.split(",")]
        status = {"phase": phase, "podIP": ips[0]["ip"], "podIPs": ips, "conditions": [condition]}
        return self.patch("pods", name, {"status": status}, "status")

    def service(self, name: str, **spec: Any) -> Object:
        """Creates a service that selects app=web, unless `selector` says otherwise."""
        metadata = {"name": name, **spec.pop("metadata", {})}
        spec = {"selector": {"app": "web"}, "ports": [{"port": 80}], **spec}
        return self.create("services", {"metadata": metadata, "spec": spec})

    def events(self) -> list[tuple[str, str]]:
        """Reason and message of the events in the test's namespace."""
        return [(event["reason"], event["message"]) for event in self.list("events")]
