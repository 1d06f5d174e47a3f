"""Who waits for stocks, how often are they asked for, and what is there when they do not come?"""

import asyncio
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime

import pytest

from bot.adapters.files.packaged import sessions, weights
from bot.domain.attribution.securities import BaseClose, SecurityQuote
from bot.domain.errors import FailureCode, NoQuotes
from bot.services import stocks as service
from bot.services.stocks import Stocks
from tests.fakes import FakeClock

OPEN = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
"""Noon in Seoul, on a Friday."""
CLOSED = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


class FakeSecurities:
    """Knows every symbol; counts what it is asked, and fails or hangs on demand."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.asked: list[list[str]] = []
        self.looked_up: list[tuple[str, date]] = []
        self.failure: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def securities(self, symbols: Collection[str]) -> Mapping[str, SecurityQuote]:
        await self.gate.wait()
        self.asked.append(list(symbols))
        if self.failure is not None:
            raise self.failure
        return {symbol: SecurityQuote(symbol, 101.0, 100.0, self.clock()) for symbol in symbols}

    async def base_close(self, symbol: str, day: date) -> BaseClose | None:
        self.looked_up.append((symbol, day))
        return BaseClose(symbol, 90.0)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(OPEN)


def made(clock: FakeClock) -> tuple[Stocks, FakeSecurities]:
    source = FakeSecurities(clock)
    return Stocks(source, weights(), sessions(), clock), source


async def test_who_asks_why_gets_prices_and_bases(clock: FakeClock) -> None:
    stocks, source = made(clock)
    await stocks.renew(["kospi"], ["ZQZ26.CBT"])
    symbols = weights().symbols("kospi")
    assert source.asked == [["^KS11", *symbols, "ZQZ26.CBT"]]
    assert set(stocks.stocks.quotes) == {"^KS11", *symbols, "ZQZ26.CBT"}
    assert set(stocks.stocks.bases) == set(symbols)
    assert {day for _, day in source.looked_up} == {date(2026, 10, 2)}


async def test_a_thousand_askers_cost_one_refresh(clock: FakeClock) -> None:
    stocks, source = made(clock)
    for _ in range(1000):
        stocks.begin(["kospi", "nikkei"], ())
    await asyncio.gather(*(stocks.renew(["kospi", "nikkei"], ()) for _ in range(1000)))
    assert len(source.asked) == 1
    assert len(source.looked_up) == len({symbol for symbol, _ in source.looked_up})


async def test_five_minutes_while_open_and_not_at_all_while_closed(clock: FakeClock) -> None:
    stocks, source = made(clock)
    await stocks.renew(["kospi"], ())
    clock.move(minutes=4)
    await stocks.renew(["kospi"], ())
    assert len(source.asked) == 1
    clock.move(minutes=2)
    await stocks.renew(["kospi"], ())
    assert len(source.asked) == 2
    clock.now = CLOSED
    await stocks.renew(["kospi"], ())
    clock.move(hours=8)
    await stocks.renew(["kospi"], ())
    assert len(source.asked) == 3
    clock.move(days=3)
    await stocks.renew(["kospi"], ())
    assert len(source.asked) == 4


async def test_splits_are_looked_up_once_a_day(clock: FakeClock) -> None:
    stocks, source = made(clock)
    await stocks.renew(["kospi"], ())
    first = len(source.looked_up)
    clock.move(hours=23)
    await stocks.renew(["kospi"], ())
    assert len(source.looked_up) == first
    clock.move(hours=2)
    await stocks.renew(["kospi"], ())
    assert len(source.looked_up) == 2 * first


async def test_a_source_that_fails_is_left_alone_for_a_minute(clock: FakeClock) -> None:
    stocks, source = made(clock)
    source.failure = NoQuotes(FailureCode.SOURCE_SILENT)
    await stocks.renew(["kospi"], ())
    await stocks.renew(["kospi"], ())
    assert len(source.asked) == 1
    assert stocks.stocks.quotes == {}
    clock.move(seconds=61)
    source.failure = None
    await stocks.renew(["kospi"], ())
    assert stocks.stocks.quotes


async def test_a_flaw_of_the_source_ends_nobodys_wait_with_an_error(clock: FakeClock, caplog: object) -> None:
    stocks, source = made(clock)
    source.failure = RuntimeError("a flaw")
    await stocks.renew(["kospi"], ())
    assert stocks.stocks.quotes == {}


async def test_who_does_not_wait_is_not_held_up(clock: FakeClock) -> None:
    stocks, source = made(clock)
    source.gate.clear()
    stocks.begin(["kospi"], ())
    await asyncio.sleep(0)
    assert stocks.stocks.quotes == {}
    before = stocks.revision
    source.gate.set()
    await stocks.renew(["kospi"], ())
    assert stocks.revision > before, "the next asker's answer is another one"


async def test_a_wait_has_an_end(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "LONGEST_WAIT", 0.05)
    stocks, source = made(clock)
    source.gate.clear()
    await stocks.renew(["kospi"], ())
    assert stocks.stocks.quotes == {}
    await stocks.close()


async def test_what_has_no_heavyweights_is_not_asked_for(clock: FakeClock) -> None:
    stocks, source = made(clock)
    await stocks.renew(["russell2000"], ())
    assert source.asked == []
