from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from mockapi.kinds.apps import controllerrevision, deployment, replicaset, statefulset
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object
from mockapi.registry.kind import Kind
from tests.kinds.support import Store

NOW = datetime(2030, 1, 2, 3, 5, 5, tzinfo=UTC)
WORKLOADS = (deployment.KIND, replicaset.KIND, statefulset.KIND)


def workload(name: str = "web", **spec: Any) -> Object:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "nginx:1"}]}}
    return {"metadata": {"name": name}, "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template, **spec}}


def created(kind: Kind, **spec: Any) -> Object:
    return Store(kind).create(workload(**spec))


def causes(failure: StatusError) -> list[str]:
    assert failure.details is not None
    return [f"{cause['field']}: {cause['message']}" for cause in failure.details["causes"]]


def refused(kind: Kind, **spec: Any) -> list[str]:
    with pytest.raises(StatusError) as raised:
        created(kind, **spec)
    return causes(raised.value)


def refused_change(kind: Kind, **spec: Any) -> list[str]:
    store = Store(kind)
    store.create(workload())
    with pytest.raises(StatusError) as raised:
        store.patch("web", **spec)
    return causes(raised.value)


def row(kind: Kind, obj: Object) -> dict[str, Any]:
    obj["metadata"].setdefault("creationTimestamp", "2030-01-02T03:04:05Z")
    return {column.name: column.cell(obj, NOW) for column in kind.columns}


def without_template(obj: Object) -> Object:
    return {field: value for field, value in obj["spec"].items() if field not in {"template", "selector"}}


def test_deployment_defaults() -> None:
    assert without_template(created(deployment.KIND)) == {
        "replicas": 1,
        "revisionHistoryLimit": 10,
        "progressDeadlineSeconds": 600,
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}},
    }
    assert created(deployment.KIND, strategy={"type": "Recreate"})["spec"]["strategy"] == {"type": "Recreate"}


def test_replica_set_defaults() -> None:
    assert without_template(created(replicaset.KIND)) == {"replicas": 1}


def test_stateful_set_defaults() -> None:
    claim = {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}
    made = without_template(created(statefulset.KIND, volumeClaimTemplates=[claim]))
    (template,) = made.pop("volumeClaimTemplates")
    assert made == {
        "replicas": 1,
        "revisionHistoryLimit": 10,
        "serviceName": "",
        "podManagementPolicy": "OrderedReady",
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
    }
    assert (template["kind"], template["apiVersion"], template["status"]) == ("PersistentVolumeClaim", "v1", {"phase": "Pending"})
    assert template["spec"]["volumeMode"] == "Filesystem"


@pytest.mark.parametrize("kind", WORKLOADS, ids=lambda kind: kind.kind)
def test_templates_get_no_defaults_of_pods(kind: Kind) -> None:
    assert "enableServiceLinks" not in created(kind)["spec"]["template"]["spec"]


@pytest.mark.parametrize("kind", WORKLOADS, ids=lambda kind: kind.kind)
def test_defaults_are_idempotent(kind: Kind) -> None:
    made = created(kind)
    again = deepcopy(made)
    kind.strategy.default(again)
    assert again == made


@pytest.mark.parametrize("kind", WORKLOADS, ids=lambda kind: kind.kind)
def test_a_selector_that_does_not_fit(kind: Kind) -> None:
    assert refused(kind, selector={"matchLabels": {"app": "other"}}) == [
        'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'
    ]
    assert refused(kind, selector=None)[0] == "spec.selector: Required value"
    assert refused(kind, selector={})[0].startswith("spec.selector: Invalid value: {}: empty selector is invalid for ")


@pytest.mark.parametrize("kind", WORKLOADS, ids=lambda kind: kind.kind)
def test_pods_of_a_workload_run_for_ever(kind: Kind) -> None:
    template = deepcopy(workload()["spec"]["template"])
    template["spec"] |= {"restartPolicy": "Never", "activeDeadlineSeconds": 5}
    policy, deadline = refused(kind, template=template)
    assert policy == 'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'
    assert deadline.endswith("Set is not Supported")


@pytest.mark.parametrize(
    ("rolling", "expected"),
    [
        ({"maxUnavailable": 0, "maxSurge": "0%"}, "maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0"),
        ({"maxUnavailable": "101%"}, 'maxUnavailable: Invalid value: "101%": must not be greater than 100%'),
        ({"maxSurge": -1}, "maxSurge: Invalid value: -1: must be greater than or equal to 0"),
        (
            {"maxSurge": "half"},
            "maxSurge: Invalid value: \"half\": a valid percent string must be a numeric string followed by an ending '%' "
            "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
        ),
    ],
)
def test_rolling_updates(rolling: dict[str, Any], expected: Any) -> None:
    assert refused(deployment.KIND, strategy={"rollingUpdate": rolling}) == [f"spec.strategy.rollingUpdate.{expected}"]


def test_recreating_is_not_rolling() -> None:
    assert refused(deployment.KIND, strategy={"type": "Recreate", "rollingUpdate": {}}) == [
        "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"
    ]


def test_a_deadline_leaves_time_to_become_available() -> None:
    assert refused(deployment.KIND, minReadySeconds=600) == [
        "spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds"
    ]


@pytest.mark.parametrize("kind", [deployment.KIND, replicaset.KIND], ids=lambda kind: kind.kind)
def test_selectors_stay(kind: Kind) -> None:
    template = deepcopy(workload()["spec"]["template"])
    template["metadata"]["labels"]["tier"] = "front"
    assert refused_change(kind, selector={"matchLabels": {"tier": "front"}}, template=template) == [
        'spec.selector: Invalid value: {"matchLabels":{"tier":"front"}}: field is immutable'
    ]


def test_most_of_a_stateful_set_stays() -> None:
    (cause,) = refused_change(statefulset.KIND, serviceName="other")
    assert cause.startswith("spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', ")


def test_claims_of_a_stateful_set_can_be_mounted() -> None:
    template = deepcopy(workload()["spec"]["template"])
    template["spec"]["containers"][0]["volumeMounts"] = [{"name": "data", "mountPath": "/data"}]
    claim = {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}
    created(statefulset.KIND, template=template, volumeClaimTemplates=[claim])
    assert refused(statefulset.KIND, template=template) == ['spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"']


def test_annotations_make_a_deployments_generation_grow() -> None:
    old = created(deployment.KIND)
    annotated = {**old, "metadata": {**old["metadata"], "annotations": {"a": "b"}}}
    assert deployment.KIND.strategy.spec_changed(annotated, old)
    assert not replicaset.KIND.strategy.spec_changed(annotated, old)


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        (deployment.KIND, {"replicas": 1, "readyReplicas": 2}, ["status.readyReplicas"]),
        (deployment.KIND, {"replicas": 3, "readyReplicas": 1, "availableReplicas": 2}, ["status.availableReplicas"]),
        (replicaset.KIND, {"observedGeneration": -1}, ["status.observedGeneration"]),
        (replicaset.KIND, {"replicas": 1, "fullyLabeledReplicas": 2}, ["status.fullyLabeledReplicas"]),
        (statefulset.KIND, {"replicas": 1, "currentReplicas": 2}, ["status.currentReplicas"]),
    ],
)
def test_counts_of_a_status(kind: Kind, status: dict[str, Any], expected: Any) -> None:
    old = created(kind)
    found = kind.strategy.validate_status_update({**old, "status": status}, old, Store(kind).request)
    assert [error.field for error in found] == expected


def test_collisions_are_not_forgotten() -> None:
    old = {**created(deployment.KIND), "status": {"collisionCount": 2}}
    (error,) = deployment.KIND.strategy.validate_status_update(
        {**old, "status": {"collisionCount": 1}}, old, Store(deployment.KIND).request
    )
    assert error.message == "Invalid value: 1: cannot be decremented"


def test_deployment_columns() -> None:
    obj = created(deployment.KIND, replicas=3)
    obj["status"] = {"readyReplicas": 2, "updatedReplicas": 3, "availableReplicas": 1}
    assert list(row(deployment.KIND, obj).values()) == ["web", "2/3", 3, 1, "60s", "c", "nginx:1", "app=web"]


def test_replica_set_columns() -> None:
    obj = created(replicaset.KIND, replicas=3)
    obj["status"] = {"replicas": 2, "readyReplicas": 1}
    assert list(row(replicaset.KIND, obj).values()) == ["web", 3, 2, 1, "60s", "c", "nginx:1", "app=web"]


def test_stateful_set_columns() -> None:
    assert list(row(statefulset.KIND, created(statefulset.KIND)).values()) == ["web", "0/1", "60s", "c", "nginx:1"]


def test_controller_revisions() -> None:
    store = Store(controllerrevision.KIND)
    made = store.create({"metadata": {"name": "r-1"}, "data": {"a": 1}, "revision": 1})
    made["metadata"]["ownerReferences"] = [{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db", "uid": "u", "controller": True}]
    assert list(row(controllerrevision.KIND, made).values()) == ["r-1", "statefulset.apps/db", 1, "60s"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"revision": 2}, ["data: Required value: data is mandatory"]),
        ({"data": {}, "revision": -1}, ["revision: Invalid value: -1: must be greater than or equal to 0"]),
    ],
)
def test_bad_controller_revisions(body: dict[str, Any], expected: Any) -> None:
    with pytest.raises(StatusError) as raised:
        Store(controllerrevision.KIND).create({"metadata": {"name": "r-1"}, **body})
    assert causes(raised.value) == expected
