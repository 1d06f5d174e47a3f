"""What can be worth saying of one market's day beside its level and change, and how rarely is it so?

Levels are index points with the index's decimals, percentages are in per cent rounded to 2 decimals, dates are in the
exchange's own zone; what is not known is ``None``. Every comparison with the past is made in whole units, and a hole in
the history that might hold a counterexample shortens the claim ("since at least") or silences it.
"""

import datetime as dt
from typing import Annotated, Final, Literal

from pydantic import Field

from bot.domain.model import Frozen

SESSIONS_A_DECADE: Final = 2520
"""Sessions in ten years: the unit of every ``per_decade``."""

Way = Literal["up", "down"]
Price = Literal["close", "session"]
"""A close, or the highest or lowest price during the session."""


class Rare(Frozen):
    """What all highlights share.

    ``per_decade``: how often in ten years a reader would see the like of it, or something stronger, of this market. It
    is the one measure by which unlike facts are compared: the smaller, the more it is news.
    """

    per_decade: float


class Since(Rare):
    """A comparison with the past: it holds since, but not on, ``since``; or since at least ``since_at_least``.

    ``ever``: nothing like it since the index's first day. At most one of the three is set.
    """

    since: dt.date | None = None
    since_at_least: dt.date | None = None
    ever: bool = False


class LargestMove(Since):
    """The day's move is the largest in its direction, in per cent or in points; ``change`` is in points.

    ``rank`` 2 says that it is the second-largest: one as large came in the last three months, and none before it.
    """

    kind: Literal["largest_move"] = "largest_move"
    way: Way
    measure: Literal["percent", "points"]
    rank: int = 1
    change_pct: float
    change: float | None = None


class Extreme(Since):
    """The close, or the day's high or low, is the highest or lowest of a long time.

    ``months``: how many whole months of 1, 2, 3, 6 and 12 it covers. A record is none: `RecordFacts` speaks of those.
    ``running``: the session still runs, so that a close is only on course for it.
    """

    kind: Literal["extreme"] = "extreme"
    way: Way
    price: Price
    level: float
    months: int
    running: bool = False


class Run(Since):
    """Sessions in a row in one direction, this one included, with their total; ``ended``: the run that it ended.

    ``since``, ``since_at_least`` and ``ever`` say of a run that goes on that it is the longest.
    """

    kind: Literal["run"] = "run"
    sessions: int  # signed
    total_pct: float
    ended: bool = False


class RoundNumber(Since):
    """The level stands beyond a round number on whose other side the session before closed.

    ``since``: the last day that closed beyond it. ``running``: the session still runs.
    """

    kind: Literal["round_number"] = "round_number"
    way: Way
    number: float
    running: bool = False


class RecordStory(Rare):
    """A record's place among the others: the first since a day, the n-th of the year, the n-th in so many sessions."""

    kind: Literal["record_story"] = "record_story"
    first_since: dt.date | None = None
    this_year: int | None = None
    recent: int | None = None  # records in the last ``sessions``, this one included
    sessions: int | None = None


class Period(Since):
    """A week, month, quarter or year and what the index did in it, close to close.

    ``finished``: the day is its last session, and over. ``in_a_row``: signed number of such periods in a row that went
    the same way, this one included.
    """

    kind: Literal["period"] = "period"
    span: Literal["week", "month", "quarter", "year"]
    change_pct: float
    finished: bool
    in_a_row: int | None = None


class YearTurned(Rare):
    """The day erased the year's gain, or its loss; ``year_pct`` is against the last close of the year before."""

    kind: Literal["year_turned"] = "year_turned"
    erased: Literal["gain", "loss"]
    year_pct: float


class Drawdown(Rare):
    """The close crossed 10 % or 20 % below its peak, or 20 % above its low: each is told on the day of the crossing.

    ``extreme`` is the highest (for a bull market the lowest) close that it is measured from, on ``date``.
    """

    kind: Literal["drawdown"] = "drawdown"
    crossed: Literal["correction", "bear_market", "bull_market"]
    change_pct: float
    extreme: float
    date: dt.date


class Recouped(Rare):
    """How much of the fall (or rise) of the sessions before the day's move took back.

    ``lost_pct`` is that move over ``sessions``; ``share_pct`` above 100 means more than all of it.
    """

    kind: Literal["recouped"] = "recouped"
    share_pct: int
    lost_pct: float
    sessions: int


class AverageCrossed(Since):
    """The close crossed its average of the last 50 or 200 sessions; ``since``: the last close on that side of it."""

    kind: Literal["average"] = "average"
    way: Way
    sessions: Literal[50, 200]
    average: float


class Path(Rare):
    """How the session went, each against the close before, in per cent: the open, the high, the low, the level.

    ``erased``: it had risen (``way`` up) or fallen (down) by ``most_pct`` and gave back all of it; ``turned``: it
    closed clearly on the other side; ``at_extreme``: it closed at its high or its low; ``gap``: it opened beyond the
    whole range of the session before and did not close that gap.
    """

    kind: Literal["path"] = "path"
    shape: Literal["erased", "turned", "at_extreme", "gap"]
    way: Way
    most_pct: float
    open_pct: float | None = None
    running: bool = False


class AfterBreak(Rare):
    """The first session after a long holiday; ``last`` is the session before it, ``name`` the holiday's."""

    kind: Literal["after_break"] = "after_break"
    last: dt.date
    sessions_missed: int
    name: str | None = None


Highlight = Annotated[
    LargestMove
    | Extreme
    | Run
    | RoundNumber
    | RecordStory
    | Period
    | YearTurned
    | Drawdown
    | Recouped
    | AverageCrossed
    | Path
    | AfterBreak,
    Field(discriminator="kind"),
]
"""Everything that can be worth saying of one market's day; views match it exhaustively."""
