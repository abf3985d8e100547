"""Many clients at once, through several API workers: nothing is handed out twice, and nothing is lost."""

import threading
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any

import pytest

from tests.e2e.api import SERVICES, Answer, Api, claims, node_port_service
from tests.e2e.conftest import Serve
from tests.e2e.harness import Server, eventually
from tests.e2e.processes import children, listens

THREADS = 8
WORKERS = 2


@pytest.fixture
def server(serve: Serve) -> Server:
    return serve("instant", "--workers", str(WORKERS))


def at_once(server: Server, jobs: Iterable[Callable[[Api], Any]]) -> list[Any]:
    """What each job returned, each in a thread and on a connection of its own, all let go at the same moment."""
    waiting = list(jobs)
    results: list[Any] = [None] * len(waiting)
    gate = threading.Barrier(len(waiting))

    def run(number: int) -> None:
        with closing(Api(server.url)) as api:
            gate.wait()
            results[number] = waiting[number](api)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(waiting))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def creator(prefix: str, times: int) -> Callable[[Api], list[Any]]:
    """Creates Services one after the other and returns them as acknowledged."""
    return lambda api: [api.call("POST", SERVICES, node_port_service(f"{prefix}-{number}")).made for number in range(times)]


def test_there_are_as_many_workers_as_asked_for(server: Server) -> None:
    port = int(server.url.rsplit(":", 1)[1])
    eventually(lambda: sum(listens(child, port) for child in children(server.process.pid)) == WORKERS)


def test_no_address_and_no_port_twice_and_no_service_lost(server: Server) -> None:
    made = [service for some in at_once(server, [creator(f"many-{number}", 50) for number in range(THREADS)]) for service in some]
    assert len(made) == 400
    with closing(Api(server.url)) as api:
        stored = {service["metadata"]["name"]: service for service in api.items(SERVICES)}
    for service in made:
        kept = stored[service["metadata"]["name"]]
        assert (kept["metadata"]["uid"], claims(kept)) == (service["metadata"]["uid"], claims(service))
    held = [claim for service in stored.values() for claim in claims(service)]
    assert len(held) == len(set(held))
    revisions = {service["metadata"]["resourceVersion"] for service in made}
    assert len(revisions) == 400


def test_one_of_many_gets_the_chosen_node_port(server: Server) -> None:
    def claim(number: int) -> Callable[[Api], Answer]:
        return lambda api: api.call("POST", SERVICES, node_port_service(f"chosen-{number}", 30021))

    answers = at_once(server, [claim(number) for number in range(THREADS)])
    assert sorted(answer.status for answer in answers) == [201] + [422] * (THREADS - 1)
    refusals = {answer.body["message"].split(": ", 1)[1] for answer in answers if answer.status == 422}
    assert refusals == {"spec.ports[0].nodePort: Invalid value: 30021: provided port is already allocated"}


def test_one_of_many_makes_the_name(server: Server) -> None:
    answers = at_once(server, [lambda api: api.call("POST", SERVICES, node_port_service("same-name"))] * THREADS)
    assert sorted(answer.status for answer in answers) == [201] + [409] * (THREADS - 1)


def test_one_of_many_updates_of_the_same_revision_wins(server: Server) -> None:
    with closing(Api(server.url)) as api:
        body = {"metadata": {"name": "counter"}, "data": {"by": "nobody"}}
        read = api.call("POST", "/api/v1/namespaces/default/configmaps", body).made
    path = "/api/v1/namespaces/default/configmaps/counter"

    def update(number: int) -> Callable[[Api], Answer]:
        return lambda api: api.call("PUT", path, {**read, "data": {"by": str(number)}})

    answers = at_once(server, [update(number) for number in range(THREADS)])
    assert sorted(answer.status for answer in answers) == [200] + [409] * (THREADS - 1)
    winner = next(answer.body for answer in answers if answer.status == 200)
    with closing(Api(server.url)) as api:
        assert api.call("GET", path).body["data"] == winner["data"]
