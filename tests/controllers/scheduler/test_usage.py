from __future__ import annotations

import sys
from typing import Any

import pytest

from mockapi.controllers.scheduler.usage import HostPort, Usage, request_of
from mockapi.machinery.meta import Object
from mockapi.machinery.quantity import parse_quantity
from tests.registry.calls import at_once


def pod(name: str = "a", node: str = "", phase: str = "Pending", **spec: Any) -> Object:
    containers = spec.pop("containers", [container("500m")])
    placed = {"nodeName": node} if node else {}
    return {"metadata": {"name": name, "uid": name}, "spec": {"containers": containers, **placed, **spec}, "status": {"phase": phase}}


def container(cpu: str, restart: str = "") -> Object:
    return {"resources": {"requests": {"cpu": cpu}}, **({"restartPolicy": restart} if restart else {})}


class TestRequests:
    @pytest.mark.parametrize(
        ("spec", "cpu"),
        [
            ({"containers": [container("1"), container("2")]}, "3"),
            ({"containers": [container("1")], "initContainers": [container("3"), container("2")]}, "3"),
            ({"containers": [container("2")], "initContainers": [container("1", "Always")]}, "3"),
            ({"containers": [container("1")], "initContainers": [container("1", "Always"), container("4")]}, "5"),
            ({"containers": [container("1")], "initContainers": [container("4"), container("1", "Always")]}, "4"),
            ({"containers": [container("1")], "overhead": {"cpu": "250m"}}, "1250m"),
            ({"containers": [container("1")], "resources": {"requests": {"cpu": "5"}}}, "5"),
        ],
    )
    def test_of_processors(self, spec: Object, cpu: str) -> None:
        assert request_of(pod(**spec)).amounts == {"cpu": parse_quantity(cpu)}

    def test_count_every_resource_but_nothing_that_is_zero(self) -> None:
        requests = {"cpu": "0", "memory": "1Gi", "example.com/gpu": "2"}
        asked = request_of(pod(containers=[{"resources": {"requests": requests}}])).amounts
        assert asked == {"memory": parse_quantity("1Gi"), "example.com/gpu": parse_quantity("2")}

    def test_ports_of_the_host(self) -> None:
        ports = [{"containerPort": 80, "hostPort": 8080}, {"containerPort": 81}, {"containerPort": 53, "hostPort": 53, "protocol": "UDP"}]
        assert request_of(pod(containers=[{"ports": ports}])).ports == (HostPort("0.0.0.0", "TCP", 8080), HostPort("0.0.0.0", "UDP", 53))


class TestUsage:
    def test_counts_a_pod_once(self) -> None:
        usage = Usage()
        for _ in range(3):
            usage.place(pod(node="n"))
        assert (usage.of("n").pods, usage.of("n").amounts) == (1, {"cpu": parse_quantity("500m")})

    def test_an_older_state_without_a_node_changes_nothing(self) -> None:
        usage = Usage()
        usage.place(pod(), "n")
        assert not usage.place(pod())
        assert usage.of("n").pods == 1

    def test_pods_that_ended_or_are_gone_free_what_they_had(self) -> None:
        usage = Usage()
        usage.place(pod("a", "n"))
        usage.place(pod("b", "n"))
        assert usage.place(pod("a", "n", "Succeeded"))
        assert usage.remove(pod("b"))
        assert not usage.remove(pod("b"))
        assert (usage.of("n").pods, usage.of("n").amounts["cpu"]) == (0, parse_quantity("0"))

    def test_a_resized_pod_counts_anew(self) -> None:
        usage = Usage()
        usage.place(pod("a", "n"))
        assert usage.place(pod("a", "n", containers=[container("2")]))
        assert (usage.of("n").pods, usage.of("n").amounts["cpu"]) == (1, parse_quantity("2"))

    def test_two_threads_do_not_count_a_pod_twice(self) -> None:
        usage, interval = Usage(), sys.getswitchinterval()

        def place() -> None:
            for number in range(2000):
                usage.place(pod(str(number)), "n")

        sys.setswitchinterval(1e-6)
        try:
            assert at_once(place, place) == [None, None]
        finally:
            sys.setswitchinterval(interval)
        assert usage.of("n").pods == 2000
        assert usage.of("n").amounts["cpu"] == parse_quantity("1000")


@pytest.mark.parametrize(
    ("one", "other", "collide"),
    [
        (("0.0.0.0", "TCP", 80), ("0.0.0.0", "TCP", 80), True),
        (("0.0.0.0", "TCP", 80), ("10.0.0.1", "TCP", 80), True),
        (("10.0.0.2", "TCP", 80), ("10.0.0.1", "TCP", 80), False),
        (("0.0.0.0", "UDP", 80), ("0.0.0.0", "TCP", 80), False),
        (("0.0.0.0", "TCP", 81), ("0.0.0.0", "TCP", 80), False),
    ],
)
def test_ports_collide(one: tuple[str, str, int], other: tuple[str, str, int], collide: bool) -> None:
    assert HostPort(*one).collides(HostPort(*other)) == collide
