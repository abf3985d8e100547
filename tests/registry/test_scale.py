from __future__ import annotations

import pytest

from mockapi.machinery.meta import Key, Object
from mockapi.registry.body import JSON_PATCH, MERGE_PATCH, Body, Patch
from tests.registry.calls import at_once, refusal
from tests.world import NAMESPACE, World

DEPLOYMENTS = "deployments.apps"
KEY = Key(NAMESPACE, "web")


@pytest.fixture
def deployed(world: World) -> World:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    spec = {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    world.create(DEPLOYMENTS, {"metadata": {"name": "web"}, "spec": spec})
    return world


def get(world: World) -> Object:
    return world.resources.scales.get(world.kind(DEPLOYMENTS), KEY)


def put(world: World, scale: Object, *, dry_run: bool = False) -> Object:
    return world.resources.scales.update(world.kind(DEPLOYMENTS), KEY, Body(scale), world.resources.request(dry_run=dry_run))


def patch(world: World, value: object, media_type: str = MERGE_PATCH) -> Object:
    return world.resources.scales.patch(world.kind(DEPLOYMENTS), KEY, Patch(media_type, value), world.resources.request())


def replicas(world: World) -> int:
    deployment = world.get(DEPLOYMENTS, "web")
    assert deployment is not None
    return int(deployment["spec"]["replicas"])


def test_shows_replicas_and_the_selector(deployed: World) -> None:
    scale = get(deployed)
    assert (scale["spec"], scale["status"]) == ({"replicas": 2}, {"replicas": 0, "selector": "app=web"})
    parent = deployed.get(DEPLOYMENTS, "web")
    assert parent is not None
    assert scale["metadata"]["uid"] == parent["metadata"]["uid"]


def test_zero_is_left_out(deployed: World) -> None:
    assert patch(deployed, {"spec": {"replicas": 0}})["spec"] == {}
    assert replicas(deployed) == 0
    put(deployed, {"metadata": {"name": "web"}, "spec": {"replicas": 3}})
    assert put(deployed, {"metadata": {"name": "web"}, "spec": {}})["spec"] == {}
    assert replicas(deployed) == 0


def test_scaling_is_a_new_generation_and_touches_nothing_else(deployed: World) -> None:
    before = deployed.get(DEPLOYMENTS, "web")
    put(deployed, {"metadata": {"name": "web", "labels": {"not": "mine"}}, "spec": {"replicas": 5}})
    after = deployed.get(DEPLOYMENTS, "web")
    assert before is not None
    assert after is not None
    assert after["spec"] == {**before["spec"], "replicas": 5}
    assert after["metadata"]["generation"] == before["metadata"]["generation"] + 1
    assert "labels" not in after["metadata"]


def test_a_dry_run_scales_nothing(deployed: World) -> None:
    assert put(deployed, {"metadata": {"name": "web"}, "spec": {"replicas": 5}}, dry_run=True)["spec"] == {"replicas": 5}
    assert replicas(deployed) == 2


def test_an_old_version_is_a_conflict(deployed: World) -> None:
    scale = get(deployed)
    patch(deployed, {"spec": {"replicas": 3}})
    assert refusal(put, deployed, scale).code == 409


def test_patches_at_once_are_all_done(deployed: World) -> None:
    def grow() -> None:
        done = 0
        while done < 5:
            now = replicas(deployed)
            steps = [{"op": "test", "path": "/spec/replicas", "value": now}, {"op": "replace", "path": "/spec/replicas", "value": now + 1}]
            try:
                patch(deployed, steps, JSON_PATCH)
                done += 1
            except Exception as failure:
                if getattr(failure, "code", 0) != 422:
                    raise

    assert at_once(grow, grow, grow) == [None] * 3
    assert replicas(deployed) == 17


@pytest.mark.parametrize(
    ("scale", "code"),
    [
        ({"metadata": {"name": "other"}, "spec": {"replicas": 1}}, 400),
        ({"metadata": {"name": "web", "namespace": "other"}, "spec": {"replicas": 1}}, 400),
        ({"metadata": {"name": "web"}, "spec": {"replicas": -1}}, 422),
        ({"metadata": {"name": "web"}, "spec": {"replicas": "many"}}, 400),
        ({"metadata": {"name": "web", "uid": "other"}, "spec": {"replicas": 1}}, 409),
    ],
)
def test_refusals(deployed: World, scale: Object, code: int) -> None:
    assert refusal(put, deployed, scale).code == code
    assert replicas(deployed) == 2


def test_what_is_absent_cannot_be_scaled(world: World) -> None:
    assert refusal(get, world).code == 404
    assert refusal(patch, world, {"spec": {"replicas": 1}}).code == 404
