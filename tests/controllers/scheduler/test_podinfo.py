from __future__ import annotations

from typing import Any

import pytest

from mockapi.controllers.scheduler.podinfo import HostPort, info_of, request_of
from mockapi.machinery.meta import Object

MIB = 1 << 20


def pod(**spec: Any) -> Object:
    containers = spec.pop("containers", [container("500m")])
    status = spec.pop("status", {})
    return {"metadata": {"name": "a", "namespace": "ns", "uid": "u"}, "spec": {"containers": containers, **spec}, "status": status}


def container(cpu: str, restart: str = "") -> Object:
    return {"name": "c", "resources": {"requests": {"cpu": cpu}}, **({"restartPolicy": restart} if restart else {})}


class TestRequests:
    @pytest.mark.parametrize(
        ("spec", "cpu"),
        [
            ({"containers": [container("1"), container("2")]}, 3000),
            ({"containers": [container("1")], "initContainers": [container("3"), container("2")]}, 3000),
            ({"containers": [container("2")], "initContainers": [container("1", "Always")]}, 3000),
            ({"containers": [container("1")], "initContainers": [container("1", "Always"), container("4")]}, 5000),
            ({"containers": [container("1")], "initContainers": [container("4"), container("1", "Always")]}, 4000),
            ({"containers": [container("1")], "overhead": {"cpu": "250m"}}, 1250),
            ({"containers": [container("1")], "resources": {"requests": {"cpu": "5"}}}, 5000),
            ({"containers": [container("1")], "status": {"containerStatuses": [{"name": "c", "allocatedResources": {"cpu": "2"}}]}}, 2000),
        ],
    )
    def test_of_processors(self, spec: Object, cpu: int) -> None:
        assert request_of(pod(**spec)).amounts == (("cpu", cpu),)

    def test_count_every_resource_but_nothing_that_is_zero(self) -> None:
        requests = {"cpu": "0", "memory": "1Gi", "example.com/gpu": "2"}
        asked = request_of(pod(containers=[{"name": "c", "resources": {"requests": requests}}])).amounts
        assert dict(asked) == {"memory": 1 << 30, "example.com/gpu": 2}

    def test_containers_that_ask_for_nothing_count_for_scores(self) -> None:
        request = request_of(pod(containers=[{"name": "c"}, container("1")]))
        assert (request.usual_cpu, request.usual_memory) == (1100, 400 * MIB)

    def test_ports_of_the_host(self) -> None:
        ports = [{"containerPort": 80, "hostPort": 8080}, {"containerPort": 81}, {"containerPort": 53, "hostPort": 53, "protocol": "UDP"}]
        request = request_of(pod(containers=[{"name": "c", "ports": ports}]))
        assert request.ports == (HostPort("0.0.0.0", "TCP", 8080), HostPort("0.0.0.0", "UDP", 53))

    def test_pods_of_one_template_share_what_is_known(self) -> None:
        assert request_of(pod()) is request_of(pod())


def test_terms_of_a_pod() -> None:
    near = {"topologyKey": "zone", "labelSelector": {"matchLabels": {"a": "b"}}}
    far = {"topologyKey": "host", "namespaces": ["x"], "namespaceSelector": {}}
    affinity = {
        "podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [near]},
        "podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 7, "podAffinityTerm": far}]},
    }
    found = info_of(pod(affinity=affinity)).affinity
    assert [(sorted(term.namespaces), term.topology_key) for term in found.required] == [(["ns"], "zone")]
    assert [(weight, sorted(term.namespaces), term.topology_key) for weight, term in found.preferred] == [(-7, ["x"], "host")]
    assert found.required[0].means("ns", {"a": "b"}, lambda name: {})
    assert not found.required[0].means("other", {"a": "b"}, lambda name: {})
    assert not found.preferred[0][1].means("other", {"a": "b"}, lambda name: {})  # without a labelSelector it means nobody


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
