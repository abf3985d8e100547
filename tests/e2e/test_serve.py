"""mockapi serve as a person starts and ends it."""

import json
import time
import urllib.request
from pathlib import Path

from tests.e2e.harness import Kubectl, Server, ready, serving, stop


def test_readyz_and_version_answer(server: Server) -> None:
    assert ready(server.url)
    with urllib.request.urlopen(f"{server.url}/version", timeout=5) as answer:
        assert json.load(answer)["minor"] == "36"


def test_long_queries_and_tokens_are_read(server: Server) -> None:
    selector = "a+in+(" + ",".join(f"value-{number}" for number in range(10_000)) + ")"
    request = urllib.request.Request(
        f"{server.url}/api/v1/configmaps?labelSelector={selector}", headers={"Authorization": "Bearer " + "x" * 50_000}
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        assert json.load(answer)["items"] == []


def test_ctrl_c_ends_it_within_two_seconds_and_frees_the_port() -> None:
    with serving() as server, urllib.request.urlopen(f"{server.url}/api/v1/namespaces?watch=true", timeout=5) as watch:
        assert watch.readline()
        start = time.monotonic()
        stop(server.process)
        assert time.monotonic() - start < 2
        assert not ready(server.url)


def test_objects_survive_a_restart(tmp_path: Path) -> None:
    database = str(tmp_path / "kept.db")
    with serving("instant", "--database", database) as server:
        body = json.dumps({"metadata": {"name": "kept"}}).encode()
        request = urllib.request.Request(f"{server.url}/api/v1/namespaces", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=5) as answer:
            assert answer.status == 201
    with serving("instant", "--database", database) as server:
        kept = urllib.request.Request(f"{server.url}/api/v1/namespaces/kept")
        with urllib.request.urlopen(kept, timeout=5) as answer:
            assert json.load(answer)["metadata"]["name"] == "kept"


def test_kubectl_talks_to_it_with_the_kubeconfig_written_at_the_start(kubectl: Kubectl) -> None:
    assert kubectl.namespace in kubectl.ok("kubectl get namespaces")
    assert kubectl.ok("kubectl config view --minify -o jsonpath='{..namespace}'") == kubectl.namespace
