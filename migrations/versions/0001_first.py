"""The log of changes, the objects, the allocations, and facts about the file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Applies this migration."""
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    changes = op.create_table(
        "changes",
        sa.Column("revision", number, primary_key=True, autoincrement=False),
        sa.Column("cluster", sa.Text, nullable=False),
        sa.Column("resource", sa.Text, nullable=False),
        sa.Column("namespace", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("previous", number),
        sa.Column("at", sa.Float(53), nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "objects",
        sa.Column("cluster", sa.Text, primary_key=True),
        sa.Column("resource", sa.Text, primary_key=True),
        sa.Column("namespace", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("revision", number, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "allocations",
        sa.Column("cluster", sa.Text, primary_key=True),
        sa.Column("pool", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    settings = op.create_table(
        "settings",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", number, nullable=False),
    )
    # A change that touches nothing: the first write gets a revision above it.
    nothing = {"cluster": "", "resource": "", "namespace": "", "name": "", "type": "", "at": 0.0, "value": b""}
    op.bulk_insert(changes, [{"revision": 2, **nothing}])
    op.bulk_insert(settings, [{"name": "compacted", "value": 2}])
