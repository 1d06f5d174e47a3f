"""What of one market's move is worth more than its number?"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.domain.answers import Level, RecordFacts, SessionRecord, Trend
from bot.domain.calendars.calendar import Calendar
from bot.domain.history.bars import History
from bot.domain.history.holes import highest_unseen, missing
from bot.domain.markets.market import Market
from bot.domain.quotes import Quote, percent
from bot.domain.records.point_in_time import Close
from bot.domain.records.trend import count_streak
from bot.domain.summary.movers import Mover, Peak, Reached, RecordMove
from bot.domain.summary.sentiment import FLAT, USUAL_VOLATILITY

RUN: Final = 4
"""Runs of fewer sessions are not worth a word."""
LONG_AGO: Final = dt.timedelta(days=365)
"""A high or low is told from a year on."""
MULTI_YEAR: Final = dt.timedelta(days=700)
"""A peak is told where it was the highest in about two years or more."""
LATELY: Final = dt.timedelta(days=10)
"""A record close that is left behind is told for so long."""
LARGE_Z: Final = 2.0
LARGE: Final = 1.5
"""A move of so many volatilities and per cent is set against the past; see `_largest_since`."""
NEAR: Final = 1.03
"""A peak is told while it stands at most so far above."""
SEASON: Final = dt.timedelta(days=90)


@dataclass(frozen=True, slots=True)
class MarketFacts:
    """What is known of one market at an instant; ``history`` holds its bars up to then."""

    market: Market
    calendar: Calendar
    quote: Quote
    record: RecordFacts | None = None
    trend: Trend | None = None
    history: History | None = None

    @property
    def z(self) -> float | None:
        """The move in units of the market's own volatility, to 2 decimals."""
        move, volatility = self.quote.change_pct, self.trend.volatility_pct if self.trend else None
        return None if move is None or not volatility else round(move / volatility, 2) + 0.0

    @property
    def force(self) -> float:
        """The same, with the usual volatility where its own is not known; 0 where there is no move."""
        return self.z if self.z is not None else (self.quote.change_pct or 0.0) / USUAL_VOLATILITY

    def over(self, at: dt.datetime) -> bool:
        """Whether the session that the quote belongs to has closed."""
        session = self.calendar.session(self.quote.session_date) if self.quote.session_date else None
        return session is None or session.close <= at


def mover(facts: MarketFacts, at: dt.datetime) -> Mover:
    """Set a counted market's move against its past."""
    quote, record, trend = facts.quote, facts.record, facts.trend
    move, day = quote.change_pct, quote.session_date
    assert move is not None
    assert day is not None
    plain = Mover(market=facts.market.key, level=quote.level, change_pct=move, z=facts.z)
    if abs(move) < FLAT:
        return plain
    up = move > 0
    past = _Past.of(facts, day)
    streak = trend.streak if trend else None
    closing = record.closing if record and facts.over(at) and record.closing.date == day else None
    before = past.change
    return plain.model_copy(
        update={
            "streak": streak if streak is not None and abs(streak) >= RUN and (streak > 0) == up else None,
            "ended": past.streak if abs(past.streak) >= RUN and (past.streak < 0) == up else None,
            "largest_since": _largest_since(facts, past, up=up) if abs(facts.force) >= LARGE_Z else None,
            "highest_since": _since(day, record.highest_since) if record and closing and up else None,
            "lowest_since": _since(day, record.lowest_since) if record and closing and not up else None,
            "peak": None if up else _peak(trend, quote),
            "off_record": None if up else _off_record(record, quote, day),
            "rebound_pct": before if before is not None and past.large and _rebound(move, before) else None,
        }
    )


def record_move(facts: MarketFacts, at: dt.datetime) -> RecordMove | None:
    """Say how a counted market stands at a record; ``None`` where it does not."""
    quote, record, trend = facts.quote, facts.record, facts.trend
    if record is None or quote.level is None or quote.change_pct is None:
        return None
    closing, intraday = record.closing, record.intraday
    common = {
        "market": facts.market.key,
        "now": quote.level,
        "change_pct": quote.change_pct,
        "streak": trend.streak if trend and trend.streak is not None and trend.streak >= RUN else None,
        "last_week_pct": trend.last_week_pct if trend else None,
    }
    if record.verdict == "record_close" and closing.level is not None:
        return RecordMove(
            **common,
            how="close",
            level=closing.level,
            previous=_reached(closing.previous),
            in_a_row=closing.in_a_row,
            round_number=closing.round_number,
        )
    if record.verdict == "record_high" and (high := intraday.level or quote.day_high) is not None:
        how = "faded" if facts.over(at) else "high"
        return RecordMove(**common, how=how, level=high, previous=_reached(intraday.previous))
    if closing.on_course:
        # The newest completed close is yesterday's: where that was a record, it is the one to beat.
        beaten = _reached(closing) if closing.is_record else _reached(closing.previous)
        return RecordMove(**common, how="on_course", level=quote.level, previous=beaten)
    return None


def _rebound(move: float, before: float) -> bool:
    return move * before < 0 and abs(move) >= 1 and 3 * abs(move) >= abs(before)


def _reached(level: Level | SessionRecord | None) -> Reached | None:
    if level is None or level.level is None or level.date is None:
        return None
    return Reached(level=level.level, date=level.date)


def _since(day: dt.date, earlier: dt.date | None) -> dt.date | None:
    return earlier if earlier is not None and day - earlier >= LONG_AGO else None


def _peak(trend: Trend | None, quote: Quote) -> Peak | None:
    high = trend.recent_high if trend else None
    if (
        high is None
        or high.highest_since is None
        or quote.level is None
        or not quote.level < high.level <= NEAR * quote.level
    ):
        return None
    if high.date - high.highest_since < MULTI_YEAR:
        return None
    return Peak(level=high.level, date=high.date, highest_since=high.highest_since)


def _off_record(record: RecordFacts | None, quote: Quote, day: dt.date) -> Reached | None:
    """Return the record close of the last days that the market now stands below."""
    if record is None or quote.level is None or record.verdict in ("record_close", "record_high"):
        return None
    closing = record.closing
    if closing.is_record and closing.date is not None and closing.date < day:
        standing = _reached(closing)
    else:
        standing = _reached(closing.previous) if closing.is_record is False and closing.complete else None
    if (
        standing is None
        or not quote.level < standing.level <= NEAR * quote.level
        or not dt.timedelta(0) < day - standing.date <= LATELY
    ):
        return None
    return standing


@dataclass(frozen=True, slots=True)
class _Past:
    """The sessions right before the day told: how the last one moved, and the streak that it belonged to."""

    end: int  # position in the history just after the session before
    change: float | None
    streak: int
    large: bool

    @classmethod
    def of(cls, facts: MarketFacts, day: dt.date) -> "_Past":
        history, calendar = facts.history, facts.calendar
        if history is None:
            return cls(0, None, 0, large=False)
        end = history.first_at_or_after(day)
        before = calendar.previous(day).day.toordinal()
        if end < 2 or not calendar.knows(day) or history.days[end - 1] != before:  # noqa: PLR2004 - a change takes two
            return cls(0, None, 0, large=False)
        level, earlier = history.closes[end - 1], history.closes[end - 2]
        joined = not missing(calendar, history.days[end - 2], history.days[end - 1])
        change = percent(level, earlier) if joined and level != earlier else None
        streak = count_streak(level, _backwards(history, calendar, end - 1)) or 0
        volatility = (facts.trend.volatility_pct if facts.trend else None) or USUAL_VOLATILITY
        large = change is not None and abs(change) >= LARGE_Z * volatility and abs(change) >= LARGE
        return cls(end, change, streak, large)


def _backwards(history: History, calendar: Calendar, position: int) -> Iterator[Close]:
    """Give the closes before a bar, newest first, each with whether it is joined to the one after it."""
    days = history.days
    for at in range(position - 1, -1, -1):
        yield Close(days[at], history.closes[at], not missing(calendar, days[at], days[at + 1]))


def _largest_since(facts: MarketFacts, past: _Past, *, up: bool) -> dt.date | None:
    """Return the last earlier day with a move at least as large in this direction, where that is long ago.

    ``None`` where a hole in between could hide one, where there is none in the history, or where it was in the last
    3 months.
    """
    history, calendar, quote = facts.history, facts.calendar, facts.quote
    move, day = quote.change_pct, quote.session_date
    assert move is not None
    assert day is not None
    if history is None or not past.end or abs(move) < LARGE:
        return None
    closes, days = history.closes, history.days
    for at in range(past.end - 1, 0, -1):
        change = percent(closes[at], closes[at - 1])
        if change >= move if up else change <= move:
            found = dt.date.fromordinal(days[at])
            whole = not missing(calendar, days[at - 1], days[at]) and not _hidden(history, calendar, at, past.end, move)
            return found if day - found >= SEASON and whole else None
    return None


def _hidden(history: History, calendar: Calendar, start: int, end: int, move: float) -> bool:
    """Say whether a hole between two positions (the second excluded) could hide so large a move, in per cent."""
    days, closes = history.days, history.closes
    for at in range(start, end - 1):
        if days[at + 1] - days[at] == 1:
            continue
        if sessions := missing(calendar, days[at], days[at + 1]):
            beside = closes[at : at + 2]
            low, high = -highest_unseen(-min(beside), sessions), highest_unseen(max(beside), sessions)
            if low <= 0 or (percent(high, low) >= move if move > 0 else percent(low, high) <= move):
                return True
    return False
