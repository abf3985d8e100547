"""What every client library is tried on: a namespace of its own, a server that has forgotten, and one that is interrupted."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.api import Api
from tests.e2e.clients.outage import Interrupted, interrupted
from tests.e2e.harness import Server, eventually, namespace_of


@pytest.fixture
def api(server: Server) -> Iterator[Api]:
    """Plain requests to the shared server, to look behind the library's back."""
    with contextlib.closing(Api(server.url)) as api:
        yield api


@pytest.fixture
def namespace(api: Api, request: pytest.FixtureRequest) -> Iterator[str]:
    """A namespace of the test's own, complete with its default service account."""
    name = namespace_of(f"{request.module.__name__.rpartition('.')[2].removeprefix('test_')}-{request.node.name.removeprefix('test_')}")
    assert api.call("POST", "/api/v1/namespaces", {"metadata": {"name": name}}).status == 201
    eventually(lambda: api.items(f"/api/v1/namespaces/{name}/serviceaccounts"))
    yield name
    api.call("DELETE", f"/api/v1/namespaces/{name}")


@pytest.fixture
def outage(tmp_path: Path) -> Iterator[Interrupted]:
    """A server of the test's own that can be interrupted."""
    with interrupted(tmp_path) as outage:
        yield outage


@pytest.fixture(scope="session")
def forgetful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that no longer knows its first revisions."""
    with interrupted(tmp_path_factory.mktemp("forgetful")) as outage:
        outage.miss(lambda api: api.call("POST", "/api/v1/namespaces", {"metadata": {"name": "later"}}))
        yield outage.server
