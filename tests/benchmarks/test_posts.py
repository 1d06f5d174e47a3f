"""100,000 schedules: what planning them, asking what is due, and sending them at the set pace cost."""

import asyncio
import gc
import resource
import sys
import time as clocks
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from statistics import median
from zoneinfo import available_timezones

import pytest
import sqlalchemy as sa

from bot.adapters.storage.engine import Database, open_database
from bot.adapters.storage.posting_schema import SUBSCRIPTIONS
from bot.adapters.storage.subscription_rows import subscription_columns
from bot.domain.markets.market import Region
from bot.domain.posting.limits import DeliveryLimits
from bot.domain.posting.schedule import Around, Daily, DayRule, Moment, Timing, following
from bot.domain.posting.subscriptions import Alert, AlertCondition, AlertKind, Destination
from bot.domain.records.events import Event, EventKind
from tests.factories import NINE, post
from tests.fakes import FakeClock
from tests.posting import CALENDARS, Bench

COUNT = 100_000
AT_NINE = datetime(2025, 9, 16, tzinfo=UTC)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = open_database(database_url)
    yield database
    await database.close()


def _resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()


async def _fill(database: Database, due: datetime, count: int = COUNT) -> None:
    row = subscription_columns(post(timing=NINE)) | {"next_due": int(due.timestamp() * 1000)}
    row["planned_until"] = row["next_due"] - 1
    for start in range(0, count, 1000):
        rows = [row | {"guild": number, "channel": number} for number in range(start, start + 1000)]
        async with database.writing() as connection:
            await connection.execute(sa.insert(SUBSCRIPTIONS), rows)
    async with database.writing() as connection:
        await connection.execute(sa.text("ANALYZE"))  # as PostgreSQL does by itself within a minute


def test_planning_the_next_occurrences_takes_under_5_s_of_cpu(benchmark_only: None) -> None:
    zones = sorted(available_timezones() - {"localtime", "Factory"})
    timings: list[Timing] = []
    for number in range(COUNT):
        daily = Daily(time(number % 24, number % 60), zones[number % len(zones)])
        rule = list(DayRule)[number % 3]
        timings.append(
            Timing(daily, rule, Region.ASIA, "nikkei")
            if number % 5
            else Timing(Around(("XTKS", "XHKG", "XNYS")[number % 3], Moment.OPEN, -30))
        )
    friday = datetime(2026, 11, 20, 12, tzinfo=UTC)  # the longest way to the next trading day
    began = clocks.process_time()
    assert all(following(timing, friday, CALENDARS) for timing in timings)
    took = clocks.process_time() - began
    print(f"\nnext occurrences of {COUNT:,} schedules: {took:.2f} s of CPU")
    assert took < 5.0


async def test_asking_what_is_due_takes_under_5_ms(benchmark_only: None, database: Database) -> None:
    bench = Bench(database, FakeClock("2025-09-15T12:00Z"))
    await _fill(database, AT_NINE)
    took, whole = [], []
    for _ in range(100):
        began = clocks.perf_counter()
        assert await bench.posts.plan() == 0
        assert not await bench.outbox.ready_contents(bench.clock.now, 10, [])
        took.append(clocks.perf_counter() - began)
        began = clocks.perf_counter()
        await bench.turn()
        whole.append(clocks.perf_counter() - began)
    engine = "SQLite" if database.sqlite else "PostgreSQL"
    print(f"\npolling among {COUNT:,} schedules on {engine}: {median(took) * 1000:.2f} ms")
    print(f"all that is done each second, with nothing due: {median(whole) * 1000:.2f} ms")
    assert median(took) < 0.005


async def test_looking_for_50000_alerts_holds_nobody_up(benchmark_only: None, database: Database) -> None:
    bench = Bench(database)
    row = subscription_columns(
        Alert(
            destination=Destination(guild=1, channel=2, creator=3),
            condition=AlertCondition("nikkei", AlertKind.MOVE, 2.0),
        )
    )
    for start in range(0, 50_000, 1000):
        rows = [row | {"guild": number, "channel": number} for number in range(start, start + 1000)]
        async with database.writing() as connection:
            await connection.execute(sa.insert(SUBSCRIPTIONS), rows)
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        while True:
            began = clocks.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, clocks.perf_counter() - began)

    class Market:
        shown: tuple[Event, ...] = ()

        def active_markets(self, markets: Collection[str]) -> Collection[str]:
            return markets

        async def newest_events(self, moves: Mapping[str, Collection[float]]) -> Sequence[Event]:
            return self.shown

    alerts = bench.app(market := Market()).alerts
    gc.collect()
    gc.freeze()  # as the bot does: else it is a pass over all that the tests have imported that is measured
    beating = asyncio.create_task(beat())
    for name, shown in (("nothing", ()), ("something", (Event("nikkei", EventKind.RISE, AT_NINE.date(), 2.0),))):
        market.shown = shown
        longest, began = 0.0, clocks.perf_counter()
        count = await alerts.look()
        took = clocks.perf_counter() - began
        print(f"\n{name} happened: {count:,} planned in {took * 1000:.0f} ms, loop held up {longest * 1000:.0f} ms")
        assert longest < took / 5 or took < 0.05
    beating.cancel()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of the process as Linux tells it")
async def test_100000_due_at_nine_start_on_time_and_drain_at_the_pace(database: Database) -> None:
    clock = FakeClock("2025-09-15T23:57Z")
    bench = Bench(database, clock, DeliveryLimits())
    await _fill(database, AT_NINE)
    began = clocks.process_time()
    await bench.posts.plan()
    print(f"\nplanned {COUNT:,} in {clocks.process_time() - began:.1f} s of CPU")
    clock.now = AT_NINE
    first, last, sent = AT_NINE + timedelta(days=1), AT_NINE, 0

    async def count(_: int) -> None:
        nonlocal first, last, sent
        first, last, sent = min(first, clock.now), max(last, clock.now), sent + 1
        bench.discord.messages.clear()
        if sent in (COUNT // 10, COUNT - 1):
            sizes.append(_resident())

    sizes: list[int] = []
    bench.discord.after = count
    await bench.deliveries.send_due()
    await bench.deliveries.settle()
    took = (last - first).total_seconds()
    print(f"sent {sent:,} in {took:.0f} s of the clock; memory {sizes[0] / 1e6:.1f} → {sizes[1] / 1e6:.1f} MB")
    assert sent == COUNT
    assert first - AT_NINE < timedelta(seconds=1)
    assert len(bench.composer.asked) == 1
    assert COUNT / 40 - 5 <= took <= COUNT / 40 * 1.02
    assert sizes[1] < sizes[0] + 20_000_000
