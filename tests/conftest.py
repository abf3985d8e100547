"""A cluster of its own for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate
from tests.world import World

# How fast inputs are made and tests run says nothing about the code, least of all on a busy machine.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database on a throw-away file."""
    url = f"sqlite:///{tmp_path}/test.db"
    migrate(url)
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def world(database: Database) -> World:
    return World(database)
