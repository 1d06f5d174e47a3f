"""A stand-in for `Questions`: answers made beforehand, at once, late or not at all."""

import asyncio
import datetime as dt
import time
from collections.abc import Awaitable, Callable
from typing import Any, cast

from bot.domain.answers import AboutAnswer, Answer, CommandHelp, HelpAnswer, IndexAnswer
from bot.domain.calendars.calendar import ExchangeState
from bot.domain.markets.catalogue import MARKETS
from bot.domain.markets.search import find
from bot.domain.quotes import Quote
from bot.domain.records.facts import Trend
from bot.domain.status import MarketStatus, SessionHours
from bot.services.questions import Questions

AT = dt.datetime(2025, 9, 16, 5, 10, tzinfo=dt.UTC)


def index(key: str = "nikkei", level: float = 45055.38) -> IndexAnswer:
    """Make the answer of an index at lunch-time in Tokyo, up 0.64 %."""
    market = MARKETS[key]
    quote = Quote(
        market=key,
        name=market.name,
        symbol=market.symbol,
        region=market.region,
        session_date=dt.date(2025, 9, 16),
        state=ExchangeState.OPEN,
        level=level,
        previous_close=44768.12,
        change=287.26,
        change_pct=0.64,
        day_high=45055.38,
        day_low=44616.32,
        time=AT - dt.timedelta(minutes=20),
        fetched_at=AT,
        delay_minutes=20,
    )
    hours = SessionHours(open=AT.replace(hour=0, minute=0), close=AT.replace(hour=6, minute=30))
    status = MarketStatus(market=key, state=ExchangeState.OPEN, session=hours, next_close=hours.close)
    trend = Trend(range_52w_low=30792.74, range_52w_high=45055.38, week_pct=0.64, month_pct=5.48, year_pct=12.9)
    return IndexAnswer(as_of=AT, source="yahoo", quote=quote, trend=trend, exchange=status)


class Desk:
    """Answers `/index`, `/help` and `/about`.

    ``gate`` keeps an answer back until it is set, waited for through ``outside``; ``turns`` are turns of the loop that
    an answer takes; ``error`` is raised instead of it; ``hang`` is how many seconds a thread sits in a library
    meanwhile; ``block`` is called on the loop.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answered = 0
        self.gate: asyncio.Event | None = None
        self.outside: Callable[[Awaitable[Any]], Awaitable[Any]] = lambda waiting: waiting
        self.error: Exception | None = None
        self.turns = 0
        self.hang = 0.0
        self.block: Callable[[], object] | None = None
        self.level = 45055.38
        self.renewed: list[dt.datetime] = []

    async def renew(self, since: dt.datetime) -> None:
        self.renewed.append(since)

    @property
    def questions(self) -> Questions:
        return cast("Questions", self)

    async def index(self, text: str) -> IndexAnswer:
        self.asked.append(text)
        market = find(text)
        await self._wait()
        self.answered += 1
        return index(market.key, self.level)

    async def help(self) -> Answer:
        return HelpAnswer(as_of=AT, source="yahoo", commands=(CommandHelp(name="index", description="Level."),))

    async def about(self) -> Answer:
        return AboutAnswer(as_of=AT, source="yahoo", version="1.2.3", markets=34)

    async def _wait(self) -> None:
        if self.block is not None:
            self.block()
        for _ in range(self.turns):
            await asyncio.sleep(0)
        if self.hang:
            await asyncio.to_thread(time.sleep, self.hang)
        if self.gate is not None:
            await self.outside(self.gate.wait())
        if self.error is not None:
            raise self.error
