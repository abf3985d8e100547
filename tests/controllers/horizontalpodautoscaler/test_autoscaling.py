"""The HorizontalPodAutoscaler controller over the API: measures every 15 seconds, scales, and says what it does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockapi.controllers.crd import CustomResourceDefinitions
from mockapi.controllers.horizontalpodautoscaler.controller import HorizontalPodAutoscalers
from mockapi.machinery.clock import timestamp
from mockapi.machinery.errors import bad_request
from mockapi.machinery.meta import Object, Objects
from mockapi.registry.admission import Admission, Attributes
from mockapi.registry.cluster import Cluster
from mockapi.storage.database import Database
from tests.kinds.apiextensions.definitions import RESOURCE as DEFINITIONS
from tests.kinds.apiextensions.definitions import definition
from tests.world import NAMESPACE, World

HPAS, DEPLOYMENTS = "horizontalpodautoscalers.autoscaling", "deployments.apps"
CPU: Object = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}
NOT_SERVED = (
    "failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: "
    "the server could not find the requested resource (get pods.metrics.k8s.io)"
)


@pytest.fixture
def world(database: Database) -> World:
    """A cluster with a metrics-server, and a Deployment of two pods that have run for long."""
    world = World(database, Cluster(aggregated=frozenset({"metrics.k8s.io"})))
    world.node("node-1")
    deployment(world)
    pods(world, a="50m", b="50m")
    world.run(HorizontalPodAutoscalers)
    world.advance(3600)
    return world


@pytest.fixture
def bare(database: Database) -> World:
    """A cluster without metrics."""
    world = World(database)
    deployment(world)
    world.run(HorizontalPodAutoscalers)
    return world


def deployment(world: World, replicas: int = 2) -> None:
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": "nginx"}]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    world.create(DEPLOYMENTS, {"metadata": {"name": "web"}, "spec": spec})
    world.patch(DEPLOYMENTS, "web", {"status": {"replicas": replicas}}, "status")


def pods(world: World, **cpu: str) -> None:
    """Running pods that use so much CPU of the 100m that they request."""
    now = timestamp(world.clock.now())
    for name, usage in cpu.items():
        containers = [{"name": "main", "image": "nginx", "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}}}]
        world.pod(name, containers=containers, metadata={"annotations": {"simulation.mockapi.dev/cpu": usage}})
        state = {"name": "main", "state": {"running": {"startedAt": now}}, "ready": True, "restartCount": 0, "image": "", "imageID": ""}
        ready = {"type": "Ready", "status": "True", "lastTransitionTime": now}
        status = {"phase": "Running", "startTime": now, "conditions": [ready], "containerStatuses": [state]}
        world.patch("pods", name, {"status": status}, "status")


def load(world: World, cpu: str) -> None:
    for name in "ab":
        world.patch("pods", name, {"metadata": {"annotations": {"simulation.mockapi.dev/cpu": cpu}}})


def autoscaler(world: World, *metrics: Object, name: str = "web", target: Object | None = None, **spec: object) -> None:
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", **(target or {})}
    spec = {"scaleTargetRef": reference, "minReplicas": 1, "maxReplicas": 5, "metrics": list(metrics) or [CPU], **spec}
    world.create(HPAS, {"metadata": {"name": name}, "spec": spec})


def status(world: World, name: str = "web") -> Object:
    found = world.get(HPAS, name)
    assert found is not None
    return dict(found["status"])


def condition(world: World, kind: str, name: str = "web") -> tuple[str, str, str]:
    (found,) = (each for each in status(world, name)["conditions"] if each["type"] == kind)
    return found["status"], found["reason"], found["message"]


def replicas(world: World) -> int:
    found = world.get(DEPLOYMENTS, "web")
    assert found is not None
    return int(found["spec"]["replicas"])


def test_first_looks_after_fifteen_seconds(world: World) -> None:
    autoscaler(world)
    world.advance(14.9)
    assert status(world) == {"currentMetrics": None, "desiredReplicas": 0}
    world.advance(0.1)
    assert status(world)["desiredReplicas"] == 2


def test_nothing_to_do(world: World) -> None:
    autoscaler(world)
    world.advance(15)
    found = status(world)
    assert (found["currentReplicas"], found["desiredReplicas"], replicas(world)) == (2, 2, 2)
    assert found["currentMetrics"] == [
        {"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 50, "averageValue": "50m"}}}
    ]
    assert "lastScaleTime" not in found
    assert condition(world, "AbleToScale") == ("True", "ReadyForNewScale", "recommended size matches current size")
    message = "the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)"
    assert condition(world, "ScalingActive") == ("True", "ValidMetricFound", message)
    assert condition(world, "ScalingLimited") == ("False", "DesiredWithinRange", "the desired count is within the acceptable range")
    assert world.events() == []


def test_a_status_that_stays_is_not_written_again(world: World) -> None:
    autoscaler(world)
    world.advance(15)
    before = world.get(HPAS, "web")
    world.advance(60)
    assert world.get(HPAS, "web") == before


def test_scales_up(world: World) -> None:
    autoscaler(world)
    load(world, "90m")
    world.advance(15)
    assert replicas(world) == 4
    assert (status(world)["currentReplicas"], status(world)["desiredReplicas"]) == (2, 4)
    assert status(world)["lastScaleTime"] == timestamp(world.clock.now())
    able = ("True", "SucceededRescale", "the HPA controller was able to update the target scale to 4")
    assert condition(world, "AbleToScale") == able
    reason = "New size: 4; reason: cpu resource utilization (percentage of request) above target"
    assert world.events() == [("SuccessfulRescale", reason)]


def test_scales_down_after_five_minutes(world: World) -> None:
    autoscaler(world)
    world.advance(15)
    load(world, "10m")
    world.advance(285)
    assert replicas(world) == 2
    assert condition(world, "AbleToScale")[1] == "ScaleDownStabilized"
    world.advance(30)
    assert replicas(world) == 1
    assert world.events() == [("SuccessfulRescale", "New size: 1; reason: All metrics below target")]


@pytest.mark.parametrize(
    ("least", "most", "size", "reason"),
    [(1, 1, 1, "Current number of replicas above Spec.MaxReplicas"), (4, 5, 4, "Current number of replicas below Spec.MinReplicas")],
)
def test_bounds_need_no_metrics(bare: World, least: int, most: int, size: int, reason: str) -> None:
    autoscaler(bare, minReplicas=least, maxReplicas=most)
    bare.advance(15)
    assert replicas(bare) == size
    assert bare.events() == [("SuccessfulRescale", f"New size: {size}; reason: {reason}")]


def test_no_replicas_disable_it(bare: World) -> None:
    bare.patch(DEPLOYMENTS, "web", {"spec": {"replicas": 0}})
    autoscaler(bare, minReplicas=3)
    bare.advance(15)
    message = "scaling is disabled since the replica count of the target is zero"
    assert condition(bare, "ScalingActive") == ("False", "ScalingDisabled", message)
    assert (replicas(bare), status(bare)["desiredReplicas"]) == (0, 0)


def test_without_metrics(bare: World) -> None:
    autoscaler(bare)
    bare.advance(15)
    assert condition(bare, "AbleToScale")[:2] == ("True", "SucceededGetScale")
    inactive = ("False", "FailedGetResourceMetric", f"the HPA was unable to compute the replica count: {NOT_SERVED}")
    assert condition(bare, "ScalingActive") == inactive
    assert (status(bare)["currentReplicas"], status(bare)["desiredReplicas"]) == (2, 0)
    assert bare.events() == [
        ("FailedGetResourceMetric", NOT_SERVED),
        ("FailedComputeMetricsReplicas", f"invalid metrics (1 invalid out of 1), first error is: {NOT_SERVED}"),
    ]


NO_ADAPTER = "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered"
SELECTED = {"name": "hits", "selector": {"matchLabels": {"a": "b"}}}
AVERAGE = {"type": "AverageValue", "averageValue": "1"}
SERVICE = {"kind": "Service", "name": "web", "apiVersion": "v1"}


@pytest.mark.parametrize(
    ("metric", "reason", "cause", "prefix"),
    [
        (
            {"type": "Pods", "pods": {"metric": {"name": "hits"}, "target": AVERAGE}},
            "FailedGetPodsMetric",
            f"unable to get metric hits: {NO_ADAPTER}",
            "failed to get pods metric value: ",
        ),
        (
            {"type": "Object", "object": {"metric": {"name": "hits"}, "describedObject": SERVICE, "target": {"type": "Value", "value": 1}}},
            "FailedGetObjectMetric",
            f"unable to get metric hits: Service on {NAMESPACE} web/{NO_ADAPTER}",
            "failed to get object metric value: ",
        ),
        (
            {"type": "External", "external": {"metric": SELECTED, "target": AVERAGE}},
            "FailedGetExternalMetric",
            f"unable to get external metric {NAMESPACE}/hits/&LabelSelector{{MatchLabels:map[string]string{{a: b,}},"
            "MatchExpressions:[]LabelSelectorRequirement{},}: unable to fetch metrics from external metrics API: "
            "the server could not find the requested resource (get hits.external.metrics.k8s.io)",
            "failed to get hits external metric: ",
        ),
    ],
)
def test_metrics_of_adapters(world: World, metric: Object, reason: str, cause: str, prefix: str) -> None:
    autoscaler(world, metric)
    world.advance(15)
    assert condition(world, "ScalingActive") == ("False", reason, f"the HPA was unable to compute the replica count: {cause}")
    failed = ("FailedComputeMetricsReplicas", f"invalid metrics (1 invalid out of 1), first error is: {prefix}{cause}")
    assert world.events() == [(reason, cause), failed]


HITS: Object = {"type": "Pods", "pods": {"metric": {"name": "hits"}, "target": AVERAGE}}


def test_one_metric_is_enough_to_scale_up_but_not_down(world: World) -> None:
    autoscaler(world, HITS, CPU, behavior={"scaleDown": {"stabilizationWindowSeconds": 0}})
    load(world, "90m")
    world.advance(15)
    assert replicas(world) == 4
    assert [metric["type"] for metric in status(world)["currentMetrics"]] == ["", "Resource"]
    load(world, "1m")
    world.advance(15)
    assert replicas(world) == 4
    assert condition(world, "ScalingActive")[:2] == ("False", "FailedGetPodsMetric")


def test_the_metric_that_asks_for_most_decides(world: World) -> None:
    memory = {"name": "memory", "target": {"type": "AverageValue", "averageValue": "1Mi"}}
    autoscaler(world, CPU, {"type": "Resource", "resource": memory})
    world.advance(15)
    assert replicas(world) == 4
    assert world.events() == [("SuccessfulRescale", "New size: 4; reason: memory resource above target")]


def test_one_container(world: World) -> None:
    source = {"name": "cpu", "container": "main", "target": {"type": "Utilization", "averageUtilization": 25}}
    autoscaler(world, {"type": "ContainerResource", "containerResource": source})
    world.advance(15)
    reason = "cpu container resource utilization (percentage of request) above target"
    assert world.events() == [("SuccessfulRescale", f"New size: 4; reason: {reason}")]
    measured = {"name": "cpu", "container": "main", "current": {"averageValue": "50m", "averageUtilization": 50}}
    assert status(world)["currentMetrics"] == [{"type": "ContainerResource", "containerResource": measured}]


def test_a_container_that_is_not_there(world: World) -> None:
    source = {"name": "cpu", "container": "side", "target": {"type": "Utilization", "averageUtilization": 25}}
    autoscaler(world, {"type": "ContainerResource", "containerResource": source})
    world.advance(15)
    where = f"container side not present in metrics for pod {NAMESPACE}/a"
    sentence = f"failed to get cpu utilization: unable to get metrics for resource cpu: failed to get container metrics: {where}"
    assert world.events()[0] == ("FailedGetContainerResourceMetric", sentence)


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ({"name": "nobody"}, 'deployments.apps "nobody" not found'),
        ({"kind": "Thing"}, 'no matches for kind "Thing" in group "apps"'),
        ({"kind": "DaemonSet"}, "the server could not find the requested resource"),
    ],
)
def test_targets_that_cannot_be_scaled(bare: World, target: Object, sentence: str) -> None:
    autoscaler(bare, target=target)
    bare.advance(15)
    message = f"the HPA controller was unable to get the target's current scale: {sentence}"
    assert [each["type"] for each in status(bare)["conditions"]] == ["AbleToScale"]
    assert condition(bare, "AbleToScale") == ("False", "FailedGetScale", message)
    assert bare.events() == [("FailedGetScale", sentence)]


class NoScaling(Admission):
    """Refuses to have anything scaled."""

    def validate(self, attributes: Attributes) -> None:
        if attributes.subresource == "scale":
            raise bad_request("not today")


def test_a_scale_that_is_refused(database: Database) -> None:
    world = World(database, admission=(NoScaling(),))
    deployment(world)
    world.run(HorizontalPodAutoscalers)
    autoscaler(world, minReplicas=3)
    world.advance(15)
    message = "the HPA controller was unable to update the target scale: not today"
    assert condition(world, "AbleToScale") == ("False", "FailedUpdateScale", message)
    assert (status(world)["currentReplicas"], status(world)["desiredReplicas"], replicas(world)) == (2, 0, 2)
    reason = "New size: 3; reason: Current number of replicas below Spec.MinReplicas; error: not today"
    assert world.events() == [("FailedRescale", reason)]


def test_two_autoscalers_of_the_same_pods(world: World) -> None:
    for name in ("one", "two"):
        autoscaler(world, name=name)
    world.advance(30)
    message = f"pods by selector app=web are controlled by multiple HPAs: [{NAMESPACE}/one {NAMESPACE}/two]"
    for name in ("one", "two"):
        assert condition(world, "ScalingActive", name) == ("False", "AmbiguousSelector", message)
    world.delete(HPAS, "one")
    world.advance(15)
    assert condition(world, "ScalingActive", "two")[1] == "ValidMetricFound"


def scalable(definition: Object, selector: bool) -> Object:
    """A definition whose resources have a scale."""
    paths = {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}
    paths |= {"labelSelectorPath": ".status.selector"} if selector else {}
    numbers = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = definition["spec"]["versions"][0]
    version |= {"subresources": {"status": {}, "scale": paths}}
    version["schema"] = {"openAPIV3Schema": {"type": "object", "properties": {"spec": numbers, "status": numbers}}}
    return definition


@pytest.fixture
def custom(world: World) -> Callable[[bool], Objects]:
    """Makes a custom resource of four replicas, with a selector or without, and an autoscaler for it; gives the Events later."""

    def make(selector: bool) -> Objects:
        world.run(HorizontalPodAutoscalers, CustomResourceDefinitions)
        made = world.client.create(DEFINITIONS, scalable(definition(), selector))
        world.settle()
        names, group = made["spec"]["names"], made["spec"]["group"]
        resource, version = f"{names['plural']}.{group}", f"{group}/{made['spec']['versions'][0]['name']}"
        head = {"apiVersion": version, "kind": names["kind"]}
        world.create(resource, {**head, "metadata": {"name": "c"}, "spec": {"replicas": 4}})
        world.patch(resource, "c", {"status": {"replicas": 4, "selector": "app=web"}}, "status")
        autoscaler(world, target={**head, "name": "c"}, behavior={"scaleDown": {"stabilizationWindowSeconds": 0}})
        load(world, "20m")
        world.advance(15)
        found = world.get(resource, "c")
        assert found is not None
        return [found, *({"reason": reason, "message": message} for reason, message in world.events())]

    return make


def test_a_custom_resource_is_scaled(custom: Callable[[bool], Objects]) -> None:
    found, event = custom(True)
    assert found["spec"]["replicas"] == 1
    assert event == {"reason": "SuccessfulRescale", "message": "New size: 1; reason: All metrics below target"}


def test_a_scale_without_a_selector(world: World, custom: Callable[[bool], Objects]) -> None:
    found, *events = custom(False)
    assert found["spec"]["replicas"] == 4
    assert [event["reason"] for event in events] == ["SelectorRequired", "FailedComputeMetricsReplicas"]
    assert condition(world, "ScalingActive")[1:] == ("InvalidSelector", "the HPA target's scale is missing a selector")
