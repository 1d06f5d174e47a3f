"""What do those who write meet while PostgreSQL is killed under them, and is there afterwards what was promised?"""

import asyncio
from collections import Counter

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.engine import Database, open_database
from bot.adapters.storage.errors import store_error
from bot.domain.errors import StoreError
from tests.postgres import Crashing
from tests.sentences import sentence_of


async def _write(database: Database, key: str) -> None:
    async def work(connection: AsyncConnection) -> None:
        await connection.execute(text("SELECT free_at FROM pace FOR UPDATE"))
        insert = "INSERT INTO contents (content, message, made_at) VALUES (:key, '', 0)"
        await connection.execute(text(insert), {"key": key})

    await database.write(work)


async def test_whoever_writes_learns_it_in_a_sentence_and_keeps_what_was_promised(crashing_postgres: Crashing) -> None:
    database = open_database(crashing_postgres.url)
    promised: list[str] = []
    sentences: Counter[str] = Counter()
    over = asyncio.Event()

    async def writer(name: int) -> None:
        number = 0
        while not over.is_set():
            number += 1
            try:
                await _write(database, f"{name} {number}")  # any other exception ends the test
            except StoreError as error:
                sentences[sentence_of(error)] += 1
                await asyncio.sleep(0.02)
            else:
                promised.append(f"{name} {number}")

    async def killer() -> None:
        try:
            for _ in range(2):
                before = len(promised)
                while len(promised) < before + 20:
                    await asyncio.sleep(0.02)
                await crashing_postgres.crash(0.1)
        finally:
            over.set()

    await database.open()
    try:
        await asyncio.gather(killer(), *map(writer, range(8)))
        async with database.reading() as connection:
            contents = {key for (key,) in await connection.execute(text("SELECT content FROM contents"))}
    finally:
        await database.close()
    assert sentences
    assert set(promised) <= contents


def test_a_connection_that_broke_is_told_as_such() -> None:
    lost = asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")
    error = store_error("the bell", lost)
    assert "the connection to it broke" in sentence_of(error)
    assert "the bell" in sentence_of(error, operator=True)
    assert "the bell" not in sentence_of(error)
