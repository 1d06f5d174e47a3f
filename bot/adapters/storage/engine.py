"""Where is kept what the bot remembers, and is it safe to read and to write there?

SQLite by default, PostgreSQL by the same code. Opening makes the folder and the file where they are missing, refuses a
file that is damaged, that another program made or that a newer version wrote, and brings the tables up to date; of
several processes that start together one does it and the others wait. Whatever a database or its driver raises reaches
the caller as one sentence, a StoreError.
"""

import asyncio
import logging
import os
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote

from sqlalchemy import URL, Connection, event, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.adapters.files import private
from bot.adapters.storage.address import file_of, parse
from bot.adapters.storage.errors import UNREADABLE, Busy, damaged, reason, sentence
from bot.domain.errors import BadSetting, FailureCode, StoreError, reason_of

if TYPE_CHECKING:
    from alembic.config import Config

log = logging.getLogger(__name__)

T = TypeVar("T")

VERSION_TABLE: Final = "opening_bell_version"
"""Holds the revision that the tables are at; a name of our own, so that another program's is never taken for it."""

_WAIT: Final = 5.0  # seconds that one statement waits for another process's write to end
_TRIES: Final = 4  # of a whole write before it is given up
_MIGRATION_LOCK: Final = 0x0B311  # PostgreSQL's advisory locks are numbers; any that others do not use
_WRITES: Final = "opening_bell_writes"


class Database:
    """One database, opened when it is first needed; a failed opening is tried again by the next one who needs it."""

    def __init__(self, url: URL) -> None:
        """Take an address that `open_database` has checked; nothing is opened yet."""
        self.sqlite: Final = url.get_backend_name() == "sqlite"
        self.file: Final = file_of(url)
        self.name: Final = str(self.file or url.set(query={}).render_as_string(hide_password=True))
        self._engine: Final = _engine(url)
        self._writer: Final = self._engine.execution_options(**{_WRITES: True})
        self._opening: Final = asyncio.Lock()
        # SQLite has one writer at a time: waiting here is fair, and waiting in the file is not.
        self._turn: Final[AbstractAsyncContextManager[Any]] = asyncio.Lock() if self.sqlite else nullcontext()
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
            with self._told():
                if self.file is not None:
                    await asyncio.to_thread(self._inspect, self.file)
                await self._retried(self._migrate)
            self._open = True

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection to read with; what is read in it is of one moment.

        Raises:
            StoreError: if the database cannot be opened or read.
        """
        await self.open()
        with self._told():
            async with self._engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection whose transaction is kept whole at the end, or not at all after an exception.

        On SQLite it holds the write lock from its start (BEGIN IMMEDIATE), so that what it reads stays true until it
        writes. Prefer `write`, which tries again.

        Raises:
            Busy: if another process keeps the database locked.
            StoreError: if the database cannot be opened or written.
        """
        await self.open()
        async with self._turn:
            with self._told():
                async with self._writer.begin() as connection:
                    yield connection

    async def write(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Do some work in one write transaction, from its beginning again where the database was locked.

        The work may therefore run more than once; of its database side, one run stays.

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
        await asyncio.to_thread(self._copy, self.file, file)

    async def erase(self) -> None:
        """Rewrite an SQLite file, so that what was deleted stands in none of its bytes, nor in its log of writes.

        PostgreSQL's own vacuum does that in time.

        Raises:
            Busy: if somebody still reads what was there before; what was deleted stays until this has succeeded.
            StoreError: if the database cannot be opened or written.
        """
        if self.file is None:
            return
        await self.open()
        async with self._turn:
            with self._told():
                await asyncio.to_thread(self._rewrite, self.file)

    async def close(self) -> None:
        """Close all connections; the database may be used again afterwards."""
        await self._engine.dispose()

    async def _migrate(self) -> None:
        config, known = await asyncio.to_thread(_scripts)
        async with self._engine.connect() as connection:
            if await connection.run_sync(self._current, known) == known[0]:
                return
        async with self._writer.begin() as connection:
            if not self.sqlite:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            # Asked again under the lock: another process may have done it in between.
            before = await connection.run_sync(self._current, known)
            await connection.run_sync(_upgrade, config)
        if before != known[0]:
            log.info("database tables brought from %s to %s", before or "nothing", known[0])

    def _current(self, connection: Connection, known: tuple[str, ...]) -> str | None:
        from alembic.migration import MigrationContext  # noqa: PLC0415 (0.3 s, and already imported off the loop)
        from alembic.util import CommandError  # noqa: PLC0415 (the same)

        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        try:
            current = context.get_current_revision()
        except CommandError as error:  # there are two: no version of this bot writes that
            raise damaged(self.name) from error
        if current is not None and current not in known:
            raise StoreError(FailureCode.DATABASE_NEWER, database=self.name, tables=current, known=known[0])
        return current

    def _inspect(self, file: Path) -> None:
        """Look at an SQLite file without any right to write to it: even a repair would change the evidence."""
        private.database(file)
        if not file.exists() or not file.stat().st_size:
            return
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, timeout=_WAIT)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if tables and VERSION_TABLE not in tables:
                raise StoreError(FailureCode.DATABASE_FOREIGN, database=self.name)
            ((verdict, *_), *_) = connection.execute("PRAGMA quick_check(1)").fetchall()
        if verdict != "ok":
            raise damaged(self.name)

    def _rewrite(self, file: Path) -> None:
        with closing(sqlite3.connect(file, timeout=_WAIT, isolation_level=None)) as connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("VACUUM")
            ((busy, *_),) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        if busy:
            raise Busy(FailureCode.DATABASE_STILL_READ, database=self.name)

    def _copy(self, source: Path, target: Path) -> None:
        part = target.with_name(target.name + ".part")
        try:
            # The name is taken at once and filled at the end: a copy that was cut short never bears it.
            target.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            raise StoreError(FailureCode.BACKUP_EXISTS, path=str(target)) from None
        except OSError as error:
            raise StoreError(FailureCode.BACKUP_UNWRITABLE, path=str(target), why=reason(error)) from error
        try:
            part.unlink(missing_ok=True)
            part.touch(mode=0o600)
            with closing(sqlite3.connect(f"file:{quote(str(source))}?mode=ro", uri=True, timeout=_WAIT)) as connection:
                connection.execute("VACUUM INTO ?", (str(part),))
            os.replace(part, target)  # noqa: PTH105 (says what it does: over our own empty file)
        except (sqlite3.Error, OSError) as error:
            part.unlink(missing_ok=True)
            target.unlink()
            raise StoreError(FailureCode.BACKUP_FAILED, path=str(target), why=reason(error)) from error

    async def _retried(self, attempt: Callable[[], Awaitable[T]]) -> T:
        for number in range(1, _TRIES):
            try:
                with self._told():
                    return await attempt()
            except Busy:
                await asyncio.sleep(random.uniform(0.05, 0.2) * number)  # noqa: S311 (two processes out of step)
        with self._told():
            return await attempt()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what the database, its driver or the file system raises into an error of ours."""
        try:
            yield
        except DBAPIError as error:
            raise sentence(self.name, error.orig or error) from error
        except (SQLAlchemyError, sqlite3.Error, OSError, *UNREADABLE) as error:
            raise sentence(self.name, error) from error


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


readable: Final = partial(str, encoding="utf-8", errors="replace")
"""Reads text of which a part was damaged: one such cell must not keep its whole table from being read."""


class _Connection(sqlite3.Connection):
    """Gives up its locks when it is closed.

    SQLite keeps a closed connection, locks and all, for as long as somebody holds a cursor of it; after a cancellation
    that is the traceback, for as long as anybody keeps that.
    """

    def close(self) -> None:
        """Undo what is under way and close."""
        with suppress(sqlite3.Error):
            self.rollback()
        super().close()


def _engine(url: URL) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, pool_pre_ping=True, connect_args={"timeout": 10})
    engine = create_async_engine(url, connect_args={"timeout": _WAIT, "factory": _Connection})

    @event.listens_for(engine.sync_engine, "connect")
    def _connected(connection: Any, _record: object) -> None:  # noqa: ANN401 (the driver's own)
        # The driver begins no transaction by itself: left to it, reading would hold no snapshot and a migration would
        # be committed table by table.
        connection.isolation_level = None
        connection.driver_connection.text_factory = readable
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten, not only let go
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begun(connection: Connection) -> None:
        if not connection.get_execution_options().get(_WRITES):
            connection.exec_driver_sql("BEGIN")
            return
        # Cannot be switched inside a transaction; stays switched in the file, so that it costs a look from then on.
        if connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete":
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _scripts() -> "tuple[Config, tuple[str, ...]]":
    """Return alembic's settings and the revisions that this version knows, the newest first."""
    from alembic.config import Config  # noqa: PLC0415 (0.3 s: only a process that opens a database pays)
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    return config, tuple(script.revision for script in scripts.walk_revisions())


def _upgrade(connection: Connection, config: "Config") -> None:
    from alembic import command  # noqa: PLC0415

    config.attributes["connection"] = connection
    command.upgrade(config, "head")
