"""A server that is ended and started again on its database goes on where it was."""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.request import urlopen

import pytest

from tests.e2e.api import SERVICES, Api, node_port_service
from tests.e2e.harness import Server, eventually, serving

POD = {"metadata": {"name": "web", "labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "nginx"}]}}
MAP = {"metadata": {"name": "settings"}, "data": {"mode": "dark"}}
KEPT = (
    SERVICES,
    "/api/v1/namespaces",
    "/api/v1/namespaces/default/configmaps",
    "/api/v1/namespaces/default/pods",
    "/api/v1/namespaces/default/serviceaccounts",
    "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
)


def everything(api: Api) -> dict[str, Any]:
    """All objects of the kinds above, whole, by uid."""
    return {item["metadata"]["uid"]: item for path in KEPT for item in api.items(path)}


def fill(api: Api) -> None:
    """A pod behind a Service, and a ConfigMap, waited for until nothing more changes."""
    api.call("POST", SERVICES, node_port_service("web", 30022))
    api.call("POST", "/api/v1/namespaces/default/configmaps", MAP)
    eventually(lambda: api.items("/api/v1/namespaces/default/serviceaccounts"))
    assert api.call("POST", "/api/v1/namespaces/default/pods", POD).made
    slices = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io/service-name=web"
    eventually(lambda: [found for found in api.items(slices) if found["endpoints"] and found["endpoints"][0]["conditions"]["ready"]])


@pytest.fixture(scope="module")
def restarted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Any], Server]]:
    """Everything that there was before the end, and the server after."""
    database = str(tmp_path_factory.mktemp("restart") / "mockapi.db")
    with serving("instant", "--database", database) as server, closing(Api(server.url)) as api:
        fill(api)
        before = everything(api)
    with serving("instant", "--database", database) as server:
        yield before, server


def test_every_object_is_as_it_was(restarted: tuple[dict[str, Any], Server]) -> None:
    before, server = restarted
    with closing(Api(server.url)) as api:
        assert everything(api) == before


def test_revisions_go_on(restarted: tuple[dict[str, Any], Server]) -> None:
    before, server = restarted
    last = max(int(item["metadata"]["resourceVersion"]) for item in before.values())
    with closing(Api(server.url)) as api:
        made = api.call("POST", "/api/v1/namespaces", {"metadata": {"name": "later"}}).made
    assert int(made["metadata"]["resourceVersion"]) > last


def test_a_watch_from_before_the_end_misses_nothing(restarted: tuple[dict[str, Any], Server]) -> None:
    before, server = restarted
    path = "/api/v1/namespaces/default/configmaps"
    kept = next(item for item in before.values() if item["metadata"]["name"] == "settings")
    with closing(Api(server.url)) as api:
        changed = api.call("PUT", f"{path}/settings", {**kept, "data": {"mode": "light"}}).body
    watch = f"{server.url}{path}?watch=true&timeoutSeconds=20&resourceVersion={kept['metadata']['resourceVersion']}"
    with urlopen(watch, timeout=20) as events:
        names = {}
        for line in events:
            event = json.loads(line)
            names[event["object"]["metadata"]["name"]] = event["object"]
            if "settings" in names:
                break
    assert names["settings"]["metadata"]["resourceVersion"] == changed["metadata"]["resourceVersion"]


def test_what_was_taken_stays_taken(restarted: tuple[dict[str, Any], Server]) -> None:
    with closing(Api(restarted[1].url)) as api:
        assert api.call("POST", SERVICES, node_port_service("second", 30022)).status == 422
