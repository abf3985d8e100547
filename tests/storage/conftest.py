from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa

from mockapi.storage.database import Database
from mockapi.storage.migrate import migrate

POSTGRES = os.environ.get("MOCKAPI_TEST_POSTGRES", "")

Open = Callable[..., Database]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    if not POSTGRES:
        pytest.skip("MOCKAPI_TEST_POSTGRES names no server, as in postgresql://user@host/database")
    schema = f"test_{uuid.uuid4().hex}"
    engine = sa.create_engine(sa.make_url(POSTGRES).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.execute(sa.schema.CreateSchema(schema))
    yield sa.make_url(POSTGRES).update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.execute(sa.schema.DropSchema(schema, cascade=True))
    engine.dispose()


@pytest.fixture
def url(empty_url: str) -> str:
    """A database that is ready for use."""
    migrate(empty_url)
    return empty_url


@pytest.fixture
def open_database(url: str) -> Iterator[Open]:
    """Opens the database as another process would; closed at the end."""
    with ExitStack() as opened:

        def open_one(**options: object) -> Database:
            database = Database(url, **options)  # type: ignore[arg-type]
            opened.callback(database.close)
            return database

        yield open_one


@pytest.fixture
def database(open_database: Open) -> Database:
    return open_database()
