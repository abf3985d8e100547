"""A database that is migrated once, and an API on a copy of it for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockapi.assembly import all_kinds
from mockapi.kinds.admission import PLUGINS
from mockapi.machinery.clock import FakeClock
from mockapi.machinery.identity import Identity
from mockapi.registry.admission import Chain
from mockapi.registry.catalogue import Catalogue
from mockapi.registry.cluster import Cluster
from mockapi.registry.resources import Resources
from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate
from tests.kinds.pipeline import NAMESPACE, Api


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kinds") / "empty.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue(all_kinds())


@pytest.fixture
def api(tmp_path: Path, empty_database: Path, catalogue: Catalogue) -> Iterator[Api]:
    shutil.copy(empty_database, tmp_path / "cluster.db")
    database = Database(f"sqlite:///{tmp_path}/cluster.db", synchronous="OFF")
    clock = FakeClock()
    api = Api(Resources(database, catalogue, Cluster(), clock, Identity(1), Chain(PLUGINS)), clock)
    api.create("namespaces", {"metadata": {"name": NAMESPACE}})
    yield api
    database.close()
