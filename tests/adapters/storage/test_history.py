"""What the tables of bars keep, and that a cancelled reading lets go of them."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.storage.engine import Database, open_database
from bot.adapters.storage.history import HistoryTables
from bot.domain.history.bars import Bar
from bot.domain.history.refresh_policy import REACH, LastFetch
from bot.domain.markets.market import KnownLevel

AT = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
DAY = date(2026, 3, 11)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = open_database(database_url)
    yield database
    await database.close()


@pytest.fixture
def tables(database: Database) -> HistoryTables:
    return HistoryTables(database)


def _bars(count: int, close: int = 1_000_000) -> list[Bar]:
    return [
        Bar(DAY - timedelta(days=count - 1 - number), close + number, close + 500, close - 500, close)
        for number in range(count)
    ]


async def test_bars_come_back_as_they_came_in_order_and_with_their_blanks(tables: HistoryTables) -> None:
    bars = [
        *_bars(2500),
        Bar(DAY + timedelta(days=1), None),
        Bar(DAY + timedelta(days=2), 9_999_999_999, None, None, 1),
    ]
    await tables.save("nikkei", bars[::-1], AT, DAY, whole=True)
    assert await tables.bars("nikkei") == bars
    assert await tables.bars("dax") == []
    assert await tables.readings() == {"nikkei": LastFetch("nikkei", bars[0].day, AT, AT, 0)}


async def test_a_tail_joins_on_to_a_whole_history_alone(tables: HistoryTables) -> None:
    assert await tables.save("nikkei", _bars(20), AT, DAY, whole=False) is None
    assert await tables.bars("nikkei") == []
    await tables.save("nikkei", _bars(100), AT, DAY, whole=True)
    later = AT + REACH
    assert await tables.save("nikkei", _bars(20), later, DAY, whole=False) is not None
    assert await tables.save("nikkei", _bars(20), later + REACH + timedelta(seconds=1), DAY, whole=False) is None
    assert (await tables.readings())["nikkei"] == LastFetch("nikkei", _bars(100)[0].day, AT, later, 0)


async def test_a_correction_is_logged_with_what_was(tables: HistoryTables) -> None:
    await tables.save("nikkei", _bars(10), AT, DAY, whole=True)
    comparison = await tables.save("nikkei", _bars(10, 1_000_001)[-2:], AT + timedelta(days=1), DAY, whole=False)
    assert comparison is not None
    assert [(change.bar.close, change.was and change.was.bar.close) for change in comparison.changes] == [
        (1_000_009, 1_000_008),
        (1_000_010, 1_000_009),
    ]
    assert await tables.corrections("nikkei") == 2


async def test_sightings_are_kept_for_days_without_a_whole_bar(tables: HistoryTables) -> None:
    lost, known = DAY, DAY - timedelta(days=1)
    for day in (known, lost):
        await tables.keep([KnownLevel("nikkei", "close", 100, day, day, "seen", day)])
        await tables.keep([KnownLevel("nikkei", "high", 110, day, day, "seen", day)])
    await tables.keep([KnownLevel("nikkei", "close", 101, lost, lost, "seen", lost)])
    await tables.save("nikkei", _bars(10)[:-1], AT, DAY, whole=True)
    assert {(sighting.kind, sighting.level, sighting.date) for sighting in await tables.sightings()} == {
        ("close", 101, lost),
        ("high", 110, lost),
    }


async def test_a_reading_cancelled_at_any_moment_lets_go_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "bell.sqlite3"
    database = open_database(f"sqlite:///{file}")
    tables = HistoryTables(database)
    await tables.save("nikkei", _bars(600), AT, DAY, whole=True)
    errors: list[BaseException] = []  # tracebacks that are kept must not keep a lock

    def free() -> None:
        with closing(sqlite3.connect(file, timeout=120, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")

    for number in range(120):
        task = asyncio.create_task(tables.save("nikkei", _bars(600, 1_000_000 + number), AT, DAY, whole=True))
        if number % 2:
            await asyncio.sleep(number * 0.0002)
        else:
            for _ in range(number):
                await asyncio.sleep(0)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError as error:
            errors.append(error)
        async with asyncio.timeout(180):
            await asyncio.to_thread(free)
    assert errors
    opens = {bar.open for bar in await tables.bars("nikkei")}
    assert len(opens) == 1, "bars of two readings are mixed"
    await database.close()
