"""@kubernetes/client-node: its typed API and its informer. It comes from npm, so it is tried only where clients are required."""

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

import pytest

from tests.e2e.api import Api
from tests.e2e.clients.outage import Interrupted
from tests.e2e.clients.packages import REQUIRED
from tests.e2e.harness import Server

SCRIPTS = Path(__file__).parent / "node"
MAPS = "/api/v1/namespaces/default/configmaps"


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the scripts and what they import."""
    if not os.environ.get(REQUIRED):
        pytest.skip(f"client-node is installed with npm only where {REQUIRED} is set")
    folder = tmp_path_factory.mktemp("node") / "scripts"
    shutil.copytree(SCRIPTS, folder)
    subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder, check=True, timeout=120)
    return folder


def test_objects(scripts: Path, server: Server, namespace: str) -> None:
    command = ["node", "objects.mjs", str(server.kubeconfig), namespace]
    done = subprocess.run(command, cwd=scripts, timeout=60, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@contextlib.contextmanager
def informed(scripts: Path, server: Server) -> Iterator[SimpleQueue[dict[str, str | None]]]:
    """What an informer tells that it knows of the namespace default."""
    told: SimpleQueue[dict[str, str | None]] = SimpleQueue()
    command = ["node", "informer.mjs", str(server.kubeconfig), "default"]
    with subprocess.Popen(command, cwd=scripts, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = process.stdout
        reader = Thread(target=lambda: [told.put(json.loads(line)) for line in lines])
        reader.start()
        try:
            yield told
        finally:
            process.terminate()
            reader.join()


def wait_for(told: SimpleQueue[dict[str, str | None]], **wanted: str) -> None:
    """Returns when all that is known, but for what a controller makes, is this; queue.Empty when 30 s bring nothing new."""
    while {name: value for name, value in told.get(timeout=30).items() if name != "kube-root-ca.crt"} != wanted:
        pass


def put(name: str, value: str) -> dict[str, object]:
    return {"metadata": {"name": name}, "data": {"k": value}}


def rewritten(api: Api) -> None:
    assert api.call("PUT", f"{MAPS}/changed", put("changed", "2")).status == 200
    assert api.call("DELETE", f"{MAPS}/gone").status == 200
    assert api.call("POST", MAPS, put("new", "1")).made


def test_an_informer_goes_on_after_its_revision_has_expired(scripts: Path, outage: Interrupted) -> None:
    with contextlib.closing(Api(outage.server.url)) as api:
        for name in ("changed", "gone"):
            assert api.call("POST", MAPS, put(name, "1")).made
    with informed(scripts, outage.server) as told:
        wait_for(told, changed="1", gone="1")
        outage.miss(rewritten)
        wait_for(told, changed="2", new="1")
