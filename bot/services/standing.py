"""Where does one market stand at an instant: its quote, its record, its trend, and what must be said beside?"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.answers import RecordFacts, Trend
from bot.domain.history import History
from bot.domain.markets import Market
from bot.domain.quotes import Fault, Note, NoteKind, Observation, Quote, move, quote
from bot.domain.records import Ledger
from bot.domain.sessions import Calendar, State
from bot.domain.trend import trend
from bot.services.ports import Histories

_RUNNING = (State.OPEN, State.BREAK)


@dataclass(frozen=True, slots=True)
class Standing:
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


class Standings:
    """Works standings out, and keeps what depends on the observation, the exchange's state and the bars alone."""

    def __init__(self, histories: Histories, calendars: Mapping[str, Calendar]) -> None:
        self._histories = histories
        self._calendars = calendars
        self._ledgers: dict[str, tuple[History, Ledger]] = {}
        self._kept: dict[str, tuple[object, RecordFacts | None, Trend | None]] = {}

    def of(self, market: Market, seen: Observation | None, at: dt.datetime) -> Standing:
        """Return the standing of a market of which this was seen last."""
        calendar, history = self._calendars[market.mic], self._histories.history(market.key)
        if seen is None:
            bare = Quote(
                market=market.key,
                name=market.name,
                symbol=market.symbol,
                region=market.region,
                state=calendar.state(at),
            )
            return Standing(market, calendar, at, None, bare, None, None, history, ())
        change = move(market, seen, calendar, history)
        shown = quote(market, calendar, seen, change, at)
        record, trend_ = self._judged(market, calendar, history, seen, shown, at)
        notes = tuple(_notes(market, calendar, shown, seen, change.faults, history, record, at))
        return Standing(market, calendar, at, seen, shown, record, trend_, history, notes)
