"""What are the newest levels and the daily bars at Yahoo, as far as they can be believed?

One request takes the quotes of fifty markets and instruments. What Yahoo leaves out of its answer is asked for one by
one, a few at a time. Everything that blocks runs in three threads of its own; every wait is bounded.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.adapters.yahoo import validation
from bot.adapters.yahoo.connection import THREADS, Attempts, YahooConnection
from bot.adapters.yahoo.models import Chart, Probe
from bot.adapters.yahoo.rejections import Rejections, failed_rules
from bot.adapters.yahoo.second_look import AskAlone, SecondLook
from bot.domain.calendars.calendar import Calendar
from bot.domain.errors import FailureCode, NoQuotes, SourceRefuses
from bot.domain.history.bars import Bar, History
from bot.domain.markets import catalogue
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS
from bot.domain.markets.market import Instrument, Market
from bot.domain.model import Fault, Source
from bot.domain.quotes import Observation, session_date
from bot.services.ports import Clock, StoredCloses

if TYPE_CHECKING:
    from bot.adapters.yahoo.client import YahooClient

PATIENCE: Final = 7.0
"""Seconds for all requests of one `YahooSource.observe`; who asks the cache is answered after 8 s at most."""

BARS_PATIENCE: Final = 25.0
"""Seconds for the bars of one market: those of half a century are a megabyte."""

MOST_FALLBACKS: Final = 12
"""Symbols that one `YahooSource.observe` asks for one by one; those not asked for alone for longest come first."""

_log = logging.getLogger(__name__)


def _utcnow() -> datetime:
    return datetime.now(UTC)


class YahooSource:
    """Yahoo Finance as a source of quotes and of daily bars.

    ``rejections`` counts, by market and rule, what was not believed since the start. Who asks Yahoo for something else
    does so over ``connection``, and not while these ``attempts`` fail.
    """

    source: Source = "yahoo"

    def __init__(
        self,
        url: str | None,
        folder: Path,
        calendars: Mapping[str, Calendar],
        clock: Clock = _utcnow,
        patience: float = PATIENCE,
        closes: Callable[[], StoredCloses] | None = None,
    ) -> None:
        """Ask Yahoo, or with ``url`` a server in its place; ``folder`` is for yfinance's caches.

        Nothing is imported or requested before the first question. ``calendars`` are found by their MIC. ``closes``
        returns the stored closes that quotes are compared with; they are filled through this source, so they are made
        after it. ``patience`` is in seconds.
        """
        self._rejected = Rejections()
        self.rejections = self._rejected.counts
        zones = {listing.symbol: listing.zone for listing in (*MARKETS.values(), *INSTRUMENTS.values())}
        self.connection = YahooConnection(url, folder, zones)
        self.attempts = Attempts(self.connection, clock)
        self._calendars = calendars
        self._clock = clock
        self._patience = patience
        self._turns = asyncio.Semaphore(THREADS)
        self._left_out: frozenset[str] = frozenset()
        self._delays: dict[str, int | None] = {}
        self._last_alone: dict[str, float] = {}
        self._closes = closes
        self._second_look = SecondLook(calendars, self._history)

    @property
    def failing(self) -> bool:
        """Whether the last attempt to learn something new failed."""
        return self.attempts.failing

    async def observe(self, keys: Collection[str]) -> Mapping[str, Observation]:
        """Return the newest believable observation of each of these markets and instruments, as far as Yahoo has one.

        Raises:
            SourceRefuses: if Yahoo answers 429, or did so a while ago.
            NoQuotes: if Yahoo does not answer, or did not a moment ago.
            UnknownMarket: if a key is not in the catalogue; nothing else ever becomes a symbol.
        """
        wanted = [catalogue.listing(key) for key in dict.fromkeys(keys)]
        if not wanted:
            return {}
        async with self.attempts.attempt() as ticket:
            client = await self.connection.client()
            deadline = time.monotonic() + self._patience
            quotes = await self.connection.run(deadline, partial(client.quotes, [listing.symbol for listing in wanted]))
            ask_alone = partial(self._ask_alone, client, ticket, deadline)
            missing = [listing for listing in wanted if listing.symbol not in quotes]
            quotes |= await self._one_by_one(ask_alone, missing)
            if not quotes:
                raise self.attempts.no_quotes()
            fetched_at = self._clock()
            checked = {
                listing.key: self._check(listing, quotes[listing.symbol], fetched_at)
                for listing in wanted
                if listing.symbol in quotes
            }
            await self._wait_for_closes(deadline)
            observations = [quote.observation for quote in checked.values() if quote.observation is not None]
            believed, refused = await self._second_look.examine(ask_alone, observations)
            for listing in wanted:
                if listing.key in checked:
                    observation = believed.get(listing.key)
                    faults = failed_rules(checked[listing.key].faults, observation, refused=listing.key in refused)
                    self._rejected.count(listing.key, faults, shown=observation is not None)
                else:  # `_one_by_one` has logged it
                    self.rejections[listing.key, Fault.NO_LEVEL] += 1
            return believed

    async def bars(self, key: str, *, whole: bool) -> list[Bar]:
        """Return Yahoo's daily bars, oldest first, rounded once and not cleaned: all there are, or the last month's.

        The last one may be of a session that still runs. A proxy has none: an ETF's bars are not the index's.

        Raises:
            NoQuotes: if Yahoo does not answer.
            UnknownMarket: if the key is not in the catalogue.
        """
        listing = catalogue.listing(key)
        if isinstance(listing, Market) and listing.proxy:
            return []
        async with self.attempts.attempt():
            client = await self.connection.client()
            deadline = time.monotonic() + BARS_PATIENCE
            chart = await self.connection.run(
                deadline, partial(client.chart, listing.symbol, "max" if whole else "1mo")
            )
            return chart.bars(listing) if chart else []

    async def probes(self, keys: Collection[str] = (*MARKETS, *INSTRUMENTS)) -> Mapping[str, Probe]:
        """Return first date, last trade and delay of each symbol that Yahoo answers for, fifty a request.

        Raises:
            NoQuotes: if Yahoo does not answer.
        """
        wanted = [catalogue.listing(key) for key in dict.fromkeys(keys)]
        async with self.attempts.attempt():
            client = await self.connection.client()
            deadline = time.monotonic() + self._patience
            quotes = await self.connection.run(deadline, partial(client.quotes, [listing.symbol for listing in wanted]))
            if not quotes:
                raise NoQuotes(FailureCode.SOURCE_SILENT)
        return {
            listing.key: Probe.of(listing, quotes[listing.symbol]) for listing in wanted if listing.symbol in quotes
        }

    async def close(self) -> None:
        """Make no further request; those still unanswered are left to threads that do not delay the exit."""
        self.connection.close()

    async def _one_by_one(
        self, ask_alone: AskAlone, missing: Sequence[Market | Instrument]
    ) -> dict[str, Mapping[str, object]]:
        """Ask for what the batch left out, a few at a time, so that a torn answer causes no storm of requests."""
        left_out = frozenset(listing.key for listing in missing)
        if left_out - self._left_out:
            _log.warning("Yahoo left out %s", " ".join(sorted(left_out)))
        self._left_out = left_out
        turn = sorted(missing, key=lambda listing: self._last_alone.get(listing.key, 0.0))[:MOST_FALLBACKS]
        self._last_alone |= dict.fromkeys((listing.key for listing in turn), time.monotonic())
        charts = await asyncio.gather(*(ask_alone(listing) for listing in turn))
        return {
            listing.symbol: self._as_quote(listing, chart) for listing, chart in zip(turn, charts, strict=True) if chart
        }

    def _as_quote(self, listing: Market | Instrument, chart: Chart) -> Mapping[str, object]:
        """Return a quote made of a chart; its previous close is that of the exchange's session before, or None."""
        quote: dict[str, object] = {**chart.meta, "exchangeDataDelayedBy": self._delays.get(listing.key)}
        trade_time = quote.get("regularMarketTime")
        if isinstance(trade_time, datetime):
            quote["regularMarketTime"] = trade_time.timestamp()
        if isinstance(listing, Market) and isinstance(trade_time, datetime):
            day, calendar = session_date(listing, trade_time), self._calendars[listing.mic]
            close = validation.previous_close(chart.bars(listing), day, calendar)
            quote["regularMarketPreviousClose"] = None if close is None else listing.points(close)
        return quote

    def _check(
        self, listing: Market | Instrument, quote: Mapping[str, object], fetched_at: datetime
    ) -> validation.CheckedQuote:
        calendar = self._calendars[listing.mic] if isinstance(listing, Market) else None
        checked = validation.check(listing, quote, fetched_at, calendar)
        if checked.observation is not None:
            self._delays[listing.key] = checked.observation.delay_minutes
        return checked

    def _history(self, key: str) -> History | None:
        return self._closes().history(key) if self._closes is not None else None

    async def _wait_for_closes(self, deadline: float) -> None:
        """Wait, after a start, until the stored closes are there: without them a wrong level may look right."""
        if self._closes is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                    await self._closes().opened()

    async def _ask_alone(
        self, client: "YahooClient", ticket: int, deadline: float, listing: Market | Instrument
    ) -> Chart | None:
        """Ask for the chart of one symbol, outside the batch; without it the answer only holds less."""
        async with self._turns:  # checked after the wait: time may be up, or another request refused
            if self.attempts.paused or time.monotonic() >= deadline:
                return None
            try:
                return await self.connection.run(deadline, partial(client.chart, listing.symbol, "5d"))
            except SourceRefuses as error:
                self.attempts.failed(ticket, error)
            except NoQuotes:
                _log.debug("Yahoo does not answer for %s alone", listing.key)
            return None
