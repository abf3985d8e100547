"""Services through the whole pipeline on a real database, by several writers at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mockapi.kinds.core import namespace
from mockapi.kinds.core.service.kind import KIND
from mockapi.kinds.core.service.pools import NODE_PORTS
from mockapi.kinds.core.service.rehearsal import holdings
from mockapi.machinery.clock import SystemClock
from mockapi.machinery.identity import Identity
from mockapi.registry.admission import Chain
from mockapi.registry.catalogue import Catalogue
from mockapi.registry.client import Client
from mockapi.registry.cluster import Cluster, PortRange
from mockapi.registry.resources import Resources
from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate
from tests.kinds.core.service.builders import causes, refusal, service

WRITERS = 4


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    url = f"sqlite:///{tmp_path}/cluster.db"
    migrate(url)
    database = Database(url)
    cluster = Cluster(node_ports=PortRange(30000, 30039))
    resources = Resources(database, Catalogue([KIND, namespace.KIND]), cluster, SystemClock(), Identity(), Chain())
    client = Client(resources)
    client.create("namespaces", {"metadata": {"name": "default"}})
    yield client
    database.close()


def create(client: Client, name: str, **spec: object) -> None:
    obj = service(name, **spec)
    obj["metadata"]["namespace"] = "default"
    client.create("services", obj)


def test_writers_at_once_use_every_node_port_once(client: Client) -> None:
    def write(writer: int) -> None:
        for index in range(15):
            create(client, f"w{writer}-{index}", type="NodePort")
            if index % 3 == 0:
                client.delete("services", "default", f"w{writer}-{index}")

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    held = [holding for each in client.list("services") for holding in holdings(each)]
    assert len(held) == len(set(held))
    assert len([pool for pool, _ in held if pool == NODE_PORTS]) == client.resources.cluster.node_ports.size


def test_values_are_free_after_deletion_and_taken_while_it_is_pending(client: Client) -> None:
    obj = service("lb", type="LoadBalancer", ports=[{"port": 80, "nodePort": 30005}])
    obj["metadata"] |= {"namespace": "default", "finalizers": ["example.com/cleanup"]}
    client.create("services", obj)
    client.delete("services", "default", "lb")
    heir = {"type": "NodePort", "ports": [{"port": 80, "nodePort": 30005}]}
    assert causes(refusal(create, client, "heir", **heir)) == [
        "spec.ports[0].nodePort: Invalid value: 30005: provided port is already allocated"
    ]
    client.patch("services", "default", "lb", {"metadata": {"finalizers": None}})
    create(client, "heir", **heir)
