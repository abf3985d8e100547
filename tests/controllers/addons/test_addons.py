"""Addons: what is installed, what stays the users', what goes again; static pods, leases, and the addresses of Ingresses."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from mockapi.controllers.addons.ingress_controller import IngressController
from mockapi.controllers.addons.installer import AddonInstaller
from mockapi.controllers.addons.leases import ControlPlaneLeases
from mockapi.controllers.addons.static_pods import StaticPods
from mockapi.controllers.namespace import NamespaceLifecycle
from mockapi.kinds.admission import PLUGINS
from mockapi.machinery.meta import Object
from mockapi.registry.cluster import Cluster
from mockapi.registry.simulated import ADDONS
from mockapi.storage.database import Database
from tests.world import World

INGRESSES, CLASSES, DEPLOYMENTS = "ingresses.networking.k8s.io", "ingressclasses.networking.k8s.io", "deployments.apps"
STATIC = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"]


def start(world: World) -> None:
    world.run(AddonInstaller, StaticPods, ControlPlaneLeases, IngressController)


@pytest.fixture
def cluster(database: Database) -> World:
    """One that was told to have the ingress addon."""
    world = World(database, Cluster(addons=("ingress",)))
    for name in ("kube-system", "default"):
        world.client.create("namespaces", {"metadata": {"name": name}})
    start(world)
    return world


def add(world: World, name: str) -> None:
    world.client.create(ADDONS, {"apiVersion": "simulation.mockapi.dev/v1alpha1", "kind": "Addon", "metadata": {"name": name}})
    world.settle()


def phase(world: World, name: str) -> str:
    found = world.client.get(ADDONS, "", name)
    assert found is not None
    return str((found.get("status") or {}).get("phase", "Pending"))


def names(objects: Iterable[Object]) -> list[str]:
    return sorted(obj["metadata"]["name"] for obj in objects)


def control_plane(world: World) -> list[str]:
    return [name for name in names(world.client.list("pods", "kube-system")) if name.startswith(tuple(STATIC))]


def test_a_clusters_own_services_are_where_clients_look_for_them(cluster: World) -> None:
    add(cluster, "kube-system")
    dns = cluster.client.get("services", "kube-system", "kube-dns")
    assert dns is not None
    assert dns["spec"]["clusterIP"] == "10.96.0.10"
    assert [(port["port"], port["protocol"]) for port in dns["spec"]["ports"]] == [(53, "UDP"), (53, "TCP"), (9153, "TCP")]
    assert cluster.client.get(DEPLOYMENTS, "kube-system", "coredns")
    assert cluster.client.get("daemonsets.apps", "kube-system", "kube-proxy")
    assert phase(cluster, "kube-system") == "Installed"


def test_every_manifest_is_taken_by_the_default_admission(database: Database) -> None:
    world = World(database, Cluster(addons=("ingress", "kube-system")), PLUGINS)
    world.client.create("namespaces", {"metadata": {"name": "kube-system"}})
    world.run(AddonInstaller)
    assert [phase(world, name) for name in ("ingress", "kube-system")] == ["Installed", "Installed"]


def test_it_waits_for_the_namespaces_of_a_new_cluster(database: Database) -> None:
    world = World(database, Cluster(addons=("kube-system",)))
    world.run(AddonInstaller)
    assert world.client.list("services") == []
    world.client.create("namespaces", {"metadata": {"name": "kube-system"}})
    world.advance(1)
    assert phase(world, "kube-system") == "Installed"


def test_what_was_installed_is_the_users_to_change_and_to_delete(cluster: World) -> None:
    cluster.client.delete(CLASSES, "", "nginx")
    cluster.client.patch(DEPLOYMENTS, "ingress-nginx", "ingress-nginx-controller", {"spec": {"replicas": 3}})
    start(cluster)
    assert cluster.client.get(CLASSES, "", "nginx") is None
    deployment = cluster.client.get(DEPLOYMENTS, "ingress-nginx", "ingress-nginx-controller")
    assert deployment is not None
    assert deployment["spec"]["replicas"] == 3


def test_an_addon_goes_with_all_that_it_brought(cluster: World) -> None:
    cluster.client.delete(ADDONS, "", "ingress")
    cluster.settle()
    assert cluster.client.list(ADDONS) == cluster.client.list(CLASSES) == cluster.client.list(DEPLOYMENTS) == []
    start(cluster)
    cluster.advance(1)
    assert phase(cluster, "ingress") == "Pending", "the namespace is still going"
    cluster.run(AddonInstaller, NamespaceLifecycle)
    cluster.advance(2)
    assert phase(cluster, "ingress") == "Installed", "the command line asks for it at every start"


def test_static_pods_are_on_the_first_node_and_come_back(cluster: World) -> None:
    for name in ("node-2", "node-1"):
        cluster.node(name)
    add(cluster, "kube-system")
    assert control_plane(cluster) == []
    cluster.advance(3)
    assert control_plane(cluster) == [f"{name}-node-1" for name in STATIC]
    pod = cluster.client.get("pods", "kube-system", "etcd-node-1")
    assert pod is not None
    assert pod["metadata"]["ownerReferences"][0]["kind"] == "Node"
    assert pod["metadata"]["annotations"]["kubernetes.io/config.source"] == "file"
    cluster.node("a-node")
    cluster.client.delete("pods", "kube-system", "etcd-node-1", grace=0)
    cluster.advance(3)
    assert control_plane(cluster) == [f"{name}-node-1" for name in STATIC]
    cluster.client.delete(ADDONS, "", "kube-system")
    cluster.settle()
    assert [pod["metadata"].get("deletionTimestamp") for pod in cluster.client.list("pods", "kube-system")].count(None) == 0


def test_leases_are_renewed_while_the_addon_is_there(cluster: World) -> None:
    add(cluster, "kube-system")

    def renewed() -> list[str]:
        return [lease["spec"]["renewTime"] for lease in cluster.client.list("leases.coordination.k8s.io", "kube-system")]

    before = renewed()
    cluster.advance(11)
    assert len(before) == 3
    assert set(before).isdisjoint(renewed())
    cluster.client.delete(ADDONS, "", "kube-system")
    cluster.settle()
    assert renewed() == []


def ingress(world: World, name: str, annotations: dict[str, str] | None = None, **spec: object) -> None:
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    world.create(INGRESSES, {"metadata": {"name": name, "annotations": annotations or {}}, "spec": {"defaultBackend": backend, **spec}})


def run_controller(world: World, address: str = "172.18.255.1") -> None:
    status = {"loadBalancer": {"ingress": [{"ip": address, "ipMode": "VIP"}]}}
    world.client.patch("services", "ingress-nginx", "ingress-nginx-controller", {"status": status}, "status")
    deployment = {"status": {"replicas": 1, "readyReplicas": 1}}
    world.client.patch(DEPLOYMENTS, "ingress-nginx", "ingress-nginx-controller", deployment, "status")
    world.settle()


def addresses(world: World, name: str) -> list[Object]:
    found = world.get(INGRESSES, name)
    assert found is not None
    return list(found["status"]["loadBalancer"].get("ingress") or ())


def test_ingresses_of_its_class_get_the_address_of_a_controller_that_runs(cluster: World) -> None:
    ingress(cluster, "own", ingressClassName="nginx")
    ingress(cluster, "annotated", {"kubernetes.io/ingress.class": "nginx"})
    ingress(cluster, "other", ingressClassName="traefik")
    ingress(cluster, "none")
    cluster.settle()
    assert addresses(cluster, "own") == []
    run_controller(cluster)
    shown = {name: addresses(cluster, name) for name in ("own", "annotated", "other", "none")}
    assert shown == {"own": [{"ip": "172.18.255.1"}], "annotated": [{"ip": "172.18.255.1"}], "other": [], "none": []}
    assert cluster.events().count(("Sync", "Scheduled for sync")) == 2
    run_controller(cluster, "172.18.255.9")
    assert addresses(cluster, "own") == [{"ip": "172.18.255.9"}]


def test_ingresses_keep_their_address_when_the_controller_stops(cluster: World) -> None:
    ingress(cluster, "own", ingressClassName="nginx")
    run_controller(cluster)
    cluster.client.patch(DEPLOYMENTS, "ingress-nginx", "ingress-nginx-controller", {"status": {"readyReplicas": 0}}, "status")
    cluster.client.patch("services", "ingress-nginx", "ingress-nginx-controller", {"status": {"loadBalancer": None}}, "status")
    cluster.settle()
    assert addresses(cluster, "own") == [{"ip": "172.18.255.1"}]
