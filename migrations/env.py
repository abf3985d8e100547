"""Alembic's entry: runs migrations on the connection, and within the transaction, that mockapi.storage.upgrade hands over."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], render_as_batch=True, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
