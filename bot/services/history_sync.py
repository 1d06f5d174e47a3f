"""What is kept of the markets' pasts, and how does it stay up to date without anybody having to wait for it?"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal, Protocol

from bot.domain.backoff import backoff
from bot.domain.calendars.calendar import Calendar
from bot.domain.errors import Damaged, Failure, FailureCode, NoQuotes, SourceRefuses, StoreError, failure
from bot.domain.history.bars import Bar, History
from bot.domain.history.cleaning import clean
from bot.domain.history.refresh_policy import (
    Comparison,
    LastFetch,
    StoredBar,
    compare,
    due,
    expected,
    needs_all,
    settled,
)
from bot.domain.markets.catalogue import MARKETS, market
from bot.domain.markets.market import KnownLevel, Market
from bot.domain.plausibility import Known, contradicted
from bot.domain.quotes import GRACE, Observation, is_final
from bot.services.history_indexes import HistoryIndexes
from bot.services.ports import Clock, DailyBars

log = logging.getLogger(__name__)

SEEN: Final = "seen"
"""The source that stands beside what the bot saw itself."""

_PAUSE: Final = timedelta(seconds=2)  # between two markets, out of politeness to the source
_IDLE: Final = timedelta(minutes=1)  # between two looks at what is due and at what is to be written
_REST: Final = timedelta(minutes=15)  # after a refusal or failure, doubling up to:
_LONGEST: Final = timedelta(hours=6)
_SKEW: Final = timedelta(minutes=5)  # by which clocks may differ
_NEVER_READ: Final = datetime.min.replace(tzinfo=UTC)


class HistoryStore(Protocol):
    """Where the bars outlive the process; every method raises StoreError where it cannot read or write."""

    async def readings(self) -> Mapping[str, LastFetch]:
        """Return when each market was read, by its key."""
        ...

    async def bars(self, market: str, /) -> list[Bar]:
        """Return a market's bars as they came, uncleaned, oldest first."""
        ...

    async def save(
        self, market: str, read: Sequence[Bar], at: datetime, final: date, *, whole: bool
    ) -> Comparison | None:
        """Bring one reading in, whole or not at all; None where there is nothing that it could join on to."""
        ...

    async def sightings(self) -> Collection[KnownLevel]:
        """Return what the bot saw itself of days whose bar is not kept whole."""
        ...

    async def keep(self, sightings: Collection[KnownLevel], /) -> None:
        """Keep what the bot saw itself."""
        ...


@dataclass(frozen=True, slots=True)
class SyncOutcome:
    """How reading one market went: ``failure`` says why where it was skipped or failed."""

    market: str
    kind: Literal["loaded", "updated", "current", "skipped", "failed"]
    added: int = 0
    corrected: int = 0
    failure: Failure | None = None


class HistorySync:
    """The cleaned bars of all markets, in memory over a store, and what keeps them up to date.

    Without a store that can be used everything goes on from memory: ``problem`` then says why.
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

        ``indexes`` are made anew, off the loop, before a history that comes in counts.
        """
        self._indexes = indexes
        self._store = store
        self._source = source
        self._calendars = calendars
        self._clock = clock
        self._histories: dict[str, History] = {}
        self._readings: dict[str, LastFetch] = {}
        self._unsaved: set[str] = set()
        self._sightings: dict[str, dict[tuple[str, date], KnownLevel]] = {}
        self._pending: dict[tuple[str, str, date], KnownLevel] = {}
        self._checkpoints: dict[str, tuple[KnownLevel, ...]] = {}
        self._turn = asyncio.Lock()
        self._later: dict[str, tuple[datetime, int]] = {}  # until when, and after how many failures in a row
        self._revision = 0
        self._opened = False
        self._ended = asyncio.Event()
        self.loaded = False
        self.problem: Failure | None = None

    def history(self, key: str) -> History | None:
        """Return the cleaned bars of a market; ``None`` as long as there are none."""
        return self._histories.get(key)

    def reading(self, key: str) -> LastFetch | None:
        """Return when a market was read."""
        return self._readings.get(key)

    def last(self, key: str) -> Observation | None:
        """Return the last stored close as an observation: the last good figure where no source answers."""
        history, reading = self._histories.get(key), self._readings.get(key)
        if not history or reading is None:
            return None
        bar = history[-1]
        session = self._calendars[MARKETS[key].mic].session(bar.day)
        if bar.close is None or session is None:
            return None
        return Observation(key, bar.close, session.close, reading.read_at, None, bar.high, bar.low, bar_agrees=True)

    def checkpoints(self, key: str) -> tuple[KnownLevel, ...]:
        """Return known older records, and what the bot saw itself of the days that the history lacks."""
        if (found := self._checkpoints.get(key)) is None:
            found = self._checkpoints[key] = self._beside(key, self._histories.get(key))
        return found

    def _beside(self, key: str, history: History | None) -> tuple[KnownLevel, ...]:
        """Return what is known of a market beside a history: what that has of its sightings is left out."""
        sightings = [one for one in self._sightings.get(key, {}).values() if not _has(history, one)]
        return (*MARKETS[key].checkpoints, *sorted(sightings, key=lambda one: one.date)) if key in MARKETS else ()

    async def open(self, keys: Iterable[str] = tuple(MARKETS)) -> None:
        """Read from the store what it has; a store that cannot be used is told in ``problem`` and not raised."""
        async with self._turn:
            try:
                readings = await self._store.readings()
                wanted = [key for key in keys if key in readings and key in MARKETS and key not in self._readings]
                whole = all([await self._restored(readings[key]) for key in wanted])
                for one in await self._store.sightings():
                    self._see(one)
            except StoreError as error:
                self._fail(error)
            else:
                self._opened = whole
            await self._renew_indexes()
            self.loaded = True
            self._ended.set()

    async def opened(self) -> None:
        """Return once the store has been read for the first time, or could not be: `open` or `run` does it."""
        await self._ended.wait()

    async def _restored(self, reading: LastFetch) -> bool:
        """Take one market's bars from the store; say whether they could be read, which says nothing of the others'."""
        try:
            bars = await self._store.bars(reading.market)
            if bars:
                await self._publish(market(reading.market), bars, reading)
        except Damaged as error:
            self._fail(error)
            return False
        return True

    async def update(
        self, keys: Iterable[str], told: Callable[[SyncOutcome], None] = lambda _: None
    ) -> list[SyncOutcome]:
        """Read those of the markets that are due, one after the other, and tell how each went.

        After a source has said that it is asked too often nothing more is asked.
        """
        outcomes: list[SyncOutcome] = []
        refused: Failure | None = None
        for key in keys:
            if refused is not None:
                outcome = SyncOutcome(key, "failed", failure=refused)
            else:
                try:
                    outcome = await self.refresh(key)
                except SourceRefuses as error:
                    refused = error.failure
                    outcome = SyncOutcome(key, "failed", failure=refused)
                except NoQuotes as error:
                    outcome = SyncOutcome(key, "failed", failure=error.failure)
            outcomes.append(outcome)
            told(outcome)
        return outcomes

    async def run(self, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Keep all markets up to date and write down what was seen, until cancelled.

        One market at a time, the one that has waited longest first. A failure is followed by a rest, of that market
        or, where the source refuses, of all.
        """
        refused = (_NEVER_READ, 0)
        while True:
            if not self._opened:
                await self.open()
            await self.flush()
            async with self._turn:
                await self._renew_indexes()
            at = self._clock()
            key = self._next(at) if at >= refused[0] else None
            if key is None:
                await pause(_IDLE.total_seconds())
                continue
            try:
                await self.refresh(key)
            except SourceRefuses as error:
                refused = _rested(at, refused[1])
                log.warning("histories: %s; nothing is asked until %s", error, refused[0])
            except Exception as error:  # one market's bad data must not stop the others
                self._later[key] = _rested(at, self._later.get(key, (at, 0))[1])
                log.warning("history of %s: %s", key, error, exc_info=not isinstance(error, NoQuotes))
            else:
                refused = (_NEVER_READ, 0)
                self._later.pop(key, None)
            await pause(_PAUSE.total_seconds())

    async def refresh(self, key: str) -> SyncOutcome:
        """Read one market where it is due: whole at first, afterwards the tail that is missing.

        Raises:
            NoQuotes: if the source does not answer.
        """
        one = market(key)
        if one.proxy:
            return SyncOutcome(key, "skipped", failure=failure(FailureCode.ETF_INSTEAD, market=key))
        async with self._turn:
            at = self._clock()
            if self._due(key) > at:
                return SyncOutcome(key, "current")
            whole = needs_all(one, self._readings.get(key), at) or (key in self._unsaved and self.problem is None)
            read = await self._source.bars(key, whole=whole)
            if not read:
                raise NoQuotes(FailureCode.NO_DAILY_BARS, market=key)
            # Told with the time before the asking: what the source says is at least as new.
            return await self._take(one, read, at, whole=whole)

    def sight(self, seen: Observation) -> None:
        """Note what a session came to, where an observation tells its close.

        What is stored must be surer than what is shown: a source that has fallen behind tells nothing here, and a
        closing auction may still move the level for some minutes (`GRACE`).
        Costs a look at the calendar; the store is written to by `flush`, or by the background run once a minute.
        """
        one = MARKETS.get(seen.key)
        if one is None or one.proxy or seen.proxy or seen.unconfirmed:
            return
        calendar = self._calendars[one.mic]
        session = calendar.session(calendar.local_day(seen.time))
        if session is None or seen.time < session.close - GRACE:
            return
        if seen.fetched_at < session.close + GRACE or not is_final(session, seen):
            return
        known = Known(one, calendar, self._histories.get(one.key))
        if known.history is None or contradicted(known, seen):
            return  # a record for good needs more than one quote
        levels: tuple[tuple[Literal["close", "high"], int | None], ...] = (
            ("close", seen.level),
            ("high", seen.day_high),
        )
        for kind, level in levels:
            if level is not None:
                sighting = KnownLevel(seen.key, kind, level, session.day, session.day, SEEN, session.day)
                if self._see(sighting):
                    self._pending[seen.key, kind, session.day] = sighting

    async def flush(self) -> None:
        """Write down what was seen; what cannot be written waits for the next time."""
        if not self._pending:
            return
        batch = dict(self._pending)
        try:
            await self._store.keep(list(batch.values()))
        except StoreError as error:
            self._fail(error)
            return
        self.problem = None
        for key, sighting in batch.items():
            if self._pending.get(key) is sighting:
                del self._pending[key]

    def _next(self, at: datetime) -> str | None:
        waiting = [
            (moment, number, key)
            for number, (key, one) in enumerate(MARKETS.items())
            if not one.proxy and (moment := max(self._due(key), self._later.get(key, (_NEVER_READ,))[0])) <= at
        ]
        return min(waiting)[2] if waiting else None

    def _due(self, key: str) -> datetime:
        reading = self._readings.get(key)
        if reading is None or reading.read_at > self._clock() + _SKEW:  # by a clock that was ahead
            return _NEVER_READ
        calendar, history = self._calendars[MARKETS[key].mic], self._histories.get(key)
        lacking = history is None or history.on(expected(calendar, reading.read_at)) is None
        return due(calendar, reading.read_at, lacking=lacking)

    async def _take(self, one: Market, read: Sequence[Bar], at: datetime, *, whole: bool) -> SyncOutcome:
        calendar, before = self._calendars[one.mic], self._readings.get(one.key)
        final = settled(calendar, at)
        found = await self._save(one, read, at, final, whole=whole)
        bars = await self._stored(one) if found is not None else None
        if found is None or bars is None:
            joined = await asyncio.to_thread(_joined, self._histories.get(one.key), read, final)
            found, bars = joined[0], joined[1]
        first = min(bars[0].day, before.first_day) if before and before.first_day else bars[0].day
        loaded = at if whole or before is None else before.loaded_at
        await self._publish(one, bars, LastFetch(one.key, first, loaded, at, found.twice))
        added = sum(change.was is None for change in found.changes)
        corrected = [change for change in found.changes if change.corrects]
        for change in corrected:
            log.info("history of %s: corrected to %s, was %s", one.key, change.bar, change.was)
        return SyncOutcome(one.key, "loaded" if whole else "updated", added, len(corrected), self.problem)

    async def _save(
        self, one: Market, read: Sequence[Bar], at: datetime, final: date, *, whole: bool
    ) -> Comparison | None:
        try:
            found = await self._store.save(one.key, read, at, final, whole=whole)
        except StoreError as error:
            self._fail(error)
            found = None
        else:
            self.problem = None
        if found is None:
            self._unsaved.add(one.key)
        else:
            self._unsaved.discard(one.key)
        return found

    async def _stored(self, one: Market) -> list[Bar] | None:
        try:
            return await self._store.bars(one.key)
        except StoreError as error:
            self._fail(error)
            return None

    async def _publish(self, one: Market, bars: list[Bar], reading: LastFetch) -> None:
        """Clean the bars off the loop and let the answers have them; an unchanged history stays the same object."""
        calendar, old = self._calendars[one.mic], self._histories.get(one.key)
        self._revision += 1
        final = expected(calendar, reading.read_at)
        new = await asyncio.to_thread(clean, one, bars, calendar, final, self._revision)
        changed = old is None or replace(old, revision=new.revision) != new
        book = None
        if changed and self._indexes is not None:
            book = await self._indexes.prepare(one, calendar, new, self._beside(one.key, new))
        if changed:
            self._histories[one.key] = new
        if book is not None and self._indexes is not None:
            self._indexes.put(one, book)
        self._readings[one.key] = reading
        for (kind, day), sighting in list(self._sightings.get(one.key, {}).items()):
            if _has(self._histories.get(one.key), sighting):
                del self._sightings[one.key][kind, day]
        self._checkpoints.pop(one.key, None)

    async def _renew_indexes(self) -> None:
        """Make those indexes anew, off the loop, that lack what the bot has seen since."""
        if self._indexes is None:
            return
        for key, history in list(self._histories.items()):
            one, checkpoints = MARKETS[key], self.checkpoints(key)
            if not self._indexes.is_current(one, history, checkpoints):
                self._indexes.put(one, await self._indexes.prepare(one, self._calendars[one.mic], history, checkpoints))

    def _see(self, sighting: KnownLevel) -> bool:
        """Put a sighting beside the history where that lacks the day; say whether it is new."""
        own = self._sightings.setdefault(sighting.market, {})
        if _has(self._histories.get(sighting.market), sighting) or own.get((sighting.kind, sighting.date)) == sighting:
            return False
        own[sighting.kind, sighting.date] = sighting
        self._checkpoints.pop(sighting.market, None)
        return True

    def _fail(self, error: StoreError) -> None:
        if self.problem != error.failure:
            log.error("Answers go on from memory: %s", error)
        self.problem = error.failure


def _has(history: History | None, sighting: KnownLevel) -> bool:
    """Say whether a history tells what was seen, so that the sighting is no longer needed."""
    bar = history.on(sighting.date) if history is not None else None
    return bar is not None and (sighting.kind == "close" or bar.high is not None)


def _joined(history: History | None, read: Sequence[Bar], final: date) -> tuple[Comparison, list[Bar]]:
    """Join a reading on to what is in memory, where the store cannot."""
    kept = {bar.day: StoredBar(bar, bar.day <= final) for bar in history or ()}
    found = compare(kept, read, final)
    joined = {day: one.bar for day, one in kept.items()} | {one.bar.day: one.bar for one in found.changes}
    return found, [joined[day] for day in sorted(joined)]


def _rested(at: datetime, failures: int) -> tuple[datetime, int]:
    """Return until when to rest after one more failure than before, and how many those are."""
    return at + backoff(_REST, failures + 1, _LONGEST), failures + 1
