"""The web room over the real registry, with a few kinds that have no rules of their own."""

import threading

import pytest

from mockapi.machinery.clock import SystemClock
from mockapi.machinery.identity import Identity
from mockapi.registry.admission import Chain
from mockapi.registry.catalogue import Catalogue
from mockapi.registry.cluster import Cluster
from mockapi.registry.kind import Column, Kind
from mockapi.registry.resources import Resources
from mockapi.registry.strategy import Strategy
from mockapi.registry.subresource import STATUS, Subresource
from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate
from mockapi.web.app import create_app

NAME = Column("Name", lambda obj, _: obj["metadata"].get("name", ""), format="name")


class Returning(Strategy):
    """Answers a deletion with the object."""

    returns_deleted = True


KINDS = (
    Kind("", "v1", "Namespace", "namespaces", namespaced=False, verbs=("create", "delete", "get", "list", "patch", "update", "watch")),
    Kind("", "v1", "ConfigMap", "configmaps", short_names=("cm",), columns=(NAME,)),
    Kind("", "v1", "LimitRange", "limitranges"),
    Kind("", "v1", "Service", "services", strategy=Returning(), subresources=(STATUS,)),
    Kind("", "v1", "ServiceAccount", "serviceaccounts"),
    Kind("", "v1", "Endpoints", "endpoints", deprecation='Endpoints is "old"'),
    Kind(
        "apps",
        "v1",
        "Deployment",
        "deployments",
        categories=("all",),
        subresources=(
            STATUS,
            Subresource(
                "echo",
                ("create",),
                "Scale",
                "autoscaling",
                "v1",
                handlers=(("create", lambda _r, key, body, _q: {**body, "key": str(key)}),),
            ),
            Subresource("scale", kind="Scale", group="autoscaling", version="v1"),
        ),
    ),
    Kind("simulation.mockapi.dev", "v1alpha1", "Knob", "knobs", namespaced=False),
)


@pytest.fixture
def resources(tmp_path):
    url = f"sqlite:///{tmp_path / 'state.db'}"
    migrate(url)
    database = Database(url)
    yield Resources(database, Catalogue(KINDS), Cluster(), SystemClock(), Identity(), Chain(()))
    database.close()


@pytest.fixture
def stop():
    return threading.Event()


@pytest.fixture
def client(resources, stop):
    """A client of the API, with the namespace `demo` in place."""
    client = create_app(resources, stopped=stop.is_set).test_client()
    assert client.post("/api/v1/namespaces", json={"metadata": {"name": "demo"}}).status_code == 201
    return client


@pytest.fixture
def maps(client):
    """The config maps a and b in the namespace demo; the path of their collection."""
    path = "/api/v1/namespaces/demo/configmaps"
    for name in ("a", "b"):
        assert client.post(path, json={"metadata": {"name": name, "labels": {"name": name}}, "data": {"k": name}}).status_code == 201
    return path
