"""Running migrations: the only module that loads Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

import mockapi
from mockapi.storage import tables
from mockapi.storage.errors import SchemaError


def upgrade(connection: Connection, version: str) -> None:
    """Runs the migrations that follow `version`, within the connection's transaction. Raises SchemaError."""
    config = configuration(connection)
    try:
        ScriptDirectory.from_config(config).get_revision(version)
    except CommandError as failure:
        url = connection.engine.url.render_as_string()
        raise SchemaError(f"{url}: made by a newer version of mockapi (schema {version}; this one knows {tables.SCHEMA})") from failure
    command.upgrade(config, "head")


def configuration(connection: Connection) -> Config:
    """Alembic's settings, without a file."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(migrations()))
    return config


def migrations() -> Path:
    """The folder of migrations: beside the package in a checkout, inside it when installed."""
    package = Path(mockapi.__file__).parent
    installed = package / "migrations"
    return installed if installed.is_dir() else package.parent / "migrations"
