"""How is a connection to the database set up, and how does a transaction begin on it?"""

import sqlite3
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.adapters.storage.sqlite_file import LOCK_TIMEOUT

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

_WRITES: Final = "opening_bell_writes"

tolerant_text: Final = partial(str, encoding="utf-8", errors="replace")
"""Reads text of which a part was damaged: one such cell must not keep its whole table from being read."""


class _UnlockingConnection(sqlite3.Connection):
    """Gives up its locks when it is closed.

    SQLite keeps a closed connection, locks and all, for as long as somebody holds a cursor of it; after a cancellation
    that is the traceback, for as long as anybody keeps that.
    """

    def close(self) -> None:
        """Roll back what is under way and close."""
        with suppress(sqlite3.Error):
            self.rollback()
        super().close()


def create_engine(url: URL) -> AsyncEngine:
    """Return an engine that connects when it is first used; on SQLite a transaction of it reads one snapshot."""
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, pool_pre_ping=True, connect_args={"timeout": 10})
    engine = create_async_engine(url, connect_args={"timeout": LOCK_TIMEOUT, "factory": _UnlockingConnection})
    event.listen(engine.sync_engine, "connect", _set_up)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def for_writing(engine: AsyncEngine) -> AsyncEngine:
    """Return the same engine with transactions that hold SQLite's write lock from their start."""
    return engine.execution_options(**{_WRITES: True})


def _set_up(connection: "DBAPIConnection", _record: object) -> None:
    # The driver begins no transaction by itself: left to it, reading would hold no snapshot and a migration would be
    # committed table by table.
    connection.isolation_level = None
    connection.driver_connection.text_factory = tolerant_text
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten, not only unlinked
    cursor.close()


def _begin(connection: Connection) -> None:
    if not connection.get_execution_options().get(_WRITES):
        connection.exec_driver_sql("BEGIN")
        return
    # Cannot be switched inside a transaction; stays switched in the file, so that it costs a look from then on.
    if connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete":
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
