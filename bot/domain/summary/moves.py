"""What makes one market's move worth more than its number: a record, a run, a size not seen for long?"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.domain.calendars.calendar import Calendar
from bot.domain.highlights.highlight import (
    CloseAtExtreme,
    DayTurn,
    ExtremeClose,
    FirstSession,
    Highlight,
    LargestMove,
    Run,
    RunEnded,
)
from bot.domain.highlights.size import is_large
from bot.domain.history.bars import History
from bot.domain.history.holes import missing
from bot.domain.quotes import Quote, percent
from bot.domain.records.facts import USUAL_VOLATILITY, Level, RecordFacts, SessionRecord, Trend
from bot.domain.records.point_in_time import Close
from bot.domain.records.trend import count_streak
from bot.domain.snapshot import MarketSnapshot
from bot.domain.summary.breadth import is_flat
from bot.domain.summary.movers import Mover, Peak, Reached, RecordMove

NEWS: Final = 200.0
"""What a reader sees of a market so often in ten years, twice a month or more, a summary does not mention."""
RUN: Final = 4
"""Sessions in a row from which on a run is mentioned."""
LONG_AGO: Final = dt.timedelta(days=365)
"""A close is called the highest or lowest since a day that is at least so long ago."""
MULTI_YEAR: Final = dt.timedelta(days=700)
"""A peak is mentioned where it was the highest close in about two years or more."""
LATELY: Final = dt.timedelta(days=10)
"""A record close that the market has come down from is mentioned for so long."""
NEAR: Final = 1.03
"""A peak is mentioned while it stands at most so far above, as a factor."""
REBOUND: Final = 1.0
"""Per cent: a move from which on it can be a rebound."""
REBOUND_PART: Final = 3
"""A rebound makes up for at least one part in so many of the move before."""

_NEEDED = 2  # closes that a change takes


def mover_of(snapshot: MarketSnapshot, as_of: dt.datetime) -> Mover:
    """Set a counted market's move against its past; ``as_of`` is the instant that the answer speaks for."""
    quote, record, trend = snapshot.quote, snapshot.record, snapshot.trend
    move, day = quote.change_pct, quote.session_date
    assert move is not None
    assert day is not None
    plain = Mover(
        market=snapshot.market.key, level=quote.level, change_pct=move, rounded_pct=quote.rounded_pct, z=snapshot.z
    )
    if is_flat(move):
        return plain
    up = move > 0
    past = _Past.of(snapshot, day)
    streak = trend.streak if trend else None
    closed = record if record and snapshot.is_over(as_of) and record.closing.date == day else None
    return plain.model_copy(
        update={
            "streak": streak if streak is not None and abs(streak) >= RUN and (streak > 0) == up else None,
            "ended": past.streak if abs(past.streak) >= RUN and (past.streak < 0) == up else None,
            "highlights": tuple(fact for fact in snapshot.highlights if fact.per_decade <= NEWS),
            "largest_since": next(
                (fact.since for fact in snapshot.highlights if isinstance(fact, LargestMove) and fact.is_plain), None
            ),
            "highest_since": _if_long_ago(day, closed.highest_since) if closed and up else None,
            "lowest_since": _if_long_ago(day, closed.lowest_since) if closed and not up else None,
            "peak": None if up else _peak(trend, quote),
            "off_record": None if up else _off_record(record, quote, day),
            **(past.as_rebound() if past.large and _is_rebound(move, past.change) else {}),
        }
    )


def record_move_of(snapshot: MarketSnapshot, as_of: dt.datetime) -> RecordMove | None:
    """Return how a counted market stands at a record; ``None`` where it does not."""
    quote, record, trend = snapshot.quote, snapshot.record, snapshot.trend
    if record is None or quote.level is None or quote.change_pct is None:
        return None
    closing, intraday = record.closing, record.intraday
    common = {
        "market": snapshot.market.key,
        "now": quote.level,
        "change_pct": quote.change_pct,
        "rounded_pct": quote.rounded_pct,
        "highlights": tuple(fact for fact in snapshot.highlights if _is_news_of_record(fact)),
        "streak": trend.streak if trend and trend.streak is not None and trend.streak >= RUN else None,
        "last_week_pct": trend.last_week_pct if trend else None,
        "rounded_last_week_pct": trend.rounded.last_week_pct if trend else None,
    }
    if record.verdict == "record_close" and closing.level is not None:
        return RecordMove(
            **common,
            how="close",
            level=closing.level,
            previous=_reached(closing.previous),
            in_a_row=closing.in_a_row,
            of_last_five=closing.of_last_five,
            this_year=record.records_this_year,
            round_number=closing.round_number,
        )
    if record.verdict == "record_high" and (high := intraday.level or quote.day_high) is not None:
        how = "faded" if snapshot.is_over(as_of) else "high"
        return RecordMove(**common, how=how, level=high, previous=_reached(intraday.previous))
    if closing.on_course:
        # The newest completed close is yesterday's: where that was a record, it is the one to beat.
        beaten = _reached(closing) if closing.is_record else _reached(closing.previous)
        return RecordMove(**common, how="on_course", level=quote.level, previous=beaten)
    return None


def _is_news_of_record(fact: Highlight) -> bool:
    """Whether a fact is worth a place beside a record, and none that a record implies."""
    if isinstance(fact, FirstSession):
        return fact.weekdays > 1
    return fact.per_decade <= NEWS and not isinstance(fact, Run | RunEnded | ExtremeClose | DayTurn | CloseAtExtreme)


def _is_rebound(move: float, before: float | None) -> bool:
    """Whether a move makes up for a good part of the move before it."""
    if before is None or move * before >= 0:
        return False
    return abs(move) >= REBOUND and REBOUND_PART * abs(move) >= abs(before)


def _reached(level: Level | SessionRecord | None) -> Reached | None:
    if level is None or level.level is None or level.date is None:
        return None
    return Reached(level=level.level, date=level.date)


def _if_long_ago(day: dt.date, earlier: dt.date | None) -> dt.date | None:
    return earlier if earlier is not None and day - earlier >= LONG_AGO else None


def _is_just_above(level: float, now: float) -> bool:
    """Whether the market has come down from this level, and is still near it."""
    return now < level <= NEAR * now


def _peak(trend: Trend | None, quote: Quote) -> Peak | None:
    """Return the multi-year high close of the last weeks that the market now stands below."""
    high = trend.recent_high if trend else None
    if high is None or high.highest_since is None or quote.level is None:
        return None
    if not _is_just_above(high.level, quote.level) or high.date - high.highest_since < MULTI_YEAR:
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
    if standing is None or not _is_just_above(standing.level, quote.level):
        return None
    return standing if dt.timedelta(0) < day - standing.date <= LATELY else None


@dataclass(frozen=True, slots=True)
class _Past:
    """The sessions right before the reported day.

    Attributes:
        end: the position in the history just after the session before; 0 where that session is not known.
        change: how that session moved, in per cent; ``None`` where that is not known, or where it did not move.
        rounded: the same rounded once to 1 decimal.
        streak: the signed run of sessions that it belonged to.
        large: whether it was an unusually large move.
    """

    end: int
    change: float | None
    rounded: float | None
    streak: int
    large: bool

    @classmethod
    def of(cls, snapshot: MarketSnapshot, day: dt.date) -> "_Past":
        history, calendar = snapshot.history, snapshot.calendar
        if history is None:
            return cls(0, None, None, 0, large=False)
        end = history.first_at_or_after(day)
        before = calendar.previous(day).day.toordinal()
        if end < _NEEDED or not calendar.knows(day) or history.days[end - 1] != before:
            return cls(0, None, None, 0, large=False)
        level, earlier = history.closes[end - 1], history.closes[end - 2]
        joined = not missing(calendar, history.days[end - 2], history.days[end - 1])
        moved = joined and level != earlier
        change, rounded = (percent(level, earlier), percent(level, earlier, 1)) if moved else (None, None)
        streak = count_streak(level, _backwards(history, calendar, end - 1)) or 0
        volatility = (snapshot.trend.volatility_pct if snapshot.trend else None) or USUAL_VOLATILITY
        large = change is not None and is_large(change, volatility)
        return cls(end, change, rounded, streak, large)

    def as_rebound(self) -> dict[str, float | None]:
        """Return the fields of a mover that rebounds from that session."""
        return {"rebound_pct": self.change, "rounded_rebound_pct": self.rounded}


def _backwards(history: History, calendar: Calendar, end: int) -> Iterator[Close]:
    """Yield the closes before the bar at ``end``, newest first, each with whether no session lies up to the next."""
    days = history.days
    for position in range(end - 1, -1, -1):
        joined = not missing(calendar, days[position], days[position + 1])
        yield Close(days[position], history.closes[position], joined)
