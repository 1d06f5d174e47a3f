"""What is known of one market now: its quote, its record, its trend, and what must be said beside them?"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from bot.domain import quotes
from bot.domain.calendars.calendar import Calendar, ExchangeState
from bot.domain.highlights.highlight import Highlight
from bot.domain.highlights.highlights import highlights
from bot.domain.history.bars import History
from bot.domain.markets.market import Market
from bot.domain.model import Note, NoteKind
from bot.domain.quotes import LONGEST_DELAY, Move, Observation, Quote, is_final, is_stale, session_date
from bot.domain.records import records, trend
from bot.domain.records.facts import RecordFacts, Trend
from bot.domain.records.history_index import LiveBar
from bot.domain.snapshot import MarketSnapshot
from bot.services.history_indexes import HistoryIndexes, IndexedHistory
from bot.services.ports import Histories

if TYPE_CHECKING:
    from bot.domain.records.events import Event

TRADE_EXPECTED = 2 * LONGEST_DELAY
"""How long after the opening a trade must have been seen."""


class _Judgement(NamedTuple):
    """What a level is worth against its market's past; empty where nothing can be said."""

    record: RecordFacts | None = None
    trend: Trend | None = None
    highlights: tuple[Highlight, ...] = ()


class MarketSnapshots:
    """Makes snapshots, and caches what depends on the observation, the exchange's state and the bars alone."""

    def __init__(
        self, histories: Histories, calendars: Mapping[str, Calendar], indexes: HistoryIndexes | None = None
    ) -> None:
        """Judge by these histories; ``indexes`` are shared with whoever makes them ahead of time."""
        self._histories = histories
        self._calendars = calendars
        self._indexes = indexes or HistoryIndexes()
        self._judged: dict[str, tuple[object, _Judgement]] = {}
        self._phases: dict[str, tuple[Observation | None, dt.datetime, object]] = {}

    def of(self, market: Market, observation: Observation | None, now: dt.datetime) -> MarketSnapshot:
        """Return the snapshot of a market whose last observation this is."""
        calendar, history = self._calendars[market.mic], self._histories.history(market.key)
        if observation is None:
            quote = Quote(
                market=market.key,
                name=market.name,
                symbol=market.symbol,
                region=market.region,
                state=calendar.state(now),
            )
            return MarketSnapshot(market, calendar, quote, history=history)
        change = quotes.move(market, observation, calendar, history)
        quote = quotes.quote(market, calendar, observation, change, now)
        judged = _Judgement()
        if not observation.unconfirmed:
            judged = self._judge(market, calendar, history, observation, change.previous, now)
        snapshot = MarketSnapshot(market, calendar, quote, judged.record, judged.trend, history, judged.highlights)
        return snapshot._replace(notes=tuple(_notes(snapshot, observation, change, now)))

    def events(
        self, market: Market, observation: Observation | None, now: dt.datetime, moves: Collection[float]
    ) -> "tuple[Event, ...]":
        """Return what an observation shows of its session; nothing without a past to judge it by.

        ``moves`` are the thresholds asked for, in per cent.
        """
        calendar, history = self._calendars[market.mic], self._histories.history(market.key)
        if observation is None or observation.proxy or observation.unconfirmed or history is None:
            return ()
        from bot.domain.records.events import events  # noqa: PLC0415 - only alerts look for them

        previous = quotes.move(market, observation, calendar, history).previous
        live = _live_bar(market, calendar, observation, previous, now)
        return events(self._indexed(market, calendar, history).record_index, live, moves)

    def basis(self, market: Market, observation: Observation | None, now: dt.datetime) -> object:
        """Return what a snapshot depends on, cheaply: while it is equal, so is all that is said of the market."""
        history, known = self._histories.history(market.key), self._histories.known_levels(market.key)
        return observation, self._phase(market, observation, now), history, known

    def _phase(self, market: Market, observation: Observation | None, now: dt.datetime) -> object:
        """Return what the clock alone changes; worked out once a second, within which no exchange opens or closes."""
        second = now.replace(microsecond=0)
        cached = self._phases.get(market.key)
        if cached is not None and cached[0] is observation and cached[1] == second:
            return cached[2]
        calendar = self._calendars[market.mic]
        stale = observation is not None and is_stale(calendar, observation, session_date(market, observation.time), now)
        phase = calendar.state(now), calendar.local_day(now), stale, _is_trade_expected(calendar, now)
        self._phases[market.key] = observation, second, phase
        return phase

    def _judge(
        self,
        market: Market,
        calendar: Calendar,
        history: History | None,
        observation: Observation,
        previous: int | None,
        now: dt.datetime,
    ) -> "_Judgement":
        """Judge a level against the market's past; once for each level, state and history."""
        if history is None or observation.proxy:
            return _Judgement()
        indexed = self._indexed(market, calendar, history)
        live = _live_bar(market, calendar, observation, previous, now)
        basis = (indexed, live)
        judged = self._judged.get(market.key)
        if judged is None or judged[0] != basis:
            record, past = records.facts(indexed.record_index, live), trend.trend(indexed.record_index, live)
            judged = (basis, _Judgement(record, past, highlights(indexed.record_index, live, past)))
            self._judged[market.key] = judged
        return judged[1]

    def _indexed(self, market: Market, calendar: Calendar, history: History) -> IndexedHistory:
        return self._indexes.get(market, calendar, history, self._histories.known_levels(market.key))


def _live_bar(
    market: Market, calendar: Calendar, observation: Observation, previous: int | None, now: dt.datetime
) -> LiveBar:
    day = session_date(market, observation.time)
    session = calendar.session(day)
    over = session is None or (session.close <= now and is_final(session, observation))
    return LiveBar(day, observation.level, observation.day_high, observation.day_low, over, previous)


def _notes(snapshot: MarketSnapshot, observation: Observation, change: Move, now: dt.datetime) -> Iterator[Note]:
    """Yield what must be said beside a market's figures, in the order in which it is said."""
    market = snapshot.market
    if snapshot.quote.state is ExchangeState.UNKNOWN:
        yield Note(kind=NoteKind.CALENDAR_UNKNOWN, market=market.key)
    yield from _age_notes(snapshot, observation, now)
    if observation.proxy:
        yield Note(kind=NoteKind.PROXY, market=market.key)
    if observation.unconfirmed:
        yield Note(kind=NoteKind.UNCONFIRMED, market=market.key)
    elif change.percent is None:
        yield Note(kind=NoteKind.NO_CHANGE, market=market.key, fault=change.faults[-1])
    if snapshot.history is None and not observation.proxy:
        yield Note(kind=NoteKind.NO_HISTORY, market=market.key)
    yield from _history_notes(market, snapshot.record)


def _age_notes(snapshot: MarketSnapshot, observation: Observation, now: dt.datetime) -> Iterator[Note]:
    key = snapshot.market.key
    if observation.rejected:  # neither the exchange nor the level's age is to blame
        yield Note(kind=NoteKind.REJECTED, market=key, time=observation.time)
    elif _lacks_trade(snapshot, now):
        yield Note(kind=NoteKind.NO_TRADE, market=key)
    elif snapshot.quote.stale:
        yield Note(kind=NoteKind.STALE, market=key, time=observation.time)


def _history_notes(market: Market, record: RecordFacts | None) -> Iterator[Note]:
    if record is None or record.closing.is_record is not None:
        return
    if record.hole is not None:
        yield Note(kind=NoteKind.HOLE, market=market.key, since=record.hole.start, until=record.hole.end)
    elif record.closing.since is not None:
        yield Note(kind=NoteKind.SHORT_HISTORY, market=market.key, since=record.closing.since)


def _lacks_trade(snapshot: MarketSnapshot, now: dt.datetime) -> bool:
    """Return whether a session should have been running for long and no trade of it was seen (a typhoon, a failure)."""
    if not _is_trade_expected(snapshot.calendar, now):
        return False
    day = snapshot.quote.session_date
    return day is not None and day < snapshot.calendar.local_day(now)


def _is_trade_expected(calendar: Calendar, now: dt.datetime) -> bool:
    session = calendar.current(now)
    return session is not None and session.open + TRADE_EXPECTED <= now < session.close
