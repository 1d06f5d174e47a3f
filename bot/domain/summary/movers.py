"""What can a claim say of one market's move, of a record, or of how many markets went one way?

These are the parts that claims are built of. Percentages are in per cent rounded to 2 decimals, those called rounded
once to 1 decimal, as prose shows them; levels are index points with the index's decimals, dates are in the exchange's
own zone.
"""

import datetime as dt
from typing import Final, Literal

from bot.domain.highlights.highlight import Highlight
from bot.domain.model import Frozen

Share = Literal["all", "most", "half", "few", "none"]
"""How many of the counted markets are on the larger side: all; more than half; exactly half; fewer; none."""
Direction = Literal["up", "down", "even"]


FEWEST_FOR_REGION: Final = 3
"""Counted markets below which nothing is said of a region as a whole."""
PART_FOR_REGION: Final = 3
"""At least one in so many of the markets that trade must be counted for it."""
PEAK_PER_DECADE: Final = 20.0
"""How often in ten years a market is seen to come off a multi-year high, by the measure of `Highlight`; and so on."""
REBOUND_PER_DECADE: Final = 50.0
OFF_RECORD_PER_DECADE: Final = 100.0
MIXED_BELOW: Final = 7
"""A region of which so many in ten went one way is not mixed."""


class Reached(Frozen):
    """A level and the day on which it was reached, by close or, for a day's high, during the session."""

    level: float
    date: dt.date


class Peak(Reached):
    """A recent high close that the market has come down from; it was the highest since ``highest_since``."""

    highest_since: dt.date


class Mover(Frozen):
    """One market's move on the reported day, and what makes it worth more than its number.

    Attributes:
        market: the catalogue's key.
        level: index points; ``None`` where only the move is known.
        change_pct: per cent against the previous close.
        z: the same in units of the market's own volatility.
        streak: signed number of sessions in a row, this one included; only where it is long enough to mention.
        ended: signed length of the run that this move ended; only where it was long enough to mention.
        largest_since: the last earlier day with a move at least as large in this direction; only where long ago.
        highlights: what sets the session against the past, the rarest first.
        highest_since: the close is the highest since that day; only where long ago and the session is over.
        lowest_since: the same downwards.
        peak: the multi-year high close of the last weeks that the market now stands below.
        off_record: the record close of the last days that the market now stands below.
        rebound_pct: the move of the session before, of the opposite sign and unusually large.
    """

    market: str
    level: float | None = None
    change_pct: float
    rounded_pct: float | None = None
    z: float | None = None
    streak: int | None = None
    ended: int | None = None
    largest_since: dt.date | None = None
    highlights: tuple[Highlight, ...] = ()
    highest_since: dt.date | None = None
    lowest_since: dt.date | None = None
    peak: Peak | None = None
    off_record: Reached | None = None
    rebound_pct: float | None = None
    rounded_rebound_pct: float | None = None


class RecordMove(Frozen):
    """One market at a record, or above every earlier close while its session runs.

    Attributes:
        market: the catalogue's key.
        how: ``close`` (the session is over and closed at a record), ``high`` (the session runs, and its high is above
            every earlier high), ``faded`` (the session is over; its high was a record, its close was not),
            ``on_course`` (the session runs and the level is above every earlier close, while the day's high is no
            record or cannot be judged).
        level: the record itself: the close, the day's high, or the present level.
        now: the present level, or the close.
        change_pct: per cent against the previous close.
        previous: the record beaten, of the same kind.
        highlights: as of a `Mover`.
        streak: sessions in a row with a rise; only where it is long enough to mention.
        in_a_row: sessions in a row that closed at a record, this one included.
        of_last_five: record closes among the last five sessions, this one included.
        this_year: record closes of the calendar year, this one included.
        round_number: the round number that this close is the first ever to stand above.
        last_week_pct: per cent over the week before.
    """

    market: str
    how: Literal["close", "high", "faded", "on_course"]
    level: float
    now: float
    change_pct: float
    rounded_pct: float | None = None
    previous: Reached | None = None
    highlights: tuple[Highlight, ...] = ()
    streak: int | None = None
    in_a_row: int | None = None
    of_last_five: int | None = None
    this_year: int | None = None
    round_number: float | None = None
    last_week_pct: float | None = None
    rounded_last_week_pct: float | None = None


class Breadth(Frozen):
    """How many of the counted markets rose, fell or were unchanged, and how large the larger side is.

    ``clear`` counts those of the larger side that are not flat. ``trading`` counts the markets that have a session on
    the day, counted yet or not. ``extended`` counts those that went the larger side's way as they had done the session
    before, and either for three sessions or by 1 % and more over the five before. ``median_pct`` is the median move.
    """

    advancers: int
    decliners: int
    unchanged: int
    counted: int
    direction: Direction
    share: Share
    extended: int
    clear: int = 0
    trading: int = 0
    median_pct: float = 0.0

    @property
    def extends(self) -> bool:
        """Whether the region adds to its rally or its losses: most moved that way, and most of those went on."""
        return self.share in ("all", "most") and 2 * self.extended > max(self.advancers, self.decliners)

    @property
    def speaks_for_region(self) -> bool:
        """Whether so many are counted that "most" and "all" can be said: three, and a third of those that trade."""
        return self.counted >= FEWEST_FOR_REGION and PART_FOR_REGION * self.counted >= self.trading

    @property
    def is_whole(self) -> bool:
        """Whether all that are counted clearly went the same way, so that none of them is told as flat."""
        return self.share == "all" and self.clear == self.counted

    @property
    def is_mixed(self) -> bool:
        """Whether markets went both ways, with fewer than seven of ten on one side."""
        larger, smaller = max(self.advancers, self.decliners), min(self.advancers, self.decliners)
        return smaller > 0 and 10 * larger < MIXED_BELOW * self.counted

    @property
    def most_extend(self) -> bool:
        """Whether the markets that went on are most of all that are counted."""
        return 2 * self.extended > self.counted


class RegionBreadth(Frozen):
    """The breadth of one region of the world, and of its markets those that count most and are not told elsewhere."""

    region: str
    breadth: Breadth
    movers: tuple[Mover, ...] = ()


class Closure(Frozen):
    """Exchanges closed for the same holiday; ``name`` where known."""

    name: str | None
    markets: tuple[str, ...]


class Opening(Frozen):
    """An exchange's opening, or the early close of a short day, at ``at`` (UTC); ``name`` is why the day is short."""

    market: str
    at: dt.datetime
    name: str | None = None


class WeekMove(Frozen):
    """One market's move over the week, in per cent against the last close of the week before."""

    market: str
    week_pct: float
    rounded_pct: float | None = None


class CrossMarketMove(Frozen):
    """A move of a market outside the region; ``record`` and ``streak`` only where worth mentioning."""

    market: str
    change_pct: float
    rounded_pct: float | None = None
    record: Literal["close", "high"] | None = None
    streak: int | None = None


class RateMove(Frozen):
    """A move of a currency, a yield, a commodity or the VIX; ``change`` is in the instrument's own units."""

    market: str
    level: float
    change: float | None
    change_pct: float | None
    rounded_pct: float | None = None
