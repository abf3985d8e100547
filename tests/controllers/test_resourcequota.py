"""Quotas of a namespace: what the controller counts and what admission charges, together."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockapi.controllers.resourcequota import ResourceQuotaController
from mockapi.kinds.admission.resource_quota import ResourceQuotaAdmission
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Object
from mockapi.machinery.quantity import ZERO, parse_quantity
from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate
from tests.registry.calls import MAPS, at_once, config_map, create, refusal
from tests.world import World


@pytest.fixture
def limited(database: Database) -> World:
    world = World(database, admission=(ResourceQuotaAdmission(),))
    world.run(ResourceQuotaController)
    return world


def quota(world: World, hard: dict[str, str], name: str = "q", **spec: Any) -> None:
    world.create("resourcequotas", {"metadata": {"name": name}, "spec": {"hard": hard, **spec}})
    world.settle()


def used(world: World, name: str = "q") -> dict[str, str]:
    found = world.get("resourcequotas", name)
    assert found is not None
    return dict(found["status"]["used"])


def pod(name: str, requests: Object | None = None, limits: Object | None = None, **spec: Any) -> Object:
    container = {"name": "c", "image": "nginx", "resources": {"requests": requests or {}, "limits": limits or {}}}
    return {"metadata": {"name": name}, "spec": {"containers": [container], **spec}}


def refused(world: World, resource: str, obj: Object) -> str:
    failure = refusal(world.create, resource, obj)
    assert (failure.code, failure.reason) == (403, "Forbidden")
    return failure.message


def test_counts_what_is_there_and_charges_what_comes(limited: World) -> None:
    limited.create(MAPS, config_map("before"))
    quota(limited, {"configmaps": "2", "count/configmaps": "9", "count/leases.coordination.k8s.io": "1"})
    assert used(limited) == {"configmaps": "1", "count/configmaps": "1", "count/leases.coordination.k8s.io": "0"}
    limited.create(MAPS, config_map("second"))
    assert used(limited)["configmaps"] == "2"
    sentence = 'configmaps "third" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=2, limited: configmaps=2'
    assert refused(limited, MAPS, config_map("third")) == sentence


def test_what_goes_makes_room(limited: World) -> None:
    quota(limited, {"configmaps": "1"})
    limited.create(MAPS, config_map("a"))
    limited.delete(MAPS, "a")
    limited.settle()
    assert used(limited) == {"configmaps": "0"}
    limited.create(MAPS, config_map("b"))


def test_of_creations_at_once_as_many_pass_as_fit(limited: World) -> None:
    quota(limited, {"configmaps": "3"})
    results = at_once(*(partial(limited.create, MAPS, config_map(f"m{number}")) for number in range(8)))
    assert sum(isinstance(result, StatusError) for result in results) == 5
    assert len(limited.list(MAPS)) == 3
    assert used(limited) == {"configmaps": "3"}


def test_a_refused_or_rehearsed_write_is_not_charged(limited: World) -> None:
    quota(limited, {"configmaps": "5"}, "first")
    quota(limited, {"count/configmaps": "1"}, "second")
    limited.create(MAPS, config_map("a"))
    refused(limited, MAPS, config_map("b"))
    assert refusal(limited.create, MAPS, config_map("a")).code == 403
    limited.patch("resourcequotas", "second", {"spec": {"hard": {"count/configmaps": "4"}}})
    limited.settle()
    assert refusal(limited.create, MAPS, config_map("a")).code == 409
    create(limited, MAPS, config_map("c"), dry_run=True)
    assert (used(limited, "first"), used(limited, "second")) == ({"configmaps": "1"}, {"count/configmaps": "1"})


def test_new_limits_hold_at_once_and_may_be_below_what_is_used(limited: World) -> None:
    quota(limited, {"configmaps": "2", "secrets": "1"})
    for name in "ab":
        limited.create(MAPS, config_map(name))
    limited.patch("resourcequotas", "q", {"spec": {"hard": {"configmaps": "1", "secrets": None}}})
    limited.settle()
    found = limited.get("resourcequotas", "q")
    assert found is not None
    assert found["status"] == {"hard": {"configmaps": "1"}, "used": {"configmaps": "2"}}


def test_who_wrote_the_status_is_recorded(limited: World) -> None:
    quota(limited, {"configmaps": "2"})
    limited.create(MAPS, config_map("a"))
    found = limited.get("resourcequotas", "q")
    assert found is not None
    writers = [(entry["manager"], entry.get("subresource")) for entry in found["metadata"]["managedFields"]]
    assert ("kube-apiserver", "status") in writers
    assert ("kube-controller-manager", "status") in writers


def test_a_limit_whose_use_is_unknown_refuses_what_counts(limited: World) -> None:
    quota(limited, {"configmaps": "2"})
    limited.patch("resourcequotas", "q", {"status": {"used": {"configmaps": None}}}, "status")
    sentence = 'configmaps "a" is forbidden: status unknown for quota: q, resources: configmaps'
    assert refused(limited, MAPS, config_map("a")) == sentence


def test_pods_must_say_what_is_limited(limited: World) -> None:
    quota(limited, {"requests.cpu": "1", "limits.memory": "1Gi"})
    sentence = 'pods "p" is forbidden: failed quota: q: must specify limits.memory for: c; requests.cpu for: c'
    assert refused(limited, "pods", pod("p")) == sentence
    whole = {"requests": {"cpu": "300m"}, "limits": {"memory": "256Mi", "cpu": "1"}}
    limited.create("pods", pod("p", resources=whole))
    assert used(limited) == {"limits.memory": "256Mi", "requests.cpu": "300m"}


def test_pods_are_charged_for_all_that_they_hold(limited: World) -> None:
    hard = ["cpu", "memory", "limits.cpu", "pods", "requests.example.com/gpu", "requests.hugepages-2Mi", "requests.ephemeral-storage"]
    quota(limited, dict.fromkeys(hard, "9Gi"))
    amounts = {"cpu": "250m", "memory": "64Mi", "example.com/gpu": "2", "hugepages-2Mi": "4Mi", "ephemeral-storage": "1Gi"}
    start = {"name": "i", "image": "i", "resources": {"requests": {"cpu": "1", "memory": "1Mi"}, "limits": {"cpu": "2"}}}
    sidecar = {**start, "name": "s", "restartPolicy": "Always"}
    limited.create("pods", pod("p", amounts, amounts, initContainers=[sidecar, start]))
    assert used(limited) == {
        "cpu": "2",
        "memory": "65Mi",
        "limits.cpu": "4",
        "pods": "1",
        "requests.example.com/gpu": "2",
        "requests.hugepages-2Mi": "4Mi",
        "requests.ephemeral-storage": "1Gi",
    }
    limited.delete("pods", "p")
    limited.settle()
    assert set(used(limited).values()) == {"0"}


def test_ended_pods_count_as_objects_only(limited: World) -> None:
    quota(limited, {"pods": "1", "count/pods": "2"})
    limited.create("pods", pod("p"))
    limited.patch("pods", "p", {"status": {"phase": "Failed"}}, "status")
    limited.settle()
    assert used(limited) == {"pods": "0", "count/pods": "1"}


def test_a_resize_is_charged_and_given_back(limited: World) -> None:
    quota(limited, {"requests.cpu": "1"})
    limited.create("pods", pod("p", {"cpu": "500m"}))

    def resize(cpu: str) -> None:
        limited.patch("pods", "p", {"spec": {"containers": [pod("p", {"cpu": cpu})["spec"]["containers"][0]]}}, "resize")

    resize("800m")
    assert used(limited) == {"requests.cpu": "800m"}
    sentence = 'pods "p" is forbidden: exceeded quota: q, requested: requests.cpu=400m, used: requests.cpu=800m, limited: requests.cpu=1'
    assert refusal(resize, "1200m").message == sentence
    resize("300m")
    assert used(limited) == {"requests.cpu": "300m"}


CASES = [
    ({"scopes": ["BestEffort"]}, {}, True),
    ({"scopes": ["BestEffort"]}, {"cpu": "1"}, False),
    ({"scopes": ["NotBestEffort"]}, {"cpu": "1"}, True),
    ({"scopes": ["Terminating"]}, {"activeDeadlineSeconds": 60}, True),
    ({"scopes": ["Terminating"]}, {}, False),
    ({"scopes": ["NotTerminating"]}, {}, True),
    ({"scopes": ["NotTerminating", "BestEffort"]}, {"cpu": "1"}, False),
    ({"scopes": ["PriorityClass"]}, {"priorityClassName": "high"}, True),
    ({"scopes": ["PriorityClass"]}, {}, False),
    ({"scopeSelector": ("PriorityClass", "In", ["high", "low"])}, {"priorityClassName": "high"}, True),
    ({"scopeSelector": ("PriorityClass", "In", ["low"])}, {"priorityClassName": "high"}, False),
    ({"scopeSelector": ("PriorityClass", "NotIn", ["low"])}, {}, True),
    ({"scopeSelector": ("PriorityClass", "DoesNotExist", None)}, {}, True),
    ({"scopeSelector": ("CrossNamespacePodAffinity", "Exists", None)}, {"namespaces": ["other"]}, True),
    ({"scopeSelector": ("CrossNamespacePodAffinity", "Exists", None)}, {"namespaces": None}, False),
]


@pytest.mark.parametrize(("scope", "traits", "counts"), CASES)
def test_scopes_say_which_pods_count(limited: World, scope: dict[str, Any], traits: dict[str, Any], counts: bool) -> None:
    if "scopeSelector" in scope:
        name, operator, values = scope["scopeSelector"]
        requirement = {"scopeName": name, "operator": operator, **({"values": values} if values else {})}
        scope = {"scopeSelector": {"matchExpressions": [requirement]}}
    quota(limited, {"pods": "5"}, **scope)
    traits = dict(traits)
    requests = {"cpu": traits.pop("cpu")} if "cpu" in traits else {}
    if "namespaces" in traits:
        term: Object = {"topologyKey": "zone", "labelSelector": {}, "namespaces": traits.pop("namespaces") or []}
        traits["affinity"] = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    limited.create("pods", pod("p", requests, **traits))
    charged = used(limited)
    limited.patch("resourcequotas", "q", {"spec": {"hard": {"pods": "6"}}})
    limited.settle()
    assert charged == used(limited) == {"pods": "1" if counts else "0"}


def test_services_count_by_type_also_when_that_changes(limited: World) -> None:
    quota(limited, {"services": "9", "services.nodeports": "3", "services.loadbalancers": "1"})
    limited.service("a", ports=[{"port": 80, "name": "a"}, {"port": 81, "name": "b"}])
    limited.patch("services", "a", {"spec": {"type": "LoadBalancer"}})
    assert used(limited) == {"services": "1", "services.nodeports": "2", "services.loadbalancers": "1"}
    node_port = {"metadata": {"name": "b"}, "spec": {"type": "NodePort", "ports": [{"port": 1, "name": "x"}, {"port": 2, "name": "y"}]}}
    sentence = "exceeded quota: q, requested: services.nodeports=2, used: services.nodeports=2, limited: services.nodeports=3"
    assert refused(limited, "services", node_port) == f'services "b" is forbidden: {sentence}'
    limited.patch("services", "a", {"spec": {"type": "ClusterIP"}})
    limited.settle()
    assert used(limited) == {"services": "1", "services.nodeports": "0", "services.loadbalancers": "0"}


def claim(name: str, storage: str, **spec: Any) -> Object:
    return {
        "metadata": {"name": name},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": storage}}, "storageClassName": "fast", **spec},
    }


def test_claims_count_by_class(limited: World) -> None:
    of_fast = "fast.storageclass.storage.k8s.io/"
    quota(limited, {"requests.storage": "10Gi", f"{of_fast}requests.storage": "3Gi", f"{of_fast}persistentvolumeclaims": "5"})
    limited.create("persistentvolumeclaims", claim("a", "2Gi"))
    limited.create("persistentvolumeclaims", claim("b", "2Gi", storageClassName="slow"))
    assert used(limited) == {"requests.storage": "4Gi", f"{of_fast}requests.storage": "2Gi", f"{of_fast}persistentvolumeclaims": "1"}
    name = f"{of_fast}requests.storage"
    sentence = f"exceeded quota: q, requested: {name}=2Gi, used: {name}=2Gi, limited: {name}=3Gi"
    assert refused(limited, "persistentvolumeclaims", claim("c", "2Gi")) == f'persistentvolumeclaims "c" is forbidden: {sentence}'


def test_claims_are_in_the_scope_of_their_attributes(limited: World) -> None:
    selector = {"matchExpressions": [{"scopeName": "VolumeAttributesClass", "operator": "In", "values": ["gold"]}]}
    quota(limited, {"persistentvolumeclaims": "5"}, scopeSelector=selector)
    limited.create("persistentvolumeclaims", claim("a", "1Gi", volumeAttributesClassName="gold"))
    limited.create("persistentvolumeclaims", claim("b", "1Gi", volumeAttributesClassName="lead"))
    assert used(limited) == {"persistentvolumeclaims": "1"}


STEPS = st.lists(st.tuples(st.sampled_from(["create", "delete", "finish", "resize"]), st.integers(0, 4), st.integers(1, 9)), max_size=25)


@settings(max_examples=15)
@given(steps=STEPS)
def test_what_is_used_is_what_is_there_and_never_too_much(steps: list[tuple[str, int, int]], tmp_path_factory: Any) -> None:
    url = f"sqlite:///{tmp_path_factory.mktemp('quota')}/test.db"
    migrate(url)
    database = Database(url, synchronous="OFF")
    world = World(database, admission=(ResourceQuotaAdmission(),))
    world.run(ResourceQuotaController)
    quota(world, {"requests.cpu": "1", "pods": "3"})
    for step in steps:
        with suppress(StatusError):
            take(world, *step)
        assert parse_quantity(used(world)["requests.cpu"]) <= parse_quantity("1")
        world.settle()
        living = [each for each in world.list("pods") if each["status"].get("phase") != "Failed"]
        requests = [parse_quantity(each["spec"]["containers"][0]["resources"]["requests"]["cpu"]) for each in living]
        assert used(world) == {"pods": str(len(living)), "requests.cpu": str(sum(requests, ZERO))}
    database.close()


def take(world: World, action: str, number: int, tenths: int) -> None:
    """One thing that clients do to pods."""
    name = f"p{number}"
    wanted = pod(name, {"cpu": f"{tenths}00m"})
    if action == "create":
        world.create("pods", wanted)
    elif action == "delete":
        world.delete("pods", name)
    elif action == "finish":
        world.patch("pods", name, {"status": {"phase": "Failed"}}, "status")
    else:
        world.patch("pods", name, {"spec": {"containers": wanted["spec"]["containers"]}}, "resize")
