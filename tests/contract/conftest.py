"""The server that the tests of the contract share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockapi.kinds.admission import PLUGINS
from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate
from tests.contract.api import Api
from tests.world import World


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    url = f"sqlite:///{tmp_path_factory.mktemp('contract')}/test.db"
    migrate(url)
    database = Database(url)
    world = World(database, admission=PLUGINS)
    world.create("serviceaccounts", {"metadata": {"name": "default"}})
    yield Api(world)
    database.close()
