"""How does a market stand against its past: what are the facts of its records and of its trend?

`bot.domain.records.records` makes the former, `bot.domain.records.trend` the latter. Levels are index points,
percentages are rounded to 2 decimals, dates are in the exchange's own zone; what is not known is ``None``.
"""

import datetime as dt
from typing import Final, Literal

from pydantic import Field

from bot.domain.history.holes import Hole
from bot.domain.model import Frozen

Verdict = Literal["record_close", "record_high", "below", "unknown"]

USUAL_VOLATILITY: Final = 1.0
"""Per cent: a market's daily volatility where its own is not known."""


class Level(Frozen):
    """A level and the day on which it was reached."""

    level: float
    date: dt.date


class RecentHigh(Level):
    """The highest close of the last 20 completed sessions.

    ``highest_since`` is the last earlier date with a close at or above it; ``None`` where there is none or where
    a hole hides it.
    """

    highest_since: dt.date | None = None


class SessionRecord(Frozen):
    """How one kind of price, close or day's high (or, for lows, close or day's low), stands against all before it.

    ``previous`` is the record that it beat, or else the one that stands; ``margin_pct`` the level against it;
    ``since`` the first date that the knowledge reaches back to; ``complete`` is false where a hole since then is
    not settled.
    """

    is_record: bool | None = None
    level: float | None = None
    date: dt.date | None = None
    previous: Level | None = None
    margin_pct: float | None = None
    since: dt.date | None = None
    complete: bool = False


class ClosingRecord(SessionRecord):
    """The newest completed session's close; ``on_course`` where a session runs above every earlier close.

    ``in_a_row`` counts the sessions in a row, this one included, that closed at a record (0 where it is none).
    ``of_last_five`` counts those of the last five sessions, this one included; only where it is one of them.
    ``round_number`` is the round number that this close is the first ever to stand above, if it is.
    """

    on_course: bool = False
    in_a_row: int | None = None
    of_last_five: int | None = None
    round_number: float | None = None


class RecordFacts(Frozen):
    """Whether a market is at a record, and if not, how far from it; see the contract of answers.

    ``lows`` mirrors ``closing`` for the lowest close. ``hole`` is the newest unsettled one. ``rounded_distance_pct`` is
    ``distance_pct`` rounded once to 1 decimal.
    """

    closing: ClosingRecord
    intraday: SessionRecord
    distance_pct: float | None = None
    rounded_distance_pct: float | None = None
    highest_since: dt.date | None = None
    highest_since_at_least: dt.date | None = None
    lowest_since: dt.date | None = None
    records_this_year: int | None = None
    verdict: Verdict = "unknown"
    lows: ClosingRecord | None = None
    hole: Hole | None = None


class RoundedTrend(Frozen):
    """The percentages of a `Trend`, each rounded once to 1 decimal, as prose shows them."""

    week_pct: float | None = None
    last_week_pct: float | None = None
    month_pct: float | None = None
    year_pct: float | None = None


class Trend(Frozen):
    """Where a market comes from: weeks, month, year, streak, ranges; see the contract of answers.

    ``prior_sessions_pct`` is the change over the five sessions before the judged one, close to close: what a rally or
    losses can go on from.
    """

    week_pct: float | None = None
    last_week_pct: float | None = None
    month_pct: float | None = None
    year_pct: float | None = None
    streak: int | None = None
    range_52w_high: float | None = None
    range_52w_low: float | None = None
    recent_high: RecentHigh | None = None
    volatility_pct: float | None = None
    prior_sessions_pct: float | None = None
    rounded: RoundedTrend = Field(default_factory=RoundedTrend)
