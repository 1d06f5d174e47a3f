"""Opening, refusing, writing and copying the database, on a real SQLite file and a real PostgreSQL."""

# ruff: noqa: ASYNC240 (a look into a folder of the test's own)

import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.engine import Database, open_database
from bot.adapters.storage.errors import Busy
from bot.adapters.storage.migration import VERSION_TABLE
from bot.domain.errors import BadSetting, StoreError
from tests.sentences import failing


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = open_database(database_url)
    yield database
    await database.close()


async def _put(database: Database, key: str) -> None:
    async def work(connection: AsyncConnection) -> None:
        await connection.execute(
            text(
                "INSERT INTO readings (market, loaded_at, read_at)"
                " VALUES (:key, '2026-01-05 12:00:00+00', '2026-01-05 12:00:00+00')"
            ),
            {"key": key},
        )

    await database.write(work)


async def _keys(database: Database) -> list[str]:
    async with database.reading() as connection:
        return list((await connection.execute(text("SELECT market FROM readings ORDER BY market"))).scalars())


async def test_it_is_made_on_first_use_and_keeps_what_was_written(database: Database, database_url: str) -> None:
    await _put(database, "nikkei")
    await database.close()

    again = open_database(database_url)
    assert await _keys(again) == ["nikkei"]
    await again.close()


async def test_an_exception_undoes_the_whole_write(database: Database) -> None:
    async def work(connection: AsyncConnection) -> None:
        await connection.execute(
            text("INSERT INTO readings (market, loaded_at, read_at) VALUES ('dax', '2026-01-05', '2026-01-05')")
        )
        raise LookupError("in the middle")

    await database.open()
    with pytest.raises(LookupError):
        await database.write(work)
    assert await _keys(database) == []


async def test_many_writers_at_once_lose_nothing(database: Database) -> None:
    await asyncio.gather(*(_put(database, f"m{number:02}") for number in range(40)))
    assert len(await _keys(database)) == 40


async def test_a_cancelled_write_leaves_nothing_behind_and_the_next_one_works(database: Database) -> None:
    entered = asyncio.Event()

    async def work(connection: AsyncConnection) -> None:
        await connection.execute(
            text("INSERT INTO readings (market, loaded_at, read_at) VALUES ('dax', '2026-01-05', '2026-01-05')")
        )
        entered.set()
        await asyncio.sleep(3600)

    task = asyncio.create_task(database.write(work))
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await _put(database, "nikkei")
    assert await _keys(database) == ["nikkei"]


async def test_a_write_cancelled_at_any_await_leaves_the_database_usable(database: Database) -> None:
    await database.open()
    for steps in range(60):
        task = asyncio.create_task(_put(database, f"m{steps:02}"))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await _put(database, "last")
    assert (await _keys(database))[0] == "last"


async def test_a_newer_database_is_refused_and_left_as_it_is(database: Database, database_url: str) -> None:
    await _put(database, "nikkei")
    async with database.writing() as connection:
        await connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    await database.close()

    newer = open_database(database_url)
    with failing(StoreError, match=r"newer version.*9999.*update the bot"):
        await newer.open()
    await newer.close()


_OPEN = """
import asyncio, sys
from bot.adapters.storage.engine import open_database
from tests.sentences import failing
async def main():
    sys.stdin.readline()
    database = open_database(sys.argv[1])
    await database.open()
    await database.close()
asyncio.run(main())
"""


def test_processes_that_start_together_make_the_tables_once(database_url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", _OPEN, database_url],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    errors = [process.communicate(timeout=300)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * 6, errors

    async def revisions() -> list[str]:
        database = open_database(database_url)
        async with database.reading() as connection:
            versions = list((await connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}"))).scalars())
        await database.close()
        return versions

    assert len(asyncio.run(revisions())) == 1


@pytest.mark.parametrize(
    "url", ["mysql://host/name", "not an address", "sqlite+pysqlite:///file", "postgresql+psycopg://host/name"]
)
def test_another_kind_of_database_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(BadSetting):
        open_database(url)


async def test_a_password_is_never_said() -> None:
    database = open_database("postgresql://bell:secret@127.0.0.1:1/bell")
    with failing(StoreError, match="does not answer") as raised:
        await database.open()
    assert "secret" not in str(raised.value)
    await database.close()


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'bell.sqlite3'}")
    yield database
    await database.close()


def _file(database: Database) -> Path:
    assert database.file is not None
    return database.file


async def test_sqlite_has_a_write_ahead_log_a_busy_timeout_and_foreign_keys(sqlite: Database) -> None:
    async with sqlite.reading() as connection:
        settings = [
            (await connection.execute(text(f"PRAGMA {name}"))).scalar()
            for name in ("journal_mode", "busy_timeout", "foreign_keys")
        ]
    assert settings == ["wal", 5000, 1]


async def test_a_reader_sees_one_moment_while_another_writes(database: Database) -> None:
    await _put(database, "nikkei")
    async with database.reading() as connection:
        if not database.sqlite:
            await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        before = (await connection.execute(text("SELECT count(*) FROM readings"))).scalar()
        await _put(database, "dax")
        assert (await connection.execute(text("SELECT count(*) FROM readings"))).scalar() == before


@pytest.mark.parametrize("content", [b"not a database at all" * 500, b"SQLite format 3\0" + b"\xff" * 8000])
async def test_a_file_of_garbage_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bell.sqlite3"
    file.write_bytes(content)
    database = open_database(f"sqlite:///{file}")
    with failing(StoreError, match="damaged and nothing was written"):
        await database.open()
    await database.close()
    assert file.read_bytes() == content
    assert list(tmp_path.iterdir()) == [file]


async def test_a_truncated_file_is_refused_and_left_as_it_is(sqlite: Database) -> None:
    async with sqlite.writing() as connection:
        for number in range(1000):
            await connection.execute(
                text("INSERT INTO readings (market, loaded_at, read_at) VALUES (:key, '2026-01-05', '2026-01-05')"),
                {"key": f"m{number}"},
            )
    await sqlite.close()
    file = _file(sqlite)
    content = file.read_bytes()[: file.stat().st_size // 2]
    file.write_bytes(content)

    again = open_database(f"sqlite:///{file}")
    with failing(StoreError, match="damaged and nothing was written"):
        await again.open()
    await again.close()
    assert file.read_bytes() == content


async def test_another_programs_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE bars (cocktail TEXT)")
    content = file.read_bytes()
    database = open_database(f"sqlite:///{file}")
    with failing(StoreError, match="not made by this bot"):
        await database.open()
    await database.close()
    assert file.read_bytes() == content


async def test_a_folder_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    database = open_database(f"sqlite:///{tmp_path / 'data' / 'bell.sqlite3'}")
    with failing(StoreError, match="not a folder"):
        await database.open()
    await database.close()


async def test_a_locked_file_is_said_to_be_busy(sqlite: Database) -> None:
    await sqlite.open()
    async with sqlite.reading() as connection:
        await connection.execute(text("PRAGMA busy_timeout = 1"))
    with closing(sqlite3.connect(_file(sqlite), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with failing(Busy, match="busy with another process"):
            await _put(sqlite, "nikkei")
        other.execute("ROLLBACK")
    await _put(sqlite, "nikkei")
    assert await _keys(sqlite) == ["nikkei"]


async def test_a_full_disk_is_one_sentence_and_what_was_kept_stays(sqlite: Database) -> None:
    await _put(sqlite, "nikkei")

    async def fill(connection: AsyncConnection) -> None:
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar()
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
        for number in range(2000):
            await connection.execute(
                text("INSERT INTO readings (market, loaded_at, read_at) VALUES (:key, '2026-01-05', '2026-01-05')"),
                {"key": f"m{number}"},
            )

    with failing(StoreError, match="cannot be written: the disk is full"):
        await sqlite.write(fill)
    assert await _keys(sqlite) == ["nikkei"]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that a user without rights can look into; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


@contextmanager
def _without_rights() -> Iterator[None]:
    """Give up root's rights for a while, so that the permissions of files and folders count."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


async def test_a_file_that_may_only_be_read_is_read_and_a_write_is_one_sentence(folder: Path) -> None:
    file = folder / "bell.sqlite3"
    database = open_database(f"sqlite:///{file}")
    await _put(database, "nikkei")
    await database.close()
    content = file.read_bytes()
    file.chmod(0o444)
    folder.chmod(0o777)
    with _without_rights():
        assert await _keys(database) == ["nikkei"]
        with failing(StoreError, match="cannot be written: the file may only be read"):
            await _put(database, "dax")
        assert await _keys(database) == ["nikkei"]
        await database.close()
    assert file.read_bytes() == content


async def test_a_folder_that_may_only_be_read_is_one_sentence(folder: Path) -> None:
    folder.chmod(0o555)
    with _without_rights():
        database = open_database(f"sqlite:///{folder / 'data' / 'bell.sqlite3'}")
        with failing(StoreError, match="access to the file or its folder is denied"):
            await database.open()
        await database.close()
        database = open_database(f"sqlite:///{folder / 'bell.sqlite3'}")
        with failing(StoreError, match="the file or its folder cannot be opened"):
            await database.open()
        await database.close()
    assert list(folder.iterdir()) == []


async def test_a_copy_is_whole_while_another_writes(sqlite: Database, tmp_path: Path) -> None:
    await _put(sqlite, "nikkei")
    async with sqlite.writing() as connection:
        await connection.execute(text("DELETE FROM readings"))
        await sqlite.backup(tmp_path / "copy.sqlite3")
    copy = open_database(f"sqlite:///{tmp_path / 'copy.sqlite3'}")
    assert await _keys(copy) == ["nikkei"]
    await copy.close()
    assert await _keys(sqlite) == []


async def test_a_copy_overwrites_nothing(sqlite: Database, tmp_path: Path) -> None:
    await _put(sqlite, "nikkei")
    (tmp_path / "copy").write_text("dear to somebody")
    with failing(StoreError, match="exists already and is not overwritten"):
        await sqlite.backup(tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "dear to somebody"
    with failing(StoreError, match="the folder does not exist"):
        await sqlite.backup(tmp_path / "nowhere" / "copy")


async def test_postgresql_is_copied_by_its_own_tool(postgres_url: str, tmp_path: Path) -> None:
    database = open_database(postgres_url)
    with failing(StoreError, match="pg_dump"):
        await database.backup(tmp_path / "copy")
