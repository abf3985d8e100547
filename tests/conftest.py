"""A cluster of its own for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate
from tests.world import World


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
