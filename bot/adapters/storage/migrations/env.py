"""What alembic runs: the steps, on the connection and in the transaction of whoever opens the database.

The opener holds the lock and commits, so that a step is done whole or not at all, on SQLite too.
"""

from alembic import context

from bot.adapters.storage.migration import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"], version_table=VERSION_TABLE, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
