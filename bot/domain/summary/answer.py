"""What does a summary answer: a region's day, market by market, and which of it is worth saying?"""

import datetime as dt
from typing import Literal

from bot.domain.attribution.contributions import MarketContributions
from bot.domain.calendars.calendar import ExchangeState
from bot.domain.model import AnswerBase, Frozen
from bot.domain.quotes import Quote
from bot.domain.records.facts import RecentHigh, Verdict
from bot.domain.summary.claims import Claim

Tone = Literal["rally", "higher", "mixed", "lower", "selloff", "closed"]
Phase = Literal["before", "during", "after"]
"""Where the instant of the question lies: before the day's first opening, during its sessions, or after them."""


class ScorePart(Frozen):
    """One named contribution to a region's score, in points."""

    name: str
    points: float


class Missing(Frozen):
    """Why a market has no figure, or does not count on the reported day; ``name`` is the holiday's where known."""

    reason: Literal["holiday", "weekend", "not_yet_open", "no_trade", "no_data", "unknown_calendar"]
    name: str | None = None


class SummaryMarket(Frozen):
    """One market of the region on the reported day; ``z`` is its move in units of its own volatility."""

    market: str
    quote: Quote
    counted: bool
    streak: int | None = None
    week_pct: float | None = None
    last_week_pct: float | None = None
    prior_sessions_pct: float | None = None
    rounded_week_pct: float | None = None
    record: Verdict = "unknown"
    on_course: bool = False
    highest_since: dt.date | None = None
    recent_high: RecentHigh | None = None
    z: float | None = None
    missing: Missing | None = None


class ContextItem(Frozen):
    """What a market, future, currency, yield or commodity outside the region did meanwhile.

    ``state`` is that of a market's exchange; instruments have none. ``running``: the session of ``session_date`` is
    under way. ``stale``: the level is older than it should be.
    """

    market: str
    state: ExchangeState | None = None
    level: float | None = None
    change: float | None = None
    change_pct: float | None = None
    rounded_pct: float | None = None
    session_date: dt.date | None = None
    record: Verdict | None = None
    streak: int | None = None
    running: bool = False
    stale: bool = False


class SummaryAnswer(AnswerBase):
    """``/asia summary``: the region's day, as facts; ``claims`` are those worth saying, the most important first.

    ``today`` is the region's own date; while its exchanges have yet to open, ``day`` is the last day that traded.
    ``bucking`` are the counted markets that clearly moved against the tone, ``closed`` those without a session.
    ``why_missing`` are the markets whose heavyweights should be known and were not in time.
    """

    kind: Literal["summary"] = "summary"
    region: str
    day: dt.date
    today: dt.date
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
    why: tuple[MarketContributions, ...] = ()
    why_missing: tuple[str, ...] = ()
    claims: tuple[Claim, ...]
