"""What the kinds of simulation.mockapi.dev accept, refuse and show."""

from __future__ import annotations

import pytest

from mockapi.kinds.simulation.simulation import KIND as SIMULATION
from mockapi.kinds.simulation.stage import CONTAINER, FACTS, POD
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object
from mockapi.nodes.pods.facts import CONTAINER_FACTS, POD_FACTS
from mockapi.reconcile.simulation import DELAYS
from mockapi.registry.schema.definitions import Definitions
from tests.world import World

RUNNING = {"key": "status.phase", "operator": "In", "values": ["Running"]}


def create(world: World, kind: str, spec: Object) -> Object:
    return world.simulate(kind, "cluster" if kind == "Simulation" else "a", spec)


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        ("Simulation", {"preset": "realistic", "seed": 7, "jitterPercent": 20, "delays": {"imagePull": "1.5s", "sandbox": "2m"}}),
        ("LoadBalancerPool", {"ranges": ["192.0.2.0/28", "192.0.2.100-192.0.2.110", "198.51.100.7/32"]}),
        ("ImageRule", {"images": ["*/broken:*"], "failure": {}}),
        ("ImageRule", {"images": ["nginx"], "failure": {"message": "no"}, "pullDuration": "30s"}),
        ("Stage", {"when": [RUNNING], "delay": "5s", "jitter": "1s", "fail": {"reason": "Lost"}}),
        ("Stage", {"when": [RUNNING], "events": [{"type": "Normal", "reason": "R", "message": "{metadata.name} runs"}], "every": "1m"}),
        ("Stage", {"of": "Container", "when": [{"key": "pod.metadata.labels[a.b/c]", "operator": "Exists"}], "status": {"ready": False}}),
        ("NodePool", {"replicas": 3, "zones": ["a", "b"], "labels": {"a.b/c": "d"}, "taints": [{"key": "gpu", "effect": "NoSchedule"}]}),
        ("NodePool", {"capacity": {"cpu": 4, "memory": "8Gi", "pods": "20", "ephemeral-storage": "1Ti"}}),
        ("Fault", {"nodeNotReady": {"selector": {"matchLabels": {"zone": "a"}}}}),
        ("Fault", {"podFailure": {"selector": {}, "reason": "Error", "exitCode": 3, "after": "10s", "container": "c", "namespace": "ns"}}),
    ],
)  # fmt: skip
def test_what_is_accepted(world: World, kind: str, spec: Object) -> None:
    created = create(world, kind, spec)
    assert {name: created["spec"][name] for name in spec} == spec
    assert created["metadata"]["generation"] == 1


@pytest.mark.parametrize(
    ("kind", "spec", "field", "text"),
    [
        ("Simulation", {"preset": "fast"}, "spec.preset", "Unsupported value"),
        ("Simulation", {"preset": "instant", "delays": {"imagePull": "long"}}, "spec.delays.imagePull", "should match"),
        ("Simulation", {"preset": "instant", "jitterPercent": -1}, "spec.jitterPercent", "should be greater than or equal to 0"),
        ("LoadBalancerPool", {"ranges": []}, "spec.ranges", "should have at least 1 items"),
        ("LoadBalancerPool", {"ranges": ["192.0.2.1"]}, "spec.ranges[0]", "must be a CIDR block or first and last address"),
        ("LoadBalancerPool", {"ranges": ["192.0.2.1/24"]}, "spec.ranges[0]", "has host bits set"),
        ("LoadBalancerPool", {"ranges": ["192.0.2.9-192.0.2.1"]}, "spec.ranges[0]", "must not end before it begins"),
        ("LoadBalancerPool", {"ranges": ["192.0.2.0/24", "192.0.2.9-192.0.2.10"]}, "spec.ranges[1]", "must not overlap"),
        ("ImageRule", {"images": ["a"]}, "spec", "one of failure and pullDuration must be given"),
        ("Stage", {"when": []}, "spec.when", "should have at least 1 items"),
        ("Stage", {"when": [{**RUNNING, "key": "phase"}], "delete": True}, "spec.when[0].key", "must begin with one of metadata, spec"),
        ("Stage", {"when": [{**RUNNING, "values": []}], "delete": True}, "spec.when[0].values", "must be given for the operators"),
        ("Stage", {"when": [{**RUNNING, "operator": "Exists"}], "delete": True}, "spec.when[0].values", "may only be given"),
        ("Stage", {"when": [RUNNING]}, "spec", "one of status, fail, delete and events must be given"),
        ("Stage", {"when": [RUNNING], "delete": True, "status": {"phase": "Failed"}}, "spec", "at most one of"),
        ("Stage", {"when": [RUNNING], "events": [{"reason": "A", "message": "b"}]}, "spec.once", "once or every must be given"),
        ("Stage", {"when": [RUNNING], "delete": True, "once": True}, "spec.once", "may only be given for a stage that changes nothing"),
        ("Stage", {"of": "Container", "when": [{"key": "role", "operator": "Exists"}], "delete": True}, "spec.delete", "is for pods"),
        ("Stage", {"when": [RUNNING], "status": {"phase": 5}}, "spec.status", "cannot unmarshal number"),
        ("Stage", {"when": [RUNNING], "status": {"fase": "x"}}, "spec.status", 'unknown field "fase"'),
        ("Stage", {"when": [RUNNING], "since": "tomorrow", "delete": True}, "spec.since", "must begin with one of"),
        ("Stage", {"when": [RUNNING], "jitter": "1s", "delete": True}, "spec.jitter", "may only be given with a delay"),
        ("Stage", {"when": [RUNNING], "once": True, "events": [{"reason": "A", "message": "{x}"}]}, "spec.events[0].message", "must begin"),
        ("NodePool", {"replicas": -1}, "spec.replicas", "should be greater than or equal to 0"),
        ("NodePool", {"labels": {"a b": "c"}}, "spec.labels", "name part must consist of"),
        ("NodePool", {"zones": ["a b"]}, "spec.zones[0]", "a valid label"),
        ("NodePool", {"taints": [{"key": "a", "effect": "Never"}]}, "spec.taints[0].effect", "Unsupported value"),
        ("NodePool", {"capacity": {"gpu": 1}}, "spec.capacity[gpu]", "Unsupported value"),
        ("NodePool", {"capacity": {"cpu": "x"}}, "spec.capacity[cpu]", "quantities must match"),
        ("NodePool", {"capacity": {"cpu": 0}}, "spec.capacity[cpu]", "must be greater than zero"),
        ("Fault", {}, "spec", "exactly one of nodeNotReady and podFailure must be given"),
        ("Fault", {"nodeNotReady": {}}, "spec.nodeNotReady", "names or selector must be given"),
        ("Fault", {"podFailure": {"selector": {}, "reason": "OOMKilled", "exitCode": 1}}, "spec.podFailure.exitCode", "only be given with"),
        ("Fault", {"podFailure": {"selector": {}, "reason": "Evicted", "after": "1s"}}, "spec.podFailure.after", "as a whole"),
        ("Fault", {"podFailure": {"selector": {}, "reason": "Bored"}}, "spec.podFailure.reason", "Unsupported value"),
        (
            "Fault",
            {"podFailure": {"selector": {"matchExpressions": [{"key": "a", "operator": "In"}]}, "reason": "Error"}},
            "spec.podFailure.selector",
            "for 'in', 'notin' operators, values set can't be empty",
        ),
    ],
)
def test_what_is_refused(world: World, kind: str, spec: Object, field: str, text: str) -> None:
    with pytest.raises(StatusError) as refusal:
        create(world, kind, spec)
    assert (refusal.value.code, refusal.value.reason) == (422, "Invalid")
    causes = (refusal.value.details or {})["causes"]
    assert any(cause["field"] == field and text in cause["message"] for cause in causes), causes


def test_there_is_one_simulation(world: World) -> None:
    with pytest.raises(StatusError) as refusal:
        world.simulate("Simulation", "another", {"preset": "instant"})
    assert 'metadata.name: Unsupported value: "another": supported values: "cluster"' in refusal.value.message


def test_names_of_nodes_must_be_labels(world: World) -> None:
    with pytest.raises(StatusError) as refusal:
        world.simulate("NodePool", "a" * 62, {"replicas": 10})
    assert "must be no more than 63 bytes" in refusal.value.message


def test_the_schemas_name_what_the_simulation_knows() -> None:
    codec = SIMULATION.own_codec(Definitions.for_minor()) if SIMULATION.own_codec else None
    assert codec is not None
    assert list(codec.schema["properties"]["spec"]["properties"]["delays"]["properties"]) == list(DELAYS)
    assert (set(FACTS[POD]), set(FACTS[CONTAINER])) == (set(POD_FACTS), set(CONTAINER_FACTS))


def test_a_pool_is_scaled_by_its_scale(world: World) -> None:
    create(world, "NodePool", {"replicas": 1})
    scale = world.client.patch("nodepools.simulation.mockapi.dev", "", "a", {"spec": {"replicas": 4}}, "scale")
    assert scale["spec"] == {"replicas": 4}
    found = world.client.get("nodepools.simulation.mockapi.dev", "", "a")
    assert found is not None
    assert found["spec"]["replicas"] == 4
