"""What are the facts of a region's day?

Pure: from quotes, records, trends, histories and the sessions table to a `SummaryAnswer`. Which of the facts are
told, and in which order, is decided in ``telling``; how they read, in the views.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from bot.domain.answers import ContextItem, Missing, ScorePart, SummaryAnswer, SummaryMarket
from bot.domain.calendars.calendar import is_weekend
from bot.domain.markets.catalogue import CATALOGUE, INSTRUMENTS
from bot.domain.markets.market import Region
from bot.domain.quotes import Note, Source
from bot.domain.summary.candidates import RegionFacts
from bot.domain.summary.highlights import MarketFacts
from bot.domain.summary.selection import select_claims
from bot.domain.summary.sentiment import FLAT, UNCHANGED, MarketVote, sentiment
from bot.domain.summary.trading_day import TradingDay, previous_trading_day, trading_day

LEADERS: Final = 3
LOST: Final = dt.timedelta(days=14)
"""A market without a trade for so long is not one that has yet to trade: its figures are not known."""

_ELSEWHERE: Final[Mapping[Region, tuple[Region, ...]]] = MappingProxyType(
    {
        Region.ASIA: (Region.AMERICAS, Region.EUROPE),
        Region.EUROPE: (Region.AMERICAS, Region.ASIA),
        Region.AMERICAS: (Region.EUROPE, Region.ASIA),
        Region.WORLD: (Region.AMERICAS,),
    }
)
"""The other regions that a region's summary may mention, in the order in which their markets are told."""


def _context(region: Region) -> tuple[str, ...]:
    markets = [market for other in _ELSEWHERE[region] for market in CATALOGUE if market.region is other]
    return tuple(one.key for one in (*markets, *INSTRUMENTS.values()) if region in one.context_for)


CONTEXT: Final[Mapping[Region, tuple[str, ...]]] = MappingProxyType({region: _context(region) for region in Region})
"""What a summary of the region would like to know of elsewhere, in the order in which it is told."""


def summary(
    region: Region,
    facts: Sequence[MarketFacts],
    context: Sequence[ContextItem],
    as_of: dt.datetime,
    source: Source,
    notes: Sequence[Note] = (),
) -> SummaryAnswer:
    """Return the region's day as facts and as claims.

    Args:
        region: which region; ``facts`` holds its markets in catalogue order, those without any figure included.
        facts: quote, record, trend and history of each market, as of this instant.
        context: what is known of `CONTEXT`; what is missing is left out.
        as_of: the instant that the answer speaks for, aware.
        source: whose figures these are.
        notes: what a reader must be told beside them.
    """
    day = _day(region, facts, as_of)
    markets = tuple(_market(one, day, as_of) for one in facts)
    counted = [one for one in markets if one.counted]
    moves = {one.market: _move(one) for one in counted}
    mics = {one.market.key: one.market.mic for one in facts}
    spirit = sentiment(
        [MarketVote(mics[one.market], moves[one.market], one.z, one.record.startswith("record")) for one in counted]
    )
    rising = sorted((key for key in moves if moves[key] >= UNCHANGED), key=lambda key: -moves[key])
    falling = sorted((key for key in moves if moves[key] <= -UNCHANGED), key=lambda key: moves[key])
    sign = {"rally": 1, "higher": 1, "lower": -1, "selloff": -1}.get(spirit.tone, 0)
    flat = tuple(key for key in moves if abs(moves[key]) < FLAT)
    bucking = tuple(key for key in moves if key not in flat and moves[key] * sign < 0)
    known = [item for key in CONTEXT[region] for item in context if item.market == key]
    tone = spirit.tone if day.trades else "closed"
    scene = RegionFacts(region, day, tone, tuple(facts), markets, flat, bucking, tuple(known), as_of)
    return SummaryAnswer(
        as_of=as_of,
        source=source,
        notes=tuple(notes),
        region=region,
        day=day.day,
        phase=day.phase,
        tone=tone,
        score=spirit.score,
        score_parts=tuple(ScorePart(name=name, points=points) for name, points in spirit.parts),
        advancers=len(rising),
        decliners=len(falling),
        unchanged=len(counted) - len(rising) - len(falling),
        markets=markets,
        leaders=tuple(rising[:LEADERS]),
        laggards=tuple(falling[:LEADERS]),
        flat=flat,
        bucking=bucking,
        records=tuple(one.market for one in counted if one.record in ("record_close", "record_high")),
        closed=tuple(one.market.key for one in facts if not one.calendar.is_session(day.day)),
        context=tuple(known),
        claims=select_claims(scene),
    )


def _day(region: Region, facts: Sequence[MarketFacts], at: dt.datetime) -> TradingDay:
    """Return the day to tell: while a day runs of which no trade is known yet, still the one before."""
    calendars = [one.calendar for one in facts]
    day = trading_day(region, calendars, at)
    if day.phase == "during" and not any(one.quote.session_date == day.day for one in facts):
        return previous_trading_day(calendars, day.day)
    return day


def _move(market: SummaryMarket) -> float:
    assert market.quote.change_pct is not None, "only markets with a move are counted"
    return market.quote.change_pct


def _market(facts: MarketFacts, day: TradingDay, at: dt.datetime) -> SummaryMarket:
    quote, record, trend = facts.quote, facts.record, facts.trend
    missing = _missing(facts, day, at)
    counted = missing is None
    return SummaryMarket(
        market=facts.market.key,
        quote=quote,
        counted=counted,
        streak=trend.streak if trend else None,
        week_pct=trend.week_pct if trend else None,
        last_week_pct=trend.last_week_pct if trend else None,
        record=record.verdict if record and counted else "unknown",
        on_course=bool(record and counted and record.closing.on_course),
        highest_since=record.highest_since if record else None,
        recent_high=trend.recent_high if trend else None,
        z=facts.z if counted else None,
        missing=missing,
    )


def _missing(facts: MarketFacts, day: TradingDay, at: dt.datetime) -> Missing | None:
    """Say why a market is not counted on the day told; ``None`` where its quote belongs to it."""
    quote, calendar = facts.quote, facts.calendar
    if quote.session_date == day.day and quote.change_pct is not None:
        return None
    if not calendar.knows(day.day):
        return Missing(reason="unknown_calendar")
    session = calendar.session(day.day)
    if session is None:
        return Missing(reason="weekend" if is_weekend(day.day) else "holiday", name=calendar.holiday(day.day))
    if session.open > at:
        return Missing(reason="not_yet_open")
    if quote.session_date is None or not dt.timedelta(0) < day.day - quote.session_date < LOST:
        return Missing(reason="no_data")
    # A trade of the day that cannot be used, or told as a move, is not put down to the exchange.
    return Missing(reason="no_data" if quote.rejected or quote.session_date == day.day else "no_trade")
