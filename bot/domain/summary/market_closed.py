"""What is told of a region on a day on which nothing traded: why, and the week."""

import datetime as dt
from typing import Literal

from bot.domain.calendars.calendar import is_weekend
from bot.domain.summary.candidates import RegionFacts, closures
from bot.domain.summary.claims import Claim, ClosedClaim, HeadlineClaim, WeekClaim
from bot.domain.summary.movers import WeekMove
from bot.domain.summary.sentiment import UNCHANGED


def market_closed(scene: RegionFacts) -> list[Claim]:
    """Say why nothing traded, and give the week."""
    day = scene.day.day
    shut = closures(scene)
    reason: Literal["weekend", "holiday"] = "weekend" if is_weekend(day) else "holiday"
    largest = max(shut, key=lambda one: len(one.markets), default=None)
    headline = HeadlineClaim(
        character="closed",
        region=scene.region,
        tone="closed",
        day=day,
        holiday=largest.name if largest else None,
        breadth=None,
    )
    last = max(one.calendar.previous(day).day for one in scene.facts)
    return [headline, ClosedClaim(reason=reason, last=last, closures=shut), *_week(scene)]


def _week(scene: RegionFacts) -> list[Claim]:
    dates = [one.quote.session_date for one in scene.markets if one.quote.session_date]
    if not dates:
        return []
    ended = max(dates)
    week = [
        WeekMove(market=one.market, week_pct=one.week_pct)
        for one in scene.markets
        if one.week_pct is not None and one.quote.session_date
        and one.quote.session_date.isocalendar()[:2] == ended.isocalendar()[:2]
    ]  # fmt: skip
    if not week:
        return []
    week.sort(key=lambda one: -one.week_pct)
    higher = [one for one in week if one.week_pct >= UNCHANGED]
    lower = [one for one in week[::-1] if one.week_pct <= -UNCHANGED]
    day = scene.day.day
    rest = [ended + dt.timedelta(days=ahead) for ahead in range(1, 8 - ended.isoweekday())]
    finished = not any(one.calendar.is_session(date) for one in scene.facts for date in rest if date > day)
    claim = WeekClaim(
        ended=ended,
        finished=finished,
        higher=len(higher),
        lower=len(lower),
        counted=len(week),
        best=tuple(higher[:2]),
        worst=tuple(lower[:2]),
    )
    return [claim]
