"""Is this level the close? Alerts, records, the store, the cache and the last reading all agree."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.files.packaged import sessions
from bot.adapters.quote_cache import QuoteCache
from bot.adapters.storage.engine import open_database
from bot.adapters.storage.history import HistoryTables
from bot.domain.history.bars import Bar, History
from bot.domain.markets.catalogue import MARKETS
from bot.domain.markets.market import KnownLevel
from bot.domain.model import Source
from bot.domain.quotes import CLOSE_KNOWN, LONGEST_DELAY, Observation, is_final
from bot.domain.records.events import EventKind
from bot.services.alerts import MarketWatch
from bot.services.history_sync import HistorySync
from bot.services.market_snapshots import MarketSnapshots

NIKKEI = MARKETS["nikkei"]
TOKYO = sessions()["XTKS"]
DAY = date(2025, 9, 12)
CLOSE = datetime(2025, 9, 12, 6, 30, tzinfo=UTC)
RECORD = 4_450_000  # above everything in the history below


class World:
    """A source of one observation, and the history it is judged against."""

    source: Source = "yahoo"
    failing = False

    def __init__(self, observation: Observation) -> None:
        self.observation = observation
        self.asked = 0

    def now(self) -> datetime:
        return self.observation.fetched_at

    async def observe(self, keys: Collection[str]) -> Mapping[str, Observation]:
        self.asked += 1
        return {"nikkei": self.observation}

    def history(self, key: str) -> History | None:
        days = list(TOKYO.sessions(date(2025, 9, 1), date(2025, 9, 11)))
        return History.of("nikkei", [Bar(day, 4_400_000, 4_400_100, 4_399_900) for day in days])

    def known_levels(self, key: str) -> tuple[KnownLevel, ...]:
        return (KnownLevel("nikkei", "close", 3_891_587, date(1989, 12, 29), date(2025, 8, 31), "test"),)


def observed(trade: int, read: int, delay: int | None = None) -> Observation:
    """Return an observation; ``trade`` and ``read`` are in minutes after the close, negative before it."""
    time, fetched = CLOSE + timedelta(minutes=trade), CLOSE + timedelta(minutes=read)
    return Observation("nikkei", RECORD, time, fetched, 4_400_000, RECORD, 4_390_000, delay_minutes=delay)


async def verdicts(observation: Observation, folder: Path) -> dict[str, bool]:
    """Ask every part that decides whether this level is the close."""
    world = World(observation)
    snapshots = MarketSnapshots(world, sessions())
    standing = snapshots.of(NIKKEI, observation, world.now())
    events = await MarketWatch(world, snapshots, sessions(), world.now).newest_events({"nikkei": ()})
    database = open_database(f"sqlite:///{folder / 'bell.sqlite3'}")
    histories = HistorySync(HistoryTables(database), World(observation), sessions(), world.now)  # type: ignore[arg-type]
    past = world.history("nikkei")
    assert past is not None
    histories._cache._histories["nikkei"] = past  # nothing is stored for a market without a known past
    histories.sight(observation)
    await histories.flush()
    stored = await HistoryTables(database).sightings()
    await database.close()
    return {
        "record": standing.record is not None and standing.record.verdict == "record_close",
        "alert": any(event.kind is EventKind.RECORD_CLOSE for event in events),
        "stored": any(sighting.kind == "close" for sighting in stored),
    }


@pytest.mark.parametrize(
    ("observation", "final"),
    [
        (observed(trade=-5, read=12), False),  # no delay is known: it may be from five minutes before the close
        (observed(trade=-5, read=21), False),
        (observed(trade=-5, read=22), True),
        (observed(trade=0, read=12), True),  # the closing trade itself
        (observed(trade=-5, read=12, delay=0), True),
        (observed(trade=-5, read=31, delay=30), False),
        (observed(trade=-5, read=32, delay=30), True),
        (observed(trade=-5, read=-5), False),
    ],
)
async def test_one_observation_has_one_answer(observation: Observation, final: bool, tmp_path: Path) -> None:
    assert await verdicts(observation, tmp_path) == {"record": final, "alert": final, "stored": final}


@pytest.mark.parametrize("delay", [None, *range(0, int(LONGEST_DELAY.total_seconds()) // 60 + 1, 10)])
def test_the_reading_after_each_close_is_late_enough_for_every_delay(delay: int | None) -> None:
    session = TOKYO.session(DAY)
    assert session is not None
    late = int(CLOSE_KNOWN.total_seconds()) // 60
    assert is_final(session, observed(trade=-5, read=late, delay=delay))


@pytest.mark.parametrize(("read", "again"), [(12, True), (21, True), (22, False)])
async def test_the_cache_reads_again_until_a_level_is_the_close(read: int, again: bool) -> None:
    world = World(observed(trade=-5, read=read))
    now = world.now()
    cache = QuoteCache(world, sessions(), lambda: now)
    await cache.observe(["nikkei"])
    now += timedelta(hours=2)
    await cache.observe(["nikkei"])
    assert world.asked == 1 + again
