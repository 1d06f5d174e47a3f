"""All callers share one index per market, which is built off the event loop."""

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.files.packaged import sessions
from bot.adapters.storage.engine import Database, open_database
from bot.adapters.storage.history import HistoryTables
from bot.app import market_data
from bot.domain.history.bars import Bar
from bot.domain.markets.catalogue import MARKETS
from bot.domain.quotes import Observation
from bot.domain.records.history_index import HistoryIndex
from bot.services.history_indexes import HistoryIndexes
from bot.services.history_sync import HistorySync
from bot.services.market_snapshots import MarketSnapshots
from bot.settings import Settings

NIKKEI, TOKYO = MARKETS["nikkei"], sessions()["XTKS"]
DAY = date(2026, 3, 11)
CLOSE = datetime.fromisoformat("2026-03-11T06:30Z")


class Source:
    """Returns made-up bars for every session up to now, except on the ``lost`` days."""

    def __init__(self) -> None:
        self.now = CLOSE + timedelta(hours=1)
        self.lost: set[date] = set()

    def clock(self) -> datetime:
        return self.now

    async def bars(self, key: str, *, whole: bool) -> list[Bar]:
        days = TOKYO.sessions(date(2025, 9, 1), TOKYO.local_day(self.now))
        closes = {day: 1_000_000 + day.toordinal() % 1000 for day in days if day not in self.lost}
        return [Bar(day, close, close + 100, close - 100, close) for day, close in closes.items()]


def observed(source: Source, level: int, day: date = DAY) -> Observation:
    session = TOKYO.session(day)
    assert session is not None
    return Observation("nikkei", level, session.close, source.now, None, level, delay_minutes=0)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record where each index is built: on the loop or in a thread."""
    threads: list[str] = []
    make = HistoryIndex.__init__

    def noted(self: HistoryIndex, *args: Any) -> None:
        threads.append("loop" if threading.current_thread() is threading.main_thread() else "thread")
        make(self, *args)

    monkeypatch.setattr(HistoryIndex, "__init__", noted)
    return threads


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'bell.sqlite3'}")
    yield database
    await database.close()


def over(database: Database, source: Source, ledgers: HistoryIndexes | None) -> tuple[HistorySync, MarketSnapshots]:
    histories = HistorySync(HistoryTables(database), source, sessions(), source.clock, ledgers)
    return histories, MarketSnapshots(histories, sessions(), ledgers)


async def test_a_ledger_is_made_once_and_not_on_the_loop(database: Database, made: list[str]) -> None:
    source = Source()
    histories, snapshots = over(database, source, HistoryIndexes())
    await histories.update(["nikkei"])
    for _ in range(3):
        assert snapshots.of(NIKKEI, observed(source, 1_000_500), source.now).record is not None
        snapshots.events(NIKKEI, observed(source, 1_000_500), source.now, ())
    assert made == ["thread"]

    again, judged = over(database, source, HistoryIndexes())
    await again.open()
    assert judged.of(NIKKEI, observed(source, 1_000_500), source.now).record is not None
    assert made == ["thread", "thread"]
    source.now += timedelta(days=1)
    await again.update(["nikkei"])
    assert judged.of(NIKKEI, observed(source, 1_000_500), source.now).record is not None
    assert set(made) == {"thread"}


async def test_what_the_bot_saw_is_taken_in_off_the_loop_and_says_the_same_before(
    database: Database, made: list[str]
) -> None:
    source = Source()
    source.lost.add(DAY)
    histories, snapshots = over(database, source, HistoryIndexes())
    await histories.update(["nikkei"])
    level = observed(source, 1_009_000)
    histories.sight(level)
    assert histories.known_levels("nikkei")
    before = snapshots.of(NIKKEI, level, source.now)
    assert before.record is not None
    assert before.record.closing.date == DAY
    paused = asyncio.Event()

    async def pause(seconds: float) -> None:
        paused.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(histories.run(pause))
    await paused.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    after = snapshots.of(NIKKEI, level, source.now)
    assert (after.record, after.trend) == (before.record, before.trend)
    assert set(made) == {"thread"}
    alone = MarketSnapshots(histories, sessions()).of(NIKKEI, level, source.now)
    assert (alone.record, alone.trend) == (after.record, after.trend)

    source.now += timedelta(hours=20)  # the next session is running, and the history still lacks the day
    running = Observation("nikkei", 1_008_000, source.now, source.now, 1_009_000, 1_008_000, delay_minutes=0)
    first, other = (
        each.of(NIKKEI, running, source.now) for each in (snapshots, MarketSnapshots(histories, sessions()))
    )
    assert (first.record, first.trend) == (other.record, other.trend)


async def test_a_running_bot_has_one_set_of_snapshots(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite+aiosqlite:///{tmp_path / 'bell.sqlite3'}")
    async with market_data(settings, ahead=True) as parts:
        assert parts.questions._snapshots is parts.snapshots
        assert parts.histories._cache._indexes is parts.snapshots._indexes
    async with market_data(settings) as parts:  # a single question needs only one index
        assert parts.histories._cache._indexes is None
