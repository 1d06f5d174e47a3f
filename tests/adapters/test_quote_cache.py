import asyncio
import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import replace

import pytest

from bot.adapters.files.packaged import sessions
from bot.adapters.quote_cache import QuoteCache
from bot.domain.errors import NoQuotes
from bot.domain.markets.catalogue import INSTRUMENTS, of_region
from bot.domain.markets.market import Region
from bot.domain.model import Source
from bot.domain.quotes import Observation
from tests.fakes import FakeClock
from tests.sentences import failing, other

COUNTED = tuple(market.key for market in of_region(Region.WORLD))
NOON = dt.datetime(2025, 9, 16, 4, 0, tzinfo=dt.UTC)  # Tokyo 13:00, open


class Counting:
    """A source that counts what it is asked and answers when it is let."""

    source: Source = "yahoo"
    failing = False

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.asked: list[Collection[str]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: Exception | None = None
        self.silent: set[str] = set()
        self.delay = 15

    async def observe(self, keys: Collection[str]) -> Mapping[str, Observation]:
        self.asked.append(keys)
        await self.gate.wait()
        if self.error:
            raise self.error
        now = self.clock()
        return {
            key: Observation(key, 100 + len(self.asked), now, now, 100, delay_minutes=self.delay)
            for key in keys
            if key not in self.silent
        }


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOON)


@pytest.fixture
def source(clock: FakeClock) -> Counting:
    return Counting(clock)


@pytest.fixture
def cache(source: Counting, clock: FakeClock) -> QuoteCache:
    return QuoteCache(source, sessions(), clock)


async def test_a_thousand_askers_of_cold_markets_cost_one_request_of_all(source: Counting, cache: QuoteCache) -> None:
    keys = list(COUNTED)
    source.gate.clear()
    askers = [asyncio.create_task(cache.observe([keys[number % len(keys)]])) for number in range(1000)]
    await asyncio.sleep(0)
    source.gate.set()
    answers = await asyncio.gather(*askers)
    assert len(source.asked) == 1
    assert set(source.asked[0]) == {*COUNTED, *INSTRUMENTS}
    assert all(len(answer) == 1 for answer in answers)


async def test_what_no_summary_counts_is_fetched_only_for_those_who_name_it(
    source: Counting, cache: QuoteCache, clock: FakeClock
) -> None:
    await cache.observe(["nikkei"])
    assert set(source.asked[-1]) == {*COUNTED, *INSTRUMENTS}
    assert set(await cache.observe(["nasdaq100", "nikkei"])) == {"nasdaq100", "nikkei"}
    assert source.asked[-1] == ["nasdaq100"]
    clock.move(seconds=600)
    await cache.renew(clock())
    assert "nasdaq100" not in source.asked[-1]
    assert set(await cache.observe(["nasdaq100"])) == {"nasdaq100"}


async def test_who_names_one_while_a_fetch_runs_gets_it_from_the_next(source: Counting, cache: QuoteCache) -> None:
    source.gate.clear()
    askers = [asyncio.create_task(cache.observe([key])) for key in ("nikkei", "nasdaq100", "bist100", "dax")]
    await asyncio.sleep(0)
    late = [asyncio.create_task(cache.observe([key])) for key in ("omxs30", "hscei", "dow")]
    await asyncio.sleep(0)
    source.gate.set()
    answers = await asyncio.gather(*askers, *late)
    assert [list(answer) for answer in answers] == [
        ["nikkei"], ["nasdaq100"], ["bist100"], ["dax"], ["omxs30"], ["hscei"], ["dow"]
    ]  # fmt: skip
    assert len(source.asked) == 2


async def test_ten_thousand_cached_questions_cost_none(source: Counting, cache: QuoteCache) -> None:
    await cache.observe(["nikkei"])
    for _ in range(10_000):
        await cache.observe(["nikkei"])
    assert len(source.asked) == 1


async def test_a_cached_answer_comes_without_giving_up_the_loop(cache: QuoteCache) -> None:
    await cache.observe(["nikkei"])
    with pytest.raises(StopIteration):
        cache.observe(["nikkei"]).send(None)


async def test_past_its_freshness_the_old_value_is_served_while_it_is_renewed(
    source: Counting, cache: QuoteCache, clock: FakeClock
) -> None:
    first = await cache.observe(["nikkei"])
    clock.move(seconds=20)
    second = await cache.observe(["nikkei"])
    assert second == first
    for _ in range(100):
        await asyncio.sleep(0)
    assert (await cache.observe(["nikkei"]))["nikkei"].level != first["nikkei"].level
    assert len(source.asked) == 2


async def test_an_older_value_than_a_minute_is_waited_for(
    source: Counting, cache: QuoteCache, clock: FakeClock
) -> None:
    first = await cache.observe(["nikkei"])
    clock.move(seconds=61)
    assert (await cache.observe(["nikkei"]))["nikkei"].level > first["nikkei"].level


async def test_a_value_of_another_phase_is_waited_for(source: Counting, cache: QuoteCache, clock: FakeClock) -> None:
    clock.now = dt.datetime(2025, 9, 15, 23, 59, 50, tzinfo=dt.UTC)  # ten seconds before Tokyo opens
    first = await cache.observe(["nikkei"])
    clock.move(seconds=20)
    assert (await cache.observe(["nikkei"]))["nikkei"].level > first["nikkei"].level


async def test_a_closed_market_is_read_once_more_after_close_and_delay_and_then_left_alone(
    source: Counting, cache: QuoteCache, clock: FakeClock
) -> None:
    clock.now = dt.datetime(2025, 9, 16, 6, 35, tzinfo=dt.UTC)  # five minutes after Tokyo's close, 15 late
    await cache.observe(["nikkei"])
    clock.now = dt.datetime(2025, 9, 16, 6, 50, tzinfo=dt.UTC)
    await cache.observe(["nikkei"])
    assert len(source.asked) == 2
    for hours in range(17):  # up to the next morning
        clock.now = dt.datetime(2025, 9, 16, 6, 51, tzinfo=dt.UTC) + dt.timedelta(hours=hours)
        await cache.observe(["nikkei"])
    assert len(source.asked) == 2
    clock.now = dt.datetime(2025, 9, 17, 0, 0, 1, tzinfo=dt.UTC)
    await cache.observe(["nikkei"])
    assert len(source.asked) == 3


async def test_over_lunch_one_more_reading_is_enough(source: Counting, cache: QuoteCache, clock: FakeClock) -> None:
    clock.now = dt.datetime(2025, 9, 16, 2, 50, tzinfo=dt.UTC)  # 20 minutes into Tokyo's lunch
    await cache.observe(["nikkei"])
    clock.now = dt.datetime(2025, 9, 16, 3, 29, 59, tzinfo=dt.UTC)
    await cache.observe(["nikkei"])
    assert len(source.asked) == 1
    clock.now = dt.datetime(2025, 9, 16, 3, 30, 1, tzinfo=dt.UTC)
    await cache.observe(["nikkei"])
    assert len(source.asked) == 2


async def test_a_cancelled_asker_cancels_nobody_else(source: Counting, cache: QuoteCache) -> None:
    source.gate.clear()
    leaver, stayer = (asyncio.create_task(cache.observe(["nikkei"])) for _ in range(2))
    await asyncio.sleep(0)
    leaver.cancel()
    await asyncio.sleep(0)
    source.gate.set()
    assert (await stayer)["nikkei"].level == 101
    assert len(source.asked) == 1


async def test_nobody_waits_longer_than_the_bound(
    source: Counting, cache: QuoteCache, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.quote_cache.LONGEST_WAIT", 0.05)
    first = await cache.observe(["nikkei"])
    clock.move(hours=1)
    source.gate.clear()
    assert await cache.observe(["nikkei"]) == first
    await cache.close()


async def test_a_failed_refresh_keeps_the_last_good_value_and_the_next_asker_tries_again(
    source: Counting, cache: QuoteCache, clock: FakeClock
) -> None:
    first = await cache.observe(["nikkei"])
    clock.move(minutes=5)
    source.error = NoQuotes(other("Yahoo is not answering."))
    assert await cache.observe(["nikkei"]) == first
    assert cache.failing
    source.error = None
    assert (await cache.observe(["nikkei"]))["nikkei"].level > first["nikkei"].level
    assert not cache.failing


async def test_with_nothing_kept_a_failure_is_said(source: Counting, cache: QuoteCache) -> None:
    source.error = RuntimeError("a flaw")
    with failing(NoQuotes, match="Yahoo is not answering"):
        await cache.observe(["nikkei"])


async def test_a_market_that_the_source_does_not_know_is_not_asked_for_by_every_asker(
    source: Counting, cache: QuoteCache
) -> None:
    source.silent = {"set"}
    assert await cache.observe(["set"]) == {}
    assert await cache.observe(["set"]) == {}
    assert len(source.asked) == 1


async def test_a_source_that_falls_behind_takes_nothing_back(
    source: Counting, cache: QuoteCache, clock: FakeClock
) -> None:
    first = await cache.observe(["nikkei"])
    clock.move(minutes=2)
    real = source.observe

    async def behind(keys: Collection[str]) -> Mapping[str, Observation]:
        now = clock.now - dt.timedelta(minutes=30)
        return {key: Observation(key, 1, now, clock.now) for key in (await real(keys))}

    source.observe = behind  # type: ignore[method-assign]
    assert await cache.observe(["nikkei"]) == first


async def test_a_clock_that_is_set_back_makes_nothing_fresh_for_hours(
    source: Counting, cache: QuoteCache, clock: FakeClock
) -> None:
    await cache.observe(["nikkei"])
    clock.move(hours=-3)
    await cache.observe(["nikkei"])
    assert len(source.asked) == 2


async def test_a_post_is_told_from_what_was_read_after_its_time(
    source: Counting, cache: QuoteCache, clock: FakeClock
) -> None:
    await cache.observe(["nikkei", "dax"])
    clock.move(seconds=5)
    due = clock.now
    clock.move(seconds=1)
    assert (await cache.observe(["nikkei"]))["nikkei"].fetched_at < due  # fresh enough for whoever asks
    await cache.renew(due)
    assert (await cache.observe(["nikkei"]))["nikkei"].fetched_at >= due
    assert "dax" not in source.asked[1]  # Frankfurt has not opened yet
    await cache.renew(due)
    assert len(source.asked) == 2


async def test_a_night_is_not_read_again_for_a_post(source: Counting, cache: QuoteCache, clock: FakeClock) -> None:
    clock.now = dt.datetime(2025, 9, 13, 4, 0, tzinfo=dt.UTC)  # a Saturday
    await cache.observe(["nikkei"])
    clock.move(minutes=5)
    await cache.renew(clock.now)
    assert len(source.asked) == 1


async def test_while_the_source_fails_what_outlived_the_process_must_do(source: Counting, clock: FakeClock) -> None:
    friday = dt.datetime(2025, 9, 12, 6, 30, tzinfo=dt.UTC)
    old = Observation("nikkei", 4_476_812, friday, friday)
    cache = QuoteCache(source, sessions(), clock, stored={"nikkei": old}.get)
    source.error = NoQuotes(other("Yahoo is not answering."))
    assert await cache.observe(["nikkei", "topix"]) == {"nikkei": old}
    assert cache.failing
    with pytest.raises(NoQuotes):
        await cache.observe(["topix"])
    source.error = None
    clock.move(minutes=1)
    assert (await cache.observe(["nikkei"]))["nikkei"].time == clock.now


async def test_where_the_source_has_no_figure_the_last_good_one_stands_marked(
    source: Counting, cache: QuoteCache, clock: FakeClock
) -> None:
    first = (await cache.observe(["nikkei"]))["nikkei"]
    source.silent = {"nikkei"}
    clock.move(minutes=2)
    assert await cache.observe(["nikkei"]) == {"nikkei": replace(first, rejected=True)}
    assert not cache.failing
    source.silent = set()
    clock.move(minutes=2)
    assert not (await cache.observe(["nikkei"]))["nikkei"].rejected


async def test_a_figure_that_was_not_there_after_the_close_is_asked_for_again_by_night(
    source: Counting, cache: QuoteCache, clock: FakeClock
) -> None:
    clock.now = dt.datetime(2025, 9, 16, 4, 0, tzinfo=dt.UTC)
    await cache.observe(["nikkei"])
    clock.now = dt.datetime(2025, 9, 16, 12, 0, tzinfo=dt.UTC)
    source.silent = {"nikkei"}
    assert (await cache.observe(["nikkei"]))["nikkei"].rejected
    source.silent = set()
    clock.move(seconds=30)
    await cache.observe(["nikkei"])
    assert len(source.asked) == 2
    clock.move(seconds=31)
    assert not (await cache.observe(["nikkei"]))["nikkei"].rejected


async def test_what_is_stored_stands_where_the_source_never_had_a_figure(source: Counting, clock: FakeClock) -> None:
    friday = dt.datetime(2025, 9, 12, 6, 30, tzinfo=dt.UTC)
    old = Observation("nikkei", 4_476_812, friday, friday)
    source.silent = {"nikkei"}
    cache = QuoteCache(source, sessions(), clock, stored={"nikkei": old}.get)
    assert await cache.observe(["nikkei"]) == {"nikkei": replace(old, rejected=True)}


async def test_a_level_that_is_believed_no_longer_gives_way_to_what_is_stored(
    source: Counting, clock: FakeClock
) -> None:
    friday = dt.datetime(2025, 9, 12, 6, 30, tzinfo=dt.UTC)
    old, good = Observation("nikkei", 4_476_812, friday, friday), [True]
    cache = QuoteCache(source, sessions(), clock, stored={"nikkei": old}.get, is_believable=lambda _: good[0])
    assert not (await cache.observe(["nikkei"]))["nikkei"].rejected
    good[0] = False
    assert await cache.observe(["nikkei"]) == {"nikkei": replace(old, rejected=True)}


async def test_the_first_asker_of_an_outage_waits_for_what_is_stored(source: Counting, clock: FakeClock) -> None:
    friday = dt.datetime(2025, 9, 12, 6, 30, tzinfo=dt.UTC)
    old, store, opened = Observation("nikkei", 4_476_812, friday, friday), dict[str, Observation](), asyncio.Event()

    async def until() -> None:
        await opened.wait()

    cache = QuoteCache(source, sessions(), clock, stored=store.get, opened=until)
    source.error = NoQuotes(other("Yahoo is not answering."))
    asker = asyncio.create_task(cache.observe(["nikkei"]))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not asker.done()
    store["nikkei"] = old
    opened.set()
    assert await asker == {"nikkei": old}


async def test_and_no_longer_than_an_asker_waits(
    source: Counting, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.quote_cache.LONGEST_WAIT", 0.05)
    cache = QuoteCache(source, sessions(), clock, opened=asyncio.Event().wait)
    source.error = NoQuotes(other("Yahoo is not answering."))
    with pytest.raises(NoQuotes):
        await cache.observe(["nikkei"])
