"""What is to come in a region: who opens when, who is closed, whose day is short, today or on the next weekday?"""

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from bot.domain.calendars.calendar import Session, is_weekend
from bot.domain.markets.market import Region
from bot.domain.snapshot import MarketSnapshot
from bot.domain.summary.candidates import HEAVY, RegionFacts, first_of_each_city, heavy_closures, weight
from bot.domain.summary.claims import AgendaClaim, Claim, DecisionClaim, FiguresClaim
from bot.domain.summary.movers import Closure, Opening

_NEW_YORK = ZoneInfo("America/New_York")
_OPENINGS = 3
"""Exchanges whose opening is told: those that count most."""


def agenda_of_today(region_facts: RegionFacts) -> list[Claim]:
    """Return who opens today and when, who is closed, and whose day is short; the world's day has no morning."""
    if region_facts.region is Region.WORLD:
        return []
    today = region_facts.day.today
    keys = first_of_each_city(snapshot.market.key for snapshot in region_facts.snapshots if not snapshot.market.wide)
    sessions = [
        (snapshot, session)
        for snapshot in region_facts.snapshots
        if snapshot.market.key in keys and (session := snapshot.calendar.session(today)) is not None
    ]
    coming = [pair for pair in sessions if pair[1].open > region_facts.as_of]
    coming.sort(key=lambda pair: -weight(region_facts, pair[0].market.key))
    openings = [_opening(snapshot, session, session.open) for snapshot, session in coming[:_OPENINGS]]
    short = [_opening(*pair, pair[1].close) for pair in sessions if _closes_early(*pair)]
    closures = _closures(region_facts, today)
    if not openings and not short and not closures:
        return []
    return [AgendaClaim(day=today, openings=_in_order(openings), closures=closures, early_closes=_in_order(short))]


def agenda_of_next_weekday(region_facts: RegionFacts) -> list[Claim]:
    """Return, once a region's day is over, which heavy exchanges are closed or close early on the next weekday."""
    day = region_facts.day
    if region_facts.region is Region.WORLD or day.phase != "after":
        return []
    coming = day.day + dt.timedelta(days=1)
    while is_weekend(coming):
        coming += dt.timedelta(days=1)
    heavy = [snapshot for snapshot in region_facts.snapshots if weight(region_facts, snapshot.market.key) >= HEAVY]
    short = [
        _opening(snapshot, session, session.close)
        for snapshot in heavy
        if snapshot.market.key in first_of_each_city(each.market.key for each in heavy)
        and (session := snapshot.calendar.session(coming)) is not None
        and _closes_early(snapshot, session)
    ]
    closures = heavy_closures(region_facts, _closures(region_facts, coming))
    if not short and not closures:
        return []
    return [AgendaClaim(day=coming, closures=closures, early_closes=_in_order(short))]


def ahead(region_facts: RegionFacts) -> list[Claim]:
    """Return what all wait for: the central bank's decision that is due today or tomorrow, or else a figure."""
    decision, figure = region_facts.reasons.decision, region_facts.reasons.figure
    if decision is None and figure is not None:
        day = figure.time.astimezone(_NEW_YORK).date()
        return [FiguresClaim(figure=figure.kind, country=figure.country, day=day, time=figure.time)]
    if decision is None:
        return []
    odds = next((odds for odds in region_facts.reasons.odds if odds.day == decision.day), None)
    return [DecisionClaim(bank=decision.bank, day=decision.day, at=decision.at, odds=odds)]


def _in_order(openings: Iterable[Opening]) -> tuple[Opening, ...]:
    return tuple(sorted(openings, key=lambda opening: opening.at))


def _opening(snapshot: MarketSnapshot, session: Session, at: dt.datetime) -> Opening:
    return Opening(market=snapshot.market.key, at=at, name=session.name if session.half_day else None)


def _closes_early(snapshot: MarketSnapshot, session: Session) -> bool:
    """Whether the day is short because it ends early, and not because it begins late."""
    usual = snapshot.calendar.usual(session.day)
    return session.half_day and usual is not None and session.close < usual.close


def _closures(region_facts: RegionFacts, today: dt.date) -> tuple[Closure, ...]:
    """Return which markets are closed today, by holiday; where nobody works on weekends, that is none."""
    closed: dict[str | None, list[str]] = {}
    for snapshot in region_facts.snapshots:
        calendar = snapshot.calendar
        if calendar.knows(today) and not calendar.is_session(today) and not is_weekend(today):
            closed.setdefault(calendar.holiday(today), []).append(snapshot.market.key)
    return tuple(Closure(name=name, markets=tuple(keys)) for name, keys in closed.items())
