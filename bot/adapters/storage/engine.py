"""Where does the bot keep what it remembers, and how is that opened, read and written?

SQLite by default, PostgreSQL by the same code. Opening makes the folder and the file where they are missing, refuses a
file that is damaged, that another program made or that a newer version wrote, and brings the tables up to date; of
several processes that start together one does it and the others wait. Whatever a database or its driver raises reaches
the caller as a StoreError.
"""

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage import connections, migration, sqlite_file
from bot.adapters.storage.address import file_of, parse
from bot.adapters.storage.errors import UNREADABLE, Busy, store_error
from bot.domain.errors import BadSetting, FailureCode, StoreError, reason_of

T = TypeVar("T")

_ATTEMPTS: Final = 4  # at a whole write before it is given up
_MIGRATION_LOCK: Final = 0x0B311  # PostgreSQL's advisory locks are numbers; any that others do not use


class Database:
    """One database, opened when it is first needed; a failed opening is tried again by the next one who needs it."""

    def __init__(self, url: URL) -> None:
        """Take an address that `open_database` has checked; nothing is opened yet."""
        self.sqlite: Final = url.get_backend_name() == "sqlite"
        self.file: Final = file_of(url)
        self.name: Final = str(self.file or url.set(query={}).render_as_string(hide_password=True))
        self._engine: Final = connections.create_engine(url)
        self._writer: Final = connections.for_writing(self._engine)
        self._opening: Final = asyncio.Lock()
        # SQLite has one writer at a time: waiting here is fair, and waiting in the file is not.
        self._writing: Final[AbstractAsyncContextManager[Any]] = asyncio.Lock() if self.sqlite else nullcontext()
        self._open = False

    async def open(self) -> None:
        """Check the database and bring its tables up to date; does nothing once that has succeeded.

        Raises:
            StoreError: if it cannot be opened, is damaged, or belongs to a newer version or another program.
        """
        if self._open:
            return
        async with self._opening:
            if self._open:
                return
            with self._translated():
                if self.file is not None:
                    await asyncio.to_thread(sqlite_file.inspect, self.file, self.name)
                await self._retried(self._migrate)
            self._open = True

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection to read with; everything that is read in the block is of one moment.

        Raises:
            StoreError: if the database cannot be opened or read.
        """
        await self.open()
        with self._translated():
            async with self._engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection whose transaction is committed at the end, or rolled back after an exception.

        On SQLite it holds the write lock from its start (BEGIN IMMEDIATE), so that what it reads stays true until it
        writes. Prefer `write`, which tries again.

        Raises:
            Busy: if another process keeps the database locked.
            StoreError: if the database cannot be opened or written.
        """
        await self.open()
        async with self._writing:
            with self._translated():
                async with self._writer.begin() as connection:
                    yield connection

    async def write(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Do some work in one write transaction, from its beginning again where the database was locked.

        The work may therefore run more than once; in the database, only one run of it counts.

        Raises:
            StoreError: if the database cannot be opened or written, or stays locked.
        """

        async def attempt() -> T:
            async with self.writing() as connection:
                return await work(connection)

        return await self._retried(attempt)

    async def backup(self, file: Path) -> None:
        """Write a consistent copy into a new file, while others may read and write.

        Raises:
            StoreError: if the file exists or cannot be written, or the database is not there or not SQLite.
        """
        if self.file is None:
            raise StoreError(FailureCode.NO_BACKUP_OF_MEMORY if self.sqlite else FailureCode.NO_BACKUP_OF_POSTGRESQL)
        if not await asyncio.to_thread(self.file.exists):
            raise StoreError(FailureCode.NOTHING_TO_BACK_UP, database=self.name)
        await self.open()
        await asyncio.to_thread(sqlite_file.copy, self.file, file)

    async def erase(self) -> None:
        """Rewrite an SQLite file, so that none of its bytes, nor of its log of writes, holds what was deleted.

        PostgreSQL's own vacuum does that in time.

        Raises:
            Busy: if somebody still reads the state from before; what was deleted stays until this has succeeded.
            StoreError: if the database cannot be opened or written.
        """
        if self.file is None:
            return
        await self.open()
        async with self._writing:
            with self._translated():
                await asyncio.to_thread(sqlite_file.erase_deleted, self.file, self.name)

    async def close(self) -> None:
        """Close all connections; the database may be used again afterwards."""
        await self._engine.dispose()

    async def _migrate(self) -> None:
        revisions = await asyncio.to_thread(migration.load)
        async with self._engine.connect() as connection:
            if await connection.run_sync(migration.current, revisions, self.name) == revisions.newest:
                return
        async with self._writer.begin() as connection:
            if not self.sqlite:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            await connection.run_sync(migration.upgrade, revisions, self.name)

    async def _retried(self, attempt: Callable[[], Awaitable[T]]) -> T:
        for number in range(1, _ATTEMPTS):
            try:
                with self._translated():
                    return await attempt()
            except Busy:
                await asyncio.sleep(random.uniform(0.05, 0.2) * number)  # noqa: S311 - to get two processes out of step
        with self._translated():
            return await attempt()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn what the database, its driver or the file system raises into a StoreError."""
        try:
            yield
        except DBAPIError as error:
            raise store_error(self.name, error.orig or error) from error
        except (SQLAlchemyError, sqlite3.Error, OSError, *UNREADABLE) as error:
            raise store_error(self.name, error) from error


def open_database(url: str) -> Database:
    """Return the database at an SQLAlchemy address; it is opened when it is first needed.

    ``sqlite:///file`` and ``postgresql://user:password@host/name`` are understood with or without their drivers' names.

    Raises:
        BadSetting: if the address is not one of these.
    """
    try:
        return Database(parse(url))
    except ValueError as error:
        raise BadSetting(FailureCode.SETTING_WRONG, setting="DATABASE_URL", why=reason_of(error)) from None
