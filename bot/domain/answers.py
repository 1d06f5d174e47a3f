"""What can be said? The closed union of everything that a question returns.

An answer is frozen and holds every fact shown, `as_of` and what is missing included, and nothing about how it looks.
Names are a contract that outside scripts read (README, "JSON"). Levels are index points with the index's decimals,
percentages are in per cent rounded to 2 decimals, dates are in the exchange's own zone, instants in UTC. What is not
known is ``None``.
"""

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from bot.domain.calendars.calendar import ExchangeState
from bot.domain.quotes import Frozen, Note, Quote, Source

if TYPE_CHECKING:
    from bot.domain.summary.claims import Claim

Verdict = Literal["record_close", "record_high", "below", "unknown"]
Tone = Literal["rally", "higher", "mixed", "lower", "selloff", "closed"]
Phase = Literal["before", "during", "after"]


class AnswerBase(Frozen):
    """What every answer has: the instant that it speaks for, whose figures they are, what must be said beside.

    ``revision`` stands for all that the answer was worked out from: two answers of one `Questions` with the same kind
    and revision differ in ``as_of`` alone. It is no part of the contract.
    """

    as_of: dt.datetime
    source: Source
    notes: tuple[Note, ...] = ()
    revision: int | None = Field(default=None, exclude=True, repr=False)


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
    ``round_number`` is the round number that this close is the first ever to stand above, if it is.
    """

    on_course: bool = False
    in_a_row: int | None = None
    round_number: float | None = None


class Hole(Frozen):
    """A run of sessions that the exchange held and the history lacks: its first and last day, and how many."""

    start: dt.date
    end: dt.date
    sessions: int


class RecordFacts(Frozen):
    """Whether a market is at a record, and if not, how far from it; see the contract of answers.

    ``lows`` mirrors ``closing`` for the lowest close. ``hole`` is the newest unsettled one.
    """

    closing: ClosingRecord
    intraday: SessionRecord
    distance_pct: float | None = None
    highest_since: dt.date | None = None
    highest_since_at_least: dt.date | None = None
    lowest_since: dt.date | None = None
    records_this_year: int | None = None
    verdict: Verdict = "unknown"
    lows: ClosingRecord | None = None
    hole: Hole | None = None


class Trend(Frozen):
    """Where a market comes from: weeks, month, year, streak, ranges; see the contract of answers."""

    week_pct: float | None = None
    last_week_pct: float | None = None
    month_pct: float | None = None
    year_pct: float | None = None
    streak: int | None = None
    range_52w_high: float | None = None
    range_52w_low: float | None = None
    recent_high: RecentHigh | None = None
    volatility_pct: float | None = None


class SessionHours(Frozen):
    """The hours of one trading day; instants in UTC."""

    open: dt.datetime
    break_start: dt.datetime | None = None
    break_end: dt.datetime | None = None
    close: dt.datetime


class MarketStatus(Frozen):
    """One exchange at an instant; ``session`` is today's, if it has one."""

    market: str
    state: ExchangeState
    session: SessionHours | None = None
    next_open: dt.datetime | None = None
    next_close: dt.datetime | None = None
    holiday: str | None = None


class IndexAnswer(AnswerBase):
    """``/index nikkei``: the level, what it means, where it comes from."""

    kind: Literal["index"] = "index"
    quote: Quote
    record: RecordFacts | None = None
    trend: Trend | None = None
    exchange: MarketStatus


class MarketRecord(RecordFacts):
    """One market's standing on the board of records."""

    market: str
    name: str
    quote: Quote


class RecordAnswer(AnswerBase, MarketRecord):
    """``/record nikkei``."""

    kind: Literal["record"] = "record"
    exchange: MarketStatus


class RecordsAnswer(AnswerBase):
    """``/record`` with no market: those at a record first, then by distance from it."""

    kind: Literal["records"] = "records"
    markets: tuple[MarketRecord, ...]


class ScorePart(Frozen):
    """One named contribution to a region's score, in points."""

    name: str
    points: float


class Missing(Frozen):
    """Why a market has no number or does not count on the day told; ``name`` is the holiday's where known."""

    reason: Literal["holiday", "weekend", "not_yet_open", "no_trade", "no_data", "unknown_calendar"]
    name: str | None = None


class SummaryMarket(Frozen):
    """One market within its region on the day told."""

    market: str
    quote: Quote
    counted: bool
    streak: int | None = None
    week_pct: float | None = None
    last_week_pct: float | None = None
    record: Verdict = "unknown"
    on_course: bool = False
    highest_since: dt.date | None = None
    recent_high: RecentHigh | None = None
    z: float | None = None
    missing: Missing | None = None


class ContextItem(Frozen):
    """What a market, future, currency, yield or commodity elsewhere did meanwhile.

    ``state`` is that of a market's exchange; instruments have none.
    """

    market: str
    state: ExchangeState | None = None
    level: float | None = None
    change: float | None = None
    change_pct: float | None = None
    session_date: dt.date | None = None
    record: Verdict | None = None
    streak: int | None = None


class SummaryAnswer(AnswerBase):
    """``/asia summary``: the region's day, as facts; the claims say which of them are told, in order."""

    kind: Literal["summary"] = "summary"
    region: str
    day: dt.date
    phase: Phase
    tone: Tone
    score: float
    score_parts: tuple[ScorePart, ...]
    advancers: int
    decliners: int
    unchanged: int
    markets: tuple[SummaryMarket, ...]
    leaders: tuple[str, ...]
    laggards: tuple[str, ...]
    flat: tuple[str, ...]
    bucking: tuple[str, ...]
    records: tuple[str, ...]
    closed: tuple[str, ...]
    context: tuple[ContextItem, ...]
    claims: "tuple[Claim, ...]"  # made known by `bot.domain.summary.claims`: twenty models that only a summary needs


class UpcomingDay(Frozen):
    """A holiday or half day of the coming two weeks; ``close`` is that of a half day, in UTC."""

    date: dt.date
    market: str
    name: str | None = None
    half_day: bool = False
    close: dt.datetime | None = None


class StatusAnswer(AnswerBase):
    """``/asia status``: who trades now, and who will not."""

    kind: Literal["status"] = "status"
    region: str
    markets: tuple[MarketStatus, ...]
    upcoming: tuple[UpcomingDay, ...]


class CommandHelp(Frozen):
    """One command as ``/help`` lists it."""

    name: str
    description: str


class HelpAnswer(AnswerBase):
    """``/help``."""

    kind: Literal["help"] = "help"
    commands: tuple[CommandHelp, ...]


class AboutAnswer(AnswerBase):
    """``/about``: version, sources, privacy; the sentences are the views'."""

    kind: Literal["about"] = "about"
    version: str
    markets: int


Answer = Annotated[
    IndexAnswer | RecordAnswer | RecordsAnswer | SummaryAnswer | StatusAnswer | HelpAnswer | AboutAnswer,
    Field(discriminator="kind"),
]
"""Everything that can be said; views match it exhaustively."""
