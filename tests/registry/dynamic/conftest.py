"""The whole API without HTTP, dynamic admission included, on a database of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockapi.assembly import build_resources
from mockapi.machinery.clock import FakeClock
from mockapi.registry.cluster import Cluster
from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate
from tests.kinds.pipeline import NAMESPACE, Api
from tests.webhooks import Webhook, webhook


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dynamic") / "empty.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def api(tmp_path: Path, empty_database: Path) -> Iterator[Api]:
    shutil.copy(empty_database, tmp_path / "cluster.db")
    database = Database(f"sqlite:///{tmp_path}/cluster.db", synchronous="OFF")
    clock = FakeClock()
    api = Api(build_resources(database, Cluster(), clock), clock)
    api.create("namespaces", {"metadata": {"name": NAMESPACE, "labels": {"team": "blue"}}})
    yield api
    database.close()


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with webhook() as running:
        yield running
