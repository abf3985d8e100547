"""What simulated containers and nodes use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mockapi.kinds.metrics.usage import (
    NOTHING,
    WINDOW,
    Usage,
    running_containers,
    sampled_at,
    usage_of_container,
    usage_of_node,
    usage_of_pod,
)
from mockapi.machinery.meta import Object

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
MILLI, MEBI = 10**6, 2**20


def pod(*containers: str, phase: str = "Running", annotations: dict[str, str] | None = None, **resources: Any) -> Object:
    names = containers or ("main",)
    return {
        "metadata": {"name": "web", "namespace": "ns", "annotations": annotations or {}},
        "spec": {"containers": [{"name": name, "resources": resources} for name in names]},
        "status": {"phase": phase, "containerStatuses": [{"name": name, "state": {"running": {}}} for name in names]},
    }


def usage(of: Object, moment: datetime = NOON) -> Usage:
    return usage_of_container(of, of["spec"]["containers"][0], moment)


def test_the_same_at_the_same_time_and_a_little_other_later() -> None:
    assert usage(pod()) == usage(pod())
    later = usage(pod(), NOON + WINDOW)
    assert later != usage(pod())
    assert abs(later.cpu / usage(pod()).cpu - 1) < 0.25


def test_samples_are_taken_at_fixed_times() -> None:
    assert sampled_at(NOON) == sampled_at(NOON + timedelta(seconds=14.9)) == NOON
    assert sampled_at(NOON + WINDOW) == NOON + WINDOW


@given(cpu=st.integers(1, 64_000), memory=st.integers(1, 64_000), steps=st.integers(0, 10_000))
def test_a_share_of_what_is_requested(cpu: int, memory: int, steps: int) -> None:
    found = usage(pod(requests={"cpu": f"{cpu}m", "memory": f"{memory}Mi"}), NOON + steps * WINDOW)
    assert 0.15 <= found.cpu / (cpu * MILLI) <= 0.7
    assert 0.3 <= found.memory / (memory * MEBI) <= 0.8


def test_little_where_nothing_is_requested_and_never_more_than_the_limit() -> None:
    assert 0 < usage(pod()).cpu < 6 * MILLI
    assert usage(pod(limits={"cpu": "1u", "memory": "4Ki"})) == Usage(1000, 4096)


def test_what_annotations_say() -> None:
    told = {"simulation.mockapi.dev/cpu": "250m", "simulation.mockapi.dev/memory": "1Gi"}
    assert usage(pod(annotations=told)) == Usage(250 * MILLI, 1024 * MEBI)
    assert usage(pod(annotations=told, limits={"cpu": "0.1"})).cpu == 100 * MILLI
    assert usage(pod(annotations={"simulation.mockapi.dev/cpu": "much"})) == usage(pod())


def test_annotations_are_about_the_container_that_is_named() -> None:
    told = {"simulation.mockapi.dev/cpu": "250m", "simulation.mockapi.dev/container": "second"}
    both = pod("first", "second", annotations=told)
    first, second = (usage_of_container(both, container, NOON).cpu for container in both["spec"]["containers"])
    assert first < 6 * MILLI
    assert second == 250 * MILLI


def test_only_what_runs_uses_something() -> None:
    assert usage_of_pod(pod(phase="Pending"), NOON) == NOTHING
    stopped = pod("first", "second")
    stopped["status"]["containerStatuses"][0]["state"] = {"waiting": {"reason": "CrashLoopBackOff"}}
    assert [container["name"] for container in running_containers(stopped)] == ["second"]


def test_sidecars_count() -> None:
    meshed = pod()
    meshed["spec"]["initContainers"] = [{"name": "init"}, {"name": "proxy", "restartPolicy": "Always"}]
    states = {"init": "terminated", "proxy": "running"}
    meshed["status"]["initContainerStatuses"] = [{"name": name, "state": {state: {}}} for name, state in states.items()]
    assert [container["name"] for container in running_containers(meshed)] == ["proxy", "main"]


def test_a_node_uses_what_its_pods_use_and_something_for_itself() -> None:
    node = {"metadata": {"name": "node-1"}, "status": {"capacity": {"cpu": "4", "memory": "8Gi"}}}
    told = pod(annotations={"simulation.mockapi.dev/cpu": "500m", "simulation.mockapi.dev/memory": "1Gi"})
    bare, full = usage_of_node(node, [], NOON), usage_of_node(node, [told], NOON)
    assert full == bare.plus(Usage(500 * MILLI, 1024 * MEBI))
    small = {**node, "status": {"capacity": {"cpu": "100m", "memory": "1Mi"}}}
    assert usage_of_node(small, [told], NOON) == Usage(100 * MILLI, MEBI)


def test_as_the_api_writes_it() -> None:
    assert Usage(250 * MILLI, 2048).as_object() == {"cpu": "250m", "memory": "2Ki"}
    assert Usage(1, MEBI).as_object() == {"cpu": "1n", "memory": "1Mi"}
