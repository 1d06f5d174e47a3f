"""What can be worth saying of one market's day beside its level and change, and how rarely is it so?

Levels are index points with the index's decimals, percentages are in per cent rounded to 2 decimals (those called
rounded once to 1 decimal, as prose shows them), dates are in the exchange's own zone; what is not known is ``None``.
Every comparison with the past is made in whole units, and a hole in the history that might hold a counterexample
shortens the claim ("since at least") or silences it. ``way`` is that of the fact itself. What a session opened with is
not among them: sources give the close before as the opening level of many indexes (of the FTSE 100 in 98 % of sessions
since 1995, of the S&P 500 in 38 %).
"""

import datetime as dt
from typing import Annotated, Final, Literal

from pydantic import Field

from bot.domain.model import Frozen

SESSIONS_A_DECADE: Final = 2520
"""Sessions in ten years: the unit of every ``per_decade``."""

Way = Literal["up", "down"]
Period = Literal["week", "month", "quarter", "year"]


class LargestMove(Frozen):
    """The day's move is the largest in its direction, in per cent or in points; ``change`` is in points.

    It holds since, but not on, ``since``; or since at least ``since_at_least``; or ``ever``, which is nothing like it
    since the index's first day: one of the three is set. ``rank`` 2 says that it is the second-largest: one as large
    came in the last three months, and none before it. ``per_decade``: how often in ten years a reader would see the
    like of it, or something stronger, of this market. It is the measure by which facts are compared: the smaller, the
    more it is news.
    """

    kind: Literal["largest_move"] = "largest_move"
    per_decade: float
    since: dt.date | None = None
    since_at_least: dt.date | None = None
    ever: bool = False
    way: Way
    measure: Literal["percent", "points"]
    rank: int = 1
    change_pct: float
    change: float | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it is the largest in per cent, with none as large beside it."""
        return self.measure == "percent" and self.rank == 1


class RoundNumber(Frozen):
    """The close is beyond a round number, given in points, for the first time since ``since``."""

    kind: Literal["round_number"] = "round_number"
    per_decade: float
    way: Way
    number: float
    since: dt.date


class ExtremeClose(Frozen):
    """The close is the highest (``up``) or the lowest since ``since``, or since at least ``since_at_least``.

    Records are none of these: they have facts of their own.
    """

    kind: Literal["extreme_close"] = "extreme_close"
    per_decade: float
    way: Way
    since: dt.date | None = None
    since_at_least: dt.date | None = None


class Run(Frozen):
    """The session is one more of ``sessions`` rises or falls in a row, by ``total_pct`` in all.

    ``longest_since``: the last earlier day on which a run of the same way was as long; only where it was looked for
    and found.
    """

    kind: Literal["run"] = "run"
    per_decade: float
    way: Way
    sessions: int
    total_pct: float
    rounded_pct: float
    longest_since: dt.date | None = None


class RunEnded(Frozen):
    """The session ended a run of ``sessions`` rises (``up``) or falls, by ``total_pct`` in all.

    ``recouped_pct``: how much of it the session undid, in per cent of it.
    """

    kind: Literal["run_ended"] = "run_ended"
    per_decade: float
    way: Way
    sessions: int
    total_pct: float
    rounded_pct: float
    recouped_pct: int


class PeriodMove(Frozen):
    """What a week, month, quarter or year came to, on its last session.

    ``in_a_row``: so many of them went the same way, this one included; ``None`` where there may be more. It is the
    best or worst since the period that ended on ``since``, or since at least the one of ``since_at_least``, where one
    of the two is set.
    """

    kind: Literal["period_move"] = "period_move"
    per_decade: float
    period: Period
    way: Way
    change_pct: float
    rounded_pct: float
    in_a_row: int | None = None
    since: dt.date | None = None
    since_at_least: dt.date | None = None


class TrendCrossing(Frozen):
    """The close is the first so far from the extreme close of the last year that wires have a word for it.

    A ``correction`` is 10 % below the highest close, a ``bear_market`` 20 %; a ``bull_market`` is 20 % above the lowest
    close of a bear market. ``level`` and ``date`` are those of the extreme.
    """

    kind: Literal["trend_crossing"] = "trend_crossing"
    per_decade: float
    way: Way
    crossing: Literal["correction", "bear_market", "bull_market"]
    level: float
    date: dt.date
    change_pct: float
    rounded_pct: float


class AverageCrossing(Frozen):
    """The close is the first above (``up``) or below the average of its last ``sessions`` closes since ``since``."""

    kind: Literal["average_crossing"] = "average_crossing"
    per_decade: float
    way: Way
    sessions: Literal[50, 200]
    average: float
    since: dt.date


class YearTurn(Frozen):
    """The close erased the year's gain (``down``) or its loss; it had been as large as ``peak_pct``, by a close."""

    kind: Literal["year_turn"] = "year_turn"
    per_decade: float
    way: Way
    peak_pct: float
    rounded_peak_pct: float


class DayTurn(Frozen):
    """The level came far back from the day's high (``up``) or low, which was ``extreme_pct`` from the last close."""

    kind: Literal["day_turn"] = "day_turn"
    per_decade: float
    way: Way
    extreme: float
    extreme_pct: float
    rounded_pct: float


class CloseAtExtreme(Frozen):
    """A market that rose or fell more than it usually does closed at the day's high (``up``) or low."""

    kind: Literal["close_at_extreme"] = "close_at_extreme"
    per_decade: float
    way: Way


class SessionGap(Frozen):
    """The whole session lay above the high (``up``) or below the low of the session before, which is ``edge``.

    ``gap_pct`` is what lies between the two, in per cent of that edge.
    """

    kind: Literal["session_gap"] = "session_gap"
    per_decade: float
    way: Way
    edge: float
    gap_pct: float


class FirstSession(Frozen):
    """The first session after ``weekdays`` without one; ``since`` is the session before, ``name`` why it was closed."""

    kind: Literal["first_session"] = "first_session"
    per_decade: float
    since: dt.date
    weekdays: int
    name: str | None = None


Highlight = Annotated[
    LargestMove
    | RoundNumber
    | ExtremeClose
    | Run
    | RunEnded
    | PeriodMove
    | TrendCrossing
    | AverageCrossing
    | YearTurn
    | DayTurn
    | CloseAtExtreme
    | SessionGap
    | FirstSession,
    Field(discriminator="kind"),
]
"""Everything that can be worth saying of one market's session; views match it exhaustively."""
