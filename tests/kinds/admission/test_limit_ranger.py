"""What a LimitRange fills in, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from mockapi.machinery.meta import Object
from tests.kinds.pipeline import Api, refusal


@pytest.fixture(autouse=True)
def account(api: Api) -> None:
    api.create("serviceaccounts", {"metadata": {"name": "default"}})


def limit(api: Api, kind: str, **fields: Any) -> None:
    api.create("limitranges", {"metadata": {"name": "l"}, "spec": {"limits": [{"type": kind, **fields}]}})


def container(name: str = "c", requests: Object | None = None, limits: Object | None = None) -> Object:
    return {"name": name, "image": "nginx", "resources": {"requests": requests or {}, "limits": limits or {}}}


def pod(*containers: Object, **spec: Any) -> Object:
    return {"metadata": {"name": "p"}, "spec": {"containers": list(containers), **spec}}


def refused(api: Api, obj: Object, resource: str = "pods") -> str:
    failure = refusal(api.create, resource, obj)
    assert (failure.code, failure.reason) == (403, "Forbidden")
    prefix = f'{resource} "{obj["metadata"]["name"]}" is forbidden: '
    assert failure.message.startswith(prefix)
    return failure.message.removeprefix(prefix)


def test_containers_get_what_they_do_not_say(api: Api) -> None:
    limit(api, "Container", default={"cpu": "500m", "memory": "1Gi"}, defaultRequest={"cpu": "100m", "memory": "64Mi"})
    made = api.create("pods", pod(container(), container("d", {"cpu": "200m"}), initContainers=[container("i", limits={"memory": "2Gi"})]))
    resources = [each["resources"] for each in (*made["spec"]["containers"], *made["spec"]["initContainers"])]
    limits = {"cpu": "500m", "memory": "1Gi"}
    assert resources == [
        {"limits": limits, "requests": {"cpu": "100m", "memory": "64Mi"}},
        {"limits": limits, "requests": {"cpu": "200m", "memory": "64Mi"}},
        {"limits": {"cpu": "500m", "memory": "2Gi"}, "requests": {"cpu": "100m", "memory": "2Gi"}},
    ]
    assert made["metadata"]["annotations"]["kubernetes.io/limit-ranger"] == (
        "LimitRanger plugin set: cpu, memory request for container c; cpu, memory limit for container c; memory request for container d; "
        "cpu, memory limit for container d; cpu request for init container i; cpu limit for init container i"
    )
    assert made["status"]["qosClass"] == "Burstable"


def test_pods_that_say_everything_are_not_annotated(api: Api) -> None:
    limit(api, "Container", defaultRequest={"cpu": "100m"})
    assert "annotations" not in api.create("pods", pod(container(requests={"cpu": "1"})))["metadata"]


BOUNDS = [
    ({"max": {"cpu": "1"}}, {}, {"cpu": "2"}, "maximum cpu usage per Container is 1, but limit is 2"),
    ({"max": {"example.com/x": "1"}}, {}, {"example.com/x": "2"}, "maximum example.com/x usage per Container is 1, but limit is 2"),
    ({"min": {"memory": "64Mi"}}, {"memory": "32Mi"}, {}, "minimum memory usage per Container is 64Mi, but request is 32Mi"),
    (
        {"maxLimitRequestRatio": {"cpu": "2"}},
        {"cpu": "200m"},
        {"cpu": "500m"},
        "cpu max limit to request ratio per Container is 2, but provided ratio is 2.500000",
    ),
    (
        {"maxLimitRequestRatio": {"cpu": "2"}},
        {"cpu": "200m"},
        {},
        "cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0",
    ),
    (
        {"maxLimitRequestRatio": {"cpu": "2"}},
        {},
        {},
        "cpu max limit to request ratio per Container is 2, but no request is specified or request is 0",
    ),
    (
        {"max": {"cpu": "1", "memory": "1Gi"}},
        {},
        {"cpu": "2", "memory": "2Gi"},
        "[maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1Gi, but limit is 2Gi]",
    ),
]


@pytest.mark.parametrize(("fields", "requests", "limits", "sentence"), BOUNDS)
def test_containers_stay_within_bounds(api: Api, fields: Object, requests: Object, limits: Object, sentence: str) -> None:
    limit(api, "Container", **fields)
    assert refused(api, pod(container(requests=requests, limits=limits), container("twin", requests, limits))) == sentence


def test_pods_are_bound_as_a_whole(api: Api) -> None:
    limit(api, "Pod", max={"cpu": "1"}, min={"memory": "64Mi"})
    fits = container(requests={"cpu": "600m", "memory": "40Mi"}, limits={"cpu": "600m"})
    assert refused(api, pod({**fits, "name": "a"}, {**fits, "name": "b"})) == "maximum cpu usage per Pod is 1, but limit is 1200m"
    assert refused(api, pod(container(limits={"cpu": "1"}))) == "minimum memory usage per Pod is 64Mi.  No request is specified"
    assert refused(api, pod(container(requests={"memory": "64Mi"}))) == "maximum cpu usage per Pod is 1.  No limit is specified"
    api.create("pods", pod(fits, initContainers=[{**fits, "name": "i", "resources": {"requests": {"memory": "80Mi"}}}]))


def test_a_resize_stays_within_bounds(api: Api) -> None:
    api.create("pods", pod(container(requests={"cpu": "500m"}, limits={"cpu": "1"})))
    limit(api, "Container", max={"cpu": "1"})
    bigger = {"spec": {"containers": [container(requests={"cpu": "500m"}, limits={"cpu": "2"})]}}
    failure = refusal(api.patch, "pods", "p", bigger, "resize")
    assert failure.message == 'pods "p" is forbidden: maximum cpu usage per Container is 1, but limit is 2'
    api.patch("pods", "p", {"metadata": {"labels": {"a": "b"}}})


@pytest.mark.parametrize(
    ("size", "sentence"),
    [
        ("1Gi", "minimum storage usage per PersistentVolumeClaim is 2Gi, but request is 1Gi"),
        ("5Gi", "maximum storage usage per PersistentVolumeClaim is 4Gi, but request is 5Gi"),
    ],
)
def test_claims_stay_within_bounds(api: Api, size: str, sentence: str) -> None:
    limit(api, "PersistentVolumeClaim", min={"storage": "2Gi"}, max={"storage": "4Gi"})
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    assert refused(api, {"metadata": {"name": "c"}, "spec": spec}, "persistentvolumeclaims") == sentence
