"""Runtime classes, labels of topology, mirror pods, and the secrets that a service account lets its pods have."""

from __future__ import annotations

from typing import Any

import pytest

from mockapi.machinery.meta import Key, Object
from tests.kinds.pipeline import NAMESPACE, Api, refusal

ENFORCED = {"kubernetes.io/enforce-mountable-secrets": "true"}
ZONED = {"topology.kubernetes.io/zone": "z", "topology.kubernetes.io/region": "r"}


@pytest.fixture(autouse=True)
def account(api: Api) -> None:
    api.create("serviceaccounts", {"metadata": {"name": "default"}})


def pod(annotations: dict[str, str] | None = None, **spec: Any) -> Object:
    return {"metadata": {"name": "p", "annotations": annotations or {}}, "spec": {"containers": [{"name": "c", "image": "i"}], **spec}}


def refused(api: Api, obj: Object) -> str:
    failure = refusal(api.create, "pods", obj)
    assert failure.code == 403
    return failure.message.removeprefix('pods "p" is forbidden: ')


def runtime_class(api: Api, **fields: Any) -> None:
    api.create("runtimeclasses.node.k8s.io", {"metadata": {"name": "vm"}, "handler": "vm", **fields})


def test_a_class_brings_its_overhead_and_where_it_runs(api: Api) -> None:
    exists = {"key": "vm", "operator": "Exists"}
    scheduling = {"nodeSelector": {"kind": "vm"}, "tolerations": [exists]}
    runtime_class(api, overhead={"podFixed": {"cpu": "250m"}}, scheduling=scheduling)
    narrow = {"key": "vm", "operator": "Equal", "value": "1", "effect": "NoSchedule"}
    spec = api.create("pods", pod(runtimeClassName="vm", nodeSelector={"a": "b"}, tolerations=[narrow]))["spec"]
    assert (spec["overhead"], spec["nodeSelector"]) == ({"cpu": "250m"}, {"a": "b", "kind": "vm"})
    assert [toleration["key"] for toleration in spec["tolerations"]][-1] == "vm"
    assert exists in spec["tolerations"]
    assert narrow not in spec["tolerations"]


def test_a_missing_class_is_refused(api: Api) -> None:
    assert refused(api, pod(runtimeClassName="ghost")) == 'pod rejected: RuntimeClass "ghost" not found'


def test_overhead_is_the_word_of_the_class(api: Api) -> None:
    runtime_class(api, overhead={"podFixed": {"cpu": "250m"}}, scheduling={"nodeSelector": {"kind": "vm"}})
    wrong = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
    assert refused(api, pod(runtimeClassName="vm", overhead={"cpu": "1"})) == wrong
    unfounded = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"
    assert refused(api, pod(overhead={"cpu": "1"})) == unfounded
    conflict = "conflict: runtimeClass.scheduling.nodeSelector[kind] = vm; pod.spec.nodeSelector[kind] = metal"
    assert refused(api, pod(runtimeClassName="vm", nodeSelector={"kind": "metal"})) == conflict
    api.create("pods", pod(runtimeClassName="vm", overhead={"cpu": "0.25"}))


def test_pods_carry_the_topology_of_their_node(api: Api) -> None:
    api.create("nodes", {"metadata": {"name": "n", "labels": {**ZONED, "other": "x"}}})
    assert api.create("pods", pod(nodeName="n"), dry_run=True)["metadata"]["labels"] == ZONED
    assert "labels" not in api.create("pods", pod(nodeName="unknown"), dry_run=True)["metadata"]


def test_a_binding_brings_the_topology_too(api: Api) -> None:
    api.create("nodes", {"metadata": {"name": "n", "labels": ZONED}})
    api.create("pods", pod())
    kind = api.resources.catalogue.by_resource("pods")
    body: Object = {"metadata": {"name": "p"}, "target": {"kind": "Node", "name": "n"}}
    api.resources.act(kind, Key(NAMESPACE, "p"), "create", body, api.resources.request(), kind.subresource("binding"))
    assert api.get("pods", "p")["metadata"]["labels"] == ZONED


def test_a_mirror_pod_gets_nothing_and_may_want_nothing(api: Api) -> None:
    mirror = {"kubernetes.io/config.mirror": "hash"}
    assert refused(api, pod(mirror, serviceAccountName="default")) == "a mirror pod may not reference service accounts"
    assert refused(api, pod(mirror, imagePullSecrets=[{"name": "s"}])) == "a mirror pod may not reference secrets"
    token = {"name": "t", "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}
    assert refused(api, pod(mirror, volumes=[token])) == "a mirror pod may not use ServiceAccountToken volume projections"
    spec = api.create("pods", pod(mirror))["spec"]
    assert "serviceAccountName" not in spec
    assert "volumes" not in spec


REASON = "is not allowed because service account default does not reference that"
ENV = [{"name": "E", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]
SECRETS: list[tuple[Object, str]] = [
    ({"volumes": [{"name": "v", "secret": {"secretName": "s"}}]}, f'volume with secret.secretName="s" {REASON} secret'),
    (
        {"containers": [{"name": "c", "image": "i", "env": ENV}]},
        f'container c with envVar E referencing secret.secretName="s" {REASON} secret',
    ),
    (
        {"initContainers": [{"name": "i", "image": "i", "env": ENV}]},
        f'init container i with envVar E referencing secret.secretName="s" {REASON} secret',
    ),
    ({"imagePullSecrets": [{"name": "s"}]}, f'imagePullSecrets[0].name="s" {REASON} imagePullSecret'),
]


@pytest.mark.parametrize(("spec", "sentence"), SECRETS)
def test_an_account_may_bound_the_secrets_of_its_pods(api: Api, spec: Object, sentence: str) -> None:
    api.create("pods", pod(**spec), dry_run=True)
    api.patch("serviceaccounts", "default", {"metadata": {"annotations": ENFORCED}, "secrets": [{"name": "other"}]})
    assert refused(api, pod(**spec)) == sentence
    api.patch("serviceaccounts", "default", {"secrets": [{"name": "s"}], "imagePullSecrets": [{"name": "s"}]})
    api.create("pods", pod(**spec))
