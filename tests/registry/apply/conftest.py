"""One API for each module: tests name their objects apart."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockapi.assembly import all_kinds
from mockapi.machinery.clock import FakeClock
from mockapi.machinery.identity import Identity
from mockapi.registry.admission import Chain
from mockapi.registry.catalogue import Catalogue
from mockapi.registry.cluster import Cluster
from mockapi.registry.resources import Resources
from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate
from tests.registry.apply.api import NAMESPACE, Api


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    url = f"sqlite:///{tmp_path_factory.mktemp('apply')}/cluster.db"
    migrate(url)
    database = Database(url, synchronous="OFF")
    clock = FakeClock()
    api = Api(Resources(database, Catalogue(all_kinds()), Cluster(), clock, Identity(1), Chain()), clock)
    api.create("namespaces", {"metadata": {"name": NAMESPACE}})
    yield api
    database.close()
