"""What does a summary say, before it is worded?

A claim is one statement: a frozen model that holds every figure and key that its sentence rests on, and no word of the
sentence itself. "Most", "all", "since", "extended" or "on course" are fields here; views choose the words, in any
language, and say nothing that no field holds. ``SummaryAnswer.claims`` lists claims in order of importance.
"""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from bot.domain.attribution.contributions import MarketContributions
from bot.domain.attribution.events import EventKind
from bot.domain.attribution.rate_odds import RateOdds
from bot.domain.calendars.rate_decisions import CentralBank
from bot.domain.model import Frozen
from bot.domain.summary.movers import (
    Breadth,
    Closure,
    CrossMarketMove,
    Mover,
    Opening,
    RateMove,
    RecordMove,
    RegionBreadth,
    WeekMove,
)

When = Literal["overnight", "dated", "earlier", "since", "now"]
Character = Literal[
    "records", "sharp", "divided", "quiet", "broad", "mixed", "thin", "few", "early", "closed", "no_figures"
]
"""What makes the day:

* ``records``: markets at a record.
* ``sharp``: an unusually large move leads.
* ``divided``: large moves both ways.
* ``quiet``: no market moved more than it usually does.
* ``broad``: the region went clearly one way.
* ``mixed``: it did not.
* ``thin``: more than half of the region's exchanges are closed for a holiday.
* ``few``: so few markets are counted that nothing can be said of the region.
* ``early``: fewer markets are counted than are still to come.
* ``closed``: nothing traded.
* ``no_figures``: something should have traded, and nothing is known of it.
"""


class HeadlineClaim(Frozen):
    """What makes the day, with the markets that show it.

    ``movers`` lead and ``against`` went the other way; ``counted`` are the keys of all counted markets; ``holiday`` is
    named where one alone closes all that is closed; ``alone``: every market that is not counted is closed.
    """

    kind: Literal["headline"] = "headline"
    character: Character
    region: str
    tone: str
    day: dt.date
    breadth: Breadth | None = None
    records: tuple[RecordMove, ...] = ()
    movers: tuple[Mover, ...] = ()
    against: tuple[Mover, ...] = ()
    counted: tuple[str, ...] = ()
    holiday: str | None = None
    alone: bool = False


class RecordsClaim(Frozen):
    """Markets at a record: ``told`` with their figures, the most important first; ``others`` by name alone."""

    kind: Literal["records"] = "records"
    told: tuple[RecordMove, ...]
    others: tuple[RecordMove, ...] = ()


class AgainstClaim(Frozen):
    """Markets that went clearly against the region's tone, where at least twice as many went with it.

    ``only``: no other counted market went their way, however little.
    """

    kind: Literal["against"] = "against"
    tone: str
    movers: tuple[Mover, ...]
    only: bool


class StreakClaim(Frozen):
    """Markets whose run of rises or falls is the news."""

    kind: Literal["streak"] = "streak"
    movers: tuple[Mover, ...]


class MoveClaim(Frozen):
    """Markets whose move is the news by its size."""

    kind: Literal["move"] = "move"
    movers: tuple[Mover, ...]


class PartClaim(Frozen):
    """A part of the region in which every counted market went the same way; ``most`` moved furthest."""

    kind: Literal["part"] = "part"
    part: str
    direction: Literal["up", "down"]
    count: int
    markets: tuple[str, ...]
    most: Mover


class RegionsClaim(Frozen):
    """How many markets rose and fell in each region of the world."""

    kind: Literal["regions"] = "regions"
    regions: tuple[RegionBreadth, ...]


class OthersClaim(Frozen):
    """The remaining markets in brief: which rose, which fell, which were flat."""

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


class HolidayClaim(Frozen):
    """Which exchanges did not trade, and for which holiday, where that deserves a sentence."""

    kind: Literal["holiday"] = "holiday"
    closures: tuple[Closure, ...]


class ClosedClaim(Frozen):
    """No market of the region trades that day: a weekend or holidays; ``last`` is the newest session before it."""

    kind: Literal["closed"] = "closed"
    reason: Literal["weekend", "holiday"]
    last: dt.date
    closures: tuple[Closure, ...] = ()


class WeekClaim(Frozen):
    """A region's week, on a day without trading: how many of the ``counted`` markets stand higher and lower.

    ``ended`` is the day of the newest session included; ``finished`` says that no session of that week is left.
    """

    kind: Literal["week"] = "week"
    ended: dt.date
    finished: bool
    higher: int
    lower: int
    counted: int
    best: tuple[WeekMove, ...] = ()
    worst: tuple[WeekMove, ...] = ()


class PendingClaim(Frozen):
    """Markets not counted yet: ``waiting`` have not opened, ``unseen`` are open but no trade of the day is known."""

    kind: Literal["pending"] = "pending"
    waiting: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    counted: int
    markets: int


class AgendaClaim(Frozen):
    """What comes on ``day``: today, before a region has opened, or the weekday that follows a day that is over.

    Who opens when (``openings``, today's alone, of the exchanges that count most, in their order), who is closed, who
    closes early.
    """

    kind: Literal["agenda"] = "agenda"
    day: dt.date
    openings: tuple[Opening, ...] = ()
    closures: tuple[Closure, ...] = ()
    early_closes: tuple[Opening, ...] = ()


class DecisionClaim(Frozen):
    """A central bank publishes its decision on rates at ``at`` (UTC); ``day`` is that day by the bank's own clock.

    ``odds`` is what futures put on it.
    """

    kind: Literal["decision"] = "decision"
    bank: CentralBank
    day: dt.date
    at: dt.datetime
    odds: RateOdds | None = None


class FiguresClaim(Frozen):
    """A country's figures that all markets wait for are published at ``time`` (UTC), on ``day`` by New York's clock."""

    kind: Literal["figures"] = "figures"
    figure: EventKind
    country: str
    day: dt.date
    time: dt.datetime


class ContributionsClaim(Frozen):
    """What the heaviest stocks of at most two markets made of their moves."""

    kind: Literal["contributions"] = "contributions"
    markets: tuple[MarketContributions, ...]


class ElsewhereClaim(Frozen):
    """What another region did.

    ``when``: ``overnight`` (its session of the day before the region's present one, while that runs or has yet to
    begin), ``dated`` (the same at any other time, so that the date must be given), ``earlier`` (its session of the same
    day is over, in a region that trades before), ``since`` (over, and later than the reported day), ``now`` (still
    trading).
    """

    kind: Literal["elsewhere"] = "elsewhere"
    region: str
    when: When
    date: dt.date
    moves: tuple[CrossMarketMove, ...]


class FuturesClaim(Frozen):
    """U.S. index futures; ``little_changed`` where none moved by 0.15 % or more."""

    kind: Literal["futures"] = "futures"
    moves: tuple[CrossMarketMove, ...]
    little_changed: bool


class RatesClaim(Frozen):
    """Currencies, yields and commodities that moved enough to be mentioned."""

    kind: Literal["rates"] = "rates"
    moves: tuple[RateMove, ...]


class NoFiguresClaim(Frozen):
    """Markets of the region trade or traded on ``day``, and nothing is known of it; ``told`` is the reported day.

    ``unusable`` says that figures of the day arrived, and that none of them can be used.
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
    | AgendaClaim
    | DecisionClaim
    | FiguresClaim
    | ContributionsClaim
    | ElsewhereClaim
    | FuturesClaim
    | RatesClaim
    | NoFiguresClaim,
    Field(discriminator="kind"),
]
"""Everything that a summary can say; views match it exhaustively."""
