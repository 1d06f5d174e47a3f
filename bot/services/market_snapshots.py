"""Where does one market stand at an instant: its quote, its record, its trend, and what must be said beside?"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.calendars.calendar import Calendar, ExchangeState
from bot.domain.history.bars import History
from bot.domain.markets.market import Market
from bot.domain.model import Note, NoteKind
from bot.domain.quotes import LONGEST_DELAY, Move, Observation, Quote, is_final, is_stale, move, quote, session_date
from bot.domain.records import records, trend
from bot.domain.records.facts import RecordFacts, Trend
from bot.domain.records.history_index import LiveBar
from bot.services.history_indexes import Book, HistoryIndexes
from bot.services.ports import Histories

if TYPE_CHECKING:
    from bot.domain.records.events import Event

LONG_SINCE = 2 * LONGEST_DELAY
"""How long after the opening a trade must have been seen."""


@dataclass(frozen=True, slots=True)
class MarketSnapshot:
    """All that is known of one market at an instant."""

    market: Market
    calendar: Calendar
    at: dt.datetime
    seen: Observation | None
    quote: Quote
    record: RecordFacts | None
    trend: Trend | None
    history: History | None
    notes: tuple[Note, ...]


class MarketSnapshots:
    """Works standings out, and keeps what depends on the observation, the exchange's state and the bars alone."""

    def __init__(
        self, histories: Histories, calendars: Mapping[str, Calendar], ledgers: HistoryIndexes | None = None
    ) -> None:
        """Judge by these histories; ``ledgers`` are those that are made ahead, where somebody does."""
        self._histories = histories
        self._calendars = calendars
        self._ledgers = ledgers or HistoryIndexes()
        self._judged: dict[str, tuple[object, RecordFacts, Trend]] = {}
        self._phases: dict[str, tuple[Observation | None, dt.datetime, object]] = {}

    def of(self, market: Market, seen: Observation | None, at: dt.datetime) -> MarketSnapshot:
        """Return the standing of a market of which this was seen last."""
        calendar, history = self._calendars[market.mic], self._histories.history(market.key)
        if seen is None:
            unseen = Quote(
                market=market.key,
                name=market.name,
                symbol=market.symbol,
                region=market.region,
                state=calendar.state(at),
            )
            return MarketSnapshot(market, calendar, at, None, unseen, None, None, history, ())
        change = move(market, seen, calendar, history)
        shown = quote(market, calendar, seen, change, at)
        record, past = None, None
        if not seen.unconfirmed:
            record, past = self._judge(market, calendar, history, seen, change.previous, at)
        notes = tuple(_notes(market, calendar, shown, seen, change, history, record, at))
        return MarketSnapshot(market, calendar, at, seen, shown, record, past, history, notes)

    def events(
        self, market: Market, seen: Observation | None, at: dt.datetime, moves: Collection[float]
    ) -> "tuple[Event, ...]":
        """Return what an observation shows of its session; nothing without a past to judge it by."""
        calendar, history = self._calendars[market.mic], self._histories.history(market.key)
        if seen is None or seen.proxy or seen.unconfirmed or history is None:
            return ()
        from bot.domain.records.events import events  # noqa: PLC0415 - only alerts look for them

        reading = _reading(market, calendar, seen, move(market, seen, calendar, history).previous, at)
        return events(self._book(market, calendar, history).ledger, reading, moves)

    def basis(self, market: Market, seen: Observation | None, at: dt.datetime) -> object:
        """Return what a standing depends on, cheaply: while it is equal, so is all that is said of the market."""
        history, known = self._histories.history(market.key), self._histories.checkpoints(market.key)
        return seen, self._phase(market, seen, at), history, known

    def _phase(self, market: Market, seen: Observation | None, at: dt.datetime) -> object:
        """Return what the clock alone changes; worked out once a second, within which no exchange opens or closes."""
        second = at.replace(microsecond=0)
        kept = self._phases.get(market.key)
        if kept is not None and kept[0] is seen and kept[1] == second:
            return kept[2]
        calendar = self._calendars[market.mic]
        aged = seen is not None and is_stale(calendar, seen, session_date(market, seen.time), at)
        phase = calendar.state(at), calendar.local_day(at), aged, _long_open(calendar, at)
        self._phases[market.key] = seen, second, phase
        return phase

    def _judge(
        self,
        market: Market,
        calendar: Calendar,
        history: History | None,
        seen: Observation,
        previous: int | None,
        at: dt.datetime,
    ) -> tuple[RecordFacts | None, Trend | None]:
        """Judge a level against the market's past; nothing is worked out twice for one level, state and history."""
        if history is None or seen.proxy:
            return None, None
        book = self._book(market, calendar, history)
        reading = _reading(market, calendar, seen, previous, at)
        basis = (book, reading)
        kept = self._judged.get(market.key)
        if kept is None or kept[0] != basis:
            kept = (basis, records.facts(book.ledger, reading), trend.trend(book.ledger, reading))
            self._judged[market.key] = kept
        return kept[1], kept[2]

    def _book(self, market: Market, calendar: Calendar, history: History) -> Book:
        return self._ledgers.book(market, calendar, history, self._histories.checkpoints(market.key))


def _reading(market: Market, calendar: Calendar, seen: Observation, previous: int | None, at: dt.datetime) -> LiveBar:
    day = session_date(market, seen.time)
    session = calendar.session(day)
    over = session is None or (session.close <= at and is_final(session, seen))
    return LiveBar(day, seen.level, seen.day_high, seen.day_low, over, previous)


def _notes(
    market: Market,
    calendar: Calendar,
    shown: Quote,
    seen: Observation,
    change: Move,
    history: History | None,
    record: RecordFacts | None,
    at: dt.datetime,
) -> Iterator[Note]:
    if shown.state is ExchangeState.UNKNOWN:
        yield Note(kind=NoteKind.CALENDAR_UNKNOWN, market=market.key)
    yield from _of_age(market, calendar, shown, seen, at)
    if seen.proxy:
        yield Note(kind=NoteKind.PROXY, market=market.key)
    if seen.unconfirmed:
        yield Note(kind=NoteKind.UNCONFIRMED, market=market.key)
    elif change.percent is None:
        yield Note(kind=NoteKind.NO_CHANGE, market=market.key, fault=change.faults[-1])
    if history is None and not seen.proxy:
        yield Note(kind=NoteKind.NO_HISTORY, market=market.key)
    if record is not None and record.closing.is_record is None:
        if record.hole is not None:
            yield Note(kind=NoteKind.HOLE, market=market.key, since=record.hole.start, until=record.hole.end)
        elif record.closing.since is not None:
            yield Note(kind=NoteKind.SHORT_HISTORY, market=market.key, since=record.closing.since)


def _of_age(market: Market, calendar: Calendar, shown: Quote, seen: Observation, at: dt.datetime) -> Iterator[Note]:
    if seen.rejected:  # neither the exchange nor the level's age is to blame
        yield Note(kind=NoteKind.REJECTED, market=market.key, time=seen.time)
    elif _silent(calendar, shown, at):
        yield Note(kind=NoteKind.NO_TRADE, market=market.key)
    elif shown.stale:
        yield Note(kind=NoteKind.STALE, market=market.key, time=seen.time)


def _silent(calendar: Calendar, shown: Quote, at: dt.datetime) -> bool:
    """Say whether a session should be running long since and no trade of it has been seen (a typhoon, a failure)."""
    if not _long_open(calendar, at):
        return False
    return shown.session_date is not None and shown.session_date < calendar.local_day(at)


def _long_open(calendar: Calendar, at: dt.datetime) -> bool:
    session = calendar.current(at)
    return session is not None and session.open + LONG_SINCE <= at < session.close
