"""Joins the rooms: the only module that sees all of them."""

from __future__ import annotations

import importlib
import pkgutil
import threading
from collections.abc import Callable, Iterator
from types import ModuleType
from wsgiref.types import WSGIApplication

import mockapi.controllers
import mockapi.kinds
import mockapi.nodes
from mockapi.kinds.admission import PLUGINS
from mockapi.kinds.apiextensions.custom.kinds import CustomKinds
from mockapi.kinds.metrics.samples import GROUP as METRICS
from mockapi.machinery.clock import Clock, SystemClock
from mockapi.machinery.identity import Identity
from mockapi.reconcile.controller import Controller, Toolbox
from mockapi.reconcile.current import current_simulation
from mockapi.reconcile.informer import Informers
from mockapi.reconcile.manager import Manager
from mockapi.reconcile.simulation import PRESETS
from mockapi.registry.admission import Chain
from mockapi.registry.catalogue import Catalogue
from mockapi.registry.client import Client
from mockapi.registry.cluster import Cluster
from mockapi.registry.dynamic.plugins import dynamic_plugins
from mockapi.registry.emulation import served
from mockapi.registry.kind import Kind
from mockapi.registry.resources import Resources
from mockapi.registry.schema.definitions import Definitions
from mockapi.registry.simulated import GROUP as SIMULATION
from mockapi.settings import Settings, database_url
from mockapi.storage.compaction import compact
from mockapi.storage.database import Database

# What watchers may go back to: etcd's default of five minutes, and enough changes for a burst.
_KEEP_SECONDS = 300.0
_KEEP_CHANGES = 10_000
_COMPACTION_INTERVAL = 60.0
_ELECTION_INTERVAL = 0.25


def modules_of(package: ModuleType) -> Iterator[ModuleType]:
    """All modules below a package, by name."""
    for found in sorted(pkgutil.walk_packages(package.__path__, package.__name__ + "."), key=lambda module: module.name):
        yield importlib.import_module(found.name)


def all_kinds() -> list[Kind]:
    """The declared kinds: every module of the kinds room that has a KIND, built-in groups in the order of discovery."""
    return [module.KIND for module in modules_of(mockapi.kinds) if hasattr(module, "KIND")]


def all_controllers() -> list[type[Controller]]:
    """The controllers: every class with a name in the controllers and nodes rooms."""
    found = {}
    for room in (mockapi.controllers, mockapi.nodes):
        for module in modules_of(room):
            for value in vars(module).values():
                if isinstance(value, type) and issubclass(value, Controller) and "name" in vars(value):
                    found[value.name] = value
    return [found[name] for name in sorted(found)]


def preload(settings: Settings) -> None:
    """Loads before the fork what every API worker needs, so that they share it."""
    all_kinds()
    Definitions.for_minor(settings.kubernetes_version)
    importlib.import_module("mockapi.web.app")


def cluster_of(settings: Settings) -> Cluster:
    """What the settings say of the cluster."""
    return Cluster(
        minor=settings.kubernetes_version,
        service_cidr=settings.service_cidr,
        pod_cidr=settings.pod_cidr,
        node_ports=settings.node_port_range,
        nodes=settings.nodes,
        aggregated=frozenset({METRICS} if settings.metrics else ()),
        unlisted=frozenset(() if settings.lists_simulation else {SIMULATION}),
        preset=settings.preset,
        seed=settings.seed,
        addons=settings.addon,
    )


def build_resources(database: Database, cluster: Cluster, clock: Clock) -> Resources:
    """The API on a database."""
    definitions = Definitions.for_minor(cluster.minor)
    catalogue = Catalogue(served(all_kinds(), cluster), CustomKinds(database.cache, definitions), cluster.unlisted)
    admission = Chain((*PLUGINS, *dynamic_plugins(database.cache, catalogue, definitions)))
    return Resources(database, catalogue, cluster, clock, Identity(), admission)


def build_app(settings: Settings, stopped: Callable[[], bool]) -> WSGIApplication:
    """The web application of one API worker; to be called after the fork. `stopped` tells watches to end."""
    from mockapi.web.app import create_app  # noqa: PLC0415 (the control plane has no use for Flask)

    database = Database(database_url(settings.database))
    database.start_tailing()
    resources = build_resources(database, cluster_of(settings), SystemClock())
    return create_app(resources, stopped=stopped, loopback_only=settings.on_loopback)


class ControlPlane:
    """Controllers, scheduler and simulated kubelets of one process."""

    def __init__(self, settings: Settings) -> None:
        clock = SystemClock()
        self._database = Database(database_url(settings.database))
        cluster = cluster_of(settings)
        resources = build_resources(self._database, cluster, clock)
        informers = Informers(self._database.cache)
        toolbox = Toolbox(
            client=Client(resources),
            informers=informers,
            clock=clock,
            identity=resources.identity,
            cluster=cluster,
            settings=current_simulation(informers, PRESETS[settings.preset]),
        )
        controllers = [controller(toolbox.acting_as(controller.component)) for controller in all_controllers()]
        # A minor may lack what a controller is about.
        useful = [controller for controller in controllers if all(map(resources.catalogue.serves, controller.watches()))]
        self._manager = Manager(useful, informers, self._database.cache, clock)
        self._stopping = threading.Event()
        self._leading = threading.Thread(target=self._lead, name="leader", daemon=True)

    def start(self) -> None:
        """Starts the controllers as soon as no other process runs those of this database. Returns at once."""
        self._leading.start()

    def stop(self) -> None:
        """Ends everything within about a second."""
        self._stopping.set()
        self._leading.join()
        self._manager.stop()
        self._database.close()

    def _lead(self) -> None:
        while not self._database.lead():
            if self._stopping.wait(_ELECTION_INTERVAL):
                return
        self._database.start_tailing()
        self._manager.start()
        while not self._stopping.wait(_COMPACTION_INTERVAL):
            compact(self._database, keep_changes=_KEEP_CHANGES, keep_seconds=_KEEP_SECONDS)
