"""May an SQLite file be used, and how is it copied, and rid of what was deleted?

Everything here blocks and is run in a thread. What SQLite and the file system raise passes through, but where a
docstring says otherwise.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import quote

from bot.adapters.files import private
from bot.adapters.storage.errors import Busy, damaged, reason
from bot.adapters.storage.migration import VERSION_TABLE
from bot.domain.errors import FailureCode, StoreError

LOCK_TIMEOUT: Final = 5.0
"""Seconds that one statement waits for another process's write to end."""


def inspect(file: Path, name: str) -> None:
    """Check that a file is whole and this bot's own, without any right to write: a repair would change the evidence.

    A file that is missing or empty passes. ``name`` is the database's in errors.

    Raises:
        StoreError: if another program made the file.
        Damaged: if it is damaged.
    """
    private.database(file)
    if not file.exists() or not file.stat().st_size:
        return
    with closing(_read_only(file)) as connection:
        tables = {table for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables and VERSION_TABLE not in tables:
            raise StoreError(FailureCode.DATABASE_FOREIGN, database=name)
        ((verdict, *_), *_) = connection.execute("PRAGMA quick_check(1)").fetchall()
    if verdict != "ok":
        raise damaged(name)


def erase_deleted(file: Path, name: str) -> None:
    """Rewrite a file, so that none of its bytes, nor of its write-ahead log, holds what was deleted.

    Raises:
        Busy: if somebody still reads the state from before; what was deleted stays until this has succeeded.
    """
    with closing(sqlite3.connect(file, timeout=LOCK_TIMEOUT, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("VACUUM")
        ((busy, *_),) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    if busy:
        raise Busy(FailureCode.DATABASE_STILL_READ, database=name)


def copy(source: Path, target: Path) -> None:
    """Write a consistent copy into a new file, while others may read and write the source.

    Raises:
        StoreError: if the target exists, or the copy fails; nothing is left of it then.
    """
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
        with closing(_read_only(source)) as connection:
            connection.execute("VACUUM INTO ?", (str(part),))
        part.replace(target)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        target.unlink()
        raise StoreError(FailureCode.BACKUP_FAILED, path=str(target), why=reason(error)) from error


def _read_only(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, timeout=LOCK_TIMEOUT)
