"""What are the newest levels and the daily bars at Yahoo, as far as they can be believed?

One request takes the quotes of all markets and instruments that are asked for. What Yahoo leaves out of its answer is
asked for one by one, a few at a time. Everything that blocks runs in three threads of its own; every wait is bounded.
"""

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from bot.adapters.yahoo import validation
from bot.adapters.yahoo.circuit_breaker import CircuitBreaker, FailureKind
from bot.adapters.yahoo.models import Chart, Probe
from bot.adapters.yahoo.second_look import Aside, SecondLook, counted
from bot.adapters.yahoo.threads import DaemonThreads
from bot.domain.calendars.calendar import Calendar
from bot.domain.errors import FailureCode, NoQuotes, SourceRefuses
from bot.domain.history.bars import Bar, History
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS, listing
from bot.domain.markets.market import Instrument, Market
from bot.domain.model import Fault, Source
from bot.domain.quotes import Observation, session_date
from bot.services.ports import Clock, StoredCloses

if TYPE_CHECKING:
    from bot.adapters.yahoo.client import YahooClient

_T = TypeVar("_T")

PATIENCE: Final = 7.0
"""Seconds for all that one `YahooSource.observe` may ask; askers are told at 8 s."""

BARS_PATIENCE: Final = 25.0
"""Seconds for the bars of one market: half a century of them is a megabyte."""

MOST_FALLBACKS: Final = 12
"""Symbols that one `YahooSource.observe` asks for one by one; the longest left out come first."""

_THREADS: Final = 3
_PREPARED: Final = 60.0  # seconds for importing yfinance on a slow machine
_GRACE: Final = 0.5  # seconds beyond a deadline that a thread may take to notice it

_log = logging.getLogger(__name__)


def _utcnow() -> datetime:
    return datetime.now(UTC)


class YahooSource:
    """Yahoo Finance as a source of quotes and of daily bars.

    ``rejections`` counts, by market and rule, what was not believed since the start.
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
        """Ask Yahoo, or with ``url`` whoever stands there for it; ``folder`` is for yfinance's caches.

        Nothing is imported or asked before the first question. ``calendars`` are found by their MIC. ``closes`` gives
        what quotes are held against; they are read through this source, so they are made after it.
        """
        self.rejections: Counter[tuple[str, Fault]] = Counter()
        self._url = url
        self._folder = folder
        self._calendars = calendars
        self._clock = clock
        self._patience = patience
        self._threads = DaemonThreads(_THREADS, "yahoo")
        self._breaker = CircuitBreaker()
        self._few = asyncio.Semaphore(_THREADS)
        self._preparing: asyncio.Future[YahooClient] | None = None
        self._said: dict[str, frozenset[Fault]] = {}
        self._left_out: frozenset[str] = frozenset()
        self._closed = False
        self._delays: dict[str, int | None] = {}
        self._asked_alone: dict[str, float] = {}
        self._closes = closes
        self._second_look = SecondLook(calendars, self._history)

    @property
    def failing(self) -> bool:
        """Whether the last attempt to learn something new failed."""
        return self._breaker.trouble is not None

    async def observe(self, keys: Collection[str]) -> Mapping[str, Observation]:
        """Return what Yahoo knows now of these markets and instruments and can be believed.

        Raises:
            SourceRefuses: if Yahoo answers 429, or did so a while ago.
            NoQuotes: if Yahoo does not answer, or did not a moment ago.
            UnknownMarket: if a key is not of the catalogue; what is not there never becomes a symbol.
        """
        wanted = [listing(key) for key in dict.fromkeys(keys)]
        if not wanted:
            return {}
        async with self._attempt() as ticket:
            client = await self._client()
            deadline = time.monotonic() + self._patience
            raw = await self._run(deadline, partial(client.quotes, [one.symbol for one in wanted]))
            aside = partial(self._aside, client, ticket, deadline)
            missing = [one for one in wanted if one.symbol not in raw]
            raw |= await self._one_by_one(aside, missing)
            if not raw:
                raise (
                    SourceRefuses(FailureCode.SOURCE_REFUSES)
                    if self._breaker.trouble is FailureKind.REFUSED
                    else NoQuotes(FailureCode.SOURCE_SILENT)
                )
            read = self._clock()
            checked = {one.key: self._check(one, raw[one.symbol], read) for one in wanted if one.symbol in raw}
            await self._closes_opened(deadline)
            good = [one.seen for one in checked.values() if one.seen is not None]
            believed, refused = await self._second_look.at(aside, good)
            for one in wanted:
                if one.key in checked:
                    seen = believed.get(one.key)
                    faults = (*checked[one.key].faults, *(seen.faults if seen else ()))
                    unconfirmed = seen is not None and seen.unconfirmed
                    self._count(one, counted(faults, refused=one.key in refused, unconfirmed=unconfirmed), seen)
                else:  # `_one_by_one` told the log
                    self.rejections[one.key, Fault.NO_LEVEL] += 1
            return believed

    async def bars(self, key: str, *, whole: bool) -> list[Bar]:
        """Return Yahoo's daily bars, oldest first, rounded once and not cleaned: all there are, or the last month's.

        The last one may be of a session that is not over. A proxy has none: an ETF's bars are not the index's.

        Raises:
            NoQuotes: if Yahoo does not answer.
            UnknownMarket: if the key is not of the catalogue.
        """
        one = listing(key)
        if isinstance(one, Market) and one.proxy:
            return []
        async with self._attempt():
            client = await self._client()
            deadline = time.monotonic() + BARS_PATIENCE
            chart = await self._run(deadline, partial(client.chart, one.symbol, "max" if whole else "1mo"))
            return chart.bars(one) if chart else []

    async def probes(self, keys: Collection[str] = (*MARKETS, *INSTRUMENTS)) -> Mapping[str, Probe]:
        """Return, from one request, first date, last trade and delay of each symbol that Yahoo answers for.

        Raises:
            NoQuotes: if Yahoo does not answer.
        """
        wanted = [listing(key) for key in dict.fromkeys(keys)]
        async with self._attempt():
            client = await self._client()
            deadline = time.monotonic() + self._patience
            raw = await self._run(deadline, partial(client.quotes, [one.symbol for one in wanted]))
            if not raw:
                raise NoQuotes(FailureCode.SOURCE_SILENT)
        return {one.key: Probe.of(one, raw[one.symbol]) for one in wanted if one.symbol in raw}

    async def close(self) -> None:
        """Ask nothing more; what is still unanswered is left to threads that do not hold back the exit."""
        self._closed = True
        if self._preparing is not None and _succeeded(self._preparing):
            self._preparing.result().close()
        self._threads.shutdown(wait=False)

    async def _one_by_one(
        self, aside: Aside, missing: Sequence[Market | Instrument]
    ) -> dict[str, Mapping[str, object]]:
        """Ask for what the batch left out; a few at a time, so that a torn answer is no storm of requests."""
        left_out = frozenset(one.key for one in missing)
        if left_out - self._left_out:
            _log.warning("Yahoo left out %s", " ".join(sorted(left_out)))
        self._left_out = left_out
        turn = sorted(missing, key=lambda one: self._asked_alone.get(one.key, 0.0))[:MOST_FALLBACKS]
        self._asked_alone |= dict.fromkeys((one.key for one in turn), time.monotonic())
        charts = await asyncio.gather(*(aside(one) for one in turn))
        return {one.symbol: self._as_quote(one, chart) for one, chart in zip(turn, charts, strict=True) if chart}

    def _as_quote(self, one: Market | Instrument, chart: Chart) -> Mapping[str, object]:
        """Make a quote of a chart: its previous close is that of the exchange's session before, or none."""
        told: dict[str, object] = {**chart.meta, "exchangeDataDelayedBy": self._delays.get(one.key)}
        stamp = told.get("regularMarketTime")
        if isinstance(stamp, datetime):
            told["regularMarketTime"] = stamp.timestamp()
        if isinstance(one, Market) and isinstance(stamp, datetime):
            day, calendar = session_date(one, stamp), self._calendars[one.mic]
            before = validation.previous_close(chart.bars(one), day, calendar)
            told["regularMarketPreviousClose"] = None if before is None else one.points(before)
        return told

    def _check(self, one: Market | Instrument, raw: Mapping[str, object], read: datetime) -> validation.CheckedQuote:
        calendar = self._calendars[one.mic] if isinstance(one, Market) else None
        checked = validation.check(one, raw, read, calendar)
        if checked.seen is not None:
            self._delays[one.key] = checked.seen.delay_minutes
        return checked

    def _history(self, key: str) -> History | None:
        return self._closes().history(key) if self._closes is not None else None

    async def _closes_opened(self, deadline: float) -> None:
        """Wait for the stored closes, after a start: without them a wrong level may look like a good one."""
        if self._closes is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closes().opened(), max(0.0, deadline - time.monotonic()))

    def _count(self, one: Market | Instrument, faults: Collection[Fault], seen: Observation | None) -> None:
        """Count what was not believed, and tell the log of it when it changes."""
        for fault in faults:
            self.rejections[one.key, fault] += 1
        before, now = self._said.get(one.key, frozenset()), frozenset(faults)
        if now != before:
            self._said[one.key] = now
            rules = " ".join(sorted(now)) or "nothing"
            level = logging.INFO if seen is not None else logging.WARNING
            _log.log(level, "Yahoo, %s: not believed: %s", one.key, rules)

    async def _aside(
        self, client: "YahooClient", ticket: int, deadline: float, one: Market | Instrument
    ) -> Chart | None:
        """Ask for the chart of one symbol beside the batch; without it the answer only holds less."""
        async with self._few:  # who waited too long for a turn, or while another was refused, is not asked for
            if self._breaker.open(self._clock()) or time.monotonic() >= deadline:
                return None
            try:
                return await self._run(deadline, partial(client.chart, one.symbol, "5d"))
            except SourceRefuses as error:
                self._failed(ticket, error)
            except NoQuotes:
                _log.debug("Yahoo does not answer for %s alone", one.key)
            return None

    @contextlib.asynccontextmanager
    async def _attempt(self) -> AsyncIterator[int]:
        """Make one attempt, if the breaker lets it through, and tell the breaker what became of it."""
        if self._closed:
            raise NoQuotes(FailureCode.SOURCE_SILENT)
        ticket = self._breaker.admit(self._clock())
        if ticket is None:
            raise (
                SourceRefuses(FailureCode.SOURCE_REFUSES)
                if self._breaker.trouble is FailureKind.REFUSED
                else NoQuotes(FailureCode.SOURCE_SILENT)
            )
        try:
            yield ticket
        except NoQuotes as error:
            self._failed(ticket, error)
            raise
        except BaseException:
            self._breaker.abandoned(ticket)
            raise
        if self._breaker.trouble is not None and not self._breaker.open(self._clock()):
            _log.info("Yahoo answers again")
        self._breaker.worked(ticket)

    def _failed(self, ticket: int, error: NoQuotes) -> None:
        """Take note that a request of this attempt was refused or not answered."""
        trouble = FailureKind.REFUSED if isinstance(error, SourceRefuses) else FailureKind.OUTAGE
        before = self._breaker.until
        self._breaker.failed(ticket, trouble, self._clock())
        if self._breaker.until != before:
            _log.warning("Yahoo: %s; left alone until %s", trouble, self._breaker.until)

    async def _client(self) -> "YahooClient":
        """Import yfinance in one of the threads, once; whoever comes meanwhile waits for the same import."""
        if self._preparing is None or (self._preparing.done() and not _succeeded(self._preparing)):
            zones = {one.symbol: one.zone for one in (*MARKETS.values(), *INSTRUMENTS.values())}
            loop = asyncio.get_running_loop()
            self._preparing = loop.run_in_executor(self._threads, _prepared, self._url, self._folder, zones)
        try:
            return await asyncio.wait_for(asyncio.shield(self._preparing), _PREPARED)
        except NoQuotes:
            raise
        except Exception as error:
            _log.exception("yfinance could not be made ready")
            raise NoQuotes(FailureCode.SOURCE_SILENT) from error

    async def _run(self, deadline: float, call: Callable[[float], _T]) -> _T:
        """Make a blocking call in one of the threads and wait for it no longer than until its deadline."""
        future = asyncio.get_running_loop().run_in_executor(self._threads, call, deadline)
        try:
            return await asyncio.wait_for(future, max(0.0, deadline - time.monotonic()) + _GRACE)
        except TimeoutError:
            raise NoQuotes(FailureCode.SOURCE_SILENT) from None


def _prepared(url: str | None, folder: Path, zones: Mapping[str, str]) -> "YahooClient":
    from bot.adapters.yahoo.client import YahooClient  # noqa: PLC0415 - a second and 100 MB, spent in the thread that fetches

    return YahooClient(url, folder, zones)


def _succeeded(future: "asyncio.Future[YahooClient]") -> bool:
    return future.done() and not future.cancelled() and future.exception() is None
