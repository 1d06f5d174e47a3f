"""How do the markets' histories stay up to date without anybody having to wait for it?

Between three parties: the source of bars, the store, and the memory that questions are answered from.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from bot.domain.backoff import backoff
from bot.domain.calendars.calendar import Calendar
from bot.domain.errors import Damaged, Failure, FailureCode, NoQuotes, SourceRefuses, StoreError, failure
from bot.domain.history.bars import Bar, History
from bot.domain.history.refresh_policy import Comparison, LastFetch, due, expected, needs_all, settled
from bot.domain.markets.catalogue import MARKETS, market
from bot.domain.markets.market import KnownLevel, Market
from bot.domain.quotes import Observation
from bot.services.history_cache import HistoryCache
from bot.services.history_indexes import HistoryIndexes
from bot.services.history_store import HistoryStore
from bot.services.ports import Clock, DailyBars
from bot.services.sightings import sightings

log = logging.getLogger(__name__)

_PAUSE: Final = timedelta(seconds=2)  # between two markets, out of politeness to the source
_IDLE: Final = timedelta(minutes=1)  # between two looks at what is due and at what is to be written
_REST: Final = timedelta(minutes=15)  # after a refusal or failure, doubling up to:
_LONGEST: Final = timedelta(hours=6)
_SKEW: Final = timedelta(minutes=5)  # by which clocks may differ
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SyncOutcome:
    """How refreshing one market went: ``failure`` says why where it was skipped or failed."""

    market: str
    kind: Literal["loaded", "updated", "current", "skipped", "failed"]
    added: int = 0
    corrected: int = 0
    failure: Failure | None = None


class HistorySync:
    """Keeps the cleaned bars of all markets in memory, over a store, and refreshes them from a source.

    Where the store cannot be used everything goes on from memory: ``problem`` then says why. ``loaded`` says whether
    the store has been read, or tried. Implements the ports `Histories` and `StoredCloses`.
    """

    def __init__(
        self,
        store: HistoryStore,
        source: DailyBars,
        calendars: Mapping[str, Calendar],
        clock: Clock,
        indexes: HistoryIndexes | None = None,
    ) -> None:
        """Take the store, the source of bars, the exchanges' calendars by MIC, and the clock that says what is due.

        ``indexes`` are built anew, off the loop, before a history that comes in counts.
        """
        self._store = store
        self._source = source
        self._calendars = calendars
        self._clock = clock
        self._cache = HistoryCache(calendars, indexes)
        self._unsaved: set[str] = set()
        self._pending: dict[tuple[str, str, date], KnownLevel] = {}  # sightings that are not yet in the store
        self._lock = asyncio.Lock()
        self._resting: dict[str, tuple[datetime, int]] = {}  # until when, and after how many failures in a row
        self._restored_all = False
        self._first_read = asyncio.Event()
        self.loaded = False
        self.problem: Failure | None = None

    def history(self, key: str) -> History | None:
        """Return the cleaned bars of a market; ``None`` as long as there are none."""
        return self._cache.history(key)

    def reading(self, key: str) -> LastFetch | None:
        """Return when a market's bars were fetched."""
        return self._cache.fetch(key)

    def last(self, key: str) -> Observation | None:
        """Return the last stored close as an observation: the last good figure where no source answers."""
        return self._cache.last(key)

    def known_levels(self, key: str) -> tuple[KnownLevel, ...]:
        """Return known older records, and the bot's own sightings of days that the history lacks."""
        return self._cache.known_levels(key)

    async def open(self, keys: Iterable[str] = tuple(MARKETS)) -> None:
        """Read from the store what it has; that it cannot be used is noted in ``problem`` and not raised."""
        async with self._lock:
            try:
                fetches = await self._store.readings()
                wanted = [key for key in keys if key in fetches and key in MARKETS and self._cache.fetch(key) is None]
                complete = all([await self._restore(fetches[key]) for key in wanted])
                for sighting in await self._store.sightings():
                    self._cache.add_sighting(sighting)
            except StoreError as error:
                self._note_problem(error)
            else:
                self._restored_all = complete
            await self._cache.renew_indexes()
            self.loaded = True
            self._first_read.set()

    async def opened(self) -> None:
        """Return once the store has been read for the first time, or could not be: `open` or `run` does it."""
        await self._first_read.wait()

    async def update(
        self, keys: Iterable[str], report: Callable[[SyncOutcome], None] = lambda _: None
    ) -> list[SyncOutcome]:
        """Refresh those of the markets that are due, one after the other, and report how each went.

        Once the source has said that it is asked too often nothing more is asked.
        """
        outcomes: list[SyncOutcome] = []
        refusal: Failure | None = None
        for key in keys:
            if refusal is not None:
                outcome = SyncOutcome(key, "failed", failure=refusal)
            else:
                try:
                    outcome = await self.refresh(key)
                except SourceRefuses as error:
                    refusal = error.failure
                    outcome = SyncOutcome(key, "failed", failure=refusal)
                except NoQuotes as error:
                    outcome = SyncOutcome(key, "failed", failure=error.failure)
            outcomes.append(outcome)
            report(outcome)
        return outcomes

    async def run(self, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Keep all markets up to date and write down what was seen, until cancelled.

        One market at a time, the one that has waited longest first. A failure is followed by a rest, of that market
        or, where the source refuses, of all.
        """
        refused = (_NEVER, 0)
        while True:
            if not self._restored_all:
                await self.open()
            await self.flush()
            async with self._lock:
                await self._cache.renew_indexes()
            now = self._clock()
            key = self._next(now) if now >= refused[0] else None
            if key is None:
                await pause(_IDLE.total_seconds())
                continue
            try:
                await self.refresh(key)
            except SourceRefuses as error:
                refused = _rest(now, refused[1])
                log.warning("histories: %s; nothing is asked until %s", error, refused[0])
            except Exception as error:  # one market's bad data must not stop the others
                self._resting[key] = _rest(now, self._resting.get(key, (now, 0))[1])
                log.warning("history of %s: %s", key, error, exc_info=not isinstance(error, NoQuotes))
            else:
                refused = (_NEVER, 0)
                self._resting.pop(key, None)
            await pause(_PAUSE.total_seconds())

    async def refresh(self, key: str) -> SyncOutcome:
        """Fetch one market's bars where they are due: all at first, afterwards the last month's.

        Raises:
            NoQuotes: if the source does not answer.
            UnknownMarket: if no market has this key.
        """
        wanted = market(key)
        if wanted.proxy:
            return SyncOutcome(key, "skipped", failure=failure(FailureCode.ETF_INSTEAD, market=key))
        async with self._lock:
            now = self._clock()
            if self._due(key) > now:
                return SyncOutcome(key, "current")
            unsaved = key in self._unsaved and self.problem is None
            whole = needs_all(wanted, self._cache.fetch(key), now) or unsaved
            bars = await self._source.bars(key, whole=whole)
            if not bars:
                raise NoQuotes(FailureCode.NO_DAILY_BARS, market=key)
            # Dated before the question: what the source says is at least as new.
            return await self._take(wanted, bars, now, whole=whole)

    def sight(self, observation: Observation) -> None:
        """Note the final levels that an observation proves.

        Costs a look at the calendar; the store is written to by `flush`, or by the background run once a minute.
        """
        for sighting in sightings(observation, self._calendars, self):
            if self._cache.add_sighting(sighting):
                self._pending[sighting.market, sighting.kind, sighting.date] = sighting

    async def flush(self) -> None:
        """Write the sightings to the store; what cannot be written waits for the next time."""
        if not self._pending:
            return
        batch = dict(self._pending)
        try:
            await self._store.keep(list(batch.values()))
        except StoreError as error:
            self._note_problem(error)
            return
        self.problem = None
        for key, sighting in batch.items():
            if self._pending.get(key) is sighting:
                del self._pending[key]

    async def _restore(self, fetch: LastFetch) -> bool:
        """Read one market's bars from the store; return whether it could, which says nothing of other markets."""
        try:
            bars = await self._store.bars(fetch.market)
            if bars:
                await self._cache.publish(market(fetch.market), bars, fetch)
        except Damaged as error:
            self._note_problem(error)
            return False
        return True

    def _next(self, now: datetime) -> str | None:
        """Return the market whose bars have been due for longest; None where none are."""
        waiting = []
        for number, candidate in enumerate(MARKETS.values()):
            rested = self._resting.get(candidate.key, (_NEVER,))[0]
            if not candidate.proxy and (since := max(self._due(candidate.key), rested)) <= now:
                waiting.append((since, number, candidate.key))
        return min(waiting)[2] if waiting else None

    def _due(self, key: str) -> datetime:
        """Return the instant from which a market's bars are to be fetched again."""
        fetch = self._cache.fetch(key)
        if fetch is None or fetch.read_at > self._clock() + _SKEW:  # by a clock that was ahead
            return _NEVER
        calendar, history = self._calendars[MARKETS[key].mic], self._cache.history(key)
        lacking = history is None or history.on(expected(calendar, fetch.read_at)) is None
        return due(calendar, fetch.read_at, lacking=lacking)

    async def _take(self, fetched: Market, bars: Sequence[Bar], now: datetime, *, whole: bool) -> SyncOutcome:
        """Store the bars of a fetch and publish the market's history; without the store, from memory alone."""
        key, before = fetched.key, self._cache.fetch(fetched.key)
        final = settled(self._calendars[fetched.mic], now)
        comparison = await self._save(key, bars, now, final, whole=whole)
        history = await self._stored(key) if comparison is not None else None
        if comparison is None or history is None:
            comparison, history = await self._cache.joined(key, bars, final)
        first = min(history[0].day, before.first_day) if before and before.first_day else history[0].day
        loaded = now if whole or before is None else before.loaded_at
        await self._cache.publish(fetched, history, LastFetch(key, first, loaded, now, comparison.twice))
        added = sum(change.was is None for change in comparison.changes)
        corrections = [change for change in comparison.changes if change.corrects]
        for change in corrections:
            log.info("history of %s: corrected to %s, was %s", key, change.bar, change.was)
        return SyncOutcome(key, "loaded" if whole else "updated", added, len(corrections), self.problem)

    async def _save(
        self, key: str, bars: Sequence[Bar], now: datetime, final: date, *, whole: bool
    ) -> Comparison | None:
        """Store the bars of a fetch; None where nothing was stored."""
        try:
            comparison = await self._store.save(key, bars, now, final, whole=whole)
        except StoreError as error:
            self._note_problem(error)
            comparison = None
        else:
            self.problem = None
        if comparison is None:
            self._unsaved.add(key)
        else:
            self._unsaved.discard(key)
        return comparison

    async def _stored(self, key: str) -> list[Bar] | None:
        try:
            return await self._store.bars(key)
        except StoreError as error:
            self._note_problem(error)
            return None

    def _note_problem(self, error: StoreError) -> None:
        if self.problem != error.failure:
            log.error("Answers go on from memory: %s", error)
        self.problem = error.failure


def _rest(now: datetime, failures: int) -> tuple[datetime, int]:
    """Return until when to rest after one more failure than before, and how many those are."""
    return now + backoff(_REST, failures + 1, _LONGEST), failures + 1
