"""With a seed, two runs of the same script in fresh databases make the same cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from mockapi.kinds.admission import PLUGINS
from mockapi.machinery.identity import Identity
from mockapi.machinery.meta import Object, name_of
from mockapi.registry.admission import Chain
from mockapi.registry.body import Body
from mockapi.registry.client import Client
from mockapi.registry.cluster import Cluster
from mockapi.registry.resources import Resources
from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate
from tests.world import NAMESPACE, World

SEEDED = Cluster(seed=7)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Callable[[Cluster], World]]:
    """Makes worlds, each with a database of its own."""
    opened: list[Database] = []
    numbers = count()

    def make(cluster: Cluster) -> World:
        url = f"sqlite:///{tmp_path}/{next(numbers)}.db"
        migrate(url)
        opened.append(Database(url))
        return World(opened[-1], cluster, PLUGINS)

    yield make
    for database in opened:
        database.close()


def script(world: World) -> list[Object]:
    """What a test of somebody's might do: all that it gets to see."""
    world.create("serviceaccounts", {"metadata": {"name": "default"}})
    pods = [world.create("pods", pod()) for _ in range(3)]
    world.delete("pods", pods[0]["metadata"]["name"])
    pods.append(world.create("pods", pod()))
    services = [world.service(f"s{number}", type="NodePort") for number in range(3)]
    world.delete("services", "s0")
    services.append(world.service("s0"))
    services.append(world.patch("services", "s0", {"spec": {"type": "NodePort"}}))
    return [*pods, *services]


def pod() -> Object:
    return {"metadata": {"generateName": "web-"}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}


def seen(objects: list[Object]) -> list[object]:
    """Names, uids, addresses, node ports, and the names of volumes that the server made up."""
    return [
        (
            *(obj["metadata"][field] for field in ("name", "uid")),
            obj["spec"].get("clusterIP"),
            [port.get("nodePort") for port in obj["spec"].get("ports") or ()],
            [volume["name"] for volume in obj["spec"].get("volumes") or ()],
        )
        for obj in objects
    ]


def test_the_same_seed_gives_the_same(fresh: Callable[[Cluster], World]) -> None:
    first, second = (seen(script(fresh(SEEDED))) for _ in range(2))
    assert first == second
    assert seen(script(fresh(Cluster(seed=8)))) != first


def test_nothing_is_given_twice(fresh: Callable[[Cluster], World]) -> None:
    objects = script(fresh(SEEDED))[:-1]
    uids = [obj["metadata"]["uid"] for obj in objects]
    assert len(set(uids)) == len(uids)
    again = [obj for obj in objects if obj["metadata"]["name"] == "s0"]
    assert len({obj["metadata"]["uid"] for obj in again}) == 2


def test_it_does_not_depend_on_what_else_goes_on(fresh: Callable[[Cluster], World]) -> None:
    quiet, busy = fresh(SEEDED), fresh(SEEDED)
    busy.create("configmaps", {"metadata": {"generateName": "other-"}})
    busy.create("secrets", {"metadata": {"name": "other"}})
    assert seen(script(quiet)) == seen(script(busy))


def test_processes_go_on_where_others_were(fresh: Callable[[Cluster], World], tmp_path: Path) -> None:
    alone, shared = fresh(SEEDED), fresh(SEEDED)
    database = Database(f"sqlite:///{tmp_path}/1.db")
    catalogue = shared.resources.catalogue
    other = Client(Resources(database, catalogue, SEEDED, shared.clock, Identity(2), Chain(())))
    obj = {"metadata": {"generateName": "c-", "namespace": NAMESPACE}}
    expected = [name_of(alone.client.create("configmaps", obj)) for _ in range(4)]
    assert [name_of(client.create("configmaps", obj)) for client in (shared.client, other, other, shared.client)] == expected
    database.close()


def test_a_dry_run_changes_nothing_of_it(fresh: Callable[[Cluster], World]) -> None:
    world, other = fresh(SEEDED), fresh(SEEDED)
    kind = world.kind("configmaps")
    body = {"metadata": {"generateName": "c-", "namespace": NAMESPACE}}
    tried = world.resources.create(kind, NAMESPACE, Body(body), world.resources.request(dry_run=True))
    made = world.create("configmaps", body)
    assert tried["metadata"]["uid"] == made["metadata"]["uid"] == other.create("configmaps", body)["metadata"]["uid"]


def test_the_simulation_may_set_it_at_any_time(fresh: Callable[[Cluster], World]) -> None:
    worlds = [fresh(Cluster()) for _ in range(2)]
    for world in worlds:
        world.simulate("Simulation", "cluster", {"preset": "instant", "seed": 3})
    first, second = (seen(script(world)) for world in worlds)
    assert first == second
    worlds[0].client.patch("simulations.simulation.mockapi.dev", "", "cluster", {"spec": {"seed": None}})
    assert seen([worlds[0].create("pods", pod())]) != seen([worlds[1].create("pods", pod())])
