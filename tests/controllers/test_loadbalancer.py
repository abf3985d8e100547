"""The simulated cloud: when a Service gets an address, which one, and what happens to it afterwards."""

from __future__ import annotations

import threading

import pytest

from mockapi.controllers.load_balancer_pools import LoadBalancerPoolStatus
from mockapi.controllers.loadbalancer import LoadBalancerController
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object, is_terminating
from tests.world import World

FINALIZER = "service.kubernetes.io/load-balancer-cleanup"
NOTICE, PROVISION = 5.0, 2.0


POOLS = "loadbalancerpools.simulation.mockapi.dev"


@pytest.fixture
def cluster(world: World) -> World:
    """A cloud that notices a Service after five seconds and has six addresses."""
    delays = {"loadBalancerNotice": f"{NOTICE}s", "loadBalancerProvision": f"{PROVISION}s"}
    spec = {"preset": "instant", "delays": delays}
    world.simulate("Simulation", "cluster", spec)
    world.simulate("LoadBalancerPool", "default", {"ranges": ["172.18.255.0/29"]})
    world.run(LoadBalancerController, LoadBalancerPoolStatus)
    return world


def service(world: World, name: str = "web") -> Object:
    found = world.get("services", name)
    assert found is not None
    return found


def address(world: World, name: str = "web") -> str | None:
    ingress = service(world, name)["status"]["loadBalancer"].get("ingress")
    assert ingress is None or [entry["ipMode"] for entry in ingress] == ["VIP"]
    return str(ingress[0]["ip"]) if ingress else None


def finalizers(world: World, name: str = "web") -> list[str]:
    return list(service(world, name)["metadata"].get("finalizers") or ())


def test_an_address_comes_after_a_while(cluster: World) -> None:
    cluster.service("web", type="LoadBalancer")
    cluster.advance(NOTICE - 0.1)
    assert (finalizers(cluster), address(cluster), cluster.events()) == ([], None, [])
    cluster.advance(0.1)
    assert (finalizers(cluster), address(cluster)) == ([FINALIZER], None)
    cluster.advance(PROVISION)
    assert address(cluster) == "172.18.255.1"
    assert cluster.events() == [
        ("EnsuringLoadBalancer", "Ensuring load balancer"),
        ("EnsuredLoadBalancer", "Ensured load balancer"),
    ]


def test_addresses_are_unique_and_the_lowest_free_one_is_given(cluster: World) -> None:
    for name in ("a", "b", "c"):
        cluster.service(name, type="LoadBalancer")
    cluster.advance(NOTICE + PROVISION)
    given = {name: address(cluster, name) for name in ("a", "b", "c")}
    assert sorted(map(str, given.values())) == ["172.18.255.1", "172.18.255.2", "172.18.255.3"]
    cluster.delete("services", "b")
    cluster.settle()
    assert cluster.get("services", "b") is None
    cluster.service("d", type="LoadBalancer")
    cluster.advance(NOTICE + PROVISION)
    assert address(cluster, "d") == given["b"]


def test_a_wish_is_granted_when_the_address_is_free(cluster: World) -> None:
    cluster.service("web", type="LoadBalancer", loadBalancerIP="172.18.255.4")
    cluster.advance(NOTICE + PROVISION)
    assert address(cluster) == "172.18.255.4"
    cluster.patch("services", "web", {"spec": {"loadBalancerIP": "172.18.255.5"}})
    cluster.settle()
    assert address(cluster) == "172.18.255.5"


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ("172.18.255.1", "the requested address 172.18.255.1 is in use"),
        ("10.0.0.1", "the requested address 10.0.0.1 is not in the pools default (172.18.255.0/29)"),
    ],
)
def test_a_wish_that_cannot_be_granted_stays_pending(cluster: World, wish: str, why: str) -> None:
    cluster.service("first", type="LoadBalancer")
    cluster.advance(NOTICE + PROVISION)
    cluster.service("web", type="LoadBalancer", loadBalancerIP=wish)
    cluster.advance(NOTICE + PROVISION)
    assert address(cluster) is None
    message = f"Error syncing load balancer: failed to ensure load balancer: {why}"
    assert ("SyncLoadBalancerFailed", message) in cluster.events()


def test_when_the_pool_is_exhausted_the_next_one_waits_for_a_free_address(cluster: World) -> None:
    for number in range(7):
        cluster.service(f"s{number}", type="LoadBalancer")
    cluster.advance(NOTICE + PROVISION)
    pending = [name for name in (f"s{number}" for number in range(7)) if address(cluster, name) is None]
    assert len(pending) == 1
    assert "no address is free in the pools default (172.18.255.0/29)" in cluster.events()[-1][1]
    released = next(name for name in (f"s{number}" for number in range(7)) if name not in pending)
    cluster.delete("services", released)
    cluster.advance(10)
    assert address(cluster, pending[0]) is not None


def test_deletion_releases_the_load_balancer_first(cluster: World) -> None:
    cluster.service("web", type="LoadBalancer")
    cluster.advance(NOTICE + PROVISION)
    cluster.delete("services", "web")
    assert is_terminating(service(cluster))
    cluster.settle()
    assert cluster.get("services", "web") is None
    assert cluster.events()[-2:] == [("DeletingLoadBalancer", "Deleting load balancer"), ("DeletedLoadBalancer", "Deleted load balancer")]


def test_a_finalizer_that_somebody_else_wrote_holds_until_the_cloud_notices(cluster: World) -> None:
    cluster.service("web", type="LoadBalancer", metadata={"finalizers": [FINALIZER]})
    cluster.delete("services", "web")
    cluster.advance(NOTICE - 0.1)
    assert finalizers(cluster) == [FINALIZER]
    cluster.advance(1)
    assert cluster.get("services", "web") is None


def test_a_service_that_changes_its_type_loses_its_load_balancer_and_may_get_another(cluster: World) -> None:
    cluster.service("web", type="LoadBalancer")
    cluster.advance(NOTICE + PROVISION)
    cluster.patch("services", "web", {"spec": {"type": "ClusterIP"}})
    cluster.settle()
    assert (finalizers(cluster), address(cluster)) == ([], None)
    cluster.advance(100)
    cluster.patch("services", "web", {"spec": {"type": "LoadBalancer"}})
    cluster.advance(NOTICE - 0.1)
    assert finalizers(cluster) == []
    cluster.advance(PROVISION + 0.1)
    assert address(cluster) == "172.18.255.1"


def test_what_belongs_to_somebody_else_is_left_alone(cluster: World) -> None:
    cluster.service("other", type="LoadBalancer", loadBalancerClass="example.com/metal")
    cluster.service("plain")
    cluster.service("web", type="LoadBalancer")
    cluster.advance(1)
    cluster.patch("services", "web", {"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.127"}]}}}, "status")
    before = service(cluster)
    cluster.advance(100)
    assert service(cluster) == before
    assert (finalizers(cluster), finalizers(cluster, "other"), finalizers(cluster, "plain")) == ([], [], [])
    cluster.delete("services", "web")
    assert cluster.get("services", "web") is None
    assert cluster.events() == []


def test_after_a_restart_the_delay_counts_from_the_creation(cluster: World) -> None:
    cluster.service("web", type="LoadBalancer")
    cluster.clock.advance(100)
    cluster.run(LoadBalancerController)
    assert address(cluster) == "172.18.255.1"


def counts(world: World, name: str = "default") -> tuple[int, int, int]:
    found = world.client.get(POOLS, "", name)
    assert found is not None
    return found["status"]["capacity"], found["status"]["used"], found["status"]["free"]


def test_pools_count_what_is_used(cluster: World) -> None:
    assert counts(cluster) == (6, 0, 6)
    for name in ("a", "b"):
        cluster.service(name, type="LoadBalancer")
    cluster.advance(NOTICE + PROVISION)
    assert counts(cluster) == (6, 2, 4)
    cluster.delete("services", "a")
    cluster.settle()
    assert counts(cluster) == (6, 1, 5)


def test_another_pool_helps_at_once(cluster: World) -> None:
    for number in range(7):
        cluster.service(f"s{number}", type="LoadBalancer")
    cluster.advance(NOTICE + PROVISION)
    cluster.simulate("LoadBalancerPool", "more", {"ranges": ["192.0.2.10-192.0.2.11", "192.0.2.20/32"]})
    cluster.settle()
    assert "192.0.2.10" in {address(cluster, f"s{number}") for number in range(7)}
    assert (counts(cluster), counts(cluster, "more")) == ((6, 6, 0), (3, 1, 2))


def test_without_a_pool_nothing_is_given(cluster: World) -> None:
    cluster.client.delete(POOLS, "", "default")
    cluster.service("web", type="LoadBalancer")
    cluster.advance(NOTICE + PROVISION)
    assert address(cluster) is None
    assert "no address is free in the pools, of which there are none" in cluster.events()[-1][1]


def test_shorter_delays_hold_at_once(cluster: World) -> None:
    cluster.service("web", type="LoadBalancer")
    cluster.advance(1)
    delays = {"loadBalancerNotice": "0s", "loadBalancerProvision": "0s"}
    cluster.client.patch("simulations.simulation.mockapi.dev", "", "cluster", {"spec": {"delays": delays}})
    cluster.settle()
    assert address(cluster) == "172.18.255.1"


def test_an_address_cannot_be_given_twice_however_many_try(cluster: World) -> None:
    """What two processes may do that believe to be the only cloud: both write the last address."""
    names = [f"s{number}" for number in range(4)]
    for name in names:
        cluster.service(name, type="LoadBalancer", metadata={"finalizers": [FINALIZER]})
    refused: list[int] = []
    together = threading.Barrier(len(names))

    def give(name: str) -> None:
        together.wait()
        try:
            cluster.patch("services", name, {"status": {"loadBalancer": {"ingress": [{"ip": "172.18.255.6", "ipMode": "VIP"}]}}}, "status")
        except StatusError as failure:
            refused.append(failure.code)

    threads = [threading.Thread(target=give, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == [422] * 3
    assert [address(cluster, name) for name in names].count("172.18.255.6") == 1


def test_clients_that_play_the_cloud_may_share_an_address(cluster: World) -> None:
    for name in ("a", "b"):
        cluster.service(name, type="LoadBalancer", loadBalancerClass="example.com/metal")
        cluster.patch("services", name, {"status": {"loadBalancer": {"ingress": [{"ip": "172.18.255.1", "ipMode": "VIP"}]}}}, "status")
    cluster.service("web", type="LoadBalancer")
    cluster.advance(NOTICE + PROVISION)
    assert address(cluster) == "172.18.255.2"
