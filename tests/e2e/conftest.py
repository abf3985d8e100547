"""Fixtures: a server for the whole run, and every kubectl found, each test in a namespace of its own.

A module that needs another server overrides `server`, for example with `return serve("realistic")`; `kubectl` follows it.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.harness import Kubectl, Server, find_kubectls, namespace_of, serving

Serve = Callable[..., Server]


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """`serve(preset, *options)`: a server of one's own, ended with the test run; the same arguments give the same server."""
    with contextlib.ExitStack() as servers:
        running: dict[tuple[str, ...], Server] = {}

        def start(preset: str = "instant", *arguments: str) -> Server:
            key = (preset, *arguments)
            if key not in running:
                running[key] = servers.enter_context(serving(*key))
            return running[key]

        yield start


@pytest.fixture(scope="session")
def server(serve: Serve) -> Server:
    """The server that the tests share: preset instant."""
    return serve("instant")


@pytest.fixture(params=find_kubectls().items() or [None], ids=lambda item: item[0] if item else "no-kubectl")
def kubectl_binary(request: pytest.FixtureRequest) -> Path:
    """Each kubectl found; without one the test is skipped, or fails where MOCKAPI_REQUIRE_KUBECTL is set."""
    if request.param is None:
        outcome = pytest.fail if os.environ.get("MOCKAPI_REQUIRE_KUBECTL") else pytest.skip
        outcome("no kubectl on PATH or in $KUBECTL_DIR")
    binary: Path = request.param[1]
    return binary


@pytest.fixture
def kubectl(kubectl_binary: Path, server: Server, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Kubectl]:
    """kubectl against the shared server: fresh home, kubeconfig, and a namespace of the test's own."""
    client = Kubectl(kubectl_binary, server, tmp_path / "home", namespace_of(request.node.name))
    client.enter_namespace()
    yield client
    client.leave_namespace()
