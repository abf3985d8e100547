"""The tables. A change here goes with a migration that does the same to existing databases, and with its id in SCHEMA."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Float, Integer, LargeBinary, MetaData, String, Table, Text, insert

# The migration that leads to these tables (Alembic's revision id; tests hold the two together).
SCHEMA = "0001"

# The revision before the first write. Above 1, so that a client's resourceVersion "1" is an old one, as on a real cluster.
FIRST_REVISION = 2

metadata = MetaData()

_Revision = BigInteger().with_variant(Integer, "sqlite")  # SQLite's row id must be spelt INTEGER

# One row for each write, in commit order. The writer counts revisions itself, for writers are serialised: no gaps, no sequences.
# `previous` is the revision that this one replaced. `value` comes last: SQLite then skims the rest without reading long values.
changes = Table(
    "changes",
    metadata,
    Column("revision", _Revision, primary_key=True, autoincrement=False),
    Column("cluster", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("namespace", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("previous", _Revision),
    Column("at", Float(53), nullable=False),  # seconds since 1970
    Column("value", LargeBinary, nullable=False),
)

# The revision of each object that exists; its value is in that change, which compaction spares. So a value is written once.
objects = Table(
    "objects",
    metadata,
    Column("cluster", Text, primary_key=True),
    Column("resource", Text, primary_key=True),
    Column("namespace", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("revision", _Revision, nullable=False),
    sqlite_with_rowid=False,
)

allocations = Table(
    "allocations",
    metadata,
    Column("cluster", Text, primary_key=True),
    Column("pool", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    sqlite_with_rowid=False,
)

# Facts about the file. `compacted`: the greatest revision up to which changes may be missing.
settings = Table(
    "settings",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", _Revision, nullable=False),
)

# Alembic's own table, spelt as Alembic makes it.
alembic_version = Table("alembic_version", metadata, Column("version_num", String(32), primary_key=True))


def create(connection: Connection) -> None:
    """Everything that a new database needs, as after all migrations, within the connection's transaction."""
    metadata.create_all(connection)
    nothing = {"cluster": "", "resource": "", "namespace": "", "name": "", "type": "", "at": 0.0, "value": b""}
    connection.execute(insert(changes), {"revision": FIRST_REVISION, **nothing})
    connection.execute(insert(settings), {"name": "compacted", "value": FIRST_REVISION})
    connection.execute(insert(alembic_version), {"version_num": SCHEMA})
