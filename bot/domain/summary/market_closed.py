"""What does a summary say on a day on which no market of the region trades: why, and how was the week?"""

import datetime as dt
from typing import Literal

from bot.domain.calendars.calendar import is_weekend
from bot.domain.summary.breadth import sign
from bot.domain.summary.candidates import RegionFacts, closures
from bot.domain.summary.claims import Claim, ClosedClaim, HeadlineClaim, WeekClaim
from bot.domain.summary.movers import WeekMove

_NAMED = 2
"""Markets named on either side of a week."""


def market_closed_claims(region_facts: RegionFacts) -> list[Claim]:
    """Return the headline, the week where it is known, and why nothing trades."""
    day = region_facts.day.day
    closed = closures(region_facts)
    reason: Literal["weekend", "holiday"] = "weekend" if is_weekend(day) else "holiday"
    largest = max(closed, key=lambda closure: len(closure.markets), default=None)
    headline = HeadlineClaim(
        character="closed",
        region=region_facts.region,
        tone="closed",
        day=day,
        holiday=largest.name if largest else None,
        breadth=None,
    )
    last = max(snapshot.calendar.previous(day).day for snapshot in region_facts.snapshots)
    return [headline, *_week(region_facts), ClosedClaim(reason=reason, last=last, closures=closed)]


def _week(region_facts: RegionFacts) -> list[Claim]:
    """Return the newest week of the markets that have traded in it; nothing where no figure is known."""
    dates = {
        market.market: market.quote.session_date for market in region_facts.markets if market.quote.session_date
    }  # fmt: skip
    if not dates:
        return []
    ended = max(dates.values())
    moves = [
        WeekMove(market=market.market, week_pct=market.week_pct, rounded_pct=market.rounded_week_pct)
        for market in region_facts.markets
        if market.week_pct is not None and market.market in dates and _same_week(dates[market.market], ended)
    ]
    if not moves:
        return []
    moves.sort(key=lambda move: -move.week_pct)
    higher = [move for move in moves if sign(move.week_pct) > 0]
    lower = [move for move in moves[::-1] if sign(move.week_pct) < 0]
    claim = WeekClaim(
        ended=ended,
        finished=not _trades_again(region_facts, ended),
        higher=len(higher),
        lower=len(lower),
        counted=len(moves),
        best=tuple(higher[:_NAMED]),
        worst=tuple(lower[:_NAMED]),
    )
    return [claim]


def _same_week(date: dt.date, other: dt.date) -> bool:
    return date.isocalendar()[:2] == other.isocalendar()[:2]


def _trades_again(region_facts: RegionFacts, ended: dt.date) -> bool:
    """Whether a session of the week of ``ended`` is still to come after the reported day."""
    following = [ended + dt.timedelta(days=days) for days in range(1, 8 - ended.isoweekday())]
    return any(
        snapshot.calendar.is_session(date)
        for snapshot in region_facts.snapshots
        for date in following
        if date > region_facts.day.day
    )
