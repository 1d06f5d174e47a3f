"""What does a summary say, before it is worded?

A claim is one thing told: a frozen model that holds every figure and key that its sentence rests on, and no word of
the sentence itself. "Most", "all", "since", "extended" or "on course" are fields here; views choose the words, in any
language, and say nothing that no field holds. ``SummaryAnswer.claims`` lists them in the order of importance.
"""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from bot.domain.answers import SummaryAnswer
from bot.domain.quotes import Frozen

Share = Literal["all", "most", "half", "few", "none"]
"""How many of the counted markets went one way: all; more than half; exactly half; fewer; none."""


class Reached(Frozen):
    """A level and the day on which it was reached, by close or, for a day's high, in the session."""

    level: float
    date: dt.date


class Peak(Reached):
    """A recent high close that the market has come down from; it was the highest since ``highest_since``."""

    highest_since: dt.date


class Mover(Frozen):
    """One market's move on the day told, and what makes it worth more than its number.

    Attributes:
        market: the catalogue's key.
        level: index points; None where only the move is known.
        change_pct: per cent against the close before.
        z: the same in units of the market's own volatility.
        streak: signed sessions in a row, this one included; only where it is worth telling.
        ended: signed length of the run that this move ended; only where it is worth telling.
        largest_since: the last earlier day with a move at least as large in this direction; only where long ago.
        highest_since: the close is the highest since that day; only where long ago and the session is over.
        lowest_since: the same downwards.
        peak: the multi-year high close of the last weeks that it now stands below.
        off_record: the record close of the last days that it now stands below.
        rebound_pct: the move of the session before, of the opposite sign and unusually large.
    """

    market: str
    level: float | None = None
    change_pct: float
    z: float | None = None
    streak: int | None = None
    ended: int | None = None
    largest_since: dt.date | None = None
    highest_since: dt.date | None = None
    lowest_since: dt.date | None = None
    peak: Peak | None = None
    off_record: Reached | None = None
    rebound_pct: float | None = None


class RecordMove(Frozen):
    """One market at a record, or above every earlier close while its session runs.

    ``how``: ``close`` (over, and at a record), ``high`` (the session runs, and its high is above every earlier high),
    ``faded`` (over; its high was a record, its close was none), ``on_course`` (the session runs and the level is
    above every earlier close, while the day's high is no record or cannot be judged). ``level`` is the record: the
    close, the day's high, or the present level. ``previous`` is the record beaten, of the same kind; ``now`` the
    present level or the close.
    """

    market: str
    how: Literal["close", "high", "faded", "on_course"]
    level: float
    now: float
    change_pct: float
    previous: Reached | None = None
    streak: int | None = None
    in_a_row: int | None = None
    round_number: float | None = None
    last_week_pct: float | None = None


class Breadth(Frozen):
    """How many of the counted markets rose, fell and stood still, and what share the larger side is.

    ``extended`` counts those that went the larger side's way after having gone it for at least two sessions before,
    or by 1 % or more over the week before.
    """

    advancers: int
    decliners: int
    unchanged: int
    counted: int
    direction: Literal["up", "down", "even"]
    share: Share
    extended: int

    @property
    def extends(self) -> bool:
        """Whether the region adds to its rally, or to its losses: most moved that way, and most of those went on."""
        return self.share in ("all", "most") and 2 * self.extended > max(self.advancers, self.decliners)

    @property
    def most_extend(self) -> bool:
        """Whether those that went on are most of all that are counted."""
        return 2 * self.extended > self.counted


class HeadlineClaim(Frozen):
    """What makes the day, with up to three markets.

    ``character``: ``records``, ``sharp`` (an unusually large move leads), ``divided`` (large moves both ways),
    ``quiet`` (nothing left its usual day), ``broad`` (the region clearly one way), ``mixed``, ``thin`` (more than half
    of the region's markets are shut, by ``holiday`` where it is one), ``early`` (fewer are counted than are still to
    come), ``closed`` (nothing traded), ``no_figures``
    (something should have traded, and nothing is known of it).
    """

    kind: Literal["headline"] = "headline"
    character: Literal[
        "records", "sharp", "divided", "quiet", "broad", "mixed", "thin", "early", "closed", "no_figures"
    ]
    region: str
    tone: str
    day: dt.date
    breadth: Breadth | None = None
    records: tuple[RecordMove, ...] = ()
    movers: tuple[Mover, ...] = ()
    against: tuple[Mover, ...] = ()
    holiday: str | None = None


class RecordsClaim(Frozen):
    """Those at a record, the most telling first; ``others`` went the same way but are only named."""

    kind: Literal["records"] = "records"
    told: tuple[RecordMove, ...]
    others: tuple[RecordMove, ...] = ()


class AgainstClaim(Frozen):
    """Clearly against the region's tone; ``only`` where nobody else is."""

    kind: Literal["against"] = "against"
    tone: str
    movers: tuple[Mover, ...]
    only: bool


class StreakClaim(Frozen):
    """Markets whose run of rises or falls is what is worth telling."""

    kind: Literal["streak"] = "streak"
    movers: tuple[Mover, ...]


class MoveClaim(Frozen):
    """The moves that make the day by their size."""

    kind: Literal["move"] = "move"
    movers: tuple[Mover, ...]


class PartClaim(Frozen):
    """One part of the region of which every counted market went the same way; the extremes are named."""

    kind: Literal["part"] = "part"
    part: str
    direction: Literal["up", "down"]
    count: int
    markets: tuple[str, ...]
    most: Mover


class RegionBreadth(Frozen):
    """One region of the world: its breadth, and where most moved that way."""

    region: str
    breadth: Breadth


class RegionsClaim(Frozen):
    """The regions of the world beside one another."""

    kind: Literal["regions"] = "regions"
    regions: tuple[RegionBreadth, ...]


class OthersClaim(Frozen):
    """What is left to tell, briefly: who rose, who fell, who stood still."""

    kind: Literal["others"] = "others"
    rose: tuple[Mover, ...] = ()
    fell: tuple[Mover, ...] = ()
    flat: tuple[Mover, ...] = ()


class BreadthClaim(Frozen):
    """How many of the counted markets rose and fell."""

    kind: Literal["breadth"] = "breadth"
    breadth: Breadth


class QuietClaim(Frozen):
    """No counted market moved by more than ``largest.change_pct``."""

    kind: Literal["quiet"] = "quiet"
    largest: Mover
    breadth: Breadth


class Closure(Frozen):
    """Exchanges shut by one holiday; ``name`` where known."""

    name: str | None
    markets: tuple[str, ...]


class HolidayClaim(Frozen):
    """Who did not trade, and why, where it is worth a sentence."""

    kind: Literal["holiday"] = "holiday"
    closures: tuple[Closure, ...]


class ClosedClaim(Frozen):
    """Nothing of the region trades that day: a weekend, or holidays; ``last`` is the newest session before it."""

    kind: Literal["closed"] = "closed"
    reason: Literal["weekend", "holiday"]
    last: dt.date
    closures: tuple[Closure, ...] = ()


class Week(Frozen):
    """One market's week, from the last close of the week before."""

    market: str
    week_pct: float


class WeekClaim(Frozen):
    """The week of a region on a day without trading: of ``counted`` markets so many stand higher and lower.

    ``ended`` is the day of the newest session told of; ``finished`` says that no session of that week is left.
    """

    kind: Literal["week"] = "week"
    ended: dt.date
    finished: bool
    higher: int
    lower: int
    counted: int
    best: tuple[Week, ...] = ()
    worst: tuple[Week, ...] = ()


class PendingClaim(Frozen):
    """Who is not counted yet: ``waiting`` have not opened, ``unseen`` trade but no trade of the day is known."""

    kind: Literal["pending"] = "pending"
    waiting: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    counted: int
    markets: int


class CrossMarketMove(Frozen):
    """A market of another region."""

    market: str
    change_pct: float
    record: Literal["close", "high"] | None = None
    streak: int | None = None


class ElsewhereClaim(Frozen):
    """What another region did.

    ``when``: ``overnight`` (its last session, over before the day told began, while the day told is not over),
    ``dated`` (the same at any other time: the date is told), ``earlier`` (its session of the same day, over, of a
    region that trades before), ``since`` (over, and later than the day told), ``now`` (still trading).
    """

    kind: Literal["elsewhere"] = "elsewhere"
    region: str
    when: Literal["overnight", "dated", "earlier", "since", "now"]
    date: dt.date
    moves: tuple[CrossMarketMove, ...]


class FuturesClaim(Frozen):
    """Index futures; ``little_changed`` where none moved by 0.15 % or more."""

    kind: Literal["futures"] = "futures"
    moves: tuple[CrossMarketMove, ...]
    little_changed: bool


class Rate(Frozen):
    """A currency, yield, commodity or the VIX."""

    market: str
    level: float
    change: float | None
    change_pct: float | None


class RatesClaim(Frozen):
    """Currencies, yields and commodities that moved enough to be told."""

    kind: Literal["rates"] = "rates"
    moves: tuple[Rate, ...]


class NoFiguresClaim(Frozen):
    """Something of the region trades or traded on ``day``, and nothing is known of it; ``told`` is the day told.

    ``unusable`` says that figures of the day came, and that none of them can be used.
    """

    kind: Literal["no_figures"] = "no_figures"
    day: dt.date
    told: dt.date
    markets: int
    unusable: bool = False


Claim = Annotated[
    HeadlineClaim
    | RecordsClaim
    | AgainstClaim
    | StreakClaim
    | MoveClaim
    | PartClaim
    | RegionsClaim
    | OthersClaim
    | BreadthClaim
    | QuietClaim
    | HolidayClaim
    | ClosedClaim
    | WeekClaim
    | PendingClaim
    | ElsewhereClaim
    | FuturesClaim
    | RatesClaim
    | NoFiguresClaim,
    Field(discriminator="kind"),
]
"""Everything that a summary can say; views match it exhaustively."""

SummaryAnswer.model_rebuild(_types_namespace={"Claim": Claim})
