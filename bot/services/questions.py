"""What can be asked? One method a question, each returns an answer that holds every fact shown."""

import asyncio
import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version

from bot.domain.answers import (
    AboutAnswer,
    CommandHelp,
    ContextItem,
    HelpAnswer,
    IndexAnswer,
    MarketRecord,
    RecordAnswer,
    RecordsAnswer,
    StatusAnswer,
    SummaryAnswer,
)
from bot.domain.catalogue import INSTRUMENTS, MARKETS, of_region
from bot.domain.errors import NoQuotes
from bot.domain.markets import Market, Region
from bot.domain.names import find
from bot.domain.quotes import Note, NoteKind, Observation
from bot.domain.sessions import Calendar
from bot.domain.status import market_status
from bot.services.ports import Clock, Histories, Quotes
from bot.services.standing import Standing, Standings


class Questions:
    """Answers questions from a source of quotes, the histories and the sessions table, at the clock's instant."""

    def __init__(
        self, quotes: Quotes, histories: Histories, calendars: Mapping[str, Calendar], clock: Clock
    ) -> None:
        self._quotes = quotes
        self._calendars = calendars
        self._clock = clock
        self._standings = Standings(histories, calendars)

    async def index(self, text: str) -> IndexAnswer:
        """Answer ``/index``: a market's level, what it means and where it comes from.

        Raises:
            UnknownMarket: if no market goes by this name.
            NoQuotes: if no level of it is known.
        """
        market = find(text)
        one = await self._of(market)
        return IndexAnswer(
            as_of=one.at,
            source=self._quotes.source,
            notes=self._notes([one]),
            quote=one.quote,
            record=one.record,
            trend=one.trend,
            exchange=market_status(market, self._calendars[market.mic], one.at),
        )

    async def record(self, text: str) -> RecordAnswer:
        """Answer ``/record`` for one market; raises as `index` does."""
        market = find(text)
        one = await self._of(market)
        return RecordAnswer(
            as_of=one.at,
            source=self._quotes.source,
            notes=self._notes([one]),
            exchange=market_status(market, self._calendars[market.mic], one.at),
            **_record_fields(one),
        )

    async def records(self) -> RecordsAnswer:
        """Answer ``/record`` for all markets: those at a record first, then by distance from it.

        Raises:
            NoQuotes: if nothing is known of any market.
        """
        standings = await self._all(tuple(MARKETS.values()))
        boards = [MarketRecord(**_record_fields(one)) for one in standings]
        return RecordsAnswer(
            as_of=self._clock(),
            source=self._quotes.source,
            notes=self._general(),
            markets=tuple(sorted(boards, key=_nearest_first)),
        )
