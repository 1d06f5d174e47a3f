"""What is known of the stocks behind the indexes that somebody asks about, and is it still fresh?

Nothing is fetched that nobody asks for. The prices of all markets asked for come in shared requests, and are fresh for
five minutes while their exchange trades. What a weight drifts from, and whether a stock was split since, is looked up
once a day for each stock, one after the other, behind the answers; until then its weight is not known.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Collection, Mapping
from typing import Final

from bot.domain.attribution.contributions import KnownStocks
from bot.domain.attribution.heavyweights import PRICE_WEIGHTED, Weights
from bot.domain.attribution.securities import BaseClose, SecurityQuote
from bot.domain.calendars.calendar import Calendar
from bot.domain.calendars.rest import rests, same_rest
from bot.domain.errors import MarketError
from bot.domain.markets.catalogue import MARKETS
from bot.domain.quotes import CLOSE_KNOWN
from bot.services.freshness import within
from bot.services.ports import Clock, Securities

PERIOD: Final = dt.timedelta(minutes=5)
"""How long prices of stocks are fresh while their exchange trades."""
BASE_PERIOD: Final = dt.timedelta(days=1)
"""How long it is known whether a stock was split."""
LOOK_AGAIN: Final = dt.timedelta(seconds=5)
"""How long nobody looks again whether all that one question wants is fresh: a look costs as much as an answer."""
RETRY: Final = dt.timedelta(minutes=1)
"""How long a source that failed is left alone."""
LONGEST_WAIT: Final = 8.0
"""Seconds for which somebody who asks why waits."""

_log = logging.getLogger(__name__)


class Stocks:
    """Keeps what is known of stocks and contracts. Implements the port `StockFacts`."""

    def __init__(self, source: Securities, weights: Weights, calendars: Mapping[str, Calendar], clock: Clock) -> None:
        """Ask this source for the stocks of these tables; ``calendars`` are found by their MIC."""
        self.revision = 0
        self._source, self._weights, self._calendars, self._clock = source, weights, calendars, clock
        self._quotes: dict[str, SecurityQuote] = {}
        self._bases: dict[str, BaseClose] = {}
        self._fetched: dict[str, dt.datetime] = {}  # by market, or by contract
        self._looked_up: dict[str, dt.datetime] = {}  # by symbol
        self._failed_at: dt.datetime | None = None
        self._wanted: dict[str, None] = {}  # in the order in which they were asked for last
        self._contracts: dict[str, None] = {}
        self._step = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._asked: dict[tuple[tuple[str, ...], tuple[str, ...]], dt.datetime] = {}

    @property
    def stocks(self) -> KnownStocks:
        """What is known now."""
        return KnownStocks(self._quotes, self._bases)

    def begin(self, wanted: Collection[str], contracts: Collection[str]) -> None:
        """Fetch what is not fresh of these markets and contracts, in the background."""
        now, asked = self._clock(), (tuple(wanted), tuple(contracts))
        last = self._asked.get(asked)
        if within(last, LOOK_AGAIN, now):
            return
        self._asked[asked] = now
        for key in wanted:
            if self._weights.of(key):
                self._wanted.pop(key, None)
                self._wanted[key] = None
        self._contracts.update(dict.fromkeys(contracts))
        if within(self._failed_at, RETRY, now):
            return
        if (self._task is None or self._task.done()) and (self._stale(now) or self._unknown_bases(self._wanted, now)):
            self._task = asyncio.create_task(self._fetch(), name="stocks")
            self._task.add_done_callback(self._ended)

    async def renew(self, wanted: Collection[str], contracts: Collection[str]) -> None:
        """Wait, for 8 s at most, until what is known of these is fresh."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + LONGEST_WAIT
        self.begin(wanted, contracts)
        while self._task is not None and not self._task.done() and loop.time() < deadline:
            if self._is_known(wanted, contracts):
                return
            step = asyncio.create_task(self._step.wait())
            await asyncio.wait(
                {step, self._task}, timeout=max(0.0, deadline - loop.time()), return_when=asyncio.FIRST_COMPLETED
            )
            step.cancel()

    async def close(self) -> None:
        """Cancel the fetch under way, if there is one."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _fetch(self) -> None:
        try:
            while True:
                now = self._clock()
                if stale := self._stale(now):
                    await self._read_prices(stale, now)
                elif unknown := self._unknown_bases(self._wanted, now):
                    await self._look_up(*unknown[0], now)
                else:
                    break
                self._step.set()
                self._step = asyncio.Event()
        except MarketError as error:
            _log.info("stocks: %s", error)
            self._failed_at = self._clock()
        else:
            self._failed_at = None
        finally:
            self._wanted.clear()
            self._contracts.clear()

    def _ended(self, task: "asyncio.Task[None]") -> None:
        """Leave a source alone for a while that failed in a way nobody thought of; no asker is told of it."""
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("stocks: the source failed in an unexpected way", exc_info=error)
            self._failed_at = self._clock()

    async def _read_prices(self, stale: Collection[str], now: dt.datetime) -> None:
        symbols = dict.fromkeys(
            symbol
            for key in stale  # an index's own price comes with those of its stocks, to see whether it moves on
            for symbol in ((MARKETS[key].symbol, *self._weights.symbols(key)) if key in MARKETS else (key,))
        )
        self._quotes = {**self._quotes, **await self._source.securities(list(symbols))}
        self._fetched.update(dict.fromkeys(stale, now))
        self.revision += 1

    async def _look_up(self, symbol: str, day: dt.date, now: dt.datetime) -> None:
        base = await self._source.base_close(symbol, day)
        self._looked_up[symbol] = now
        if base is not None and base != self._bases.get(symbol):
            self._bases = {**self._bases, symbol: base}
            self.revision += 1

    def _is_known(self, wanted: Collection[str], contracts: Collection[str]) -> bool:
        now = self._clock()
        fresh = all(
            self._fresh(key, now) for key in (*wanted, *contracts) if key not in MARKETS or self._weights.of(key)
        )
        return fresh and not self._unknown_bases(wanted, now)

    def _stale(self, now: dt.datetime) -> list[str]:
        """Return the markets and contracts whose prices are no longer fresh."""
        return [key for key in (*self._wanted, *self._contracts) if not self._fresh(key, now)]

    def _fresh(self, key: str, now: dt.datetime) -> bool:
        fetched = self._fetched.get(key)
        if fetched is None or fetched > now:
            return False
        if now - fetched < PERIOD:
            return True
        if key not in MARKETS:
            return False
        calendar = self._calendars[MARKETS[key].mic]
        settled = fetched - CLOSE_KNOWN
        return (
            rests(calendar, settled)
            and rests(calendar, fetched)
            and calendar.next_open(fetched) > now
            and same_rest(calendar, fetched, now)
        )

    def _unknown_bases(self, markets: Collection[str], now: dt.datetime) -> list[tuple[str, dt.date]]:
        """Return the stocks of which it is not known what their weight drifts from, each with the day to look up."""
        today = now.date()
        wanted: dict[str, dt.date] = {}
        for key in reversed(list(markets)):  # who asks about one market waits, and comes last
            for row in self._weights.of(key):
                by_price = key in PRICE_WEIGHTED and self._weights.factor(key, row.symbol, today) is not None
                if row.as_of is None or not (by_price or self._weights.weight(row, today)):
                    continue
                last = self._looked_up.get(row.symbol)
                if not within(last, BASE_PERIOD, now):
                    wanted.setdefault(row.symbol, row.as_of)
        return list(wanted.items())
