"""Does /data delete leave nothing of a server: no row, and no id in any byte of the database's files?"""

import asyncio
import sqlite3
import struct
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import text

from bot.adapters.storage.engine import Database, open_database
from bot.adapters.storage.posting_schema import DELIVERIES, SUBSCRIPTIONS
from bot.domain.posting.subscriptions import Alert, AlertCondition, AlertKind, Destination
from bot.services.posting_ports import NotSent
from tests.factories import post
from tests.fakes import fails
from tests.posting import Bench
from tests.sentences import other

GUILD, CHANNEL, MEMBER, ROLE = (711_111_111_111_111_111 + number for number in range(4))
OTHER = 722_222_222_222_222_222


def _place(guild: int, number: int) -> Destination:
    return Destination(guild=guild, channel=guild - GUILD + CHANNEL + 10 * number, creator=guild - GUILD + MEMBER)


async def _used(database: Database, guilds: tuple[int, ...] = (GUILD, OTHER)) -> Bench:
    """Let servers have posts and alerts for some days, with a mention, trouble and tests."""
    bench = Bench(database)
    for guild in guilds:
        for number in range(20):
            subscription = replace(
                post(mention=guild - GUILD + ROLE), destination=replace(_place(guild, number), mention=ROLE)
            )
            await bench.posts.add(
                replace(subscription, destination=replace(subscription.destination, mention=guild - GUILD + ROLE))
            )
        await bench.posts.add(Alert(destination=_place(guild, 0), condition=AlertCondition("dax", AlertKind.ROUND)))
    await bench.posts.send_test(GUILD, 1)
    for _ in range(5):
        await bench.until(hours=12)
    bench.discord.before = fails(NotSent(other("Discord cannot be reached.")))
    await bench.until(hours=12)
    return bench


async def _rows(database: Database, guild: int) -> dict[str, int]:
    """Count the rows of each table in which some column is this number."""

    def counted(connection: sa.Connection) -> dict[str, int]:
        found = {}
        inspector = sa.inspect(connection)
        for table in inspector.get_table_names():
            columns = [f"CAST({column['name']} AS TEXT) = '{guild}'" for column in inspector.get_columns(table)]
            query = text(f"SELECT count(*) FROM {table} WHERE {' OR '.join(columns)}")
            found[table] = connection.execute(query).scalar_one()
        return {table: count for table, count in found.items() if count}

    async with database.reading() as connection:
        return await connection.run_sync(counted)


async def _count(database: Database, table: str) -> int:
    async with database.reading() as connection:
        return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def test_no_row_of_a_server_is_left_and_none_of_another_is_touched(database_url: str) -> None:
    database = open_database(database_url)
    bench = await _used(database)
    assert set(await _rows(database, GUILD)) == {"subscriptions", "deliveries"}
    others = await _rows(database, OTHER)
    await bench.posts.delete_guild_data(GUILD)
    assert await _rows(database, GUILD) == {}
    assert await _rows(database, OTHER) == others
    assert await _count(database, "contents")
    await bench.posts.delete_guild_data(OTHER)
    assert [await _count(database, table) for table in ("subscriptions", "deliveries", "contents")] == [0, 0, 0]
    await database.close()


def _found(file: Path, *numbers: int) -> list[str]:
    """Name the files of a database in which one of these numbers stands, as SQLite keeps it or as text."""
    files = [path for path in file.parent.iterdir() if path.name.startswith(file.name)]
    forms = [form for number in numbers for form in (struct.pack(">q", number), str(number).encode())]
    return [path.name for path in files if any(form in path.read_bytes() for form in forms)]


async def test_no_id_of_it_is_left_in_any_byte_of_the_files(tmp_path: Path) -> None:
    file = tmp_path / "bell.sqlite3"
    database = open_database(f"sqlite:///{file}")
    bench = await _used(database)
    channels = [_place(GUILD, number).channel for number in range(20)]
    ids = (GUILD, MEMBER, ROLE, *channels)
    assert _found(file, *ids)
    await bench.posts.remove(GUILD, 1)  # what went before goes too
    await bench.posts.delete_guild_data(GUILD)
    assert _found(file, *ids) == []
    assert _found(file, OTHER)
    await database.close()
    assert _found(file, *ids) == []


async def test_what_a_version_before_left_in_free_pages_goes_too(tmp_path: Path) -> None:
    file = tmp_path / "bell.sqlite3"
    database = open_database(f"sqlite:///{file}")
    await _used(database, (GUILD,))
    await database.close()
    with closing(sqlite3.connect(file)) as before:
        before.execute("PRAGMA secure_delete = OFF")
        before.execute("DELETE FROM deliveries")
        before.execute("DELETE FROM subscriptions WHERE id > 1")
        before.commit()
    assert _found(file, _place(GUILD, 7).channel)
    again = Bench(open_database(f"sqlite:///{file}"))
    await again.posts.delete_guild_data(GUILD)
    assert _found(file, GUILD, MEMBER, ROLE, _place(GUILD, 7).channel) == []
    await again.subscriptions._database.close()


async def test_a_reader_that_is_in_the_way_only_puts_the_erasing_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.storage.sqlite_file.LOCK_TIMEOUT", 0.05)
    file = tmp_path / "bell.sqlite3"
    database = open_database(f"sqlite:///{file}")
    bench = await _used(database, (GUILD,))
    async with database.reading() as connection:
        await connection.execute(text("SELECT count(*) FROM deliveries"))  # an old snapshot is held
        await bench.posts.delete_guild_data(GUILD)
        assert _found(file, GUILD)
    assert await _rows(database, GUILD) == {}
    await bench.posts.purge()
    assert _found(file, GUILD) == []
    await database.close()


async def test_every_table_that_names_a_server_is_covered_those_of_later_versions_too(database_url: str) -> None:
    database = open_database(database_url)
    bench = await _used(database, (GUILD,))

    def named(connection: sa.Connection) -> set[str]:
        inspector = sa.inspect(connection)
        tables = inspector.get_table_names()
        columns = {(table, column["name"]) for table in tables for column in inspector.get_columns(table)}
        return {name for _, name in columns if "guild" in name or "server" in name}

    async with database.writing() as connection:
        assert await connection.run_sync(named) == {"guild"}, "what is deleted is found by this name"
        await connection.execute(text("CREATE TABLE later (id INTEGER PRIMARY KEY, guild BIGINT)"))
        await connection.execute(text(f"INSERT INTO later VALUES (1, {GUILD}), (2, {OTHER})"))
    await bench.posts.delete_guild_data(GUILD)
    assert await _rows(database, GUILD) == {}
    assert await _count(database, "later") == 1
    await database.close()


async def test_a_send_that_is_under_way_comes_once_and_leaves_nothing(database_url: str) -> None:
    database = open_database(database_url)
    bench = Bench(database)
    for number in range(3):
        await bench.posts.add(replace(post(), destination=_place(GUILD, number)))
    sending, going_on = asyncio.Event(), asyncio.Event()

    async def held(_: int) -> None:
        sending.set()
        await going_on.wait()

    bench.discord.before = held
    bench.clock.move(hours=12)
    await bench.posts.plan()
    await bench.deliveries.send_due()
    await sending.wait()
    await bench.posts.delete_guild_data(GUILD)
    going_on.set()
    await bench.deliveries.settle()
    other = bench.process()
    for _ in range(10):
        bench.clock.move(minutes=5)
        await bench.posts.plan()
        await other.send_due()
        await other.settle()
    nonces = [message.nonce for message in bench.discord.messages]
    assert len(nonces) == len(set(nonces)) <= 3
    assert await _rows(database, GUILD) == {}
    async with database.reading() as connection:
        for table in (SUBSCRIPTIONS, DELIVERIES):
            assert (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one() == 0
    await database.close()


async def test_a_test_of_a_post_that_was_deleted_meanwhile_is_not_kept(database_url: str) -> None:
    database = open_database(database_url)
    bench = Bench(database)
    await bench.posts.add(replace(post(), destination=_place(GUILD, 1)))
    before, known = bench.subscriptions.get, await bench.subscriptions.get(1)

    async def deleted_meanwhile(_: int) -> object:
        await bench.posts.delete_guild_data(GUILD)
        return known

    bench.subscriptions.get = deleted_meanwhile  # type: ignore[assignment, method-assign]
    await bench.posts.send_test(GUILD, 1)
    bench.subscriptions.get = before  # type: ignore[method-assign]
    assert await _rows(database, GUILD) == {}
    await database.close()
