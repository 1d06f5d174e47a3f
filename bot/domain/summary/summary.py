"""What are the facts of a region's day?

Pure: from quotes, records, trends, histories and the sessions table to a `SummaryAnswer`. Which of the facts become
claims, and in which order, is decided in ``selection``; how they read, in the views.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from bot.domain.calendars.calendar import is_weekend
from bot.domain.calendars.rate_decisions import RateDecision, next_decision
from bot.domain.markets.catalogue import CATALOGUE, INSTRUMENTS
from bot.domain.markets.market import Region
from bot.domain.model import Note, Source
from bot.domain.snapshot import MarketSnapshot
from bot.domain.summary.answer import ContextItem, Missing, ScorePart, SummaryAnswer, SummaryMarket
from bot.domain.summary.breadth import is_flat, shown, sign
from bot.domain.summary.candidates import RegionFacts
from bot.domain.summary.reasons import NO_REASONS, Reasons
from bot.domain.summary.selection import select_claims
from bot.domain.summary.sentiment import MarketVote, Sentiment, sentiment_of
from bot.domain.summary.trading_day import TRADING_ORDER, ZONES, TradingDay, previous_trading_day, trading_day

LEADERS: Final = 3
"""Markets that an answer lists as leaders, and as laggards."""
LOST: Final = dt.timedelta(days=14)
"""A market without a trade for so long is not one that has yet to trade: its figures are not known."""

_SIDES: Final = MappingProxyType({"rally": 1, "higher": 1, "lower": -1, "selloff": -1})
"""Which way a region of this tone went."""


def _context_of(region: Region) -> tuple[str, ...]:
    others = [other for other in reversed(TRADING_ORDER) if other is not region]
    markets = [market for other in others for market in CATALOGUE if market.region is other]
    return tuple(listing.key for listing in (*markets, *INSTRUMENTS.values()) if region in listing.context_for)


CONTEXT: Final[Mapping[Region, tuple[str, ...]]] = MappingProxyType({region: _context_of(region) for region in Region})
"""What a summary of the region would like to know outside it, in the order in which it is named."""


def summary(
    region: Region,
    snapshots: Sequence[MarketSnapshot],
    context: Sequence[ContextItem],
    as_of: dt.datetime,
    source: Source,
    notes: Sequence[Note] = (),
    reasons: Reasons = NO_REASONS,
) -> SummaryAnswer:
    """Return the region's day as facts and as claims.

    Args:
        region: which region.
        snapshots: those of all its markets, in catalogue order, as of this instant.
        context: what is known of `CONTEXT`; what is missing is left out.
        as_of: the instant that the answer speaks for, aware.
        source: whose figures these are.
        notes: what a reader must know besides.
        reasons: what is known of why markets moved, and the decision that is due today or tomorrow.
    """
    facts, sentiment = _region_facts(region, snapshots, context, as_of, reasons)
    counted = [market for market in facts.markets if market.counted]
    rising, falling = _went(counted, 1), _went(counted, -1)
    return SummaryAnswer(
        as_of=as_of,
        source=source,
        notes=tuple(notes),
        region=region,
        day=facts.day.day,
        today=facts.day.today,
        phase=facts.day.phase,
        tone=facts.tone,
        score=sentiment.score,
        score_parts=tuple(ScorePart(name=name, points=points) for name, points in sentiment.parts),
        advancers=len(rising),
        decliners=len(falling),
        unchanged=len(counted) - len(rising) - len(falling),
        markets=facts.markets,
        leaders=tuple(rising[:LEADERS]),
        laggards=tuple(falling[:LEADERS]),
        flat=facts.flat,
        bucking=facts.bucking,
        records=tuple(market.market for market in counted if market.record in ("record_close", "record_high")),
        closed=tuple(snapshot.market.key for snapshot in snapshots if not snapshot.calendar.is_session(facts.day.day)),
        context=facts.context,
        why=reasons.contributions,
        why_missing=reasons.missing,
        claims=select_claims(facts),
    )


def _went(counted: Sequence[SummaryMarket], side: int) -> list[str]:
    """Return the markets whose move, as it is shown, went one way, the furthest first."""
    moved = [market for market in counted if sign(shown(market.quote)) == side]
    return [market.market for market in sorted(moved, key=lambda market: -side * _move(market))]


def decision_due(decisions: Sequence[RateDecision], region: Region, now: dt.datetime) -> RateDecision | None:
    """Return the decision that a summary of a region tells at an instant: today's or tomorrow's by its own date."""
    return next_decision(decisions, now, now.astimezone(ZONES[region]).date())


def _region_facts(
    region: Region,
    snapshots: Sequence[MarketSnapshot],
    context: Sequence[ContextItem],
    as_of: dt.datetime,
    reasons: Reasons,
) -> tuple[RegionFacts, Sentiment]:
    """Set out the facts of a region's day, with the sentiment that its tone comes from."""
    day = _reported_day(region, snapshots, as_of)
    markets = tuple(_summary_market(snapshot, day, as_of) for snapshot in snapshots)
    mics = {snapshot.market.key: snapshot.market.mic for snapshot in snapshots}
    moves = {market.market: _move(market) for market in markets if market.counted}
    sentiment = sentiment_of(
        [
            MarketVote(mics[market.market], moves[market.market], market.z, market.record.startswith("record"))
            for market in markets
            if market.counted
        ]
    )
    side = _SIDES.get(sentiment.tone, 0)
    flat = tuple(key for key in moves if is_flat(moves[key]))
    facts = RegionFacts(
        region=region,
        day=day,
        tone=sentiment.tone if day.trades else "closed",
        snapshots=tuple(snapshots),
        markets=markets,
        flat=flat,
        bucking=tuple(key for key in moves if key not in flat and moves[key] * side < 0),
        context=tuple(item for key in CONTEXT[region] for item in context if item.market == key),
        as_of=as_of,
        reasons=reasons,
    )
    return facts, sentiment


def _reported_day(region: Region, snapshots: Sequence[MarketSnapshot], now: dt.datetime) -> TradingDay:
    """Return the day to report: while a day runs of which no trade is known yet, still the one before."""
    calendars = [snapshot.calendar for snapshot in snapshots]
    day = trading_day(region, calendars, now)
    if day.phase == "during" and not any(snapshot.quote.session_date == day.day for snapshot in snapshots):
        return previous_trading_day(calendars, day.day)
    return day


def _move(market: SummaryMarket) -> float:
    assert market.quote.change_pct is not None, "only markets with a move are counted"
    return market.quote.change_pct


def _summary_market(snapshot: MarketSnapshot, day: TradingDay, now: dt.datetime) -> SummaryMarket:
    quote, record, trend = snapshot.quote, snapshot.record, snapshot.trend
    missing = _missing(snapshot, day, now)
    counted = missing is None
    return SummaryMarket(
        market=snapshot.market.key,
        quote=quote,
        counted=counted,
        streak=trend.streak if trend else None,
        week_pct=trend.week_pct if trend else None,
        last_week_pct=trend.last_week_pct if trend else None,
        prior_sessions_pct=trend.prior_sessions_pct if trend else None,
        rounded_week_pct=trend.rounded.week_pct if trend else None,
        record=record.verdict if record and counted else "unknown",
        on_course=bool(record and counted and record.closing.on_course),
        highest_since=record.highest_since if record else None,
        recent_high=trend.recent_high if trend else None,
        z=snapshot.z if counted else None,
        missing=missing,
    )


def _missing(snapshot: MarketSnapshot, day: TradingDay, now: dt.datetime) -> Missing | None:
    """Return why a market is not counted on the reported day; ``None`` where its quote belongs to it."""
    quote, calendar = snapshot.quote, snapshot.calendar
    if quote.session_date == day.day and quote.change_pct is not None:
        return None
    if not calendar.knows(day.day):
        return Missing(reason="unknown_calendar")
    session = calendar.session(day.day)
    if session is None:
        return Missing(reason="weekend" if is_weekend(day.day) else "holiday", name=calendar.holiday(day.day))
    if session.open > now:
        return Missing(reason="not_yet_open")
    if quote.session_date is None or not dt.timedelta(0) < day.day - quote.session_date < LOST:
        return Missing(reason="no_data")
    # A trade of the day that cannot be used, or shown as a move, is not put down to the exchange.
    return Missing(reason="no_data" if quote.rejected or quote.session_date == day.day else "no_trade")
